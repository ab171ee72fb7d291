"""Takes secrets out of whatever leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from shared.models.identity import AuthToken, Credentials
from shared.models.secret import Secret

STARS = "***"
SHORTEST = 3
"""A shorter secret is not replaced: it would be found in every word."""

MANY = 20_000
"""Texts that are looked at together."""

WORDS = re.compile(r"[A-Za-z0-9]+")


class _Known:
    """One text that must not leave, and what is shown in its place.

    A text is looked at closely only if ``anchor``, the secret's longest plain word, is in it:
    most texts hold none, and a pattern for every secret of every run would cost.
    """

    __slots__ = ("_pattern", "anchor", "shown", "text")

    def __init__(self, text: str, shown: str) -> None:
        self.text = text
        self.shown = shown
        self.anchor = max(WORDS.findall(text), key=len, default="")
        self._pattern: re.Pattern[str] | None = None

    def replaced_in(self, text: str) -> str:
        """Return a text with every spelling of this one replaced."""
        if self._pattern is None:
            self._pattern = re.compile("".join(map(spellings, self.text)))
        return self._pattern.sub(lambda _found: self.shown, text)


def spellings(character: str) -> str:
    """Return a pattern of how a character may stand in what a provider sends back.

    As it is, percent-encoded, form-encoded, or JSON-escaped, also in a mixture: providers
    echo requests in all of these.
    """
    if character.isascii() and character.isalnum():
        return character
    percent = "".join(f"%{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    utf16 = character.encode("utf-16-be", "surrogatepass")
    unicode = "".join(rf"\\u{utf16[i]:02x}{utf16[i + 1]:02x}" for i in range(0, len(utf16), 2))
    forms = [
        f"(?i:{percent})",
        f"(?i:{unicode})",
        re.escape(json.dumps(character)[1:-1]),
        re.escape(f"\\{character}"),
        re.escape(character),
    ]
    if character == " ":
        forms.append(r"\+")
    return f"(?:{'|'.join(forms)})"


@lru_cache(maxsize=256)
def known(text: str, shown: str) -> _Known:
    """Return what is known of a secret; kept, since every run of a process knows the same ones."""
    return _Known(text, shown)


class _Search:
    """Asks of the texts in JSON values whether any may hold a secret, of many texts at once.

    Yet not of all: those of ten thousand servers would take as much memory as the servers.

    Parameters
    ----------
    suspicious: tells it of one text.
    """

    __slots__ = ("_suspicious", "_texts", "found")

    def __init__(self, suspicious: Callable[[str], bool]) -> None:
        self.found = False
        self._suspicious = suspicious
        self._texts: list[str] = []

    def through(self, values: list[Any]) -> bool:
        """Return whether a text in one of the values is suspicious."""
        self._add(values)
        self._ask()
        return self.found

    def _add(self, value: Any) -> None:
        """Add every text in a value, keys included.

        The exact types of JSON are asked for first: these are nearly all there is, and a result
        of a thousand servers holds sixty thousand values.
        """
        texts, kind = self._texts, type(value)
        if kind is str:
            texts.append(value)
        elif kind is dict:
            texts.extend(value)
            for item in value.values():
                kind = type(item)
                if kind is str:
                    texts.append(item)
                elif item is not None and kind is not int and kind is not bool:
                    self._add(item)
        elif isinstance(value, list | tuple):
            for item in value:
                self._add(item)
                if len(texts) > MANY:
                    self._ask()
        elif isinstance(value, Mapping):
            self._add(dict(value))

    def _ask(self) -> None:
        self.found = self.found or self._suspicious("\n".join(self._texts))
        self._texts.clear()


class Scrubber:
    """Knows the secrets of one run and replaces them in texts, the longest first."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._known: dict[str, _Known] = {}
        self._ordered: tuple[_Known, ...] | None = None
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: Secret) -> None:
        """Replace this secret from now on."""
        self._learn(secret.reveal(), STARS)

    def learn_identity(self, credentials: Credentials) -> None:
        """Replace the secrets of these credentials, and mask the key id."""
        if isinstance(credentials, AuthToken):
            self.learn(credentials.token)
            return
        self.learn(credentials.secret)
        if credentials.token is not None:
            self.learn(credentials.token)
        self._learn(credentials.access_key_id, credentials.masked_id)

    def _learn(self, text: str, shown: str) -> None:
        if len(text) >= SHORTEST and text not in self._known:
            self._known[text] = known(text, shown)
            self._ordered = None

    def _longest_first(self) -> tuple[_Known, ...]:
        if self._ordered is None:
            by_length = sorted(self._known.values(), key=lambda one: len(one.text), reverse=True)
            self._ordered = tuple(by_length)
        return self._ordered

    def text(self, text: str) -> str:
        """Return a text without any known secret."""
        for one in self._longest_first():
            if one.anchor in text:
                text = one.replaced_in(text)
        return text

    def clean(self, values: list[Any]) -> list[Any]:
        """Return JSON values with every text in them scrubbed, the same ones if all are clean.

        They are looked at as a whole: hardly ever is there anything to replace.
        """
        if not _Search(self._in).through(values):
            return values
        scrubbed: list[Any] = self.value(values)
        return scrubbed

    def json(self, document: Mapping[str, object], encode: Callable[[Any], str]) -> str:
        """Return a JSON object as text, every text in it scrubbed.

        Parameters
        ----------
        document: what is to be written.
        encode: writes it.
        """
        whole = encode(document)
        return encode(self.value(document)) if self._in(whole) else whole

    def _in(self, whole: str) -> bool:
        """Return whether a secret may be in a text: no escape of JSON can hide a plain word."""
        for one in self._known.values():  # noqa: SIM110 - a generator takes twice as long
            if one.anchor in whole:
                return True
        return False

    def value(self, value: Any) -> Any:
        """Return a JSON value with every text in it, keys included, scrubbed."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        if isinstance(value, Secret):
            return STARS
        return value
