"""Bold text: marked once, written by each platform in its own way."""

from __future__ import annotations

import re

START = "\x0e"
END = "\x0f"
"""Control characters: ``one_line`` removes them from every text that is not ours."""

FULL_WIDTH_ASTERISK = "\uff0a"
"""Stands for an asterisk of the text itself, which would end the bold part."""

BOLD_PATTERN = re.compile(f"{START}([^{START}{END}\n]+){END}")


def bold(text: str) -> str:
    """Return a text marked as bold."""
    return f"{START}{text}{END}"


def render_bold(text: str, mark: str) -> str:
    """Return a text with its bold parts between two marks.

    A part that was cut in two is not bold: a chat would show its lone mark.

    Parameters
    ----------
    text: with or without marked parts.
    mark: ``*`` for Slack, ``**`` for DingTalk, empty for plain text.
    """
    if START not in text and END not in text:
        return text  # most are: long lists are measured again and again

    def between(found: re.Match[str]) -> str:
        return f"{mark}{found[1].replace('*', FULL_WIDTH_ASTERISK)}{mark}"

    return BOLD_PATTERN.sub(between, text).replace(START, "").replace(END, "")
