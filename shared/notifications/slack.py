"""Slack's incoming webhook: the URL is the secret, and ``ok`` in the body means delivered.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from shared.models.http import Request, Response, encode_json
from shared.notifications.channel import Channel, DeliveryResult, from_http_status
from shared.notifications.rendering import Message, truncate_to

IDEMPOTENT = False
MAX_TEXT_LENGTH = 4_000
"""In characters, including escapes. Slack truncates at 40,000; no one reads a message that long."""

ERROR_WORD = re.compile(rb"[a-z_]{1,40}")
"""Slack's name for an error, e.g. ``invalid_token``."""


def build_request(
    channel: Channel,
    message: Message,
    _result: Mapping[str, object],
    *,
    now: datetime,  # noqa: ARG001 - not signed; all kinds share this interface
    message_id: str,  # noqa: ARG001
) -> Request:
    """Return the post."""
    text = truncate_to(message, lambda text: len(escape(text)), MAX_TEXT_LENGTH)
    address = channel.address
    body = {"text": escape(text), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    headers = {"content-type": "application/json; charset=utf-8"}
    return Request("POST", address.origin, address.path, address.query, headers, encode_json(body))


def escape(text: str) -> str:
    """Escape the three control characters of Slack (``<!channel>``, ``<@U…>``).

    https://docs.slack.dev/messaging/formatting-message-text
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def delivery_result(response: Response) -> DeliveryResult:
    """Return whether a post was delivered; it was if the body is ``ok``."""
    body = response.body.strip()
    by_status = from_http_status(response)
    word = body.decode() if ERROR_WORD.fullmatch(body) else ""
    if by_status.status == "retryable" or (response.status == 200 and word == "ok"):
        return by_status
    return DeliveryResult("rejected", word or f"{by_status.code}, not ok")
