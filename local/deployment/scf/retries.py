"""How often an asynchronous run is repeated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.deployment.models.function_parts import Retries
from local.deployment.scf.calls import body_of, reading, writing
from local.deployment.scf.function_state import change
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

RETRIES = Retries(attempts=0, max_age_seconds=3600)
"""The next tick is the retry: SCF's default of two would repeat all of an operation's own."""


def read_retries(name: str) -> Flow[Retries | None]:
    """Return what happens after a failed run, None if that was never set."""
    found = yield from call_api(reading("GetFunctionEventInvokeConfig", {"FunctionName": name}))
    return _retries_of(body_of(found))


def put_retries(name: str, retries: Retries, _context: CallContext) -> Flow[None]:
    """Set how often an asynchronous run is repeated."""
    body = {
        "AsyncTriggerConfig": {
            "RetryConfig": [{"RetryNum": retries.attempts}],
            "MsgTTL": retries.max_age_seconds,
        },
        "FunctionName": name,
    }
    yield from change(writing("UpdateFunctionEventInvokeConfig", body))


def _retries_of(body: Mapping[str, Any]) -> Retries | None:
    """Return the retries in a response."""
    config = body.get("AsyncTriggerConfig") or {}
    rows = config.get("RetryConfig") or []
    if not rows or config.get("MsgTTL") is None:
        return None
    return Retries(int(rows[0]["RetryNum"]), int(config["MsgTTL"]))
