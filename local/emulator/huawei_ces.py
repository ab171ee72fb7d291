"""Cloud Eye as documented: the alarm rules of a project.

Sources: ``huaweicloudsdkces`` 3.1.219, version 2, and the error codes' page
<https://support.huaweicloud.com/intl/en-us/api-ces/ErrorCode.html>. No alarm is ever raised.
"""

from __future__ import annotations

import re
import secrets
import string
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.emulator.huawei_gateway import Route, failure
from local.emulator.message import Received, Reply, to_json

PERIODS = (1, 300, 1200, 3600, 14_400, 86_400)
COUNTS = (1, 2, 3, 4, 5, 10, 15, 30, 60, 90, 120, 180)
FILTERS = ("average", "variance", "min", "max", "sum")
COMPARISONS = (">", "<", ">=", "<=", "=", "!=", "cycle_decrease", "cycle_increase", "cycle_wave")
SUPPRESSIONS = (0, 300, 600, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400)
LEVELS = (1, 2, 3, 4)
TYPES = ("MULTI_INSTANCE", "ALL_INSTANCE")
MOST_DELETED = 10
MOST_RECEIVERS = 20
MOST_POLICIES = 50

_NAME = re.compile(r"[0-9A-Za-z_\u4e00-\u9fff-]{1,128}")
_NAMESPACE = re.compile(r"[A-Za-z][0-9A-Za-z_]*\.[A-Za-z][0-9A-Za-z_]*")
_METRIC = re.compile(r"[A-Za-z][0-9A-Za-z_-]{0,95}")
_DIMENSION = re.compile(r"[A-Za-z][0-9A-Za-z_-]{0,31}")
_TOPIC = re.compile(r"urn:smn:[a-z0-9-]+:([A-Za-z0-9]+):[A-Za-z0-9_-]+")
_ID = re.compile(r"al[0-9A-Za-z]{22}")
_ALARMS = r"/v2/([A-Za-z0-9-]{1,64})/alarms"


@dataclass(slots=True)
class AlarmRule:
    """One alarm rule: its ID, and its fields as they came; those left out have their defaults."""

    id: str
    project: str
    fields: dict[str, Any]

    @property
    def body(self) -> dict[str, Any]:
        """The rule as the list returns it."""
        resources = [{"dimensions": dimensions} for dimensions in self.fields["resources"]]
        return {"alarm_id": self.id, **self.fields, "resources": resources}


class Ces:
    """The alarm rules of an account.

    Parameters
    ----------
    lock: the account's.
    check_right: raises unless the caller has a permission in a project.

    Attributes
    ----------
    rules: the rules by ID, in the order in which they were made.
    topics: the SMN topics there are, by URN; None for any of the project.
    quota: how many rules there may be.
    """

    def __init__(self, lock: threading.RLock, check_right: Callable[[str, str], None]) -> None:
        self.rules: dict[str, AlarmRule] = {}
        self.topics: set[str] | None = None
        self.quota = 1000
        self._lock = lock
        self._check_right = check_right

    def named(self, name: str) -> list[AlarmRule]:
        """Return the rules of a name, which need not be unique."""
        return [rule for rule in self.rules.values() if rule.fields["name"] == name]

    def routes(self) -> tuple[Route, ...]:
        """Return the APIs over this state."""
        delete = _ALARMS + "/batch-delete"
        return (
            Route("POST", _ALARMS, "CreateAlarmRules", self._create),
            Route("GET", _ALARMS, "ListAlarmRules", self._list),
            Route("POST", delete, "BatchDeleteAlarmRules", self._delete),
        )

    def _create(self, request: Received, now: float, project: str) -> Reply:
        self._check_right(project, "ces:alarms:create")
        fields = _rule(_object(request))
        for row in fields["alarm_notifications"]:
            for each in row["notification_list"]:
                self._check_topic(project, each)
        with self._lock:
            if len(self.rules) >= self.quota:
                raise failure("ces.0018")
            letters = string.ascii_letters + string.digits
            made = "al" + "".join(secrets.choice(letters) for _ in range(22))
            self.rules[made] = AlarmRule(made, project, fields)
        return Reply(201, to_json({"alarm_id": made}))

    def _check_topic(self, project: str, urn: object) -> None:
        match = _TOPIC.fullmatch(urn) if isinstance(urn, str) else None
        if match is None or match.group(1) != project:
            raise failure("ces.0014")
        if self.topics is not None and urn not in self.topics:
            raise failure("ces.0014")

    def _list(self, request: Received, now: float, project: str) -> Reply:
        self._check_right(project, "ces:alarms:list")
        query = dict(request.query)
        if len(query) != len(request.query) or not set(query) <= {
            *("alarm_id", "name", "namespace", "offset", "limit"),
        }:
            raise failure("ces.0013")
        offset, limit = _number(query, "offset", 0, 10_000), _number(query, "limit", 10, 100)
        if limit == 0:
            raise failure("ces.0013")
        wanted = {key: query[key] for key in ("name", "namespace") if key in query}
        with self._lock:
            found = [
                rule.body
                for rule in self.rules.values()
                if rule.project == project
                and query.get("alarm_id", rule.id) == rule.id
                and all(rule.fields[key] == value for key, value in wanted.items())
            ]
        page = {"alarms": found[offset : offset + limit], "count": len(found)}
        return Reply(body=to_json(page))

    def _delete(self, request: Received, now: float, project: str) -> Reply:
        self._check_right(project, "ces:alarms:delete")
        ids = _object(request).get("alarm_ids")
        if not isinstance(ids, list) or not 1 <= len(ids) <= MOST_DELETED:
            raise failure("ces.0014")
        if not all(isinstance(each, str) and _ID.fullmatch(each) for each in ids):
            raise failure("ces.0014")
        with self._lock:
            if any(each not in self.rules or self.rules[each].project != project for each in ids):
                raise failure("ces.0016")
            for each in ids:
                del self.rules[each]
        return Reply(body=to_json({"alarm_ids": ids}))


