"""The language of the chat: a verb, an operation, and ``key=value`` pairs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.errors import InvalidInput

WITH_OPERATION = ("status", "plan", "run")
VERBS = ("help", "list", *WITH_OPERATION, "confirm")
USAGE = (
    "help",
    "list",
    "status OPERATION [key=value …]",
    "plan OPERATION [key=value …]",
    "run OPERATION [key=value …]",
    "confirm CODE",
)
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
QUOTES = {"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "＂": '"'}  # noqa: RUF001
APOSTROPHES = {"‘": "'", "’": "'", "‚": "'", "‛": "'", "＇": "'"}  # noqa: RUF001
PHONES = str.maketrans(
    {
        **QUOTES,
        **APOSTROPHES,
        "＝": "=",  # noqa: RUF001
        "，": ",",  # noqa: RUF001
        "`": "",
        "\u200b": "",
        "\u200c": "",
        "\u200d": "",
        "\u2060": "",
        "\ufeff": "",
    }
)
"""What phones and chats write instead of plain characters; nothing we read has any of them."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Parameters
    ----------
    verb: one of :data:`VERBS`.
    operation: as it was named, empty for verbs without one.
    texts: the parameters, not yet read.
    code: of ``confirm``.
    """

    verb: str
    operation: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    code: str = field(default="", repr=False)


def parse(text: str) -> Command:
    """Return the command in a text; an empty one asks for help.

    Raises
    ------
    InvalidInput: it is none; says what is wrong without repeating a value.
    """
    words = split(text.translate(PHONES))
    while words and words[0].startswith("@"):  # a pasted mention
        del words[0]
    if not words:
        return Command("help")
    verb, rest = words[0].lower().lstrip("/"), words[1:]
    if verb not in VERBS:
        raise wrong("that is no command I know")
    if verb == "confirm":
        if not rest:
            raise wrong("confirm needs the code from my answer")
        return Command(verb, code="".join(rest))  # a chat may have wrapped it
    if verb not in WITH_OPERATION:
        return Command(verb)
    if not rest or "=" in rest[0]:
        raise wrong(f"{verb} needs an operation")
    return Command(verb, rest[0], pairs(rest[1:]))


def pairs(words: list[str]) -> dict[str, str]:
    """Return parameters by name.

    Raises
    ------
    InvalidInput: a word is no pair, or a name stands twice.
    """
    found: dict[str, str] = {}
    for number, word in enumerate(words, 1):
        key, equals, value = word.partition("=")
        if not equals or not KEY.fullmatch(key):
            raise wrong(f"word {number} after the operation is not key=value, without spaces")
        if key in found:
            raise wrong(f"{key} is given twice")
        found[key] = value
    return found


def split(text: str) -> list[str]:
    """Return the words of a text; quotes at a word's or a value's beginning keep spaces in it.

    Raises
    ------
    InvalidInput: a quote is not closed.
    """
    words: list[str] = []
    word = quote = ""
    begun = False  # an empty word in quotes is one too
    for character in text:
        if quote:
            if character == quote:
                quote = ""
            else:
                word += character
        elif character in "\"'" and word[-1:] in {"", "="}:
            quote, begun = character, True
        elif character.isspace():
            words += [word] if begun else []
            word, begun = "", False
        else:
            word, begun = word + character, True
    if quote:
        raise wrong("a quote is not closed")
    return [*words, word] if begun else words


def wrong(what: str) -> InvalidInput:
    """Return the refusal of a text, with the usage as its hint."""
    return InvalidInput(what, code="NoCommand", hint=f"I understand: {' · '.join(USAGE)}")
