"""Runs a command of ``python -m local`` in this process, with streams that are looked at."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.__main__ import main
from local.console import Console
from shared.runtime import Runtime


class Terminal(io.StringIO):
    """A stream with a person before it."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class CommandRun:
    """What a command left behind."""

    code: int
    out: str
    errors: str
    folder: Path

    @property
    def results(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((self.folder / "results.json").read_text())
        return found

    @property
    def not_run(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads((self.folder / "not_run.json").read_text())
        return found

    @property
    def log(self) -> list[dict[str, Any]]:
        lines = (self.folder / "log.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    @property
    def all_output(self) -> str:
        files = [path.read_text() for path in self.folder.iterdir() if path.is_file()]
        return "\n".join([self.out, self.errors, *files])


def command(
    folder: Path,
    *arguments: str | Path,
    environ: Mapping[str, str] | None = None,
    answers: str | None = None,
    terminal: bool = False,
) -> CommandRun:
    """Run a command.

    Parameters
    ----------
    folder: where ``run`` writes; its ``home`` is the home directory.
    arguments: the command line.
    environ: the process environment.
    answers: what a person types; None is no terminal to type at.
    terminal: whether what is output goes to a terminal.
    """
    out = io.StringIO()
    talk = Terminal() if terminal else io.StringIO()
    typed = io.StringIO() if answers is None else Terminal(answers)
    console = Console(out, talk, talk, typed, environ or {})
    process = Runtime(environ=dict(environ or {}), home=folder / "home")
    code = main([str(argument) for argument in arguments], console, process)
    return CommandRun(code, out.getvalue(), talk.getvalue(), folder)


def run(folder: Path, *arguments: str | Path, **more: Any) -> CommandRun:
    """Run ``run`` into a folder."""
    return command(folder, "run", "--into", folder, *arguments, **more)


def event_file(folder: Path, event: object) -> Path:
    """Write a file of parameters beside what a run writes."""
    path = folder / "given" / "event.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(event if isinstance(event, str) else json.dumps(event))
    return path
