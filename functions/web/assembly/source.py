"""Reads the console's source files without their comments."""

from __future__ import annotations

import re
from collections.abc import Callable

ReadFile = Callable[[str], str]
"""Returns the text of a source file by its name."""

BLOCK_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
LINE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
BLANK_LINES = re.compile(r"\n{2,}")


class AssemblyError(Exception):
    """A source file contains something that the assembler does not support."""


def without_comments(name: str, text: str) -> str:
    """Return a source file without blank lines and without comments on lines of their own.

    Parameters
    ----------
    name: the file's name.
    text: its text.

    Raises
    ------
    AssemblyError: a template literal spans lines, so it could contain what looks like a comment.
    """
    text = LINE_COMMENT.sub("", BLOCK_COMMENT.sub("", text))
    for line in text.splitlines():
        if line.count("`") % 2:
            raise AssemblyError(f"{name}: a template literal must end on its line: {line.strip()}")
    return BLANK_LINES.sub("\n", text).strip() + "\n"
