"""A deployment to FunctionGraph, from the description to the dry run, against the emulator."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from local.emulator import Emulator, faults
from local.emulator.secret_versions import secret_with
from tests.support.doc_pages import page
from tests.support.functiongraph_deployments import DESCRIPTION, FILES, Deployments
from tests.support.repository import ROOT
from tests.support.zips import zip_of

SECRETS = ("OMS_SRC_AK", "OMS_SRC_SK", "OMS_DST_AK", "OMS_DST_SK")
ACTIONS = (
    "CreateFunction",
    "UpdateFunctionAsyncInvokeConfig",
    "CreateFunctionTrigger",
    "UpdateFunctionConfig",
)


@pytest.fixture
def deployments(emulator: Emulator, tmp_path: Path) -> Deployments:
    return Deployments(emulator, tmp_path)


def test_a_described_function_is_made_with_its_timer_and_can_run(deployments: Deployments) -> None:
    code, out = deployments.command()

    function = deployments.function
    assert code == 0, out
    assert "huawei-start-sync-task: planned: Dry run" in out
    assert function.code == zip_of(FILES)
    assert function.config["handler"] == "start_sync_task.handler"
    assert (function.config["type"], function.config["enable_lts_log"]) == ("v2", True)
    assert function.async_config is not None
    assert function.async_config["max_async_retry_attempts"] == 0
    (timer,) = function.triggers.values()
    assert (timer.status, timer.event_data["schedule"]) == ("ACTIVE", "@every 15m")
    assert json.loads(timer.event_data["user_event"]) == {
        "sync_task_id": "example-sync-task",
        "wait_seconds": 10,
    }


def test_secrets_are_encrypted_and_never_printed(deployments: Deployments) -> None:
    _code, out = deployments.command()

    function = deployments.function
    in_clear = json.loads(function.config["user_data"])
    assert set(in_clear) == {"CLOUD_SYNC_DEPLOYMENT", "HUAWEICLOUD_REGION", "LOG_LEVEL"}
    assert function.secrets == {name: deployments.environ[name] for name in SECRETS}
    for value in function.secrets.values():
        assert value not in out + function.config["user_data"]


def test_secrets_come_from_csms_and_a_rotated_one_is_set(deployments: Deployments) -> None:
    secrets = deployments.emulator.huawei.csms.secrets
    secrets["oms"] = secret_with('{"sk": "exampleStoredSecret"}')
    deployments.describe(DESCRIPTION.replace("env:OMS_SRC_SK", "csms:oms#sk"))

    first = deployments.command()
    secrets["oms"].rotate('{"sk": "anotherStoredSecret"}')
    second = deployments.command()
    third = deployments.command()

    assert [code for code, _out in (first, second, third)] == [0, 0, 0]
    assert deployments.function.environment["OMS_SRC_SK"] == "anotherStoredSecret"
    assert "secret    OMS_SRC_SK from csms:oms#sk, version v1" in first[1]
    assert "secret    OMS_SRC_SK from csms:oms#sk, version v2" in second[1]
    assert "secrets   (not shown) → (not shown)" in second[1]
    assert "csms:secretVersion:get" in second[1]
    assert "Nothing to do." in third[1]
    assert "StoredSecret" not in first[1] + second[1] + third[1]


def test_a_second_deployment_changes_nothing(deployments: Deployments) -> None:
    deployments.command()
    before = deployments.writes

    code, out = deployments.command()

    assert (code, deployments.writes) == (0, before)
    assert "Nothing to do." in out


@pytest.mark.parametrize(
    ("old", "new", "writes"),
    [
        ('LOG_LEVEL = "INFO"', 'LOG_LEVEL = "DEBUG"', ["UpdateFunctionConfig"]),
        ('role = "cloud-sync-oms"', 'role = "cloud-sync-other"', ["UpdateFunctionConfig"]),
        (
            "@every 15m",
            "CRON_TZ=Asia/Shanghai 0 10 2 * * ?",
            [
                "UpdateFunctionConfig",
                "DeleteFunctionTrigger",
                "CreateFunctionTrigger",
                "UpdateFunctionConfig",
            ],
        ),
        (
            'schedule = "@every 15m"',
            'schedule = "@every 15m"\nenabled = false',
            ["UpdateFunctionConfig", "UpdateTrigger", "UpdateFunctionConfig"],
        ),
    ],
    ids=["a setting", "the role", "the schedule", "the timer's status"],
)
def test_only_what_the_description_changes_is_changed(
    deployments: Deployments, old: str, new: str, writes: list[str]
) -> None:
    deployments.command()
    before = len(deployments.writes)
    deployments.describe(DESCRIPTION.replace(old, new))

    code, out = deployments.command()

    assert code == 0, out
    assert deployments.writes[before:] == writes
    assert "Nothing to do." in deployments.command()[1]


def test_another_bundle_replaces_the_code(deployments: Deployments) -> None:
    deployments.command()
    files = {"start_sync_task.py": "# another example"}
    deployments.bundle(files)

    code, out = deployments.command()

    assert code == 0, out
    assert deployments.function.code == zip_of(files)
    assert "Nothing to do." in deployments.command()[1]


def test_a_changed_secret_is_set_without_being_read(deployments: Deployments) -> None:
    deployments.command()
    deployments.environ["OMS_DST_SK"] = "exampleRotatedKey"

    code, out = deployments.command()

    assert code == 0, out
    assert "secrets   (not shown) → (not shown)" in out
    assert "changed by hand" not in out
    assert deployments.function.secrets["OMS_DST_SK"] == "exampleRotatedKey"
    assert "Nothing to do." in deployments.command()[1]


def test_a_further_secret_is_named(deployments: Deployments) -> None:
    deployments.command()
    deployments.environ["OMS_SOURCE_CDN_AUTHENTICATION_KEY"] = "exampleCdnKey"
    more = 'OMS_SOURCE_CDN_AUTHENTICATION_KEY = "env:OMS_SOURCE_CDN_AUTHENTICATION_KEY"\n'
    deployments.describe(DESCRIPTION + more)

    code, out = deployments.command()

    assert code == 0, out
    assert "OMS_SOURCE_CDN_AUTHENTICATION_KEY none → (not shown)" in out
    assert "Nothing to do." in deployments.command()[1]


def test_a_change_by_hand_is_not_overwritten_unasked(deployments: Deployments) -> None:
    deployments.command()
    deployments.function.config["memory_size"] = 512

    code, out = deployments.command()

    assert code == 3
    assert "512 MB → 256 MB  (changed by hand)" in out
    assert deployments.function.config["memory_size"] == 512
    assert deployments.command(overwrite=True)[0] == 0
    assert deployments.function.config["memory_size"] == 256


def test_a_plan_changes_nothing(deployments: Deployments) -> None:
    code, out = deployments.command(plan=True)

    assert (code, deployments.writes) == (0, [])
    assert "1 to create." in out


def test_a_function_of_somebody_else_is_left_alone(deployments: Deployments) -> None:
    deployments.command()
    deployments.function.config["user_data"] = "{}"

    code, out = deployments.command()

    assert code == 3
    assert "this project did not make it" in out


def test_a_removal_leaves_nothing(deployments: Deployments) -> None:
    deployments.command()

    code, out = deployments.command("remove")

    assert code == 0, out
    assert deployments.emulator.huawei.functiongraph.by_urn == {}
    assert "Nothing to do." in deployments.command("remove")[1]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_deployment_goes_on_from_where_a_call_failed(
    deployments: Deployments, action: str
) -> None:
    fault = faults.error("FSS.0426", status=426)
    deployments.emulator.inject_fault("functiongraph", fault, times=None, action=action)
    code, out = deployments.command()
    assert code == 1
    assert "FSS.0426" in out
    deployments.emulator.clear()

    code, out = deployments.command()

    assert code == 0, out
    assert len(deployments.function.triggers) == 1
    assert "Nothing to do." in deployments.command()[1]


@pytest.mark.parametrize(
    "fault",
    [faults.error("FSS.0426", status=426), faults.reset(work=True)],
    ids=["refused", "lost"],
)
@pytest.mark.parametrize(
    "action",
    [
        "UpdateFunctionConfig",
        "UpdateFunctionCode",
        "DeleteFunctionTrigger",
        "CreateFunctionTrigger",
    ],
)
def test_an_update_goes_on_from_where_a_call_failed(
    deployments: Deployments, action: str, fault: faults.Fault
) -> None:
    deployments.command()
    deployments.describe(DESCRIPTION.replace("@every 15m", "1h"))
    deployments.bundle({"start_sync_task.py": "# another example"})
    deployments.emulator.inject_fault("functiongraph", fault, action=action)

    deployments.command()
    code, out = deployments.command()

    assert code == 0, out
    assert "changed by hand" not in out
    (timer,) = deployments.function.triggers.values()
    assert (timer.event_data["schedule_type"], timer.event_data["schedule"]) == ("Rate", "1h")
    assert "Nothing to do." in deployments.command()[1]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_lost_answer_makes_nothing_twice(deployments: Deployments, action: str) -> None:
    deployments.emulator.inject_fault("functiongraph", faults.reset(work=True), action=action)

    code, out = deployments.command()

    assert code == 0, out
    assert len(deployments.function.triggers) == 1


@pytest.mark.parametrize(
    ("permission", "action"),
    [
        ("functiongraph:function:getConfig", "could not be read"),
        ("functiongraph:function:create", "could not be changed"),
        ("functiongraph:trigger:create", "could not be changed"),
        ("functiongraph:function:invoke", "failed"),
    ],
)
def test_a_missing_permission_is_named(
    deployments: Deployments, permission: str, action: str
) -> None:
    deployments.emulator.huawei.denied.add(permission)

    code, out = deployments.command()

    text = " ".join(out.split())
    assert code == 1
    assert action in text
    assert f"Allow `{permission}` for the identity that deploys" in text


def test_an_agency_that_does_not_trust_functiongraph_is_explained(
    deployments: Deployments,
) -> None:
    deployments.emulator.huawei.functiongraph.agencies = {"cloud-sync-other"}

    code, out = deployments.command()

    assert code == 1
    assert "trusts op_svc_cff" in " ".join(out.split())


def test_a_used_up_quota_is_explained(deployments: Deployments) -> None:
    deployments.emulator.huawei.functiongraph.quota = 0

    code, out = deployments.command()

    assert code == 1
    assert "ask for a higher quota" in " ".join(out.split())


def test_a_schedule_of_another_platform_is_refused_before_anything_is_sent(
    deployments: Deployments,
) -> None:
    deployments.describe(DESCRIPTION.replace("@every 15m", "rate(15 minutes)"))

    code, out = deployments.command()

    assert (code, deployments.writes) == (2, [])
    assert "schedule: FunctionGraph wants an interval" in " ".join(out.split())


def test_the_documented_description_can_be_deployed(deployments: Deployments) -> None:
    text = page("deploy-functiongraph.md")
    (described,) = re.findall("```toml\n([^`]*platforms.functiongraph[^`]*)```", text)
    deployments.describe(f'name = "production"\n{described}')

    code, out = deployments.command()

    assert code == 0, out
    assert "huawei-start-sync-task: planned" in out


def test_the_example_can_be_deployed(deployments: Deployments) -> None:
    deployments.describe((ROOT / "deploy.example.toml").read_text("utf-8"))

    code, out = deployments.command()

    assert code == 0, out
    assert "huawei-start-sync-task: planned" in out
