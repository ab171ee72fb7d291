"""The vendor's client makes, changes, reads and removes functions at the emulated SCF."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.scf.v20180416 import models
from tencentcloud.scf.v20180416.scf_client import ScfClient

from local.emulator import Emulator
from local.emulator.keys import TENCENT
from tests.support.deployer import zip_with

NAME = "tencent-sync-machines"
CREATE: Mapping[str, Any] = {
    "FunctionName": NAME,
    "Code": {"ZipFile": b64encode(zip_with("code")).decode()},
    "Handler": "sync_machines.handler",
    "Runtime": "Python3.10",
    "Type": "Event",
    "MemorySize": 256,
    "Timeout": 60,
    "Role": "cloud-sync-cwp",
    "Environment": {"Variables": [{"Key": "LOG_LEVEL", "Value": "INFO"}]},
}
TRIGGER: Mapping[str, Any] = {
    "FunctionName": NAME,
    "TriggerName": "daily",
    "Type": "timer",
    "TriggerDesc": "0 10 2 * * * *",
    "Enable": "OPEN",
    "CustomArgument": '{"sync": true}',
}


class Caller:
    """Calls an emulator with the vendor's client."""

    def __init__(self, emulator: Emulator, region: str = "ap-guangzhou") -> None:
        http = HttpProfile(endpoint=emulator.address("scf"), protocol="http")
        keys = Credential(TENCENT.access_key_id, TENCENT.secret)
        self._client = ScfClient(keys, region, ClientProfile(httpProfile=http))

    def call(self, action: str, parameters: Mapping[str, Any]) -> Any:
        """Call an action with the parameters of its model."""
        request = getattr(models, f"{action}Request")()
        request._deserialize(dict(parameters))
        return getattr(self._client, action)(request)

    def settled(self) -> Any:
        """Look at the function until it is active, and return it."""
        for _look in range(5):
            found = self.call("GetFunction", {"FunctionName": NAME, "ShowCode": "FALSE"})
            if found.Status == "Active":
                return found
        msg = "the function does not become active"
        raise AssertionError(msg)


@pytest.fixture
def caller(emulator: Emulator) -> Caller:
    return Caller(emulator)


def code_of(call: Any) -> str:
    """Return the error code with which a call is refused."""
    with pytest.raises(TencentCloudSDKException) as caught:
        call()
    return str(caught.value.code)


def test_a_function_is_made_and_read_back(caller: Caller) -> None:
    caller.call("CreateFunction", CREATE)
    first = caller.call("GetFunction", {"FunctionName": NAME})
    found = caller.settled()

    assert first.Status == "Creating"
    assert (found.Runtime, found.Handler) == ("Python3.10", "sync_machines.handler")
    assert (found.MemorySize, found.Timeout, found.Role) == (256, 60, "cloud-sync-cwp")
    [variable] = found.Environment.Variables
    assert (variable.Key, variable.Value) == ("LOG_LEVEL", "INFO")
    assert found.CodeSize == len(zip_with("code"))


def test_code_and_configuration_are_changed(caller: Caller) -> None:
    caller.call("CreateFunction", CREATE)
    caller.settled()
    caller.call(
        "UpdateFunctionConfiguration",
        {"FunctionName": NAME, "Timeout": 120, "Environment": {"Variables": []}},
    )
    caller.settled()
    encoded = b64encode(zip_with("longer code")).decode()
    caller.call(
        "UpdateFunctionCode",
        {"FunctionName": NAME, "Handler": "sync_asset_scan.handler", "ZipFile": encoded},
    )
    found = caller.settled()

    assert (found.Timeout, found.MemorySize, found.Role) == (120, 256, "cloud-sync-cwp")
    assert found.Environment.Variables == []
    assert found.Handler == "sync_asset_scan.handler"
    assert found.CodeSize == len(zip_with("longer code"))


LOGSET, TOPIC, OTHER = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
LOG = {"ClsLogsetId": LOGSET, "ClsTopicId": TOPIC}


def test_a_log_is_set_and_an_update_without_one_keeps_it(caller: Caller) -> None:
    caller.call("CreateFunction", {**CREATE, **LOG})
    caller.settled()
    caller.call("UpdateFunctionConfiguration", {"FunctionName": NAME, "Timeout": 120})

    found = caller.settled()
    assert (found.ClsLogsetId, found.ClsTopicId) == (LOGSET, TOPIC)

    other = {"FunctionName": NAME, "Role": CREATE["Role"], **LOG, "ClsTopicId": OTHER}
    caller.call("UpdateFunctionConfiguration", other)
    found = caller.settled()
    assert (found.ClsLogsetId, found.ClsTopicId) == (LOGSET, OTHER)


