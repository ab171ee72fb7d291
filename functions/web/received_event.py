"""An event as the web app received it, before it is routed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.clock import Clock, start_times
from shared.platforms import Event, detect_platform
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.invocation import Invocation
    from shared.platforms.event import Platform
    from shared.runtime import Runtime


class ReceivedEvent(NamedTuple):
    """An event, with what the platform says about this invocation at its start.

    Unlike an :class:`shared.invocation.Invocation` it needs no logger, so the pages are served
    without one.

    Parameters
    ----------
    platform: the platform that invoked the function.
    context: the platform's context object.
    event: the event without its envelope.
    settings: the settings of this invocation.
    timeout: seconds that the function had left at its start, None for no limit.
    start: monotonic seconds and RFC 3339, from :func:`shared.clock.start_times`.
    """

    platform: Platform
    context: Any
    event: Event
    settings: Settings
    timeout: float | None
    start: tuple[float, str]

    @classmethod
    def read(
        cls, event: object, context: Any, environ: Mapping[str, str], clock: Clock
    ) -> ReceivedEvent:
        """Read an event and its context, as the platform passed them in."""
        start = start_times(clock)
        platform = detect_platform(event, context)
        settings = platform.settings(context, environ)
        timeout = platform.timeout_seconds(context, settings)
        return cls(platform, context, platform.parse_event(event), settings, timeout, start)

    def invocation(self, runtime: Runtime) -> Invocation:
        """Return the invocation for this event."""
        from shared.invocation import Invocation

        return Invocation.from_parts(runtime, *self)
