"""Redacts secrets in everything that leaves the function: results, logs, HTTP and chat replies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from shared.models.credentials import AuthToken, Credentials
from shared.models.secret import Secret

MASK = "***"
ITEMS_PER_PART = 500
"""Items of a list that are searched for secrets at a time."""

MIN_SECRET_LENGTH = 3
"""Shorter secrets are not redacted: they would match parts of ordinary words."""

WORDS = re.compile(r"[A-Za-z0-9]+")
CHARACTERS_OR_BACKSLASHES = re.compile(r"\\+|[^\\]", re.DOTALL)


class _SecretPattern:
    """One secret to redact, and its replacement.

    The regular expression runs only on a text that contains ``marker``, the secret's longest
    alphanumeric word: no encoding changes it, and hardly any text contains it.
    """

    __slots__ = ("_pattern", "marker", "replacement", "text")

    def __init__(self, text: str, replacement: str) -> None:
        self.text = text
        self.replacement = replacement
        self.marker = max(WORDS.findall(text), key=len, default="")
        self._pattern: re.Pattern[str] | None = None

    def replace_in(self, text: str) -> str:
        """Return a text with the secret replaced, in whichever encoding it appears."""
        if self._pattern is None:
            self._pattern = re.compile("".join(_unit_patterns(self.text)))
        return self._pattern.sub(lambda _match: self.replacement, text)


def _unit_patterns(text: str) -> Iterable[str]:
    """Yield a pattern for each character and for each run of backslashes of a text.

    No two alternatives match the same characters: otherwise, matching the beginning of a secret
    could take exponential time.
    """
    follows_backslash = False
    for unit in CHARACTERS_OR_BACKSLASHES.findall(text):
        if unit.startswith("\\"):
            # Each may be escaped by another one, and one more may escape the next character.
            yield rf"(?:\\|(?i:%5c)|\\u005[cC]){{{len(unit)},{2 * len(unit) + 1}}}"
        else:
            yield encodings_of(unit, escaped=not follows_backslash)
        follows_backslash = unit.startswith("\\")


def encodings_of(character: str, *, escaped: bool = True) -> str:
    """Return a pattern that matches a character in every encoding that a provider may echo.

    That is: unchanged, percent-encoded, form-encoded or JSON-escaped.

    Parameters
    ----------
    character: any but the backslash.
    escaped: whether a backslash may precede it.
    """
    if character.isascii() and character.isalnum():
        return character
    percent = "".join(f"%{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    utf16 = character.encode("utf-16-be", "surrogatepass")
    unicode = "".join(rf"\\u{utf16[i]:02x}{utf16[i + 1]:02x}" for i in range(0, len(utf16), 2))
    forms = [f"(?i:{percent})", f"(?i:{unicode})", re.escape(character)]
    if escaped:
        forms.append(re.escape(f"\\{character}"))
        short = json.dumps(character)[1:-1]  # \n, \t and the like
        if len(short) == 2 and short[1] != character:
            forms.append(re.escape(short))
    if character == " ":
        forms.append(r"\+")
    return f"(?:{'|'.join(forms)})"


@lru_cache(maxsize=256)
def _pattern_of(text: str, replacement: str) -> _SecretPattern:
    """Return the pattern of a secret; cached, since the runs of a process share most secrets."""
    return _SecretPattern(text, replacement)


class Redactor:
    """Holds the secrets of one invocation and redacts them, the longest first.

    Parameters
    ----------
    secrets: those known so far; more may be added.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._patterns: dict[str, _SecretPattern] = {}
        self._ordered: tuple[_SecretPattern, ...] | None = None
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Redact a secret from now on."""
        self._add(secret.get_secret_value(), MASK)

    def add_credentials(self, credentials: Credentials) -> None:
        """Redact the secrets of credentials from now on, and mask the access key ID."""
        if isinstance(credentials, AuthToken):
            self.add(credentials.token)
            return
        self.add(credentials.secret)
        if credentials.token is not None:
            self.add(credentials.token)
        self._add(credentials.access_key_id, credentials.masked_id)

    def redact(self, text: str) -> str:
        """Return a text without any known secret."""
        for pattern in self._longest_first():
            if pattern.marker in text:
                text = pattern.replace_in(text)
        return text

    def redact_value(self, value: Any) -> Any:
        """Return a JSON value with every string in it redacted, keys included."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {self.redact(str(key)): self.redact_value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.redact_value(item) for item in value]
        if isinstance(value, Secret):
            return MASK
        return value

    def redact_all(self, values: list[Any]) -> list[Any]:
        """Return JSON values with every string redacted; the same list if there is no secret.

        They are first searched as JSON: there is rarely anything to redact, and a result with a
        thousand servers contains sixty thousand values.
        """
        for part in _parts_of(values):
            if self._may_contain_secret(json.dumps(part, default=_as_json)):
                redacted: list[Any] = self.redact_value(values)
                return redacted
        return values

    def redact_json(self, document: Mapping[str, object], encode: Callable[[Any], str]) -> str:
        """Return a JSON object as text, with every string redacted.

        Parameters
        ----------
        document: the object.
        encode: returns a value as JSON text.
        """
        text = encode(document)
        return encode(self.redact_value(document)) if self._may_contain_secret(text) else text

    def _may_contain_secret(self, text: str) -> bool:
        for pattern in self._patterns.values():  # noqa: SIM110 - a generator takes twice as long
            if pattern.marker in text:
                return True
        return False

    def _add(self, text: str, replacement: str) -> None:
        if len(text) >= MIN_SECRET_LENGTH and text not in self._patterns:
            self._patterns[text] = _pattern_of(text, replacement)
            self._ordered = None

    def _longest_first(self) -> tuple[_SecretPattern, ...]:
        if self._ordered is None:
            self._ordered = tuple(
                sorted(self._patterns.values(), key=lambda each: len(each.text), reverse=True)
            )
        return self._ordered


def _parts_of(values: Iterable[object]) -> Iterator[object]:
    """Yield the values, long lists in slices: the JSON of ten thousand servers is large."""
    for value in values:
        if isinstance(value, Mapping) and any(map(_is_long, value.values())):
            yield list(value)
            yield from _parts_of(value.values())
        elif isinstance(value, list) and _is_long(value):
            yield from (
                value[start : start + ITEMS_PER_PART]
                for start in range(0, len(value), ITEMS_PER_PART)
            )
        else:
            yield value


def _is_long(value: object) -> bool:
    return isinstance(value, list) and len(value) > ITEMS_PER_PART


def _as_json(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
