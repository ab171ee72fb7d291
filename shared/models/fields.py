"""The field types in which an operation declares its parameters.

Each class is used in ``Annotated[…]`` and states what a caller may set: type, range,
pattern, and the vendor's own name (``also``). :meth:`Field.schema` returns the schema for
pydantic's validator, so that each rule is stated once. Nothing here imports pydantic: an
operation must stay cheap to import.
"""

from __future__ import annotations

from typing import Any

CoreSchema = dict[str, Any]

IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""The pattern of an ID. In the validator's regex engine ``$`` does not match before a newline."""

REGION = r"^[a-z]{2,3}(-[a-z0-9]+){1,4}$"
"""The pattern of a region; none that matches can name another host."""

FORMS = {
    IDENTIFIER: "letters, digits, '.', '_' and '-' only, starting with a letter or digit",
    REGION: "a region ID such as cn-north-4",
}
"""The common patterns in words."""


class Field:
    """Base of all fields.

    Parameters
    ----------
    meaning: one sentence for people (documentation, JSON Schema).
    also: the vendor's name, also accepted.
    """

    def __init__(self, *, meaning: str = "", also: str = "") -> None:
        self.meaning = meaning
        self.also = also

    def schema(self) -> CoreSchema:
        """Return the pydantic-core schema of a JSON value."""
        raise NotImplementedError

    def read_text(self, text: str) -> object:
        """Convert a value that came as text (a query string); return it unchanged if that fails."""
        return text


class Text(Field):
    """A string.

    Parameters
    ----------
    pattern: regular expression with both anchors; None for any text.
    form: the pattern in words; by default those in ``FORMS``.
    shortest, longest: minimum and maximum length in characters; None for no maximum.
    """

    def __init__(
        self,
        *,
        pattern: str | None = None,
        form: str = "",
        shortest: int = 0,
        longest: int | None = None,
        meaning: str = "",
        also: str = "",
    ) -> None:
        super().__init__(meaning=meaning, also=also)
        self.pattern = pattern
        self.form = form or FORMS.get(pattern or "", "")
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
    """A string that is a secret; validated values are wrapped at once."""


class Choice(Field):
    """One of several words, case-sensitive."""

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
    """An integer within inclusive bounds."""

    def __init__(self, *, least: int, most: int, meaning: str = "", also: str = "") -> None:
        super().__init__(meaning=meaning, also=also)
        self.least = least
        self.most = most

    def schema(self) -> CoreSchema:
        return {"type": "int", "strict": True, "ge": self.least, "le": self.most}

    def read_text(self, text: str) -> object:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text


class Seconds(Field):
    """A duration in seconds within inclusive bounds; fractions are accepted."""

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
    """A list of strings, or one comma-separated string.

    Parameters
    ----------
    each: the field type of the items.
    most: the maximum number of items; the minimum is one.
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
    """Return the parts of a comma-separated string, any other value unchanged."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",")]
