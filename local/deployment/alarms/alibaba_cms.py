"""Alibaba CloudMonitor (CMS): the alert rules of Function Compute's functions.

Source: CloudMonitor's API of 2019-01-01
<https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/developer-reference/api-cms-2019-01-01-putresourcemetricrule>;
the parameters are those of alibabacloud_cms20190101 4.0.10. The metrics and their dimensions are
those of Function Compute 3.0 <https://www.alibabacloud.com/help/en/functioncompute/monitoring-data>.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from local.deployment.alarms.alibaba_cms_error_codes import ERROR_CODES
from local.deployment.models.alarm import KINDS, Alarm, AlarmService, Kind, alarm_name
from local.deployment.models.place import Place
from shared.errors import BadResponse, NotFound
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api
from shared.models.http import QueryParams
from shared.models.operation import CallContext
from shared.models.provider_errors import error_from_code

VERSION = "2019-01-01"
NAMESPACE = "acs_fc"
STATISTICS = "Value"
"""The one statistic of Function Compute's metrics."""

METRIC_SECONDS = 60
"""Function Compute's metrics have a value for each minute; a period is a multiple of that."""

REMIND_SECONDS = 86_400
SEPARATOR = ","
ID_LENGTH = 32


class Condition(NamedTuple):
    """When an alert is raised: a metric over a period, compared with 0.

    Whether CloudMonitor adds up the minutes of a period or takes their mean, it is above 0 exactly
    if a run was counted.

    Parameters
    ----------
    metric: its name.
    comparison: with 0.
    no_data: what the lack of any value means.
    """

    metric: str
    comparison: str
    no_data: str


CONDITIONS: Mapping[Kind, Condition] = {
    "failed": Condition("FunctionFunctionErrors", "GreaterThanThreshold", "OK"),
    "silent": Condition(
        "FunctionTotalInvocations", "LessThanOrEqualToThreshold", "INSUFFICIENT_DATA"
    ),
}


def host_of(region: str | None, _setting: GetSetting) -> str:
    """Return CloudMonitor's host in a region."""
    return f"metrics.{region}.aliyuncs.com"


CMS = Service(
    name="cms",
    label="CloudMonitor",
    endpoint_settings=("ALIBABA_CMS_ENDPOINT_URL",),
    host_of=host_of,
)


def reading(action: str, query: QueryParams) -> ApiCall:
    """Return a call that changes nothing."""
    return ApiCall(
        service=CMS,
        action=action,
        version=VERSION,
        method="POST",
        query=query,
        permission=f"cms:{action}",
    )


def writing(action: str, query: QueryParams) -> ApiCall:
    """Return a call that changes something; sent again where the answer was lost."""
    return reading(action, query)._replace(writes=True)


def call_cms(call: ApiCall) -> Flow[ApiResponse]:
    """Send one call and return its response.

    Raises
    ------
    SyncError: the client's error; or CloudMonitor's own, which it sends with HTTP 200.
    """
    response = yield from call_api(call)
    body = response.body or {}
    code = str(body.get("Code") or "200")
    if body.get("Success") is False or code != "200":
        status = int(code) if re.fullmatch("[45][0-9]{2}", code) else 400
        raise error_from_code(
            ERROR_CODES,
            code=code,
            message=str(body.get("Message") or ""),
            status=status,
            request_id=response.request_id,
            call=call,
        )
    return response


def rule_id(region: str | None, name: str, kind: str) -> str:
    """Return the ID of an alarm's rule: the same each time, and another one in each region."""
    digest = sha256(f"{region} {alarm_name(name, kind)}".encode()).hexdigest()
    return f"cloud-sync-{digest[:ID_LENGTH]}"


def read_alarms(name: str, context: CallContext) -> Flow[tuple[Alarm, ...]]:
    """Return the alarms of a function.

    Raises
    ------
    BadResponse: there is no list in the response.
    """
    ids = {rule_id(context.region, name, kind): kind for kind in KINDS}
    query = (("RuleIds", SEPARATOR.join(ids)), ("Page", "1"), ("PageSize", str(len(ids))))
    try:
        answer = yield from call_cms(reading("DescribeMetricRuleList", query))
    except NotFound as error:
        if error.code.startswith("ResourceNotFound"):
            return ()
        raise
    rows = ((answer.body or {}).get("Alarms") or {}).get("Alarm")
    if not isinstance(rows, list):
        raise BadResponse("CloudMonitor's response has no list of rules", retryable=False)
    found = [
        Alarm(kind, seconds_of(row, name, kind, context.region), receivers_of(row))
        for row in rows
        if (kind := ids.get(str(row.get("RuleId")))) is not None
    ]
    return tuple(sorted(found, key=lambda alarm: KINDS.index(alarm.kind)))


