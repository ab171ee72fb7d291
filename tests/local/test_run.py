"""``run`` without ``--live``: the operations against the emulator."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from textwrap import wrap

import pytest

from functions.registry import OPERATIONS
from local.run import operation_id
from local.samples import sample_path
from tests.support.command import CommandRun, event_file, run

CWP = "tencent.cwp.SyncMachines"
OMS = "huawei.oms.StartSyncTask"


def test_a_run_succeeds(demo_run: CommandRun) -> None:
    assert {r["operation"]: r["error"] for r in demo_run.results if r["error"]} == {}
    assert demo_run.code == 0


def test_a_run_calls_each_operation_directly_and_by_timer(demo_run: CommandRun) -> None:
    called = [(result["operation"], result["trigger"]) for result in demo_run.results]
    assert called == [(name, how) for name in OPERATIONS for how in ("direct", "timer")]


@pytest.mark.parametrize("platform", ["AWS Lambda", "Function Compute", "SCF", "FunctionGraph"])
def test_a_run_covers_every_platform(demo_run: CommandRun, platform: str) -> None:
    assert platform in demo_run.errors


@pytest.mark.parametrize("platform", ["FC context", "SCF environment", "FunctionGraph context"])
def test_a_timer_runs_as_the_role_of_its_own_platform(demo_run: CommandRun, platform: str) -> None:
    assert any(platform in line.get("identity", "") for line in demo_run.log)


def test_every_result_names_its_invocation(demo_run: CommandRun) -> None:
    assert all(result["invocation_id"] for result in demo_run.results)


def test_the_table_fits_a_hundred_columns(demo_run: CommandRun) -> None:
    # The line that names the results' path is as long as the path.
    lines = [line for line in demo_run.errors.splitlines() if not line.startswith("Results:")]
    assert max(map(len, lines)) <= 100


def test_a_notification_is_reported_as_received(demo_run: CommandRun) -> None:
    assert "Notification to slack, delivered:" in demo_run.errors
    assert "Needs attention (4)" in demo_run.errors
    assert "Needs attention (1): 3 of 12 machines (CWP does not protect them" in demo_run.errors


def test_the_output_says_where_the_results_and_the_log_are(demo_run: CommandRun) -> None:
    assert "results.json" in demo_run.errors
    assert "log.jsonl" in demo_run.errors


def test_log_lines_go_to_the_file_and_not_to_the_terminal(demo_run: CommandRun) -> None:
    assert len(demo_run.log) >= 10
    assert '"level"' not in demo_run.errors + demo_run.out


def test_no_secret_of_the_emulator_is_in_any_byte(demo_run: CommandRun) -> None:
    secrets = ("exampleAlibaba", "exampleTencent", "exampleHuawei", "exampleSource", "exampleDest")
    assert [secret for secret in secrets if secret in demo_run.all_output] == []


def test_nothing_of_the_users_environment_is_used(tmp_path: Path) -> None:
    environ = {
        "CWP_ENDPOINT_URL": "http://127.0.0.1:9",
        "TENCENTCLOUD_SECRET_ID": "AKIDexamplemine",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "DEFAULT_PARAMETERS": "not JSON",
    }
    event = event_file(tmp_path, {"sync": False})
    ran = run(tmp_path, "--operation", CWP, "--event", event, environ=environ)
    assert (ran.code, ran.results[0]["status"]) == (0, "idle")


def test_only_the_chosen_operations_run(tmp_path: Path) -> None:
    ran = run(tmp_path, "--operation", OMS, "--operation", "alibaba.edas.SynchronizeResource")
    assert {result["operation"] for result in ran.results} == {
        OMS,
        "alibaba.edas.SynchronizeResource",
    }


def test_a_file_of_parameters_may_be_keyed_by_operation(tmp_path: Path) -> None:
    event = event_file(tmp_path, {CWP: {"sync": False}, "huawei.modelarts.SyncDevServers": {}})
    ran = run(tmp_path, "--event", event)
    assert [result["status"] for result in ran.results] == ["idle", "succeeded"]


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_sample_event_can_be_named_as_the_file(tmp_path: Path, operation_id: str) -> None:
    ran = run(tmp_path, "--operation", operation_id, "--event", sample_path(operation_id))
    assert ran.code == 0


def test_json_is_the_results_and_nothing_else(tmp_path: Path) -> None:
    event = event_file(tmp_path, {"sync": False})
    ran = run(tmp_path, "--operation", CWP, "--event", event, "--json")
    assert json.loads(ran.out) == ran.results
    assert ran.errors == ""


def test_a_failed_run_ends_with_one_and_says_what_to_do(tmp_path: Path) -> None:
    event = event_file(tmp_path, {"sync_task_id": "no-such-task"})
    ran = run(tmp_path, "--operation", OMS, "--event", event)
    assert ran.code == 1
    assert f"{OMS} failed: not_found" in ran.errors
    hint = ran.results[0]["error"]["hint"]
    assert hint.split()[0] in ran.errors


@pytest.mark.parametrize(
    ("event", "output"),
    [
        ("{", "is not JSON"),
        ("[1]", "is not a JSON object"),
        ({CWP: 7}, "is not a JSON object"),
        ({"sync": False}, "--operation"),
    ],
)
def test_a_file_that_cannot_be_used_is_wrong_usage(
    tmp_path: Path, event: object, output: str
) -> None:
    ran = run(tmp_path, "--event", event_file(tmp_path, event))
    assert ran.code == 2
    assert output in ran.errors


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    ran = run(tmp_path, "--event", tmp_path / "absent.json")
    assert ran.code == 2
    assert "cannot be read" in ran.errors


@pytest.mark.parametrize("name", ["tencent.cwp.Nothing", "tencent", "huawei", ""])
def test_an_unknown_or_ambiguous_operation_is_wrong_usage(tmp_path: Path, name: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(tmp_path, "--operation", name)
    assert stopped.value.code == 2


@pytest.mark.parametrize("name", [CWP, "tencent-sync-machines", "cwp", "SYNCMACHINES"])
def test_any_unambiguous_part_names_an_operation(name: str) -> None:
    assert operation_id(name) == CWP


def test_an_ambiguous_name_is_answered_with_those_it_could_be() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="huawei-start-sync-task") as raised:
        operation_id("huawei")
    assert "huawei-sync-dev-servers" in str(raised.value)


def test_on_the_emulator_no_operation_is_skipped(demo_run: CommandRun) -> None:
    assert demo_run.not_run == []
    assert "Not run" not in demo_run.errors


def test_the_table_has_a_line_for_each_run_where_it_fits(demo_run: CommandRun) -> None:
    table = demo_run.errors.partition("\n\n")[0].splitlines()
    wrapped = [line for line in table if line.startswith(" " * 30)]
    headings = [line for line in table if line[0] not in " ─"]
    assert headings == [
        table[0],
        "AWS Lambda, called directly",
        "Function Compute, called by a timer",
        "SCF, called by a timer",
        "FunctionGraph, called by a timer",
    ]
    assert len(table) == 1 + len(headings) + 2 * len(OPERATIONS) + len(wrapped)
    width = len(table[1].split()[2])
    summaries = [result["summary"] for result in demo_run.results]
    assert len(wrapped) == sum(len(wrap(summary, width)) - 1 for summary in summaries)


def run_one(folder: Path, **more: object) -> CommandRun:
    event = event_file(folder, {"sync": False})
    return run(folder, "--operation", CWP, "--event", event, **more)


def test_there_is_no_colour_away_from_a_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in run_one(tmp_path).errors


def test_a_terminal_gets_colour_and_progress(tmp_path: Path) -> None:
    output = run_one(tmp_path, terminal=True).errors
    assert "\x1b[32midle" in output
    assert f"[1/1] {CWP} on AWS Lambda" in output


def test_no_color_is_respected(tmp_path: Path) -> None:
    output = run_one(tmp_path, terminal=True, environ={"NO_COLOR": "1"}).errors
    assert "\x1b[32m" not in output
