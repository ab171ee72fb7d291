"""One invocation of the function: what the platform passed in, read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.clock import Deadline, start_times
from shared.observability import RunLogger
from shared.platforms import Event, detect_platform
from shared.redaction import Redactor
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.errors import InvalidInput
    from shared.models.credentials import AccessKey
    from shared.models.operation import Operation
    from shared.models.result import Trigger
    from shared.platforms.event import Platform
    from shared.runtime import Runtime

NO_PLATFORM = "no platform"
DEFAULT_ACCOUNT = "default"
"""The name of the function's own account."""


class Invocation:
    """One event with everything its run needs, independent of the operation.

    Parameters
    ----------
    runtime: what the invocations of this process share.
    platform: the platform that invoked the function.
    context: the platform's context object.
    event: the event without its envelope: the raw parameters, or why they cannot be read.
    trigger: what started it.
    settings: the settings of this invocation.
    redactor: redacts the secrets.
    logger: writes the log.
    deadline: when the response is due.
    start_times: monotonic seconds and RFC 3339, from :func:`shared.clock.start_times`.
    defaults: ``DEFAULT_PARAMETERS`` by operation, filled when they are first needed.

    Attributes
    ----------
    invocation_id: the platform's ID of the invocation, None without a platform.
    account: the name of the account that the last prepared request is for.
    """

    def __init__(
        self,
        *,
        runtime: Runtime,
        platform: Platform,
        context: Any,
        event: Event,
        trigger: Trigger,
        settings: Settings,
        redactor: Redactor,
        logger: RunLogger,
        deadline: Deadline,
        start_times: tuple[float, str],
        defaults: dict[str, Mapping[str, object]],
    ) -> None:
        self.runtime = runtime
        self.platform = platform
        self.context = context
        self.event = event
        self.trigger = trigger
        self.settings = settings
        self.redactor = redactor
        self.logger = logger
        self.deadline = deadline
        self.start_times = start_times
        self.defaults = defaults
        self.invocation_id = platform.invocation_id(context)
        self.account = DEFAULT_ACCOUNT

    @classmethod
    def from_event(cls, event: object, context: Any, runtime: Runtime) -> Invocation:
        """Return the invocation for an event.

        Parameters
        ----------
        event, context: as the platform passed them in.
        runtime: what the invocations of this process share.
        """
        start = start_times(runtime.clock)
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
        event: Event,
        settings: Settings,
        timeout: float | None,
        start: tuple[float, str],
    ) -> Invocation:
        """Return the invocation for an event that has already been parsed.

        Parameters
        ----------
        runtime, platform, context, event, settings: as for the class.
        timeout: seconds that the function had left at ``start``, None for no limit; AWS Lambda
            and FunctionGraph report the time that remains, so it must be read at the start.
        start: as ``start_times`` of the class.
        """
        redactor = Redactor(settings.secrets())
        logger = RunLogger(settings, redactor)
        invocation = cls(
            runtime=runtime,
            platform=platform,
            context=context,
            event=event,
            trigger=event.trigger,
            settings=settings,
            redactor=redactor,
            logger=logger,
            deadline=Deadline(runtime.clock, timeout, start[0]),
            start_times=start,
            defaults={},
        )
        logger.bind(invocation_id=invocation.invocation_id)
        return invocation

    @property
    def on_platform(self) -> bool:
        """Whether this is a function platform."""
        return self.platform.name != NO_PLATFORM

    def raw_parameters(self) -> object:
        """Return the event's parameters, not validated yet.

        Raises
        ------
        InvalidInput: they could not be read.
        """
        if self.event.error is not None:
            raise self.event.error
        return self.event.parameters

    def replace(
        self, *, trigger: Trigger | None = None, deadline: Deadline | None = None
    ) -> Invocation:
        """Return this invocation with another trigger or deadline."""
        other = Invocation(
            runtime=self.runtime,
            platform=self.platform,
            context=self.context,
            event=self.event,
            trigger=trigger or self.trigger,
            settings=self.settings,
            redactor=self.redactor,
            logger=self.logger,
            deadline=deadline or self.deadline,
            start_times=self.start_times,
            defaults=self.defaults,
        )
        other.account = self.account
        return other

    @property
    def has_targets(self) -> bool:
        """Whether the event names targets, each of which is one run."""
        raw = self.event.parameters
        return isinstance(raw, Mapping) and "targets" in raw

    def for_target(
        self,
        parameters: Mapping[str, object],
        error: InvalidInput | None = None,
        **fields: object,
    ) -> Invocation:
        """Return the invocation for one of several targets, with a log and redaction of its own.

        Parameters
        ----------
        parameters: the target's raw parameters.
        error: why it cannot run, None if it can.
        fields: further fields of each log line.
        """
        redactor = self.redactor.copy()
        return Invocation(
            runtime=self.runtime,
            platform=self.platform,
            context=self.context,
            event=self.event._replace(parameters=parameters, error=error),
            trigger=self.trigger,
            settings=self.settings,
            redactor=redactor,
            logger=self.logger.copy(redactor, **fields),
            deadline=self.deadline,
            start_times=start_times(self.runtime.clock),
            defaults=self.defaults,
        )

    def limited_to(self, seconds: float, set_by: str = "the caller's limit") -> Invocation:
        """Return this invocation with a deadline at most this many seconds after its start."""
        return self.replace(deadline=self.deadline.limited_to(seconds, set_by))

    def reserving(self, share: float, purpose: str = "the response") -> Invocation:
        """Return this invocation with a deadline that leaves a share of the time for a purpose."""
        return self.replace(deadline=self.deadline.reserving(share, purpose))

    def is_own_cloud_of(self, operation: Operation) -> bool:
        """Return whether the platform belongs to the operation's provider."""
        return self.platform.provider == operation.provider.name

    def platform_region(self, operation: Operation) -> str | None:
        """Return the function's own region, None if the platform is another provider's."""
        if not self.is_own_cloud_of(operation):
            return None
        return self.platform.region(self.context, self.settings)

    def role_keys(self) -> AccessKey | None:
        """Return the keys of the function's role, None if it has none."""
        return self.platform.role_credentials(self.context, self.settings)
