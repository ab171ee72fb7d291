"""Tencent Cloud Monitor as documented: the alarm policies of functions of SCF.

Source: Cloud Monitor's API of 2018-07-24 <https://cloud.tencent.com/document/api/248/51279>, and
the models of tencentcloud-sdk-python-monitor 3.1.189.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from local.emulator.alarm_policies import AlarmPolicy, BoundObject
from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json
from local.emulator.tencent import APP_ID, Api, failure, parameters_of

METRICS = frozenset({"Error", "Invocation", "Throttle", "Duration", "Mem"})
PERIODS = frozenset({60, 300, 3600, 86_400})
OPERATORS = frozenset({"gt", "ge", "lt", "le", "eq", "ne"})
FREQUENCIES = frozenset({0, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400})
DIMENSIONS = frozenset({"appid", "function_name", "namespace", "version"})
REGIONS: Mapping[str, str] = {
    "ap-beijing": "bj",
    "ap-guangzhou": "gz",
    "ap-hongkong": "hk",
    "ap-shanghai": "sh",
    "ap-singapore": "sg",
}
"""Region -> its code in a binding."""

Action = Callable[["TencentMonitor", dict[str, Any], Key, str], Mapping[str, object]]

TYPES: Mapping[str, Mapping[str, type]] = {
    "DescribeAlarmPolicies": {
        "PageNumber": int,
        "PageSize": int,
        "PolicyName": str,
        "MonitorTypes": list,
        "Namespaces": list,
    },
    "CreateAlarmPolicy": {
        "PolicyName": str,
        "MonitorType": str,
        "Namespace": str,
        "Remark": str,
        "Enable": int,
        "Condition": dict,
        "NoticeIds": list,
    },
    "ModifyAlarmPolicyCondition": {"PolicyId": str, "Condition": dict},
    "ModifyAlarmPolicyNotice": {"PolicyId": str, "NoticeIds": list},
    "ModifyAlarmPolicyStatus": {"PolicyId": str, "Enable": int},
    "DeleteAlarmPolicy": {"PolicyIds": list},
    "BindingPolicyObject": {"GroupId": int, "PolicyId": str, "Dimensions": list},
    "UnBindingAllPolicyObject": {"GroupId": int, "PolicyId": str},
    "DescribeBindingPolicyObjectList": {
        "GroupId": int,
        "PolicyId": str,
        "Limit": int,
        "Offset": int,
    },
    "DescribeAlarmNotices": {
        "PageNumber": int,
        "PageSize": int,
        "Order": str,
        "NoticeIds": list,
    },
}
"""Action -> its parameters that the emulator supports besides ``Module``, with their types."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "DescribeAlarmPolicies": (),
    "CreateAlarmPolicy": ("PolicyName", "MonitorType", "Namespace", "Condition"),
    "ModifyAlarmPolicyStatus": ("PolicyId", "Enable"),
    "BindingPolicyObject": ("PolicyId", "Dimensions"),
    "UnBindingAllPolicyObject": ("GroupId", "PolicyId"),
    "DescribeBindingPolicyObjectList": ("GroupId", "PolicyId"),
    "DescribeAlarmNotices": ("PageNumber", "PageSize", "Order"),
}
"""Action -> what it needs besides ``Module``; all of them where it is not listed."""


