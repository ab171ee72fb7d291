"""One deployment, or removal: reads, shows the plan, asks, makes the changes, tries them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.bundling.plan import Bundle
from local.caller_identity import account_of, ask_provider
from local.console import Console
from local.deployment.apply import Applier
from local.deployment.client import PlatformClient
from local.deployment.description import DescriptionError, Fault, operations
from local.deployment.desired import (
    DesiredFunction,
    bundle_of,
    chosen_functions,
    desired_function,
    faults_of_desired,
    sources_of,
)
from local.deployment.document import DeploymentDocument, PlatformTable
from local.deployment.plan import Change, Difference, plan_change, plan_removal, value_of
from local.deployment.platform import ManagedFunction, Platform
from local.deployment.secret_stores.reading import read_secrets, stores_of
from local.deployment.secret_stores.secret_store import StoredValue
from shared.errors import Forbidden, SyncError
from shared.models.secret import Secret
from shared.runtime import Runtime

DONE, FAILED, USAGE, REFUSED = 0, 1, 2, 3

COLOURS = {"create": "green", "update": "yellow", "replace": "yellow", "remove": "red"}

Zips = Callable[[Sequence[Bundle], bool], Mapping[Bundle, bytes]]
"""Returns the zip of each bundle, compiled beforehand or not."""


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
    _client: PlatformClient = field(init=False)
    _actual: dict[str, ManagedFunction | None] = field(init=False, default_factory=dict)
    _stored: Mapping[str, StoredValue] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        table = self.table
        self._client = PlatformClient(self.platform, table.region, table.project_id, self.process)

    @property
    def table(self) -> PlatformTable:
        """The platform's part of the description."""
        return self.document.platforms[self.platform.name]

    def deploy(self) -> int:
        """Make the platform have what the description says; return the exit code.

        Raises
        ------
        DescriptionError: the description cannot be deployed here.
        UnreadSecretsError: a store does not give out all secrets.
        SyncError: the platform could not be read.
        """
        wanted = self._desired()
        self._read([each.function.name for each in wanted])
        wanted = [self._with_prompted_secrets(each) for each in wanted]
        changes = [
            plan_change(
                self.document.name,
                each.function,
                self._actual[each.function.name],
                each.secrets,
            )
            for each in wanted
        ]
        changes += self._left_over([each.function.name for each in wanted])
        by_name = {each.function.name: each for each in wanted}
        return self._carry_out(changes, by_name, "deploy")

    def remove(self) -> int:
        """Remove what this deployment made; return the exit code.

        Raises
        ------
        SyncError: the platform could not be read.
        """
        prefix = self.table.name_prefix or ""
        self._read([f"{prefix}{each[0]}" for each in chosen_functions(self.table, self.provider)])
        changes = self._left_over([])
        return self._carry_out(changes, {}, "remove")

    def _desired(self) -> list[DesiredFunction]:
        chosen = list(chosen_functions(self.table, self.provider))
        if not chosen:
            place = f"platforms.{self.platform.name}.functions"
            reason = f"there is no function of {self.provider}"
            raise DescriptionError(self.path, [(place, reason)])
        self._stored = self._read_secrets()
        bundles = dict.fromkeys(bundle_of(each[2], self.platform.name) for each in chosen)
        # A fault is named before anybody waits for a build.
        self._functions([each[0] for each in chosen], dict.fromkeys(bundles, b""))
        zips = self.zips(list(bundles), self.table.bytecode)
        wanted = self._functions([each[0] for each in chosen], zips)
        for each in wanted:
            known = each.secrets - each.prompts
            self._client.secrets += [each.function.environment[name] for name in known]
        return wanted

    def _read_secrets(self) -> Mapping[str, StoredValue]:
        """Return the secrets of the description that a store has."""
        sources, table = sources_of(self.platform.name, self.table, self.provider), self.table
        self.console.progress("reading the secrets …")
        try:
            found = read_secrets(sources, table.region, table.project_id, self.process)
        finally:
            self.console.progress("")
        self._client.secrets += [value.text for value in found.values()]
        return found

    def _functions(
        self, names: Sequence[str], zips: Mapping[Bundle, bytes]
    ) -> list[DesiredFunction]:
        """Return the functions of these names in the description, without faults."""
        known, environ = operations(), self.process.current_environ
        wanted = [
            desired_function(
                self.platform,
                self.table,
                name,
                zips[bundle_of(known[name], self.platform.name)],
                environ,
                self._stored,
            )
            for name in names
        ]
        self._require_no_faults(
            fault for each in wanted for fault in faults_of_desired(self.platform, each, self.table)
        )
        return wanted

    def _require_no_faults(self, found: Iterable[Fault]) -> None:
        if faults := list(found):
            raise DescriptionError(self.path, faults)

    def _read(self, names: Sequence[str]) -> None:
        """Read the functions of these names, and all others that this deployment may have made.

        An identity whose rights end at the functions of the description cannot have made others.
        """
        prefix = self.table.name_prefix or ""
        known = [
            f"{prefix}{operation.function}"
            for operation in operations().values()
            if self.provider in {None, operation.provider.name}
        ]
        try:
            for name in dict.fromkeys([*names, *known]):
                self.console.progress(f"reading {name} …")
                flow = self.platform.read_function(name, self._client.context)
                try:
                    self._actual[name] = self._client.run(flow)
                except Forbidden:
                    if name in names:
                        raise
                    self._actual[name] = None
        finally:
            self.console.progress("")

    def _with_prompted_secrets(self, each: DesiredFunction) -> DesiredFunction:
        """Return a function with the secrets that it has already, or that a person enters."""
        actual = self._actual[each.function.name]
        environment = dict(each.function.environment)
        for name in sorted(each.prompts):
            kept = actual.environment.get(name) if actual is not None else None
            environment[name] = kept or self._prompted(each, name)
        self._client.secrets += [environment[name] for name in each.prompts]
        function = each.function._replace(environment=dict(sorted(environment.items())))
        complete = each._replace(function=function)
        self._require_no_faults(faults_of_desired(self.platform, complete, self.table))
        return complete

    def _prompted(self, each: DesiredFunction, name: str) -> Secret:
        place = f"{each.place}.secrets.{name}"
        if self.only_plan:
            return Secret("not entered yet")
        if not self.console.can_ask:
            reason = "there is no terminal to ask for it on: use env:NAME"
            raise DescriptionError(self.path, [(place, reason)])
        entered = self.read_secret(f"{name} of {each.function.name}: ").strip()
        if not entered:
            raise DescriptionError(self.path, [(place, "nothing was entered")])
        return Secret(entered)

    def _left_over(self, wanted: Sequence[str]) -> list[Change]:
        """Return the removals of what this deployment made and the description has no more."""
        why = "the description does not name it any more" if wanted else ""
        found = [
            plan_removal(self.document.name, actual, why)
            for name, actual in self._actual.items()
            if actual is not None and name not in wanted
        ]
        # Only a removal lists functions of these names that another deployment or person created.
        return [each for each in found if each.kind == "remove" or not wanted]

    def _carry_out(
        self, changes: Sequence[Change], wanted: Mapping[str, DesiredFunction], verb: str
    ) -> int:
        console = self.console
        self._show_where(verb)
        for change in changes:
            self._show_change(change, wanted.get(change.name))
        console.say()
        foreign = [each for each in changes if each.kind == "foreign"]
        todo = [each for each in changes if each.kind not in {"unchanged", "foreign"}]
        if foreign and verb == "deploy":
            console.say(console.coloured("Refused: nothing was changed.", "red"))
            console.fill(
                "A function that this deployment did not make has one of its names. Remove that "
                "function, or set name_prefix in the description.",
                2,
            )
            return REFUSED
        if not todo:
            console.say("Nothing to do.")
            return DONE
        if not self._may_overwrite(todo, verb) or not self._is_confirmed(todo, verb):
            return REFUSED
        if self.only_plan:
            console.say("Only the plan: nothing was changed.")
            return DONE
        console.say()
        if not self._apply(todo, wanted):
            return FAILED
        return self._try(wanted) if verb == "deploy" else DONE

    def _show_where(self, verb: str) -> None:
        console, platform, found = self.console, self.platform, self._client.credentials
        console.progress("reading the account …")
        try:
            account = account_of(ask_provider(platform.provider.name, self.process))
        finally:
            console.progress("")
        console.say(f"{verb.capitalize()} {self.document.name} on {platform.title}")
        console.say(f"  region   {self.table.region}")
        console.say(f"  as       {account or 'account not known'}; {found.who}")
        rights = [*platform.permissions]
        for store in stores_of(self._stored):
            rights += store.permissions
        needs = ", ".join(rights)
        console.say("  rights   that identity needs")
        console.fill(needs, 11)
        console.say()

    def _show_change(self, change: Change, desired: DesiredFunction | None) -> None:
        console = self.console
        word = {"foreign": "not ours", "update": "change"}.get(change.kind, change.kind)
        why = f": {change.why}" if change.why else ""
        painted = console.coloured(f"{word:9}", COLOURS.get(change.kind))
        console.say(f"  {painted} {change.name}{why}")
        if change.kind in {"create", "replace"} and desired is not None:
            for label, value in described(desired):
                console.say(f"    {label:9} {value}")
        if change.kind in {"create", "replace", "update"} and desired is not None:
            for name, origin in desired.origins.items():
                console.say(f"    {'secret':9} {name} from {origin}")
        if change.kind == "update":
            for each in change.differences:
                self._show_difference(each)

    def _show_difference(self, each: Difference) -> None:
        hand = self.console.coloured("  (changed by hand)", "red") if each.by_hand else ""
        self.console.say(f"    {each.label:9} {each.before} → {each.after}{hand}")

    def _may_overwrite(self, todo: Sequence[Change], verb: str) -> bool:
        if verb == "remove" or self.overwrite or not any(each.by_hand for each in todo):
            return True
        console = self.console
        console.say(console.coloured("Refused: nothing was changed.", "red"))
        console.fill(
            "What is marked was changed by hand since the last deployment. Take it over into the "
            "description, or use --overwrite to replace it by what the description says.",
            2,
        )
        return False

    def _is_confirmed(self, todo: Sequence[Change], verb: str) -> bool:
        console = self.console
        kinds = {"create": "create", "update": "change", "replace": "replace", "remove": "remove"}
        counts = [
            f"{number} to {word}"
            for kind, word in kinds.items()
            if (number := sum(each.kind == kind for each in todo))
        ]
        console.say(f"{', '.join(counts)}.")
        if self.yes or self.only_plan:
            return True
        if not console.can_ask:
            console.say("Refused: there is no terminal to ask for confirmation on; use --yes.")
            return False
        if console.ask(f"{verb.capitalize()}?"):
            return True
        console.say("Nothing was changed: you did not answer yes.")
        return False

    def _apply(self, todo: Sequence[Change], wanted: Mapping[str, DesiredFunction]) -> bool:
        console = self.console

        def report(text: str) -> None:
            console.progress("")
            console.say(f"  {text}")

        applier = Applier(self.document.name, self.platform, self._client, report)
        try:
            for change in todo:
                console.progress(f"{change.name} …")
                applier.apply(change, wanted.get(change.name), self._actual.get(change.name))
        except SyncError as error:
            console.progress("")
            console.say(console.coloured(f"  {change.name} failed", "red"))
            show_error(error, console)
            self._show_made(applier.made)
            return False
        except KeyboardInterrupt:
            console.progress("")
            self._show_made(applier.made)
            raise
        console.progress("")
        return True

    def _show_made(self, made: Sequence[str]) -> None:
        self.console.say()
        self.console.say("Made so far:" if made else "Nothing was made so far.")
        for each in made:
            self.console.say(f"  {each}")
        self.console.say("Run the same command again: it goes on from there.")

    def _try(self, wanted: Mapping[str, DesiredFunction]) -> int:
        """Run each function once as a dry run, and show where its log, schedule and alarm are."""
        console, code = self.console, DONE
        console.say()
        console.say("A dry run of each function, which changes nothing:")
        for name, desired in wanted.items():
            console.progress(f"{name} …")
            try:
                flow = self.platform.invoke(name, desired.event, self._client.context)
                result = self._client.run(flow)
            except SyncError as error:
                code = FAILED
                console.progress("")
                console.say(console.coloured(f"  {name}: failed", "red"))
                show_error(error, console)
                continue
            console.progress("")
            status, text = result_of(result)
            console.say(f"  {name}: {status}: {text}")
            if status == "failed":
                code = FAILED
                console.fill(str((result.get("error") or {}).get("hint", "")), 4)
        console.say()
        for name in wanted:
            console.say(f"{name}:")
            for place in self.platform.places(self.table.region, name):
                console.say(f"  {place.what:9} {place.url}")
        if code == FAILED:
            console.say("The functions are deployed, but not all of them can run.")
        return code


def described(desired: DesiredFunction) -> Iterable[tuple[str, str]]:
    """Return what is created, for people."""
    function = desired.function
    yield "code", f"{desired.bundle.name}.zip, {value_of('code', function)}"
    yield "runs as", f"role {function.role}" if function.role else "no role"
    yield "limits", f"{function.memory_mb} MB, {function.timeout_seconds} s"
    if function.environment:
        yield "settings", ", ".join(function.environment)
    yield "schedule", value_of("schedule", function)


def result_of(result: Any) -> tuple[str, str]:
    """Return status and summary of an operation's result; another answer counts as failed."""
    if not isinstance(result, dict) or not isinstance(result.get("status"), str):
        return "failed", "the function did not return a result"
    error = result.get("error")
    text = error.get("message") if isinstance(error, dict) else result.get("summary")
    return result["status"], str(text)


def show_error(error: SyncError, console: Console) -> None:
    """Print why a call failed, and what to do about it."""
    console.fill(f"{error.code}: {error.message}", 4)
    if error.hint:
        console.fill(error.hint, 4)
    if error.request_id:
        console.fill(f"request ID {error.request_id}", 4)
