"""The vocabulary in which an operation states its parameters.

Each class stands in ``Annotated[…]`` beside a parameter and says what a
caller may give: type, range, pattern, and the vendor's own spelling (``also``).
:meth:`Field.schema` turns it into what pydantic's validator takes, so there is
one statement of each rule. Nothing here imports pydantic: an operation must
stay cheap to import.
"""

from __future__ import annotations

from typing import Any

CoreSchema = dict[str, Any]

IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""What an id may be. The validator's engine knows no newline before ``$``: the match is whole."""

REGION = r"^[a-z]{2,3}(-[a-z0-9]+){1,4}$"
"""What a region may be, so that none can name another host."""


class Field:
    """What all fields share.

    Parameters
    ----------
    meaning: one sentence for people (documentation, JSON Schema).
    also: the vendor's spelling, accepted beside ours.
    """

    def __init__(self, *, meaning: str = "", also: str = "") -> None:
        self.meaning = meaning
        self.also = also

    def schema(self) -> CoreSchema:
        """Return the pydantic-core schema of a value as JSON carries it."""
        raise NotImplementedError

    def read_text(self, text: str) -> object:
        """Read a value that came as text (a query string); what cannot be read stays text."""
        return text


class Text(Field):
    """A string.

    Parameters
    ----------
    pattern: regular expression with both anchors; None for any text.
    shortest, longest: bounds of its length in characters; None for no upper bound.
    """

    def __init__(
        self,
        *,
        pattern: str | None = None,
        shortest: int = 0,
        longest: int | None = None,
        meaning: str = "",
        also: str = "",
    ) -> None:
        super().__init__(meaning=meaning, also=also)
        self.pattern = pattern
        self.shortest = shortest
        self.longest = longest

    def schema(self) -> CoreSchema:
        schema: CoreSchema = {"type": "str", "strict": True, "min_length": self.shortest}
        if self.pattern is not None:
            schema["pattern"] = self.pattern
        if self.longest is not None:
            schema["max_length"] = self.longest
        return schema


class SecretText(Text):
    """A string that is somebody's secret; validated values are wrapped at once."""


class Choice(Field):
    """One of a few words, case-sensitive."""

    def __init__(self, *, words: tuple[str, ...], meaning: str = "", also: str = "") -> None:
        super().__init__(meaning=meaning, also=also)
        self.words = words

    def schema(self) -> CoreSchema:
        return {"type": "literal", "expected": list(self.words)}


class Flag(Field):
    """True or false."""

    def schema(self) -> CoreSchema:
        return {"type": "bool", "strict": True}

    def read_text(self, text: str) -> object:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)


class Whole(Field):
    """A whole number within bounds, both included."""

    def __init__(self, *, least: int, most: int, meaning: str = "", also: str = "") -> None:
        super().__init__(meaning=meaning, also=also)
        self.least = least
        self.most = most

    def schema(self) -> CoreSchema:
        return {"type": "int", "strict": True, "ge": self.least, "le": self.most}

    def read_text(self, text: str) -> object:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text


class Seconds(Field):
    """A span of time in seconds within bounds, both included; fractions are taken."""

    def __init__(self, *, most: float, least: float = 0, meaning: str = "", also: str = "") -> None:
        super().__init__(meaning=meaning, also=also)
        self.least = least
        self.most = most

    def schema(self) -> CoreSchema:
        return {
            "type": "float",
            "strict": True,
            "ge": self.least,
            "le": self.most,
            "allow_inf_nan": False,
        }

    def read_text(self, text: str) -> object:
        try:
            return float(text)
        except ValueError:
            return text


class Texts(Field):
    """A list of strings, or one string with commas between them.

    Parameters
    ----------
    each: what one of them must be.
    most: how many at the most; at least one must be given.
    """

    def __init__(self, *, each: Text, most: int = 100, meaning: str = "", also: str = "") -> None:
        super().__init__(meaning=meaning, also=also)
        self.each = each
        self.most = most

    def schema(self) -> CoreSchema:
        return {
            "type": "function-before",
            "function": {"type": "no-info", "function": split_commas},
            "schema": {
                "type": "list",
                "strict": True,
                "items_schema": self.each.schema(),
                "min_length": 1,
                "max_length": self.most,
            },
        }


def split_commas(value: object) -> object:
    """Return the parts of a comma-separated text, anything else as it is."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",")]
