"""Runs a function once, and waits for its result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.deployment.function_result import parse_function_result
from local.deployment.scf.calls import body_of, writing
from shared.errors import Conflict
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

INVOKE_SECONDS = 90.0


def invoke(name: str, event: Mapping[str, Any], _context: CallContext) -> Flow[Any]:
    """Run a function, wait, and return what it returned.

    Raises
    ------
    Conflict: the function raised, or could not be started.
    BadResponse: its result is not JSON.
    """
    call = writing(
        "Invoke",
        {
            "FunctionName": name,
            "InvocationType": "RequestResponse",
            "ClientContext": json.dumps(event, ensure_ascii=False),
        },
        INVOKE_SECONDS,
    )
    answer = yield from call_api(call._replace(permission="scf:InvokeFunction"))
    result = body_of(answer).get("Result") or {}
    if result.get("ErrMsg"):
        raise Conflict(
            str(result["ErrMsg"]),
            code="FunctionFailed",
            hint="The function exists but could not run: see its log.",
        )
    return parse_function_result(result.get("RetMsg") or "", answer.request_id)
