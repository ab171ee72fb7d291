"""The requests for alarms at Cloud Monitor, and to CAM, are those of the vendor's clients."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.cam.v20190116 import models as cam_models
from tencentcloud.cam.v20190116.cam_client import CamClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.monitor.v20180724 import models
from tencentcloud.monitor.v20180724.monitor_client import MonitorClient

from local.deployment.alarms import tencent_monitor
from local.deployment.client import PlatformClient
from local.deployment.models.alarm import Alarm
from local.deployment.scf.platform import PLATFORM
from shared.models.flow import Flow
from shared.models.operation import CallContext
from shared.runtime import Runtime
from tests.support.wire import DIFFERENCES, differences, problems, recording_server

KEY_ID, SECRET = "AKexampleid", "exampleSecret"
NAME = "tencent-sync-machines"
CONTEXT = CallContext("ap-guangzhou", None, "direct", Runtime().clock.now())
ALARM = Alarm("silent", 10_800, ("notice-example",))
CONDITION = {
    "IsUnionRule": 0,
    "Rules": [
        {
            "MetricName": "Invocation",
            "Period": 3600,
            "Operator": "lt",
            "Value": "1",
            "ContinuePeriod": 3,
            "NoticeFrequency": 86_400,
            "IsPowerNotice": 0,
        }
    ],
}
POLICY = {
    "PolicyId": "policy-example",
    "PolicyName": f"cloud-sync-{NAME}-silent",
    "Remark": "cloud-sync-ap-guangzhou",
    "Enable": 1,
    "NoticeIds": ["notice-example"],
    "Condition": CONDITION,
}
OTHER = {"Dimensions": '{"function_name":"another"}', "Region": "gz"}

Body = Mapping[str, Any]
Calls = list[tuple[str, Body]]

NOTICES = (
    "DescribeAlarmNotices",
    {"PageNumber": 1, "PageSize": 100, "Order": "ASC", "NoticeIds": ["notice-example"]},
)
POLICIES = (
    "DescribeAlarmPolicies",
    {
        "PageNumber": 1,
        "PageSize": 100,
        "PolicyName": f"cloud-sync-{NAME}-",
        "MonitorTypes": ["MT_QCE"],
        "Namespaces": ["SCF"],
    },
)
OBJECTS = (
    "DescribeBindingPolicyObjectList",
    {"GroupId": 0, "PolicyId": "policy-example", "Limit": 100, "Offset": 0},
)
CREATE = (
    "CreateAlarmPolicy",
    {
        "PolicyName": f"cloud-sync-{NAME}-silent",
        "MonitorType": "MT_QCE",
        "Namespace": "SCF",
        "Remark": "cloud-sync-ap-guangzhou",
        "Enable": 1,
        "Condition": CONDITION,
        "NoticeIds": ["notice-example"],
    },
)
BIND = (
    "BindingPolicyObject",
    {
        "GroupId": 0,
        "PolicyId": "policy-example",
        "Dimensions": [
            {
                "Region": "gz",
                "Dimensions": '{"appid":"1250000001","function_name":"tencent-sync-machines",'
                '"namespace":"default","version":"$latest"}',
            }
        ],
    },
)
APP_ID: tuple[str, Body] = ("GetUserAppId", {})

CASES: Mapping[str, tuple[Flow[Any], Body, Calls]] = {
    "read": (
        tencent_monitor.read_alarms(NAME, CONTEXT),
        {"Policies": [POLICY], "TotalCount": 1, "List": [OTHER]},
        [POLICIES, OBJECTS],
    ),
    "create": (
        tencent_monitor.put_alarm(NAME, ALARM, CONTEXT),
        {"Policies": [], "List": [], "PolicyId": "policy-example"},
        [NOTICES, POLICIES, CREATE, OBJECTS, APP_ID, BIND],
    ),
    "change": (
        tencent_monitor.put_alarm(NAME, ALARM, CONTEXT),
        {"Policies": [POLICY], "TotalCount": 1, "List": [OTHER]},
        [
            NOTICES,
            POLICIES,
            (
                "ModifyAlarmPolicyCondition",
                {"PolicyId": "policy-example", "Condition": CONDITION},
            ),
            (
                "ModifyAlarmPolicyNotice",
                {"PolicyId": "policy-example", "NoticeIds": ["notice-example"]},
            ),
            ("ModifyAlarmPolicyStatus", {"PolicyId": "policy-example", "Enable": 1}),
            OBJECTS,
            ("UnBindingAllPolicyObject", {"GroupId": 0, "PolicyId": "policy-example"}),
            APP_ID,
            BIND,
        ],
    ),
    "delete": (
        tencent_monitor.delete_alarm(NAME, "silent", CONTEXT),
        {"Policies": [POLICY], "TotalCount": 1},
        [POLICIES, ("DeleteAlarmPolicy", {"PolicyIds": ["policy-example"]})],
    ),
}


def by_the_clients(endpoint: str, calls: Calls) -> None:
    """Send the calls with the vendor's clients."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=endpoint, protocol="http"))
    keys = Credential(KEY_ID, SECRET)
    monitor = MonitorClient(keys, "ap-guangzhou", profile)
    cam = CamClient(keys, "ap-guangzhou", profile)
    for action, parameters in calls:
        if action == "GetUserAppId":
            cam.GetUserAppId(cam_models.GetUserAppIdRequest())
            continue
        request = getattr(models, f"{action}Request")()
        request._deserialize({"Module": "monitor", **parameters})
        getattr(monitor, action)(request)


@pytest.mark.parametrize("case", CASES)
def test_requests_differ_from_the_sdks_only_as_listed(case: str, tmp_path: Path) -> None:
    flow, body, calls = CASES[case]
    notices = [{"Id": "notice-example"}]
    answer = {"Response": {"Notices": notices, "AppId": 1_250_000_001, **body, "RequestId": "r"}}
    with recording_server(lambda _path: answer) as (endpoint, received):
        by_the_clients(endpoint, calls)
        theirs = list(received)
        received.clear()
        environ = {
            "TENCENTCLOUD_SECRET_ID": KEY_ID,
            "TENCENTCLOUD_SECRET_KEY": SECRET,
            "TENCENT_MONITOR_ENDPOINT_URL": f"http://{endpoint}",
            "TENCENT_CAM_ENDPOINT_URL": f"http://{endpoint}",
        }
        process = Runtime(environ=environ, home=tmp_path)
        PlatformClient(PLATFORM, "ap-guangzhou", None, process).run(flow)

    assert len(theirs) == len(received) == len(calls)
    for one, other in zip(theirs, received, strict=True):
        assert problems(differences(one, other), DIFFERENCES["tencent"]) == []
