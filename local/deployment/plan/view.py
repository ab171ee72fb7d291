"""How the plan of a deployment is shown, and why it is not carried out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from local.console import Console
from local.deployment.description.web import guards_of
from local.deployment.desired.functions import DesiredFunction
from local.deployment.desired.scope import Scope
from local.deployment.marker import TIMER, own_bucket
from local.deployment.models.function import ManagedFunction
from local.deployment.plan.changes import Change, Difference, shown_alarm, shown_timer, value_of
from local.deployment.plan.deployment_plan import DeploymentPlan

COLOURS = {
    "create": "green",
    "update": "yellow",
    "adopt": "yellow",
    "replace": "yellow",
    "remove": "red",
}

WORDS = {
    "create": "create",
    "update": "change",
    "adopt": "take over",
    "replace": "replace",
    "remove": "remove",
    "foreign": "not ours",
    "unchanged": "unchanged",
}
"""Kinds of changes, for people."""

CHANGED_BY_HAND = (
    "The marked values were changed by hand since the last deployment. Copy them into the "
    "description, or use --overwrite to restore what it says."
)

COUNTED = ("create", "update", "adopt", "replace", "remove")


@dataclass(frozen=True)
class PlanView:
    """Shows a plan.

    Parameters
    ----------
    scope: what the plan is of.
    console: where it is shown.
    """

    scope: Scope
    console: Console

    def show(self, plan: DeploymentPlan, account: str, identity: str) -> None:
        """Show where a plan is carried out and as whom, and each change.

        Parameters
        ----------
        plan: the plan.
        account: whose account it is; empty if that is not known.
        identity: whose keys sign the calls, and where they come from.
        """
        console, scope = self.console, self.scope
        console.say(f"{plan.verb.capitalize()} {scope.deployment} on {scope.platform.title}")
        console.say(f"  region   {scope.table.region}")
        console.say(f"  as       {account or 'account not known'}; {identity}")
        console.say("  rights   that identity needs")
        console.fill(", ".join(plan.permissions), 11)
        console.say()
        for change in plan.changes:
            self._show_change(change, plan.wanted.get(change.name), plan.actual.get(change.name))
        if plan.wanted and scope.platform.alarms is not None:
            self._show_missing_alarms(plan)
        if not scope.platform.logs.is_default:
            self._show_missing_logs(plan)
        console.say()

    def show_counts(self, plan: DeploymentPlan) -> None:
        """Show how many functions there are of each kind of change."""
        counts = [
            f"{number} to {WORDS[kind]}"
            for kind in COUNTED
            if (number := sum(each.kind == kind for each in plan.todo))
        ]
        self.console.say(f"{', '.join(counts)}.")

    def show_foreign(self) -> None:
        """Say what to do where a function of another owner has one of the names."""
        self._refuse(
            "A function that this deployment did not make has one of its names. Remove that "
            "function, take it over with --adopt NAME if it was deployed by hand, or set "
            f"name_prefix in [platforms.{self.scope.platform.name}]."
        )

    def show_changed_by_hand(self) -> None:
        """Say what to do where a change by hand would be overwritten."""
        self._refuse(CHANGED_BY_HAND)

    def _refuse(self, why: str) -> None:
        self.console.say(self.console.coloured("Refused: nothing was changed.", "red"))
        self.console.fill(why, 2)

    def _show_missing_alarms(self, plan: DeploymentPlan) -> None:
        without = [name for name, each in plan.wanted.items() if not each.function.alarms]
        if not without:
            return
        if self.scope.table.alarms is None:
            table = f"[platforms.{self.scope.platform.name}.alarms]"
            self.console.say(f"  no alarm: add {table}")
        else:
            self.console.say(f"  no alarm, as the description says: {', '.join(without)}")

    def _show_missing_logs(self, plan: DeploymentPlan) -> None:
        without = [name for name in plan.wanted if plan.log_of(name) is None]
        if without:
            whose = "" if len(without) == len(plan.wanted) else f" of {', '.join(without)}"
            table = f"[platforms.{self.scope.platform.name}.log]"
            self.console.say(f"  no log{whose}: add {table}")

    def _show_change(
        self, change: Change, desired: DesiredFunction | None, actual: ManagedFunction | None
    ) -> None:
        console = self.console
        why = f": {change.why}" if change.why else ""
        painted = console.coloured(f"{WORDS[change.kind]:9}", COLOURS.get(change.kind))
        console.say(f"  {painted} {change.name}{why}")
        if change.kind in {"create", "replace"} and desired is not None:
            for label, value in described(desired):
                console.say(f"    {label:9} {value}{self._unkept(label, desired.function)}")
        if change.kind in {"replace", "remove"} and (url := url_of(actual)):
            console.say(f"    address   {url} will be deleted")
        if desired is not None and has_new_secrets(change):
            for name, origin in desired.origins.items():
                console.say(f"    {'secret':9} {name} from {origin}")
        if change.kind in {"update", "adopt"}:
            for each in change.differences:
                self._show_difference(each)
        if change.kind == "adopt":
            self._show_other_timers(actual)
            self._show_other_buckets(desired, actual)

    def _unkept(self, label: str, function: ManagedFunction) -> str:
        """Return what is said of retries after which no place keeps an event."""
        buckets, retries = self.scope.platform.buckets, function.retries
        if label != "retries" or buckets is None or retries is None or retries.failed_events:
            return ""
        return f"; {buckets.unkept}"

    def _show_difference(self, each: Difference) -> None:
        hand = self.console.coloured("  (changed by hand)", "red") if each.by_hand else ""
        self.console.say(f"    {each.label:9} {each.text}{hand}")

    def _show_other_timers(self, actual: ManagedFunction | None) -> None:
        """Show the timers that stay beside the one of the deployment."""
        for timer in actual.timers if actual is not None else ():
            if timer.name != TIMER:
                shown = f"{timer.name}, {shown_timer(timer)}"
                self.console.say(f"    timer     {shown}: it stays, so delete it by hand")

    def _show_other_buckets(
        self, desired: DesiredFunction | None, actual: ManagedFunction | None
    ) -> None:
        """Show the buckets that call the function beside the one of the deployment."""
        if desired is None or actual is None:
            return
        own = own_bucket(actual, desired.function)
        for each in actual.buckets:
            if each != own:
                self.console.say(f"    bucket    {each.text}: it stays, so delete it by hand")


def url_of(actual: ManagedFunction | None) -> str:
    """Return the address that a function had before; empty if it had none."""
    return actual.url.url if actual is not None and actual.url is not None else ""


def has_new_secrets(change: Change) -> bool:
    """Return whether a change sets a function's secrets."""
    return change.kind in {"create", "replace", "adopt"} or any(
        each.part in {"settings", "secrets"} for each in change.differences
    )


def described(desired: DesiredFunction) -> Iterable[tuple[str, str]]:
    """Return what is created, for people."""
    function = desired.function
    yield "code", f"{desired.bundle.name}.zip, {value_of('code', function)}"
    yield "runs as", f"role {function.role}" if function.role else "no role"
    yield "limits", f"{function.memory_mb} MB, {function.timeout_seconds} s"
    if function.environment:
        yield "settings", ", ".join(function.environment)
    if function.buckets:
        yield "bucket", value_of("bucket", function)
        yield "retries", value_of("retries", function)
    elif function.url is None:
        yield "schedule", value_of("schedule", function)
    else:
        yield "url", f"new, public, {value_of('url', function)}"
        yield "callers", f"authenticate by {', '.join(guards_of(function.environment))}"
    if function.log is not None:
        yield "log", value_of("log", function)
    for alarm in function.alarms or ():
        yield "alarm", shown_alarm(alarm)
