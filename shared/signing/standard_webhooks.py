"""Standard Webhooks signatures: HMAC-SHA256 of ID, time and body, with a shared secret.

::

    webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek
    webhook-timestamp: 1614265330
    webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=
                       base64(HMAC-SHA256(key, "{id}.{timestamp}.{body}"))

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"
VERSION = "v1"


def parse_secret(secret: str) -> bytes:
    """Return the key in a secret: base64, with or without ``whsec_`` and padding.

    :mod:`shared.settings.weak_secrets` checks whether the key is too weak.

    Raises
    ------
    ValueError: it is not base64, or empty; the message does not quote it.
    """
    text = secret.removeprefix(PREFIX).rstrip("=")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError(f"is not base64 (optionally after {PREFIX})")
    return key


def sign(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a message, for the header ``webhook-signature``.

    Parameters
    ----------
    key: from :func:`parse_secret`.
    message_id: the header ``webhook-id``.
    timestamp: the header ``webhook-timestamp``: seconds since 1970.
    body: the exact bytes of the body.
    """
    content = f"{message_id}.{timestamp}.".encode("utf-8", "surrogatepass") + body
    mac = base64.b64encode(hmac.digest(key, content, "sha256")).decode()
    return f"{VERSION},{mac}"


def verify(
    keys: Iterable[bytes], message_id: str, timestamp: str, body: bytes, signatures: str
) -> bool:
    """Return whether one of the signatures was made with one of the keys.

    Every signature is compared with every key in constant time, so that the time taken reveals
    nothing about the keys. The caller must check the age of the message.

    Parameters
    ----------
    keys: each from :func:`parse_secret`.
    message_id, timestamp, body: as in :func:`sign`.
    signatures: the header ``webhook-signature``: one or more, separated by spaces.
    """
    expected = [sign(key, message_id, timestamp, body).encode() for key in keys]
    found = False
    for signature in signatures.split():
        received = signature.encode("utf-8", "surrogatepass")
        for own in expected:
            found |= hmac.compare_digest(received, own)
    return found
