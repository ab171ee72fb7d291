"""Cuts a message to what a channel takes, where a reader would pause."""

from __future__ import annotations

from collections.abc import Callable

from shared.notify.message import Message

SENTENCE_ENDS = ("\n", ". ", "! ", "? ", "; ", "\u3002", "\uff01", "\uff1f", "\uff1b")
WORD_ENDS = (", ", " ", "\uff0c", "\u3001")


def fit(message: Message, size: Callable[[str], int], limit: int) -> str:
    """Return a message's text; if it is too long, with its details cut and a note in place.

    Where it happened and what to do stay whole, unless they alone are too long.

    Parameters
    ----------
    message: what to say.
    size: from a text to what it takes up in the channel's own measure; longer texts take more.
    limit: the most it may take up.
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
        # The note with the most digits: the real one is not longer.
        if size(joined(head, detail[:middle] + note(len(detail)), tail)) <= limit:
            keep = middle
        else:
            most = middle - 1
    kept = detail[: pause(detail, keep)].rstrip()
    return joined(head, kept + note(len(detail) - len(kept)), tail)


def pause(text: str, most: int) -> int:
    """Return where to cut a text that may keep ``most`` characters: after a sentence, else
    a word, unless that would lose more than half of it.
    """
    kept = text[:most]
    for ends in (SENTENCE_ENDS, WORD_ENDS):
        place = max([kept.rfind(end) + len(end) for end in ends if end in kept], default=0)
        if place > most // 2:
            return place
    return most


def note(characters: int) -> str:
    """Return what stands where something was cut."""
    return f" \u2026 [{characters:,} characters cut]"


def joined(*pieces: str) -> str:
    """Return the pieces that are not empty, each on its own lines."""
    return "\n".join([piece for piece in pieces if piece])
