"""Tencent Cloud Monitor: the alarm policies of functions of SCF.

Source: Cloud Monitor's API of 2018-07-24 <https://cloud.tencent.com/document/api/248/51279>; the
bodies are those of tencentcloud-sdk-python-monitor 3.1.189. The policy type and its dimensions are
those of <https://cloud.tencent.com/document/product/248/50397>, the metrics and their periods those
of <https://cloud.tencent.com/document/product/248/37207>.

Policies are an account's, not a region's: a policy's remark says whose region's function it is of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.deployment.alarms.tencent_monitor_error_codes import ERROR_CODES
from local.deployment.models.alarm import KINDS, Alarm, AlarmService, alarm_name
from local.deployment.models.place import Place
from shared.errors import BadResponse, InvalidInput, Misconfigured, SyncError
from shared.models.flow import ApiCall, Flow, GetSetting, Service, call_api
from shared.models.operation import CallContext

VERSION = "2018-07-24"
CAM_VERSION = "2019-01-16"

MODULE = "monitor"
MONITOR_TYPE = "MT_QCE"
POLICY_TYPE = "SCF"
"""The policy type of functions by version; ``scf_alias`` is that of aliases."""

ONE_A_DAY = 86_400
"""How often an alarm that lasts is repeated, in seconds."""

PERIODS = (86_400, 3600, 300, 60)
"""Over how many seconds SCF's metrics are summed, the longest first."""

MAX_PERIODS = 5
"""Over how many periods in a row a condition may be asked to hold."""

RULES: Mapping[str, tuple[str, str]] = {"failed": ("Error", "ge"), "silent": ("Invocation", "lt")}
"""Kind -> the metric, and how it compares with 1. SCF counts platform errors as errors too."""

PAGE_SIZE = 100
NOTICE_ID = re.compile(r"notice-[a-z0-9]+")

REGION_CODES: Mapping[str, str] = {
    "ap-bangkok": "th",
    "ap-beijing": "bj",
    "ap-chengdu": "cd",
    "ap-chongqing": "cq",
    "ap-guangzhou": "gz",
    "ap-hongkong": "hk",
    "ap-jakarta": "jkt",
    "ap-mumbai": "in",
    "ap-nanjing": "nj",
    "ap-seoul": "kr",
    "ap-shanghai": "sh",
    "ap-shanghai-fsi": "shjr",
    "ap-shenzhen-fsi": "szjr",
    "ap-singapore": "sg",
    "ap-tokyo": "jp",
    "eu-frankfurt": "de",
    "na-ashburn": "use",
    "na-siliconvalley": "usw",
    "na-toronto": "ca",
    "sa-saopaulo": "sao",
}
"""Region -> its code in Cloud Monitor's bindings, as the vendor's Terraform provider has them."""


def host_of(region: str | None, _setting: GetSetting) -> str:
    """Return Cloud Monitor's host: one for all regions, except the finance regions."""
    if region is not None and region.endswith("-fsi"):
        return f"monitor.{region}.tencentcloudapi.com"
    return "monitor.tencentcloudapi.com"


def cam_host_of(_region: str | None, _setting: GetSetting) -> str:
    """Return CAM's host."""
    return "cam.tencentcloudapi.com"


MONITOR = Service(
    name="monitor",
    label="Cloud Monitor",
    endpoint_settings=("TENCENT_MONITOR_ENDPOINT_URL",),
    host_of=host_of,
)
CAM = Service(
    name="cam", label="CAM", endpoint_settings=("TENCENT_CAM_ENDPOINT_URL",), host_of=cam_host_of
)


def reading(action: str, body: Mapping[str, object]) -> ApiCall:
    """Return a call that changes nothing."""
    return ApiCall(
        service=MONITOR,
        action=action,
        version=VERSION,
        method="POST",
        body={"Module": MODULE, **body},
        permission=f"monitor:{action}",
    )


def writing(action: str, body: Mapping[str, object]) -> ApiCall:
    """Return a call that changes something; sent again where the answer was lost."""
    return reading(action, body)._replace(writes=True, read_timeout=20.0)


def remark_of(context: CallContext) -> str:
    """Return the remark of the policies of a region."""
    return f"cloud-sync-{context.region}"


def find_policies(name: str, context: CallContext) -> Flow[dict[str, list[Mapping[str, Any]]]]:
    """Return the policies of a function's alarms by kind; more than one if an answer was lost."""
    names = {alarm_name(name, kind): kind for kind in KINDS}
    found: dict[str, list[Mapping[str, Any]]] = {kind: [] for kind in KINDS}
    seen, page = 0, 1
    while True:
        # The name is searched for anywhere in the policies' names, so the page may have others.
        body = {
            "PageNumber": page,
            "PageSize": PAGE_SIZE,
            "PolicyName": alarm_name(name, ""),
            "MonitorTypes": [MONITOR_TYPE],
            "Namespaces": [POLICY_TYPE],
        }
        listed = (yield from call_api(reading("DescribeAlarmPolicies", body))).body
        policies = listed.get("Policies") or []
        for policy in policies:
            kind = names.get(policy.get("PolicyName"))
            if kind is not None and policy.get("Remark") == remark_of(context):
                found[kind].append(policy)
        seen, page = seen + len(policies), page + 1
        if not policies or seen >= int(listed.get("TotalCount") or 0):
            return found


