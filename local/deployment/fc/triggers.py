"""What triggers of all types have in common: they are listed, parsed and deleted alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.deployment.fc.calls import NO_FUNCTION, body_of, path_of, reading, remove, writing
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

LATEST = "LATEST"
TRIGGERS_PER_PAGE = "100"

NO_TRIGGER = "TriggerNotFound"
TRIGGER_EXISTS = "TriggerAlreadyExists"


def list_triggers(name: str) -> Flow[list[Mapping[str, Any]]]:
    """Return all triggers of a function."""
    rows: list[Mapping[str, Any]] = []
    query = (("limit", TRIGGERS_PER_PAGE),)
    more: tuple[tuple[str, str], ...] = ()
    while True:
        call = reading("ListTriggers", path_of(name, "triggers"), query=query + more)
        body = body_of((yield from call_api(call)))
        rows += body.get("triggers") or []
        following = body.get("nextToken")
        if not following or (("nextToken", str(following)),) == more:
            return rows
        more = (("nextToken", str(following)),)


def config_of(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the configuration of a trigger, None if it is no JSON object."""
    try:
        config = json.loads(row.get("triggerConfig") or "{}")
    except (TypeError, ValueError):
        return None
    return config if isinstance(config, dict) else None


def delete_trigger(name: str, trigger_name: str, _context: CallContext) -> Flow[None]:
    """Delete a trigger; one that is gone is no error, and neither is no such function."""
    call = writing("DeleteTrigger", "DELETE", path_of(name, "triggers", trigger_name))
    yield from remove(call, NO_TRIGGER, NO_FUNCTION)
