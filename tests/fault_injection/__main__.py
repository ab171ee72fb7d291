"""``make fire``: runs the operations with injected faults, and reports what does not hold.

Exit code 0: everything held; 1: something did not; 2: the command is wrong.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from itertools import islice

from local.table import Column, render
from tests.fault_injection.batch import Report, run_batch
from tests.fault_injection.scenario import make_scenario

BATCH = 100
SHOWN = 20
COLUMNS = (Column("status or error category"), Column("runs", right=True))


def main() -> int:
    """Run the command, and return its exit code."""
    parser = argparse.ArgumentParser(prog="make fire", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many runs (default 10000)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default 0)")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="default: one for each core"
    )
    given = parser.parse_args()
    if given.seeds < 1 or given.processes < 1:
        parser.error("--seeds and --processes must be at least 1")
    if given.seeds == 1:
        print(make_scenario(given.first))
    started = time.monotonic()
    total = run_all(range(given.first, given.first + given.seeds), given.processes)
    show(total, time.monotonic() - started)
    return 1 if total.found else 0


def run_all(seeds: range, processes: int) -> Report:
    """Run all seeds in several processes; progress goes to standard error."""
    total = Report()
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        for report in pool.imap_unordered(run_batch, batches(seeds)):
            total.add(report)
            print(
                f"\r{total.runs:,} of {len(seeds):,} runs, {len(total.found)} violations",
                end="",
                file=sys.stderr,
                flush=True,
            )
    print(file=sys.stderr)
    return total


def batches(seeds: range) -> Iterator[list[int]]:
    """Yield the seeds in lists."""
    left = iter(seeds)
    while batch := list(islice(left, BATCH)):
        yield batch


def show(total: Report, seconds: float) -> None:
    """Print what came of the runs."""
    print(
        f"{total.runs:,} runs in {seconds:.0f} s: {total.requests:,} requests; the provider did "
        f"the work of {total.work:,}."
    )
    rows = [(name, f"{number:,}") for name, number in total.statuses.most_common()]
    print(render(COLUMNS, rows, width=80))
    for found in total.found[:SHOWN]:
        print(f"\n{found.scenario}\n  {found.problem}\n  make fire SEEDS=1 FIRST={found.seed}")
    if len(total.found) > SHOWN:
        print(f"\n… and {len(total.found) - SHOWN} more.")
    print("\nEverything held." if not total.found else f"\n{len(total.found)} violations.")


if __name__ == "__main__":
    sys.exit(main())