class TencentMonitor(Api):
    """Cloud Monitor's alarm policies behind API 3.0."""

    name = "tencent-monitor"
    scope = "monitor"
    version = "2018-07-24"

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""
        self.check(request, *ACTIONS)
        parameters = checked_parameters(request)
        region = request.headers.get("x-tc-region", "")
        with self._cloud.alarms.lock:
            body = ACTIONS[request.action](self, parameters, key, region)
        return Reply(body=to_json({"Response": {**body, "RequestId": str(uuid.uuid4())}}))

    def policy(self, parameters: Mapping[str, Any], key: Key) -> AlarmPolicy:
        """Return the policy that a request names; raises :class:`Refusal`."""
        found = self._cloud.alarms.at(key.account).get(parameters["PolicyId"])
        if found is None:
            raise failure("ResourceNotFound", "The alarm policy does not exist.")
        return found

    def known_notices(self, notice_ids: list[Any]) -> list[str]:
        """Return the ids of notice templates; raises :class:`Refusal` for one that is not there."""
        if any(each not in self._cloud.alarms.notices for each in notice_ids):
            raise failure("InvalidParameterValue", "A notice template does not exist.")
        return [str(each) for each in notice_ids]

    def list_policies(
        self, parameters: dict[str, Any], key: Key, _region: str
    ) -> dict[str, object]:
        """Return the policies whose names contain a text, a page of 20 unless it says another."""
        wanted = parameters.get("PolicyName", "")
        namespaces = parameters.get("Namespaces")
        found = [
            each
            for each in self._cloud.alarms.at(key.account).values()
            if wanted in each.name and (not namespaces or each.namespace in namespaces)
        ]
        size = parameters.get("PageSize", 20)
        if not 1 <= size <= 100:
            raise failure("InvalidParameterValue", "PageSize is not valid.")
        start = (parameters.get("PageNumber", 1) - 1) * size
        page = [_shown(each) for each in found[start : start + size]]
        return {"TotalCount": len(found), "Policies": page}

    def create(self, parameters: dict[str, Any], key: Key, _region: str) -> dict[str, object]:
        """Create a policy, which is bound to nothing yet."""
        policies = self._cloud.alarms.at(key.account)
        if len(parameters["PolicyName"]) > 60:
            raise failure("InvalidParameterValue", "PolicyName is too long.")
        if not re.fullmatch(r"[\w-]{0,100}", parameters.get("Remark", "")):
            raise failure("InvalidParameterValue", "Remark is not valid.")
        if parameters["MonitorType"] != "MT_QCE" or parameters["Namespace"] != "SCF":
            raise failure("InvalidParameterValue", "The emulator knows the policy type SCF only.")
        condition = checked_condition(parameters["Condition"])
        notices = self.known_notices(parameters.get("NoticeIds", []))
        if len(policies) >= self._cloud.alarms.quota:
            raise failure("LimitExceeded", "The number of alarm policies exceeds the limit.")
        created = AlarmPolicy(
            id=self._cloud.alarms.new_id(),
            name=parameters["PolicyName"],
            namespace=parameters["Namespace"],
            remark=parameters.get("Remark", ""),
            condition=condition,
            notice_ids=notices,
            enabled=parameters.get("Enable", 1) == 1,
        )
        policies[created.id] = created
        return {"PolicyId": created.id, "OriginId": "1234567"}

    def set_condition(
        self, parameters: dict[str, Any], key: Key, _region: str
    ) -> dict[str, object]:
        """Replace the condition."""
        found = self.policy(parameters, key)
        found.condition = checked_condition(parameters["Condition"])
        return {}

    def set_notices(self, parameters: dict[str, Any], key: Key, _region: str) -> dict[str, object]:
        """Replace the notice templates."""
        found = self.policy(parameters, key)
        found.notice_ids = self.known_notices(parameters["NoticeIds"])
        return {}

    def set_status(self, parameters: dict[str, Any], key: Key, _region: str) -> dict[str, object]:
        """Switch a policy on or off."""
        self.policy(parameters, key).enabled = parameters["Enable"] == 1
        return {}

    def delete(self, parameters: dict[str, Any], key: Key, _region: str) -> dict[str, object]:
        """Delete policies."""
        policies = self._cloud.alarms.at(key.account)
        if any(each not in policies for each in parameters["PolicyIds"]):
            raise failure("ResourceNotFound", "The alarm policy does not exist.")
        for each in parameters["PolicyIds"]:
            del policies[each]
        return {}

    def bind(self, parameters: dict[str, Any], key: Key, _region: str) -> dict[str, object]:
        """Bind a policy to objects; one that is bound already stays so."""
        found = self.policy(parameters, key)
        for each in parameters["Dimensions"]:
            bound = checked_object(each)
            if bound not in found.objects:
                found.objects.append(bound)
        return {}

    def unbind_all(self, parameters: dict[str, Any], key: Key, region: str) -> dict[str, object]:
        """Unbind a policy from its objects in the region."""
        found = self.policy(parameters, key)
        found.objects = [each for each in found.objects if each.region != REGIONS.get(region)]
        return {}

    def list_objects(self, parameters: dict[str, Any], key: Key, region: str) -> dict[str, object]:
        """Return the objects that a policy is bound to in the region."""
        bound = self.policy(parameters, key).objects
        found = [each for each in bound if each.region == REGIONS.get(region)]
        start, size = parameters.get("Offset", 0), parameters.get("Limit", 20)
        page = [
            {
                "UniqueId": str(uuid.uuid5(uuid.NAMESPACE_OID, each.dimensions)),
                "Dimensions": each.dimensions,
                "IsShielded": 0,
                "Region": each.region,
            }
            for each in found[start : start + size]
        ]
        return {"List": page, "Total": len(found), "NoShieldedSum": len(found)}

    def list_notices(
        self, parameters: dict[str, Any], _key: Key, _region: str
    ) -> dict[str, object]:
        """Return the notice templates, all or those of some ids."""
        wanted = parameters.get("NoticeIds") or self._cloud.alarms.notices
        found = sorted(each for each in self._cloud.alarms.notices if each in wanted)
        notices = [{"Id": each, "Name": each, "NoticeType": "ALL"} for each in found]
        return {"Notices": notices, "TotalCount": len(notices)}


