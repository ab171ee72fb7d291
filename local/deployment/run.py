"""One deployment, or removal: reads, shows the plan, asks, makes the changes, tries them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local.caller_identity import account_of, ask_provider
from local.console import Console
from local.deployment.actual_state import ActualState
from local.deployment.apply import Applier
from local.deployment.client import PlatformClient
from local.deployment.description.document import DeploymentDocument
from local.deployment.desired.alarms import alarm_choice
from local.deployment.desired.functions import DesiredFunction
from local.deployment.desired.scope import Scope
from local.deployment.desired.state import DesiredState, with_log_of
from local.deployment.desired.zips import Zips
from local.deployment.dry_run import DryRun
from local.deployment.error_view import CORRECT_AND_RUN_AGAIN, RUN_AGAIN, show_error
from local.deployment.exit_codes import DONE, FAILED, REFUSED
from local.deployment.failed_step import step
from local.deployment.models.function import ManagedFunction
from local.deployment.models.platform import Platform
from local.deployment.plan.changes import Change, plan_change, plan_removals
from local.deployment.plan.deployment_plan import DeploymentPlan
from local.deployment.plan.view import PlanView
from local.deployment.questions import is_confirmed
from shared.errors import SyncError
from shared.runtime import Runtime


@dataclass
class Deployment:
    """A deployment of one platform's part of a description.

    Parameters
    ----------
    path: the description's file, for its faults.
    document: the description.
    platform: where.
    provider: only the operations of this provider; None for all.
    zips: builds the bundles.
    console: where the plan is shown, and where it asks.
    process: environment, home directory, clock and transport.
    read_secret: asks for a secret without showing it.
    yes: whether to make changes without asking.
    only_plan: whether to end after the plan.
    overwrite: whether to overwrite what was changed by hand.
    adopt: the names of functions that were deployed by hand and are to be taken over.
    """

    path: Path
    document: DeploymentDocument
    platform: Platform
    provider: str | None
    zips: Zips
    console: Console
    process: Runtime
    read_secret: Callable[[str], str]
    yes: bool = False
    only_plan: bool = False
    overwrite: bool = False
    adopt: frozenset[str] = frozenset()
    _scope: Scope = field(init=False)
    _client: PlatformClient = field(init=False)

    def __post_init__(self) -> None:
        platform, table = self.platform, self.document.platforms[self.platform.name]
        self._scope = Scope(self.path, self.document.name, platform, table, self.provider)
        self._client = PlatformClient(platform, table.region, table.project_id, self.process)

    def deploy(self) -> int:
        """Make the platform have what the description says; return the exit code.

        Raises
        ------
        DescriptionError: the description cannot be deployed here.
        UnreadSecretsError: a store does not give out all secrets.
        FailedStepError: the platform could not be read.
        """
        desired = DesiredState(
            self._scope,
            self._client,
            self.console,
            self.process,
            self.zips,
            self.read_secret,
            self.only_plan,
        )
        chosen = desired.functions(self.adopt)
        names = [each.function.name for each in chosen]
        alarmed = {each.function.name for each in chosen if each.function.alarms}
        actual = ActualState(self._scope, self._client, self.console).read(names, alarmed)
        wanted = {
            each.function.name: desired.complete(each, actual[each.function.name])
            for each in chosen
        }
        changes = [self._change_of(each, actual[name]) for name, each in wanted.items()]
        for change in changes:
            if change.kind == "replace" and not self.platform.logs.is_default:
                wanted[change.name] = with_log_of(wanted[change.name], actual[change.name])
        changes += plan_removals(self.document.name, actual, names)
        needs = (*self._needs(wanted.values(), actual.values()), *desired.store_permissions)
        return self._carry_out(DeploymentPlan("deploy", tuple(changes), wanted, actual, needs))

    def remove(self) -> int:
        """Remove what this deployment made; return the exit code.

        Raises
        ------
        FailedStepError: the platform could not be read.
        """
        scope, state = self._scope, ActualState(self._scope, self._client, self.console)
        chosen = {scope.full_name(each.name): each.part for each in scope.chosen()}
        actual = state.read(list(chosen))
        # A function that was deleted by hand has left its alarms, which the description tells.
        gone = [
            name
            for name, part in chosen.items()
            if actual[name] is None and alarm_choice(scope.table, part) is not None
        ]
        orphaned = state.orphaned_alarms(gone)
        changes = (
            *plan_removals(self.document.name, actual),
            *(Change("remove", name, why="only its alarms are left") for name in orphaned),
        )
        actual |= orphaned
        needs = self._needs((), actual.values())
        return self._carry_out(DeploymentPlan("remove", changes, {}, actual, needs))

    def _change_of(self, each: DesiredFunction, actual: ManagedFunction | None) -> Change:
        name, function = self.document.name, each.function
        return plan_change(name, function, actual, each.secrets, adopt=function.name in self.adopt)

    def _needs(
        self, wanted: Iterable[DesiredFunction], actual: Iterable[ManagedFunction | None]
    ) -> tuple[str, ...]:
        """Return the rights that are needed: for URLs and alarms only where there are some."""
        functions = [*(each.function for each in wanted), *actual]
        found, http, alarms = self.platform.permissions, self.platform.http, self.platform.alarms
        if http is not None and self._scope.table.web is not None:
            found += http.permissions
        if alarms is not None and any(each is not None and each.alarms for each in functions):
            found += alarms.permissions
        return found

    def _carry_out(self, plan: DeploymentPlan) -> int:
        view = PlanView(self._scope, self.console)
        view.show(plan, self._account(), self._client.credentials.who)
        self._require_receivers(plan)
        code = self._code_without_changes(plan, view)
        if code is not None:
            return code
        self.console.say()
        if not self._is_made(plan):
            return FAILED
        if plan.verb == "remove":
            return DONE
        dry_run = DryRun(self._scope, self._client, self.console)
        return DONE if dry_run.run(plan) else FAILED

    def _code_without_changes(self, plan: DeploymentPlan, view: PlanView) -> int | None:
        """Return the exit code if no change is to be made, None otherwise."""
        if plan.is_refused:
            view.show_foreign()
            return REFUSED
        if not plan.todo:
            return self._code_of_nothing_to_do(plan)
        if plan.overwrites and not self.overwrite:
            view.show_changed_by_hand()
            return REFUSED
        view.show_counts(plan)
        if self.only_plan:
            self.console.say("Only the plan: nothing was changed.")
            return DONE
        return None if self.yes or is_confirmed(self.console, plan.verb) else REFUSED

    def _code_of_nothing_to_do(self, plan: DeploymentPlan) -> int:
        """Run the functions as they are: what could not run before is still a failure."""
        self.console.say("Nothing to do.")
        if self.only_plan or not plan.wanted:
            return DONE
        dry_run = DryRun(self._scope, self._client, self.console)
        return DONE if dry_run.run_unchanged(plan) else FAILED

    def _require_receivers(self, plan: DeploymentPlan) -> None:
        """Look for what the alarms notify, before the first change: nothing is left half done.

        Raises
        ------
        FailedStepError: one of them does not exist.
        """
        service = self.platform.alarms
        if service is None or service.require_receivers is None:
            return
        for receivers in plan.new_receivers:
            with step("The alarms cannot be made"):
                self._client.run(service.require_receivers(receivers))

    def _account(self) -> str:
        """Return whose account it is; empty if that is not known."""
        self.console.progress("reading the account …")
        try:
            with step("The account could not be read"):
                return account_of(ask_provider(self.platform.provider.name, self.process)) or ""
        finally:
            self.console.progress("")

    def _is_made(self, plan: DeploymentPlan) -> bool:
        """Make the changes; return whether all of them were made."""
        console = self.console

        def report(text: str) -> None:
            console.progress("")
            console.say(f"  {text}")

        applier = Applier(self.document.name, self.platform, self._client, report)
        name = ""
        try:
            for change in plan.todo:
                name = change.name
                console.progress(f"{name} …")
                applier.apply(change, plan.wanted.get(name), plan.actual.get(name))
        except SyncError as error:
            console.progress("")
            console.say(console.coloured(f"  {name}: could not be changed", "red"))
            show_error(error, console)
            self._show_made(applier.made, CORRECT_AND_RUN_AGAIN)
            return False
        except KeyboardInterrupt:
            console.progress("")
            self._show_made(applier.made, RUN_AGAIN)
            raise
        console.progress("")
        return True

    def _show_made(self, made: Sequence[str], what_next: str) -> None:
        self.console.say()
        self.console.say("Made so far:" if made else "Nothing was made so far.")
        for each in made:
            self.console.say(f"  {each}")
        self.console.say(what_next)
