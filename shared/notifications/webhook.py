"""A receiver of your own: the result's JSON, signed as Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from shared.models.secret import Secret
from shared.models.wire import Request, Response
from shared.notifications.channel import Channel
from shared.notifications.message import Message
from shared.notifications.verdict import Verdict, by_status

REPEATABLE = True
"""All attempts have the same ID, so that the receiver recognizes a repeated post."""

PREFIX = "whsec_"


def request(
    channel: Channel,
    _message: Message,
    result: Mapping[str, object],
    *,
    now: datetime,
    message_id: str,
) -> Request:
    """Return the post, signed at ``now`` with each of the channel's secrets."""
    # Escaped to ASCII: half of a surrogate pair in a provider's text has no UTF-8.
    body = json.dumps(result, separators=(",", ":")).encode()
    seconds = int(now.timestamp())
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
    }
    if channel.secret is not None:
        keys = keys_of(channel.secret)
        headers["webhook-signature"] = " ".join(
            [sign(key, message_id, seconds, body) for key in keys]
        )
    address = channel.address
    return Request("POST", address.origin, address.path, address.query, headers, body)


def keys_of(secret: Secret) -> tuple[bytes, ...]:
    """Return the keys of a space-separated list of ``whsec_`` secrets.

    Raises
    ------
    ValueError: one of them is not base64, or there is none; the message does not quote them.
    """
    keys = []
    for part in secret.reveal().split():
        text = part.removeprefix(PREFIX).rstrip("=")
        try:
            key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not key:
            raise ValueError("must be whsec_ followed by base64") from None
        keys.append(key)
    if not keys:
        raise ValueError("is empty")
    return tuple(keys)


def sign(key: bytes, message_id: str, seconds: int, body: bytes) -> str:
    """Return the signature of ID, time and body."""
    mac = hmac.new(key, f"{message_id}.{seconds}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(mac.digest()).decode()}"


def verdict(response: Response) -> Verdict:
    """Return whether the post was delivered: yes for any 2xx."""
    return by_status(response)