ACTIONS: Mapping[str, Action] = {
    "DescribeAlarmPolicies": TencentMonitor.list_policies,
    "CreateAlarmPolicy": TencentMonitor.create,
    "ModifyAlarmPolicyCondition": TencentMonitor.set_condition,
    "ModifyAlarmPolicyNotice": TencentMonitor.set_notices,
    "ModifyAlarmPolicyStatus": TencentMonitor.set_status,
    "DeleteAlarmPolicy": TencentMonitor.delete,
    "BindingPolicyObject": TencentMonitor.bind,
    "UnBindingAllPolicyObject": TencentMonitor.unbind_all,
    "DescribeBindingPolicyObjectList": TencentMonitor.list_objects,
    "DescribeAlarmNotices": TencentMonitor.list_notices,
}


def checked_parameters(request: Received) -> dict[str, Any]:
    """Return the parameters of a request: known, of the documented types, none missing."""
    types = TYPES[request.action]
    parameters: dict[str, Any] = parameters_of(request, ("Module", *types))
    if parameters.get("Module") != "monitor":
        raise failure("InvalidParameter", "Module is not valid.")
    for name, expected in types.items():
        if name in parameters and type(parameters[name]) is not expected:
            raise failure("InvalidParameter", f"The value type of `{name}` is not valid.")
    for name in REQUIRED.get(request.action, tuple(types)):
        if name not in parameters:
            raise failure("MissingParameter", f"The parameter `{name}` is missing.")
    return parameters


def checked_condition(condition: dict[str, Any]) -> dict[str, Any]:
    """Return a condition whose rules are documented ones; raises :class:`Refusal`."""
    rules = condition.get("Rules")
    if not isinstance(rules, list) or not rules:
        raise failure("InvalidParameterValue", "Condition has no rules.")
    for rule in rules:
        fine = (
            rule.get("MetricName") in METRICS
            and rule.get("Period") in PERIODS
            and rule.get("Operator") in OPERATORS
            and isinstance(rule.get("Value"), str)
            and rule.get("ContinuePeriod") in range(1, 6)
            and rule.get("NoticeFrequency") in FREQUENCIES
        )
        if not fine:
            raise failure("InvalidParameterValue", "A rule of Condition is not valid.")
    return condition


def checked_object(bound: dict[str, Any]) -> BoundObject:
    """Return an object to bind: a function of this account; raises :class:`Refusal`."""
    try:
        dimensions = json.loads(bound["Dimensions"])
        names = dimensions.keys()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise failure("InvalidParameterValue", "Dimensions is not valid.") from None
    if names != DIMENSIONS or dimensions["appid"] != str(APP_ID):
        raise failure("InvalidParameterValue", "Dimensions is not valid.")
    if bound.get("Region") not in REGIONS.values():
        raise failure("InvalidParameterValue", "Region is not valid.")
    return BoundObject(bound["Region"], bound["Dimensions"])


def _shown(policy: AlarmPolicy) -> dict[str, object]:
    return {
        "PolicyId": policy.id,
        "PolicyName": policy.name,
        "Remark": policy.remark,
        "MonitorType": "MT_QCE",
        "Enable": int(policy.enabled),
        "UseSum": len(policy.objects),
        "ProjectId": -1,
        "Namespace": policy.namespace,
        "Condition": {
            "IsUnionRule": policy.condition.get("IsUnionRule", 0),
            "Rules": [{**rule, "RuleType": "STATIC"} for rule in policy.condition["Rules"]],
        },
        "EventCondition": {"Rules": []},
        "NoticeIds": policy.notice_ids,
        "Region": sorted({each.region for each in policy.objects}),
        "IsDefault": 0,
        "IsBindAll": 0,
        "OriginId": "1234567",
    }
