"""Makes untrusted text harmless before it is shown in a chat."""

from __future__ import annotations

BREAK = "\u200b"
"""A zero-width space: the text looks the same, but the chat sees no mention."""


def one_line(text: str) -> str:
    """Return a text on one line, without invisible characters and without mentions.

    A provider's text can then neither fake further lines of the message, nor reverse the
    direction of writing, nor notify everybody in the channel.
    """
    visible = "".join([character if character.isprintable() else " " for character in text])
    return " ".join(visible.split()).replace("@", "@" + BREAK)


def without_tags(text: str) -> str:
    """Return a text in which no chat recognizes a tag such as ``<at …>`` or ``<@…>``."""
    return text.replace("<", "\uff1c")
