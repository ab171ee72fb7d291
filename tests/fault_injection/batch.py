"""Runs many scenarios at once, and checks that nothing is left behind."""

from __future__ import annotations

import gc
import io
import json
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.fault_injection.invariants import violations
from tests.fault_injection.run import Observation, certificates, run_scenario
from tests.fault_injection.scenario import Scenario, make_scenario

AT_ONCE = 16
"""Scenarios that run at the same time: most of them wait for a silent server."""

PATIENCE = 5.0
"""Seconds for the threads and sockets of the last scenarios to end."""


class Violation(NamedTuple):
    """Something that did not hold.

    Parameters
    ----------
    seed: the scenario's; the first one's of a batch if it was noticed after the batch.
    scenario: the scenario, in words.
    problem: what did not hold.
    """

    seed: int
    scenario: str
    problem: str


@dataclass
class Report:
    """What came of a batch; can be passed on to another process.

    Attributes
    ----------
    runs: how many scenarios were run.
    found: each violation.
    statuses: how many runs had each status, or error category if they failed.
    requests: how many requests reached the emulators.
    work: how many runs the provider worked for.
    """

    runs: int = 0
    found: list[Violation] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    work: int = 0

    def add(self, other: Report) -> None:
        """Add another batch's numbers."""
        self.runs += other.runs
        self.found += other.found
        self.statuses += other.statuses
        self.requests += other.requests
        self.work += other.work


def run_batch(seeds: Iterable[int], done: Callable[[], object] = lambda: None) -> Report:
    """Run the scenarios of these seeds.

    Parameters
    ----------
    seeds: of the scenarios.
    done: called after each.
    """
    certificates()
    threads, files = threading.active_count(), open_files()
    report, output = Report(), io.StringIO()

    def run(seed: int) -> tuple[Scenario, Observation]:
        scenario = make_scenario(seed)
        observation = run_scenario(scenario)
        done()
        return scenario, observation

    with redirect_stdout(output), ThreadPoolExecutor(AT_ONCE) as pool:
        observed = list(pool.map(run, seeds))
    logs = by_invocation(output.getvalue())
    for scenario, seen in observed:
        invocation = (seen.result or {}).get("invocation_id")
        count(report, scenario, seen, logs[invocation])
    for problem in left_behind(threads, files):
        seed = observed[0][0].seed
        report.found.append(Violation(seed, f"{len(observed)} runs from seed {seed}", problem))
    return report


def count(report: Report, scenario: Scenario, seen: Observation, log: str) -> None:
    """Add one run to a report."""
    result = seen.result or {"status": "none", "error": None}
    report.runs += 1
    report.found += [
        Violation(scenario.seed, str(scenario), problem)
        for problem in violations(scenario, seen, log)
    ]
    report.statuses[result["error"]["category"] if result["error"] else result["status"]] += 1
    report.requests += len(seen.received)
    report.work += seen.work > 0


def by_invocation(output: str) -> defaultdict[str | None, str]:
    """Return the log lines of each invocation; None for lines without one."""
    logs: defaultdict[str | None, str] = defaultdict(str)
    for line in output.split("\n")[:-1]:
        logs[json.loads(line).get("invocation_id")] += f"{line}\n"
    return logs


def left_behind(threads: int, files: int) -> Iterable[str]:
    """Yield which threads and files there are more of than before."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        gc.collect()
        if threading.active_count() <= threads and open_files() <= files:
            return
        time.sleep(0.05)
    if threading.active_count() > threads:
        yield f"threads are left: {[each.name for each in threading.enumerate()]}"
    if open_files() > files:
        yield f"{open_files() - files} files or sockets are left"


def open_files() -> int:
    """Return how many files and sockets this process has open."""
    return len(os.listdir("/proc/self/fd"))
