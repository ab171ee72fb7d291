"""What triggers of all types have in common: they are listed, created and deleted alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.functiongraph.calls import MISSING, Target, body_of
from local.deployment.functiongraph.requests import ROWS
from shared.errors import SyncError
from shared.models.flow import ApiCall, Flow, call_api


def list_triggers(target: Target) -> Flow[list[Mapping[str, Any]]]:
    """Return a function's triggers."""
    call = target.reading("ListFunctionTriggers", target.triggers, "trigger:list")
    found = yield from call_api(call)
    return list(body_of(found).get(ROWS) or [])


def triggers_of_type(triggers: Iterable[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    """Return the triggers of a type."""
    return [each for each in triggers if each.get("trigger_type_code") == kind]


def creation_call(
    target: Target,
    kind: str,
    event_type: str,
    event_data: Mapping[str, object],
    status: str = "ACTIVE",
) -> ApiCall:
    """Return the call that creates a trigger.

    Parameters
    ----------
    target: the function.
    kind, event_type, event_data, status: the trigger, as in ``CreateFunctionTrigger``.
    """
    return target.writing(
        "CreateFunctionTrigger",
        target.triggers,
        "trigger:create",
        method="POST",
        body={
            "trigger_type_code": kind,
            "trigger_status": status,
            "event_type_code": event_type,
            "event_data": event_data,
        },
    )


def delete_trigger(target: Target, kind: str, trigger_id: str) -> Flow[None]:
    """Delete a trigger; one that is gone is no error."""
    call = target.writing(
        "DeleteFunctionTrigger",
        f"{target.triggers}/{kind}/{trigger_id}",
        "trigger:delete",
        method="DELETE",
    )
    try:
        yield from call_api(call)
    except SyncError as error:
        if error.code not in MISSING:
            raise
