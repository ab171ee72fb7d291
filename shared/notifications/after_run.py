"""Notifies about a timer's run, since no one reads its return value."""

from __future__ import annotations

from collections.abc import Callable

from shared import notifications
from shared.errors import Misconfigured
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.models.result import Result
from shared.runner import RunReport, failed_run, record_metrics, run_operation

RunFunction = Callable[[Operation, Invocation], RunReport]

RESERVED_SHARE = 0.15
"""The share of the timeout that is reserved for notifications, even if the run times out."""


def run_and_notify(
    operation: Operation, invocation: Invocation, run: RunFunction = run_operation
) -> RunReport:
    """Run an operation, record the run, and notify the channels in ``NOTIFY``.

    Parameters
    ----------
    operation: the operation to run.
    invocation: the timer's invocation.
    run: runs it for one target or for several.
    """
    channels: tuple[notifications.Channel, ...] = ()
    try:
        channels = notifications.load_channels(invocation.settings)
    except Misconfigured as error:
        report = failed_run(operation, invocation, error)
    else:
        for channel in channels:
            for secret in notifications.secrets_of(channel):
                invocation.redactor.add(secret)
        limited = invocation.reserving(RESERVED_SHARE, "NOTIFY") if channels else invocation
        report = run(operation, limited)
    invocation.logger.log_result(report.result)
    failed = notify_after_run(report.result, operation, invocation, channels)
    record_metrics(report, invocation, notifications_lost=failed)
    return report


def notify_after_run(
    result: Result,
    operation: Operation,
    invocation: Invocation,
    channels: tuple[notifications.Channel, ...],
) -> int:
    """Notify the channels of a result; return the number of undelivered messages.

    Parameters
    ----------
    result: the run's.
    operation: the operation that ran.
    invocation: its invocation.
    channels: those in ``NOTIFY``.
    """
    if not channels:
        return 0
    runtime = invocation.runtime
    delivery = notifications.deliver(
        result,
        channels,
        transport=runtime.transport(invocation.settings),
        deadline=invocation.deadline,
        clock=runtime.clock,
        random=runtime.random,
        new_id=runtime.nonce,
        log=invocation.logger.log,
        operation=operation,
    )
    return delivery.failed
