"""Responses that a provider must not give, and the result of a run that gets one."""

from __future__ import annotations

from collections import Counter

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator, faults
from local.emulator.faults import Fault
from tests.support.platform_caller import SERVICE, PlatformCaller

NO_JSON = {
    "XML": faults.xml(),
    "HTML": faults.html(200),
    "half a JSON": faults.status(200, '{"RequestId": "half'),
    "a list": faults.other_json([]),
    "a number": faults.other_json(7),
    "truncated": faults.truncated(),
    "XML with a client's error": faults.xml(403),
}

WITH_A_BODY = [name for name in OPERATIONS if name != "huawei.oms.CreateSyncEvents"]
"""The page of CreateSyncEvents documents no body of its answer."""


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        (body, operation)
        for body in NO_JSON
        for operation in (WITH_A_BODY if body == "truncated" else OPERATIONS)
    ],
)
def test_an_answer_that_is_not_the_pages_is_a_bad_response(
    caller: PlatformCaller, emulator: Emulator, operation: str, body: str
) -> None:
    emulator.inject_fault(SERVICE[operation], NO_JSON[body], times=None)

    result = caller.run(operation)

    assert result["status"] == "failed"
    assert result["error"]["category"] == "bad_response"
    assert result["error"]["hint"]


@pytest.mark.parametrize("operation", WITH_A_BODY)
def test_an_empty_object_is_a_bad_response(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    emulator.inject_fault(SERVICE[operation], faults.status(200, {}), times=None)

    assert caller.run(operation)["error"]["category"] == "bad_response"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_redirect_is_never_followed_nor_retried(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    emulator.inject_fault(SERVICE[operation], faults.redirect(emulator.url("iam")), times=None)

    result = caller.run(operation)

    assert result["error"]["category"] == "bad_response"
    assert result["error"]["http_status"] == 302
    sent = Counter(request.action for request in emulator.received.of(SERVICE[operation]))
    assert set(sent.values()) == {1}


BY_STATUS = [
    (401, "unauthenticated"),
    (404, "not_found"),
    (409, "conflict"),
    (429, "throttled"),
    (500, "unavailable"),
    (503, "unavailable"),
]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(("status", "category"), BY_STATUS)
def test_a_refusal_without_a_body_is_recognized_by_its_status(
    caller: PlatformCaller, emulator: Emulator, operation: str, status: int, category: str
) -> None:
    emulator.inject_fault(SERVICE[operation], faults.status(status), times=None)

    error = caller.run(operation)["error"]

    assert error["category"] == category
    assert error["http_status"] == status


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", [faults.unknown_fields()], ids=["unknown fields"])
def test_what_a_page_does_not_name_never_fails_a_run(
    caller: PlatformCaller, emulator: Emulator, operation: str, fault: Fault
) -> None:
    emulator.inject_fault(SERVICE[operation], fault, times=None)

    assert caller.run(operation)["status"] != "failed"


@pytest.mark.parametrize(
    "operation", ["tencent.cwp.SyncMachines", "huawei.modelarts.SyncDevServers"]
)
def test_an_unknown_state_never_fails_a_run(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    emulator.inject_fault(SERVICE[operation], faults.unknown_state(), times=None)

    assert caller.run(operation)["status"] != "failed"
