"""The run that a command asks for: validated, authorized, executed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.arrival import Arrival, Visit
from shared.chat import words
from shared.chat.answer import Answer
from shared.chat.message import Speaker
from shared.chat.rights import rights_of
from shared.clock import Deadline
from shared.door.door import action_of, check_open, where
from shared.errors import InvalidInput
from shared.models.operation import Operation
from shared.models.result import Result
from shared.rights import Ask
from shared.run import Run

ACCOUNT = "default"


@dataclass(frozen=True, slots=True)
class Work:
    """A run with validated parameters.

    Parameters
    ----------
    arrival: the event and its operation; for ``status`` the read-only variant.
    given: the given parameters, under our names.
    params, defaults: the validated parameters, and the defaults under them.
    region: the target region, None if there is none.
    action: ``plan``, ``status`` or ``run``: what it really does.
    """

    arrival: Arrival
    given: Mapping[str, object] = field(repr=False)
    params: Any = field(repr=False)
    defaults: Mapping[str, object] = field(repr=False)
    region: str | None
    action: str

    @property
    def operation(self) -> Operation:
        """The operation."""
        return self.arrival.operation

    @property
    def patient(self) -> bool:
        """Whether the command asks to wait for the provider."""
        return self.operation.waits and self.params.wait_seconds > 0

    def check(self, speaker: Speaker) -> None:
        """Refuse what the sender may not do, or nobody may do from chat.

        Raises
        ------
        Problem: it is refused.
        Misconfigured: the rules or the list of tasks are wrong.
        """
        rights = rights_of(self.arrival.settings.get("CHAT_RIGHTS"), speaker)
        rights.check(Ask(self.operation.id, self.action, ACCOUNT, self.region))
        check_open(self.arrival, self.given, self.params)

    def execute(self, deadline: Deadline) -> tuple[Run, Result]:
        """Execute it, and return its result; nothing is logged or measured yet."""
        run = self.arrival.run("chat", self.given, deadline)
        return run, run.execute(lambda: (self.params, self.defaults))

    def plan(self) -> Result:
        """Return the requests it would send; only the region and the settings can make it fail."""
        params = self.params.model_copy(update={"dry_run": True})
        run = self.arrival.run("chat", self.given, self.arrival.deadline())
        return run.execute(lambda: (params, self.defaults))

    def answer(self, run: Run, result: Result) -> Answer:
        """Return the reply with its result."""
        every_server = getattr(self.params, "include_servers", None) == "all"
        return words.result(result, run.warnings, every_server=every_server)


def possible_actions(operation: Operation, allowed: Iterable[str]) -> tuple[str, ...]:
    """Return those of the allowed actions that an operation has."""
    readable = operation.status is not None or operation.only_reads is not None
    return tuple(action for action in allowed if readable or action != "status")


def work_of(verb: str, operation: Operation, given: Mapping[str, object], visit: Visit) -> Work:
    """Return the run that a verb means.

    Parameters
    ----------
    verb: ``plan``, ``status`` or ``run``.
    operation: which.
    given: its parameters under our names.
    visit: the event it came with.

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
    arrival = visit.to(operation)
    given = {**given, "dry_run": True} if verb == "plan" else given
    params, defaults = arrival.read(given)
    region = where(arrival, params, defaults)
    return Work(arrival, given, params, defaults, region, action_of(arrival, params))