def bound_objects(policy_id: str) -> Flow[list[Mapping[str, Any]]]:
    """Return the dimensions of the objects that a policy is bound to in the region."""
    body = {"GroupId": 0, "PolicyId": policy_id, "Limit": PAGE_SIZE, "Offset": 0}
    listed = yield from call_api(reading("DescribeBindingPolicyObjectList", body))
    return [dimensions_of(each) for each in listed.body.get("List") or []]


def dimensions_of(bound: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the dimensions of a bound object: a JSON object as text."""
    try:
        value = json.loads(bound.get("Dimensions") or "")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def is_bound_to(objects: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Return whether a policy is bound to a function, and to nothing else."""
    return len(objects) == 1 and objects[0].get("function_name") == name


def read_alarms(name: str, context: CallContext) -> Flow[tuple[Alarm, ...]]:
    """Return the alarms of a function; a policy that was altered has a period of 0."""
    found = yield from find_policies(name, context)
    alarms: list[Alarm] = []
    for kind in KINDS:
        policies = found[kind]
        if not policies:
            continue
        seconds = 0
        if len(policies) == 1:
            objects = yield from bound_objects(str(policies[0]["PolicyId"]))
            seconds = window_of(kind, policies[0]) if is_bound_to(objects, name) else 0
        notify = sorted(str(each) for each in policies[0].get("NoticeIds") or [])
        alarms.append(Alarm(kind, seconds, tuple(notify)))
    return tuple(alarms)


def window_of(kind: str, policy: Mapping[str, Any]) -> int:
    """Return over how many seconds a policy counts; 0 if it is off or has another condition."""
    rules = (policy.get("Condition") or {}).get("Rules") or []
    events = (policy.get("EventCondition") or {}).get("Rules") or []
    if policy.get("Enable") != 1 or len(rules) != 1 or events:
        return 0
    rule = rules[0]
    metric, operator = RULES[kind]
    if str(rule.get("MetricName")).lower() != metric.lower() or rule.get("Operator") != operator:
        return 0
    try:
        if float(rule["Value"]) != 1:
            return 0
        return int(rule["Period"]) * int(rule["ContinuePeriod"])
    except (KeyError, TypeError, ValueError):
        return 0


def periods_of(seconds: int) -> tuple[int, int] | None:
    """Return a time span as a period and how many of them; None if there is no such period."""
    for period in PERIODS:
        number, rest = divmod(seconds, period)
        if rest == 0 and 1 <= number <= MAX_PERIODS:
            return period, number
    return None


def condition_of(alarm: Alarm) -> dict[str, object]:
    """Return the condition of an alarm as Cloud Monitor wants it.

    Raises
    ------
    InvalidInput: Cloud Monitor has no such period.
    """
    found = periods_of(alarm.period_seconds)
    if found is None:
        raise InvalidInput(f"Cloud Monitor cannot count over {alarm.period_seconds} s")
    metric, operator = RULES[alarm.kind]
    rule = {
        "MetricName": metric,
        "Period": found[0],
        "Operator": operator,
        "Value": "1",
        "ContinuePeriod": found[1],
        "NoticeFrequency": ONE_A_DAY,
        "IsPowerNotice": 0,
    }
    return {"IsUnionRule": 0, "Rules": [rule]}


def require_notices(notice_ids: Sequence[str]) -> Flow[None]:
    """Look for the notice templates: a policy without one would notify no one.

    Raises
    ------
    InvalidInput: one of them does not exist.
    """
    body = {
        "PageNumber": 1,
        "PageSize": PAGE_SIZE,
        "Order": "ASC",
        "NoticeIds": list(notice_ids),
    }
    listed = yield from call_api(reading("DescribeAlarmNotices", body))
    known = {str(each.get("Id")) for each in listed.body.get("Notices") or []}
    if missing := [each for each in notice_ids if each not in known]:
        raise InvalidInput(
            f"Cloud Monitor has no notice template {', '.join(missing)}",
            code="NoticeNotFound",
            hint="Correct notify in the description: the ids are in the console under "
            "Alarm Management, Notification Template.",
        )


def read_app_id() -> Flow[str]:
    """Return the account's APPID, which the dimensions of a function name."""
    call = ApiCall(
        service=CAM,
        action="GetUserAppId",
        version=CAM_VERSION,
        method="POST",
        body={},
        permission="cam:GetUserAppId",
    )
    answer = yield from call_api(call)
    app_id = answer.body.get("AppId")
    if not isinstance(app_id, int):
        raise BadResponse(
            "CAM did not return the account's APPID", retryable=False, request_id=answer.request_id
        )
    return str(app_id)


def bind(name: str, policy_id: str, context: CallContext) -> Flow[None]:
    """Bind a policy to a function, and to nothing else.

    Raises
    ------
    Misconfigured: Cloud Monitor's code of the region is not known.
    """
    code = REGION_CODES.get(context.region or "")
    if code is None:
        raise Misconfigured(
            f"Cloud Monitor's code of the region {context.region} is not known",
            hint="Remove the alarms from the description, and make them in the console.",
        )
    objects = yield from bound_objects(policy_id)
    if is_bound_to(objects, name):
        return
    if objects:
        yield from call_api(
            writing("UnBindingAllPolicyObject", {"GroupId": 0, "PolicyId": policy_id})
        )
    dimensions = {
        "appid": (yield from read_app_id()),
        "function_name": name,
        "namespace": "default",
        "version": "$latest",
    }
    bound = {"Region": code, "Dimensions": json.dumps(dimensions, separators=(",", ":"))}
    body = {"GroupId": 0, "PolicyId": policy_id, "Dimensions": [bound]}
    yield from call_api(writing("BindingPolicyObject", body))


def put_alarm(name: str, alarm: Alarm, context: CallContext) -> Flow[None]:
    """Create the policy of an alarm, or set what it is to be, and bind it to the function."""
    yield from require_notices(alarm.notify)
    found = (yield from find_policies(name, context))[alarm.kind]
    if not found:
        policy_id = yield from create_policy(name, alarm, context)
        yield from bind(name, policy_id, context)
        return
    policy_id = str(found[0]["PolicyId"])
    if others := [str(each["PolicyId"]) for each in found[1:]]:
        yield from delete_policies(others)
    condition = {"PolicyId": policy_id, "Condition": condition_of(alarm)}
    yield from call_api(writing("ModifyAlarmPolicyCondition", condition))
    notices = {"PolicyId": policy_id, "NoticeIds": list(alarm.notify)}
    yield from call_api(writing("ModifyAlarmPolicyNotice", notices))
    yield from call_api(writing("ModifyAlarmPolicyStatus", {"PolicyId": policy_id, "Enable": 1}))
    yield from bind(name, policy_id, context)


def create_policy(name: str, alarm: Alarm, context: CallContext) -> Flow[str]:
    """Create a policy and return its id; one whose answer was lost is looked for."""
    body = {
        "PolicyName": alarm_name(name, alarm.kind),
        "MonitorType": MONITOR_TYPE,
        "Namespace": POLICY_TYPE,
        "Remark": remark_of(context),
        "Enable": 1,
        "Condition": condition_of(alarm),
        "NoticeIds": list(alarm.notify),
    }
    # Sent again, it could make a second policy of the same name.
    call = writing("CreateAlarmPolicy", body)._replace(on_unknown_outcome="raise")
    try:
        created = yield from call_api(call)
    except SyncError as error:
        if not error.outcome_unknown:
            raise
        found = (yield from find_policies(name, context))[alarm.kind]
        if not found:
            raise
        return str(found[0]["PolicyId"])
    return str(created.body["PolicyId"])


def delete_policies(policy_ids: Sequence[str]) -> Flow[None]:
    """Delete policies; those that are gone already are no error."""
    try:
        yield from call_api(writing("DeleteAlarmPolicy", {"PolicyIds": list(policy_ids)}))
    except SyncError as error:
        if not error.code.startswith("ResourceNotFound"):
            raise


def delete_alarm(name: str, kind: str, context: CallContext) -> Flow[None]:
    """Delete the policy of an alarm; one that is gone is no error."""
    found = (yield from find_policies(name, context))[kind]
    if found:
        yield from delete_policies([str(each["PolicyId"]) for each in found])


def faults_of(alarm: Alarm) -> Iterator[tuple[str, str]]:
    """Return what Cloud Monitor would refuse in an alarm."""
    for each in alarm.notify:
        if not NOTICE_ID.fullmatch(each):
            yield "notify", f"{each} is not the id of a notice template, such as notice-example"
    if periods_of(alarm.period_seconds) is None:
        yield (
            "silence_seconds",
            "Cloud Monitor takes 1 to 5 times 60 (a minute), 300, 3600 (an hour) or 86400 (a day)",
        )


def place(_region: str, _name: str) -> Place:
    """Return where a person finds the alarm policies."""
    return Place("alarm", "https://console.cloud.tencent.com/monitor/alarm2/policy")


ALARMS = AlarmService(
    service=MONITOR,
    label="Cloud Monitor",
    permissions=(
        "monitor:DescribeAlarmPolicies",
        "monitor:DescribeBindingPolicyObjectList",
        "monitor:DescribeAlarmNotices",
        "monitor:CreateAlarmPolicy",
        "monitor:ModifyAlarmPolicyCondition",
        "monitor:ModifyAlarmPolicyNotice",
        "monitor:ModifyAlarmPolicyStatus",
        "monitor:BindingPolicyObject",
        "monitor:UnBindingAllPolicyObject",
        "monitor:DeleteAlarmPolicy",
        "cam:GetUserAppId",
    ),
    receivers="ids of notice templates, notice-…",
    faults_of=faults_of,
    read_alarms=read_alarms,
    put_alarm=put_alarm,
    delete_alarm=delete_alarm,
    place=place,
    error_codes=ERROR_CODES,
    require_receivers=require_notices,
)
