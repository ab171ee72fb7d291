"""The reply to an unhandled exception."""

from __future__ import annotations

from shared.http_trigger.problem import Problem
from shared.http_trigger.response import Reply, of_problem


def answer_defect(error: BaseException) -> Reply:
    """Log where an exception came from, without its text, and return the reply to the caller."""
    # Only an unhandled exception pays for these imports.
    from shared.runner import frames
    from shared.scrub import Scrubber
    from shared.settings import Settings
    from shared.telemetry import Telemetry

    telemetry = Telemetry(Settings(), Scrubber([]))
    facts = {"error": type(error).__name__, "frames": frames(error)}
    telemetry.report("error", "unhandled exception", facts)
    return of_problem(Problem(500, "Internal error. The function's log says where it happened."))
