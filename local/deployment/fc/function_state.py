"""Whether Function Compute is done with making or changing a function, and whether that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.deployment.fc.calls import (
    MAX_WAIT_SECONDS,
    NO_FUNCTION,
    POLL_SECONDS,
    body_of,
    path_of,
    reading,
)
from shared.errors import Conflict, SyncError, TimedOut
from shared.models.flow import ApiResponse, Flow, call_api, sleep

PENDING = "Pending"
IN_PROGRESS = "InProgress"
FAILED = "Failed"


def _is_busy(body: Mapping[str, Any]) -> bool:
    """Return whether Function Compute is still making or changing a function."""
    return body.get("state") == PENDING or body.get("lastUpdateStatus") == IN_PROGRESS


def problem_of(body: Mapping[str, Any]) -> str:
    """Return what is said about a failed creation or update, empty if nothing failed."""
    for key, reason in (
        ("state", "stateReason"),
        ("lastUpdateStatus", "lastUpdateStatusReason"),
    ):
        if body.get(key) == FAILED:
            said = body.get(reason) or "no reason is given"
            return f"Function Compute reports {key} {FAILED}: {said}"
    return ""


def wait_until_done(name: str) -> Flow[Mapping[str, Any] | None]:
    """Wait until a function is neither made nor changed, and return it; None if there is none.

    Raises
    ------
    TimedOut: it is not done after two minutes.
    """
    while True:
        try:
            found = yield from call_api(reading("GetFunction", path_of(name)))
        except SyncError as error:
            if error.code == NO_FUNCTION:
                return None
            raise
        body = body_of(found)
        if not _is_busy(body):
            return body
        if not (yield from sleep(POLL_SECONDS, MAX_WAIT_SECONDS)):
            raise TimedOut(
                f"Function Compute is still changing {name} after {MAX_WAIT_SECONDS:g} s",
                hint="Look at the function in its console; when it is done, deploy again.",
            )


def finish(name: str, answer: ApiResponse | None) -> Flow[None]:
    """Wait until a change is done.

    Parameters
    ----------
    name: the function's name.
    answer: the response to the change, which has the function; None if it was lost.

    Raises
    ------
    Conflict: Function Compute could not do it.
    """
    body: Mapping[str, Any] | None = None if answer is None else body_of(answer)
    if body is None or _is_busy(body):
        body = yield from wait_until_done(name)
    if body is not None and (problem := problem_of(body)):
        raise Conflict(
            problem,
            hint="Correct what Function Compute names, then deploy again: the function is made "
            "anew.",
        )
