"""One invocation of the function: what the platform passed in, read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.clock import Clock, Deadline, started
from shared.platforms import Incoming, Platform, recognise
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.models.identity import Keys
    from shared.models.operation import Operation
    from shared.models.result import Trigger
    from shared.runtime import Runtime
    from shared.scrub import Scrubber
    from shared.telemetry import Telemetry

NO_PLATFORM = "no platform"


class ReceivedEvent(NamedTuple):
    """An event, and what its platform says about this invocation, read at its arrival.

    Parameters
    ----------
    platform, context: who calls, and the context as it was passed in.
    incoming: the event without its envelope.
    settings: the settings of this invocation.
    timeout: seconds that the function had left at its arrival, None for no limit.
    start: monotonic seconds and RFC 3339, from :func:`shared.clock.started`.
    """

    platform: Platform
    context: Any
    incoming: Incoming
    settings: Settings
    timeout: float | None
    start: tuple[float, str]


def receive_event(
    event: object, context: Any, environ: Mapping[str, str], clock: Clock
) -> ReceivedEvent:
    """Read an event as a platform passed it in.

    The remaining time is read here, together with the time of arrival: AWS Lambda and
    FunctionGraph report less of it later.
    """
    start = started(clock)
    platform = recognise(event, context)
    settings = platform.settings(context, environ)
    timeout = platform.limit(context, settings)
    return ReceivedEvent(platform, context, platform.open(event), settings, timeout, start)


class Invocation(NamedTuple):
    """One event, before it is known which operation it is for.

    Parameters
    ----------
    runtime: what the invocations of this process share.
    platform, context: who calls, and the context as it was passed in.
    invocation_id: the platform's ID, None without a platform.
    incoming: the event without its envelope: the raw parameters, or why they cannot be read.
    trigger: what started it.
    settings: the settings of this invocation.
    scrub: redacts the secrets.
    telemetry: writes the log.
    deadline: when the answer must be there.
    start: monotonic seconds and RFC 3339.
    defaults_cache: ``DEFAULT_PARAMETERS`` by operation, see :func:`shared.preparation.defaults_of`.
    """

    runtime: Runtime
    platform: Platform
    context: Any
    invocation_id: str | None
    incoming: Incoming
    trigger: Trigger
    settings: Settings
    scrub: Scrubber
    telemetry: Telemetry
    deadline: Deadline
    start: tuple[float, str]
    defaults_cache: dict[str, Mapping[str, object]]

    @classmethod
    def from_event(cls, event: object, context: Any, runtime: Runtime) -> Invocation:
        """Return the invocation for an event.

        Parameters
        ----------
        event, context: as the platform passed them in.
        runtime: what the invocations of this process share.
        """
        received = receive_event(event, context, runtime.current_environ, runtime.clock)
        return cls.from_received(received, runtime)

    @classmethod
    def from_received(cls, received: ReceivedEvent, runtime: Runtime) -> Invocation:
        """Return the invocation for an event that was read before."""
        # The web app's pages need neither of them.
        from shared.scrub import Scrubber
        from shared.telemetry import Telemetry

        platform, context, incoming, settings, timeout, start = received
        invocation_id = platform.invocation_id(context)
        scrub = Scrubber(settings.secrets())
        telemetry = Telemetry(settings, scrub)
        telemetry.know(invocation_id=invocation_id)
        return cls(
            runtime=runtime,
            platform=platform,
            context=context,
            invocation_id=invocation_id,
            incoming=incoming,
            trigger=incoming.kind,
            settings=settings,
            scrub=scrub,
            telemetry=telemetry,
            deadline=Deadline(runtime.clock, timeout, start[0]),
            start=start,
            defaults_cache={},
        )

    @property
    def on_platform(self) -> bool:
        """Whether this is a function platform."""
        return self.platform.name != NO_PLATFORM

    def limited_to(self, seconds: float, set_by: str = "the caller's limit") -> Invocation:
        """Return this invocation with a deadline at most so many seconds after its arrival."""
        return self._replace(deadline=self.deadline.limited_to(seconds, set_by))

    def reserving(self, share: float, purpose: str = "the answer") -> Invocation:
        """Return this invocation with a deadline that leaves a share of the time for a purpose."""
        return self._replace(deadline=self.deadline.reserving(share, purpose))

    def is_own_cloud_of(self, operation: Operation) -> bool:
        """Return whether the platform belongs to the operation's provider."""
        return self.platform.provider == operation.dialect.provider

    def platform_region(self, operation: Operation) -> str | None:
        """Return the platform's own region, None on another provider's platform."""
        if not self.is_own_cloud_of(operation):
            return None
        return self.platform.region(self.context, self.settings)

    def role_keys(self) -> Keys | None:
        """Return the keys of the function's role, None if it has none."""
        return self.platform.role(self.context, self.settings)
