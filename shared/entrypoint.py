"""From an event to an answer, the same for every operation and platform."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from shared import parameters
from shared.clock import Deadline
from shared.errors import Misconfigured, SyncFailed, SyncRetryable
from shared.models.operation import Operation
from shared.models.result import Result, Trigger
from shared.platforms import Incoming, Platform, recognise
from shared.run import Invocation, Process, Run, started
from shared.scrub import Scrubber
from shared.settings import Settings
from shared.telemetry import Telemetry

NAMED_TRIGGERS: Mapping[object, Trigger] = {
    "timer": "timer",
    "workflow": "workflow",
    "direct": "direct",
}
"""What an event may call its trigger, where its envelope does not tell."""

RAISING: tuple[Trigger, ...] = ("timer", "workflow")
"""Nobody reads the answer of these: a failure must be an exception to be noticed."""

_process = Process()


def handle(
    operation: Operation, event: object, context: Any, process: Process | None = None
) -> dict[str, object]:
    """Run an operation for one event of any of the four platforms and return its result.

    Parameters
    ----------
    operation: which.
    event, context: as the platform handed them in.
    process: what the runs of this process share; the process-wide one when left out.

    Raises
    ------
    SyncFailed: the run failed, and it was a timer's or a workflow's, or the event or
        ``ON_FAILURE`` asks for it; ``SyncRetryable`` when trying again may help.
    """
    process = process or _process
    platform = recognise(event, context)
    began, started_at = started(process.clock)
    environ = os.environ if process.environ is None else process.environ
    settings = platform.settings(context, environ)
    incoming = platform.open(event)
    given = incoming.parameters
    trigger = trigger_of(incoming)
    invocation = Invocation(
        trigger=trigger,
        invocation_id=platform.invocation_id(context),
        deadline=Deadline(process.clock, platform.limit(context, settings), began),
        began=began,
        started_at=started_at,
        **own_cloud(operation, platform, context, settings),
    )
    scrub = Scrubber(settings.secrets())
    for secret in parameters.secrets_in(given, operation):
        scrub.learn(secret)
    telemetry = Telemetry(settings, scrub)
    telemetry.know(
        operation=operation.id, account="default", invocation_id=invocation.invocation_id
    )

    def read() -> tuple[Any, Mapping[str, object]]:
        if incoming.refusal is not None:
            raise incoming.refusal
        failure_mode(settings)
        defaults = parameters.read_defaults(settings.get("DEFAULT_PARAMETERS"), operation)
        return parameters.read(given, defaults, operation), defaults

    run = Run(operation, process, invocation, settings, scrub, telemetry)
    result = run.execute(read)
    telemetry.finished(result)
    telemetry.measure(
        result,
        on_lambda=platform.name == "AWS Lambda",
        cold=process.cold,
        provider_seconds=run.tally.waited_seconds,
    )
    process.cold = False
    return leave(result, given, settings)


def trigger_of(incoming: Incoming) -> Trigger:
    """Return what started a run: the envelope tells, else the event says it."""
    if incoming.kind != "direct":
        return incoming.kind
    given = incoming.parameters
    named = given.get("trigger") if isinstance(given, Mapping) else None
    return NAMED_TRIGGERS.get(named, "direct") if isinstance(named, str) else "direct"


def own_cloud(
    operation: Operation, platform: Platform, context: Any, settings: Settings
) -> dict[str, Any]:
    """Return what a platform gives to the operations of its own provider only."""
    about: dict[str, Any] = {"on_platform": platform.name != "no platform"}
    if platform.provider == operation.dialect.provider:
        about["region"] = platform.region(context, settings)
        about["role"] = lambda: platform.role(context, settings)
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


def leave(result: Result, given: object, settings: Settings) -> dict[str, object]:
    """Return a result as JSON object, or raise it.

    Raises
    ------
    SyncFailed: see :func:`handle`.
    """
    body = result.as_dict()
    error = result.error
    if error is None:
        return body
    asked = given.get("on_failure") if isinstance(given, Mapping) else None
    mode = asked if asked in ("raise", "return") else settings.get("ON_FAILURE")
    if mode not in ("raise", "return"):
        mode = "raise" if result.trigger in RAISING else "return"
    if mode == "return":
        return body
    kind = SyncRetryable if error.retryable else SyncFailed
    raise kind(json.dumps(body, ensure_ascii=False)) from None
