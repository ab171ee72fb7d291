"""What a platform has: the functions of a description, and those that it does not name any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from local.console import Console
from local.deployment.client import PlatformClient
from local.deployment.desired.functions import names_of
from local.deployment.desired.scope import Scope
from local.deployment.failed_step import step
from local.deployment.marker import marker_of
from local.deployment.models.alarm import KINDS
from local.deployment.models.function import ManagedFunction
from shared.errors import Forbidden


class ActualState(NamedTuple):
    """Reads what a platform has.

    Parameters
    ----------
    scope: the part of the description.
    client: calls the platform.
    console: shows which function is read.
    """

    scope: Scope
    client: PlatformClient
    console: Console

    def read(
        self, names: Sequence[str], alarmed: Collection[str] = ()
    ) -> dict[str, ManagedFunction | None]:
        """Return the functions of these names, and all others that the deployment may have made.

        An identity whose rights end at the functions of the description cannot have made others.

        Parameters
        ----------
        names: the functions of the description.
        alarmed: those of them that are to have alarms.

        Raises
        ------
        FailedStepError: the platform could not be read.
        """
        scope, found = self.scope, dict[str, ManagedFunction | None]()
        has_urls = scope.platform.http is not None
        known = [scope.full_name(name) for name in names_of(scope.provider, web=has_urls)]
        try:
            for name in dict.fromkeys([*names, *known]):
                self.console.progress(f"reading {name} …")
                with step(f"The function {name} could not be read"):
                    function = self._function(name, is_optional=name not in names)
                with step(f"The alarms of {name} could not be read"):
                    found[name] = self._with_its_alarms(function, wanted=name in alarmed)
        finally:
            self.console.progress("")
        return found

    def orphaned_alarms(self, names: Iterable[str]) -> dict[str, ManagedFunction]:
        """Return what is left of functions that were deleted past the deployment: their alarms.

        Parameters
        ----------
        names: functions that the platform does not have, and that the description gives alarms.
        """
        service, found = self.scope.platform.alarms, dict[str, ManagedFunction]()
        for name in names:
            if service is None:
                break
            with step(f"The alarms of {name} could not be read"):
                alarms = self.client.run(service.read_alarms(name, self.client.context))
            if alarms:
                found[name] = ManagedFunction(name, "", "", 0, 0, {}, None, "", alarms=alarms)
        return found

    def _function(self, name: str, *, is_optional: bool) -> ManagedFunction | None:
        try:
            return self.client.run(self.scope.platform.read_function(name, self.client.context))
        except Forbidden:
            if is_optional:
                return None
            raise

    def _with_its_alarms(
        self, actual: ManagedFunction | None, *, wanted: bool
    ) -> ManagedFunction | None:
        """Return a function with its alarms, if the deployment made some or is to make some.

        Otherwise none are read, so that no rights to read them are needed.
        """
        service = self.scope.platform.alarms
        marker = marker_of(actual) if actual is not None else None
        if actual is None or service is None or marker is None:
            return actual
        if marker.deployment != self.scope.deployment or not (wanted or "alarms" in marker.hashes):
            return actual
        found = self.client.run(service.read_alarms(actual.name, self.client.context))
        return actual._replace(alarms=tuple(sorted(found, key=lambda each: KINDS.index(each.kind))))
