"""Settings that are missing, incomplete or wrong: the message says which, and nothing is sent."""

from __future__ import annotations

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator
from tests.support.platform_caller import EVENTS, PlatformCaller

KEYS = {
    "alibaba": ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    "tencent": ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"),
    "huawei": ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_keys_every_place_that_was_read_is_named(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    names = KEYS[operation.split(".", maxsplit=1)[0]]
    for name in names:
        del caller.environ[name]

    result = caller.run(operation)

    error = result["error"]
    assert error["category"] == "misconfigured"
    assert all(name in error["message"] + error["hint"] for name in names)
    assert result["attempts"] == 0
    assert len(emulator.received) == 0


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("which", [0, 1])
def test_an_incomplete_key_pair_is_never_a_reason_to_try_another_source(
    caller: PlatformCaller, emulator: Emulator, operation: str, which: int
) -> None:
    missing = KEYS[operation.split(".", maxsplit=1)[0]][which]
    caller.environ[missing] = ""
    caller.environ["CLOUD_SDK_AK"] = "HWAKexampleother"
    caller.environ["CLOUD_SDK_SK"] = "exampleOtherSecret"

    error = caller.run(operation)["error"]

    assert error["category"] == "misconfigured"
    assert missing in error["message"] + error["hint"]
    assert len(emulator.received) == 0


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if "cwp" not in name])
def test_without_a_region_the_setting_that_is_missing_is_named(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    setting = "ALIBABA_CLOUD_REGION_ID" if "alibaba" in operation else "HUAWEICLOUD_REGION"
    del caller.environ[setting]

    error = caller.run(operation)["error"]

    assert (error["category"], error["code"]) == ("misconfigured", "RegionMissing")
    assert setting in error["hint"]
    assert len(emulator.received) == 0


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("EDAS_ENDPOINT_URL", "http://edas.example.com"),
        ("EDAS_ENDPOINT_URL", "edas.example.com"),
        ("EDAS_ENDPOINT_URL", "https://user:pw@edas.example.com"),
        ("EDAS_ENDPOINT_URL", "https://edas.example.com/path"),
        ("ON_FAILURE", "explode"),
        ("DEFAULT_PARAMETERS", "{"),
        ("DEFAULT_PARAMETERS", "[]"),
        ("DEFAULT_PARAMETERS", '{"typo": 1}'),
        ("DEFAULT_PARAMETERS", '{"region": "a/b"}'),
    ],
)
def test_a_setting_that_is_wrong_is_named_and_nothing_sent(
    caller: PlatformCaller, emulator: Emulator, setting: str, value: str
) -> None:
    caller.environ[setting] = value

    error = caller.run("alibaba.edas.SynchronizeResource")["error"]

    assert error["category"] == "misconfigured"
    assert setting in error["message"]
    assert error["hint"]
    assert len(emulator.received) == 0


def test_incomplete_storage_keys_are_misconfigured(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    del caller.environ["OMS_DST_SK"]

    error = caller.run("huawei.oms.StartSyncTask")["error"]

    assert error["category"] == "misconfigured"
    assert "OMS_DST_SK" in error["message"]
    assert len(emulator.received) == 0


def test_a_url_list_task_needs_no_source_keys(caller: PlatformCaller, emulator: Emulator) -> None:
    del caller.environ["OMS_SRC_AK"], caller.environ["OMS_SRC_SK"]
    emulator.huawei.tasks["example-sync-task-1"].url_list = True
    event = {**EVENTS["huawei.oms.StartSyncTask"], "source_keys": "none"}

    assert caller.run("huawei.oms.StartSyncTask", event)["status"] == "succeeded"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_dry_run_needs_no_credentials_and_sends_nothing(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    for name in [*caller.environ]:
        if "ENDPOINT" not in name and "REGION" not in name:
            del caller.environ[name]

    result = caller.run(operation, {**EVENTS[operation], "dry_run": True})

    assert result["status"] == "planned", result
    assert all(
        {"method", "url", "body", "writes"} <= request.keys()
        for request in result["data"]["requests"]
    )
    assert any(request["writes"] for request in result["data"]["requests"])
    assert len(emulator.received) == 0


def test_another_regions_project_is_looked_up(caller: PlatformCaller, emulator: Emulator) -> None:
    caller.environ["HUAWEICLOUD_SDK_PROJECT_ID"] = "0000000000000000000000000000ffff"

    planned = caller.run("huawei.modelarts.SyncDevServers", {"dry_run": True})
    other = caller.run("huawei.modelarts.SyncDevServers", {"dry_run": True, "region": "cn-south-1"})

    assert "/v1/0000000000000000000000000000ffff/" in planned["data"]["requests"][0]["url"]
    assert "projects?name=cn-south-1" in other["data"]["requests"][0]["url"]
    assert "{project_id}" in other["data"]["requests"][1]["url"]
    assert len(emulator.received) == 0


def test_a_ready_token_wins_over_keys(caller: PlatformCaller, emulator: Emulator) -> None:
    token = next(iter(emulator.huawei.auth_tokens))
    caller.environ["HUAWEICLOUD_AUTH_TOKEN"] = token

    assert caller.run("huawei.modelarts.SyncDevServers")["status"] == "succeeded"
    assert {request.headers.get("x-auth-token") for request in emulator.received} == {token}
    assert caller.authorizations() == []
