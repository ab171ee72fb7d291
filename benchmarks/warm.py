"""Warm calls: our whole handler against the SDK's bare call, one thread, one kept connection."""

from __future__ import annotations

from dataclasses import replace

from benchmarks import canned_server, goals, targets
from benchmarks.figures import Row, row
from benchmarks.fresh import run_and_read
from benchmarks.plan import Plan
from benchmarks.targets import MEASURED, SHORT, Target


def warm(plan: Plan) -> list[Row]:
    """Measure the calls a second of every operation, ours and the SDK's in turns."""
    rows: list[Row] = []
    with canned_server.running() as settings:
        for operation_id, short in SHORT.items():
            plan.say(f"{goals.WARM}: {short}")
            cold = targets.ours(operation_id, settings)
            ours = warmed(cold, plan, "ours", *cold.command[2:])
            sdk = warmed(targets.sdk(operation_id, settings), plan, short)
            rates: tuple[list[float], list[float]] = ([], [])
            for _ in range(plan.rounds):
                for target, found in zip((ours, sdk), rates, strict=True):
                    found.append(run_and_read(target)["calls_per_second"])
            goal = goals.goal(goals.WARM)
            rows.append(row(goals.WARM, short, "calls/s", rates[0], rates[1], goal))
    return rows


def warmed(target: Target, plan: Plan, *words: str) -> Target:
    """Return the process that makes many of a target's calls."""
    command = (target.command[0], str(MEASURED / "warm.py"), str(plan.calls), *words)
    return replace(target, command=command)
