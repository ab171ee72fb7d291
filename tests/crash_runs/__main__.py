"""``make crash-runs``: fleets on DBOS whose workers are killed at random requests.

Every run has an emulator of its own, and a worker (examples/dbos) that is killed with SIGKILL at
random requests and started again until its fleet is done. Every target must be done, and nothing
done twice where an operation can look.

Exit code 0: everything held; 1: something did not; 2: the command is wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.crash_runs.crash_run import TARGETS, Outcome, crash_run, random_kills


def main() -> int:
    """Run the command, and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="make crash-runs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=100, help="default 100")
    parser.add_argument("--first", type=int, default=0, help="seed of the first run (default 0)")
    parser.add_argument("--at-once", type=int, default=2, help="runs at once (default 2)")
    given = parser.parse_args()
    if given.runs < 1 or given.at_once < 1:
        parser.error("at least one run, and one at once")
    started = time.monotonic()
    seeds = range(given.first, given.first + given.runs)
    outcomes = []
    with ThreadPoolExecutor(given.at_once) as pool:
        for seed, outcome in zip(seeds, pool.map(run_seed, seeds), strict=True):
            outcomes.append(outcome)
            for problem in outcome.problems:
                print(f"seed {seed}: {problem}; killed {outcome.kills}", flush=True)
            if sys.stderr.isatty():
                print(
                    f"\r{len(outcomes)} of {given.runs} runs", end="", file=sys.stderr, flush=True
                )
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(summary(outcomes, time.monotonic() - started))
    problems = sum(len(outcome.problems) for outcome in outcomes)
    print("Everything held." if not problems else f"{problems} violations.")
    return 1 if problems else 0


def run_seed(seed: int) -> Outcome:
    """Run a fleet whose workers are killed as a seed says; of every second, at slow providers."""
    return crash_run(random_kills(seed), slow=seed % 2 == 1)


def summary(outcomes: list[Outcome], seconds: float) -> str:
    """Return the figures of all runs."""
    kills = [kill for outcome in outcomes for kill in outcome.kills]
    moments = Counter(kill.moment for kill in kills)
    told = ", ".join(f"{count} {moment}" for moment, count in sorted(moments.items()))
    repeated = sum(outcome.repeated_on_edas for outcome in outcomes)
    return (
        f"{len(outcomes)} runs of {TARGETS} targets in {seconds:.0f} s: "
        f"{len(kills)} kills ({told}), {sum(each.requests for each in outcomes)} requests; "
        f"EDAS, which nothing can look for, was asked again {repeated} times."
    )


if __name__ == "__main__":
    sys.exit(main())
