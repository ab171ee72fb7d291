"""A deployment to Function Compute, from the description to the dry run, against the emulator."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from local.deployment.digests import crc64_digest
from local.deployment.marker import TIMER
from local.emulator import Emulator, faults
from local.emulator.fc_functions import FcFunction
from local.emulator.fc_triggers import FcTrigger
from local.emulator.invocations import Invocation
from tests.support.doc_pages import page
from tests.support.fc_deployments import DESCRIPTION, FILES, NAME, NOTIFY, Deployments
from tests.support.zips import zip_of

CREATION = ("CreateFunction", "PutAsyncInvokeConfig", "CreateTrigger", "UpdateFunction")
REMOVAL = ("DeleteTrigger", "DeleteAsyncInvokeConfig", "DeleteFunction")


@pytest.fixture
def deployments(emulator: Emulator, tmp_path: Path) -> Deployments:
    return Deployments(emulator, tmp_path)


def test_a_described_function_is_made_with_its_timer_and_can_run(deployments: Deployments) -> None:
    code, out = deployments.command()

    function = deployments.function
    assert code == 0, out
    assert f"{NAME}: planned: Dry run" in out
    assert function.zip_bytes == zip_of(FILES)
    assert function.config["runtime"] == "python3.10"
    assert function.config["handler"] == "synchronize_resource.handler"
    assert function.config["role"] == "acs:ram::1000000000000001:role/cloud-sync-edas"
    assert (function.config["memorySize"], function.config["cpu"]) == (256, 0.25)
    assert function.async_config is not None
    assert function.async_config["maxAsyncRetryAttempts"] == 0
    assert deployments.timer.parsed == {
        "cronExpression": "CRON_TZ=Asia/Shanghai 0 7 * * * *",
        "enable": True,
        "payload": '{"type": "all"}',
    }
    assert set(function.environment) == {"CLOUD_SYNC_DEPLOYMENT", "LOG_LEVEL", "NOTIFY"}


def test_a_timers_event_runs_the_operation_with_its_parameters(deployments: Deployments) -> None:
    deployments.command()
    event = {
        "triggerTime": "2026-11-27T00:07:00Z",
        "triggerName": TIMER,
        "payload": deployments.timer.parsed["payload"],
    }
    run = Invocation("fc", NAME, None, json.dumps(event).encode(), "example-run")

    result: Any = deployments.run(run)

    assert result["status"] == "succeeded"
    assert [each.type for each in deployments.emulator.alibaba.synchronized] == ["all"]


def test_a_secret_is_never_printed(deployments: Deployments) -> None:
    _code, out = deployments.command()

    assert deployments.function.environment["NOTIFY"] == NOTIFY
    assert "exampleNotifySecret" not in out


def test_a_function_without_a_role_asks_for_no_account(deployments: Deployments) -> None:
    deployments.describe(DESCRIPTION.replace('role = "cloud-sync-edas"\n', ""))

    code, out = deployments.command()

    # The account that the plan shows is asked for once.
    assert code == 0, out
    assert deployments.function.config["role"] == ""
    assert len(deployments.emulator.received.of("alibaba-sts")) == 1


def test_a_second_deployment_changes_nothing(deployments: Deployments) -> None:
    deployments.command()
    before = deployments.writes

    code, out = deployments.command()

    assert (code, deployments.writes) == (0, before)
    assert "Nothing to do." in out


@pytest.mark.parametrize(
    ("old", "new", "writes"),
    [
        ('LOG_LEVEL = "INFO"', 'LOG_LEVEL = "DEBUG"', ["UpdateFunction"]),
        ('role = "cloud-sync-edas"', 'role = "cloud-sync-other"', ["UpdateFunction"]),
        ("bytecode = false", "bytecode = false\nmemory_mb = 2048", ["UpdateFunction"]),
        (
            "CRON_TZ=Asia/Shanghai 0 7 * * * *",
            "@every 15m",
            ["UpdateFunction", "CreateTrigger", "UpdateTrigger", "UpdateFunction"],
        ),
        (
            "0 7 * * * *",
            '0 7 * * * *"\nenabled = false #',
            ["UpdateFunction", "CreateTrigger", "UpdateTrigger", "UpdateFunction"],
        ),
    ],
    ids=["a setting", "the role", "the memory", "the schedule", "the timer's status"],
)
def test_only_what_the_description_changes_is_changed(
    deployments: Deployments, old: str, new: str, writes: list[str]
) -> None:
    deployments.command()
    before = len(deployments.writes)
    deployments.describe(DESCRIPTION.replace(old, new))

    code, out = deployments.command()

    assert code == 0, out
    assert "changed by hand" not in out
    assert deployments.writes[before:] == writes
    assert "Nothing to do." in deployments.command()[1]


def test_a_schedule_that_is_not_described_any_more_is_deleted(deployments: Deployments) -> None:
    deployments.command()
    before = len(deployments.writes)
    schedule = 'schedule = "CRON_TZ=Asia/Shanghai 0 7 * * * *"\nparameters = { type = "all" }\n'
    deployments.describe(DESCRIPTION.replace(schedule, ""))

    _code, out = deployments.command()

    assert "changed by hand" not in out
    assert deployments.writes[before:] == ["UpdateFunction", "DeleteTrigger", "UpdateFunction"]
    assert deployments.function.triggers == {}
    assert "Nothing to do." in deployments.command()[1]


def test_another_bundle_replaces_the_code(deployments: Deployments) -> None:
    deployments.command()
    files = {"synchronize_resource.py": "# another"}
    deployments.bundle(files)

    code, out = deployments.command()

    assert code == 0, out
    assert "changed by hand" not in out
    assert deployments.function.zip_bytes == zip_of(files)
    assert "Nothing to do." in deployments.command()[1]


def change_memory(function: FcFunction) -> None:
    function.config |= {"memorySize": 512, "cpu": 0.5}


def change_setting(function: FcFunction) -> None:
    function.environment["LOG_LEVEL"] = "DEBUG"


def change_code(function: FcFunction) -> None:
    # As long as the deployed one, so only the checksum differs.
    function.zip_bytes = zip_of({"synchronize_resource.py": "# EXAMPLE"})


def change_retries(function: FcFunction) -> None:
    function.async_config = None


def change_schedule(function: FcFunction) -> None:
    config = function.triggers[TIMER].parsed
    function.triggers[TIMER].config = json.dumps({**config, "enable": False})


def delete_timer(function: FcFunction) -> None:
    function.triggers.clear()


@pytest.mark.parametrize(
    ("by_hand", "shown"),
    [
        (change_memory, "memory    512 MB → 256 MB"),
        (change_setting, "LOG_LEVEL DEBUG → INFO"),
        (
            change_code,
            f"code      {crc64_digest(zip_of({'synchronize_resource.py': '# EXAMPLE'}))[:18]}",
        ),
        (change_retries, "retries   3, kept 86400 s → 0, kept 3600 s"),
        (change_schedule, 'passes {"type": "all"}, off'),
        (delete_timer, "schedule  none → CRON_TZ"),
    ],
    ids=["memory", "setting", "code", "retries", "schedule", "no timer"],
)
def test_a_change_by_hand_is_not_overwritten_unasked(
    deployments: Deployments, by_hand: Any, shown: str
) -> None:
    deployments.command()
    by_hand(deployments.function)
    before = deployments.writes

    code, out = deployments.command()

    assert (code, deployments.writes) == (3, before)
    assert shown in out
    assert "(changed by hand)" in out
    code, out = deployments.command(overwrite=True)
    assert code == 0, out
    assert "Nothing to do." in deployments.command()[1]


def test_another_runtime_is_replaced_by_a_new_function(deployments: Deployments) -> None:
    deployments.command()
    deployments.function.config["runtime"] = "python3.9"

    code, out = deployments.command(overwrite=True)

    assert code == 0, out
    assert "replace" in out
    assert deployments.function.config["runtime"] == "python3.10"
    assert "Nothing to do." in deployments.command()[1]


def test_a_plan_changes_nothing(deployments: Deployments) -> None:
    code, out = deployments.command(plan=True)

    assert (code, deployments.writes) == (0, [])
    assert "1 to create." in out


@pytest.mark.parametrize("verb", ["deploy", "remove"])
def test_a_function_of_somebody_else_is_left_alone(deployments: Deployments, verb: str) -> None:
    deployments.command()
    del deployments.function.environment["CLOUD_SYNC_DEPLOYMENT"]
    before = deployments.writes

    code, out = deployments.command(verb, overwrite=True)

    assert code == (3 if verb == "deploy" else 0)
    assert "this project did not make it" in out
    assert deployments.writes == before


def test_a_removal_leaves_nothing(deployments: Deployments) -> None:
    deployments.command()
    by_hand = FcTrigger("by-hand", "example", deployments.timer.config, "LATEST", "", "")
    deployments.function.triggers["by-hand"] = by_hand

    code, out = deployments.command("remove")

    assert code == 0, out
    assert deployments.functions == {}
    assert "Nothing to do." in deployments.command("remove")[1]


FAULTS = {
    "refused": faults.error("InvalidArgument"),
    "lost": faults.reset(work=True),
}


@pytest.mark.parametrize("action", CREATION)
def test_a_deployment_goes_on_from_where_a_call_failed(
    deployments: Deployments, action: str
) -> None:
    deployments.emulator.inject_fault("fc", FAULTS["refused"], times=None, action=action)
    code, out = deployments.command()
    assert code == 1
    assert "InvalidArgument" in out
    deployments.emulator.clear()

    code, out = deployments.command()

    assert code == 0, out
    assert "changed by hand" not in out
    assert list(deployments.function.triggers) == [TIMER]
    assert "Nothing to do." in deployments.command()[1]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("action", ["UpdateFunction", "CreateTrigger", "UpdateTrigger"])
def test_an_update_goes_on_from_where_a_call_failed(
    deployments: Deployments, action: str, nth: int, fault: faults.Fault
) -> None:
    deployments.command()
    deployments.describe(DESCRIPTION.replace("CRON_TZ=Asia/Shanghai 0 7 * * * *", "@every 1h"))
    deployments.bundle({"synchronize_resource.py": "# another example"})
    matched = []

    def is_nth(_request: object) -> bool:
        matched.append(1)
        return len(matched) == nth

    deployments.emulator.inject_fault("fc", fault, None, action=action, when=is_nth)

    deployments.command()
    deployments.emulator.clear()
    code, out = deployments.command()

    assert code == 0, out
    assert "changed by hand" not in out
    assert deployments.timer.parsed["cronExpression"] == "@every 1h"
    assert "Nothing to do." in deployments.command()[1]


@pytest.mark.parametrize("action", CREATION)
def test_a_lost_answer_makes_nothing_twice(deployments: Deployments, action: str) -> None:
    deployments.emulator.inject_fault("fc", FAULTS["lost"], action=action)

    code, out = deployments.command()

    assert code == 0, out
    assert list(deployments.functions) == [NAME]
    assert list(deployments.function.triggers) == [TIMER]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("action", REMOVAL)
def test_a_removal_goes_on_from_where_a_call_failed(
    deployments: Deployments, action: str, fault: faults.Fault
) -> None:
    deployments.command()
    deployments.emulator.inject_fault("fc", fault, action=action)

    deployments.command("remove")
    code, out = deployments.command("remove")

    assert code == 0, out
    assert deployments.functions == {}


def test_a_change_that_takes_time_is_waited_for(deployments: Deployments) -> None:
    deployments.emulator.alibaba.function_compute.looks = 3

    code, out = deployments.command()

    assert code == 0, out
    assert "Nothing to do." in deployments.command()[1]


def test_a_function_whose_update_failed_is_made_anew(deployments: Deployments) -> None:
    deployments.command()
    deployments.function.failure = "the image cannot be pulled"
    before = deployments.function.id

    code, out = deployments.command()

    assert code == 0, out
    assert "Function Compute reports lastUpdateStatus Failed: the image" in out
    assert deployments.function.id != before


@pytest.mark.parametrize(
    ("permission", "action"),
    [
        ("fc:GetFunction", "could not be read"),
        ("fc:GetFunctionAsyncInvokeConfig", "could not be read"),
        ("fc:ListTriggers", "could not be read"),
        ("fc:CreateFunction", "could not be changed"),
        ("fc:PutFunctionAsyncInvokeConfig", "could not be changed"),
        ("fc:CreateTrigger", "could not be changed"),
        ("fc:UpdateFunction", "could not be changed"),
        ("fc:InvokeFunction", "failed"),
    ],
)
def test_a_missing_permission_is_named(
    deployments: Deployments, permission: str, action: str
) -> None:
    if permission in {"fc:GetFunctionAsyncInvokeConfig", "fc:ListTriggers"}:
        deployments.command()  # they are only asked for of a function that is there
    deployments.emulator.alibaba.denied.add(permission)

    code, out = deployments.command()

    text = " ".join(out.split())
    assert code == 1
    assert action in text
    assert f"Allow `{permission}` for the identity that deploys" in text


def test_a_role_that_may_not_be_passed_is_explained(deployments: Deployments) -> None:
    deployments.emulator.alibaba.denied.add("ram:PassRole")

    code, out = deployments.command()

    assert code == 1
    assert "`ram:PassRole` where a role is set" in " ".join(out.split())


def test_a_role_that_does_not_trust_function_compute_is_explained(
    deployments: Deployments,
) -> None:
    deployments.emulator.alibaba.function_compute.roles = {"cloud-sync-other"}

    code, out = deployments.command()

    assert code == 1
    assert "the role must trust fc.aliyuncs.com" in " ".join(out.split())


def test_a_used_up_quota_is_explained(deployments: Deployments) -> None:
    deployments.emulator.alibaba.function_compute.quota = 0

    code, out = deployments.command()

    assert code == 1
    assert "ask for a higher quota" in " ".join(out.split())


def test_a_function_that_cannot_run_is_a_failure(deployments: Deployments) -> None:
    def broken(_invocation: Invocation) -> object:
        msg = "no module named example"
        raise ImportError(msg)

    deployments.emulator.invocations.run_by(broken)

    code, out = deployments.command()

    assert code == 1
    assert "FunctionFailed: the function failed: no module named example" in " ".join(out.split())
    assert "The functions are deployed, but not all of them can run." in out


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (
            "CRON_TZ=Asia/Shanghai 0 7 * * * *",
            "0 10 2 * * * *",
            f"functions.{NAME}.schedule: Function Compute wants an interval",
        ),
        ("bytecode = false", "memory_mb = 200", "memory_mb: Function Compute takes 128"),
        (
            'role = "cloud-sync-edas"',
            'role = "acs:ram::1000000000000001:role/cloud-sync-edas"',
            "role: is the name of a RAM role",
        ),
        ("NOTIFY = ", "FC_TOKEN = ", "settings.FC_TOKEN: Function Compute reserves"),
    ],
)
def test_what_would_be_refused_is_named_before_anything_is_sent(
    deployments: Deployments, old: str, new: str, place: str
) -> None:
    deployments.describe(DESCRIPTION.replace(old, new))

    code, out = deployments.command()

    assert (code, deployments.writes) == (2, [])
    assert place in " ".join(out.split())


def test_the_documented_description_can_be_deployed(deployments: Deployments) -> None:
    (described,) = re.findall(r"```toml\n([^`]*platforms\.fc\][^`]*)```", page("deploy-fc.md"))
    deployments.describe(f'name = "production"\n{described}')

    code, out = deployments.command()

    assert code == 0, out
    assert f"{NAME}: planned" in out
