"""What becomes of an exception that nobody meant."""

from __future__ import annotations

from shared.door.problem import Problem
from shared.door.reply import Reply, of_problem


def answer_defect(error: BaseException) -> Reply:
    """Log where an exception came from, without its text, and return what the caller is told."""
    # Only a defect pays for these.
    from shared.run import frames
    from shared.scrub import Scrubber
    from shared.settings import Settings
    from shared.telemetry import Telemetry

    telemetry = Telemetry(Settings(), Scrubber([]))
    facts = {"error": type(error).__name__, "frames": frames(error)}
    telemetry.report("error", "a defect of ours", facts)
    return of_problem(Problem(500, "a defect of ours; the log names where"))
