"""The ``console`` blocks of a page: what is typed, and what is shown to come out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.samples import ROOT
from tests.support.free_ports import free_base

PYTHON = ".venv/bin/python"
SERVE = f"{PYTHON} -m local serve"
ELLIPSIS = "…"


@dataclass(frozen=True)
class ConsoleBlock:
    """A ``console`` block: what is typed, and what is shown to come out."""

    script: str
    output: str


def blocks(text: str) -> list[ConsoleBlock]:
    """Return a page's ``console`` blocks."""
    found = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [read_block(each) for each in found]


def read_block(text: str) -> ConsoleBlock:
    """Return a block; a line that begins with a space goes on with the command before it."""
    typed: list[str] = []
    shown: list[str] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            typed.append(line.removeprefix("$ "))
        elif line.startswith(" ") and not shown:
            typed[-1] += f"\n{line}"
        else:
            shown.append(line)
    return ConsoleBlock("\n".join(typed), "\n".join(shown))


def with_this_python(script: str) -> str:
    """Return a script that runs the interpreter of this test in place of the documented one."""
    return script.replace(PYTHON, shlex.quote(sys.executable))


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a shell in which nothing is set up."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "NO_PROXY": "*"}


@contextmanager
def serving(script: str, home: Path) -> Iterator[int]:
    """Run a page's command that serves, on free ports; give the first of them."""
    base = free_base()
    process = subprocess.Popen(
        ["sh", "-c", f"{with_this_python(script)} --port-base {base}"],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    output: list[str] = []
    try:
        for line in process.stdout:
            output.append(line)
            if "another shell" in line:
                break
        assert process.poll() is None, "".join(output)
        yield base
    finally:
        os.killpg(process.pid, 15)
        process.wait(10)
        process.stdout.close()


def without_whitespace(text: str) -> str:
    """Return a text without its white space: where lines are broken says nothing."""
    return "".join(text.split())


def matches(shown: str, came: str) -> bool:
    """Return whether an output is the one shown, whatever stands for what was left out."""
    parts = [re.escape(part) for part in without_whitespace(shown).split(ELLIPSIS)]
    return re.fullmatch(".*".join(parts), without_whitespace(came)) is not None
