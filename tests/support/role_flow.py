"""Runs a flow that assumes a role, with one reply and no network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from shared.errors import SyncError
from shared.models.flow import ApiCall, ApiResponse, Flow
from shared.models.operation import CallContext
from shared.models.role import RoleSession

NOW = datetime(2026, 11, 21, 20, 24, 29, tzinfo=timezone.utc)
CONTEXT = CallContext(region="cn-north-4", project_id=None, trigger="direct", now=NOW)


def call_of(steps: Flow[RoleSession]) -> ApiCall:
    """Return the call that a flow sends first."""
    step = next(steps)
    assert isinstance(step, ApiCall)
    return step


def session_of(steps: Flow[RoleSession], reply: Mapping[str, object] | SyncError) -> RoleSession:
    """Return the session that a flow returns for the reply to its only call; raises its error."""
    call_of(steps)
    try:
        if isinstance(reply, SyncError):
            steps.throw(reply)
        else:
            steps.send(ApiResponse(reply, request_id="request-1"))
    except StopIteration as stop:
        session: RoleSession = stop.value
        return session
    msg = "the flow sends a second call"
    raise AssertionError(msg)
