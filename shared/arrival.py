"""An event has arrived: what every way in needs to turn it into a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from shared import parameters
from shared.clock import Deadline, started
from shared.errors import Misconfigured
from shared.models.operation import Operation
from shared.models.result import Result, Trigger
from shared.platforms import Platform, detect_platform
from shared.run import Invocation, Process, Read, Run
from shared.scrub import Scrubber
from shared.settings import Settings
from shared.telemetry import Telemetry

Tell = Callable[[Result], int]


class Visit:
    """One event, before it is known which operation it wants.

    Parameters
    ----------
    process: what the runs of this process share.
    platform, context: who calls, and what it tells.
    settings: the door to the settings, for this call.
    scrub: knows the secrets of the settings.
    telemetry: where it is said what is done.
    began: monotonic seconds at the start.
    started_at: RFC 3339.
    """

    def __init__(
        self,
        process: Process,
        platform: Platform,
        context: Any,
        settings: Settings,
        scrub: Scrubber,
        telemetry: Telemetry,
        began: float,
        started_at: str,
    ) -> None:
        self.process = process
        self.platform = platform
        self.context = context
        self.settings = settings
        self.scrub = scrub
        self.telemetry = telemetry
        self.began = began
        self.started_at = started_at

    def to(self, operation: Operation) -> Arrival:
        """Return the arrival at an operation's door; from here on it is what is spoken of."""
        self.telemetry.know(operation=operation.id, account="default")
        return Arrival(self, operation)

    def deadline(
        self,
        most: float | None = None,
        *,
        kept: float = 0.0,
        set_by: str = "the caller's limit",
        kept_for: str = "the answer",
    ) -> Deadline:
        """Return when the answer must be there.

        Parameters
        ----------
        most: seconds that whoever waits would wait, None if nobody does.
        kept: the share of the time that is kept for what comes after the run.
        set_by: the setting that ``most`` comes from.
        kept_for: what that share is kept for.
        """
        limit = self.platform.timeout_seconds(self.context, self.settings)
        origin = ""
        if most is not None and (limit is None or most < limit):
            limit, origin = most, set_by
        return Deadline(
            self.process.clock, limit, self.began, kept=kept, set_by=origin, kept_for=kept_for
        )


class Arrival(Visit):
    """One event at one operation's door.

    Parameters
    ----------
    visit: the event's, which it goes on.
    operation: whose door.
    """

    def __init__(self, visit: Visit, operation: Operation) -> None:
        vars(self).update(vars(visit))
        self.operation = operation

    def own_region(self) -> str | None:
        """Return the platform's own region on its own cloud, else None."""
        about = own_cloud(self.operation, self.platform, self.context, self.settings)
        region: str | None = about.get("region")
        return region

    def run(self, trigger: Trigger, given: object, deadline: Deadline) -> Run:
        """Return a run for this event, ready to be executed.

        Parameters
        ----------
        trigger: what started it.
        given: what the caller gave; the secrets in it are kept out of all that leaves.
        deadline: when it must be over.
        """
        for secret in parameters.secrets_in(given, self.operation):
            self.scrub.learn(secret)
        invocation = Invocation(
            trigger=trigger,
            invocation_id=self.platform.invocation_id(self.context),
            deadline=deadline,
            began=self.began,
            started_at=self.started_at,
            **own_cloud(self.operation, self.platform, self.context, self.settings),
        )
        return Run(
            self.operation, self.process, invocation, self.settings, self.scrub, self.telemetry
        )

    def read(self, given: object) -> tuple[Any, Mapping[str, object]]:
        """Return the operation's parameters, and the defaults that lie under them.

        Raises
        ------
        InvalidInput: the event does not fit.
        Misconfigured: a setting that every run needs is wrong.
        """
        failure_mode(self.settings)
        defaults = parameters.read_defaults(self.settings.get("DEFAULT_PARAMETERS"), self.operation)
        if self.operation.lay_under is not None and isinstance(given, Mapping):
            named, _ = parameters.spelled(given, self.operation)
            beside = self.operation.lay_under({**defaults, **named}, self.settings.get)
            defaults = {**defaults, **beside}
        return parameters.read(given, defaults, self.operation), defaults

    def finish(self, run: Run, read: Read, tell: Tell | None = None) -> Result:
        """Execute a run, and log, tell and measure how it went.

        Parameters
        ----------
        run: from :meth:`run`.
        read: may raise what is wrong with the event or the settings.
        tell: tells people of the result; returns how many of its messages were lost.
        """
        result = run.execute(read)
        self.finished(run, result, tell)
        return result

    def finished(self, run: Run, result: Result, tell: Tell | None = None) -> None:
        """Log, tell and measure how an executed run went; takes what :meth:`finish` does."""
        self.telemetry.finished(result)
        lost = tell(result) if tell is not None else None
        self.telemetry.measure(
            result,
            on_lambda=self.platform.name == "AWS Lambda",
            cold=self.process.cold,
            provider_seconds=run.tally.waited_seconds,
            notifications_lost=lost,
        )
        self.process.cold = False


def visit(
    event: object, context: Any, process: Process, since: tuple[float, str] | None = None
) -> Visit:
    """Return the visit of an event.

    Parameters
    ----------
    event, context: as the platform handed them in.
    process: what the runs of this process share.
    since: from :func:`shared.clock.started`, where the event came earlier than now.
    """
    platform = detect_platform(event, context)
    began, started_at = since or started(process.clock)
    environ = os.environ if process.environ is None else process.environ
    settings = platform.settings(context, environ)
    scrub = Scrubber(settings.secrets())
    telemetry = Telemetry(settings, scrub)
    telemetry.know(invocation_id=platform.invocation_id(context))
    return Visit(process, platform, context, settings, scrub, telemetry, began, started_at)


def own_cloud(
    operation: Operation, platform: Platform, context: Any, settings: Settings
) -> dict[str, Any]:
    """Return what a platform gives to the operations of its own provider only."""
    about: dict[str, Any] = {"on_platform": platform.name != "no platform"}
    if platform.provider == operation.dialect.provider:
        about["region"] = platform.region(context, settings)
        about["role"] = lambda: platform.role_credentials(context, settings)
    return about


def failure_mode(settings: Settings) -> str | None:
    """Return ``ON_FAILURE``.

    Raises
    ------
    Misconfigured: it is neither ``raise`` nor ``return``.
    """
    mode = settings.get("ON_FAILURE")
    if mode not in {None, "raise", "return"}:
        raise Misconfigured(
            "ON_FAILURE is neither raise nor return",
            code="BadSetting",
            hint="Set ON_FAILURE to raise or return, or unset it.",
        )
    return mode
