"""The vendor's client makes, changes, reads and removes alarm policies at the emulator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tencentcloud.cam.v20190116 import models as cam_models
from tencentcloud.cam.v20190116.cam_client import CamClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.monitor.v20180724 import models
from tencentcloud.monitor.v20180724.monitor_client import MonitorClient

from local.emulator import Emulator
from local.emulator.keys import TENCENT

RULE: Mapping[str, Any] = {
    "MetricName": "Error",
    "Period": 300,
    "Operator": "ge",
    "Value": "1",
    "ContinuePeriod": 1,
    "NoticeFrequency": 3600,
    "IsPowerNotice": 0,
}
CREATE: Mapping[str, Any] = {
    "PolicyName": "example",
    "MonitorType": "MT_QCE",
    "Namespace": "SCF",
    "Remark": "a-remark",
    "Condition": {"IsUnionRule": 0, "Rules": [RULE]},
    "NoticeIds": ["notice-example"],
}
DIMENSIONS: Mapping[str, str] = {
    "appid": "1250000001",
    "function_name": "example",
    "namespace": "default",
    "version": "$latest",
}
BOUND: Mapping[str, Any] = {"Region": "gz", "Dimensions": json.dumps(DIMENSIONS)}


def profile(emulator: Emulator, service: str) -> ClientProfile:
    """Return a profile that leads a client to the emulator."""
    http = HttpProfile(endpoint=emulator.address(service), protocol="http")
    return ClientProfile(httpProfile=http)


KEYS = Credential(TENCENT.access_key_id, TENCENT.secret)


class Caller:
    """Calls the emulated Cloud Monitor with the vendor's client."""

    def __init__(self, emulator: Emulator, region: str = "ap-guangzhou") -> None:
        self._client = MonitorClient(KEYS, region, profile(emulator, "tencent-monitor"))

    def call(self, action: str, **parameters: Any) -> Any:
        """Call an action with the parameters of its model."""
        request = getattr(models, f"{action}Request")()
        request._deserialize({"Module": "monitor", **parameters})
        return getattr(self._client, action)(request)

    def policies(self, **parameters: Any) -> list[Any]:
        """Return the policies, all or those that are searched for."""
        found: list[Any] = self.call("DescribeAlarmPolicies", **parameters).Policies
        return found


@pytest.fixture
def caller(emulator: Emulator) -> Caller:
    return Caller(emulator)


def code_of(call: Any) -> str:
    """Return the error code with which a call is refused."""
    with pytest.raises(TencentCloudSDKException) as caught:
        call()
    return str(caught.value.code)


def test_a_policy_is_made_and_read_back(caller: Caller) -> None:
    made = caller.call("CreateAlarmPolicy", **CREATE)

    [found] = caller.policies(PolicyName="exam", Namespaces=["SCF"], MonitorTypes=["MT_QCE"])
    assert (found.PolicyId, found.PolicyName) == (made.PolicyId, "example")
    assert (found.Remark, found.Enable, found.NoticeIds) == ("a-remark", 1, ["notice-example"])
    [rule] = found.Condition.Rules
    assert {key: getattr(rule, key) for key in RULE} == RULE
    assert caller.policies(PolicyName="other") == []
    assert caller.policies(Namespaces=["cvm_device"]) == []


def test_condition_receivers_and_state_are_changed(caller: Caller) -> None:
    policy = caller.call("CreateAlarmPolicy", **CREATE).PolicyId
    condition = {"IsUnionRule": 0, "Rules": [{**RULE, "ContinuePeriod": 3}]}
    caller.call("ModifyAlarmPolicyCondition", PolicyId=policy, Condition=condition)
    caller.call("ModifyAlarmPolicyNotice", PolicyId=policy, NoticeIds=["notice-other"])
    caller.call("ModifyAlarmPolicyStatus", PolicyId=policy, Enable=0)

    [found] = caller.policies()
    assert found.Condition.Rules[0].ContinuePeriod == 3
    assert (found.NoticeIds, found.Enable) == (["notice-other"], 0)


