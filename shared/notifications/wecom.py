"""WeCom's group robot: the key in the URL is the secret, and messages must be short.

https://developer.work.weixin.qq.com/document/path/91770
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shared.models.http import Request, Response, encode_json
from shared.notifications.channel import Channel, DeliveryResult, from_body_code
from shared.notifications.rendering import Message, neutralize_tags, truncate_to

IDEMPOTENT = False
MAX_TEXT_BYTES = 2_048
"""In bytes of UTF-8."""

RETRYABLE_CODES = frozenset({-1, 45009})
"""-1: the system is busy; 45009 "api freq out of limit": more than 20 per minute
(https://developer.work.weixin.qq.com/document/path/90313).
"""


def build_request(
    channel: Channel,
    message: Message,
    _result: Mapping[str, object],
    *,
    now: datetime,  # noqa: ARG001 - not signed; all kinds share this interface
    message_id: str,  # noqa: ARG001
) -> Request:
    """Return the post."""
    text = truncate_to(message, lambda text: len(neutralize_tags(text).encode()), MAX_TEXT_BYTES)
    address = channel.address
    body = encode_json({"msgtype": "text", "text": {"content": neutralize_tags(text)}})
    headers = {"content-type": "application/json; charset=utf-8"}
    return Request("POST", address.origin, address.path, address.query, headers, body)


def delivery_result(response: Response) -> DeliveryResult:
    """Return whether a post was delivered; it was if ``errcode`` is 0."""
    return from_body_code(response, "errcode", RETRYABLE_CODES)
