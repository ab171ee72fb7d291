"""``doctor --live``: which permission is missing, by what the emulated providers refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator, faults
from local.emulator.alibaba import APP
from local.emulator.huawei import TASK
from local.permission_checks import policy_of
from local.permission_looks import ONLY_A_WRITE, looks
from local.samples import ROOT
from tests.support.command import CommandRun, command

DENIED = {
    "edas:ListVpc": "edas:ListVpc",
    "edas:ListSlb": "edas:ListSlb",
    "edas:ListEcsNotInCluster": "edas:ListEcsNotInCluster",
    "edas:ReadCluster": "edas:ReadCluster",
    "ehpc:ListImages": "ehpc:ListImages",
    "ehpc:GetImage": "ehpc:GetImage",
    "cwp:SyncMachines": "SyncMachines",
    "cwp:DescribeMachineGeneral": "DescribeMachineGeneral",
    "cwp:SyncAssetScan": "SyncAssetScan",
    "iam:projects:listProjects": "iam:projects:listProjects",
    "oms:synctask:get": "oms:synctask:get",
    "oms:synctask:statistics": "oms:synctask:statistics",
    "oms:synctask:list": "oms:synctask:list",
}
"""Permission -> what the emulator calls it."""

WRITES = {
    "edas:SystemBase",
    "ehpc:SynchronizeApp",
    "oms:synctask:update",
    "oms:synctask:createEvent",
    "modelarts:devserver:sync",
}
PROJECT_LOOK_UP = "iam:projects:listProjects"


def doctor(folder: Path, emulator: Emulator, *more: str, **settings: str) -> CommandRun:
    defaults = json.dumps({"alibaba.ehpc.SynchronizeApp": {"app_id": APP}})
    environ = {**emulator.environment(), "DEFAULT_PARAMETERS": defaults, **settings}
    return command(folder, "doctor", "--live", "--sync-task", TASK, *more, environ=environ)


def permissions(
    folder: Path, emulator: Emulator, *more: str, **settings: str
) -> dict[str, dict[str, Any]]:
    found = json.loads(doctor(folder, emulator, "--json", *more, **settings).out)["permissions"]
    return {each["permission"]: each for each in found}


def deny(emulator: Emulator, permission: str) -> None:
    clouds = {"edas": "alibaba", "ehpc": "alibaba", "cwp": "tencent"}
    cloud: Any = getattr(emulator, clouds.get(permission.partition(":")[0], "huawei"))
    cloud.denied.add(DENIED[permission])


def test_an_identity_with_all_rights_has_them(tmp_path: Path, emulator: Emulator) -> None:
    found = permissions(tmp_path, emulator)

    assert {name for name, each in found.items() if each["status"] == "allowed"} == set(DENIED)
    assert {name for name, each in found.items() if each["status"] == "unknown"} == WRITES
    assert {found[name]["summary"] for name in WRITES} == {ONLY_A_WRITE}


def test_no_look_changes_anything(tmp_path: Path, emulator: Emulator) -> None:
    doctor(tmp_path, emulator)

    assert emulator.alibaba.synchronized == []
    assert emulator.tencent.machines.started == emulator.tencent.assets.started == 0
    assert emulator.huawei.tasks[TASK].starts == 0
    cwp = [each.json() for each in emulator.received.of("cwp")]
    assert [body for body in cwp if body.get("Sync")] == []


@pytest.mark.parametrize("permission", DENIED)
def test_what_is_refused_is_named_with_its_policy(
    tmp_path: Path, emulator: Emulator, permission: str
) -> None:
    deny(emulator, permission)
    ran = doctor(tmp_path, emulator)
    found = permissions(tmp_path, emulator)

    one = found[permission]
    assert [name for name, each in found.items() if each["status"] == "refused"] == [permission]
    assert one["refusal"]["action"] == permission
    assert one["policy"] in one["hint"]
    assert f"  {permission}: refused\n" in ran.errors
    assert (ran.code, "\n1 problem found.\n" in ran.errors) == (1, True)


@pytest.mark.parametrize(
    ("refused", "unknown"),
    [("ehpc:ListImages", "ehpc:GetImage"), (PROJECT_LOOK_UP, "oms:synctask:get")],
)
def test_what_comes_after_a_refused_call_is_not_known(
    tmp_path: Path, emulator: Emulator, refused: str, unknown: str
) -> None:
    deny(emulator, refused)

    one = permissions(tmp_path, emulator)[unknown]

    assert (one["status"], one["refusal"]) == ("unknown", None)
    assert one["summary"] == f"{refused} is refused, which a run needs before"


def test_every_policy_that_is_named_has_the_permission() -> None:
    for provider in ("alibaba", "tencent", "huawei"):
        for look in looks(provider, APP, {}, looks_up_project=True):
            policy = json.loads((ROOT / policy_of(look)).read_text("utf-8"))
            statements = policy.get("Statement") or policy["statement"]
            actions = [
                action for each in statements for action in each.get("Action") or each.get("action")
            ]
            assert look.permission in actions


def test_every_operation_has_looks() -> None:
    found = {
        operation
        for provider in ("alibaba", "tencent", "huawei")
        for look in looks(provider, None, {}, looks_up_project=True)
        for operation in look.operations
    }
    assert found == set(OPERATIONS)


def test_the_page_shows_what_is_printed_about_refusals(tmp_path: Path, emulator: Emulator) -> None:
    for permission in ("edas:ListSlb", "cwp:SyncAssetScan", "oms:synctask:list"):
        deny(emulator, permission)
    page = (ROOT / "docs" / "local.md").read_text("utf-8")
    block = page.partition("test_permission_checks.py -->")[2].split("```")[1]

    ran = doctor(tmp_path, emulator)

    for part in block.removeprefix("text\n").split("…\n"):
        assert part in ran.errors, part
    assert ran.errors.endswith("\n3 problems found.\n")


def test_only_the_named_operations_are_looked_at(tmp_path: Path, emulator: Emulator) -> None:
    found = permissions(tmp_path, emulator, "--operation", "tencent.cwp.SyncAssetScan")

    assert [*found] == ["cwp:SyncAssetScan"]


def test_without_an_application_or_a_task_a_permission_stays_unknown(
    tmp_path: Path, emulator: Emulator
) -> None:
    ran = command(tmp_path, "doctor", "--live", "--json", environ=emulator.environment())
    found = {each["permission"]: each for each in json.loads(ran.out)["permissions"]}

    for name, what in (
        ("ehpc:GetImage", "no application is named"),
        ("oms:synctask:get", "no task is named"),
        ("oms:synctask:statistics", "no task is named"),
    ):
        assert found[name]["status"] == "unknown"
        assert what in found[name]["summary"]
    assert ran.code == 0


def test_the_first_task_of_oms_tasks_is_looked_at(tmp_path: Path, emulator: Emulator) -> None:
    environ = {**emulator.environment(), "OMS_TASKS": json.dumps({TASK: {}})}
    ran = command(tmp_path, "doctor", "--live", "--json", environ=environ)
    found = {each["permission"]: each["status"] for each in json.loads(ran.out)["permissions"]}

    assert (found["oms:synctask:get"], found["oms:synctask:statistics"]) == ("allowed", "allowed")


def test_another_error_than_a_refusal_leaves_it_unknown(tmp_path: Path, emulator: Emulator) -> None:
    fault = faults.error("FailedOperation", "not now")
    emulator.inject_fault("cwp", fault, times=None, action="SyncAssetScan")

    one = permissions(tmp_path, emulator)["cwp:SyncAssetScan"]

    assert (one["status"], one["summary"]) == ("unknown", "FailedOperation: not now")


def test_without_live_nothing_is_known(tmp_path: Path, emulator: Emulator) -> None:
    ran = command(tmp_path, "doctor", "--json", environ=emulator.environment())

    assert json.loads(ran.out)["permissions"] == []
