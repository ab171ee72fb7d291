"""The program over DBOS runs each target once, and says which failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from dbos import error as dbos_error

from examples.dbos.fleet import is_retryable, report, result_of
from local.emulator import Emulator
from shared.errors import SyncFailed, SyncRetryable
from tests.support.emulator import emulator as emulator_fixture
from tests.support.prerequisites import reason
from tests.support.repository import ROOT

emulator = emulator_fixture
MISSING = "example-no-such-task"
INPUT = {
    "function": "huawei-start-sync-task",
    "parameters": {"region": "cn-north-4"},
    "targets": [{"sync_task_id": "example-sync-task-1"}, {"sync_task_id": MISSING}],
}


def run(emulator: Emulator, folder: Path, run_id: str) -> subprocess.CompletedProcess[str]:
    path = folder / "watchdog.json"
    path.write_text(json.dumps(INPUT), "utf-8")
    database = str(folder / "fleet.sqlite")
    return subprocess.run(
        [
            *(sys.executable, "-m", "examples.dbos.fleet", str(path)),
            *("--run-id", run_id, "--database", database, "--per-second", "100"),
        ],
        cwd=ROOT,
        # A failed run is raised whatever the setting says.
        env={**emulator.environment(), "PATH": os.environ["PATH"], "ON_FAILURE": "return"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.skipif(
    sys.version_info >= (3, 13),  # DBOS 3.4.0's first row lacks a time that SQLite requires there
    reason=reason("a Python that DBOS starts on"),
)
def test_a_failed_target_is_named_and_a_second_command_of_the_same_run_sends_nothing(
    emulator: Emulator, tmp_path: Path
) -> None:
    first = run(emulator, tmp_path, "2026-11-27")
    sent = len(emulator.received)
    second = run(emulator, tmp_path, "2026-11-27")

    assert first.returncode == second.returncode == 1
    assert first.stderr == second.stderr
    counts, failure = first.stderr.splitlines()
    assert counts == "huawei-start-sync-task: 1 failed, 1 succeeded"
    assert failure.startswith(f'  {{"sync_task_id": "{MISSING}"}}: not_found OMS.0002: ')
    assert emulator.huawei.tasks["example-sync-task-1"].starts == 1
    assert len(emulator.received) == sent


def test_only_what_may_succeed_on_a_retry_is_retried() -> None:
    assert is_retryable(SyncRetryable("{}"))
    assert not is_retryable(SyncFailed("{}"))
    assert not is_retryable(RuntimeError())


def test_the_result_of_used_up_retries_is_that_of_the_last_attempt() -> None:
    attempts: list[Exception] = [SyncRetryable('{"n": 1}'), SyncRetryable('{"n": 2}')]
    error = dbos_error.DBOSMaxStepRetriesExceeded("run_target", 2, attempts)

    assert result_of(error.errors[-1]) == {"n": 2}


def test_a_report_without_targets_says_so() -> None:
    assert report("tencent-sync-machines", [], []) == ["tencent-sync-machines: no targets"]
