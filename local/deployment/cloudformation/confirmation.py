"""Shows a plan line by line, and asks whether it is to be carried out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from local.console import Console
from local.deployment.cloudformation.plan_lines import Line
from local.deployment.cloudformation.stack import Drift, ResourceChange
from local.deployment.exit_codes import DONE, REFUSED
from local.deployment.plan.view import CHANGED_BY_HAND, COLOURS
from local.deployment.questions import is_confirmed


@dataclass(frozen=True)
class Confirmation:
    """Shows plans and asks for a yes.

    Parameters
    ----------
    console: where.
    yes: whether not to ask.
    only_plan: whether to end after the plan.
    overwrite: whether to overwrite what was changed by hand.
    """

    console: Console
    yes: bool
    only_plan: bool
    overwrite: bool

    def show(self, lines: Iterable[Line]) -> None:
        """Show a plan."""
        console = self.console
        for line in lines:
            hand = console.coloured("  (changed by hand)", "red") if line.by_hand else ""
            if not line.word:
                console.say(f"    {line.text}{hand}")
                continue
            colour = COLOURS.get({"change": "update"}.get(line.word, line.word))
            console.say(f"  {console.coloured(f'{line.word:9}', colour)} {line.text}{hand}")
        console.say()

    def refused(
        self,
        changes: Sequence[ResourceChange],
        drifts: Sequence[Drift],
        verb: str,
        *,
        others_drifts: Sequence[Drift] = (),
        more: int = 0,
    ) -> int | None:
        """Return None if the changes are to be made, else the exit code.

        Parameters
        ----------
        changes: those of the plan.
        drifts: what was changed by hand.
        verb: ``deploy`` or ``remove``.
        others_drifts: what was changed by hand of functions that are left as they are.
        more: how many removals there are besides.
        """
        console = self.console
        if drifts and not self.overwrite:
            console.say(console.coloured("Refused: nothing was changed.", "red"))
            console.fill(CHANGED_BY_HAND, 2)
            return REFUSED
        if drifts and others_drifts:
            console.say(console.coloured("Refused: nothing was changed.", "red"))
            listed = ", ".join(dict.fromkeys(each.id for each in others_drifts))
            console.fill(
                f"What other providers have was changed by hand too: {listed}. CloudFormation "
                "overwrites all of a stack or nothing: leave PROVIDER out to overwrite that too.",
                2,
            )
            return REFUSED
        if not changes and not more:
            console.say("Nothing to do.")
            return DONE
        kinds = ("create", "change", "replace", "remove")
        counts = {kind: sum(each.kind == kind for each in changes) for kind in kinds}
        counts["remove"] += more
        console.say(f"{', '.join(f'{n} to {kind}' for kind, n in counts.items() if n)}.")
        if self.only_plan:
            console.say("Only the plan: nothing was changed.")
            return DONE
        return None if self.yes or is_confirmed(console, verb) else REFUSED
