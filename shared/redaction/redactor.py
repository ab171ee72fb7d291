"""Holds the secrets of one invocation, and redacts them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from shared.models.credentials import Anonymous, AuthToken, Credentials
from shared.models.secret import Secret
from shared.redaction.secret_forms import MASK, MIN_LENGTH, SecretForms, forms_of

KEY_OF_RESULT = r"[a-z]{1,12}(?:_[a-z]{1,12}){0,4}"
"""What every key of a result is: words in lower case. These keys are published, so they stay even
if a secret is made of such words; one that was generated is longer or has other characters."""

ITEMS_PER_PART = 500
"""Items of a list that are searched for secrets at a time."""


class Redactor:
    """Holds the secrets of one invocation and redacts them, the longest first.

    Parameters
    ----------
    secrets: those known so far; more may be added.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._secrets: dict[str, SecretForms] = {}
        self._ordered: tuple[SecretForms, ...] | None = None
        for secret in secrets:
            self.add(secret)

    def copy(self) -> Redactor:
        """Return a redactor with the same secrets, to which others can be added."""
        other = Redactor()
        other._secrets = dict(self._secrets)
        other._ordered = self._ordered
        return other

    def add(self, secret: Secret) -> None:
        """Redact a secret from now on."""
        self._add(secret.get_secret_value(), MASK)

    def add_credentials(self, credentials: Credentials) -> None:
        """Redact the secrets of credentials from now on, and mask the access key ID."""
        if isinstance(credentials, AuthToken):
            self.add(credentials.token)
            return
        if isinstance(credentials, Anonymous):
            return
        self.add(credentials.secret)
        if credentials.token is not None:
            self.add(credentials.token)
        self._add(credentials.access_key_id, credentials.masked_id)

    def redact(self, text: str) -> str:
        """Return a text without any known secret."""
        return self._replace(text, self._longest_first())

    def redact_value(self, value: Any) -> Any:
        """Return a JSON value with every string in it redacted.

        Keys are redacted too, since a provider's may contain anything, except for short secrets,
        which occur in words by chance, and except for words in lower case, which all keys of
        results are.
        """
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {
                self._redact_key(str(key)): self.redact_value(item) for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.redact_value(item) for item in value]
        if isinstance(value, Secret):
            return MASK
        return value

    def redact_values(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return a JSON object whose own keys stay, and whose values are redacted."""
        return {key: self.redact_value(item) for key, item in document.items()}

    def redact_all(self, values: list[Any]) -> list[Any]:
        """Return JSON values with every string redacted; the same list if there is no secret.

        They are first searched as JSON: there is rarely anything to redact, and a result with a
        thousand servers contains sixty thousand values. The keys of an object among them stay.
        """
        for part in _parts_of(values):
            if self._may_contain_secret(json.dumps(part, default=_as_json)):
                return [
                    self.redact_values(value)
                    if isinstance(value, Mapping)
                    else self.redact_value(value)
                    for value in values
                ]
        return values

    def redact_json(
        self,
        document: Mapping[str, object],
        encode: Callable[[Any], str],
        trusted: frozenset[str] = frozenset(),
    ) -> str:
        """Return a JSON object as text, with every string redacted; its own keys stay.

        Parameters
        ----------
        document: the object.
        encode: returns a value as JSON text.
        trusted: the keys whose values hold no text from outside, and stay.
        """
        text = encode(document)
        if not self._may_contain_secret(text):
            return text
        return encode(
            {
                key: value if key in trusted else self.redact_value(value)
                for key, value in document.items()
            }
        )

    def _redact_key(self, key: str) -> str:
        if re.fullmatch(KEY_OF_RESULT, key):
            return key
        return self._replace(key, [each for each in self._longest_first() if not each.is_short])

    def _replace(self, text: str, secrets: Iterable[SecretForms]) -> str:
        lowered = text.lower()
        found = [each for each in secrets if _may_contain(lowered, each)]
        if not found:
            return text
        from shared.redaction.search import replace_secrets

        return replace_secrets(text, found)

    def _may_contain_secret(self, text: str) -> bool:
        lowered = text.lower()
        # A copy: another thread of the same run may add the keys of a renewed session.
        return any(_may_contain(lowered, each) for each in list(self._secrets.values()))

    def _add(self, text: str, replacement: str) -> None:
        if len(text) >= MIN_LENGTH and text not in self._secrets:
            self._secrets[text] = forms_of(text, replacement)
            self._ordered = None

    def _longest_first(self) -> tuple[SecretForms, ...]:
        if self._ordered is None:
            self._ordered = tuple(
                sorted(self._secrets.values(), key=lambda each: len(each.text), reverse=True)
            )
        return self._ordered


def _may_contain(lowered: str, secret: SecretForms) -> bool:
    for marker in secret.markers:  # noqa: SIM110 - a generator takes twice as long
        if marker in lowered:
            return True
    return False


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
