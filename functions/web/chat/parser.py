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
"""Characters that phones and chats substitute for plain ones; no valid command contains them."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Parameters
    ----------
    verb: one of :data:`VERBS`, or ``cancel``, which only a button sends.
    operation: its name as written, empty for verbs without one.
    arguments: the parameters as they were written.
    code: the confirmation code of ``confirm`` and ``cancel``.
    """

    verb: str
    operation: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    code: str = field(default="", repr=False)


def parse(text: str) -> Command:
    """Return the command in a text; an empty one means help.

    Raises
    ------
    InvalidInput: it is not a command; the message does not quote values.
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
    arguments: dict[str, str] = {}
    for number, word in enumerate(words, 1):
        key, equals, value = word.partition("=")
        if not equals or not KEY.fullmatch(key):
            raise usage_error(f"Argument {number} after the operation is not key=value", verb)
        if key in arguments:
            raise usage_error(f"{key} is given twice", verb)
        arguments[key] = value
    return arguments


def tokenize(text: str) -> list[str]:
    """Return the words of a text; quotes at the start of a word or a value keep its spaces.

    Raises
    ------
    InvalidInput: a quote is not closed.
    """
    words: list[str] = []
    word = quote = ""
    in_word = False  # an empty word in quotes counts too
    for character in text:
        if quote:
            if character == quote:
                quote = ""
            else:
                word += character
        elif character in "\"'" and word[-1:] in {"", "="}:
            quote, in_word = character, True
        elif character.isspace():
            words += [word] if in_word else []
            word, in_word = "", False
        else:
            word, in_word = word + character, True
    if quote:
        raise InvalidInput("Missing closing quote", code="NoCommand", hint="Try `help`.")
    return [*words, word] if in_word else words


def usage_error(message: str, verb: str) -> InvalidInput:
    """Return the error for an invalid command, with its usage as the hint."""
    return InvalidInput(message, code="NoCommand", hint=f"Usage: `{USAGE[verb]}`")