def test_a_function_that_names_no_log_has_scfs_own(caller: Caller) -> None:
    caller.call("CreateFunction", CREATE)

    found = caller.settled()

    assert found.ClsLogsetId
    assert found.ClsTopicId


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ClsLogsetId": "example"}, "InvalidParameter.Cls"),
        ({"ClsTopicId": ""}, "InvalidParameter.Cls"),
        ({"ClsTopicId": 1}, "InvalidParameter"),
        ({"ClsTopicId": OTHER}, "InvalidParameterValue.Cls"),
        ({"ClsLogsetId": OTHER}, "InvalidParameterValue.Cls"),
        ({"Role": ""}, "InvalidParameterValue.ClsRole"),
    ],
)
def test_a_log_that_is_malformed_or_not_there_is_refused(
    emulator: Emulator, caller: Caller, change: Mapping[str, Any], code: str
) -> None:
    emulator.tencent.deployed.topics = {LOGSET: {TOPIC}}

    assert code_of(lambda: caller.call("CreateFunction", {**CREATE, **LOG, **change})) == code


def test_timers_are_made_listed_changed_and_deleted(caller: Caller) -> None:
    caller.call("CreateFunction", CREATE)
    caller.settled()
    caller.call("CreateTrigger", TRIGGER)
    caller.call("UpdateTrigger", {**TRIGGER, "TriggerDesc": "0 30 4 * * * *", "Enable": "CLOSE"})

    listed = caller.call("ListTriggers", {"FunctionName": NAME})
    [trigger] = listed.Triggers
    assert listed.TotalCount == 1
    assert trigger.TriggerDesc == '{"cron": "0 30 4 * * * *"}'
    assert (trigger.Enable, trigger.CustomArgument) == (0, '{"sync": true}')
    assert [each.TriggerName for each in caller.settled().Triggers] == ["daily"]

    gone = {"FunctionName": NAME, "TriggerName": "daily", "Type": "timer"}
    caller.call("DeleteTrigger", gone)
    assert caller.call("ListTriggers", {"FunctionName": NAME}).Triggers == []
    assert code_of(lambda: caller.call("DeleteTrigger", gone)) == "ResourceNotFound.Trigger"


def test_retries_are_set_and_read(caller: Caller) -> None:
    caller.call("CreateFunction", CREATE)
    caller.settled()
    before = caller.call("GetFunctionEventInvokeConfig", {"FunctionName": NAME})
    config = {"RetryConfig": [{"RetryNum": 0}], "MsgTTL": 3600}
    body = {"FunctionName": NAME, "AsyncTriggerConfig": config}
    caller.call("UpdateFunctionEventInvokeConfig", body)
    after = caller.call("GetFunctionEventInvokeConfig", {"FunctionName": NAME})

    assert before.AsyncTriggerConfig.RetryConfig[0].RetryNum == 2
    assert after.AsyncTriggerConfig.RetryConfig[0].RetryNum == 0
    assert after.AsyncTriggerConfig.MsgTTL == 3600


def test_a_function_is_run_at_once(emulator: Emulator, caller: Caller) -> None:
    caller.call("CreateFunction", CREATE)
    caller.settled()
    emulator.invocations.run_by(lambda invocation: {"event": invocation.event})

    answer = caller.call("Invoke", {"FunctionName": NAME, "ClientContext": '{"sync": false}'})

    assert answer.Result.RetMsg == '{"event": {"sync": false}}'
    assert answer.Result.ErrMsg == ""


