"""A trigger that the emulated Function Compute keeps, and what it refuses in one.

Source: the models of alibabacloud_fc20230330 4.8.3, and Function Compute's page on time triggers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.emulator.fc_bodies import ROLE
from local.emulator.fc_errors import invalid

MOST_TRIGGERS = 10
TIMER, HTTP, BUCKET = "timer", "http", "oss"
AUTH_TYPES = ("function", "anonymous")
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
LARGEST_EVENT = 128 * 1024

_TRIGGER_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,127}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_EVENT = re.compile(r"oss:Object(?:Created|Removed|Replication|Downloaded):(?:\*|[A-Z]\w+)")
_EVERY = re.compile(r"@every (?:[0-9]+(?:\.[0-9]+)?[mh])+")
_FIELD = r"[0-9A-Za-z*?,/-]+"
_CRON = re.compile(rf"(?:CRON_TZ=[A-Za-z0-9_+/-]+ )?{_FIELD}(?: {_FIELD}){{5}}")


@dataclass(slots=True)
class FcTrigger:
    """One timer or HTTP trigger.

    Parameters
    ----------
    name: unique in the function.
    id: Function Compute's own identifier.
    config: JSON text, as it came.
    qualifier: the version or alias that it starts.
    created, updated: when.
    kind: ``timer``, ``http`` or ``oss``.
    source, role: what calls the function, and as which role; of ``oss`` alone.
    """

    name: str
    id: str
    config: str
    qualifier: str
    created: str
    updated: str
    kind: str = TIMER
    source: str = ""
    role: str = ""

    @property
    def parsed(self) -> dict[str, Any]:
        """The configuration."""
        config: dict[str, Any] = json.loads(self.config)
        return config


def check_trigger(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the name and type of a new trigger; raises :class:`Refusal`."""
    name, kind = body.get("triggerName"), body.get("triggerType")
    if not isinstance(name, str) or not _TRIGGER_NAME.fullmatch(name):
        raise invalid("triggerName has other characters, or more than 128.")
    if kind not in {TIMER, HTTP, BUCKET}:
        raise invalid("Only triggers of the types timer, http and oss are emulated.")
    return name, str(kind)


def trigger_config(body: Mapping[str, Any], kind: str) -> str:
    """Return the configuration of a type of trigger as it came; raises :class:`Refusal`."""
    if body.get("qualifier", "LATEST") != "LATEST":
        raise invalid("There is no such version or alias.")
    text = body.get("triggerConfig")
    try:
        config = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        config = None
    if not isinstance(text, str) or not isinstance(config, dict):
        raise invalid("triggerConfig is not the text of a JSON object.")
    {TIMER: _check_timer, HTTP: _check_http, BUCKET: _check_bucket}[kind](config)
    return text


def bucket_source(body: Mapping[str, Any], place: str) -> tuple[str, str]:
    """Return the source and the role of a bucket's new trigger; raises :class:`Refusal`.

    Parameters
    ----------
    body: of the request.
    place: the region and the account that the bucket must be in.
    """
    source, role = body.get("sourceArn"), body.get("invocationRole")
    account = place.rpartition(":")[2]
    if not isinstance(source, str) or not source.startswith(f"acs:oss:{place}:"):
        raise invalid("sourceArn is no bucket of this region and account.")
    if not _BUCKET.fullmatch(source.rpartition(":")[2]):
        raise invalid("sourceArn names no bucket.")
    match = ROLE.fullmatch(role) if isinstance(role, str) else None
    if match is None or match[1] != account:
        raise invalid("invocationRole is not the ARN of a role of this account.")
    return source, str(role)


def _check_bucket(config: Mapping[str, Any]) -> None:
    if not config.keys() <= {"events", "filter"}:
        raise invalid("triggerConfig has a field that a trigger of OSS does not have.")
    events = config.get("events")
    if not isinstance(events, list) or not events:
        raise invalid("events is no list of events.")
    if not all(isinstance(each, str) and _EVENT.fullmatch(each) for each in events):
        raise invalid("events has an event that OSS does not report.")
    key = (config.get("filter") or {}).get("key", {})
    if not isinstance(key, dict) or not key.keys() <= {"prefix", "suffix"}:
        raise invalid("filter has a field that it does not have.")
    if not all(isinstance(each, str) for each in key.values()):
        raise invalid("prefix or suffix is not text.")


def _check_timer(config: Mapping[str, Any]) -> None:
    if not config.keys() <= {"cronExpression", "enable", "payload"}:
        raise invalid("triggerConfig has a field that a timer does not have.")
    cron, payload = config.get("cronExpression"), config.get("payload", "")
    if not isinstance(cron, str) or not (_EVERY.fullmatch(cron) or _CRON.fullmatch(cron)):
        raise invalid("cronExpression is not valid.")
    if not isinstance(config.get("enable"), bool):
        raise invalid("enable is not a Boolean.")
    if not isinstance(payload, str) or len(payload.encode()) > LARGEST_EVENT:
        raise invalid("payload is no text of at most 128 KB.")


def _check_http(config: Mapping[str, Any]) -> None:
    known = {"authConfig", "authType", "corsConfig", "disableURLInternet", "methods"}
    if not config.keys() <= known:
        raise invalid("triggerConfig has a field that an HTTP trigger does not have.")
    if config.get("authType", "function") not in AUTH_TYPES:
        raise invalid("authType is neither function nor anonymous.")
    methods = config.get("methods")
    if not isinstance(methods, list) or not methods or not all(each in METHODS for each in methods):
        raise invalid("methods is no list of HTTP methods.")
    if not isinstance(config.get("disableURLInternet", False), bool):
        raise invalid("disableURLInternet is not a Boolean.")
    if not isinstance(config.get("authConfig", ""), str):
        raise invalid("authConfig is not text.")
    if not isinstance(config.get("corsConfig", {}), dict):
        raise invalid("corsConfig is not an object.")
