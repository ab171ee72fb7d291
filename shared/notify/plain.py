"""Texts of strangers, made harmless before they stand in a chat."""

from __future__ import annotations

BREAK = "\u200b"
"""A space of no width: the reader sees the same, the chat sees no mention."""


def one_line(text: str) -> str:
    """Return a text on one line, without invisible characters and without mentions.

    A provider's text can neither add lines that look like ours, nor turn the direction of
    writing, nor call everybody in the room.
    """
    visible = "".join([character if character.isprintable() else " " for character in text])
    return " ".join(visible.split()).replace("@", "@" + BREAK)


def without_tags(text: str) -> str:
    """Return a text in which no chat finds a tag such as ``<at …>`` or ``<@…>``."""
    return text.replace("<", "\uff1c")
