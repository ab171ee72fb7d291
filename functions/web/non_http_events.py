"""Events that are no HTTP request: a timer's, chat's deferred runs, and whatever else is sent.

Nobody may be waiting, and a platform runs an asynchronous invocation again that raised: so
everything is answered and nothing raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from functions.web.health import health
from shared.errors import InvalidInput, SyncError
from shared.invocation import Invocation
from shared.models.result import SCHEMA_VERSION
from shared.platforms import Event


def handle_non_http(event: Event, invocation: Callable[[], Invocation]) -> dict[str, object]:
    """Return the answer to an event.

    Parameters
    ----------
    event: the event without its envelope.
    invocation: returns its invocation, which a timer does without.
    """
    given = event.parameters
    if event.trigger == "timer" or (isinstance(given, Mapping) and given.get("trigger") == "timer"):
        return health()  # the function is warm now, which is all that a timer wants
    here = invocation()
    if isinstance(given, Mapping) and "deferred" in given:
        from functions.web.chat.routes import run_deferred

        return run_deferred(here)
    refusal = event.error or WRONG_EVENT
    here.logger.log("error", refusal.message, {"code": refusal.code, "hint": refusal.hint})
    return rejected_result(refusal)


WRONG_EVENT = InvalidInput(
    "the web function takes HTTP requests, timers and deferred runs only",
    code="NotAnHttpEvent",
    hint="Call POST operations/{id} over HTTP, or invoke the operation's own function directly.",
)


def rejected_result(error: SyncError) -> dict[str, object]:
    """Return a failed answer; it has no operation, so it is no run's result."""
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
