"""A function's timers, which are triggers of the type ``TIMER``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.functiongraph.calls import MISSING, Target, create, target_of
from local.deployment.functiongraph.limits import is_rate
from local.deployment.functiongraph.triggers import (
    creation_call,
    delete_trigger,
    list_triggers,
    triggers_of_type,
)
from local.deployment.models.function_parts import Timer
from shared.errors import SyncError
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

TIMER = "TIMER"


def timers_of(triggers: Iterable[Mapping[str, Any]]) -> tuple[Timer, ...]:
    """Return the timers among triggers, sorted."""
    return tuple(sorted(map(_timer_of, triggers_of_type(triggers, TIMER))))


def put_timer(name: str, timer: Timer, context: CallContext) -> Flow[None]:
    """Create a timer, or replace the one of that name.

    FunctionGraph changes nothing of a timer but whether it fires, and takes no second one of the
    same name: a changed one is deleted first.
    """
    target = yield from target_of(name, context)
    triggers = yield from list_triggers(target)
    there = [_timer_of(each) for each in triggers_of_type(triggers, TIMER)]
    for old in (each for each in there if each.name == timer.name):
        if old._replace(id="", enabled=timer.enabled) == timer._replace(id=""):
            if old.enabled != timer.enabled:
                yield from _switch_timer(target, old, timer)
            return
        yield from delete_trigger(target, TIMER, old.id)
    call = creation_call(
        target,
        TIMER,
        "MessageCreated",
        {
            "name": timer.name,
            "schedule_type": "Rate" if is_rate(timer.cron) else "Cron",
            "schedule": timer.cron,
            "user_event": timer.message,
        },
        _status_of(timer),
    )
    yield from create(call)


def _switch_timer(target: Target, old: Timer, timer: Timer) -> Flow[None]:
    """Switch a timer on or off."""
    call = target.writing(
        "UpdateTrigger",
        f"{target.triggers}/{TIMER}/{old.id}",
        "trigger:update",
        body={"trigger_status": _status_of(timer)},
    )
    yield from call_api(call)


def delete_timer(name: str, timer_name: str, context: CallContext) -> Flow[None]:
    """Delete the timers of that name; none is no error, and neither is no such function."""
    target = yield from target_of(name, context)
    try:
        triggers = yield from list_triggers(target)
    except SyncError as error:
        if error.code not in MISSING:
            raise
        return
    for old in map(_timer_of, triggers_of_type(triggers, TIMER)):
        if old.name == timer_name:
            yield from delete_trigger(target, TIMER, old.id)


def _timer_of(row: Mapping[str, Any]) -> Timer:
    """Return a trigger as a timer."""
    data = row.get("event_data") or {}
    return Timer(
        name=str(data.get("name") or ""),
        cron=str(data.get("schedule") or ""),
        message=str(data.get("user_event") or ""),
        enabled=row.get("trigger_status") == "ACTIVE",
        id=str(row.get("trigger_id") or ""),
    )


def _status_of(timer: Timer) -> str:
    """Return a timer's status as FunctionGraph names it."""
    return "ACTIVE" if timer.enabled else "DISABLED"
