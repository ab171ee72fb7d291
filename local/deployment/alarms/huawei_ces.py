"""Huawei Cloud Eye (CES): the alarm rules of FunctionGraph's functions.

Source: Cloud Eye's API, version 2
<https://support.huaweicloud.com/intl/en-us/api-ces/CreateAlarmRules.html>; the bodies are those of
huaweicloudsdkces 3.1.219. The metrics are those of FunctionGraph's guide
<https://support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_0304.html>.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from functions.huawei.provider import JSON, find_project_id
from local.deployment.alarms.huawei_ces_error_codes import ERROR_CODES
from local.deployment.models.alarm import KINDS, Alarm, AlarmService, Kind, alarm_name
from local.deployment.models.place import Place
from shared.errors import BadResponse, SyncError
from shared.models.flow import ApiCall, Flow, GetSetting, Service, call_api
from shared.models.operation import CallContext

NAMESPACE = "SYS.FunctionGraph"
DIMENSION = "package-functionname"
PACKAGE = "default"
ONE_RESOURCE = "MULTI_INSTANCE"
"""The type of a rule for resources that are named, of which there is one here."""

PERIODS = (86_400, 14_400, 3600, 1200, 300)
"""In seconds, over how long Cloud Eye sums a metric; its values of a minute cannot be summed."""

COUNTS = (1, 2, 3, 4, 5, 10, 15, 30, 60, 90, 120, 180)
"""After how many periods in a row Cloud Eye raises an alarm."""

WINDOWS = tuple(sorted({period * count for period in PERIODS for count in COUNTS}))
"""In seconds, the lengths of silence that it can notice."""

WANTED_SILENCE = (
    "Cloud Eye counts 1, 2, 3, 4, 5, 10, 15, 30, 60, 90, 120 or 180 periods of 300, 1200, 3600, "
    "14400 or 86400 seconds"
)

REMIND_SECONDS = 86_400
MAJOR = 2
MAX_TOPICS = 20
PAGE = 100
MAX_DELETED = 10

TOPIC = re.compile(r"urn:smn:[a-z0-9-]+:[A-Za-z0-9]+:[A-Za-z0-9_-]+")
MISSING = "ces.0016"


class Condition(NamedTuple):
    """When an alarm is raised: a metric's sum over a period, compared with a value."""

    metric: str
    comparison: str
    value: int
    meaning: str


CONDITIONS: Mapping[Kind, Condition] = {
    "failed": Condition("failcount", ">=", 1, "a run failed or broke"),
    "silent": Condition("count", "<", 1, "there was no run"),
}


def host_of(region: str | None, _setting: GetSetting) -> str:
    """Return Cloud Eye's host in a region."""
    return f"ces.{region}.myhuaweicloud.com"


CES = Service(
    name="ces",
    label="Cloud Eye",
    endpoint_settings=("HUAWEI_CES_ENDPOINT_URL",),
    host_of=host_of,
)


def reading(project: str, action: str, right: str) -> ApiCall:
    """Return a call of the rules of a project that changes nothing."""
    return ApiCall(
        service=CES,
        action=action,
        method="GET",
        path=f"/v2/{project}/alarms",
        headers=(("Content-Type", JSON), ("X-Project-Id", project)),
        permission=f"ces:alarms:{right}",
    )


def writing(project: str, action: str, right: str, body: Mapping[str, object]) -> ApiCall:
    """Return a call that changes something; sent again where the answer was lost."""
    return reading(project, action, right)._replace(method="POST", body=body, writes=True)


def list_rules(project: str) -> Flow[list[Mapping[str, Any]]]:
    """Return the alarm rules of all functions in a project.

    Raises
    ------
    BadResponse: there is no list in the response.
    """
    found: list[Mapping[str, Any]] = []
    while True:
        query = (
            ("namespace", NAMESPACE),
            ("offset", str(len(found))),
            ("limit", str(PAGE)),
        )
        answer = yield from call_api(
            reading(project, "ListAlarmRules", "list")._replace(query=query)
        )
        rows = (answer.body or {}).get("alarms")
        if not isinstance(rows, list):
            raise BadResponse("Cloud Eye's response has no list of rules", retryable=False)
        found += rows
        if len(rows) < PAGE:
            return found


