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


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder that has no description but the test's own."""
    monkeypatch.chdir(tmp_path)


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


FOR_SCF = 'name = "example"\n[platforms.scf]\nregion = "ap-guangzhou"\n'
MACHINES = "[platforms.scf.functions.tencent-sync-machines]\n"
WEB = """\
[platforms.scf.web]
operations = "tencent"
[platforms.scf.web.secrets]
HTTP_BEARER_TOKENS = "env:HTTP_BEARER_TOKENS"
"""


def describe(folder: Path, text: str, name: str = "deploy.toml") -> Path:
    """Write a description."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_permission_is_no_problem_where_nothing_that_is_deployed_needs_it(
    tmp_path: Path, emulator: Emulator
) -> None:
    describe(tmp_path, FOR_SCF + MACHINES)
    deny(emulator, "cwp:SyncAssetScan")
    deny(emulator, "edas:ListSlb")

    ran = doctor(tmp_path, emulator)
    found = permissions(tmp_path, emulator)

    assert ran.code == 0, ran.errors
    refused = {name for name, each in found.items() if each["status"] == "refused"}
    assert refused == {"cwp:SyncAssetScan", "edas:ListSlb"}
    assert {name for name, each in found.items() if each["counts"]} == {
        name for name, each in found.items() if "tencent.cwp.SyncMachines" in each["operations"]
    }
    assert "Make a custom policy" not in ran.errors
    page = (ROOT / "docs" / "local.md").read_text("utf-8")
    shown = page.partition("test_permission_checks.py, with a description -->")[2].split("```")[1]
    for part in shown.removeprefix("text\n").split("…\n"):
        assert part in ran.errors, ran.errors


def test_a_read_only_call_that_is_refused_is_no_problem_either(
    tmp_path: Path, emulator: Emulator
) -> None:
    describe(tmp_path, FOR_SCF + MACHINES.replace("machines", "asset-scan"))
    deny(emulator, "cwp:SyncMachines")

    ran = doctor(tmp_path, emulator)

    assert "  CWP SyncMachines with sync: false: failed" in ran.errors
    assert ran.code == 0, ran.errors


def test_a_missing_permission_of_what_is_deployed_is_a_problem(
    tmp_path: Path, emulator: Emulator
) -> None:
    describe(tmp_path, FOR_SCF + MACHINES)
    deny(emulator, "cwp:SyncMachines")
    deny(emulator, "edas:ListSlb")

    ran = doctor(tmp_path, emulator)

    assert ran.code == 1
    assert "Make a custom policy of deploy/policies/tencent/sync_machines.json" in ran.errors
    assert "\n1 problem found.\n1 missing permission is no problem, since no" in ran.errors


@pytest.mark.parametrize(
    "option", [("--all",), ("--operation", "alibaba.edas.SynchronizeResource")]
)
def test_every_missing_permission_that_is_requested_is_a_problem(
    option: tuple[str, ...], tmp_path: Path, emulator: Emulator
) -> None:
    describe(tmp_path, FOR_SCF + MACHINES)
    deny(emulator, "edas:ListSlb")

    ran = doctor(tmp_path, emulator, *option)

    assert ran.code == 1
    assert ran.errors.endswith("\n1 problem found.\n")


def test_the_operations_of_a_web_app_are_deployed(tmp_path: Path, emulator: Emulator) -> None:
    describe(tmp_path, FOR_SCF + WEB)
    deny(emulator, "cwp:SyncAssetScan")

    assert doctor(tmp_path, emulator).code == 1


def test_a_permission_that_one_of_several_operations_needs_is_a_problem_if_that_is_deployed(
    tmp_path: Path, emulator: Emulator
) -> None:
    stop = "[platforms.functiongraph.functions.huawei-stop-sync-task]\n"
    describe(tmp_path, FOR_SCF.replace("scf", "functiongraph") + stop)
    deny(emulator, "oms:synctask:get")

    ran = doctor(tmp_path, emulator)

    needed_by = permissions(tmp_path, emulator)["oms:synctask:get"]["operations"]
    assert {"huawei.oms.StartSyncTask", "huawei.oms.StopSyncTask"} <= {*needed_by}
    assert ran.code == 1


def test_another_description_can_be_named(tmp_path: Path, emulator: Emulator) -> None:
    describe(tmp_path, FOR_SCF + MACHINES)
    other = describe(tmp_path, FOR_SCF + WEB, "other.toml")
    deny(emulator, "cwp:SyncAssetScan")
    deny(emulator, "edas:ListSlb")

    ran = doctor(tmp_path, emulator, "--file", str(other))

    assert (ran.code, "\n1 problem found.\n" in ran.errors) == (1, True)
    assert "other.toml" in ran.errors.rpartition("problem found")[2]


def test_a_description_that_is_named_has_to_be_usable(tmp_path: Path, emulator: Emulator) -> None:
    ran = doctor(tmp_path, emulator, "--file", str(tmp_path / "missing.toml"))

    assert ran.code == 2
    assert "missing.toml cannot be used:" in ran.errors
    assert emulator.received.of("cwp") == []


def test_a_description_that_is_there_and_not_usable_decides_nothing(
    tmp_path: Path, emulator: Emulator
) -> None:
    describe(tmp_path, FOR_SCF + MACHINES.replace("machines", "machine"))

    well = doctor(tmp_path, emulator)
    deny(emulator, "edas:ListSlb")
    ran = doctor(tmp_path, emulator)

    assert (well.code, well.errors.endswith("\nNo problems found.\n")) == (0, True)
    assert ran.code == 1
    assert (
        "Every missing permission counts, since deploy.toml cannot be used:\n"
        "platforms.scf.functions.tencent-sync-machine: unknown function" in ran.errors
    )
