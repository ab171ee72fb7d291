"""The run that a command requests: validated, authorized, executed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from functions.web.chat import replies
from functions.web.chat.message import Reply
from functions.web.chat.permissions import ChatPermissions
from shared.errors import InvalidInput
from shared.http_trigger.handler import require_callable_by_callers
from shared.http_trigger.permissions import AccessRequest
from shared.invocation import DEFAULT_ACCOUNT, Invocation
from shared.models.operation import Operation
from shared.models.result import Result
from shared.operation_request import OperationRequest, prepare, requested_account
from shared.runner import RunReport, run_operation

if TYPE_CHECKING:
    from functions.web.chat.fleet_job import FleetJob


@dataclass(frozen=True, slots=True)
class Job:
    """A run with validated parameters.

    Parameters
    ----------
    invocation: the invocation that runs it.
    operation: the operation; for ``status`` its read-only variant.
    request: the validated request.
    """

    invocation: Invocation
    operation: Operation
    request: OperationRequest = field(repr=False)

    @property
    def raw_parameters(self) -> Mapping[str, object]:
        """The command's parameters by this project's names."""
        return self.request.raw

    @property
    def region(self) -> str | None:
        """The target region, None if there is none."""
        return self.request.region

    @property
    def account(self) -> str:
        """The target account's name."""
        return self.request.account

    @property
    def action(self) -> str:
        """What it actually does: ``plan``, ``status`` or ``run``."""
        return self.request.action

    @property
    def wants_to_wait(self) -> bool:
        """Whether the command asks to wait for the provider."""
        return self.operation.supports_wait and self.request.params.wait_seconds > 0

    def authorize(self, permissions: ChatPermissions) -> None:
        """Reject what the sender may not do, or what is not allowed from chat at all.

        Raises
        ------
        HttpProblem: it is not allowed.
        Misconfigured: the list of tasks is wrong.
        """
        wanted = AccessRequest(self.operation.id, self.action, self.account, self.region)
        permissions.require(wanted)
        require_callable_by_callers(self.operation, self.invocation.settings, self.request)

    def execute(self, within: float | None = None) -> RunReport:
        """Execute it, within this many seconds of the start of the invocation; log no result."""
        invocation = self.invocation if within is None else self.invocation.limited_to(within)
        return run_operation(self.operation, invocation, self.request)

    def plan(self) -> Result:
        """Return the result of a dry run, which only the region and the settings can fail."""
        request = self.request.as_dry_run()
        return run_operation(self.operation, self.invocation, request).result

    def to_reply(self, report: RunReport) -> Reply:
        """Return the reply with its result."""
        every_server = getattr(self.request.params, "include_servers", None) == "all"
        return replies.result_text(report.result, report.warnings, every_server=every_server)


def possible_actions(operation: Operation, allowed: Iterable[str]) -> tuple[str, ...]:
    """Return the allowed actions that the operation supports."""
    readable = operation.read_flow is not None or operation.is_read_only is not None
    return tuple(action for action in allowed if readable or action != "status")


def prepare_job(
    verb: str,
    operation: Operation,
    raw: Mapping[str, object],
    invocation: Invocation,
    permissions: ChatPermissions,
) -> Job | FleetJob:
    """Return the job for a verb, not authorized yet.

    Parameters
    ----------
    verb: ``plan``, ``status`` or ``run``.
    operation: the operation.
    raw: the command's parameters by this project's names.
    invocation: the invocation that runs it.
    permissions: the sender's, which decide which accounts an error message names.

    Raises
    ------
    HttpProblem: the sender may not use the account, whether it exists or not.
    InvalidInput: the parameters are invalid, or the operation has no status.
    Misconfigured: a setting that every run needs is wrong.
    """
    if verb == "status":
        read_only = operation.read_only_variant()
        if read_only is None:
            raise InvalidInput(
                f"{operation.function} has no status: the provider has no API for it",
                code="NoStatus",
                hint="Use `plan` to preview a run.",
            )
        operation = read_only
    invocation = invocation.replace(trigger="chat")
    invocation.logger.bind(operation=operation.id)
    raw = {**raw, "dry_run": True} if verb == "plan" else raw
    if "targets" in raw:
        from functions.web.chat.fleet_job import prepare_fleet_job  # most commands have one target

        return prepare_fleet_job(operation, raw, invocation, permissions)
    account = requested_account(operation, invocation, raw)
    if account != DEFAULT_ACCOUNT:
        permissions.require_account(operation.id, account)
    may_use = partial(permissions.may_use_account, operation.id)
    request = prepare(operation, invocation, raw, may_use_account=may_use)
    return Job(invocation, operation, request)
