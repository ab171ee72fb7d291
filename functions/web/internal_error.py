"""The reply to an unhandled exception."""

from __future__ import annotations

from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.response import HttpResponse, from_problem


def internal_error_response(error: BaseException) -> HttpResponse:
    """Log where an exception came from, without its text, and return the reply to the caller."""
    # Only an unhandled exception pays for these imports.
    from shared.observability import RunLogger
    from shared.redaction import Redactor
    from shared.runner import stack_frames
    from shared.settings import Settings

    logger = RunLogger(Settings(), Redactor([]))
    facts = {"error": type(error).__name__, "frames": stack_frames(error)}
    logger.log("error", "unhandled exception", facts)
    return from_problem(HttpProblem(500, "internal error; see the function's log"))
