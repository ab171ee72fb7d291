"""DingTalk's custom robot: posts are signed in the query, at most 20 per minute.

https://open.dingtalk.com/document/robots/custom-robot-access
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from shared.models.http import Request, Response, encode_json
from shared.models.secret import Secret
from shared.notifications.channel import Channel, DeliveryResult, from_body_code
from shared.notifications.rendering import Message, neutralize_tags, truncate_to

IDEMPOTENT = False
MAX_BODY_BYTES = 20_000
"""Larger posts get errcode 460101 (seen in timonwong/prometheus-webhook-dingtalk, issue 30)."""

RETRYABLE_CODES = frozenset({-1, 130101, 410100})
"""-1: the system is busy; 410100: too many posts; both are documented. 130101: more than 20 per
minute (seen in ccfos/nightingale, issue 369).
"""


def build_request(
    channel: Channel,
    message: Message,
    _result: Mapping[str, object],
    *,
    now: datetime,
    message_id: str,  # noqa: ARG001 - DingTalk has none; all kinds share this interface
) -> Request:
    """Return the post, signed at ``now`` if the channel has a secret."""
    address = channel.address
    query = address.query
    if channel.secret is not None:
        milliseconds = round(now.timestamp() * 1000)
        other = tuple(pair for pair in query if pair[0] not in {"timestamp", "sign"})
        signature = sign(channel.secret, milliseconds)
        query = (*other, ("timestamp", str(milliseconds)), ("sign", signature))
    text = truncate_to(message, lambda text: len(build_body(text)), MAX_BODY_BYTES)
    headers = {"content-type": "application/json; charset=utf-8"}
    return Request("POST", address.origin, address.path, query, headers, build_body(text))


def build_body(text: str) -> bytes:
    """Return the body of a text message without mentions."""
    return encode_json(
        {
            "msgtype": "text",
            "text": {"content": neutralize_tags(text)},
            "at": {"atMobiles": [], "atUserIds": [], "isAtAll": False},
        }
    )


def sign(secret: Secret, milliseconds: int) -> str:
    """Return the signature of the time and the secret, with the secret as the key."""
    key = secret.get_secret_value().encode()
    mac = hmac.new(key, f"{milliseconds}\n".encode() + key, hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def delivery_result(response: Response) -> DeliveryResult:
    """Return whether a post was delivered; it was if ``errcode`` is 0."""
    return from_body_code(response, "errcode", RETRYABLE_CODES)
