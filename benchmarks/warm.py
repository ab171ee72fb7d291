"""Warm calls: our whole handler against the SDK's bare call, one thread, one kept connection."""

from __future__ import annotations

from dataclasses import replace

from benchmarks import goals, replayer, subjects
from benchmarks.figures import Row, row
from benchmarks.fresh import told
from benchmarks.plan import Plan
from benchmarks.subjects import MEASURED, SHORT, Subject


def warm(plan: Plan) -> list[Row]:
    """Measure the calls a second of every operation, ours and the SDK's in turns."""
    rows: list[Row] = []
    with replayer.running() as settings:
        for operation_id, short in SHORT.items():
            plan.say(f"{goals.WARM}: {short}")
            cold = subjects.ours(operation_id, settings)
            ours = warmed(cold, plan, "ours", *cold.command[2:])
            sdk = warmed(subjects.sdk(operation_id, settings), plan, short)
            rates: tuple[list[float], list[float]] = ([], [])
            for _ in range(plan.rounds):
                for subject, found in zip((ours, sdk), rates, strict=True):
                    found.append(told(subject)["calls_per_second"])
            goal = goals.goal(goals.WARM, short)
            rows.append(row(goals.WARM, short, "calls/s", rates[0], rates[1], goal))
    return rows


def warmed(subject: Subject, plan: Plan, *words: str) -> Subject:
    """Return the process that makes many of a subject's calls."""
    command = (subject.command[0], str(MEASURED / "warm.py"), str(plan.calls), *words)
    return replace(subject, command=command)
