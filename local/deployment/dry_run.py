"""The run of each function after a deployment, which changes nothing, and where to look later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from local.console import Console
from local.deployment.client import PlatformClient
from local.deployment.description.web import HEALTH, answer_of
from local.deployment.desired.functions import DesiredFunction
from local.deployment.desired.scope import Scope
from local.deployment.error_view import show_error
from local.deployment.function_result import result_of
from local.deployment.models.place import Place
from local.deployment.plan.deployment_plan import DeploymentPlan
from shared.errors import SyncError

NOT_ALL_CAN_RUN = "The functions are deployed, but not all of them can run."
NO_ADDRESS = "not known yet: the console shows it under the function's triggers"


ALL_MADE = "All changes were made; the dry run was not finished."
NOT_FINISHED = "Nothing was changed; the dry run was not finished."


@contextmanager
def saying_if_interrupted(console: Console, text: str) -> Iterator[None]:
    """Say what was done if a person interrupts what runs inside."""
    try:
        yield
    except KeyboardInterrupt:
        console.progress("")
        console.say(text)
        raise


class TrialResult(NamedTuple):
    """How the trial of a function ended.

    Parameters
    ----------
    is_done: whether it ran and did not fail.
    text: what it returned, for people.
    hint: what to do about a failure; empty if there is none, or nothing is said.
    """

    is_done: bool
    text: str
    hint: str = ""


@dataclass(frozen=True)
class DryRun:
    """Runs each function once.

    Parameters
    ----------
    scope: what was deployed.
    client: calls the platform.
    console: where the results are shown.
    """

    scope: Scope
    client: PlatformClient
    console: Console

    def run(self, plan: DeploymentPlan) -> bool:
        """Run the functions, show their results and places; return whether all of them can run."""
        console = self.console
        is_done = self._is_each_done(plan, ALL_MADE)
        console.say()
        for each in plan.wanted.values():
            console.say(f"{each.function.name}:")
            has_log = plan.log_of(each.function.name) is not None
            for what, where in self._places(each, has_log=has_log):
                console.say(f"  {what:9} {where}")
        if not is_done:
            console.say(NOT_ALL_CAN_RUN)
        return is_done

    def run_unchanged(self, plan: DeploymentPlan) -> bool:
        """Run functions that were not changed, without their places; return whether all can run."""
        is_done = self._is_each_done(plan, NOT_FINISHED)
        if not is_done:
            self.console.say()
            self.console.say(NOT_ALL_CAN_RUN)
        return is_done

    def _is_each_done(self, plan: DeploymentPlan, if_interrupted: str) -> bool:
        self.console.say()
        self.console.say("A dry run of each function, which changes nothing:")
        with saying_if_interrupted(self.console, if_interrupted):
            done = [self._is_done(each) for each in plan.wanted.values()]
        return all(done)

    def _is_done(self, desired: DesiredFunction) -> bool:
        console, name = self.console, desired.function.name
        console.progress(f"{name} …")
        try:
            result = self._tried(desired)
        except SyncError as error:
            console.progress("")
            console.say(console.coloured(f"  {name}: failed", "red"))
            show_error(error, console)
            return False
        console.progress("")
        console.say(f"  {name}: {result.text}")
        console.fill(result.hint, 4)
        return result.is_done

    def _tried(self, desired: DesiredFunction) -> TrialResult:
        flow = self.scope.platform.invoke(desired.function.name, desired.event, self.client.context)
        result = self.client.run(flow)
        if desired.is_web:
            is_well, text = answer_of(result)
            return TrialResult(is_well, f"{HEALTH.method} {HEALTH.path} as an event: {text}")
        status, text = result_of(result)
        if status != "failed":
            return TrialResult(True, f"{status}: {text}")
        error = result.get("error") if isinstance(result, dict) else None
        return TrialResult(False, f"{status}: {text}", str((error or {}).get("hint", "")))

    def _places(self, desired: DesiredFunction, *, has_log: bool) -> Iterator[Place]:
        """Return where a person finds a function's address, log, schedule and alarms."""
        platform, region, function = self.scope.platform, self.scope.table.region, desired.function
        if desired.is_web:
            yield Place("url", self._address_of(function.name))
        for place in platform.places(region, function.name):
            if place.what == "log" and function.log is not None:
                yield platform.logs.place(region, function.log)
            elif place.what == "schedule" and function.buckets:
                yield Place("bucket", place.url)
            elif place.what == "alarm" and platform.alarms is not None and function.alarms:
                yield platform.alarms.place(region, function.name)
            elif place.what != "log" or has_log or platform.logs.is_default:
                yield place

    def _address_of(self, name: str) -> str:
        """Return the address of a function as the platform has it now."""
        http = self.scope.platform.http
        if http is None:
            return NO_ADDRESS
        try:
            found = self.client.run(http.read_url(name, self.client.context))
        except SyncError as error:
            return f"could not be read ({error.code}): deploy again, or see the console"
        return found.url if found is not None and found.url else NO_ADDRESS
