"""How often an asynchronous run is repeated, and what keeps an event that failed each time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local.deployment.fc.arns import place_of
from local.deployment.fc.calls import (
    NO_FUNCTION,
    body_of,
    change,
    path_of,
    reading,
    remove,
    writing,
)
from local.deployment.models.function_parts import Retries
from shared.errors import SyncError
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

# The next tick is the retry: the default would repeat all of an operation's own.
RETRIES = Retries(attempts=0, max_age_seconds=3600)
DEFAULT_RETRIES = Retries(attempts=3, max_age_seconds=86_400)
"""What Function Compute does where nothing was set."""

NO_RETRIES = "AsyncConfigNotExists"
_QUEUE = re.compile(r"acs:mns:[^:]*:[^:]*:/queues/([^/]+)/messages")


def read_retries(name: str) -> Flow[Retries]:
    """Return what happens after a failed asynchronous run."""
    call = reading(
        "GetAsyncInvokeConfig",
        path_of(name, "async-invoke-config"),
        right="GetFunctionAsyncInvokeConfig",
    )
    try:
        found = yield from call_api(call)
    except SyncError as error:
        if error.code == NO_RETRIES:
            return DEFAULT_RETRIES
        raise
    body = body_of(found)
    attempts = body.get("maxAsyncRetryAttempts")
    seconds = body.get("maxAsyncEventAgeInSeconds")
    return Retries(
        DEFAULT_RETRIES.attempts if attempts is None else int(attempts),
        DEFAULT_RETRIES.max_age_seconds if seconds is None else int(seconds),
        _failed_events_of(body),
    )


def _failed_events_of(body: Mapping[str, Any]) -> str:
    """Return the queue of MNS that keeps failed events, or what else does; empty for nothing."""
    failed = (body.get("destinationConfig") or {}).get("onFailure") or {}
    destination = str(failed.get("destination") or "")
    match = _QUEUE.fullmatch(destination)
    return match[1] if match else destination


def async_config_of(retries: Retries) -> dict[str, object]:
    """Return the configuration of asynchronous runs, without what keeps failed events."""
    return {
        "maxAsyncEventAgeInSeconds": retries.max_age_seconds,
        "maxAsyncRetryAttempts": retries.attempts,
    }


def put_retries(name: str, retries: Retries, context: CallContext) -> Flow[None]:
    """Set how often an asynchronous run is repeated, and what keeps an event afterwards."""
    body = async_config_of(retries)
    if retries.failed_events:
        place = yield from place_of(context)
        queue = f"acs:mns:{place}:/queues/{retries.failed_events}/messages"
        body["destinationConfig"] = {"onFailure": {"destination": queue}}
    call = writing(
        "PutAsyncInvokeConfig",
        "PUT",
        path_of(name, "async-invoke-config"),
        body,
        right="PutFunctionAsyncInvokeConfig",
    )
    yield from change(call)


def delete_retries(name: str) -> Flow[None]:
    """Delete what was set; that nothing is set, or no such function there, is no error."""
    call = writing(
        "DeleteAsyncInvokeConfig",
        "DELETE",
        path_of(name, "async-invoke-config"),
        right="DeleteFunctionAsyncInvokeConfig",
    )
    yield from remove(call, NO_RETRIES, NO_FUNCTION)
