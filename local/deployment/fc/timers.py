"""A function's timers, which are triggers of the type ``timer``.

Source: <https://www.alibabacloud.com/help/en/functioncompute/fc/time-triggers>.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.fc.calls import change, path_of, writing
from local.deployment.fc.triggers import LATEST, TRIGGER_EXISTS, config_of
from local.deployment.models.function_parts import Timer
from shared.errors import BadResponse, SyncError
from shared.models.flow import Flow
from shared.models.operation import CallContext

TIMER = "timer"


def timers_of(triggers: Iterable[Mapping[str, Any]]) -> tuple[Timer, ...]:
    """Return the timers among triggers.

    Raises
    ------
    BadResponse: the configuration of one is not the JSON object that is documented.
    """
    return tuple(sorted(_timer_of(each) for each in triggers if each.get("triggerType") == TIMER))


def _timer_of(row: Mapping[str, Any]) -> Timer:
    """Return a trigger as a timer."""
    config = config_of(row)
    if config is None:
        raise BadResponse("Function Compute's triggerConfig is not a JSON object", retryable=False)
    return Timer(
        name=str(row.get("triggerName") or ""),
        cron=str(config.get("cronExpression") or ""),
        message=str(config.get("payload") or ""),
        enabled=bool(config.get("enable")),
        id=str(row.get("triggerId") or ""),
    )


def timer_config_of(timer: Timer) -> dict[str, object]:
    """Return the configuration of a timer's trigger."""
    return {
        "cronExpression": timer.cron,
        "enable": timer.enabled,
        "payload": timer.message,
    }


def put_timer(name: str, timer: Timer, _context: CallContext) -> Flow[None]:
    """Create a timer; one of the same name is updated."""
    body: dict[str, object] = {
        "qualifier": LATEST,
        "triggerConfig": json.dumps(timer_config_of(timer), ensure_ascii=False),
    }
    path = path_of(name, "triggers")
    try:
        yield from change(
            writing(
                "CreateTrigger",
                "POST",
                path,
                {"triggerName": timer.name, "triggerType": TIMER, **body},
            )
        )
    except SyncError as error:
        if error.code != TRIGGER_EXISTS:
            raise
        yield from change(writing("UpdateTrigger", "PUT", f"{path}/{timer.name}", body))
