"""Runs an operation once, from its request to its result."""

from __future__ import annotations

from shared.client.api_client import ApiClient, CallStats
from shared.errors import Internal, Misconfigured, SyncError
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.models.result import SCHEMA_VERSION, ErrorBody, Outcome, Result
from shared.models.secret import Secret
from shared.operation_request import OperationRequest, prepare

MAX_MESSAGE_LENGTH = 1000


class RunReport:
    """A run's result, and what is reported beside it.

    Parameters
    ----------
    result: the result, the same for every trigger.
    retry_after: seconds that the provider asked to wait, if it throttled a failed run.
    warnings: problems that did not fail the run, with secrets redacted.
    provider_seconds: time spent waiting for the provider.
    """

    def __init__(
        self,
        result: Result,
        retry_after: float | None,
        warnings: tuple[str, ...],
        provider_seconds: float,
    ) -> None:
        self.result = result
        self.retry_after = retry_after
        self.warnings = warnings
        self.provider_seconds = provider_seconds


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
        invocation.logger.log("error", "unhandled exception", {"frames": stack_frames(error)})
        internal = Internal(
            "internal error; see the function's log",
            code=type(error).__name__,
            hint="Please report this bug with the log line that lists the stack frames.",
        )
        return failed_run(operation, invocation, internal, request, stats)
    warnings = tuple(map(invocation.redactor.redact, outcome.warnings))
    for warning in warnings:
        invocation.logger.log("warning", warning, {})
    result = build_result(operation, invocation, request, stats, outcome)
    return RunReport(result, None, warnings, stats.provider_seconds)


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
    message = truncate(redactor.redact(error.message))
    body = ErrorBody(
        category=error.category,
        code=redactor.redact(error.code)[:200],
        message=message,
        http_status=error.http_status,
        retryable=error.retryable,
        hint=redactor.redact(error.hint),
    )
    action = operation.id.rpartition(".")[2]
    outcome = Outcome("failed", f"{action} failed: {message}", error.data)
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
    else:
        outcome = ApiClient(
            operation, request.context, identity.credentials, invocation, stats
        ).run(flow)
    if params.wait_seconds and not operation.supports_wait:
        summary = f"{outcome.summary.rstrip('.')} (wait_seconds has no effect here)"
        return Outcome(outcome.status, summary, outcome.data, outcome.warnings)
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
        account="default",
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


def record_run(report: RunReport, invocation: Invocation) -> None:
    """Write the run's last log line and its metrics."""
    invocation.logger.log_result(report.result)
    record_metrics(report, invocation)


def record_metrics(
    report: RunReport, invocation: Invocation, notifications_lost: int | None = None
) -> None:
    """Write a run's metrics.

    Parameters
    ----------
    report, invocation: the run.
    notifications_lost: undelivered messages, None if none were to be sent.
    """
    runtime = invocation.runtime
    invocation.logger.emit_metrics(
        report.result,
        on_lambda=invocation.platform.name == "AWS Lambda",
        cold=runtime.cold,
        provider_seconds=report.provider_seconds,
        notifications_lost=notifications_lost,
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
