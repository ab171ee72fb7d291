"""What triggers of all types have in common: they are listed and deleted alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.scf.calls import body_of, is_missing, reading, writing
from shared.errors import SyncError
from shared.models.flow import Flow, call_api

LATEST = "$LATEST"


def list_triggers(name: str) -> Flow[list[Mapping[str, Any]]]:
    """Return the triggers of a function; at most 10 of a type can be there."""
    listed = yield from call_api(reading("ListTriggers", {"FunctionName": name, "Limit": 100}))
    return list(body_of(listed).get("Triggers") or [])


def triggers_of_type(triggers: Iterable[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    """Return the triggers of a type."""
    return [each for each in triggers if each.get("Type") == kind]


def description_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a trigger's ``TriggerDesc`` as an object, empty if it is none."""
    try:
        value = json.loads(row.get("TriggerDesc") or "")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def delete_trigger(
    name: str, trigger_name: str, kind: str, description: str | None = None
) -> Flow[None]:
    """Delete a trigger; one that is gone is no error."""
    more = {} if description is None else {"TriggerDesc": description}
    body = {
        "FunctionName": name,
        "TriggerName": trigger_name,
        "Type": kind,
        "Qualifier": LATEST,
        **more,
    }
    try:
        yield from call_api(writing("DeleteTrigger", body))
    except SyncError as error:
        if not is_missing(error):
            raise
