"""A receiver of your own: posts are the result as JSON, signed according to Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from shared.models.http import Request, Response
from shared.models.secret import Secret
from shared.notifications.channel import Channel, DeliveryResult, from_http_status
from shared.notifications.rendering import Message
from shared.signing import standard_webhooks

IDEMPOTENT = True
"""All attempts have the same ID, by which the receiver recognizes a repeated post."""


def build_request(
    channel: Channel,
    _message: Message,
    result: Mapping[str, object],
    *,
    now: datetime,
    message_id: str,
) -> Request:
    """Return the post, signed at ``now`` with each of the channel's secrets."""
    # Escaped to ASCII: UTF-8 cannot encode a lone surrogate in a provider's text.
    body = json.dumps(result, separators=(",", ":")).encode()
    timestamp = str(int(now.timestamp()))
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
    }
    if channel.secret is not None:
        headers["webhook-signature"] = " ".join(
            [
                standard_webhooks.sign(key, message_id, timestamp, body)
                for key in parse_secrets(channel.secret)
            ]
        )
    address = channel.address
    return Request("POST", address.origin, address.path, address.query, headers, body)


def parse_secrets(secrets: Secret) -> tuple[bytes, ...]:
    """Return the keys of a space-separated list of secrets.

    Raises
    ------
    ValueError: a secret is not base64 or too weak, or there is none; the message does not quote
        them.
    """
    from shared.settings.weak_secrets import weakness_of  # only needed here

    keys = tuple(
        standard_webhooks.parse_secret(text) for text in secrets.get_secret_value().split()
    )
    if not keys:
        raise ValueError("is empty")
    for key in keys:
        weakness = weakness_of(key)
        if weakness is not None:
            raise ValueError(weakness)
    return keys


def delivery_result(response: Response) -> DeliveryResult:
    """Return whether a post was delivered; it was for any 2xx."""
    return from_http_status(response)
