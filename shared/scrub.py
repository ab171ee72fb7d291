"""Takes secrets out of whatever leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from shared.models.identity import AuthToken, Credentials
from shared.models.secret import Secret

STARS = "***"
SHORTEST = 3
"""A shorter secret is not replaced: it would be found in every word."""

PIECE = 500
"""Items of a list that are looked at together."""

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


def texts_of(document: Mapping[str, object]) -> Iterator[str]:
    """Yield a JSON object as text, its long lists by themselves: a text of all would be large."""
    short = document
    for name, value in document.items():
        if isinstance(value, list) and len(value) > PIECE:
            short = {**short, name: None}
            for start in range(0, len(value), PIECE):
                yield as_text(value[start : start + PIECE])
    yield as_text(short)


def as_text(value: object) -> str:
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False, default=repr)


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

    def document(self, document: Mapping[str, object]) -> Mapping[str, object]:
        """Return a JSON object with every text in it scrubbed, the same one if all is clean.

        It is looked at as a whole, a long list of servers in pieces: hardly ever is there
        anything to replace.
        """
        if any(map(self._in, texts_of(document))):
            clean: Mapping[str, object] = self.value(document)
            return clean
        return document

    def json(self, document: Mapping[str, object], dumps: Callable[[Any], str]) -> str:
        """Return a JSON object as text, every text in it scrubbed.

        Parameters
        ----------
        document: what is to be written.
        dumps: writes it.
        """
        whole = dumps(document)
        return dumps(self.value(document)) if self._in(whole) else whole

    def _in(self, whole: str) -> bool:
        """Return whether a secret may be in a JSON text: no escape can hide a plain word."""
        return any(one.anchor in whole for one in self._longest_first())

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