def test_a_function_is_removed(caller: Caller) -> None:
    caller.call("CreateFunction", CREATE)
    caller.settled()
    caller.call("DeleteFunction", {"FunctionName": NAME})
    caller.call("GetFunction", {"FunctionName": NAME})

    gone = code_of(lambda: caller.call("GetFunction", {"FunctionName": NAME}))
    assert gone == "ResourceNotFound.Function"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"FunctionName": "1"}, "InvalidParameterValue.FunctionName"),
        ({"FunctionName": ""}, "MissingParameter"),
        ({"Code": {"ZipFile": "no"}}, "InvalidParameterValue.ZipFile"),
        ({"Code": {"ZipFile": b64encode(b"no zip").decode()}}, "InvalidParameterValue.ZipFile"),
        ({"Handler": "handler"}, "InvalidParameterValue.Handler"),
        ({"Runtime": "Python3.13"}, "InvalidParameterValue.Runtime"),
        ({"MemorySize": 100}, "InvalidParameterValue.MemorySize"),
        ({"Timeout": 901}, "InvalidParameterValue.Timeout"),
        ({"MemorySize": "256"}, "InvalidParameter"),
        ({"InitTimeout": 65}, "UnknownParameter"),
        (
            {"Environment": {"Variables": [{"Key": "A", "Value": ""}]}},
            "InvalidParameterValue.Environment",
        ),
        (
            {"Environment": {"Variables": [{"Key": "SCF_A", "Value": "1"}]}},
            "InvalidParameterValue.SystemEnvironment",
        ),
        (
            {"Environment": {"Variables": [{"Key": "A", "Value": "1" * 4096}]}},
            "InvalidParameterValue.EnvironmentExceededLimit",
        ),
    ],
)
def test_a_malformed_function_is_refused(
    caller: Caller, change: Mapping[str, Any], code: str
) -> None:
    assert code_of(lambda: caller.call("CreateFunction", {**CREATE, **change})) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"TriggerDesc": "0 10 2 * * *"}, "InvalidParameterValue.TriggerDesc"),
        ({"CustomArgument": "1" * 4097}, "InvalidParameterValue.CustomArgument"),
        ({"Enable": "ON"}, "InvalidParameterValue.Enable"),
        ({"TriggerName": ""}, "MissingParameter"),
        ({"FunctionName": "another"}, "ResourceNotFound.Function"),
    ],
)
def test_a_malformed_timer_is_refused(caller: Caller, change: Mapping[str, Any], code: str) -> None:
    caller.call("CreateFunction", CREATE)
    caller.settled()
    assert code_of(lambda: caller.call("CreateTrigger", {**TRIGGER, **change})) == code


URL: Mapping[str, Any] = {
    "FunctionName": NAME,
    "TriggerName": "url",
    "Type": "http",
    "TriggerDesc": '{"AuthType": "NONE", "NetConfig": {"EnableIntranet": false, '
    '"EnableExtranet": true}}',
    "Qualifier": "$LATEST",
    "Enable": "OPEN",
}


def test_a_function_url_is_made_listed_changed_and_deleted(caller: Caller) -> None:
    caller.call("CreateFunction", CREATE)
    caller.settled()
    made = caller.call("CreateTrigger", URL).TriggerInfo
    first = json.loads(made.TriggerDesc)
    changed = URL["TriggerDesc"].replace("NONE", "CAM")
    caller.call("UpdateTrigger", {**URL, "TriggerDesc": changed})

    [trigger] = caller.call("ListTriggers", {"FunctionName": NAME}).Triggers
    second = json.loads(trigger.TriggerDesc)
    assert (trigger.Type, trigger.Enable) == ("http", 1)
    assert (first["AuthType"], second["AuthType"]) == ("NONE", "CAM")
    assert first["NetConfig"]["ExtranetUrl"].startswith("https://")
    assert first["NetConfig"] == second["NetConfig"]

    caller.call("DeleteTrigger", {"FunctionName": NAME, "TriggerName": "url", "Type": "http"})
    assert caller.call("ListTriggers", {"FunctionName": NAME}).Triggers == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"TriggerDesc": "open"}, "InvalidParameterValue.TriggerDesc"),
        ({"TriggerDesc": "[]"}, "InvalidParameterValue.TriggerDesc"),
        ({"TriggerDesc": '{"AuthType": "NONE"}'}, "InvalidParameterValue.TriggerDesc"),
        (
            {"TriggerDesc": URL["TriggerDesc"].replace("NONE", "open")},
            "InvalidParameterValue.TriggerDesc",
        ),
        (
            {"TriggerDesc": URL["TriggerDesc"].replace("true", '"yes"')},
            "InvalidParameterValue.TriggerDesc",
        ),
        (
            {"TriggerDesc": URL["TriggerDesc"].replace("AuthType", "Auth")},
            "InvalidParameterValue.TriggerDesc",
        ),
        ({"CustomArgument": "{}"}, "InvalidParameterValue.CustomArgument"),
        ({"TriggerName": "second"}, "LimitExceeded.Trigger"),
        ({}, "ResourceInUse.Trigger"),
    ],
)
def test_a_malformed_or_second_function_url_is_refused(
    caller: Caller, change: Mapping[str, Any], code: str
) -> None:
    caller.call("CreateFunction", CREATE)
    caller.settled()
    if code not in {"InvalidParameterValue.TriggerDesc", "InvalidParameterValue.CustomArgument"}:
        caller.call("CreateTrigger", URL)

    assert code_of(lambda: caller.call("CreateTrigger", {**URL, **change})) == code


