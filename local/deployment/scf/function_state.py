"""Whether SCF is done with making or changing a function, and whether that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.deployment.scf.calls import body_of, is_missing, reading
from shared.errors import Conflict, SyncError, TimedOut
from shared.models.flow import ApiCall, Flow, call_api, sleep

POLL_SECONDS = 2.0
MAX_WAIT_SECONDS = 300.0
ACTIVE = "Active"
FAILED = frozenset({"CreateFailed", "UpdateFailed", "DeleteFailed", "PublishFailed"})
"""Every other state but Active is one that SCF leaves by itself."""

BUSY = (
    "FailedOperation.FunctionStatusError",
    "FailedOperation.FunctionNameStatusError",
    "FailedOperation.FunctionVersionStatusNotActive",
    "FailedOperation.UpdateFunctionCode",
    "FailedOperation.CreateTrigger",
    "FailedOperation.DeleteFunction",
)
"""SCF is still working on the function: after an answer was lost, on the same change."""


def wait_until_active(name: str) -> Flow[Mapping[str, Any] | None]:
    """Wait until SCF has finished what it is doing with a function, and return the function.

    None if there is no such function.

    Raises
    ------
    TimedOut: it is not done after five minutes.
    """
    while True:
        try:
            found = yield from call_api(
                reading("GetFunction", {"FunctionName": name, "ShowCode": "FALSE"})
            )
        except SyncError as error:
            if is_missing(error):
                return None
            raise
        body = body_of(found)
        state = body.get("Status")
        if state == ACTIVE or state in FAILED:
            return body
        if not (yield from sleep(POLL_SECONDS, MAX_WAIT_SECONDS)):
            raise TimedOut(
                f"SCF still reports {name} as {state} after {MAX_WAIT_SECONDS:g} s",
                hint="Look at the function in SCF's console; when it is active, deploy again.",
            )


def change(call: ApiCall) -> Flow[None]:
    """Make a change, and wait until it is done; an answer that was lost is no failure.

    Raises
    ------
    Conflict: SCF could not do it.
    """
    name = str((call.body or {})["FunctionName"])
    try:
        yield from call_api(call)
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code in BUSY):
            raise
    body = yield from wait_until_active(name)
    if body is not None and (problem := problem_of(body)):
        raise Conflict(
            problem,
            code=str(body.get("Status")),
            hint="Correct what SCF names, then deploy again: the function is made anew.",
        )


def problem_of(body: Mapping[str, Any]) -> str:
    """Return what SCF says about a failed creation or update, empty if nothing failed."""
    if body.get("Status") not in FAILED:
        return ""
    reasons = body.get("StatusReasons") or []
    texts = [str(each.get("ErrorMessage") or "") for each in reasons if isinstance(each, dict)]
    said = "; ".join(filter(None, texts)) or str(body.get("StatusDesc") or "no reason is given")
    return f"SCF reports {body['Status']}: {said}"
