"""A reply to a person, before a platform gives it its own format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.notifications.rendering import break_position


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply in plain text.

    Parameters
    ----------
    lines: the most important first: what does not fit is left out from the end. Parts may be
        marked with :func:`shared.chat.bold.bold`.
    copied: a command that must arrive letter for letter; letters, digits, dots and spaces.
    code: the confirmation code in ``copied``, for platforms with buttons.
    beside: whether it must never replace the message that it answers.
    """

    lines: tuple[str, ...]
    copied: str = ""
    code: str = ""
    beside: bool = False


COPY = "To confirm, send this message:"
"""Stands before a command that must be copied."""


def fitted(lines: Sequence[str], size: Callable[[str], int], longest: int, most: int) -> list[str]:
    """Return the lines in pieces; if there are too many, the last line says how many are missing.

    Parameters
    ----------
    lines: in order.
    size: returns the size of a text; longer texts are larger.
    longest: the maximum size of a piece.
    most: the maximum number of pieces, at least 1.
    """
    whole = packed(lines, size, longest)
    if len(whole) <= most:
        return whole
    keep, top = 0, len(lines)
    while keep < top:
        middle = (keep + top + 1) // 2
        # The note with the most digits: the real one is not longer.
        if len(packed([*lines[:middle], note(len(lines))], size, longest)) <= most:
            keep = middle
        else:
            top = middle - 1
    return packed([*lines[:keep], note(len(lines) - keep)], size, longest)


def packed(lines: Sequence[str], size: Callable[[str], int], longest: int) -> list[str]:
    """Return the lines in as few pieces as possible; only a line that is too long is split."""
    pieces: list[str] = []
    for line in [part for whole in lines for part in broken(whole, size, longest)]:
        if pieces and size(f"{pieces[-1]}\n{line}") <= longest:
            pieces[-1] = f"{pieces[-1]}\n{line}"
        else:
            pieces.append(line)
    return pieces


def broken(line: str, size: Callable[[str], int], longest: int) -> list[str]:
    """Return a line in parts that fit, split where a sentence or a word ends."""
    parts: list[str] = []
    while size(line) > longest:
        keep, most = 1, len(line)
        while keep < most:
            middle = (keep + most + 1) // 2
            if size(line[:middle]) <= longest:
                keep = middle
            else:
                most = middle - 1
        cut = max(1, break_position(line, keep))
        parts.append(line[:cut].rstrip())
        line = line[cut:].lstrip()
    return [*parts, line]


def note(count: int) -> str:
    """Return the line that replaces missing lines."""
    return f"… {count:,} more lines not shown. Narrow the request, or call the function directly."
