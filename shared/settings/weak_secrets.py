"""Detects secrets too weak to authenticate callers: empty, short, placeholders, empty digests."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache

from shared.errors import Misconfigured

MIN_LENGTH = 16
"""In characters of a text, or bytes of a key."""

MAX_PERIOD = 10
"""In characters; a text that repeats a part this short was typed, not generated."""

TYPED_IN_ORDER = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"

HASHES = ("md5", "sha1", "sha256", "sha512")
EMPTY_TEXTS = (b"", b"\n", b"\r\n", b" ")
"""What a shell script hashes with ``printf`` or ``echo`` if its variable is not set."""

TEMPLATE = re.compile(r"<.*>|\[.*\]|[$%]?\{.*\}|\$\(.*\)|\$\w+|%\w+%", re.DOTALL)
PLACEHOLDER_WORD = re.compile(
    r"place[-_ ]?holder|change[-_ ]?(it|me|this)|replace[-_ ]?(it|me|this|with)", re.IGNORECASE
)
ONLY_PLACEHOLDER_WORDS = re.compile(
    r"(?:(?:a|any|api|app|bearer|confirm|dingtalk|enter|here|http|insert|key|long|my|passphrase"
    r"|password|put|random|secret|set|signing|slack|some|super|text|the|todo|token|top|value|very"
    r"|webhook|whsec|your)[-_. ]*)+",
    re.IGNORECASE,
)


def weakness_of(secret: str | bytes) -> str | None:
    """Return why a secret is too weak, as the end of a sentence; None if it is not.

    Parameters
    ----------
    secret: a text, or the raw bytes of a key or digest.
    """
    if not secret.strip():
        return "is empty"
    if is_digest_of_empty_text(secret):
        return "is the digest of an empty text"
    if len(secret) < MIN_LENGTH:
        unit = "bytes" if isinstance(secret, bytes) else "characters"
        return f"is shorter than {MIN_LENGTH} {unit}"
    if is_placeholder(secret):
        return "is a placeholder"
    return None


def is_digest_of_empty_text(secret: str | bytes) -> bool:
    """Return whether a secret is the hash of an empty text: raw, hexadecimal or base64."""
    if secret in _empty_digests():
        return True
    text = _as_text(secret)
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    return any(
        text.lower() == digest.hex()
        or standard == base64.b64encode(digest).decode("ascii").rstrip("=")
        for digest in _empty_digests()
    )


def _as_text(secret: str | bytes) -> str:
    """Return a secret as text; empty for bytes that are not printable ASCII."""
    if isinstance(secret, str):
        return secret
    text = secret.decode("ascii", "replace")
    return text if secret.isascii() and text.isprintable() else ""


@lru_cache(maxsize=1)
def _empty_digests() -> frozenset[bytes]:
    return frozenset(
        hashlib.new(name, text, usedforsecurity=False).digest()
        for name in HASHES
        for text in EMPTY_TEXTS
    )


def is_placeholder(secret: str | bytes) -> bool:
    """Return whether a secret is a placeholder: a template, a word, or a repeated pattern."""
    if any(secret[period:] == secret[:-period] for period in range(1, MAX_PERIOD + 1)):
        return True
    text = _as_text(secret)
    return bool(text) and bool(
        text.lower() in TYPED_IN_ORDER
        or TEMPLATE.fullmatch(text)
        or PLACEHOLDER_WORD.search(text)
        or ONLY_PLACEHOLDER_WORDS.fullmatch(text)
    )


def require_strong(name: str, secret: str | bytes, hint: str) -> None:
    """Reject a secret that is too weak.

    Parameters
    ----------
    name: the setting, and which of its entries; never the secret itself.
    secret: a text, or the raw bytes of a key or digest.
    hint: how to generate a strong one.

    Raises
    ------
    Misconfigured: the secret is empty, short, a placeholder, or the digest of an empty text.
    """
    weakness = weakness_of(secret)
    if weakness is not None:
        raise Misconfigured(f"{name} {weakness}", code="WeakSecret", hint=hint)
