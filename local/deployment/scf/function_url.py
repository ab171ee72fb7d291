"""The URL of a function, which is that of a trigger of the type ``http``.

Source: <https://cloud.tencent.com/document/product/583/100227>.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.models.function_parts import HttpUrl
from local.deployment.scf.calls import is_missing, writing
from local.deployment.scf.triggers import (
    LATEST,
    delete_trigger,
    description_of,
    list_triggers,
    triggers_of_type,
)
from shared.errors import SyncError
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

HTTP = "http"
URL_NAME = "cloud-sync"
"""The name of a function URL that a deployment makes."""

OWN_URL: Mapping[str, object] = {"EnableIntranet": False, "EnableExtranet": True}


def read_url(name: str, _context: CallContext) -> Flow[HttpUrl | None]:
    """Return the function URL, None if there is none, or no such function."""
    try:
        triggers = yield from list_triggers(name)
    except SyncError as error:
        if is_missing(error):
            return None
        raise
    return url_of(triggers)


def put_url(name: str, url: HttpUrl, context: CallContext) -> Flow[None]:
    """Create a function URL, or change the one that is there, which keeps its address."""
    old = yield from read_url(name, context)
    if old is not None and old.compared == url.compared:
        return
    description = {"AuthType": "CAM" if url.authorized else "NONE", "NetConfig": OWN_URL}
    body = {
        "FunctionName": name,
        "TriggerName": URL_NAME if old is None else old.name,
        "Type": HTTP,
        "TriggerDesc": json.dumps(description),
        "Qualifier": LATEST,
        "Enable": "OPEN",
    }
    try:
        yield from call_api(writing("CreateTrigger" if old is None else "UpdateTrigger", body))
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code.startswith("ResourceInUse.Trigger")):
            raise


def delete_url(name: str, context: CallContext) -> Flow[None]:
    """Delete the function URL; one that is gone is no error."""
    old = yield from read_url(name, context)
    if old is not None:
        yield from delete_trigger(name, old.name, HTTP)


def url_of(triggers: Iterable[Mapping[str, Any]]) -> HttpUrl | None:
    """Return the function URL among triggers, None if there is none.

    A version of a function has one at most, so it is the one of the latest version, whatever its
    name: <https://cloud.tencent.com/document/product/583/100227>.
    """
    for row in triggers_of_type(triggers, HTTP):
        if row.get("Qualifier") in {None, LATEST}:
            return _function_url(row)
    return None


def _function_url(row: Mapping[str, Any]) -> HttpUrl:
    """Return a trigger as a URL."""
    description = description_of(row)
    found = description.get("NetConfig")
    net: Mapping[str, Any] = found if isinstance(found, dict) else {}
    differs = [
        f"{name} {net.get(name)}" for name, wanted in OWN_URL.items() if net.get(name) != wanted
    ]
    if (description.get("CorsConfig") or {}).get("Enable"):
        differs.append("CORS on")
    if not row.get("Enable", 1):
        differs.append("off")
    return HttpUrl(
        authorized=description.get("AuthType") != "NONE",
        differs=", ".join(differs),
        url=str(net.get("ExtranetUrl") or ""),
        name=str(row.get("TriggerName") or ""),
    )
