"""What a local run leaves behind: the results, the log lines, and a table on the screen."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.console import Console
from local.samples import ROOT
from local.table import Column, render
from shared import entrypoint
from shared.errors import SyncFailed
from shared.models.operation import Operation
from shared.run import Process

FOLDER = ROOT / "build" / "run"

Result = Mapping[str, Any]

COLUMNS = (
    Column("operation"),
    Column("platform"),
    Column("status"),
    Column("summary", wraps=True),
    Column("attempts", right=True),
    Column("ms", right=True),
)
STATUS_COLOURS = {
    "succeeded": "green",
    "unchanged": "green",
    "idle": "green",
    "planned": "green",
    "accepted": "yellow",
    "running": "yellow",
    "failed": "red",
}


class Report:
    """Runs operations through the deployed entry, and keeps what they say.

    Log lines go to ``log.jsonl``, the results to ``results.json``, written when it closes,
    however the run ends.

    Parameters
    ----------
    folder: where the two files go.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.results_path = folder / "results.json"
        self.log_path = folder / "log.jsonl"
        self.results: list[Result] = []
        self._platforms: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._log = self.log_path.open("w", encoding="utf-8")

    def close(self) -> None:
        """Write the results and end the log."""
        text = json.dumps(self.results, ensure_ascii=False, indent=2)
        self.results_path.write_text(text + "\n", encoding="utf-8")
        self._log.close()

    def perform(
        self, operation: Operation, event: object, context: Any, process: Process
    ) -> dict[str, Any]:
        """Run an operation through the deployed entry; its log lines go to the file.

        A failure that a timer's run raises comes back as its result.
        """
        with contextlib.redirect_stdout(self._log):
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

    def show(self, console: Console) -> None:
        """Print the table, each failure with what to do about it, and where the files are."""
        rows = [
            (
                broken(result["operation"]),
                f"{platform}\n{result['trigger']}",
                result["status"],
                result["summary"],
                str(result["attempts"]),
                str(result["duration_ms"]),
            )
            for platform, result in zip(self._platforms, self.results, strict=True)
        ]

        def paint(title: str, text: str) -> str:
            colour = STATUS_COLOURS.get(text.strip()) if title == "status" else None
            return console.coloured(text, colour)

        console.say(render(COLUMNS, rows, console.width, paint))
        for result in self.failed:
            error = result["error"]
            console.say()
            console.say(
                console.coloured(f"{result['operation']} failed", "red")
                + f": {error['category']}, {error['code']}"
            )
            console.fill(error["message"], 2)
            if error["hint"]:
                console.fill(error["hint"], 2)
        console.say()
        console.say(f"Results: {shown(self.results_path)}   Log: {shown(self.log_path)}")

    def print_json(self, console: Console) -> None:
        """Print the results as one JSON list."""
        print(json.dumps(self.results, ensure_ascii=False, indent=2), file=console.out, flush=True)


def broken(operation_id: str) -> str:
    """Return an operation's id over two lines."""
    head, _, action = operation_id.rpartition(".")
    return f"{head}.\n{action}"


def shown(path: Path) -> str:
    """Return a path as a person would type it here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
