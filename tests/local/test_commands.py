"""The command line as a person calls it, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from functions.registry import OPERATIONS
from functions.web.version import VERSION
from local.__main__ import COMMANDS, main
from local.samples import ROOT


def local(*arguments: str, home: Path, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    environ = {
        name: os.environ[name] for name in ("PATH", "SSL_CERT_FILE", "LANG") if name in os.environ
    }
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=ROOT,
        env={**environ, "HOME": str(home), "PYTHONIOENCODING": encoding},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_run_succeeds(tmp_path: Path) -> None:
    ran = local("run", "--into", str(tmp_path / "run"), home=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(json.loads((tmp_path / "run" / "results.json").read_text())) == 2 * len(OPERATIONS)


def test_run_prints_json_to_standard_output_only(tmp_path: Path) -> None:
    ran = local(
        "run", "--json", "--operation", "huawei.modelarts.SyncDevServers",
        *("--into", str(tmp_path)), home=tmp_path,
    )  # fmt: skip
    assert [result["status"] for result in json.loads(ran.stdout)] == ["succeeded"] * 2


def test_an_ascii_only_terminal_is_supported(tmp_path: Path) -> None:
    ran = local("doctor", home=tmp_path, encoding="ascii")
    assert (ran.returncode, ran.stderr) == (3, "")


def test_doctor_on_an_unconfigured_machine_has_nothing_to_check(tmp_path: Path) -> None:
    assert local("doctor", home=tmp_path).returncode == 3


def test_the_published_schemas_are_up_to_date(tmp_path: Path) -> None:
    assert local("schema", "--check", home=tmp_path).returncode == 0


def help_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the help that a command line prints, which takes no process of its own to see."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "command", ["run", "serve", "doctor", "schema", "token", "serverless-devs"]
)
def test_every_command_explains_itself_and_its_exit_codes(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "exit codes" in help_of(capsys, command, "--help")


@pytest.mark.parametrize(
    ("arguments", "usage", "error"),
    [
        ((), "python -m local [-h]", "python -m local: error: a command is missing"),
        (("dance",), "python -m local [-h]", "python -m local: error: unknown command: dance"),
        (("--dance",), "python -m local [-h]", "unrecognized arguments: --dance"),
        (("run", "--dance"), "python -m local run [-h]", "unrecognized arguments: --dance"),
        (("serve", "--port-base", "x"), "python -m local serve [-h]", "invalid port value"),
    ],
)
def test_wrong_usage_ends_with_two_and_the_usage_of_the_command(
    arguments: tuple[str, ...], usage: str, error: str, tmp_path: Path
) -> None:
    ran = local(*arguments, home=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"usage: {usage}")
    assert error in ran.stderr


@pytest.mark.parametrize("arguments", [("help",), ("--help",), ("-h",)])
def test_help_lists_every_command(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ran = local(*arguments, home=tmp_path)
    assert ran.returncode == 0
    assert [line.split()[0] for line in ran.stdout.splitlines() if line.startswith("  ")][
        -len(COMMANDS) :
    ] == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_is_its_own_help(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert help_of(capsys, "help", command) == help_of(capsys, command, "-h") != ""


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    ran = local("--version", home=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, f"cloud-sync-functions {VERSION}\n")


def test_bundle_runs_the_bundler(tmp_path: Path) -> None:
    ran = local("bundle", "--provider", "tencnt", home=tmp_path)
    assert ran.returncode == 2
    assert "tencnt" in ran.stderr


def test_invoke_runs_the_invoker(tmp_path: Path) -> None:
    ran = local("invoke", "tencent-sync-machine", home=tmp_path)
    assert ran.returncode == 2
    assert "no function tencent-sync-machine" in ran.stderr


@pytest.mark.parametrize("command", ["run", "serve", "doctor", "schema", "token", "invoke"])
def test_without_the_dependencies_a_command_says_how_to_get_them(command: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-S", "-m", "local", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "The dependencies are not installed for this Python. Run `make run` once, then use "
        "`.venv/bin/python -m local …`.\n"
    )


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_without_the_dependencies_help_and_version_answer(option: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-S", "-m", "local", option],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_serve_ends_quietly_on_ctrl_c(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    while b"--env-file" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, b"")


def test_ctrl_c_while_the_interpreter_ends_is_no_traceback(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AT_ITS_END, str(tmp_path / "missing.toml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.returncode == 130
    assert "missing.toml" in ran.stderr
    assert "Traceback" not in ran.stderr


INTERRUPTED_AT_ITS_END = """
import atexit, os, runpy, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)

@atexit.register
def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(1)  # the handler runs between two instructions

sys.argv = ["local", "deploy", "--platform", "scf", "--file", sys.argv[1]]
runpy.run_module("local", run_name="__main__")
"""


SERVE = """
import signal, runpy, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["local", "serve", "--port-base", "any"]
runpy.run_module("local", run_name="__main__")
"""
"""A test run in the background may have been set to ignore Ctrl-C, which children inherit."""
