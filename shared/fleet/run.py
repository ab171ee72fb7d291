"""Runs an operation for several targets at the same time, within one deadline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shared.errors import SyncError
from shared.fleet.fleet_request import FleetRequest, prepare_fleet
from shared.fleet.result import fleet_result, size_budget
from shared.fleet.target_results import FAILED, TargetResults
from shared.fleet.targets import Target, shown_account, shown_region
from shared.invocation import DEFAULT_ACCOUNT, Invocation
from shared.models.operation import Operation
from shared.models.result import Result
from shared.runner import RunReport, failed_run, log_unhandled, record_run, run_operation

if TYPE_CHECKING:
    from threading import Lock

MIN_TARGET_SECONDS = 5.0
"""With less time left no target is started: most runs take less."""

MAX_MIN_SHARE = 0.5
"""Its maximum as a share of the time, so that a function with little time starts some too."""


def run_fleet(
    operation: Operation, invocation: Invocation, fleet: FleetRequest | None = None
) -> RunReport:
    """Run an operation for each target; every error becomes a failed result, which is not logged.

    The result of each target is logged, and has its metrics.

    Parameters
    ----------
    operation: the operation to run.
    invocation: the invocation they belong to.
    fleet: from :func:`shared.fleet.fleet_request.prepare_fleet`; None to prepare the event's own.
    """
    invocation.logger.bind(account=None)
    try:
        fleet = fleet or prepare_fleet(operation, invocation, invocation.raw_parameters())
        return FleetRun(operation, invocation, fleet).run()
    except SyncError as error:
        return refused(operation, invocation, error)
    except Exception as error:  # noqa: BLE001 - every run ends with a result
        return refused(operation, invocation, log_unhandled(error, invocation))


def refused(operation: Operation, invocation: Invocation, error: SyncError) -> RunReport:
    """Return the report of an event whose targets could not be run."""
    invocation.logger.bind(account=None)
    report = failed_run(operation, invocation, error)
    report.result = report.result._replace(account=None)
    return report


class FleetRun:
    """The runs of the targets of one event.

    Parameters
    ----------
    operation, invocation, fleet: as in :func:`run_fleet`.
    """

    def __init__(self, operation: Operation, invocation: Invocation, fleet: FleetRequest) -> None:
        self._operation = operation
        self._invocation = invocation
        self._fleet = fleet
        self._results = TargetResults(size_budget(invocation.trigger))
        self._targets: Iterator[Target] = iter(fleet.targets)
        self._started = 0
        self._stopped = False
        remaining = invocation.deadline.remaining()
        self._min_seconds = min(MIN_TARGET_SECONDS, remaining * MAX_MIN_SHARE)

    def run(self) -> RunReport:
        """Run as many targets as there is time for, and return the report of all."""
        runtime = self._invocation.runtime
        cold, runtime.cold = runtime.cold, False
        runtime.transport(self._invocation.settings)  # before threads compete for it
        self._run_targets(min(self._fleet.max_concurrency, len(self._fleet.targets)))
        results = self._results
        failed = results.counts.get(FAILED, 0)
        return RunReport(
            fleet_result(self._operation, self._invocation, self._fleet, results, self._started),
            None,
            (),
            results.provider_seconds / max(1, len(results)),
            targets=(len(results) - failed, failed),
            cold=cold,
        )

    def _run_targets(self, concurrency: int) -> None:
        # Imported late: only an event with targets needs threads.
        from threading import Lock, Thread

        lock = Lock()
        threads: list[Thread] = []
        for _ in range(concurrency - 1):
            thread = Thread(target=self._work, args=(lock,), name="target", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the platform allows no more threads: the others do the work
                break
            threads.append(thread)
        try:
            self._work(lock)
        finally:
            self._stopped = True  # an interrupt starts no further target
            for thread in threads:
                thread.join()

    def _work(self, lock: Lock) -> None:
        """Run one target after the other, until none is left or there is no time for another."""
        while True:
            with lock:
                target = self._next_target()
                number = self._started
                if target is None:
                    return
                self._started += 1
            self._run_target(number, target)

    def _next_target(self) -> Target | None:
        if self._stopped:
            return None
        # The first one always starts, so that continuing comes to an end.
        if self._started and self._invocation.deadline.remaining() < self._min_seconds:
            return None
        return next(self._targets, None)

    def _run_target(self, number: int, target: Target) -> None:
        invocation = target_invocation(self._invocation, self._fleet, number, target)
        try:
            report = run_operation(self._operation, invocation)
            report.result = with_place(report, target)
            record_run(report, invocation, by_account=True)
        except Exception as error:  # noqa: BLE001 - one target never stops the others
            internal = log_unhandled(error, invocation)
            report = failed_run(self._operation, invocation, internal)
            report.result = with_place(report, target)
        self._results.add(number, report.result, report.provider_seconds)


def target_invocations(
    invocation: Invocation, fleet: FleetRequest
) -> Iterator[tuple[Target, Invocation]]:
    """Yield each target with its invocation."""
    for number, target in enumerate(fleet.targets):
        yield target, target_invocation(invocation, fleet, number, target)


def target_invocation(
    invocation: Invocation, fleet: FleetRequest, number: int, target: Target
) -> Invocation:
    """Return the invocation for a target, with a log and redaction of its own.

    Parameters
    ----------
    invocation, fleet: those of all targets.
    number: the target's place in the order.
    target: the target.
    """
    return invocation.for_target(
        fleet.parameters_of(target),
        target.error,
        account=shown_account(target),
        region=shown_region(target),
        target=number + 1,
        targets=len(fleet.targets),
    )


def with_place(report: RunReport, target: Target) -> Result:
    """Return a target's result with the account and the region that it was to run in.

    A run that failed early knows neither.
    """
    result = report.result
    account = result.account if result.account != DEFAULT_ACCOUNT else shown_account(target)
    return result._replace(account=account, region=result.region or shown_region(target))
