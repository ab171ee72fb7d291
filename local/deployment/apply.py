"""Makes the changes of a plan, function by function, so that any of them may be the last.

Every update begins with a marker that says that a deployment is under way, and ends with one that
says what was deployed. In between, a difference is known to be this project's own, and the next
deployment goes on from there; a change that is a single call needs no such beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from local.deployment.client import PlatformClient
from local.deployment.desired.functions import DesiredFunction
from local.deployment.marker import (
    CONFIGURATION,
    TIMER,
    Marker,
    hashes_of,
    marker_of,
    own_bucket,
    own_timer,
)
from local.deployment.models.alarm import Alarm
from local.deployment.models.function import ManagedFunction
from local.deployment.models.platform import Platform
from local.deployment.plan.changes import Change, alarm_title, is_one_call, marked

Report = Callable[[str], None]


class Applier:
    """Makes changes at one platform, and remembers which were made.

    Parameters
    ----------
    deployment: the deployment's name.
    platform, client: where, and how it is called.
    report: called with a sentence about each change that was made.

    Attributes
    ----------
    made: the changes that were made, for people.
    """

    def __init__(
        self, deployment: str, platform: Platform, client: PlatformClient, report: Report
    ) -> None:
        self._deployment = deployment
        self._platform = platform
        self._client = client
        self._report = report
        self.made: list[str] = []

    def apply(
        self, change: Change, desired: DesiredFunction | None, actual: ManagedFunction | None
    ) -> None:
        """Make one change.

        Raises
        ------
        SyncError: it could not be made, or not to its end.
        """
        if change.kind in {"remove", "replace"}:
            self._remove(change.name, actual)
        if desired is None:
            return
        if change.kind in {"create", "replace"}:
            self._create(desired)
        elif change.kind in {"update", "adopt"} and actual is not None:
            self._update(change, desired, actual)

    def _done(self, name: str, what: str) -> None:
        self.made.append(f"{name}: {what}")
        self._report(f"{name}: {what}")

    def _remove(self, name: str, actual: ManagedFunction | None) -> None:
        # Before the function: its marker is what says that there are any.
        self._delete_alarms(name, actual.alarms if actual is not None else None)
        http = self._platform.http
        if http is not None and actual is not None and actual.url is not None:
            self._client.run(http.delete_url(name, self._client.context))
            self._done(name, "URL removed")
        self._client.run(self._platform.delete_function(name, self._client.context))
        self._done(name, "removed")

    def _create(self, desired: DesiredFunction) -> None:
        function = desired.function
        begun = marked(function, self._begun(function, None))
        platform, client = self._platform, self._client
        client.run(platform.create_function(begun, desired.zip_bytes, client.context))
        self._done(function.name, "created")
        self._put_retries(function)
        self._put_schedule(function, None)
        self._put_bucket(function, None)
        self._put_url(function)
        self._put_alarms(function, None)
        self._record(function)

    def _update(self, change: Change, desired: DesiredFunction, actual: ManagedFunction) -> None:
        function, parts = desired.function, change.parts
        platform, client = self._platform, self._client
        if parts and is_one_call(change):
            self._record(function, actual.code_size)
            self._done(function.name, f"{', '.join(sorted(parts))} set")
            return
        if parts:
            begun = marked(function, self._begun(function, actual, parts))
            client.run(platform.update_configuration(begun, client.context))
            if parts & frozenset(CONFIGURATION):
                self._done(function.name, "configuration set")
            else:
                # Said after a failure alone: each change that succeeds begins so.
                self.made.append(f"{function.name}: deployment record marked as under way")
        # After an interrupted deployment everything is compared, so what is left is in the parts.
        if parts & {"code", "handler"}:
            client.run(platform.update_code(function, desired.zip_bytes, client.context))
            self._done(function.name, "code replaced")
        if "retries" in parts:
            self._put_retries(function)
        if "schedule" in parts:
            self._put_schedule(function, actual)
        if "bucket" in parts:
            self._put_bucket(function, actual)
        if "url" in parts:
            self._put_url(function)
        if "alarms" in parts:
            self._put_alarms(function, actual)
        self._record(function)
        self._done(function.name, "deployment record written")

    def _put_retries(self, function: ManagedFunction) -> None:
        if function.retries is not None:
            flow = self._platform.put_retries(function.name, function.retries, self._client.context)
            self._client.run(flow)
            self._done(function.name, "retries set")

    def _put_schedule(self, function: ManagedFunction, actual: ManagedFunction | None) -> None:
        platform, client, timer = self._platform, self._client, own_timer(function)
        if timer is not None:
            client.run(platform.put_timer(function.name, timer, client.context))
            self._done(function.name, "schedule set")
        elif actual is not None:
            client.run(platform.delete_timer(function.name, TIMER, client.context))
            self._done(function.name, "schedule removed")

    def _put_bucket(self, function: ManagedFunction, actual: ManagedFunction | None) -> None:
        service, client = self._platform.buckets, self._client
        old = own_bucket(actual, function) if actual is not None else None
        if service is None:
            return
        if function.buckets:
            (trigger,) = function.buckets
            client.run(service.put(function.name, trigger, old, client.context))
            self._done(function.name, "bucket set")
        elif old is not None:
            client.run(service.delete(function.name, old, client.context))
            self._done(function.name, "bucket removed")

    def _put_url(self, function: ManagedFunction) -> None:
        http = self._platform.http
        if http is not None and function.url is not None:
            self._client.run(http.put_url(function.name, function.url, self._client.context))
            self._done(function.name, "URL set")

    def _put_alarms(self, function: ManagedFunction, actual: ManagedFunction | None) -> None:
        """Make the alarms that are not as they are wanted, and delete those that are not."""
        service, client = self._platform.alarms, self._client
        wanted, have = function.alarms or (), (actual.alarms or ()) if actual is not None else ()
        kept = {each.kind for each in wanted}
        self._delete_alarms(function.name, [each for each in have if each.kind not in kept])
        for alarm in wanted:
            if service is not None and alarm not in have:
                client.run(service.put_alarm(function.name, alarm, client.context))
                self._done(function.name, f"alarm {alarm_title(alarm.kind)} set")

    def _delete_alarms(self, name: str, alarms: Iterable[Alarm] | None) -> None:
        service, client = self._platform.alarms, self._client
        for alarm in alarms or ():
            if service is not None:
                client.run(service.delete_alarm(name, alarm.kind, client.context))
                self._done(name, f"alarm {alarm_title(alarm.kind)} removed")

    def _begun(
        self,
        function: ManagedFunction,
        actual: ManagedFunction | None,
        parts: frozenset[str] = frozenset(),
    ) -> Marker:
        """Return the marker of a deployment that is under way.

        It keeps that there are alarms, or will be: only then does the next deployment read them.
        And it keeps which bucket trigger is the deployment's: the old one as long as it may be
        there, and the wanted one is known by the description. And it keeps which code was deployed
        unless that is among the parts that are changed: otherwise it would be uploaded again.
        """
        hashes: dict[str, str] = {}
        for each in (function, actual):
            if each is not None and each.alarms:
                hashes.setdefault("alarms", hashes_of(each)["alarms"])
        marker = marker_of(actual) if actual is not None else None
        if marker is not None and "bucket" in marker.hashes:
            hashes["bucket"] = marker.hashes["bucket"]
        elif function.buckets:
            hashes["bucket"] = hashes_of(function)["bucket"]
        code_size = None
        if marker is not None and "code" in marker.hashes and "code" not in parts:
            hashes["code"], code_size = marker.hashes["code"], marker.code_size
        return Marker(self._deployment, hashes, pending=True, code_size=code_size)

    def _record(self, function: ManagedFunction, code_size: int | None = None) -> None:
        """Set the configuration, with a marker that says what was deployed."""
        platform, client = self._platform, self._client
        if code_size is None:
            found = client.run(platform.read_function(function.name, client.context))
            code_size = found.code_size if found is not None else None
        recorded = function._replace(alarms=function.alarms or None)
        marker = Marker(self._deployment, hashes_of(recorded), pending=False, code_size=code_size)
        client.run(platform.update_configuration(marked(function, marker), client.context))
