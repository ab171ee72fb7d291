"""Where the commands print: streams passed in; colour and questions only on a terminal."""

from __future__ import annotations

import io
import os
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TextIO, TypeVar

WIDEST = 100
NARROWEST = 60
COLOURS = {"green": "32", "yellow": "33", "red": "31", "bold": "1", "dim": "2"}

Returned = TypeVar("Returned")


@dataclass(frozen=True)
class Console:
    """The streams of one command.

    Parameters
    ----------
    out: where results go.
    talk: where everything meant for people goes; the same as ``out`` unless JSON is wanted.
    errors: where usage errors go.
    input: where answers come from.
    environ: ``NO_COLOR`` and ``TERM`` are read from it.
    """

    out: TextIO
    talk: TextIO
    errors: TextIO
    input: TextIO
    environ: Mapping[str, str]

    @classmethod
    def standard(cls, environ: Mapping[str, str]) -> Console:
        """Return the console of this process; what its streams cannot show becomes a ``?``."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        return cls(sys.stdout, sys.stdout, sys.stderr, sys.stdin, environ)

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads the output."""
        return self.talk.isatty()

    @property
    def can_ask(self) -> bool:
        """Whether a person sees a question and can answer it."""
        return self.is_terminal and self.input.isatty()

    @property
    def width(self) -> int:
        """How many columns a table may take; the terminal's, 100 at the most."""
        try:
            columns = os.get_terminal_size(self.talk.fileno()).columns
        except (OSError, ValueError):
            return WIDEST
        # A terminal of a CI job may say that it has none.
        return max(NARROWEST, min(WIDEST, columns or WIDEST))

    def say(self, text: str = "") -> None:
        """Write a line for people."""
        print(text, file=self.talk, flush=True)

    def complain(self, text: str) -> None:
        """Say what is wrong with how the command was called."""
        print(text, file=self.errors, flush=True)

    def fill(self, text: str, indent: int) -> None:
        """Write a text for people over as many lines as it takes, all of them indented."""
        margin = " " * indent
        # Ids, URLs and settings are there to be copied: they stay whole.
        for line in textwrap.wrap(
            text,
            self.width,
            initial_indent=margin,
            subsequent_indent=margin,
            break_on_hyphens=False,
            break_long_words=False,
        ):
            self.say(line)

    def progress(self, text: str) -> None:
        """Show what is under way; an empty text takes it away again. Only on a terminal."""
        if self.is_terminal:
            self.talk.write(f"\r\x1b[K{text[: self.width]}")
            self.talk.flush()

    def during(self, text: str, run: Callable[[], Returned]) -> Returned:
        """Return what a function returns, with a text shown as progress while it runs."""
        self.progress(text)
        try:
            return run()
        finally:
            self.progress("")

    def coloured(self, text: str, colour: str | None) -> str:
        """Return a text in a colour where colour is wanted."""
        if colour is None or not self.is_terminal or self.environ.get("NO_COLOR"):
            return text
        if self.environ.get("TERM") == "dumb":
            return text
        return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"

    def ask(self, question: str) -> bool:
        """Ask a yes-or-no question; anything but a yes, the end of the input too, is a no."""
        self.talk.write(f"{question} [y/N] ")
        self.talk.flush()
        return self.input.readline().strip().lower() in {"y", "yes"}
