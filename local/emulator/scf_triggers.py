"""The triggers of a function, and what SCF refuses in one.

Sources: the models of tencentcloud-sdk-python-scf 3.1.100, and for function URLs
<https://cloud.tencent.com/document/product/583/100227>.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from local.emulator.scf_functions import MOMENT, ScfFunction, ScfTrigger
from local.emulator.tencent import failure

TIMER, HTTP, BUCKET = "timer", "http", "cos"
LARGEST_MESSAGE = 4096
COS_EVENT = re.compile(r"cos:Object(?:Created|Remove):(?:\*|[A-Za-z]+)")


def trigger_of(function: ScfFunction, parameters: Mapping[str, Any]) -> ScfTrigger:
    """Return the trigger that a request names; raises :class:`Refusal`."""
    found = function.triggers.get(parameters["TriggerName"])
    if found is None or found.kind != parameters["Type"]:
        raise failure("ResourceNotFound.Trigger")
    return found


def set_trigger(trigger: ScfTrigger, parameters: Mapping[str, Any]) -> None:
    """Set what a request names; raises :class:`Refusal`."""
    description = parameters.get("TriggerDesc", trigger.description)
    message = parameters.get("CustomArgument", trigger.message)
    if trigger.kind == TIMER and len(description.split(" ")) != 7:
        raise failure("InvalidParameterValue.TriggerDesc")
    if trigger.kind == BUCKET:
        bucket_description(description)
    if trigger.kind == HTTP:
        _check_url(description)
    if trigger.kind in {HTTP, BUCKET} and message:
        raise failure("InvalidParameterValue.CustomArgument", "Only timers have one.")
    if len(message.encode()) > LARGEST_MESSAGE:
        raise failure("InvalidParameterValue.CustomArgument", "CustomArgument is too long.")
    if parameters.get("Enable", "OPEN") not in {"OPEN", "CLOSE"}:
        raise failure("InvalidParameterValue.Enable", "Enable is not valid.")
    trigger.description, trigger.message = description, message
    trigger.qualifier = parameters.get("Qualifier", trigger.qualifier)
    if "Enable" in parameters:
        trigger.enabled = parameters["Enable"] == "OPEN"


def check_bucket(
    trigger: ScfTrigger,
    existing: Iterable[ScfTrigger],
    buckets: Collection[str] | None,
    region: str,
) -> None:
    """Refuse a bucket that is not there, or whose notifications would overlap.

    Parameters
    ----------
    trigger: the new trigger.
    existing: the triggers of all functions in the region.
    buckets: the names of the buckets of COS; None for any.
    region: where the function is.

    Raises
    ------
    Refusal: there is no such bucket, or it reports the same objects already.
    """
    match = re.fullmatch(rf"([a-z0-9-]+-[0-9]+)\.cos\.{region}\.myqcloud\.com", trigger.name)
    if match is None or (buckets is not None and match[1] not in buckets):
        raise failure("InvalidParameterValue.Cos")
    if any(
        (each.name, each.kind) == (trigger.name, BUCKET)
        and _overlap(each.description, trigger.description)
        for each in existing
    ):
        raise failure("InvalidParameterValue.CosNotifyRuleConflict")


def bucket_description(text: str) -> dict[str, Any]:
    """Return a bucket's ``TriggerDesc``, if it is as documented; raises :class:`Refusal`."""
    try:
        given = json.loads(text)
        keys = given.get("filter", {})
        is_shaped = (
            given.keys() <= {"event", "filter", "bucketUrl"}
            and COS_EVENT.fullmatch(given["event"]) is not None
            and keys.keys() <= {"Prefix", "Suffix"}
            and all(isinstance(each, str) for each in keys.values())
        )
    except (ValueError, AttributeError, KeyError, TypeError):
        is_shaped = False
    if not is_shaped:
        raise failure("InvalidParameterValue.TriggerDesc")
    return dict(given)


def shown_trigger(trigger: ScfTrigger) -> dict[str, object]:
    """Return a trigger as the API returns it."""
    return {
        "TriggerName": trigger.name,
        "Type": trigger.kind,
        "TriggerDesc": _shown_description(trigger),
        "CustomArgument": trigger.message,
        "Enable": int(trigger.enabled),
        "Qualifier": trigger.qualifier,
        "AvailableStatus": "Available",
        "AddTime": MOMENT,
        "ModTime": MOMENT,
    }


def _overlap(one: str, other: str) -> bool:
    """Return whether two notifications of a bucket may report the same object."""
    found = [json.loads(each).get("filter", {}) for each in (one, other)]
    prefixes = sorted((str(each.get("Prefix", "")) for each in found), key=len)
    suffixes = sorted((str(each.get("Suffix", "")) for each in found), key=len)
    return prefixes[1].startswith(prefixes[0]) and suffixes[1].endswith(suffixes[0])


def _check_url(description: str) -> None:
    """Refuse what the page of function URLs does not allow."""
    try:
        given = json.loads(description)
        wanted = {"AuthType": str, "NetConfig": dict}
        cors = given.get("CorsConfig", {})
        is_shaped = (
            given.keys() <= {*wanted, "CorsConfig"}
            and all(type(given.get(name)) is kind for name, kind in wanted.items())
            and given["AuthType"] in {"CAM", "NONE"}
            and given["NetConfig"].keys() == {"EnableIntranet", "EnableExtranet"}
            and all(type(value) is bool for value in given["NetConfig"].values())
            and isinstance(cors, dict)
            and type(cors.get("Enable", False)) is bool
        )
    except (ValueError, AttributeError):
        is_shaped = False
    if not is_shaped:
        raise failure("InvalidParameterValue.TriggerDesc")


def _shown_description(trigger: ScfTrigger) -> str:
    # A timer's is shown as JSON, although it is given as the bare text; a URL's has the address.
    if trigger.kind == TIMER:
        return json.dumps({"cron": trigger.description})
    if trigger.kind == BUCKET:
        return json.dumps({"bucketUrl": trigger.name, **json.loads(trigger.description)})
    if trigger.kind != HTTP:
        return trigger.description
    shown = json.loads(trigger.description)
    if shown["NetConfig"]["EnableExtranet"]:
        shown["NetConfig"]["ExtranetUrl"] = trigger.address
    return json.dumps(shown)
