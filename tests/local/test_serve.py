"""``serve``: the emulator by itself."""

from __future__ import annotations

import argparse
import io
import shlex
import socket
import subprocess
import sys
import threading
import time

import pytest

from functions.tencent.sync_machines import OPERATION
from local.console import Console
from local.serve import port, serve
from shared.entrypoint import handle
from shared.run import Process
from tests.local.ports import free_ports


def served(base: int | None = None) -> tuple[int, dict[str, str], dict[str, object]]:
    """Serve, call CWP with what the exports say, stop."""
    out = io.StringIO()
    console = Console(out, out, out, io.StringIO(), {})
    stopping = threading.Event()
    codes: list[int] = []
    options = argparse.Namespace(port_base=base, http=False)
    thread = threading.Thread(target=lambda: codes.append(serve(options, console, {}, stopping)))
    thread.start()
    until = time.monotonic() + 10
    while "# Then" not in out.getvalue() and time.monotonic() < until:
        time.sleep(0.01)
    lines = [shlex.split(line) for line in out.getvalue().splitlines() if line[0] != "#"]
    exports = dict(words[1].split("=", 1) for words in lines if words[0] == "export")
    result = handle(OPERATION, {"sync": False}, None, Process(environ=exports))
    stopping.set()
    thread.join()
    return codes[0], exports, result


def test_the_exports_lead_a_handler_to_the_emulator() -> None:
    code, _, result = served()
    assert (code, result["status"]) == (0, "idle")


def test_a_port_base_fixes_the_ports() -> None:
    base = free_ports(10)
    _, exports, _ = served(base)
    assert exports["EDAS_ENDPOINT_URL"] == f"http://127.0.0.1:{base}"
    assert exports["HUAWEI_IAM_ENDPOINT_URL"] == f"http://127.0.0.1:{base + 5}"


def test_the_keys_are_visibly_made_up() -> None:
    _, exports, _ = served()
    keys = [value for name, value in exports.items() if name.endswith(("_AK", "_SK", "_ID", "KEY"))]
    assert [key for key in keys if "example" not in key and "cn-" not in key] == []


def test_a_taken_port_is_told_and_ends_with_two() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        ran = subprocess.run(
            [sys.executable, "-m", "local", "serve", "--port-base", str(min(number, 65_525))],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert ran.returncode == 2
    assert "--port-base" in ran.stderr


@pytest.mark.parametrize("text", ["0", "65526", "-1"])
def test_a_port_base_without_room_is_wrong_usage(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        port(text)
