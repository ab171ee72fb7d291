"""Cold starts: a fresh process, one event in, one signed and answered call, one result out."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks import goals, provider, targets
from benchmarks.figures import Row, row
from benchmarks.fresh import Cost, run
from benchmarks.instructions import counter
from benchmarks.plan import Plan
from benchmarks.targets import SHORT, Target


def bare(plan: Plan) -> list[Row]:
    """Measure the interpreter that does nothing."""
    target = targets.bare()
    rows: list[Row] = []
    tool = counter()
    name = f"python {sys.version_info[0]}.{sys.version_info[1]} -c pass"
    if tool is not None:
        counts = [tool.count(target) / 1e6 for _ in range(plan.counted)]
        rows.append(row(goals.COLD, name, "M instructions", counts, None, None))
    spent = [run(target).cpu_ms for _ in range(plan.fresh)]
    return [*rows, row(goals.CPU, name, "ms", spent, None, None)]


def over_http(plan: Plan) -> list[Row]:
    """Measure without TLS: what the code itself costs."""
    names = (goals.COLD, goals.CPU, goals.MEMORY)
    with provider.running() as settings:
        return [*bare(plan), *operations(plan, settings, names)]


def over_tls(plan: Plan) -> list[Row]:
    """Measure over TLS with the system's trust store, as every real call is made."""
    names = (goals.COLD_TLS, goals.CPU_TLS, goals.MEMORY_TLS)
    with tempfile.TemporaryDirectory() as folder, provider.running(Path(folder)) as settings:
        return operations(plan, settings, names)


def operations(plan: Plan, settings: Mapping[str, str], names: tuple[str, str, str]) -> list[Row]:
    """Measure every operation beside its SDK.

    Parameters
    ----------
    plan: how often.
    settings: those of the provider.
    names: of the measures: instructions, CPU time, memory.
    """
    rows: list[Row] = []
    for operation_id, short in SHORT.items():
        plan.say(f"{names[0]}: {short}")
        pair = targets.ours(operation_id, settings), targets.sdk(operation_id, settings)
        rows += compare(plan, short, pair, names)
    return rows


def compare(
    plan: Plan, short: str, pair: tuple[Target, Target], names: tuple[str, str, str]
) -> list[Row]:
    """Measure two targets in turns, after one run each that writes their bytecode."""
    spent: tuple[list[Cost], list[Cost]] = ([], [])
    for target in pair:
        run(target)
    for _ in range(plan.fresh):
        for target, costs in zip(pair, spent, strict=True):
            costs.append(run(target))
    rows: list[Row] = []
    tool = counter()
    if tool is not None:
        ours, sdk = ([tool.count(each) / 1e6 for _ in range(plan.counted)] for each in pair)
        goal = goals.goal(names[0])
        rows.append(row(names[0], short, "M instructions", ours, sdk, goal))
    cpu = [[each.cpu_ms for each in costs] for costs in spent]
    peak = [[each.peak_mb for each in costs] for costs in spent]
    rows.append(row(names[1], short, "ms", cpu[0], cpu[1], goals.goal(names[1])))
    rows.append(row(names[2], short, "MB", peak[0], peak[1], goals.goal(names[2])))
    return rows
