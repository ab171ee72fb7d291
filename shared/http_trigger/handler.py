"""Handles an HTTP request to run an operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ParamSpec

from shared import validation
from shared.errors import Conflict, InvalidInput, Misconfigured, SyncError
from shared.http_trigger import response
from shared.http_trigger.auth_config import load_auth_config
from shared.http_trigger.authentication import Caller, authenticate
from shared.http_trigger.body import TARGETS, parse_body, require_json
from shared.http_trigger.permissions import (
    AccessRequest,
    Rule,
    is_allowed,
    load_rules,
    usable_by,
)
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.http_trigger.response import HttpResponse
from shared.invocation import DEFAULT_ACCOUNT, Invocation
from shared.models.operation import Operation
from shared.operation_request import OperationRequest, prepare, requested_account
from shared.runner import RunReport, failed_run, record_run, run_operation, stack_frames
from shared.settings import Settings

TIMEOUT_SETTING = "HTTP_DEADLINE_SECONDS"

P = ParamSpec("P")


def handle_request(
    operation: Operation, invocation: Invocation, request: HttpRequest
) -> HttpResponse:
    """Return the response to a request to run an operation; errors become responses too.

    Parameters
    ----------
    operation: the operation to run.
    invocation: the invocation that the request belongs to.
    request: the request; see :func:`shared.http_trigger.request.parse_request`.
    """
    invocation.logger.bind(operation=operation.id, account=invocation.account)
    return with_error_handling(invocation, process_request, operation, invocation, request)


def with_error_handling(
    invocation: Invocation,
    work: Callable[P, HttpResponse],
    *args: P.args,
    **kwargs: P.kwargs,
) -> HttpResponse:
    """Call a function and return its response, or the response for the exception it raises.

    Parameters
    ----------
    invocation: the invocation whose log records the exception.
    work: the function; may raise an ``HttpProblem``, a ``SyncError``, or any other exception.
    args, kwargs: its arguments.
    """
    logger = invocation.logger
    try:
        return work(*args, **kwargs)
    except HttpProblem as problem:
        logger.log("warning", problem.detail, {"http_status": problem.status, "trigger": "http"})
        return response.from_problem(problem)
    except SyncError as error:
        logger.log("error", error.message, {"code": error.code, "hint": error.hint})
        detail = invocation.redactor.redact(f"{error.message}. {error.hint}")
        return response.from_problem(HttpProblem(500, detail))
    except Exception as error:  # noqa: BLE001 - an HTTP caller sees no traceback
        logger.log("error", "unhandled exception", {"frames": stack_frames(error)})
        return response.from_problem(HttpProblem(500, "internal error; see the function's log"))


def process_request(
    operation: Operation, invocation: Invocation, request: HttpRequest
) -> HttpResponse:
    """Return the response to a request; parameters as in :func:`handle_request`.

    Raises
    ------
    HttpProblem: the request is rejected before anything is run.
    """
    if request.method != "POST":
        raise HttpProblem(405, "use POST to run an operation", {"Allow": "POST"})
    settings = invocation.settings
    try:
        config = load_auth_config(settings, invocation.redactor.add)
    except Misconfigured as error:
        return rejected(operation, invocation, error)
    body_error: InvalidInput | None = None
    try:
        body = request.body()
    except InvalidInput as error:
        body, body_error = b"", error
    caller = authenticate(invocation, request, body, config)
    invocation.logger.bind(caller=caller.name or "bearer")
    require_json(request, body)
    try:
        rules = load_rules(settings.get("HTTP_RIGHTS"))
        invocation = invocation.limited_to(request_timeout(settings), TIMEOUT_SETTING)
        if body_error is not None:
            raise body_error
        raw = parse_body(operation, invocation, request, body)
        if isinstance(raw, Mapping) and TARGETS in raw:
            # Imported late: most requests have one target.
            from shared.http_trigger.targets import prepare_targets, rejected_targets

            try:
                run = prepare_targets(operation, invocation, raw, caller, rules)
            except SyncError as error:
                return rejected_targets(operation, invocation, error)
            prepared = None
        else:
            prepared = prepare_one(operation, invocation, raw, caller, rules)
            run = partial(run_operation, operation, invocation, prepared)
    except SyncError as error:
        return rejected(operation, invocation, error)
    report = run_once(operation, invocation, prepared, caller, run)
    return response.from_result(report.result, report.retry_after)


def prepare_one(
    operation: Operation,
    invocation: Invocation,
    raw: object,
    caller: Caller,
    rules: tuple[Rule, ...] | None,
) -> OperationRequest:
    """Return the request for one run, which the caller may do.

    Raises
    ------
    HttpProblem: the caller may not do it.
    SyncError: the parameters or the settings are not valid.
    """
    may_use = usable_by(
        "accounts", caller.name, is_named=caller.is_named, operation=operation.id, rules=rules
    )
    account = requested_account(operation, invocation, raw)
    if account != DEFAULT_ACCOUNT and not may_use(account):
        raise HttpProblem(
            403, f"HTTP_RIGHTS does not allow this caller to use this account on {operation.id}"
        )
    prepared = prepare(operation, invocation, raw, may_use_account=may_use)
    authorize(caller, access_request(operation, prepared), rules)
    require_callable_by_callers(operation, invocation.settings, prepared)
    return prepared


def rejected(operation: Operation, invocation: Invocation, error: SyncError) -> HttpResponse:
    """Return the response to a request that cannot be run because of an error."""
    report = failed_run(operation, invocation, error)
    record_run(report, invocation)
    return response.from_result(report.result, report.retry_after)


def run_once(
    operation: Operation,
    invocation: Invocation,
    prepared: OperationRequest | None,
    caller: Caller,
    run: Callable[[], RunReport],
) -> RunReport:
    """Run an operation, once per webhook ID, and record the run.

    The ID is reserved during the run, so that only one of two simultaneous deliveries runs. It is
    released if a later delivery of the same webhook may succeed: the error is retryable, or
    nothing was sent.

    Parameters
    ----------
    operation, invocation: what is run.
    prepared: the request, None if it has several targets.
    caller: the caller, with the webhook's ID if it is one.
    run: runs it.
    """
    runtime, webhook_id = invocation.runtime, caller.webhook_id
    if webhook_id is not None:
        now = runtime.clock.now().timestamp()
        if not runtime.replay_cache.add_if_new(f"webhook:{webhook_id}", now):
            duplicate = Conflict(
                "duplicate webhook-id: this webhook is being processed or was processed",
                code="DuplicateWebhook",
                hint="Send a new webhook with an ID of its own to run the operation again.",
            )
            invocation.logger.log("warning", duplicate.message, {"code": duplicate.code})
            return failed_run(operation, invocation, duplicate, prepared)
    report = run()
    error = report.result.error
    may_be_repeated = error is not None and (error.retryable or report.result.attempts == 0)
    if webhook_id is not None and may_be_repeated:
        runtime.replay_cache.discard(f"webhook:{webhook_id}")
    record_run(report, invocation)
    return report


def request_timeout(settings: Settings) -> float:
    """Return the maximum number of seconds that an HTTP caller waits.

    Raises
    ------
    Misconfigured: the setting is not a positive number.
    """
    text = settings.get(TIMEOUT_SETTING) or ""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise Misconfigured(
            f"{TIMEOUT_SETTING} is not a positive number",
            code="BadSetting",
            hint=f"Set {TIMEOUT_SETTING} to seconds below the gateway's limit, or unset it.",
        )
    return seconds


def access_request(operation: Operation, prepared: OperationRequest) -> AccessRequest:
    """Return what a prepared request wants to do."""
    return AccessRequest(operation.id, prepared.action, prepared.account, prepared.region)


def authorize(caller: Caller, wanted: AccessRequest, rules: tuple[Rule, ...] | None) -> None:
    """Reject a request that no rule allows.

    Raises
    ------
    HttpProblem: no rule allows it.
    """
    if not is_allowed(caller.name, is_named=caller.is_named, request=wanted, rules=rules):
        raise HttpProblem(
            403,
            f"HTTP_RIGHTS does not allow this caller to use {wanted.action} on {wanted.operation}"
            + (f" in {wanted.region}" if wanted.region else "")
            + (f" of account {wanted.account}" if wanted.account != DEFAULT_ACCOUNT else ""),
        )


def require_callable_by_callers(
    operation: Operation, settings: Settings, prepared: OperationRequest
) -> None:
    """Reject parameters that the operation does not accept from HTTP and chat callers.

    Raises
    ------
    HttpProblem: the operation forbids it.
    """
    if operation.forbidden_for_callers is None:
        return
    named, _ = validation.normalize_names(prepared.raw, operation)
    reason = operation.forbidden_for_callers(named, prepared.params, settings.get)
    if reason is not None:
        raise HttpProblem(403, reason)
