"""``docs/local.md``: its commands are run as documented, and print what it shows."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.samples import ROOT
from local.serve import PORT_BASE
from tests.support.console_pages import (
    PYTHON,
    SERVE,
    ConsoleBlock,
    blocks,
    environment,
    matches,
    serving,
    with_this_python,
)

PAGE = ROOT / "docs" / "local.md"
BLOCKS = blocks(PAGE.read_text("utf-8"))
ENV_FILE = "build/emulator.env"
QUESTION = b"[y/N] "
COLUMNS = 100

# What make runs, by its targets in the Makefile.
MAKE = {"make run": f"{PYTHON} -m local run", "make serve": SERVE}

CHANGING = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+08:00)", "<time>"),
    (r"\b\d+ ms\b|\b\d+\.\d s\b", "<duration>"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b", "<id>"),
    (r"127\.0\.0\.1:\d+", "<address>"),
    ("─+", "─"),
)


def without_varying_parts(text: str) -> str:
    """Return an output without its varying parts."""
    for pattern, name in CHANGING:
        text = re.sub(pattern, name, text)
    return text


@dataclass(frozen=True)
class ShellRun:
    """The exit code and the output of a block's commands."""

    code: int
    output: str


def run(block: ConsoleBlock, home: Path, env_file: Path | None = None) -> ShellRun:
    """Run a block's commands in a shell on a terminal, answering each question with yes."""
    script = with_this_python(block.script).replace(ENV_FILE, str(env_file))
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("4H", 40, COLUMNS, 0, 0))
    process = subprocess.Popen(
        ["sh", "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "NO_COLOR": "1"},
        stdin=other,
        stdout=other,
        stderr=other,
        start_new_session=True,
    )
    os.close(other)
    came = b""
    while part := read(main):
        came += part
        if part.endswith(QUESTION):
            os.write(main, b"y\n")
    os.close(main)
    text = came.decode().replace("\r\n", "\n")
    # A progress line is erased again.
    return ShellRun(process.wait(60), re.sub(r"\r\x1b\[K[^\r\n]*(?=\r\x1b\[K)|\r\x1b\[K", "", text))


def read(descriptor: int) -> bytes:
    """Return what was written to a terminal; nothing once its other end is closed."""
    try:
        return os.read(descriptor, 65_536)
    except OSError:
        return b""


def block(beginning: str) -> ConsoleBlock:
    """Return the page's only block that begins with this text."""
    [found] = [each for each in BLOCKS if each.script.startswith(beginning)]
    return found


@pytest.fixture(scope="module")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The settings of the emulator that the page's command serves."""
    folder = tmp_path_factory.mktemp("serve")
    file = folder / "emulator.env"
    with serving(block(SERVE).script.replace(ENV_FILE, str(file)), folder):
        yield file


def test_every_command_line_names_the_python_that_make_sets_up() -> None:
    lines = [line for each in BLOCKS for line in each.script.splitlines() if "python" in line]
    assert [line for line in lines if PYTHON not in line] == []


@pytest.mark.parametrize(("target", "command"), MAKE.items())
def test_make_runs_what_is_run_here_for_it(target: str, command: str) -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8").partition(f"\n{target[5:]}: ")[2]
    assert f"$(BIN)/{command.removeprefix('.venv/bin/')}" in recipe.splitlines()[1]


def test_make_run_prints_what_is_shown(tmp_path: Path) -> None:
    shown = block("make run")
    ran = run(ConsoleBlock(MAKE["make run"], ""), tmp_path)
    assert ran.code == 0
    assert matches(without_varying_parts(shown.output), without_varying_parts(ran.output)), (
        ran.output
    )


def test_the_commands_with_other_parameters_work(tmp_path: Path) -> None:
    for line in block(f"{PYTHON} -m local run --operation oms").script.splitlines():
        assert run(ConsoleBlock(line, ""), tmp_path).code == 0, line


def test_serve_prints_what_is_shown(tmp_path: Path) -> None:
    shown = block("make serve").output
    assert re.findall(r"127\.0\.0\.1:(\d+)", shown) == [str(PORT_BASE)] * 3
    program = f"import sys; {SERVE_UNTIL_READY}"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert matches(without_varying_parts(shown), without_varying_parts(ran.stdout)), ran.stdout


SERVE_UNTIL_READY = """
import argparse, threading
from local.console import Console
from local.serve import serve
ready = threading.Event(); ready.set()
options = argparse.Namespace(port_base=None, http=True, env_file=None)
sys.exit(serve(options, Console.standard({}), {}, ready))
"""


@pytest.mark.parametrize(
    ("beginning", "code"),
    [
        (f". {ENV_FILE} && {PYTHON} -m local run --live --operation cwp", 0),
        (f". {ENV_FILE} && {PYTHON} -m local run --live --yes", 3),
        (f". {ENV_FILE} && {PYTHON} -m local doctor --live", 0),
        ("TENCENTCLOUD_SECRET_ID=", 0),
    ],
)
def test_a_command_prints_what_is_shown(
    tmp_path: Path, env_file: Path, beginning: str, code: int
) -> None:
    shown = block(beginning)
    ran = run(shown, tmp_path, env_file)
    assert ran.code == code, ran.output
    assert matches(without_varying_parts(shown.output), without_varying_parts(ran.output)), (
        ran.output
    )
