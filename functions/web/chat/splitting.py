"""Splits a long reply into messages that a platform accepts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.notifications.rendering import break_position


def split_into_messages(
    lines: Sequence[str], size: Callable[[str], int], max_size: int, max_messages: int
) -> list[str]:
    """Return the lines in pieces; if there are too many, the last line counts the missing ones.

    Parameters
    ----------
    lines: the lines, in order.
    size: returns the size of a text; grows with the text.
    max_size: the maximum size of a piece.
    max_messages: the maximum number of pieces, at least 1.
    """
    pieces = pack_lines(lines, size, max_size)
    if len(pieces) <= max_messages:
        return pieces
    keep, top = 0, len(lines)
    while keep < top:
        middle = (keep + top + 1) // 2
        # Uses the note with the most digits: the real one is not longer.
        if (
            len(pack_lines([*lines[:middle], overflow_note(len(lines))], size, max_size))
            <= max_messages
        ):
            keep = middle
        else:
            top = middle - 1
    return pack_lines([*lines[:keep], overflow_note(len(lines) - keep)], size, max_size)


def pack_lines(lines: Sequence[str], size: Callable[[str], int], max_size: int) -> list[str]:
    """Return the lines in as few pieces as possible; only lines that are too long are split."""
    pieces: list[str] = []
    for line in [part for full_line in lines for part in wrap(full_line, size, max_size)]:
        if pieces and size(f"{pieces[-1]}\n{line}") <= max_size:
            pieces[-1] = f"{pieces[-1]}\n{line}"
        else:
            pieces.append(line)
    return pieces


def wrap(line: str, size: Callable[[str], int], max_size: int) -> list[str]:
    """Return a line in parts that fit, split after a sentence or a word if possible."""
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