BUCKET: Mapping[str, Any] = {
    "FunctionName": NAME,
    "TriggerName": "photos-1250000000.cos.ap-guangzhou.myqcloud.com",
    "Type": "cos",
    "TriggerDesc": '{"event": "cos:ObjectCreated:*", "filter": {"Prefix": "2026/", "Suffix": ""}}',
    "Qualifier": "$LATEST",
    "Enable": "OPEN",
}


def test_the_trigger_of_a_bucket_is_made_listed_and_deleted_but_not_changed(
    caller: Caller,
) -> None:
    caller.call("CreateFunction", CREATE)
    caller.settled()
    caller.call("CreateTrigger", BUCKET)

    [trigger] = caller.call("ListTriggers", {"FunctionName": NAME}).Triggers
    assert (trigger.Type, trigger.TriggerName, trigger.Enable) == ("cos", BUCKET["TriggerName"], 1)
    given = json.loads(BUCKET["TriggerDesc"])
    assert json.loads(trigger.TriggerDesc) == {"bucketUrl": BUCKET["TriggerName"], **given}
    changed = code_of(lambda: caller.call("UpdateTrigger", BUCKET))
    assert changed == "InvalidParameterValue.Type"

    gone = {name: value for name, value in BUCKET.items() if name != "Enable"}
    unnamed = {name: value for name, value in gone.items() if name != "TriggerDesc"}
    assert code_of(lambda: caller.call("DeleteTrigger", unnamed)).endswith("TriggerDesc")
    caller.call("DeleteTrigger", gone)
    assert caller.call("ListTriggers", {"FunctionName": NAME}).Triggers == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"TriggerDesc": "cos:ObjectCreated:*"}, "InvalidParameterValue.TriggerDesc"),
        ({"TriggerDesc": "{}"}, "InvalidParameterValue.TriggerDesc"),
        ({"TriggerDesc": '{"event": "s3:ObjectCreated:*"}'}, "InvalidParameterValue.TriggerDesc"),
        (
            {"TriggerDesc": BUCKET["TriggerDesc"].replace("Prefix", "prefix")},
            "InvalidParameterValue.TriggerDesc",
        ),
        ({"CustomArgument": "{}"}, "InvalidParameterValue.CustomArgument"),
        ({"TriggerName": "photos"}, "InvalidParameterValue.Cos"),
        (
            {"TriggerName": "photos-1250000000.cos.ap-beijing.myqcloud.com"},
            "InvalidParameterValue.Cos",
        ),
        (
            {"TriggerName": "films-1250000000.cos.ap-guangzhou.myqcloud.com"},
            "InvalidParameterValue.Cos",
        ),
        ({"FunctionName": "another"}, "InvalidParameterValue.CosNotifyRuleConflict"),
    ],
)
def test_a_malformed_or_overlapping_bucket_is_refused(
    emulator: Emulator, caller: Caller, change: Mapping[str, Any], code: str
) -> None:
    emulator.tencent.deployed.buckets = {"photos-1250000000"}
    emulator.tencent.deployed.looks = 0
    caller.call("CreateFunction", CREATE)
    caller.call("CreateFunction", {**CREATE, "FunctionName": "another"})
    if code.endswith("Conflict"):
        caller.call("CreateTrigger", BUCKET)

    assert code_of(lambda: caller.call("CreateTrigger", {**BUCKET, **change})) == code


def test_what_is_being_worked_on_is_not_changed(caller: Caller) -> None:
    caller.call("CreateFunction", CREATE)

    for action, body in (
        ("UpdateFunctionConfiguration", {"FunctionName": NAME, "Timeout": 9}),
        ("CreateTrigger", TRIGGER),
        ("DeleteFunction", {"FunctionName": NAME}),
    ):
        refused = code_of(lambda action=action, body=body: caller.call(action, body))
        assert refused == "FailedOperation.FunctionStatusError"
    assert code_of(lambda: caller.call("CreateFunction", CREATE)) == "ResourceInUse.Function"


def test_quota_role_rights_and_region_are_checked(emulator: Emulator, caller: Caller) -> None:
    emulator.tencent.deployed.roles = {"another"}
    assert code_of(lambda: caller.call("CreateFunction", CREATE)) == "ResourceNotFound.Role"
    emulator.tencent.deployed.quota = 0
    assert code_of(lambda: caller.call("CreateFunction", CREATE)) == "LimitExceeded.Function"
    emulator.tencent.denied.add("CreateFunction")
    assert code_of(lambda: caller.call("CreateFunction", CREATE)) == "UnauthorizedOperation"
    elsewhere = Caller(emulator, "ap-nowhere")
    found = code_of(lambda: elsewhere.call("GetFunction", {"FunctionName": NAME}))
    assert found == "UnsupportedOperation.Region"
