"""Your own values are filled into copies of the request bodies, never into the tracked files."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local.deploy_files import DEPLOY, INTO, filled, folders, main
from tests.support.descriptors import CHOSEN
from tests.support.repository import ROOT

OMS = "huawei-functiongraph/huawei-start-sync-task"


def fill(folder: str, into: Path, environ: Mapping[str, str] = CHOSEN) -> tuple[int, str, str]:
    out, errors = io.StringIO(), io.StringIO()
    return main([folder], environ, into, out, errors), out.getvalue(), errors.getvalue()


def read(path: Path) -> Any:
    return json.loads(path.read_text())


@pytest.mark.parametrize("folder", folders())
def test_every_value_is_filled_in_and_nothing_else_changes(folder: str, tmp_path: Path) -> None:
    code, out, _ = fill(folder, tmp_path)

    assert code == 0
    names = sorted(path.name for path in (DEPLOY / folder).glob("*.json"))
    assert out.splitlines() == [str(tmp_path / folder / name) for name in names]
    for name in names:
        assert "${" not in (tmp_path / folder / name).read_text()
        assert set(read(tmp_path / folder / name)) == set(read(DEPLOY / folder / name))


def test_there_is_a_folder_for_each_function_and_workflow() -> None:
    assert folders() == [
        "huawei-functiongraph-workflow",
        "huawei-functiongraph/huawei-create-sync-events",
        "huawei-functiongraph/huawei-start-sync-task",
        "huawei-functiongraph/huawei-stop-sync-task",
        "huawei-functiongraph/huawei-sync-dev-servers",
        "huawei-functiongraph/huawei-web",
        "tencent-scf",
        "tencent-scf/huawei-create-sync-events",
        "tencent-scf/tencent-sync-asset-scan",
        "tencent-scf/tencent-web",
    ]


def test_the_storage_keys_and_the_task_are_those_of_the_environment(tmp_path: Path) -> None:
    own = {**CHOSEN, "OMS_SRC_SK": "exampleSecretOfTheSource", "OMS_TASK": "example-task-2"}

    fill(OMS, tmp_path, own)

    function = read(tmp_path / OMS / "create-function.json")
    assert json.loads(function["encrypted_user_data"])["OMS_SRC_SK"] == "exampleSecretOfTheSource"
    trigger = read(tmp_path / OMS / "create-trigger.json")
    assert json.loads(trigger["event_data"]["user_event"])["sync_task_id"] == "example-task-2"


def test_only_the_owner_may_read_what_is_written(tmp_path: Path) -> None:
    fill(OMS, tmp_path)

    for path in (tmp_path / OMS).iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_run_rewrites_the_files(tmp_path: Path) -> None:
    fill(OMS, tmp_path)
    fill(OMS, tmp_path, {**CHOSEN, "CODE_BUCKET": "another-bucket"})

    function = read(tmp_path / OMS / "create-function.json")
    assert function["code_url"].startswith("https://another-bucket.obs.cn-north-4.")


def test_all_that_is_not_set_is_named_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    code, out, errors = fill(OMS, tmp_path, {"CODE_BUCKET": "example-bucket", "OMS_TASK": ""})

    assert (code, out) == (2, "")
    assert errors == (
        f"deploy/{OMS} needs HUAWEICLOUD_REGION, OMS_DST_AK, OMS_DST_SK, OMS_SRC_AK, OMS_SRC_SK, "
        "OMS_TASK: set them in the environment\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ['a"b', "a\\b", "${OTHER}", "a\nb"])
def test_a_value_with_json_in_it_stays_a_value(value: str) -> None:
    body = {"text": "${ONE}", "json": '{"inner": "${ONE}"}'}

    result: Any = filled(body, {"ONE": value, "OTHER": "never"})

    assert (result["text"], json.loads(result["json"])) == (value, {"inner": value})


def test_filled_in_files_are_where_git_ignores_them() -> None:
    ignored = (ROOT / ".gitignore").read_text().splitlines()

    assert INTO.relative_to(ROOT).parts[0] + "/" in ignored