def receivers_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the contact groups of a rule."""
    return tuple(sorted(filter(None, str(row.get("ContactGroups") or "").split(SEPARATOR))))


def seconds_of(row: Mapping[str, Any], name: str, kind: Kind, region: str | None) -> int:
    """Return over how long a rule counts runs, 0 if it would not be raised as it was put."""
    critical = (row.get("Escalations") or {}).get("Critical") or {}
    condition = CONDITIONS[kind]
    try:
        resources = json.loads(row.get("Resources") or "null")
        numbers = (float(critical.get("Threshold", "nan")), int(critical.get("Times") or 0))
        seconds = int(row.get("Period") or 0)
    except ValueError:
        return 0
    found = (
        row.get("RuleName"),
        row.get("Namespace"),
        row.get("MetricName"),
        row.get("NoDataPolicy") or condition.no_data,
        critical.get("Statistics"),
        critical.get("ComparisonOperator"),
        numbers,
        resources,
    )
    wanted = (
        alarm_name(name, kind),
        NAMESPACE,
        condition.metric,
        condition.no_data,
        STATISTICS,
        condition.comparison,
        (0.0, 1),
        resources_of(name, region),
    )
    return seconds if row.get("EnableState") and found == wanted else 0


def resources_of(name: str, region: str | None) -> list[dict[str, str | None]]:
    """Return how the metrics of a function name it."""
    return [{"region": region, "functionName": name}]


def put_alarm(name: str, alarm: Alarm, context: CallContext) -> Flow[None]:
    """Make an alarm of a function, or replace it, and switch it on."""
    condition = CONDITIONS[alarm.kind]
    made = rule_id(context.region, name, alarm.kind)
    query = (
        ("RuleId", made),
        ("RuleName", alarm_name(name, alarm.kind)),
        ("Namespace", NAMESPACE),
        ("MetricName", condition.metric),
        ("Resources", json.dumps(resources_of(name, context.region), separators=(",", ":"))),
        ("ContactGroups", SEPARATOR.join(alarm.notify)),
        ("Period", str(alarm.period_seconds)),
        ("SilenceTime", str(REMIND_SECONDS)),
        ("NoDataPolicy", condition.no_data),
        ("Escalations.Critical.Statistics", STATISTICS),
        ("Escalations.Critical.ComparisonOperator", condition.comparison),
        ("Escalations.Critical.Threshold", "0"),
        ("Escalations.Critical.Times", "1"),
    )
    yield from call_cms(writing("PutResourceMetricRule", query))
    # A rule that was switched off may stay so when it is replaced.
    yield from call_cms(writing("EnableMetricRules", (("RuleId.1", made),)))


def delete_alarm(name: str, kind: str, context: CallContext) -> Flow[None]:
    """Delete an alarm of a function; none is no error."""
    query = (("Id.1", rule_id(context.region, name, kind)),)
    try:
        yield from call_cms(writing("DeleteMetricRules", query))
    except NotFound as error:
        if not error.code.startswith("ResourceNotFound"):
            raise


def faults_of(alarm: Alarm) -> Iterator[tuple[str, str]]:
    """Return what CloudMonitor would refuse in an alarm."""
    if alarm.period_seconds < METRIC_SECONDS or alarm.period_seconds % METRIC_SECONDS:
        yield "silence_seconds", f"CloudMonitor counts over multiples of {METRIC_SECONDS} s"
    for each in alarm.notify:
        if SEPARATOR in each or not each.strip():
            yield "notify", f"{each!r} is no name of a contact group"


def place(region: str, _name: str) -> Place:
    """Return where a person finds the alert rules."""
    return Place("alarm", f"https://cloudmonitor.console.aliyun.com/alarm/rules?region={region}")


ALARMS = AlarmService(
    service=CMS,
    label="CloudMonitor",
    permissions=(
        "cms:DescribeMetricRuleList",
        "cms:PutResourceMetricRule",
        "cms:EnableMetricRules",
        "cms:DeleteMetricRules",
    ),
    receivers="names of contact groups",
    faults_of=faults_of,
    read_alarms=read_alarms,
    put_alarm=put_alarm,
    delete_alarm=delete_alarm,
    place=place,
    error_codes=ERROR_CODES,
)
