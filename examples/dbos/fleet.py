"""Runs an operation for each target of a fleet on DBOS, and goes on after a crash.

``python -m examples.dbos.fleet input.json``; README.md says what the input is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos import error as dbos_error

from functions.registry import OPERATIONS, load
from shared.entrypoint import handle
from shared.errors import SyncFailed, SyncRetryable

Event = dict[str, Any]
Result = dict[str, Any]

OPERATION_OF = {load(operation_id).function: operation_id for operation_id in OPERATIONS}
QUEUE = "targets"
RUN = {"trigger": "workflow", "on_failure": "raise"}
"""Makes a failed run an exception, whatever ``ON_FAILURE`` says."""

READS_STATE = frozenset({"tencent.cwp.SyncMachines", "tencent.cwp.SyncAssetScan"})
"""Operations whose ``sync: false`` shows when the last synchronization started."""


class Limits(NamedTuple):
    """How many targets run at once, and how many begin in a second.

    They hold for one process; parallel processes share the queue's rate, not the limit at once.
    """

    at_once: int = 16
    per_second: int = 8


def is_retryable(error: BaseException) -> bool:
    """Return whether a retry may help."""
    return isinstance(error, SyncRetryable)


def call(operation_id: str, event: Event) -> Result:
    """Run an operation in this process, as a function platform would.

    Raises
    ------
    SyncRetryable: it failed, and a retry may help.
    """
    try:
        return handle(load(operation_id), {**event, **RUN}, None)
    except SyncRetryable:
        raise
    except SyncFailed as error:
        return result_of(error)


def result_of(error: BaseException) -> Result:
    """Return the result that an exception of a failed run carries."""
    result: Result = json.loads(str(error))
    return result


# A step whose process ends before its result is stored runs again: at least once, not exactly once.
# Each operation that can looks before it changes something, so that the second run changes nothing.
step = DBOS.step(
    retries_allowed=True,
    interval_seconds=5,
    backoff_rate=2,
    max_attempts=5,
    should_retry=is_retryable,
)


@step
def read_start_time(operation_id: str, event: Event) -> str | None:
    """Return when the last synchronization started, before this workflow asks for one."""
    return start_time(call(operation_id, {**event, "sync": False}))


@step
def run_target(operation_id: str, event: Event, started_before: str | None) -> Result:
    """Run the operation, unless an attempt that crashed has already started what it starts.

    Parameters
    ----------
    operation_id, event: what runs.
    started_before: for :data:`READS_STATE`, the start time that this workflow read first. A
        later one means that the synchronization was started since; it may have ended already,
        so that the operation's own look would not see it.
    """
    if started_before is not None:
        seen = call(operation_id, {**event, "sync": False})
        if start_time(seen) not in {None, started_before}:
            return seen
    return call(operation_id, event)


def start_time(result: Result) -> str | None:
    """Return ``latest_start_time`` of a result."""
    found: str | None = result["data"].get("latest_start_time")
    return found


@DBOS.workflow()
def sync_target(operation_id: str, event: Event) -> Result:
    """Run the operation for one target; a failure is its result."""
    try:
        started_before = (
            read_start_time(operation_id, event) if operation_id in READS_STATE else None
        )
        return run_target(operation_id, event, started_before)
    except dbos_error.DBOSMaxStepRetriesExceeded as error:
        return result_of(error.errors[-1])


@DBOS.workflow()
def sync_fleet(operation_id: str, events: list[Event]) -> list[Result]:
    """Run the operation for every target, and return their results in the targets' order."""
    handles = [DBOS.enqueue_workflow(QUEUE, sync_target, operation_id, event) for event in events]
    return [handle.get_result() for handle in handles]


def run(
    inputs: Sequence[Mapping[str, Any]],
    run_id: str,
    database: Path,
    limits: Limits = Limits(),  # noqa: B008 - it is immutable
) -> list[list[Result]]:
    """Run fleets to their end, and return the results of each.

    A second call with the same ``run_id`` goes on where a first one was killed, and runs nothing
    anew that has ended.

    Parameters
    ----------
    inputs: for each fleet ``function``, ``parameters`` and ``targets``.
    run_id: the name of this run, such as its date.
    database: a file of SQLite, made when it is missing.
    limits: of the queue.
    """
    config: DBOSConfig = {
        "name": "cloud-sync",
        "system_database_url": f"sqlite:///{database}",
        # Otherwise a change of this file would leave what an older version began.
        "application_version": "1",
        "log_level": "WARNING",
    }
    DBOS(config=config)
    DBOS.launch()
    try:
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=limits.at_once,
            limiter={"limit": limits.per_second, "period": 1.0},
            polling_interval_sec=0.1,
        )
        handles = []
        for number, each in enumerate(inputs):
            events = [{**each["parameters"], **target} for target in each["targets"]]
            with SetWorkflowID(f"{run_id}-{number}"):
                handles.append(
                    DBOS.start_workflow(sync_fleet, OPERATION_OF[each["function"]], events)
                )
        return [handle.get_result(polling_interval_sec=0.1) for handle in handles]
    finally:
        DBOS.destroy()


def report(function: str, targets: Sequence[object], results: Sequence[Result]) -> list[str]:
    """Return one line with the counts, and one for each failed target."""
    counts = Counter(result["status"] for result in results)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    lines = [f"{function}: {told or 'no targets'}"]
    for target, result in zip(targets, results, strict=True):
        error = result["error"]
        if error is not None:
            shown = json.dumps(target, ensure_ascii=False)
            lines.append(f"  {shown}: {error['category']} {error['code']}: {error['hint']}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit code: 1 if a target failed."""
    parser = argparse.ArgumentParser(prog="python -m examples.dbos.fleet", description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path, metavar="input.json")
    parser.add_argument("--run-id", required=True, help="the same again goes on with a killed run")
    parser.add_argument("--database", type=Path, default=Path("fleet.sqlite"))
    parser.add_argument("--at-once", type=int, default=Limits().at_once)
    parser.add_argument("--per-second", type=int, default=Limits().per_second)
    given = parser.parse_args(arguments)
    inputs = [json.loads(path.read_text("utf-8")) for path in given.inputs]
    limits = Limits(given.at_once, given.per_second)
    failed = False
    fleets = run(inputs, given.run_id, given.database, limits)
    for each, results in zip(inputs, fleets, strict=True):
        lines = report(each["function"], each["targets"], results)
        print("\n".join(lines), file=sys.stderr)  # noqa: T201 - the log is on standard output
        failed = failed or any(result["status"] == "failed" for result in results)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
