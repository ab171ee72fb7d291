"""What a description wants, with its code and its secrets, and without faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from local.bundling.plan import Bundle
from local.console import Console
from local.deployment.client import PlatformClient
from local.deployment.description.description import DescriptionError, Fault
from local.deployment.desired.functions import (
    NOT_ENTERED,
    Chosen,
    DesiredFunction,
    desired_function,
    faults_of_desired,
    faults_of_desired_alarms,
    sources_of,
)
from local.deployment.desired.scope import Scope
from local.deployment.desired.zips import Zips
from local.deployment.models.function import ManagedFunction
from local.deployment.questions import NotEnteredError, entered_secret
from local.deployment.secret_stores.reading import read_secrets, stores_of
from local.deployment.secret_stores.secret_store import StoredValue
from shared.models.secret import Secret
from shared.runtime import Runtime


@dataclass
class DesiredState:
    """Puts together what a description wants.

    Parameters
    ----------
    scope: the part of the description.
    client: redacts these secrets in errors, once they are found.
    console: where a secret is asked for.
    process: environment, home directory, clock and transport.
    zips: builds the bundles.
    read_secret: asks for a secret without showing it.
    only_plan: whether secrets that would be asked for are left out.
    """

    scope: Scope
    client: PlatformClient
    console: Console
    process: Runtime
    zips: Zips
    read_secret: Callable[[str], str]
    only_plan: bool
    _stored: Mapping[str, StoredValue] = field(init=False, default_factory=dict)

    @property
    def store_permissions(self) -> tuple[str, ...]:
        """What reading the secrets needs."""
        return tuple(each for store in stores_of(self._stored) for each in store.permissions)

    def functions(self, adopt: frozenset[str]) -> list[DesiredFunction]:
        """Return the functions, without the secrets that are asked for.

        Parameters
        ----------
        adopt: the names of functions that are to be taken over.

        Raises
        ------
        DescriptionError: the description cannot be deployed.
        UnreadSecretsError: a store does not give out all secrets.
        """
        scope, chosen = self.scope, self.scope.chosen()
        if not chosen:
            place = f"platforms.{scope.platform.name}.functions"
            reason = (
                f"no function of the provider {scope.provider} is described for "
                f"{scope.platform.name}"
            )
            raise DescriptionError(scope.path, [(place, reason)])
        self._stored = self._read_secrets()
        bundles = dict.fromkeys(each.bundle for each in chosen)
        # Faults are reported before the build, which takes time.
        self._functions(chosen, dict.fromkeys(bundles, b""))
        zips = self.zips(list(bundles), scope.table.bytecode)
        wanted = self._functions(chosen, zips)
        unknown = sorted(adopt - {each.function.name for each in wanted})
        scope.require_no_faults(
            (f"--adopt {name}", "no function of the description has this name") for name in unknown
        )
        for each in wanted:
            known = each.secrets - each.prompts
            self.client.secrets += [each.function.environment[name] for name in known]
        return wanted

    def complete(self, each: DesiredFunction, actual: ManagedFunction | None) -> DesiredFunction:
        """Return a function with what follows from the one at the platform.

        Its secrets that are asked for are those that it has already, or that a person enters.

        Parameters
        ----------
        each: the function.
        actual: what the platform has of it; None for nothing.

        Raises
        ------
        DescriptionError: a secret was not entered, or cannot be used.
        """
        return self._with_prompted_secrets(with_alarms(each, actual), actual)

    def _read_secrets(self) -> Mapping[str, StoredValue]:
        """Return the secrets of the description that a store has."""
        scope = self.scope
        sources = sources_of(scope.platform.name, scope.table, scope.provider)
        self.console.progress("reading the secrets …")
        try:
            found = read_secrets(sources, scope.table.region, scope.table.project_id, self.process)
        finally:
            self.console.progress("")
        self.client.secrets += [value.text for value in found.values()]
        return found

    def _functions(
        self, chosen: Sequence[Chosen], zips: Mapping[Bundle, bytes]
    ) -> list[DesiredFunction]:
        """Return these functions of the description, without faults."""
        platform, table = self.scope.platform, self.scope.table
        environ = self.process.current_environ
        wanted = [
            desired_function(platform, table, each, zips[each.bundle], environ, self._stored)
            for each in chosen
        ]
        self.scope.require_no_faults(fault for each in wanted for fault in self._faults_of(each))
        return wanted

    def _faults_of(self, desired: DesiredFunction) -> Iterator[Fault]:
        yield from faults_of_desired(self.scope.platform, desired)
        yield from faults_of_desired_alarms(self.scope.platform, self.scope.table, desired)

    def _with_prompted_secrets(
        self, each: DesiredFunction, actual: ManagedFunction | None
    ) -> DesiredFunction:
        environment = dict(each.function.environment)
        for name in sorted(each.prompts):
            kept = actual.environment.get(name) if actual is not None else None
            environment[name] = kept or self._prompted(each, name)
        self.client.secrets += [environment[name] for name in each.prompts]
        function = each.function._replace(environment=dict(sorted(environment.items())))
        complete = each._replace(function=function)
        self.scope.require_no_faults(self._faults_of(complete))
        return complete

    def _prompted(self, each: DesiredFunction, name: str) -> Secret:
        place = f"{each.place}.secrets.{name}"
        if self.only_plan:
            return NOT_ENTERED
        question = f"{name} of {each.function.name}: "
        try:
            return entered_secret(self.console, self.read_secret, question, "env:NAME")
        except NotEnteredError as error:
            raise DescriptionError(self.scope.path, [(place, str(error))]) from None


def with_alarms(each: DesiredFunction, actual: ManagedFunction | None) -> DesiredFunction:
    """Return a function without a word on alarms, unless it has some or is to have some."""
    if each.function.alarms or (actual is not None and actual.alarms is not None):
        return each
    return each._replace(function=each.function._replace(alarms=None))


def with_log_of(each: DesiredFunction, actual: ManagedFunction | None) -> DesiredFunction:
    """Return a function that is made anew, with the log that the old one has."""
    if each.function.log is not None or actual is None:
        return each
    return each._replace(function=each.function._replace(log=actual.log))
