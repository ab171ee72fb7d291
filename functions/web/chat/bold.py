"""Bold text: marked in one way, rendered by each platform in its own."""

from __future__ import annotations

import re

START = "\x0e"
END = "\x0f"
"""Control characters: ``single_line`` removes them from every untrusted text."""

FULL_WIDTH_ASTERISK = "\uff0a"
"""Replaces an asterisk in the text itself, which would end the bold part."""

BOLD_PATTERN = re.compile(f"{START}([^{START}{END}\n]+){END}")


def bold(text: str) -> str:
    """Return a text marked as bold."""
    return f"{START}{text}{END}"


def render_bold(text: str, mark: str) -> str:
    """Return a text with its bold parts between two marks.

    A part that was split in two is not bold: a chat would show its unpaired mark.

    Parameters
    ----------
    text: with or without marked parts.
    mark: ``*`` for Slack, ``**`` for DingTalk, empty for plain text.
    """
    if START not in text and END not in text:
        return text  # the usual case, and long lists are measured many times

    def between(found: re.Match[str]) -> str:
        return f"{mark}{found[1].replace('*', FULL_WIDTH_ASTERISK)}{mark}"

    return BOLD_PATTERN.sub(between, text).replace(START, "").replace(END, "")
