"""CloudMonitor as documented: the alert rules of an account.

Source: CloudMonitor's API of 2019-01-01, and the models of ``alibabacloud_cms20190101`` 4.0.10.
No alert is ever raised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from local.emulator.alibaba import Alibaba, AlibabaService, failure
from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json

LEVELS = ("Critical", "Warn", "Info")
CONDITION = ("ComparisonOperator", "Statistics", "Threshold", "Times")
COMPARISONS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanThreshold",
    "NotEqualToThreshold",
    "EqualToThreshold",
)
NO_DATA = ("KEEP_LAST_STATE", "INSUFFICIENT_DATA", "OK")
FUNCTION_METRICS = ("FunctionTotalInvocations", "FunctionFunctionErrors", "FunctionServerErrors")
FUNCTION_STATISTICS = ("Value",)
FUNCTION_DIMENSIONS = frozenset({"userId", "region", "serviceName", "functionName"})

REQUIRED = ("RuleId", "RuleName", "Namespace", "MetricName", "ContactGroups", "Resources")
OPTIONAL = (
    "Period",
    "Interval",
    "SilenceTime",
    "NoDataPolicy",
    "EffectiveInterval",
    "EmailSubject",
)
MOST_IDS = 20
DEFAULTS = {
    "Period": "60",
    "SilenceTime": "86400",
    "NoDataPolicy": "KEEP_LAST_STATE",
    "EffectiveInterval": "00:00-23:59",
}


class AlibabaCms(AlibabaService):
    """CloudMonitor: alert rules are put, listed, switched and deleted."""

    def __init__(self, cloud: Alibaba) -> None:
        super().__init__(cloud, "cms", "2019-01-01", self._respond)

    def _respond(self, request: Received, key: Key, request_id: str, _now: float) -> Reply:
        operations: Mapping[str, Callable[[dict[str, str]], dict[str, Any]]] = {
            "PutResourceMetricRule": self._put,
            "DescribeMetricRuleList": self._describe,
            "DeleteMetricRules": self._delete,
            "EnableMetricRules": lambda query: self._switch(query, enabled=True),
            "DisableMetricRules": lambda query: self._switch(query, enabled=False),
        }
        operation = operations.get(request.action)
        if (request.method, request.path) != ("POST", "/") or operation is None:
            raise failure("InvalidAction.NotFound")
        if f"cms:{request.action}" in self._cloud.denied:
            raise failure("AccessForbidden")
        query = dict(request.query)
        if len(query) != len(request.query):
            raise failure("ParameterInvalid", "A parameter came twice.")
        with self._cloud.lock:
            body = operation(query)
        done = {"RequestId": request_id, "Code": "200", "Message": "success", "Success": True}
        return Reply(body=to_json({**done, **body}))

    def _put(self, query: dict[str, str]) -> dict[str, Any]:
        for name in REQUIRED:
            if not query.get(name):
                raise failure("ParameterInvalid", f"{name} is missing.")
        escalations = {level: _condition(query, level) for level in LEVELS}
        known = {f"Escalations.{level}.{part}" for level in LEVELS for part in CONDITION}
        if not set(query) <= {*REQUIRED, *OPTIONAL, *known}:
            raise failure("ParameterInvalid", "There is no such parameter.")
        if not any(escalations.values()):
            raise failure("ParameterInvalid", "There is no condition.")
        rule: dict[str, Any] = {**DEFAULTS, **{name: query[name] for name in REQUIRED}}
        rule |= {name: query[name] for name in OPTIONAL if name in query}
        _check(rule)
        groups = rule["ContactGroups"].split(",")
        known_groups = self._cloud.contact_groups
        if known_groups is not None and not known_groups.issuperset(groups):
            raise failure("ResourceNotFound", "The specified contact group is not found.")
        rules = self._cloud.metric_rules
        if rule["RuleId"] not in rules and len(rules) >= self._cloud.metric_rule_quota:
            raise failure("LimitExceeded")
        before = rules.get(rule["RuleId"], {"EnableState": True})
        found = {level: each for level, each in escalations.items() if each}
        rules[rule["RuleId"]] = {
            **rule,
            "SilenceTime": int(rule["SilenceTime"]),
            "EnableState": before["EnableState"],
            "Escalations": found,
        }
        return {}

    def _describe(self, query: dict[str, str]) -> dict[str, Any]:
        if not set(query) <= {"RuleIds", "RuleName", "Namespace", "MetricName", "Page", "PageSize"}:
            raise failure("ParameterInvalid", "There is no such parameter here.")
        number, size = (_number(query, name, least=1) for name in ("Page", "PageSize"))
        ids = query["RuleIds"].split(",") if "RuleIds" in query else None
        if ids is not None and len(ids) > MOST_IDS:
            raise failure("ParameterInvalid", "RuleIds has more than 20 values.")
        found = [
            rule
            for rule in self._cloud.metric_rules.values()
            if (ids is None or rule["RuleId"] in ids)
            and query.get("RuleName", "") in rule["RuleName"]
            and all(
                query.get(name, rule[name]) == rule[name] for name in ("Namespace", "MetricName")
            )
        ]
        page = found[(number - 1) * size : number * size]
        return {"Alarms": {"Alarm": page}, "Total": str(len(found))}

    def _delete(self, query: dict[str, str]) -> dict[str, Any]:
        ids = _values(query, "Id")
        found = [each for each in ids if self._cloud.metric_rules.pop(each, None) is not None]
        return {} if found else {"Message": "The specified resource is not found."}

    def _switch(self, query: dict[str, str], *, enabled: bool) -> dict[str, Any]:
        rules = self._cloud.metric_rules
        ids = _values(query, "RuleId")
        if not all(each in rules for each in ids):
            raise failure("ResourceNotFound")
        for each in ids:
            rules[each]["EnableState"] = enabled
        return {}


def _check(rule: Mapping[str, str]) -> None:
    """Raise unless the values of a rule are as documented."""
    if rule["NoDataPolicy"] not in NO_DATA:
        raise failure("ParameterInvalid", "NoDataPolicy is not one of its values.")
    if _number(rule, "Period", least=60) % 60 or not 300 <= _number(rule, "SilenceTime") <= 86_400:
        raise failure("ParameterInvalid", "Period or SilenceTime is out of its range.")
    if rule["Namespace"] != "acs_fc" or rule["MetricName"] not in FUNCTION_METRICS:
        raise failure("ParameterInvalid", "Only metrics of functions are played here.")
    try:
        resources = json.loads(rule["Resources"])
    except ValueError:
        resources = None
    if not isinstance(resources, list) or not resources:
        raise failure("ParameterInvalid", "Resources is not a JSON array.")
    for each in resources:
        if not isinstance(each, dict) or not FUNCTION_DIMENSIONS.issuperset(each):
            raise failure("ParameterInvalid", "Resources has an unknown dimension.")
        if not {"region", "functionName"}.issubset(each):
            raise failure("ParameterInvalid", "Resources does not name a function.")


def _condition(query: Mapping[str, str], level: str) -> dict[str, Any]:
    """Return the condition of a level, which has all its parts or none."""
    found = {part: query.get(f"Escalations.{level}.{part}") for part in CONDITION}
    if not any(found.values()):
        return {}
    number = r"-?[0-9]+(\.[0-9]+)?"
    if (
        found["ComparisonOperator"] not in COMPARISONS
        or found["Statistics"] not in FUNCTION_STATISTICS
        or not re.fullmatch(number, found["Threshold"] or "")
        or not re.fullmatch("[1-9][0-9]{0,3}", found["Times"] or "")
    ):
        raise failure("ParameterInvalid", f"The condition of {level} is not complete.")
    return found


def _values(query: Mapping[str, str], name: str) -> list[str]:
    """Return the values of a list: ``Id.1``, ``Id.2`` …"""
    ids = [query.get(f"{name}.{number}", "") for number in range(1, len(query) + 1)]
    if not ids or not all(ids) or len(ids) > 100:
        raise failure("ParameterInvalid", f"{name} is not a list of 1 to 100 values.")
    return ids


def _number(values: Mapping[str, str], name: str, *, least: int = 0) -> int:
    text = values.get(name, "10" if name == "PageSize" else "1")
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least:
        raise failure("ParameterInvalid", f"{name} is not a number from {least} on.")
    return int(text)
