"""Runs an operation once, from its request to its result."""

from __future__ import annotations

from shared.client.api_client import ApiClient, CallStats
from shared.client.credentials import ResolvedCredentials
from shared.errors import Internal, Misconfigured, SyncError
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.models.result import SCHEMA_VERSION, ErrorBody, Outcome, Result
from shared.models.secret import Secret
from shared.operation_request import OperationRequest, prepare

MAX_MESSAGE_LENGTH = 1000
MAX_SEARCHED_LENGTH = 100_000
"""A longer message is truncated before secrets are redacted; what is kept of it is a small part."""


class RunReport:
    """A run's result, and what is reported beside it.

    Parameters
    ----------
    result: the result, the same for every trigger.
    retry_after: seconds that the provider asked to wait, if it throttled a failed run.
    warnings: problems that did not fail the run, with secrets redacted.
    provider_seconds: time spent waiting for the provider; for several targets the average.
    targets: how many targets did not fail, and how many did; None if it is a run of one.
    cold: whether it is the first run of the process; None if it is unknown before it is recorded.
    """

    def __init__(
        self,
        result: Result,
        retry_after: float | None,
        warnings: tuple[str, ...],
        provider_seconds: float,
        *,
        targets: tuple[int, int] | None = None,
        cold: bool | None = None,
    ) -> None:
        self.result = result
        self.retry_after = retry_after
        self.warnings = warnings
        self.provider_seconds = provider_seconds
        self.targets = targets
        self.cold = cold


def run_operation(
    operation: Operation, invocation: Invocation, request: OperationRequest | None = None
) -> RunReport:
    """Run an operation; every error becomes a failed result, which is not logged yet.

    Parameters
    ----------
    operation: the operation to run.
    invocation: the invocation it belongs to.
    request: from :func:`shared.operation_request.prepare`; None to prepare the event's own.
    """
    stats = CallStats()
    try:
        if request is None:
            request = prepare(operation, invocation, invocation.raw_parameters())
        outcome = execute(operation, invocation, request, stats)
    except SyncError as error:
        return failed_run(operation, invocation, error, request, stats)
    except Exception as error:  # noqa: BLE001 - every run ends with a result
        internal = log_unhandled(error, invocation)
        return failed_run(operation, invocation, internal, request, stats)
    reported = invocation.runtime.warned_once
    account = request.account
    hints = tuple(hint for hint in outcome.hints if f"{account}: {hint}" not in reported)
    reported.update(f"{account}: {hint}" for hint in hints)
    warnings = tuple(map(invocation.redactor.redact, outcome.warnings + hints))
    for warning in warnings:
        invocation.logger.log("warning", warning, {})
    result = build_result(operation, invocation, request, stats, outcome)
    return RunReport(result, None, warnings, stats.provider_seconds)


def log_unhandled(error: Exception, invocation: Invocation) -> Internal:
    """Log where an unexpected exception was raised, and return the error for it."""
    invocation.logger.log("error", "unhandled exception", {"frames": stack_frames(error)})
    return Internal(
        "internal error; see the function's log",
        code=type(error).__name__,
        hint="Please report this bug with the log line that lists the stack frames.",
    )


def failed_run(
    operation: Operation,
    invocation: Invocation,
    error: SyncError,
    request: OperationRequest | None = None,
    stats: CallStats | None = None,
) -> RunReport:
    """Return the report of a run that failed, or that an error prevented.

    Parameters
    ----------
    operation, invocation: as in :func:`run_operation`.
    error: the reason.
    request: the prepared request, None if it could not be prepared.
    stats: what was sent, None for nothing.
    """
    stats = stats or CallStats()
    redactor = invocation.redactor
    message = truncate(redactor.redact(error.message[:MAX_SEARCHED_LENGTH]))
    body = ErrorBody(
        category=error.category,
        code=redactor.redact(error.code[:MAX_MESSAGE_LENGTH])[:200],
        message=message,
        http_status=error.http_status,
        retryable=error.retryable,
        hint=redactor.redact(error.hint),
    )
    action = operation.id.rpartition(".")[2]
    what = "was sent, but not confirmed" if error.is_unconfirmed_write else "failed"
    outcome = Outcome("failed", f"{action} {what}: {message}", error.data)
    result = build_result(operation, invocation, request, stats, outcome, body)
    return RunReport(result, error.retry_after, (), stats.provider_seconds)


