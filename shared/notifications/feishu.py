"""Feishu's custom bot (Lark's outside China): posts are signed in the body.

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from shared.models.http import Request, Response, encode_json
from shared.models.secret import Secret
from shared.notifications.channel import Channel, DeliveryResult, from_body_code, parse_json_object
from shared.notifications.rendering import Message, neutralize_tags, truncate_to

IDEMPOTENT = False
MAX_BODY_BYTES = 20_000
"""Documented as 20 KB."""

RETRYABLE_CODES = frozenset({11232})
"""The message service's limit of 100 per minute and 5 per second; the bot responds "frequency
limited psm…", as several public projects quote.
"""

AMBIGUOUS_CODE = 9499
"""A malformed body (as in the documentation's example) or too many requests, by the message."""


def build_request(
    channel: Channel,
    message: Message,
    _result: Mapping[str, object],
    *,
    now: datetime,
    message_id: str,  # noqa: ARG001 - Feishu has none; all kinds share this interface
) -> Request:
    """Return the post, signed at ``now`` if the channel has a secret."""
    signature: dict[str, object] = {}
    if channel.secret is not None:
        seconds = int(now.timestamp())
        signature = {"timestamp": str(seconds), "sign": sign(channel.secret, seconds)}
    text = truncate_to(message, lambda text: len(build_body(text, signature)), MAX_BODY_BYTES)
    address = channel.address
    headers = {"content-type": "application/json; charset=utf-8"}
    body = build_body(text, signature)
    return Request("POST", address.origin, address.path, address.query, headers, body)


def build_body(text: str, signature: Mapping[str, object]) -> bytes:
    """Return the body of a signed text message without mentions."""
    return encode_json(
        {**signature, "msg_type": "text", "content": {"text": neutralize_tags(text)}}
    )


def sign(secret: Secret, seconds: int) -> str:
    """Return the signature: the HMAC of an empty text, with time and secret as the key."""
    key = f"{seconds}\n{secret.get_secret_value()}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def delivery_result(response: Response) -> DeliveryResult:
    """Return whether a post was delivered; it was if ``code`` is 0."""
    body = parse_json_object(response)
    text = str(body.get("msg")).lower()
    if body.get("code") == AMBIGUOUS_CODE and ("too many" in text or "frequency limit" in text):
        return DeliveryResult("retryable", f"code {AMBIGUOUS_CODE}")
    return from_body_code(response, "code", RETRYABLE_CODES)
