"""How often an asynchronous run is repeated, and what keeps an event that failed each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.deployment.functiongraph.calls import Target, body_of, target_of
from local.deployment.models.function_parts import Retries
from shared.errors import NotFound
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

RETRIES = Retries(attempts=0, max_age_seconds=600)

OBS = "OBS"
"""The kind of destination that keeps failed events in a bucket."""


def read_retries(target: Target) -> Flow[Retries | None]:
    """Return what happens after a failed run, None if that was never set."""
    call = target.reading(
        "ShowFunctionAsyncInvokeConfig",
        f"{target.function}/async-invoke-config",
        "function:getConfig",
    )
    try:
        found = yield from call_api(call)
    except NotFound:
        return None
    body = body_of(found)
    attempts = body.get("max_async_retry_attempts")
    seconds = body.get("max_async_event_age_in_seconds")
    if not isinstance(attempts, int) or not isinstance(seconds, int):
        return None
    return Retries(attempts, seconds, _failed_events_of(body))


def put_retries(name: str, retries: Retries, context: CallContext) -> Flow[None]:
    """Set how often an asynchronous run is repeated."""
    target = yield from target_of(name, context)
    call = target.writing(
        "UpdateFunctionAsyncInvokeConfig",
        f"{target.function}/async-invoke-config",
        "function:updateConfig",
        body={
            "max_async_event_age_in_seconds": retries.max_age_seconds,
            "max_async_retry_attempts": retries.attempts,
            **_destination_of(retries, name),
        },
    )
    yield from call_api(call)


def _failed_events_of(body: Mapping[str, Any]) -> str:
    """Return the bucket that keeps failed events, empty if none does."""
    failed = (body.get("destination_config") or {}).get("on_failure") or {}
    try:
        param = json.loads(failed.get("param") or "{}")
    except ValueError:
        param = None
    if failed.get("destination") != OBS or not isinstance(param, dict):
        return str(failed.get("destination") or "")
    return str(param.get("bucket") or "")


def _destination_of(retries: Retries, name: str) -> dict[str, object]:
    """Return where failed events are kept, as FunctionGraph wants it."""
    if not retries.failed_events:
        return {}
    param = {"bucket": retries.failed_events, "prefix": f"{name}/", "expires": 0}
    on_failure = {"destination": OBS, "param": json.dumps(param)}
    return {"destination_config": {"on_failure": on_failure}}
