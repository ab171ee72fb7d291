"""From an event to an answer, the same for every operation and platform."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from shared.arrival import Arrival, visit
from shared.errors import SyncFailed, SyncRetryable
from shared.models.operation import Operation
from shared.models.result import Result, Trigger
from shared.platforms import Event
from shared.run import Process, Read

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
    arrival = visit(event, context, process or _process).to(operation)
    incoming = arrival.platform.parse_event(event)
    given = incoming.parameters
    if incoming.trigger == "http":
        # A timer's cold start does without.
        from shared.door.door import answer
        from shared.door.request import read_request

        return answer(arrival, read_request(given))

    trigger = trigger_of(incoming)
    if trigger == "timer" and arrival.settings.source_of("NOTIFY"):
        from shared.audience import Audience  # only where somebody is to be told

        audience = Audience(arrival)
        deadline = arrival.deadline(kept=audience.share, kept_for="NOTIFY")
        run = arrival.run(trigger, given, deadline)
        result = arrival.finish(run, reading(arrival, incoming, audience.check), audience.tell)
    else:
        run = arrival.run(trigger, given, arrival.deadline())
        result = arrival.finish(run, reading(arrival, incoming))
    return leave(result, given, arrival)


def reading(arrival: Arrival, incoming: Event, check: Callable[[], None] = lambda: None) -> Read:
    """Return what reads the parameters of an event, after a check that may raise."""

    def read() -> tuple[Any, Mapping[str, object]]:
        if incoming.error is not None:
            raise incoming.error
        check()
        return arrival.read(incoming.parameters)

    return read


def trigger_of(incoming: Event) -> Trigger:
    """Return what started a run: the envelope tells, else the event says it."""
    if incoming.trigger != "direct":
        return incoming.trigger
    given = incoming.parameters
    named = given.get("trigger") if isinstance(given, Mapping) else None
    return NAMED_TRIGGERS.get(named, "direct") if isinstance(named, str) else "direct"


def leave(result: Result, given: object, arrival: Arrival) -> dict[str, object]:
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
    mode = asked if asked in ("raise", "return") else arrival.settings.get("ON_FAILURE")
    if mode not in ("raise", "return"):
        mode = "raise" if result.trigger in RAISING else "return"
    if mode == "return":
        return body
    kind = SyncRetryable if error.retryable else SyncFailed
    raise kind(json.dumps(body, ensure_ascii=False)) from None
