"""The command language: a verb, an operation, and ``key=value`` pairs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.errors import InvalidInput

OPERATION_VERBS = ("status", "plan", "run")
VERBS = ("help", "list", *OPERATION_VERBS, "confirm")
USAGE: Mapping[str, str] = {
    **{verb: f"{verb} OPERATION [key=value …]" for verb in OPERATION_VERBS},
    "confirm": "confirm CODE",
}
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
QUOTES = {"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "＂": '"'}  # noqa: RUF001
APOSTROPHES = {"‘": "'", "’": "'", "‚": "'", "‛": "'", "＇": "'"}  # noqa: RUF001
SMART_PUNCTUATION = str.maketrans(
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
"""What phones and chats write instead of plain characters; no valid command contains them."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Parameters
    ----------
    verb: one of :data:`VERBS`, or ``cancel``, which only a button sends.
    operation: as it was named, empty for verbs without one.
    texts: the parameters, not yet parsed.
    code: of ``confirm`` and ``cancel``.
    """

    verb: str
    operation: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    code: str = field(default="", repr=False)


def parse(text: str) -> Command:
    """Return the command in a text; an empty one means help.

    Raises
    ------
    InvalidInput: it is not a command; the message repeats no value.
    """
    words = tokenize(text.translate(SMART_PUNCTUATION))
    while words and words[0].startswith("@"):  # a pasted mention
        del words[0]
    if not words:
        return Command("help")
    verb, rest = words[0].lower().lstrip("/"), words[1:]
    if verb not in VERBS:
        raise InvalidInput("Unknown command", code="NoCommand", hint="Try `help`.")
    if verb == "confirm":
        if not rest:
            raise usage_error("Missing confirmation code", verb)
        return Command(verb, code="".join(rest))  # a chat may have wrapped it
    if verb not in OPERATION_VERBS:
        return Command(verb)
    if not rest or "=" in rest[0]:
        raise usage_error("Missing operation", verb)
    return Command(verb, rest[0], parse_pairs(rest[1:], verb))


def parse_pairs(words: list[str], verb: str) -> dict[str, str]:
    """Return the parameters by name.

    Raises
    ------
    InvalidInput: an argument is not key=value, or a key is given twice.
    """
    found: dict[str, str] = {}
    for number, word in enumerate(words, 1):
        key, equals, value = word.partition("=")
        if not equals or not KEY.fullmatch(key):
            raise usage_error(f"Argument {number} after the operation is not key=value", verb)
        if key in found:
            raise usage_error(f"{key} is given twice", verb)
        found[key] = value
    return found


def tokenize(text: str) -> list[str]:
    """Return the words of a text; quotes at the start of a word or a value keep its spaces.

    Raises
    ------
    InvalidInput: a quote is not closed.
    """
    words: list[str] = []
    word = quote = ""
    begun = False  # an empty word in quotes counts too
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
        raise InvalidInput("Missing closing quote", code="NoCommand", hint="Try `help`.")
    return [*words, word] if begun else words


def usage_error(what: str, verb: str) -> InvalidInput:
    """Return the refusal of a command, with its usage as the hint."""
    return InvalidInput(what, code="NoCommand", hint=f"Usage: `{USAGE[verb]}`")
