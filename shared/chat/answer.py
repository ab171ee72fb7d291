"""What a person is answered, before a platform gives it its own shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.notify.fitting import pause


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in plain text.

    Parameters
    ----------
    lines: the most important first: what does not fit is left out from the end.
    copied: a command that must arrive letter for letter; letters, digits, dots and spaces.
    """

    lines: tuple[str, ...]
    copied: str = ""


def fitted(lines: Sequence[str], size: Callable[[str], int], longest: int, most: int) -> list[str]:
    """Return the lines in pieces; if they are too many, the last line says how many are missing.

    Parameters
    ----------
    lines: in order.
    size: from a text to what it takes up; longer texts take more.
    longest: the most that a piece may take up.
    most: how many pieces there may be, at least 1.
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
    """Return the lines in as few pieces as there can be; only a line too long is broken."""
    pieces: list[str] = []
    for line in [part for whole in lines for part in broken(whole, size, longest)]:
        if pieces and size(f"{pieces[-1]}\n{line}") <= longest:
            pieces[-1] = f"{pieces[-1]}\n{line}"
        else:
            pieces.append(line)
    return pieces


def broken(line: str, size: Callable[[str], int], longest: int) -> list[str]:
    """Return a line in parts that fit, broken where a sentence or a word ends."""
    parts: list[str] = []
    while size(line) > longest:
        keep, most = 1, len(line)
        while keep < most:
            middle = (keep + most + 1) // 2
            if size(line[:middle]) <= longest:
                keep = middle
            else:
                most = middle - 1
        cut = max(1, pause(line, keep))
        parts.append(line[:cut].rstrip())
        line = line[cut:].lstrip()
    return [*parts, line]


def note(count: int) -> str:
    """Return what stands where lines are missing."""
    return f"… {count:,} more lines do not fit here; ask for less, or call the function itself."
