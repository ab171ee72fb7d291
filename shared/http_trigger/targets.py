"""Authorizes an HTTP request with targets: each of them, before any of them is run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from shared.errors import SyncError
from shared.fleet.fleet_request import FleetRequest, prepare_fleet
from shared.fleet.run import refused, run_fleet, target_invocations
from shared.fleet.targets import Target, shown_account, shown_region
from shared.http_trigger import response
from shared.http_trigger.authentication import Caller
from shared.http_trigger.handler import access_request, authorize, require_callable_by_callers
from shared.http_trigger.permissions import AccessRequest, Rule, usable_by
from shared.http_trigger.response import HttpResponse
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.operation_request import prepare
from shared.runner import RunReport, record_run

Authorize = Callable[[AccessRequest], None]
"""Raises an ``HttpProblem`` for what the caller may not do."""


def prepare_targets(
    operation: Operation,
    invocation: Invocation,
    raw: object,
    caller: Caller,
    rules: tuple[Rule, ...] | None,
) -> Callable[[], RunReport]:
    """Return the run of all targets that a request asks for.

    Raises
    ------
    HttpProblem: the caller may not run one of them.
    SyncError: the parameters or the settings are not valid.
    """
    may_see = usable_by(
        "accounts", caller.name, is_named=caller.is_named, operation=operation.id, rules=rules
    )
    fleet = prepare_fleet(operation, invocation, raw, may_see=may_see)
    authorize_targets(operation, invocation, fleet, lambda wanted: authorize(caller, wanted, rules))
    return partial(run_fleet, operation, invocation, fleet)


def rejected_targets(
    operation: Operation, invocation: Invocation, error: SyncError
) -> HttpResponse:
    """Return the response to a request whose targets cannot be run because of an error."""
    report = refused(operation, invocation, error)
    record_run(report, invocation)
    return response.from_result(report.result, report.retry_after)


def authorize_targets(
    operation: Operation, invocation: Invocation, fleet: FleetRequest, require: Authorize
) -> None:
    """Refuse targets of which the caller may not run each.

    Parameters
    ----------
    operation, invocation, fleet: what is to be run.
    require: raises an ``HttpProblem`` for what the caller may not do.

    Raises
    ------
    HttpProblem: the caller may not run one of them, which it names.
    """
    for target, each in target_invocations(invocation, fleet):
        if target.error is not None:
            continue
        try:
            prepared = prepare(operation, each, each.raw_parameters())
        except SyncError:
            # Its run fails in the same way; until then it is allowed no more than a run would be.
            require(unprepared(operation, fleet, target))
            continue
        require(access_request(operation, prepared))
        require_callable_by_callers(operation, each.settings, prepared)


def unprepared(operation: Operation, fleet: FleetRequest, target: Target) -> AccessRequest:
    """Return what a target wants whose own values are not valid."""
    parameters = {**fleet.common, **target.parameters}
    return AccessRequest(
        operation.id,
        "plan" if parameters.get("dry_run") is True else "run",
        shown_account(target) or "",
        shown_region(target),
    )
