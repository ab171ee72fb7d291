"""One invocation of the function: what the platform passed in, read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.clock import Deadline, started
from shared.platforms import Event, Platform, detect_platform
from shared.scrub import Scrubber
from shared.settings import Settings
from shared.telemetry import Telemetry

if TYPE_CHECKING:
    from shared.models.identity import Keys
    from shared.models.operation import Operation
    from shared.models.result import Trigger
    from shared.runtime import Runtime

NO_PLATFORM = "no platform"


class Invocation:
    """One event, before it is known which operation it is for.

    Parameters
    ----------
    runtime: what the invocations of this process share.
    platform, context: who calls, and the context as it was passed in.
    incoming: the event without its envelope: the raw parameters, or why they cannot be read.
    trigger: what started it.
    settings: the settings of this invocation.
    scrub: redacts the secrets.
    telemetry: writes the log.
    deadline: when the answer must be there.
    start: monotonic seconds and RFC 3339, from :func:`shared.clock.started`.
    defaults: ``DEFAULT_PARAMETERS`` by operation, as far as they were read.

    Attributes
    ----------
    invocation_id: the platform's ID, None without a platform.
    """

    def __init__(
        self,
        *,
        runtime: Runtime,
        platform: Platform,
        context: Any,
        incoming: Event,
        trigger: Trigger,
        settings: Settings,
        scrub: Scrubber,
        telemetry: Telemetry,
        deadline: Deadline,
        start: tuple[float, str],
        defaults: dict[str, Mapping[str, object]],
    ) -> None:
        self.runtime = runtime
        self.platform = platform
        self.context = context
        self.incoming = incoming
        self.trigger = trigger
        self.settings = settings
        self.scrub = scrub
        self.telemetry = telemetry
        self.deadline = deadline
        self.start = start
        self.defaults = defaults
        self.invocation_id = platform.invocation_id(context)

    @classmethod
    def from_event(cls, event: object, context: Any, runtime: Runtime) -> Invocation:
        """Return the invocation for an event.

        Parameters
        ----------
        event, context: as the platform passed them in.
        runtime: what the invocations of this process share.
        """
        start = started(runtime.clock)
        platform = detect_platform(event, context)
        settings = platform.settings(context, runtime.current_environ)
        timeout = platform.timeout_seconds(context, settings)
        return cls.from_parts(
            runtime, platform, context, platform.parse_event(event), settings, timeout, start
        )

    @classmethod
    def from_parts(
        cls,
        runtime: Runtime,
        platform: Platform,
        context: Any,
        incoming: Event,
        settings: Settings,
        timeout: float | None,
        start: tuple[float, str],
    ) -> Invocation:
        """Return the invocation for an event that was read before.

        Parameters
        ----------
        runtime, platform, context, incoming, settings, start: as for the class.
        timeout: seconds that the function had left at ``start``, None for no limit. Read then:
            AWS Lambda and FunctionGraph report less of it later.
        """
        scrub = Scrubber(settings.secrets())
        telemetry = Telemetry(settings, scrub)
        invocation = cls(
            runtime=runtime,
            platform=platform,
            context=context,
            incoming=incoming,
            trigger=incoming.trigger,
            settings=settings,
            scrub=scrub,
            telemetry=telemetry,
            deadline=Deadline(runtime.clock, timeout, start[0]),
            start=start,
            defaults={},
        )
        telemetry.know(invocation_id=invocation.invocation_id)
        return invocation

    @property
    def on_platform(self) -> bool:
        """Whether this is a function platform."""
        return self.platform.name != NO_PLATFORM

    def raw_parameters(self) -> object:
        """Return the event's parameters, which are not validated yet.

        Raises
        ------
        InvalidInput: they could not be read.
        """
        if self.incoming.error is not None:
            raise self.incoming.error
        return self.incoming.parameters

    def replace(
        self, *, trigger: Trigger | None = None, deadline: Deadline | None = None
    ) -> Invocation:
        """Return this invocation with another trigger or deadline."""
        return Invocation(
            runtime=self.runtime,
            platform=self.platform,
            context=self.context,
            incoming=self.incoming,
            trigger=trigger or self.trigger,
            settings=self.settings,
            scrub=self.scrub,
            telemetry=self.telemetry,
            deadline=deadline or self.deadline,
            start=self.start,
            defaults=self.defaults,
        )

    def limited_to(self, seconds: float, set_by: str = "the caller's limit") -> Invocation:
        """Return this invocation with a deadline at most so many seconds after its arrival."""
        return self.replace(deadline=self.deadline.limited_to(seconds, set_by))

    def reserving(self, share: float, purpose: str = "the answer") -> Invocation:
        """Return this invocation with a deadline that leaves a share of the time for a purpose."""
        return self.replace(deadline=self.deadline.reserving(share, purpose))

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
        return self.platform.role_credentials(self.context, self.settings)
