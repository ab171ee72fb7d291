"""The entry point of every function: from an event to its response, on any platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.errors import Misconfigured, SyncFailed, SyncRetryable
from shared.invocation import Invocation
from shared.models.http import dump_json_text
from shared.models.operation import Operation
from shared.models.result import Result, Trigger
from shared.operation_request import defaults_of
from shared.runner import RunReport, record_run, run_operation
from shared.runtime import Runtime

EXPLICIT_TRIGGERS: Mapping[object, Trigger] = {
    "timer": "timer",
    "workflow": "workflow",
    "direct": "direct",
}
"""The triggers that an event may name, if its envelope does not show what sent it."""

RAISES_ON_FAILURE: tuple[Trigger, ...] = ("timer", "workflow")
"""No one reads the return value for these: only an exception makes a failure visible."""

RUNTIME = Runtime()


def handle(
    operation: Operation, event: object, context: Any, runtime: Runtime | None = None
) -> dict[str, object]:
    """Run an operation for one event of any of the four platforms and return its result.

    Parameters
    ----------
    operation: the operation to run.
    event, context: as the platform passed them in.
    runtime: what the invocations of this process share; None for the process-wide one.

    Raises
    ------
    SyncFailed: the run, or that of one of several targets, failed and was triggered by a timer or
        a workflow, or the event, ``DEFAULT_PARAMETERS`` or ``ON_FAILURE`` requests an exception;
        ``SyncRetryable`` if a retry may help.
    """
    invocation = Invocation.from_event(event, context, runtime or RUNTIME)
    if invocation.trigger == "http":
        # Imported late: a timer's cold start does not need it.
        from shared.http_trigger.handler import handle_request
        from shared.http_trigger.request import parse_request

        request = parse_request(invocation.event.parameters)
        return handle_request(operation, invocation, request)
    return return_or_raise(run_invocation(operation, invocation), operation, invocation)


def run_invocation(operation: Operation, invocation: Invocation) -> Result:
    """Run an operation, record the run and notify about it; return its result.

    Parameters
    ----------
    operation: the operation to run.
    invocation: its invocation, of any trigger but HTTP; its trigger is set to the event's.
    """
    invocation.logger.bind(operation=operation.id, account=invocation.account)
    if operation.parameters_from_event is not None and invocation.trigger == "direct":
        from shared.service_event import read_service_event  # no other operation needs it

        read_service_event(operation.parameters_from_event, invocation)
    invocation.trigger = trigger_of(operation, invocation)
    run: Callable[[Operation, Invocation], RunReport] = run_operation
    if invocation.has_targets:
        from shared.fleet.run import run_fleet as run  # only if needed
    if invocation.trigger == "timer" and invocation.settings.source_of("NOTIFY"):
        from shared.notifications.after_run import run_and_notify  # only if needed

        report = run_and_notify(operation, invocation, run)
    else:
        report = run(operation, invocation)
        record_run(report, invocation)
    return report.result


def trigger_of(operation: Operation, invocation: Invocation) -> Trigger:
    """Return what started a run: the envelope's trigger, else the one in the event or defaults."""
    if invocation.trigger != "direct":
        return invocation.trigger
    return EXPLICIT_TRIGGERS.get(run_option("trigger", operation, invocation), "direct")


def run_option(name: str, operation: Operation, invocation: Invocation) -> str | None:
    """Return a parameter about the run itself: the event's, else the default.

    Parameters
    ----------
    name: ``trigger`` or ``on_failure``.
    operation: the operation to run.
    invocation: its invocation.
    """
    raw = invocation.event.parameters
    value = raw.get(name) if isinstance(raw, Mapping) else None
    if value is None:
        try:
            value = defaults_of(operation, invocation).get(name)
        except Misconfigured:
            return None  # the run itself reports this error
    return value if isinstance(value, str) else None


def return_or_raise(
    result: Result, operation: Operation, invocation: Invocation
) -> dict[str, object]:
    """Return a result as a JSON object, or raise it as an exception.

    Raises
    ------
    SyncFailed: see :func:`handle`.
    """
    body = result.as_dict()
    error = result.error
    if error is None and result.status != "partial":
        return body
    mode = run_option("on_failure", operation, invocation)
    if mode not in {"raise", "return"}:
        mode = invocation.settings.get("ON_FAILURE")
    if mode not in {"raise", "return"}:
        mode = "raise" if result.trigger in RAISES_ON_FAILURE else "return"
    if mode == "return":
        return body
    if error is not None:
        retryable = error.retryable
    else:
        from shared.fleet.result import has_failed_targets, is_retryable

        if not has_failed_targets(result):
            return body
        retryable = is_retryable(result)
    kind = SyncRetryable if retryable else SyncFailed
    raise kind(dump_json_text(body)) from None