def rules_of(name: str, kind: str, rules: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rules that are the alarm of a function; names are not unique in Cloud Eye."""
    return [rule for rule in rules if rule.get("name") == alarm_name(name, kind)]


def read_alarms(name: str, context: CallContext) -> Flow[tuple[Alarm, ...]]:
    """Return the alarms of a function; two rules of one name are an alarm to be put again."""
    project = yield from find_project_id(None, context)
    rules = yield from list_rules(project)
    alarms = []
    for kind in KINDS:
        found = rules_of(name, kind, rules)
        if found:
            seconds = seconds_of(found[0], name, kind) if len(found) == 1 else 0
            alarms.append(Alarm(kind, seconds, receivers_of(found[0])))
    return tuple(alarms)


def receivers_of(rule: Mapping[str, Any]) -> tuple[str, ...]:
    """Return who is notified of an alarm, whatever they are."""
    notifications = rule.get("alarm_notifications") or []
    topics = [one for row in notifications for one in row.get("notification_list") or []]
    return tuple(sorted(map(str, topics)))


def seconds_of(rule: Mapping[str, Any], name: str, kind: Kind) -> int:
    """Return over how long a rule counts runs, 0 if it would not be raised as it was put."""
    policies = rule.get("policies") or []
    if len(policies) != 1 or not (rule.get("enabled") and rule.get("notification_enabled")):
        return 0
    policy, condition = policies[0], CONDITIONS[kind]
    watched = [
        policy.get(each) for each in ("metric_name", "filter", "comparison_operator", "value")
    ]
    if watched != [condition.metric, "sum", condition.comparison, condition.value]:
        return 0
    if not watches(rule, name):
        return 0
    return int(policy.get("period") or 0) * int(policy.get("count") or 0)


def watches(rule: Mapping[str, Any], name: str) -> bool:
    """Return whether a rule is about a function; Cloud Eye need not list the resources."""
    dimensions = [
        dimension
        for resource in rule.get("resources") or []
        for dimension in resource.get("dimensions") or []
    ]
    return all(each.get("value") in {None, "", resource_of(name)} for each in dimensions)


def resource_of(name: str) -> str:
    """Return how the metrics of a function name it."""
    return f"{PACKAGE}-{name}"


def window_of(alarm: Alarm) -> tuple[int, int] | None:
    """Return a period and how many in a row make up an alarm's, None if none do.

    A failure has to be noticed in a single period.
    """
    counts = COUNTS if alarm.kind == "silent" else (1,)
    windows = ((period, alarm.period_seconds // period) for period in PERIODS)
    return next(
        (
            (period, count)
            for period, count in windows
            if count in counts and period * count == alarm.period_seconds
        ),
        None,
    )


def put_alarm(name: str, alarm: Alarm, context: CallContext) -> Flow[None]:
    """Make an alarm of a function; the rules of that name that were there before are deleted.

    The new one is there before the old one goes, and a rule that a lost answer left behind goes
    with it.

    Raises
    ------
    BadResponse: the new one's ID is not in the response.
    """
    project = yield from find_project_id(None, context)
    call = writing(project, "CreateAlarmRules", "create", rule_of(name, alarm))
    answer = yield from call_api(call)
    made = (answer.body or {}).get("alarm_id")
    if not made:
        raise BadResponse("Cloud Eye's response has no ID of the rule", retryable=False)
    rules = yield from list_rules(project)
    found = [str(rule["alarm_id"]) for rule in rules_of(name, alarm.kind, rules)]
    yield from delete_rules(project, [each for each in found if each != made])


def rule_of(name: str, alarm: Alarm) -> dict[str, object]:
    """Return an alarm as Cloud Eye wants it.

    Raises
    ------
    ValueError: it is one that :func:`faults_of` refuses.
    """
    window = window_of(alarm)
    if window is None:
        msg = f"Cloud Eye cannot count over {alarm.period_seconds} s"
        raise ValueError(msg)
    condition, (period, count) = CONDITIONS[alarm.kind], window
    policy = {
        "metric_name": condition.metric,
        "period": period,
        "filter": "sum",
        "comparison_operator": condition.comparison,
        "value": condition.value,
        "count": count,
        "suppress_duration": REMIND_SECONDS,
        "level": MAJOR,
    }
    return {
        "name": alarm_name(name, alarm.kind),
        "description": f"{name}: {condition.meaning} in {alarm.period_seconds} s",
        "namespace": NAMESPACE,
        "resources": [[{"name": DIMENSION, "value": resource_of(name)}]],
        "policies": [policy],
        "type": ONE_RESOURCE,
        "alarm_notifications": [{"type": "notification", "notification_list": [*alarm.notify]}],
        "enabled": True,
        "notification_enabled": True,
    }


def delete_alarm(name: str, kind: str, context: CallContext) -> Flow[None]:
    """Delete an alarm of a function; none is no error."""
    project = yield from find_project_id(None, context)
    rules = yield from list_rules(project)
    yield from delete_rules(
        project, [str(each["alarm_id"]) for each in rules_of(name, kind, rules)]
    )


def delete_rules(project: str, ids: Sequence[str]) -> Flow[None]:
    """Delete rules; those that are gone are no error."""
    for start in range(0, len(ids), MAX_DELETED):
        body = {"alarm_ids": [*ids[start : start + MAX_DELETED]]}
        call = writing(project, "BatchDeleteAlarmRules", "delete", body)
        try:
            yield from call_api(call._replace(path=f"{call.path}/batch-delete"))
        except SyncError as error:
            if error.code != MISSING:
                raise


def faults_of(alarm: Alarm) -> Iterator[tuple[str, str]]:
    """Return what Cloud Eye would refuse in an alarm."""
    if window_of(alarm) is None:
        longer = next((each for each in WINDOWS if each >= alarm.period_seconds), WINDOWS[-1])
        yield "silence_seconds", f"{WANTED_SILENCE}. The next longer one is {longer}"
    if len(alarm.notify) > MAX_TOPICS:
        yield "notify", f"are {len(alarm.notify)}, and Cloud Eye takes {MAX_TOPICS}"
    for each in alarm.notify:
        if not TOPIC.fullmatch(each):
            yield "notify", f"{each} is no URN of an SMN topic: urn:smn:<region>:<project>:<topic>"


def place(region: str, _name: str) -> Place:
    """Return where a person finds the alarm rules of a region."""
    console = "https://console.huaweicloud.com/ces/"
    return Place("alarm", f"{console}?region={region}#/alarms/alarmRules")


ALARMS = AlarmService(
    service=CES,
    label="Cloud Eye",
    permissions=("ces:alarms:create", "ces:alarms:delete", "ces:alarms:list"),
    receivers="URNs of SMN topics",
    faults_of=faults_of,
    read_alarms=read_alarms,
    put_alarm=put_alarm,
    delete_alarm=delete_alarm,
    place=place,
    error_codes=ERROR_CODES,
)
