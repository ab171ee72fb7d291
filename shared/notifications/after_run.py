"""Notifications about a timer's run, whose answer nobody reads."""

from __future__ import annotations

from shared import notifications
from shared.errors import Misconfigured
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.models.result import Result
from shared.runner import RunReport, failed_run, record_metrics, run_operation

RESERVED_SHARE = 0.15
"""The share of the function's time for notifications: they report a run that timed out, too."""


def run_and_notify(operation: Operation, invocation: Invocation) -> RunReport:
    """Run an operation, record the run, and notify the channels in ``NOTIFY``.

    Parameters
    ----------
    operation: which.
    invocation: the timer's event.
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
        report = run_operation(operation, limited)
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
    """Notify the channels of a result; return how many messages were not delivered.

    Parameters
    ----------
    result: the run's.
    operation, invocation: which operation, and its event.
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
