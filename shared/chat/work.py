"""The run that a command asks for: validated, authorized, executed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.chat import words
from shared.chat.answer import Answer
from shared.chat.rights import Rights
from shared.errors import InvalidInput
from shared.http_trigger.handler import require_callable_by_callers
from shared.http_trigger.permissions import AccessRequest
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.models.result import Result
from shared.operation_request import OperationRequest, prepare
from shared.runner import RunReport, run_operation

ACCOUNT = "default"


@dataclass(frozen=True, slots=True)
class Work:
    """A run with validated parameters.

    Parameters
    ----------
    invocation: the event it came with.
    operation: for ``status`` the read-only variant.
    request: what it is asked to do.
    """

    invocation: Invocation
    operation: Operation
    request: OperationRequest = field(repr=False)

    @property
    def given(self) -> Mapping[str, object]:
        """The given parameters, under our names."""
        return self.request.raw

    @property
    def region(self) -> str | None:
        """The target region, None if there is none."""
        return self.request.region

    @property
    def action(self) -> str:
        """What it really does: ``plan``, ``status`` or ``run``."""
        return self.request.action

    @property
    def patient(self) -> bool:
        """Whether the command asks to wait for the provider."""
        return self.operation.waits and self.request.params.wait_seconds > 0

    def check(self, rights: Rights) -> None:
        """Refuse what the sender may not do, or nobody may do from chat.

        Raises
        ------
        HttpProblem: it is refused.
        Misconfigured: the list of tasks is wrong.
        """
        rights.check(AccessRequest(self.operation.id, self.action, ACCOUNT, self.region))
        require_callable_by_callers(self.operation, self.invocation.settings, self.request)

    def execute(self, within: float | None = None) -> RunReport:
        """Execute it, within so many seconds of the event; nothing is logged or measured yet."""
        invocation = self.invocation if within is None else self.invocation.limited_to(within)
        return run_operation(self.operation, invocation, self.request)

    def plan(self) -> Result:
        """Return the requests it would send; only the region and the settings can make it fail."""
        request = self.request.as_dry_run()
        return run_operation(self.operation, self.invocation, request).result

    def answer(self, report: RunReport) -> Answer:
        """Return the reply with its result."""
        every_server = getattr(self.request.params, "include_servers", None) == "all"
        return words.result(report.result, report.warnings, every_server=every_server)


def possible_actions(operation: Operation, allowed: Iterable[str]) -> tuple[str, ...]:
    """Return those of the allowed actions that an operation has."""
    readable = operation.status is not None or operation.only_reads is not None
    return tuple(action for action in allowed if readable or action != "status")


def work_of(
    verb: str, operation: Operation, given: Mapping[str, object], invocation: Invocation
) -> Work:
    """Return the run that a verb means.

    Parameters
    ----------
    verb: ``plan``, ``status`` or ``run``.
    operation: which.
    given: its parameters under our names.
    invocation: the event it came with.

    Raises
    ------
    InvalidInput: the parameters are invalid, or the operation has no status.
    Misconfigured: a setting that every run needs is wrong.
    """
    if verb == "status":
        reading = operation.reading()
        if reading is None:
            raise InvalidInput(
                f"{operation.function} has no status: the provider has no API for it",
                code="NoStatus",
                hint="Use `plan` to preview a run.",
            )
        operation = reading
    invocation = invocation.replace(trigger="chat")
    invocation.telemetry.know(operation=operation.id, account=ACCOUNT)
    given = {**given, "dry_run": True} if verb == "plan" else given
    return Work(invocation, operation, prepare(operation, invocation, given))
