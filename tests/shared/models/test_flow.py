"""Flows: the calls of an optional one."""

from __future__ import annotations

import pytest

from shared.errors import Rejected, SyncError
from shared.models.flow import ApiCall, ApiResponse, Flow, Service, Sleep, call_api, optional, sleep

CALL = ApiCall(
    Service("example", "Example", (), lambda _region, _setting: "example.test"), "A", "GET"
)


def steps() -> Flow[str]:
    try:
        first = yield from call_api(CALL)
    except SyncError as error:
        return error.code
    yield from sleep(1, 1)
    second = yield from call_api(CALL)
    return f"{first.body} {second.body}"


def test_every_call_of_an_optional_flow_is_optional() -> None:
    flow = optional(steps())
    assert next(flow) == CALL._replace(is_optional=True)
    assert flow.send(ApiResponse("one")) == Sleep(1, 1)
    assert flow.send(True) == CALL._replace(is_optional=True)
    with pytest.raises(StopIteration) as ended:
        flow.send(ApiResponse("two"))
    assert ended.value.value == "one two"


def test_a_failure_reaches_the_flow_that_may_catch_it() -> None:
    flow = optional(steps())
    next(flow)
    with pytest.raises(StopIteration) as ended:
        flow.throw(Rejected("example", code="Example"))
    assert ended.value.value == "Example"


def test_a_failure_that_the_flow_does_not_catch_leaves_it() -> None:
    flow = optional(call_api(CALL))
    next(flow)
    with pytest.raises(Rejected):
        flow.throw(Rejected("example"))
