"""The run for several targets that a command requests: validated, authorized, executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.web.chat import replies
from functions.web.chat.message import Reply
from functions.web.chat.permissions import ChatPermissions
from shared.fleet.fleet_request import FleetRequest, prepare_fleet
from shared.fleet.run import run_fleet
from shared.http_trigger.permissions import AccessRequest
from shared.http_trigger.targets import authorize_targets
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.models.result import Result
from shared.runner import RunReport

ACTIONS = ("run", "status", "plan")
"""The action of several targets is the first that one of them has."""


@dataclass(frozen=True, slots=True)
class FleetJob:
    """A run for several targets; has what a job for one has.

    Parameters
    ----------
    invocation: the invocation that runs it.
    operation: the operation; for ``status`` its read-only variant.
    fleet: the validated request.
    raw_parameters: the command's parameters by this project's names.
    actions: what its targets do; known once it is authorized.
    region, account: none: each target has its own.
    """

    invocation: Invocation
    operation: Operation
    fleet: FleetRequest = field(repr=False)
    raw_parameters: Mapping[str, object]
    actions: set[str] = field(default_factory=set)
    region: str | None = None
    account: str = ""

    @property
    def action(self) -> str:
        """What it actually does: ``plan``, ``status`` or ``run``."""
        return next((action for action in ACTIONS if action in self.actions), "run")

    @property
    def wants_to_wait(self) -> bool:
        """Whether it may take longer than a chat waits, as several targets may."""
        return True

    def authorize(self, permissions: ChatPermissions) -> None:
        """Reject what the sender may not do in one of the targets.

        Raises
        ------
        HttpProblem: it is not allowed.
        """

        def require(wanted: AccessRequest) -> None:
            self.actions.add(wanted.action)
            permissions.require(wanted)

        authorize_targets(self.operation, self.invocation, self.fleet, require)

    def execute(self, within: float | None = None) -> RunReport:
        """Execute it, within this many seconds of the start of the invocation."""
        invocation = self.invocation if within is None else self.invocation.limited_to(within)
        return run_fleet(self.operation, invocation, self.fleet)

    def plan(self) -> Result:
        """Return the result of a dry run for every target."""
        planned = self.fleet._replace(dry_run=True)
        return run_fleet(self.operation, self.invocation, planned).result

    def to_reply(self, report: RunReport) -> Reply:
        """Return the reply with its result."""
        return replies.result_text(report.result, report.warnings)


def prepare_fleet_job(
    operation: Operation,
    raw: Mapping[str, object],
    invocation: Invocation,
    permissions: ChatPermissions,
) -> FleetJob:
    """Return the job for a command with targets.

    Raises
    ------
    InvalidInput: the parameters are invalid.
    Misconfigured: a setting that every run needs, or the accounts file, is wrong.
    """

    def may_see(account: str) -> bool:
        return permissions.may_use_account(operation.id, account)

    fleet = prepare_fleet(operation, invocation, raw, may_see=may_see)
    return FleetJob(invocation, operation, fleet, raw)
