"""Splits a long reply into messages that a platform accepts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.notifications.rendering import break_position


def split_into_messages(
    lines: Sequence[str], size: Callable[[str], int], max_size: int, max_messages: int
) -> list[str]:
    """Return the lines in pieces; if there are too many, the last line says how many are missing.

    Parameters
    ----------
    lines: in pending.
    size: returns the size of a text; longer texts are larger.
    longest: the maximum size of a piece.
    most: the maximum number of pieces, at least 1.
    """
    whole = pack_lines(lines, size, max_size)
    if len(whole) <= max_messages:
        return whole
    keep, top = 0, len(lines)
    while keep < top:
        middle = (keep + top + 1) // 2
        # The note with the most digits: the real one is not longer.
        if (
            len(pack_lines([*lines[:middle], overflow_note(len(lines))], size, max_size))
            <= max_messages
        ):
            keep = middle
        else:
            top = middle - 1
    return pack_lines([*lines[:keep], overflow_note(len(lines) - keep)], size, max_size)


def pack_lines(lines: Sequence[str], size: Callable[[str], int], max_size: int) -> list[str]:
    """Return the lines in as few pieces as possible; only a line that is too long is split."""
    pieces: list[str] = []
    for line in [part for whole in lines for part in wrap(whole, size, max_size)]:
        if pieces and size(f"{pieces[-1]}\n{line}") <= max_size:
            pieces[-1] = f"{pieces[-1]}\n{line}"
        else:
            pieces.append(line)
    return pieces


def wrap(line: str, size: Callable[[str], int], max_size: int) -> list[str]:
    """Return a line in parts that fit, split where a sentence or a word ends."""
    parts: list[str] = []
    while size(line) > max_size:
        keep, most = 1, len(line)
        while keep < most:
            middle = (keep + most + 1) // 2
            if size(line[:middle]) <= max_size:
                keep = middle
            else:
                most = middle - 1
        cut = max(1, break_position(line, keep))
        parts.append(line[:cut].rstrip())
        line = line[cut:].lstrip()
    return [*parts, line]


def overflow_note(count: int) -> str:
    """Return the line that replaces missing lines."""
    return f"… {count:,} more lines not shown. Narrow the request, or call the function directly."
