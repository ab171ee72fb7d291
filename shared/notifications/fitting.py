"""Cuts a message to the size that a channel accepts, at the end of a sentence or a word."""

from __future__ import annotations

from collections.abc import Callable

from shared.notifications.message import Message

SENTENCE_ENDS = ("\n", ". ", "! ", "? ", "; ", "\u3002", "\uff01", "\uff1f", "\uff1b")
WORD_ENDS = (", ", " ", "\uff0c", "\u3001")


def fit(message: Message, size: Callable[[str], int], limit: int) -> str:
    """Return a message's text; if it is too long, cut its details and add a note.

    Where it happened and what to do are kept, unless they alone are too long.

    Parameters
    ----------
    message: the message.
    size: returns the size of a text in the channel's unit; it grows with the text.
    limit: the largest size allowed.
    """
    if size(message.text) <= limit:
        return message.text
    for head, detail, tail in (
        (message.head, message.detail, message.tail),
        ("", message.text, ""),
    ):
        if size(joined(head, note(len(detail)), tail)) <= limit:
            break
    keep, most = 0, len(detail)
    while keep < most:
        middle = (keep + most + 1) // 2
        # Uses the note with the most digits: the real one is not longer.
        if size(joined(head, detail[:middle] + note(len(detail)), tail)) <= limit:
            keep = middle
        else:
            most = middle - 1
    kept = detail[: pause(detail, keep)].rstrip()
    return joined(head, kept + note(len(detail) - len(kept)), tail)


def pause(text: str, most: int) -> int:
    """Return where to cut a text to at most ``most`` characters: after a sentence, else after
    a word, unless that would lose more than half of it.
    """
    kept = text[:most]
    for ends in (SENTENCE_ENDS, WORD_ENDS):
        place = max([kept.rfind(end) + len(end) for end in ends if end in kept], default=0)
        if place > most // 2:
            return place
    return most


def note(characters: int) -> str:
    """Return the note that replaces the text that was cut."""
    return f" \u2026 [{characters:,} characters cut]"


def joined(*pieces: str) -> str:
    """Return the pieces that are not empty, each on a new line."""
    return "\n".join([piece for piece in pieces if piece])
