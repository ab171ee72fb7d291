"""The command line as a person calls it: a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_run_runs(tmp_path: Path) -> None:
    ran = local("run", "--into", str(tmp_path / "run"), home=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(json.loads((tmp_path / "run" / "results.json").read_text())) == 10


def test_run_prints_json_to_standard_output_only(tmp_path: Path) -> None:
    ran = local(
        "run", "--json", "--operation", "huawei.modelarts.SyncDevServers",
        *("--into", str(tmp_path)), home=tmp_path,
    )  # fmt: skip
    assert [result["status"] for result in json.loads(ran.stdout)] == ["succeeded"] * 2


def test_a_screen_that_knows_ascii_only_is_no_obstacle(tmp_path: Path) -> None:
    ran = local("doctor", home=tmp_path, encoding="ascii")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_doctor_on_a_bare_machine_is_fine(tmp_path: Path) -> None:
    assert local("doctor", home=tmp_path).returncode == 0


def test_the_published_schemas_are_up_to_date(tmp_path: Path) -> None:
    assert local("schema", "--check", home=tmp_path).returncode == 0


@pytest.mark.parametrize("command", ["run", "serve", "doctor", "schema"])
def test_every_command_explains_itself_and_its_exit_codes(command: str, tmp_path: Path) -> None:
    ran = local(command, "--help", home=tmp_path)
    assert ran.returncode == 0
    assert "exit codes" in ran.stdout


@pytest.mark.parametrize("arguments", [(), ("dance",), ("run", "--dance")])
def test_wrong_usage_ends_with_two(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ran = local(*arguments, home=tmp_path)
    assert ran.returncode == 2
    assert "usage:" in ran.stderr


def test_serve_ends_quietly_on_ctrl_c(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    while b"# Then" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, b"")


SERVE = """
import signal, runpy, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["local", "serve"]
runpy.run_module("local", run_name="__main__")
"""
"""A test run in the background may have been told to ignore Ctrl-C, which children inherit."""
