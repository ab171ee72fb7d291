"""``local run --targets`` shows what becomes of each target, and the one result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import run

CWP = "tencent.cwp.SyncMachines"


def test_each_target_is_a_line_and_the_result_is_one(tmp_path: Path) -> None:
    targets = '[{"region": "ap-beijing"}, {"region": "BAD", "account": "prod-1"}]'
    ran = run(tmp_path, "--operation", CWP, "--targets", targets)
    assert ran.code == 1
    lines = ran.errors.splitlines()
    assert sorted(line[6:] for line in lines[:2]) == [
        "default/ap-beijing succeeded",
        "prod-1 failed (invalid_input)",
    ]
    assert [line[:5] for line in lines[:2]] == ["[1/2]", "[2/2]"]
    assert "failed in prod-1: invalid_input" in ran.errors
    (result,) = ran.results
    assert len(result["data"]["results"]) == 2
    assert result["summary"] == (
        "1 of 2 targets succeeded; 1 failed: target 2 of prod-1 (invalid_input)"
    )


def test_targets_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "given.json"
    file.write_text('{"regions": ["ap-beijing", "ap-guangzhou"]}', "utf-8")
    ran = run(tmp_path, "--operation", CWP, "--targets", file, "--json")
    assert ran.code == 0
    (result,) = json.loads(ran.out)
    assert result["summary"] == "2 of 2 targets succeeded"


@pytest.mark.parametrize("given", ["no-such-file.json", "{", "["])
def test_what_is_no_json_is_wrong_usage(given: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        run(tmp_path, "--operation", CWP, "--targets", given)
    assert caught.value.code == 2


def test_it_needs_one_operation(tmp_path: Path) -> None:
    ran = run(tmp_path, "--targets", "[{}]")
    assert ran.code == 2
    assert "--targets needs one --operation" in ran.errors


def test_a_set_is_named_without_json(tmp_path: Path) -> None:
    ran = run(tmp_path, "--operation", CWP, "--targets", "set:no-such-set")
    assert ran.code == 1
    (result,) = ran.results
    assert "no set no-such-set" in result["error"]["message"]