def test_a_policy_is_bound_in_a_region_and_unbound_there(emulator: Emulator) -> None:
    here, elsewhere = Caller(emulator), Caller(emulator, "ap-shanghai")
    policy = here.call("CreateAlarmPolicy", **CREATE).PolicyId
    here.call("BindingPolicyObject", GroupId=0, PolicyId=policy, Dimensions=[BOUND])
    here.call("BindingPolicyObject", GroupId=0, PolicyId=policy, Dimensions=[BOUND])

    def objects(caller: Caller) -> Any:
        return caller.call("DescribeBindingPolicyObjectList", GroupId=0, PolicyId=policy)

    listed = objects(here)
    assert (listed.Total, objects(elsewhere).Total) == (1, 0)
    assert json.loads(listed.List[0].Dimensions) == DIMENSIONS
    assert listed.List[0].Region == "gz"
    elsewhere.call("UnBindingAllPolicyObject", GroupId=0, PolicyId=policy)
    assert objects(here).Total == 1
    here.call("UnBindingAllPolicyObject", GroupId=0, PolicyId=policy)
    assert objects(here).Total == 0


def test_a_policy_is_deleted(caller: Caller) -> None:
    policy = caller.call("CreateAlarmPolicy", **CREATE).PolicyId
    caller.call("DeleteAlarmPolicy", PolicyIds=[policy])

    assert caller.policies() == []
    gone = code_of(lambda: caller.call("DeleteAlarmPolicy", PolicyIds=[policy]))
    assert gone == "ResourceNotFound"


def test_notice_templates_are_listed(caller: Caller) -> None:
    page: dict[str, Any] = {"PageNumber": 1, "PageSize": 20, "Order": "ASC"}
    every = caller.call("DescribeAlarmNotices", **page)
    some = caller.call("DescribeAlarmNotices", **page, NoticeIds=["notice-other", "notice-none"])

    assert [each.Id for each in every.Notices] == ["notice-example", "notice-other"]
    assert [each.Id for each in some.Notices] == ["notice-other"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PolicyName": "x" * 61}, "InvalidParameterValue"),
        ({"Remark": "not valid"}, "InvalidParameterValue"),
        ({"Namespace": "cvm_device"}, "InvalidParameterValue"),
        ({"NoticeIds": ["notice-none"]}, "InvalidParameterValue"),
        ({"Condition": {"Rules": []}}, "InvalidParameterValue"),
        ({"Condition": {"Rules": [{**RULE, "Period": 7}]}}, "InvalidParameterValue"),
        ({"Condition": {"Rules": [{**RULE, "ContinuePeriod": 6}]}}, "InvalidParameterValue"),
        ({"Condition": {"Rules": [{**RULE, "MetricName": "None"}]}}, "InvalidParameterValue"),
        ({"Enable": "1"}, "InvalidParameter"),
        ({"Module": "other"}, "InvalidParameter"),
        ({"PolicyName": None}, "MissingParameter"),
    ],
)
def test_a_policy_that_is_not_valid_is_refused(
    caller: Caller, change: Mapping[str, Any], code: str
) -> None:
    assert code_of(lambda: caller.call("CreateAlarmPolicy", **{**CREATE, **change})) == code
    assert caller.policies() == []


@pytest.mark.parametrize(
    "bound",
    [
        {"Region": "ap-guangzhou", "Dimensions": json.dumps(DIMENSIONS)},
        {"Region": "gz", "Dimensions": "{}"},
        {"Region": "gz", "Dimensions": "no JSON"},
        {"Region": "gz", "Dimensions": json.dumps({**DIMENSIONS, "appid": "1"})},
    ],
)
def test_what_is_not_this_accounts_function_is_not_bound(
    caller: Caller, bound: Mapping[str, str]
) -> None:
    policy = caller.call("CreateAlarmPolicy", **CREATE).PolicyId

    def bind() -> None:
        caller.call("BindingPolicyObject", GroupId=0, PolicyId=policy, Dimensions=[bound])

    assert code_of(bind) == "InvalidParameterValue"


def test_cam_names_the_accounts_app_id(emulator: Emulator) -> None:
    client = CamClient(KEYS, "ap-guangzhou", profile(emulator, "tencent-cam"))

    found = client.GetUserAppId(cam_models.GetUserAppIdRequest())

    assert (found.AppId, found.OwnerUin) == (1_250_000_001, "100000000001")
