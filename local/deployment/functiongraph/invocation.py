"""Runs a function once, and waits for its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.deployment.function_result import parse_function_result
from local.deployment.functiongraph.calls import body_of, target_of
from shared.errors import Conflict
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

INVOKE_SECONDS = 90.0
"""FunctionGraph gives up on a synchronous run after as many seconds."""


def invoke(name: str, event: Mapping[str, Any], context: CallContext) -> Flow[Any]:
    """Run a function, wait, and return what it returned.

    Raises
    ------
    Conflict: the function raised, or could not be started.
    BadResponse: its result is not JSON.
    """
    target = yield from target_of(name, context)
    call = target.writing(
        "InvokeFunction",
        f"{target.function}/invocations",
        "function:invoke",
        method="POST",
        body=event,
        seconds=INVOKE_SECONDS,
    )
    headers = (*target.headers, ("X-CFF-Request-Version", "v1"))
    answer = yield from call_api(call._replace(headers=headers))
    body = body_of(answer)
    result = body.get("result")
    if body.get("status") != 200:
        raise Conflict(
            f"the function failed: {result}",
            code="FunctionFailed",
            hint="The function exists but could not run: see its log.",
            request_id=answer.request_id,
        )
    if not isinstance(result, str):
        return result
    return parse_function_result(result, answer.request_id)
