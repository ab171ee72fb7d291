"""Whatever comes in, a result goes out, or a SyncFailed that holds one."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.registry import OPERATIONS, load
from shared.entrypoint import handle
from shared.errors import SyncFailed
from shared.models.result import STATUSES, Result
from shared.runtime import Runtime
from tests.support.examples import examples

KEYS = st.sampled_from(
    [
        *("type", "Type", "app_id", "sync", "sync_task_id", "region", "dry_run", "trigger"),
        *("on_failure", "wait_seconds", "src_ak", "limit", "source", "detail-type", "payload"),
        *("triggerName", "triggerTime", "TriggerName", "Message", "user_event", "trigger_type"),
        *("trigger_name", "httpMethod", "headers", "requestContext", "http", "body", "method"),
        *("isBase64Encoded", "rawPath", "queryStringParameters", "path", "authorization"),
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["Timer", "TIMER", "aws.events", "POST", "timer", "raise", "all", "{}", "["])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
EVENTS = st.dictionaries(KEYS, VALUES, max_size=8) | VALUES | st.binary(max_size=40)


class UnreliableContext:
    """A FunctionGraph context whose getters answer anything."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "aws_request_id":
            raise AttributeError(name)
        return lambda *_arguments: self._answer


CONTEXTS = st.one_of(
    st.none(),
    st.dictionaries(st.sampled_from(["request_id", "time_limit_in_ms"]), SCALARS, max_size=2),
    st.builds(UnreliableContext, SCALARS),
    st.builds(
        lambda answer: SimpleNamespace(request_id=answer, function=answer, credentials=answer),
        SCALARS,
    ),
    st.builds(lambda answer: SimpleNamespace(aws_request_id=answer), SCALARS),
)


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=examples(400), deadline=None, derandomize=True)
@given(event=EVENTS, context=CONTEXTS)
def test_any_event_ends_in_a_result(operation: str, event: Any, context: Any) -> None:
    # Without settings nothing can be sent, so only the ways in and out are walked.
    process = Runtime(environ={"LOG_LEVEL": "CRITICAL"})
    try:
        answer = handle(load(operation), event, context, process)
    except SyncFailed as error:
        answer = json.loads(str(error))

    if "statusCode" in answer:
        assert set(answer) == {"statusCode", "headers", "body", "isBase64Encoded"}
        assert json.loads(str(answer["body"]))
        return
    assert list(answer) == list(Result._fields)
    assert answer["status"] in STATUSES
    json.dumps(answer)
    error_body = answer["error"]
    assert error_body is None or error_body["category"] != "internal", error_body  # type: ignore[index]
