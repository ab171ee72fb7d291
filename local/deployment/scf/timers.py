"""A function's timers, which are triggers of the type ``timer``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.models.function_parts import Timer
from local.deployment.scf.calls import writing
from local.deployment.scf.triggers import LATEST, delete_trigger, triggers_of_type
from shared.errors import SyncError
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

TIMER = "timer"


def timers_of(triggers: Iterable[Mapping[str, Any]]) -> tuple[Timer, ...]:
    """Return the timers among triggers, sorted."""
    return tuple(sorted(map(_timer_of, triggers_of_type(triggers, TIMER))))


def put_timer(name: str, timer: Timer, _context: CallContext) -> Flow[None]:
    """Create a timer; one of the same name is updated."""
    body = {
        "FunctionName": name,
        "TriggerName": timer.name,
        "Type": TIMER,
        "TriggerDesc": timer.cron,
        "Qualifier": LATEST,
        "Enable": "OPEN" if timer.enabled else "CLOSE",
        "CustomArgument": timer.message,
    }
    try:
        yield from call_api(writing("CreateTrigger", body))
    except SyncError as error:
        if not error.code.startswith("ResourceInUse.Trigger"):
            raise
        yield from call_api(writing("UpdateTrigger", body))


def delete_timer(name: str, timer_name: str, _context: CallContext) -> Flow[None]:
    """Delete a timer; one that is gone is no error."""
    yield from delete_trigger(name, timer_name, TIMER)


def _timer_of(row: Mapping[str, Any]) -> Timer:
    """Return a trigger as a timer."""
    return Timer(
        name=str(row["TriggerName"]),
        cron=_cron_of(str(row.get("TriggerDesc") or "")),
        message=str(row.get("CustomArgument") or ""),
        enabled=bool(row.get("Enable")),
    )


def _cron_of(description: str) -> str:
    """Return the schedule in a trigger's description: JSON with ``cron``, or the text itself."""
    try:
        value = json.loads(description)
    except ValueError:
        return description
    return str(value.get("cron", description)) if isinstance(value, dict) else description
