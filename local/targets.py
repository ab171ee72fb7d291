"""``local run --targets``: where to run, and the progress of the targets."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from local.samples import Parameters

Show = Callable[[str], None]


def targets_argument(text: str) -> object:
    """Return the targets that a command names: JSON, ``set:NAME``, or a file with JSON.

    Raises
    ------
    argparse.ArgumentTypeError: it is none of them.
    """
    kind, colon, name = text.partition(":")
    if colon and kind == "set":
        return {"set": name}
    try:
        content = text if text.lstrip()[:1] in {"[", "{"} else Path(text).read_text("utf-8")
        return json.loads(content)
    except OSError as error:
        msg = f"{text}: {error.strerror}; give JSON, set:NAME or a file"
        raise argparse.ArgumentTypeError(msg) from None
    except (ValueError, RecursionError):
        raise argparse.ArgumentTypeError("is not JSON") from None


def with_targets(event: Mapping[str, object], targets: object) -> Parameters:
    """Return an event that runs for targets instead of in one region."""
    rest = {key: value for key, value in event.items() if key not in {"account", "region"}}
    return {**rest, "targets": targets}


class TargetProgress(io.TextIOBase):
    """Writes log lines on, and shows one short line for each target that is done.

    Parameters
    ----------
    log: where the lines go.
    show: shows a line.
    """

    def __init__(self, log: TextIO, show: Show) -> None:
        self._log = log
        self._show = show
        self._done = 0

    def write(self, text: str) -> int:
        """Write a part of the log; the logger writes whole lines."""
        for line in text.splitlines():
            fact = fact_of(line)
            if "target" in fact and "status" in fact:
                self._done += 1
                place = "/".join(str(fact[key]) for key in ("account", "region") if key in fact)
                why = f" ({fact['category']})" if "category" in fact else ""
                self._show(f"[{self._done}/{fact['targets']}] {place} {fact['status']}{why}")
        return self._log.write(text)

    def flush(self) -> None:
        """Flush the log; what is discarded after the log was closed has nothing to flush."""
        if not self._log.closed:
            self._log.flush()


def fact_of(line: str) -> Mapping[str, Any]:
    """Return a log line's fields, none if it is no log line."""
    try:
        fact = json.loads(line)
    except ValueError:
        return {}
    return fact if isinstance(fact, dict) else {}
