"""One deployment, or removal: reads, shows the plan, asks, makes the changes, tries them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.bundling.plan import Bundle
from local.caller_identity import account_of, ask_provider
from local.console import Console
from local.deployment.alarm import KINDS
from local.deployment.apply import Applier
from local.deployment.client import PlatformClient
from local.deployment.description import DescriptionError, Fault
from local.deployment.desired import (
    NOT_ENTERED,
    Chosen,
    DesiredFunction,
    chosen_functions,
    desired_function,
    faults_of_desired,
    faults_of_desired_alarms,
    names_of,
    sources_of,
)
from local.deployment.desired_alarms import alarm_choice
from local.deployment.document import DeploymentDocument, PlatformTable
from local.deployment.failed_step import step
from local.deployment.marker import TIMER, marker_of
from local.deployment.plan import (
    Change,
    Difference,
    plan_change,
    plan_removal,
    shown_alarm,
    shown_timer,
    value_of,
)
from local.deployment.platform import ManagedFunction, Place, Platform
from local.deployment.questions import NotEnteredError, entered_secret, is_confirmed
from local.deployment.secret_stores.reading import read_secrets, stores_of
from local.deployment.secret_stores.secret_store import StoredValue
from local.deployment.web import HEALTH, answer_of, guards_of
from shared.errors import Forbidden, SyncError
from shared.models.secret import Secret
from shared.runtime import Runtime

DONE, FAILED, USAGE, REFUSED = 0, 1, 2, 3

COLOURS = {
    "create": "green",
    "update": "yellow",
    "adopt": "yellow",
    "replace": "yellow",
    "remove": "red",
}

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
        FailedStepError: the platform could not be read.
        """
        wanted = self._desired()
        alarmed = {each.function.name for each in wanted if each.function.alarms}
        self._read([each.function.name for each in wanted], alarmed)
        wanted = [self._with_prompted_secrets(self._with_alarms(each)) for each in wanted]
        changes = [
            plan_change(
                self.document.name,
                each.function,
                self._actual[each.function.name],
                each.secrets,
                adopt=each.function.name in self.adopt,
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
        FailedStepError: the platform could not be read.
        """
        prefix = self.table.name_prefix or ""
        chosen = {f"{prefix}{each.name}": each.part for each in self._chosen()}
        self._read(list(chosen))
        changes = self._left_over([])
        changes += self._left_alarms(
            [name for name, each in chosen.items() if alarm_choice(self.table, each) is not None]
        )
        return self._carry_out(changes, {}, "remove")

    def _desired(self) -> list[DesiredFunction]:
        chosen = self._chosen()
        if not chosen:
            place = f"platforms.{self.platform.name}.functions"
            reason = f"there is no function of {self.provider}"
            raise DescriptionError(self.path, [(place, reason)])
        self._stored = self._read_secrets()
        bundles = dict.fromkeys(each.bundle for each in chosen)
        # Faults are reported before the build, which takes time.
        self._functions(chosen, dict.fromkeys(bundles, b""))
        zips = self.zips(list(bundles), self.table.bytecode)
        wanted = self._functions(chosen, zips)
        unknown = sorted(self.adopt - {each.function.name for each in wanted})
        self._require_no_faults(
            (f"--adopt {name}", "no function of the description has this name") for name in unknown
        )
        for each in wanted:
            known = each.secrets - each.prompts
            self._client.secrets += [each.function.environment[name] for name in known]
        return wanted

    def _chosen(self) -> list[Chosen]:
        return list(chosen_functions(self.platform.name, self.table, self.provider))

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
        self, chosen: Sequence[Chosen], zips: Mapping[Bundle, bytes]
    ) -> list[DesiredFunction]:
        """Return these functions of the description, without faults."""
        environ = self.process.current_environ
        wanted = [
            desired_function(
                self.platform, self.table, each, zips[each.bundle], environ, self._stored
            )
            for each in chosen
        ]
        self._require_no_faults(fault for each in wanted for fault in self._faults_of(each))
        return wanted

    def _faults_of(self, desired: DesiredFunction) -> Iterator[Fault]:
        yield from faults_of_desired(self.platform, desired)
        yield from faults_of_desired_alarms(self.platform, self.table, desired)

    def _require_no_faults(self, found: Iterable[Fault]) -> None:
        if faults := list(dict.fromkeys(found)):
            raise DescriptionError(self.path, faults)

    def _read(self, names: Sequence[str], alarmed: Collection[str] = ()) -> None:
        """Read the functions of these names, and all others that this deployment may have made.

        An identity whose rights end at the functions of the description cannot have made others.

        Parameters
        ----------
        names: the functions of the description.
        alarmed: those of them that are to have alarms.
        """
        prefix = self.table.name_prefix or ""
        has_urls = self.platform.http is not None
        known = [f"{prefix}{name}" for name in names_of(self.provider, web=has_urls)]
        try:
            for name in dict.fromkeys([*names, *known]):
                self.console.progress(f"reading {name} …")
                flow = self.platform.read_function(name, self._client.context)
                with step(f"The function {name} could not be read"):
                    try:
                        found = self._client.run(flow)
                    except Forbidden:
                        if name in names:
                            raise
                        found = None
                with step(f"The alarms of {name} could not be read"):
                    self._actual[name] = self._with_its_alarms(found, wanted=name in alarmed)
        finally:
            self.console.progress("")

    def _with_its_alarms(
        self, actual: ManagedFunction | None, *, wanted: bool
    ) -> ManagedFunction | None:
        """Return a function with its alarms, if this deployment made some or is to make some.

        Otherwise none are read, so that no rights to read them are needed.
        """
        service = self.platform.alarms
        marker = marker_of(actual) if actual is not None else None
        if actual is None or service is None or marker is None:
            return actual
        if marker.deployment != self.document.name or not (wanted or "alarms" in marker.hashes):
            return actual
        found = self._client.run(service.read_alarms(actual.name, self._client.context))
        return actual._replace(alarms=tuple(sorted(found, key=lambda each: KINDS.index(each.kind))))

    def _with_alarms(self, each: DesiredFunction) -> DesiredFunction:
        """Return a function without a word on alarms, unless it has some or is to have some."""
        actual = self._actual[each.function.name]
        if each.function.alarms or (actual is not None and actual.alarms is not None):
            return each
        return each._replace(function=each.function._replace(alarms=None))

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
        self._require_no_faults(self._faults_of(complete))
        return complete

    def _prompted(self, each: DesiredFunction, name: str) -> Secret:
        place = f"{each.place}.secrets.{name}"
        if self.only_plan:
            return NOT_ENTERED
        question = f"{name} of {each.function.name}: "
        try:
            return entered_secret(self.console, self.read_secret, question, "env:NAME")
        except NotEnteredError as error:
            raise DescriptionError(self.path, [(place, str(error))]) from None

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

    def _left_alarms(self, names: Sequence[str]) -> list[Change]:
        """Return the removals of alarms whose function was deleted outside of this deployment."""
        service, found = self.platform.alarms, []
        for name in names:
            if service is None or self._actual[name] is not None:
                continue
            with step(f"The alarms of {name} could not be read"):
                alarms = self._client.run(service.read_alarms(name, self._client.context))
            if alarms:
                self._actual[name] = ManagedFunction(
                    name, "", "", 0, 0, {}, None, "", alarms=alarms
                )
                found.append(Change("remove", name, why="only its alarms are left"))
        return found

    def _carry_out(
        self, changes: Sequence[Change], wanted: Mapping[str, DesiredFunction], verb: str
    ) -> int:
        console = self.console
        self._show_where(verb, self._needs(wanted))
        for change in changes:
            self._show_change(change, wanted.get(change.name))
        if wanted and self.platform.alarms is not None:
            self._show_missing_alarms(wanted)
        console.say()
        foreign = [each for each in changes if each.kind == "foreign"]
        todo = [each for each in changes if each.kind not in {"unchanged", "foreign"}]
        if foreign and verb == "deploy":
            console.say(console.coloured("Refused: nothing was changed.", "red"))
            console.fill(
                "A function that this deployment did not make has one of its names. Remove that "
                "function, take it over with --adopt NAME if it was deployed by hand, or set "
                "name_prefix in the description.",
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

    def _needs(self, wanted: Mapping[str, DesiredFunction]) -> tuple[str, ...]:
        """Return the rights that are needed: for URLs and alarms only where there are some."""
        functions = [*(each.function for each in wanted.values()), *self._actual.values()]
        found, http, alarms = self.platform.permissions, self.platform.http, self.platform.alarms
        if http is not None and self.table.web is not None:
            found += http.permissions
        if alarms is not None and any(each is not None and each.alarms for each in functions):
            found += alarms.permissions
        for store in stores_of(self._stored):
            found += store.permissions
        return found

    def _show_missing_alarms(self, wanted: Mapping[str, DesiredFunction]) -> None:
        without = [name for name, each in wanted.items() if not each.function.alarms]
        if not without:
            return
        if self.table.alarms is None:
            table = f"[platforms.{self.platform.name}.alarms]"
            self.console.say(f"  no alarm: add {table}")
        else:
            self.console.say(f"  no alarm, as the description says: {', '.join(without)}")

    def _show_where(self, verb: str, needs: Sequence[str]) -> None:
        console, platform, found = self.console, self.platform, self._client.credentials
        console.progress("reading the account …")
        try:
            with step("The account could not be read"):
                account = account_of(ask_provider(platform.provider.name, self.process))
        finally:
            console.progress("")
        console.say(f"{verb.capitalize()} {self.document.name} on {platform.title}")
        console.say(f"  region   {self.table.region}")
        console.say(f"  as       {account or 'account not known'}; {found.who}")
        console.say("  rights   that identity needs")
        console.fill(", ".join(needs), 11)
        console.say()

    def _show_change(self, change: Change, desired: DesiredFunction | None) -> None:
        console = self.console
        words = {"foreign": "not ours", "update": "change", "adopt": "take over"}
        word = words.get(change.kind, change.kind)
        why = f": {change.why}" if change.why else ""
        painted = console.coloured(f"{word:9}", COLOURS.get(change.kind))
        console.say(f"  {painted} {change.name}{why}")
        if change.kind in {"create", "replace"} and desired is not None:
            for label, value in described(desired):
                console.say(f"    {label:9} {value}")
        if change.kind in {"replace", "remove"} and (url := self._url_of(change.name)):
            console.say(f"    address   {url} is given up")
        if desired is not None and has_new_secrets(change):
            for name, origin in desired.origins.items():
                console.say(f"    {'secret':9} {name} from {origin}")
        if change.kind in {"update", "adopt"}:
            for each in change.differences:
                self._show_difference(each)
        if change.kind == "adopt":
            self._show_other_timers(change.name)

    def _show_other_timers(self, name: str) -> None:
        """Show the timers that stay beside the one of the deployment."""
        actual = self._actual[name]
        for timer in actual.timers if actual is not None else ():
            if timer.name != TIMER:
                shown = f"{timer.name}, {shown_timer(timer)}"
                self.console.say(f"    timer     {shown}: it stays, so delete it by hand")

    def _url_of(self, name: str) -> str:
        """Return the address that a function had before; empty if it had none."""
        actual = self._actual.get(name)
        return actual.url.url if actual is not None and actual.url is not None else ""

    def _show_difference(self, each: Difference) -> None:
        hand = self.console.coloured("  (changed by hand)", "red") if each.by_hand else ""
        self.console.say(f"    {each.label:9} {each.before} → {each.after}{hand}")

    def _may_overwrite(self, todo: Sequence[Change], verb: str) -> bool:
        # Whoever names a function to take over has agreed to what the plan shows of it.
        overwritten = (each.by_hand for each in todo if each.kind != "adopt")
        if verb == "remove" or self.overwrite or not any(overwritten):
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
        kinds = {
            "create": "create",
            "update": "change",
            "adopt": "take over",
            "replace": "replace",
            "remove": "remove",
        }
        counts = [
            f"{number} to {word}"
            for kind, word in kinds.items()
            if (number := sum(each.kind == kind for each in todo))
        ]
        console.say(f"{', '.join(counts)}.")
        return self.yes or self.only_plan or is_confirmed(console, verb)

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
        """Run each function once, changing nothing, and show where its log and alarm are."""
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
            if desired.is_web:
                is_well, text = answer_of(result)
                status = "done" if is_well else "failed"
                console.say(f"  {name}: {HEALTH.method} {HEALTH.path} as an event: {text}")
            else:
                status, text = result_of(result)
                console.say(f"  {name}: {status}: {text}")
            if status == "failed" and desired.is_web:
                code = FAILED
            elif status == "failed":
                code = FAILED
                console.fill(str((result.get("error") or {}).get("hint", "")), 4)
        console.say()
        for name, desired in wanted.items():
            console.say(f"{name}:")
            if desired.is_web:
                console.say(f"  {'url':9} {self._address_of(name)}")
            for place in self._places(desired):
                console.say(f"  {place.what:9} {place.url}")
        if code == FAILED:
            console.say("The functions are deployed, but not all of them can run.")
        return code

    def _places(self, desired: DesiredFunction) -> list[Place]:
        """Return where a person finds a function's log, schedule and alarms."""
        region, function, service = self.table.region, desired.function, self.platform.alarms
        found = list(self.platform.places(region, function.name))
        if service is None or not function.alarms:
            return found
        others = [each for each in found if each.what != "alarm"]
        return [*others, service.place(region, function.name)]

    def _address_of(self, name: str) -> str:
        """Return the address of a function as the platform has it now."""
        unknown = "not known yet: the console shows it under the function's triggers"
        if self.platform.http is None:
            return unknown
        try:
            found = self._client.run(self.platform.http.read_url(name, self._client.context))
        except SyncError as error:
            return f"could not be read ({error.code}): deploy again, or see the console"
        return found.url if found is not None and found.url else unknown


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
    if function.url is None:
        yield "schedule", value_of("schedule", function)
    else:
        yield "url", f"will be made, public, {value_of('url', function)}"
        yield "callers", f"authenticate by {', '.join(guards_of(function.environment))}"
    for alarm in function.alarms or ():
        yield "alarm", shown_alarm(alarm)


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
