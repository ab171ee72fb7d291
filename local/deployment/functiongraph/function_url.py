"""The URL of a function, which is that of an API in APIG: a trigger of the type ``APIG``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.functiongraph.calls import MISSING, create, target_of
from local.deployment.functiongraph.triggers import (
    creation_call,
    delete_trigger,
    list_triggers,
    triggers_of_type,
)
from local.deployment.models.function_parts import HttpUrl
from shared.errors import SyncError
from shared.models.flow import Flow
from shared.models.operation import CallContext

GATEWAY = "APIG"
URL_NAME = "cloud_sync"
"""The name of the API that a deployment makes, which takes no hyphens."""

OWN_URL: Mapping[str, object] = {
    "env_id": "DEFAULT_ENVIRONMENT_RELEASE_ID",
    "env_name": "RELEASE",
    "protocol": "HTTPS",
    "path": "/",
    "match_mode": "SWA",
    "req_method": "ANY",
    "backend_type": "FUNCTION",
    "type": 1,
}
"""An API for every path and method below an API group's domain."""


REPORTED = ("env_id", "protocol", "path", "match_mode", "req_method", "type")
"""What of it is compared, where FunctionGraph reports it."""


def read_url(name: str, context: CallContext) -> Flow[HttpUrl | None]:
    """Return the URL that a deployment made, None if there is none, or no such function."""
    target = yield from target_of(name, context)
    try:
        triggers = yield from list_triggers(target)
    except SyncError as error:
        if error.code not in MISSING:
            raise
        return None
    return url_of(triggers)


def put_url(name: str, url: HttpUrl, context: CallContext) -> Flow[None]:
    """Create an APIG trigger; one that differs is deleted first.

    FunctionGraph changes nothing of such a trigger. Its address is that of the API group, so it
    stays the same.
    """
    target = yield from target_of(name, context)
    old = url_of((yield from list_triggers(target)))
    if old is not None and old.compared == url.compared:
        return
    if old is not None:
        yield from delete_trigger(target, GATEWAY, old.id)
    call = creation_call(
        target,
        GATEWAY,
        "APICreated",
        {
            "name": URL_NAME,
            "group_id": url.group,
            "auth": "IAM" if url.authorized else "NONE",
            **OWN_URL,
        },
    )
    yield from create(call)


def delete_url(name: str, context: CallContext) -> Flow[None]:
    """Delete the URL that a deployment made; one that is gone is no error."""
    old = yield from read_url(name, context)
    if old is not None:
        target = yield from target_of(name, context)
        yield from delete_trigger(target, GATEWAY, old.id)


def url_of(triggers: Iterable[Mapping[str, Any]]) -> HttpUrl | None:
    """Return the URL that a deployment made among triggers, None if there is none."""
    for row in triggers_of_type(triggers, GATEWAY):
        data = row.get("event_data") or {}
        if data.get("name") == URL_NAME:
            return HttpUrl(
                authorized=data.get("auth") != "NONE",
                group=str(data.get("group_id") or ""),
                differs=", ".join(
                    f"{name} {data[name]}"
                    for name in REPORTED
                    if data.get(name) not in {None, OWN_URL[name]}
                ),
                url=str(data.get("invoke_url") or ""),
                name=URL_NAME,
                id=str(row.get("trigger_id") or ""),
            )
    return None
