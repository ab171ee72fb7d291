"""One piece of work that somebody asks for: checked, and run where that is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.arrival import Arrival, Visit
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
    """What is to be done, its parameters checked.

    Parameters
    ----------
    arrival: at the operation's door; for ``status`` at that of the one that only reads.
    given: what was asked with, under our names.
    params, defaults: what came of it.
    region: where it would go, None where there is none.
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
        """Which operation it is about."""
        return self.arrival.operation

    @property
    def patient(self) -> bool:
        """Whether it asks to wait for the provider."""
        return self.operation.waits and self.params.wait_seconds > 0

    def check(self, speaker: Speaker) -> None:
        """Refuse what the speaker may not do, or nobody from outside.

        Raises
        ------
        Problem: that is so.
        Misconfigured: the rules or the lists of tasks are wrong.
        """
        rights = rights_of(self.arrival.settings.get("CHAT_RIGHTS"), speaker)
        rights.check(Ask(self.operation.id, self.action, ACCOUNT, self.region))
        check_open(self.arrival, self.given, self.params)

    def execute(self, deadline: Deadline) -> tuple[Run, Result]:
        """Run it, and return what came of it; nothing is logged or measured yet."""
        run = self.arrival.run("chat", self.given, deadline)
        return run, run.execute(lambda: (self.params, self.defaults))

    def plan(self) -> Result:
        """Return what it would send; only the region and the settings can make it fail."""
        params = self.params.changed(dry_run=True)
        run = self.arrival.run("chat", self.given, self.arrival.deadline())
        return run.execute(lambda: (params, self.defaults))


def work_of(verb: str, operation: Operation, given: Mapping[str, object], visit: Visit) -> Work:
    """Return the work that a verb means.

    Parameters
    ----------
    verb: ``plan``, ``status`` or ``run``.
    operation: of which operation.
    given: its parameters under our names.
    visit: the event it came with.

    Raises
    ------
    InvalidInput: the parameters do not fit, or there is nothing to look at.
    Misconfigured: a setting that every run needs is wrong.
    """
    if verb == "status":
        reading = operation.reading()
        if reading is None:
            raise InvalidInput(
                f"{operation.function} has nothing to look at: the provider tells no state of it",
                code="NothingToLookAt",
                hint="plan shows what a run would do.",
            )
        operation = reading
    arrival = visit.to(operation)
    given = {**given, "dry_run": True} if verb == "plan" else given
    params, defaults = arrival.read(given)
    region = where(arrival, params, defaults)
    return Work(arrival, given, params, defaults, region, action_of(arrival, params))
