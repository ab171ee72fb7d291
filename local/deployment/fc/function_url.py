"""The URL of a function, which is that of a trigger of the type ``http``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.fc.calls import NO_FUNCTION, change, path_of, writing
from local.deployment.fc.triggers import (
    LATEST,
    TRIGGER_EXISTS,
    config_of,
    delete_trigger,
    list_triggers,
)
from local.deployment.models.function_parts import HttpUrl
from shared.errors import SyncError
from shared.models.flow import Flow
from shared.models.operation import CallContext

HTTP = "http"
URL_NAME = "cloud-sync-http"
"""The name of an HTTP trigger that a deployment makes."""

OPEN_TO_ALL, SIGNED = "anonymous", "function"
"""Who may call an HTTP trigger: anyone, or whoever signs requests with keys of the account."""

METHODS = ("GET", "HEAD", "POST")
"""Those of the web app."""


def url_of(triggers: Iterable[Mapping[str, Any]]) -> HttpUrl | None:
    """Return the URL of the HTTP trigger among triggers, None if there is none.

    It is the deployment's own if that is there, or else one that was made by hand, whose address
    people know already.
    """
    found = [
        each
        for each in triggers
        if each.get("triggerType") == HTTP and (each.get("qualifier") or LATEST) == LATEST
    ]
    found.sort(key=lambda each: (each.get("triggerName") != URL_NAME, str(each["triggerName"])))
    return _trigger_url(found[0]) if found else None


def _trigger_url(row: Mapping[str, Any]) -> HttpUrl:
    """Return a trigger as a URL."""
    config = config_of(row) or {}
    auth, methods = config.get("authType") or SIGNED, config.get("methods") or []
    differs = [] if auth in {OPEN_TO_ALL, SIGNED} else [f"authType {auth}"]
    if sorted(methods) != sorted(METHODS):
        differs.append(f"methods {' '.join(map(str, methods)) or 'none'}")
    if config.get("disableURLInternet"):
        differs.append("off")
    if config.get("corsConfig"):
        differs.append("CORS on")
    address = row.get("httpTrigger") or {}
    return HttpUrl(
        authorized=auth != OPEN_TO_ALL,
        differs=", ".join(differs),
        url=str(address.get("urlInternet") or ""),
        name=str(row.get("triggerName") or ""),
        id=str(row.get("triggerId") or ""),
    )


def read_url(name: str, _context: CallContext) -> Flow[HttpUrl | None]:
    """Return the URL, None if there is none, or no such function."""
    try:
        triggers = yield from list_triggers(name)
    except SyncError as error:
        if error.code == NO_FUNCTION:
            return None
        raise
    return url_of(triggers)


def url_config_of(url: HttpUrl) -> dict[str, object]:
    """Return the configuration of an HTTP trigger."""
    return {
        "authType": SIGNED if url.authorized else OPEN_TO_ALL,
        "disableURLInternet": False,
        "methods": METHODS,
    }


def put_url(name: str, url: HttpUrl, context: CallContext) -> Flow[None]:
    """Create an HTTP trigger, or change the one that is there, which keeps its address."""
    old = yield from read_url(name, context)
    if old is not None and old.compared == url.compared:
        return
    config = json.dumps(url_config_of(url))
    body: dict[str, object] = {"qualifier": LATEST, "triggerConfig": config}
    path = path_of(name, "triggers")
    if old is not None:
        yield from change(writing("UpdateTrigger", "PUT", f"{path}/{old.name}", body))
        return
    body |= {"triggerName": URL_NAME, "triggerType": HTTP}
    try:
        yield from change(writing("CreateTrigger", "POST", path, body))
    except SyncError as error:
        # Unless a response was lost, a trigger of another type has the name; it is not ours.
        if not (error.after_unknown_outcome and error.code == TRIGGER_EXISTS):
            raise


def delete_url(name: str, context: CallContext) -> Flow[None]:
    """Delete the HTTP trigger; one that is gone is no error, and neither is no such function."""
    old = yield from read_url(name, context)
    if old is not None:
        yield from delete_trigger(name, old.name, context)