def _object(request: Received) -> dict[str, Any]:
    if not request.body:
        raise failure("ces.0001")
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise failure("ces.0014")
    return body


def _number(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > most:
        raise failure("ces.0013")
    return int(text)


def _rule(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a rule, with their defaults; those that are not known are ignored."""
    fields = {
        "name": body.get("name"),
        "description": body.get("description", ""),
        "namespace": body.get("namespace"),
        "policies": [_policy(each) for each in _list_of(body, "policies", 1, MOST_POLICIES)],
        "resources": [_resource(each) for each in _list_of(body, "resources", 0, 1000)],
        "type": body.get("type"),
        "enabled": body.get("enabled", True),
        "notification_enabled": body.get("notification_enabled", True),
        "alarm_notifications": [
            _notification(each) for each in _list_of(body, "alarm_notifications", 0, 10)
        ],
        "ok_notifications": [],
    }
    texts = [fields[each] for each in ("name", "description", "namespace")]
    flags = [fields[each] for each in ("enabled", "notification_enabled")]
    if not all(isinstance(each, str) for each in texts) or len(fields["description"]) > 256:
        raise failure("ces.0014")
    if not _NAME.fullmatch(fields["name"]) or not _NAMESPACE.fullmatch(fields["namespace"]):
        raise failure("ces.0014")
    if fields["type"] not in TYPES or not all(isinstance(each, bool) for each in flags):
        raise failure("ces.0014")
    if fields["type"] == "MULTI_INSTANCE" and not all(fields["resources"] or [False]):
        raise failure("ces.0014")
    if fields["notification_enabled"] and not fields["alarm_notifications"]:
        raise failure("ces.0014")
    return fields


def _list_of(body: Mapping[str, Any], name: str, least: int, most: int) -> list[Any]:
    rows = body.get(name, [])
    if not isinstance(rows, list) or not least <= len(rows) <= most:
        raise failure("ces.0014")
    return rows


def _policy(policy: object) -> dict[str, Any]:
    if not isinstance(policy, dict):
        raise failure("ces.0014")
    allowed: Mapping[str, tuple[object, ...]] = {
        "period": PERIODS,
        "count": COUNTS,
        "filter": FILTERS,
        "comparison_operator": COMPARISONS,
        "suppress_duration": SUPPRESSIONS,
        "level": LEVELS,
    }
    found = {"level": 2, **policy}
    if any(found.get(name) not in values for name, values in allowed.items()):
        raise failure("ces.0014")
    metric, value = found.get("metric_name"), found.get("value")
    if not isinstance(metric, str) or not _METRIC.fullmatch(metric):
        raise failure("ces.0014")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise failure("ces.0014")
    return found


def _resource(dimensions: object) -> list[dict[str, str]]:
    if not isinstance(dimensions, list) or not 1 <= len(dimensions) <= 4:
        raise failure("ces.0014")
    for each in dimensions:
        name = each.get("name") if isinstance(each, dict) else None
        value = each.get("value") if isinstance(each, dict) else None
        if not isinstance(name, str) or not _DIMENSION.fullmatch(name):
            raise failure("ces.0014")
        if not isinstance(value, str) or not 1 <= len(value) <= 256:
            raise failure("ces.0014")
    return dimensions


def _notification(row: object) -> dict[str, Any]:
    receivers = row.get("notification_list") if isinstance(row, dict) else None
    if not isinstance(row, dict) or row.get("type") != "notification":
        raise failure("ces.0014")
    if not isinstance(receivers, list) or not 1 <= len(receivers) <= MOST_RECEIVERS:
        raise failure("ces.0014")
    return row
