"""The plan of one deployment, or removal: the changes, and what they are made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from local.deployment.desired.functions import DesiredFunction
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_log import FunctionLog
from local.deployment.plan.changes import Change

Verb = Literal["deploy", "remove"]


class DeploymentPlan(NamedTuple):
    """What a deployment does.

    Parameters
    ----------
    verb: which command it is the plan of.
    changes: to each function, ``unchanged`` and ``foreign`` ones included.
    wanted: name -> the function as the description wants it.
    actual: name -> the function as the platform has it.
    permissions: what the identity that deploys needs.
    """

    verb: Verb
    changes: tuple[Change, ...]
    wanted: Mapping[str, DesiredFunction]
    actual: Mapping[str, ManagedFunction | None]
    permissions: tuple[str, ...]

    @property
    def todo(self) -> tuple[Change, ...]:
        """The changes that are made."""
        return tuple(each for each in self.changes if each.kind not in {"unchanged", "foreign"})

    def log_of(self, name: str) -> FunctionLog | None:
        """Return where a function's log is kept afterwards, as far as that is set."""
        wanted, actual = self.wanted[name].function, self.actual.get(name)
        return wanted.log or (actual.log if actual is not None else None)

    @property
    def new_receivers(self) -> tuple[tuple[str, ...], ...]:
        """What each alarm that is set notifies, the same receivers once."""
        found: dict[tuple[str, ...], None] = {}
        for change in self.todo:
            wanted, actual = self.wanted.get(change.name), self.actual.get(change.name)
            have = (actual.alarms or ()) if actual is not None else ()
            for alarm in (wanted.function.alarms or ()) if wanted is not None else ():
                if alarm not in have or change.kind == "replace":
                    found[alarm.notify] = None
        return tuple(found)

    @property
    def is_refused(self) -> bool:
        """Whether a function that the deployment did not make has one of its names."""
        return self.verb == "deploy" and any(each.kind == "foreign" for each in self.changes)

    @property
    def overwrites(self) -> bool:
        """Whether it would replace what was changed by hand."""
        # Whoever names a function to take over has agreed to what the plan shows of it.
        changed = any(each.by_hand for each in self.todo if each.kind != "adopt")
        return self.verb == "deploy" and changed
