"""What a local run leaves behind: the results, the log lines, and a table on the screen."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO, cast

from local.console import Console
from local.samples import ROOT
from local.table import Column, Heading, Row, render
from local.targets import Show, TargetProgress
from shared import entrypoint
from shared.errors import SyncFailed
from shared.models.operation import Operation
from shared.runtime import Runtime

FOLDER = ROOT / "build" / "run"

Result = Mapping[str, Any]

INDENT = " "
COLUMNS = (
    Column("operation"),
    Column("status"),
    Column("summary", wraps=True),
    Column("time", right=True),
)
STATUS_COLOURS = {
    "succeeded": "green",
    "unchanged": "green",
    "idle": "green",
    "planned": "green",
    "accepted": "yellow",
    "running": "yellow",
    "partial": "yellow",
    "failed": "red",
}

CALLED = {"direct": "called directly", "timer": "called by a timer"}


@dataclass(frozen=True, slots=True)
class NotRun:
    """An operation that was not run.

    Parameters
    ----------
    operation: its id.
    status: ``skipped``, or ``declined`` where a person answered no.
    reason: why.
    hint: what to do about it.
    """

    operation: str
    status: str
    reason: str
    hint: str = ""


class Report:
    """Runs operations through the deployed entry, and keeps their results and log lines.

    Log lines go to ``log.jsonl``, the results to ``results.json``, and what was not run to
    ``not_run.json``; the latter two are written when it closes, however the run ends.

    Parameters
    ----------
    folder: where the three files go.
    show_target: shows what became of one of several targets; None to show nothing.
    """

    def __init__(self, folder: Path = FOLDER, show_target: Show | None = None) -> None:
        self.results_path = folder / "results.json"
        self.not_run_path = folder / "not_run.json"
        self.log_path = folder / "log.jsonl"
        self.results: list[Result] = []
        self.not_run: list[NotRun] = []
        self._platforms: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._log = self.log_path.open("w", encoding="utf-8")
        self._lines: TextIO = self._log
        if show_target is not None:
            self._lines = cast("TextIO", TargetProgress(self._log, show_target))

    def close(self) -> None:
        """Write the results and what was not run, and end the log."""
        not_run = [asdict(each) for each in self.not_run]
        for path, found in ((self.results_path, self.results), (self.not_run_path, not_run)):
            text = json.dumps(found, ensure_ascii=False, indent=2)
            path.write_text(text + "\n", encoding="utf-8")
        self._log.close()

    def perform(
        self, operation: Operation, event: object, context: Any, process: Runtime
    ) -> dict[str, Any]:
        """Run an operation through the deployed entry; its log lines go to the file.

        A failure that a timer's run raises comes back as its result.
        """
        with contextlib.redirect_stdout(self._lines):
            try:
                return entrypoint.handle(operation, event, context, process)
            except SyncFailed as failure:
                result: dict[str, Any] = json.loads(str(failure))
                return result

    def add(self, platform: str, result: Result) -> None:
        """Keep a result."""
        self._platforms.append(platform)
        self.results.append(result)

    @property
    def failed(self) -> list[Result]:
        """The results that failed."""
        return [result for result in self.results if result["status"] in {"failed", "partial"}]

    @property
    def skipped(self) -> list[NotRun]:
        """What was not run for another reason than a person's no."""
        return [each for each in self.not_run if each.status == "skipped"]

    def show(self, console: Console) -> None:
        """Print the table, each failure with what to do about it, and where the files are."""

        def paint(title: str, text: str) -> str:
            colour = STATUS_COLOURS.get(text.strip()) if title == "status" else None
            return console.coloured(text, colour if title else "bold")

        console.say(render(COLUMNS, self._rows(), console.width, paint))
        for result in self.failed:
            for each in failures_of(result):
                show_failure(each, console)
        console.say()
        console.say(f"Results: {shown(self.results_path)}   Log: {shown(self.log_path)}")

    def show_not_run(self, console: Console) -> None:
        """Print what was not run, with the reasons, and how many were."""
        if not self.not_run:
            return
        console.say()
        console.say("Not run:")
        for each in self.not_run:
            status = console.coloured(each.status, "yellow")
            console.say(f"  {each.operation}: {status}: {each.reason}")
            console.fill(each.hint, 4)
        console.say()
        if not self.results:
            console.say("Nothing was run.")
            return
        total = len(self.results) + len(self.not_run)
        console.say(f"{len(self.results)} of {total} operations ran.")

    def _rows(self) -> list[Row]:
        """Return the results as rows, those of one platform and trigger under a heading."""
        groups: dict[str, list[Row]] = {}
        for platform, result in zip(self._platforms, self.results, strict=True):
            trigger = result["trigger"]
            heading = f"{platform}, {CALLED.get(trigger, trigger)}"
            groups.setdefault(heading, []).append(
                (
                    INDENT + result["operation"].partition(".")[2],
                    result["status"],
                    result["summary"],
                    duration(result["duration_ms"]),
                )
            )
        return [row for heading, rows in groups.items() for row in (Heading(heading), *rows)]

    def print_json(self, console: Console) -> None:
        """Print the results as one JSON list."""
        print(json.dumps(self.results, ensure_ascii=False, indent=2), file=console.out, flush=True)


def failures_of(result: Result) -> Sequence[Result]:
    """Return a failed result, or those of its targets that failed."""
    if result["error"] is not None:
        return [result]
    return [each for each in result["data"].get("results", ()) if each["error"] is not None]


def show_failure(result: Result, console: Console) -> None:
    """Print why a run failed, and what to do about it."""
    error = result["error"]
    where = "/".join(result[key] for key in ("account", "region") if result[key])
    place = "" if result["account"] in {None, "default"} else f" in {where}"
    console.say()
    console.say(
        console.coloured(f"{result['operation']} failed{place}", "red")
        + f": {error['category']}, {error['code']}"
    )
    console.fill(error["message"], 2)
    if error["hint"]:
        console.fill(error["hint"], 2)


def duration(milliseconds: int) -> str:
    """Return a duration for people: ``7 ms``, ``1.0 s``."""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    return f"{milliseconds / 1000:.1f} s"


def shown(path: Path) -> str:
    """Return a path as a person would type it here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
