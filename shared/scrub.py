"""Takes secrets out of whatever leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from shared.models.identity import AuthToken, Credentials
from shared.models.secret import Secret

STARS = "***"
SHORTEST = 3
"""A shorter secret is not replaced: it would be found in every word."""

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


class Scrubber:
    """Knows the secrets of one run and replaces them in texts, the longest first."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._known: dict[str, _Known] = {}
        self._longest_first: list[_Known] | None = None
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
            self._known[text] = _Known(text, shown)
            self._longest_first = None

    def text(self, text: str) -> str:
        """Return a text without any known secret."""
        if self._longest_first is None:
            self._longest_first = sorted(
                self._known.values(), key=lambda known: len(known.text), reverse=True
            )
        for known in self._longest_first:
            if known.anchor in text:
                text = known.replaced_in(text)
        return text

    def document(self, document: Mapping[str, object]) -> Mapping[str, object]:
        """Return a JSON object with every text in it scrubbed, the same one if all is clean.

        A long list of servers is looked at once as a whole: hardly ever is there anything
        to replace.
        """
        whole = json.dumps(document, ensure_ascii=False, default=repr)
        if any(known.anchor in whole for known in self._known.values()):
            clean: Mapping[str, object] = self.value(document)
            return clean
        return document

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
