"""Takes secrets out of whatever leaves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from shared.models.identity import AuthToken, Credentials
from shared.models.secret import Secret

STARS = "***"
SHORTEST = 3
"""A shorter secret is not replaced: it would be found in every word."""


class Scrubber:
    """Knows the secrets of one run and replaces them in texts.

    A secret is found as it is, percent-encoded, form-encoded and JSON-escaped, since
    providers echo requests in all of these.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._found: dict[str, str] = {}
        self._longest_first: list[tuple[str, str]] | None = None
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
        if len(text) < SHORTEST:
            return
        escaped = json.dumps(text)[1:-1]
        for form in (text, quote(text, safe=""), quote_plus(text), escaped):
            self._found[form] = shown
        self._longest_first = None

    def text(self, text: str) -> str:
        """Return a text without any known secret."""
        if self._longest_first is None:
            self._longest_first = sorted(
                self._found.items(), key=lambda item: len(item[0]), reverse=True
            )
        for form, shown in self._longest_first:
            if form in text:
                text = text.replace(form, shown)
        return text

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
