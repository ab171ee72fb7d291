"""The response to an unhandled exception."""

from __future__ import annotations

from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.response import HttpResponse, from_problem


def internal_error_response(error: BaseException) -> HttpResponse:
    """Log an exception's stack frames, without its message, and return the response."""
    # Imported here, since hardly any request needs them.
    from shared.observability import RunLogger
    from shared.redaction import Redactor
    from shared.runner import stack_frames
    from shared.settings import Settings

    logger = RunLogger(Settings(), Redactor([]))
    fields = {"error": type(error).__name__, "frames": stack_frames(error)}
    logger.log("error", "unhandled exception", fields)
    return from_problem(HttpProblem(500, "internal error; see the function's log"))
