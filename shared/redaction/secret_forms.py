"""The forms of a secret to look for in a text."""

from __future__ import annotations

import re
from binascii import b2a_base64, hexlify
from functools import lru_cache

MASK = "***"

MIN_LENGTH = 3
"""In characters. Shorter secrets are not redacted: they would match parts of ordinary words."""

MIN_LONG_LENGTH = 8
"""In characters. A shorter secret is redacted only as a whole word and as it is written."""

MIN_BEGINNING, MAX_BEGINNING = 16, 64
"""In bytes. A longer beginning of a long secret is redacted too, since providers cut what they
echo. It is half of the secret within these limits, so that of a secret URL the host stays."""

WORDS = re.compile(rb"[a-z0-9]+")

FOLDED = bytes(range(256)).lower().replace(b" ", b"+")
"""Translates bytes so that spellings which only differ in case, or in how a form writes a space,
become the same. The length stays."""

URL_SAFE = bytes.maketrans(b"+/", b"-_")


class SecretForms:
    """One secret, and its forms in a text.

    Parameters
    ----------
    text: the secret.
    replacement: what replaces it in the output.

    Attributes
    ----------
    exact: the secret as it is written, in UTF-8.
    is_short: whether it is looked for only as a whole word, as it is written.
    folded: the secret, and its hexadecimal and base64 forms, each translated by :data:`FOLDED`;
        none if it is short.
    markers: a text in which none of these occurs in lower case does not contain the secret, in
        whatever form: the longest alphanumeric word of each, which no escaping changes.
    """

    __slots__ = ("exact", "folded", "is_short", "markers", "replacement", "text")

    def __init__(self, text: str, replacement: str) -> None:
        self.text = text
        self.replacement = replacement
        self.exact = text.encode("utf-8", "surrogatepass")
        self.is_short = len(text) < MIN_LONG_LENGTH
        if self.is_short:
            self.folded: tuple[bytes, ...] = ()
            self.markers: tuple[str, ...] = (longest_word(self.exact.lower()),)
            return
        self.folded = (self.exact.translate(FOLDED), *encodings_of(self.exact))
        self.markers = tuple(longest_word(beginning_of(form)) for form in self.folded)


@lru_cache(maxsize=256)
def forms_of(text: str, replacement: str) -> SecretForms:
    """Return the forms of a secret; cached, since the runs of a process share most secrets."""
    return SecretForms(text, replacement)


def beginning_of(form: bytes) -> bytes:
    """Return the shortest beginning of a form that is redacted too."""
    return form[: min(max(MIN_BEGINNING, len(form) // 2), MAX_BEGINNING)]


def longest_word(form: bytes) -> str:
    """Return the longest run of lower-case letters and digits, empty if there is none."""
    return max(WORDS.findall(form), key=len, default=b"").decode("ascii")


def encodings_of(secret: bytes) -> tuple[bytes, ...]:
    """Return the hexadecimal and the base64 forms of a secret, in lower case.

    In base64, what precedes a secret decides how it is encoded: there are three ways, without the
    characters at its ends that also depend on its neighbours, in two alphabets.
    """
    encoded = [hexlify(secret)]
    for before in range(3):
        whole = b2a_base64(bytes(before) + secret, newline=False)
        first = -(-before * 8 // 6)
        last = (before + len(secret)) * 8 // 6
        encoded += (whole[first:last], whole[first:last].translate(URL_SAFE))
    return tuple(dict.fromkeys(each.lower() for each in encoded))
