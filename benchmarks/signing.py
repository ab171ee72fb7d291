"""One signature: the fastest of many, ours and the SDK's in turns in one process."""

from __future__ import annotations

import sys

from benchmarks import goals
from benchmarks.figures import Row, row
from benchmarks.fresh import run_and_read
from benchmarks.plan import Plan
from benchmarks.targets import MEASURED, Target, environment

SCHEMES = ("acs3", "tc3", "sdk-hmac")


def signing(plan: Plan) -> list[Row]:
    """Measure each scheme."""
    rows: list[Row] = []
    for scheme in SCHEMES:
        plan.say(f"{goals.SIGNING}: {scheme}")
        command = (sys.executable, str(MEASURED / "signing.py"), scheme, str(plan.signatures))
        best = run_and_read(Target(scheme, command, environment({})))
        goal = goals.goal(goals.SIGNING)
        rows.append(row(goals.SIGNING, scheme, "µs", [best["ours"]], [best["sdk"]], goal))
    return rows