def execute(
    operation: Operation, invocation: Invocation, request: OperationRequest, stats: CallStats
) -> Outcome:
    """Execute a run or a dry run, and return its outcome.

    Raises
    ------
    SyncError: it failed.
    """
    params, identity = request.params, request.identity
    if isinstance(identity, Misconfigured) and not params.dry_run:
        raise identity
    settings = invocation.settings

    def read_secret(name: str) -> Secret | None:
        secret = settings.secret_by_name(name)
        if secret is not None:
            invocation.redactor.add(secret)
        return secret

    if operation.with_secrets is not None:
        params = operation.with_secrets(params, read_secret, settings.get)
    flow = operation.flow(params, request.context)
    if isinstance(identity, Misconfigured) or params.dry_run:
        from shared.client.dry_run import dry_run

        outcome = dry_run(flow, request.region, settings, invocation.redactor)
    elif isinstance(identity, ResolvedCredentials):
        outcome = ApiClient(
            operation, request.context, identity.credentials, invocation, stats
        ).run(flow)
    else:
        from shared.accounts.run import run_with_account  # only if a run names an account

        outcome = run_with_account(identity, operation, request.context, invocation, stats, flow)
    if params.wait_seconds and not operation.supports_wait:
        summary = f"{outcome.summary.rstrip('.')} (wait_seconds has no effect here)"
        return outcome._replace(summary=summary)
    return outcome


def build_result(
    operation: Operation,
    invocation: Invocation,
    request: OperationRequest | None,
    stats: CallStats,
    outcome: Outcome,
    error: ErrorBody | None = None,
) -> Result:
    """Return the result for an outcome, with secrets redacted.

    Parameters
    ----------
    operation, invocation, request, stats: as in :func:`failed_run`.
    outcome: what the operation concluded.
    error: why it failed, None if it did not.
    """
    started_monotonic, started_at = invocation.start_times
    summary, data, request_ids = invocation.redactor.redact_all(
        [outcome.summary, outcome.data, stats.request_ids]
    )
    return Result(
        schema_version=SCHEMA_VERSION,
        operation=operation.id,
        status=outcome.status,
        summary=summary,
        provider=operation.provider.name,
        account=invocation.account if request is None else request.account,
        region=None if request is None else request.region,
        data=data,
        error=error,
        provider_request_ids=tuple(request_ids),
        attempts=stats.attempts,
        trigger=invocation.trigger,
        invocation_id=invocation.invocation_id,
        started_at=started_at,
        duration_ms=round((invocation.runtime.clock.monotonic() - started_monotonic) * 1000),
    )


def record_run(report: RunReport, invocation: Invocation, *, by_account: bool = False) -> None:
    """Write the run's last log line and its metrics; parameters as in :func:`record_metrics`."""
    invocation.logger.log_result(report.result)
    record_metrics(report, invocation, by_account=by_account)


def record_metrics(
    report: RunReport,
    invocation: Invocation,
    notifications_lost: int | None = None,
    *,
    by_account: bool = False,
) -> None:
    """Write a run's metrics.

    Parameters
    ----------
    report, invocation: the run.
    notifications_lost: undelivered messages, None if none were to be sent.
    by_account: whether it is the run of one of several targets, whose account is a dimension.
    """
    runtime = invocation.runtime
    invocation.logger.emit_metrics(
        report.result,
        on_lambda=invocation.platform.name == "AWS Lambda",
        cold=runtime.cold if report.cold is None else report.cold,
        provider_seconds=report.provider_seconds,
        notifications_lost=notifications_lost,
        targets=report.targets,
        by_account=by_account,
    )
    runtime.cold = False


def truncate(message: str) -> str:
    """Return a message, truncated to 1,000 characters."""
    if len(message) <= MAX_MESSAGE_LENGTH:
        return message
    return message[: MAX_MESSAGE_LENGTH - 1] + "…"


def stack_frames(error: BaseException) -> list[str]:
    """Return an error's stack frames: file, line and function, without values or a message."""
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames
