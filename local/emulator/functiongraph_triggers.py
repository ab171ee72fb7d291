"""A trigger of a function, and what FunctionGraph refuses in one.

Source: ``huaweicloudsdkfunctiongraph`` 3.1.219, version 2.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.emulator.huawei_gateway import failure

TIMER, GATEWAY, BUCKET = "TIMER", "APIG", "OBS"
MOST_TRIGGERS = 10
LONGEST_USER_EVENT = 2048
OBS_EVENTS = frozenset(
    {
        "ObjectCreated",
        "Put",
        "Post",
        "Copy",
        "CompleteMultipartUpload",
        "ObjectRemoved",
        "Delete",
        "DeleteMarkerCreated",
    }
)

OF_A_BUCKET = frozenset({"bucket", "events", "name", "prefix", "suffix"})
API: Mapping[str, re.Pattern[str]] = {
    "name": re.compile(r"[A-Za-z][A-Za-z0-9_]{2,63}"),
    "group_id": re.compile(r"[A-Za-z0-9]{1,64}"),
    "type": re.compile("[12]"),
    "path": re.compile(r"/[A-Za-z0-9_./%{}+-]*"),
    "protocol": re.compile("HTTP|HTTPS|BOTH"),
    "req_method": re.compile("GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS|ANY"),
    "match_mode": re.compile("SWA|NORMAL"),
    "env_name": re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}"),
    "env_id": re.compile(r"[A-Za-z0-9_]{1,64}"),
    "auth": re.compile("IAM|APP|NONE"),
}
"""The fields that an APIG trigger must have, with the values that they may have."""

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_TIMER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_RATE = re.compile(r"([1-9][0-9]?)([mhd])")
_MOST_OF_UNIT = {"m": 60, "h": 24, "d": 30}
_EVERY = re.compile(r"@every (?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+")
_CRON = re.compile(r"(?:CRON_TZ=[A-Za-z0-9_+/-]+ )?[0-9*?,/A-Za-z-]+(?: [0-9*?,/A-Za-z-]+){4,5}")


@dataclass(slots=True)
class Trigger:
    """One trigger: its type, whether it fires, and its data as it came."""

    id: str
    type_code: str
    status: str
    event_data: dict[str, Any]
    created: str
    updated: str

    @property
    def body(self) -> dict[str, Any]:
        """The trigger as the API returns it."""
        return {
            "trigger_id": self.id,
            "trigger_type_code": self.type_code,
            "trigger_status": self.status,
            "event_data": self.event_data,
            "last_updated_time": self.updated,
            "created_time": self.created,
        }


def timer_data(data: object) -> dict[str, Any]:
    """Return the data of a timer, if they are as documented; raises :class:`Refusal`."""
    if not isinstance(data, dict):
        raise failure("FSS.1109")
    name, kind, schedule = (data.get(key) for key in ("name", "schedule_type", "schedule"))
    if not isinstance(name, str) or not _TIMER_NAME.fullmatch(name):
        raise failure("FSS.1319")
    if not isinstance(schedule, str) or not _is_schedule(kind, schedule):
        raise failure("FSS.1109")
    user_event = data.get("user_event", "")
    if not isinstance(user_event, str) or len(user_event.encode()) >= LONGEST_USER_EVENT:
        raise failure("FSS.1109")
    return {"name": name, "schedule_type": kind, "schedule": schedule, "user_event": user_event}


def bucket_data(
    data: object, existing: Iterable[Trigger], buckets: Collection[str] | None
) -> dict[str, Any]:
    """Return the data of an OBS trigger, if they are as documented; raises :class:`Refusal`.

    No page says with which error a bucket is refused that does not exist, or has such a
    notification already.

    Parameters
    ----------
    data: as in the request.
    existing: the triggers of all functions.
    buckets: the names of the buckets of OBS; None for any.
    """
    if not isinstance(data, dict) or not data.keys() <= OF_A_BUCKET:
        raise failure("FSS.0400", "event_data of the OBS trigger is not as documented")
    name, bucket, events = (data.get(key) for key in ("name", "bucket", "events"))
    if not isinstance(name, str) or not _TIMER_NAME.fullmatch(name):
        raise failure("FSS.1319")
    if not isinstance(bucket, str) or not _BUCKET.fullmatch(bucket):
        raise failure("FSS.0400", "bucket of the OBS trigger is not valid")
    if not isinstance(events, list) or not events or not OBS_EVENTS.issuperset(events):
        raise failure("FSS.0400", "events of the OBS trigger are not valid")
    if not all(isinstance(data.get(key, ""), str) for key in ("prefix", "suffix")):
        raise failure("FSS.0400", "prefix or suffix of the OBS trigger is not text")
    if buckets is not None and bucket not in buckets:
        raise failure("FSS.0400", f"The bucket {bucket} does not exist")
    for each in existing:
        there = each.event_data
        if each.type_code == BUCKET and there["bucket"] == bucket and _overlap(there, data):
            raise failure("FSS.0400", "The bucket reports these events already")
    return data


def api_data(data: object, status: str, groups: Collection[str] | None) -> dict[str, Any]:
    """Return the data of an APIG trigger, if they are as documented; raises :class:`Refusal`.

    Parameters
    ----------
    data, status: as in the request.
    groups: the ids of APIG's groups; None for any.
    """
    given: dict[str, Any] = data if isinstance(data, dict) else {}
    missing = [name for name in API if not given.get(name)]
    if missing:
        raise failure("FSS.0400", f"{', '.join(missing)} of the APIG trigger missing")
    wrong = [name for name, pattern in API.items() if not pattern.fullmatch(str(given[name]))]
    if type(given["type"]) is not int:
        wrong.append("type")
    if wrong:
        raise failure("FSS.0400", f"{', '.join(wrong)} of the APIG trigger not valid")
    if status != "ACTIVE":
        raise failure("FSS.0400", "An APIG trigger cannot be switched on or off")
    if groups is not None and given["group_id"] not in groups:
        raise failure("FSS.0400", "The API group does not exist")
    return given


def published(data: dict[str, Any], existing: Iterable[Trigger]) -> dict[str, Any]:
    """Return the data of an APIG trigger with its address; its API must be the only one.

    Parameters
    ----------
    data: the checked data.
    existing: the triggers of all functions.

    Raises
    ------
    Refusal: the group has an API of that path.
    """
    place = tuple(data[name] for name in ("group_id", "env_id", "path"))
    for each in existing:
        there = tuple(each.event_data.get(name) for name in ("group_id", "env_id", "path"))
        if each.type_code == GATEWAY and there == place:
            raise failure("FSS.0400", "The group has an API of this path already")
    host = f"{hashlib.sha256(data['group_id'].encode()).hexdigest()[:32]}.apic.example.com"
    return {
        **data,
        "triggerid": str(uuid.uuid4()),
        "api_id": uuid.uuid4().hex,
        "api_name": data["name"],
        "sl_domain": host,
        "invoke_url": f"https://{host}{data['path']}",
    }


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two notifications of a bucket may report the same object."""
    prefixes = [str(each.get("prefix", "")) for each in (one, other)]
    suffixes = [str(each.get("suffix", "")) for each in (one, other)]
    return max(prefixes).startswith(min(prefixes)) and max(suffixes, key=len).endswith(
        min(suffixes, key=len)
    )


def _is_schedule(kind: object, schedule: str) -> bool:
    if kind == "Rate":
        match = _RATE.fullmatch(schedule)
        return match is not None and int(match[1]) <= _MOST_OF_UNIT[match[2]]
    return kind == "Cron" and bool(_EVERY.fullmatch(schedule) or _CRON.fullmatch(schedule))
