"""Handles events that are not HTTP requests: timers, chat's deferred runs, and any others.

Nothing is raised, since a platform retries an asynchronous invocation that raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from functions.web.health import health
from shared.errors import InvalidInput, SyncError
from shared.invocation import Invocation
from shared.models.result import SCHEMA_VERSION
from shared.platforms import Event


def handle_non_http(event: Event, create_invocation: Callable[[], Invocation]) -> dict[str, object]:
    """Return the response to an event.

    Parameters
    ----------
    event: the event without its envelope.
    create_invocation: returns its invocation, which a timer does not need.
    """
    raw = event.parameters
    if event.trigger == "timer" or (isinstance(raw, Mapping) and raw.get("trigger") == "timer"):
        return health()  # a timer only keeps the function warm
    invocation = create_invocation()
    if isinstance(raw, Mapping) and "deferred" in raw:
        from functions.web.chat.routes import run_deferred

        return run_deferred(invocation)
    error = event.error or WRONG_EVENT
    invocation.logger.log("error", error.message, {"code": error.code, "hint": error.hint})
    return rejected_result(error)


WRONG_EVENT = InvalidInput(
    "the web function only accepts HTTP requests, timers and deferred runs",
    code="NotAnHttpEvent",
    hint="Call POST operations/{id} over HTTP, or invoke the operation's own function directly.",
)


def rejected_result(error: SyncError) -> dict[str, object]:
    """Return a failed response; it is not the result of a run, since it has no operation."""
    return {
        "schema_version": SCHEMA_VERSION,
        "status": "failed",
        "summary": error.message,
        "error": {
            "category": error.category,
            "code": error.code,
            "message": error.message,
            "http_status": None,
            "retryable": error.retryable,
            "hint": error.hint,
        },
    }
