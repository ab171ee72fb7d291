"""One event as a command: the result on one stream, the log on the other, and an exit code."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from local.emulator import Emulator
from local.fake_chats import FakeChats
from shared.command_line import exit_code, run_command
from shared.runtime import Runtime
from tests.support.notifications import CWP, failure, result, several
from tests.support.repository import ROOT

MODULE = "functions.tencent.sync_machines"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    errors: str

    @property
    def result(self) -> dict[str, Any]:
        (line,) = self.out.splitlines()
        body: dict[str, Any] = json.loads(line)
        return body

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.errors.splitlines()]


def command(
    *arguments: str, environ: Mapping[str, str] | None = None, typed: str = "", operation: str = CWP
) -> Ended:
    out, errors = io.StringIO(), io.StringIO()
    code = run_command(
        load(operation),
        OPERATIONS[operation],
        arguments,
        runtime=Runtime(environ=environ or {}, home=ROOT / "no-such-home"),
        stdin=io.StringIO(typed),
        stdout=out,
        stderr=errors,
    )
    return Ended(code, out.getvalue(), errors.getvalue())


def test_a_run_writes_its_result_and_its_log_to_different_streams(emulator: Emulator) -> None:
    ended = command('{"sync": false}', environ=emulator.environment())
    assert ended.code == 0
    assert (ended.result["status"], ended.result["trigger"]) == ("idle", "direct")
    assert ended.log[-1]["status"] == "idle"


def test_without_an_argument_the_defaults_are_run(emulator: Emulator) -> None:
    defaults = {"DEFAULT_PARAMETERS": '{"sync": false}'}
    ended = command(environ=emulator.environment() | defaults)
    assert (ended.code, ended.result["status"]) == (0, "idle")


def test_the_event_can_be_read_from_standard_input() -> None:
    ended = command("-", typed='{"dry_run": true}\n')
    assert (ended.code, ended.result["status"]) == (0, "planned")


@pytest.mark.parametrize("on_failure", ["raise", "return"])
@pytest.mark.parametrize("trigger", ["direct", "timer", "workflow"])
def test_a_failed_run_has_a_result_whatever_the_trigger(trigger: str, on_failure: str) -> None:
    event = {"trigger": trigger, "on_failure": on_failure}
    ended = command(json.dumps(event))
    assert ended.code == 1
    assert (ended.result["error"]["category"], ended.result["trigger"]) == (
        "misconfigured",
        trigger,
    )


def test_a_run_of_a_timer_reports_to_the_monitor(emulator: Emulator) -> None:
    with FakeChats() as monitors:
        environ = emulator.environment() | {"NOTIFY": monitors.setting(kinds=("healthchecks",))}
        assert command('{"sync": false}', environ=environ).code == 0
        assert monitors.received == []
        assert command('{"sync": false, "trigger": "timer"}', environ=environ).code == 0
    assert [report.is_down for report in monitors.received] == [False]


def test_several_targets_are_one_result(emulator: Emulator) -> None:
    event = {"sync": False, "targets": [{"region": "ap-guangzhou"}, {"region": "ap-beijing"}]}
    ended = command(json.dumps(event), environ=emulator.environment())
    assert (ended.code, ended.result["data"]["counts"]) == (0, {"idle": 2})


def test_what_a_retry_may_help_is_a_temporary_failure(emulator: Emulator) -> None:
    environ = emulator.environment() | {"CWP_ENDPOINT_URL": "http://127.0.0.1:9"}
    out = io.StringIO()
    code = run_command(
        load(CWP),
        MODULE,
        ['{"sync": false}'],
        runtime=Runtime(environ=environ, random=lambda: 0.0),
        stdout=out,
        stderr=io.StringIO(),
    )
    assert (code, json.loads(out.getvalue())["error"]["category"]) == (75, "unreachable")


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        *((result(status=status), 0) for status in ("succeeded", "accepted", "running")),
        *((result(status=status), 0) for status in ("unchanged", "idle", "planned")),
        (failure(), 1),
        (several(result(), result(), status="partial"), 0),
        (several(result(), failure(), status="partial"), 1),
        (several(failure(), failure(), status="failed"), 1),
    ],
)
def test_the_exit_code_follows_from_the_result(ended: Any, code: int) -> None:
    assert exit_code(ended) == code


def test_targets_that_all_may_be_retried_are_a_temporary_failure() -> None:
    failed = failure()
    assert failed.error is not None
    busy = failed._replace(error=failed.error._replace(retryable=True))
    assert exit_code(busy) == 75
    assert exit_code(several(result(), busy, status="partial")) == 75
    assert exit_code(several(failed, busy, status="partial")) == 1


def test_a_wrong_parameter_is_wrong_usage_with_a_result() -> None:
    ended = command('{"sync": "no"}')
    assert (ended.code, ended.result["error"]["category"]) == (2, "invalid_input")


HTTP_EVENT = '{"httpMethod": "POST", "path": "/", "headers": {}, "body": "topSecret"}'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (['{"src_sk": "topSecret'], "the argument is not JSON"),
        (['"topSecret"'], "the argument is not a JSON object"),
        ([""], "the argument is not JSON"),
        (["--topSecret"], "the argument is not JSON"),
        (['{"src_sk":', '"topSecret"}'], "takes one argument, not 2"),
        ([HTTP_EVENT], "the argument is the event of an HTTP trigger"),
        (['"' + "topSecret" * 30_000 + '"'], "the argument is larger than 256 KB"),
        (["-"], "standard input is not JSON"),
    ],
)
def test_wrong_usage_says_what_is_wrong_and_quotes_nothing(
    arguments: list[str], message: str
) -> None:
    ended = command(*arguments, typed="topSecret")
    assert (ended.code, ended.out) == (2, "")
    assert ended.errors.startswith(f"{MODULE}: {message}. ")
    assert "topSecret" not in ended.errors


def test_an_interrupt_ends_it_without_a_traceback() -> None:
    class Interrupted(io.StringIO):
        def read(self, _size: int | None = -1) -> str:
            raise KeyboardInterrupt

    errors = io.StringIO()
    assert run_command(load(CWP), MODULE, ["-"], stdin=Interrupted(), stderr=errors) == 130
    assert errors.getvalue() == f"{MODULE}: interrupted\n"


def test_a_secret_of_the_event_is_in_no_output() -> None:
    event = {"sync_task_id": "example-task", "src_ak": "exampleAk0001", "src_sk": "exampleSk0001"}
    ended = command(json.dumps(event), operation="huawei.oms.StartSyncTask")
    assert ended.code == 1
    assert "exampleSk0001" not in ended.out + ended.errors


def test_a_stream_without_chinese_characters_gets_escapes(emulator: Emulator) -> None:
    class Narrow(io.StringIO):
        @property
        def encoding(self) -> str:  # type: ignore[override]
            return "ascii"

    out = Narrow()
    event = '{"sync": "\u4e2d\U0001f600", "\u4e2d": 1}'
    run_command(load(CWP), MODULE, [event], stdout=out, stderr=io.StringIO())
    assert out.getvalue().isascii()
    assert json.loads(out.getvalue())["status"] == "failed"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_explains_itself(operation: str) -> None:
    ended = command("--help", operation=operation)
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out.startswith(f"usage: python -m {OPERATIONS[operation]} [EVENT]\n")
    for name in load(operation).params.fields:
        assert name in ended.out


@pytest.mark.parametrize("module", OPERATIONS.values())
def test_every_module_is_a_command(module: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", module, '{"topSecret": true}'],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert json.loads(ended.stdout)["error"]["category"] == "invalid_input"
    assert ended.stderr.startswith('{"level":"ERROR"')
