"""WeCom's group robot: the key in the URL is the secret, and texts are short.

https://developer.work.weixin.qq.com/document/path/91770
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shared.models.body import as_bytes
from shared.models.wire import Request, Response
from shared.notifications.channel import Channel
from shared.notifications.fitting import fit
from shared.notifications.message import Message
from shared.notifications.plain import without_tags
from shared.notifications.verdict import Verdict, by_code

REPEATABLE = False
LONGEST_TEXT = 2_048
"""Bytes of UTF-8."""

BUSY = frozenset({-1, 45009})
"""-1: the system is busy; 45009 "api freq out of limit": more than 20 a minute
(https://developer.work.weixin.qq.com/document/path/90313).
"""


def request(
    channel: Channel,
    message: Message,
    _result: Mapping[str, object],
    *,
    now: datetime,  # noqa: ARG001 - not signed; every kind has the same signature
    message_id: str,  # noqa: ARG001
) -> Request:
    """Return the post."""
    text = fit(message, lambda text: len(without_tags(text).encode()), LONGEST_TEXT)
    address = channel.address
    body = as_bytes({"msgtype": "text", "text": {"content": without_tags(text)}})
    headers = {"content-type": "application/json; charset=utf-8"}
    return Request("POST", address.origin, address.path, address.query, headers, body)


def verdict(response: Response) -> Verdict:
    """Return whether the post was delivered: yes if ``errcode`` is 0."""
    return by_code(response, "errcode", BUSY)
