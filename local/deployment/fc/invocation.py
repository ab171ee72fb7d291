"""Runs a function once, and waits for its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.deployment.fc.calls import body_of, path_of, writing
from local.deployment.fc.requests import INVOKE, RESULT
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
    call = writing(INVOKE, "POST", path_of(name, "invocations"), event, seconds=INVOKE_SECONDS)
    answer = yield from call_api(call._replace(headers=(("x-fc-invocation-type", "Sync"),)))
    return body_of(answer).get(RESULT)
