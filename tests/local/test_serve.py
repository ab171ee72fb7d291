"""``serve``: the emulator by itself."""

from __future__ import annotations

import argparse
import io
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from functions.tencent.sync_machines import OPERATION
from local.console import Console
from local.emulator.server import ENDPOINT_SETTINGS
from local.serve import add_arguments, port, serve, show_environment
from shared.entrypoint import handle
from shared.runtime import Runtime
from shared.settings import SETTINGS
from tests.support.free_ports import free_base


@dataclass
class ServeRun:
    """What a time of serving came to."""

    code: int
    output: str
    settings: dict[str, str]
    result: dict[str, object]


def served(folder: Path, base: int | None = None) -> ServeRun:
    """Serve the emulator only, call CWP with what its file of settings says, stop."""
    out = io.StringIO()
    console = Console(out, out, out, io.StringIO(), {})
    stopping = threading.Event()
    codes: list[int] = []
    file = folder / "more" / "emulator.env"
    options = argparse.Namespace(port_base=base, http=False, env_file=file)
    thread = threading.Thread(target=lambda: codes.append(serve(options, console, {}, stopping)))
    thread.start()
    until = time.monotonic() + 10
    while "In another shell:" not in out.getvalue() and time.monotonic() < until:
        time.sleep(0.01)
    settings = as_a_shell_reads_it(file)
    result = handle(OPERATION, {"sync": False}, None, Runtime(environ=settings))
    stopping.set()
    thread.join()
    return ServeRun(codes[0], out.getvalue(), settings, result)


def as_a_shell_reads_it(file: Path) -> dict[str, str]:
    """Return the environment of a program that is started after a file was sourced."""
    program = "import json, os; print(json.dumps(dict(os.environ)))"
    ran = subprocess.run(
        ["sh", "-c", '. "$1" && exec "$2" -c "$3"', "sh", file, sys.executable, program],
        env={},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    settings: dict[str, str] = json.loads(ran.stdout)
    return {name: settings[name] for name in settings.keys() & SETTINGS.keys()}


def test_the_file_of_settings_leads_a_handler_to_the_emulator(tmp_path: Path) -> None:
    ran = served(tmp_path)
    assert (ran.code, ran.result["status"]) == (0, "idle")


def test_the_command_that_uses_the_file_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "more" / "emulator.env"
    line = f"In another shell:  . {file} && .venv/bin/python -m local run --live\n"
    assert line in served(tmp_path).output


def test_a_file_in_this_folder_is_named_so_that_a_shell_finds_it() -> None:
    out = io.StringIO()
    show_environment(Path("emulator.env"), Console(out, out, out, io.StringIO(), {}))
    assert ". ./emulator.env &&" in out.getvalue()


def test_settings_are_printed_only_on_request(tmp_path: Path) -> None:
    assert "export " not in served(tmp_path).output


def test_a_port_base_fixes_the_ports(tmp_path: Path) -> None:
    base = free_base()
    settings = served(tmp_path, base).settings
    assert settings["EDAS_ENDPOINT_URL"] == f"http://127.0.0.1:{base + 1}"
    assert settings["HUAWEI_IAM_ENDPOINT_URL"] == f"http://127.0.0.1:{base + 6}"


def test_the_default_ports_are_below_linuxs_ephemeral_range() -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert parser.parse_args([]).port_base == 8400
    assert 8400 + len(ENDPOINT_SETTINGS) < 32_768


def test_any_takes_free_ports() -> None:
    assert port("any") is None


def test_the_keys_are_visibly_placeholders(tmp_path: Path) -> None:
    exports = served(tmp_path).settings
    keys = [value for name, value in exports.items() if name.endswith(("_AK", "_SK", "_ID", "KEY"))]
    assert [key for key in keys if "example" not in key and "cn-" not in key] == []


@pytest.mark.parametrize("offset", [0, 1, 12])
def test_a_port_in_use_is_named_and_ends_with_two(offset: int) -> None:
    base = free_base()
    with socket.create_server(("127.0.0.1", base + offset)):
        ran = subprocess.run(
            [sys.executable, "-m", "local", "serve", "--port-base", str(base)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert ran.returncode == 2
    assert ran.stderr == (
        f"serve: port {base + offset} is in use; choose other ports with --port-base N, "
        "or --port-base any for free ones\n"
    )


def test_a_file_that_cannot_be_written_ends_with_two(tmp_path: Path) -> None:
    out = io.StringIO()
    options = argparse.Namespace(port_base=None, http=True, env_file=tmp_path)
    assert serve(options, Console(out, out, out, io.StringIO(), {}), {}) == 2
    assert str(tmp_path) in out.getvalue()


@pytest.mark.parametrize("text", ["0", "65526", "-1", "65524"])
def test_an_invalid_port_base_is_wrong_usage(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        port(text)
