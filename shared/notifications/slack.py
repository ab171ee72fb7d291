"""Slack's incoming webhook: the URL is the secret, ``ok`` is the receipt.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from shared.models.body import as_bytes
from shared.models.wire import Request, Response
from shared.notifications.channel import Channel
from shared.notifications.fitting import fit
from shared.notifications.message import Message
from shared.notifications.verdict import Verdict, by_status

REPEATABLE = False
LONGEST_TEXT = 4_000
"""Characters, including escapes. Slack cuts at 40,000; nobody reads a message that long.
"""

WORD = re.compile(rb"[a-z_]{1,40}")
"""Slack's error word, e.g. ``invalid_token``."""


def request(
    channel: Channel,
    message: Message,
    _result: Mapping[str, object],
    *,
    now: datetime,  # noqa: ARG001 - not signed; every kind has the same signature
    message_id: str,  # noqa: ARG001
) -> Request:
    """Return the post."""
    text = fit(message, lambda text: len(escape(text)), LONGEST_TEXT)
    address = channel.address
    body = {"text": escape(text), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    headers = {"content-type": "application/json; charset=utf-8"}
    return Request("POST", address.origin, address.path, address.query, headers, as_bytes(body))


def escape(text: str) -> str:
    """Escape the three control characters of Slack (``<!channel>``, ``<@U…>``).

    https://docs.slack.dev/messaging/formatting-message-text
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def verdict(response: Response) -> Verdict:
    """Return whether the post was delivered: yes if the body is ``ok``."""
    said = response.body.strip()
    by_number = by_status(response)
    word = said.decode() if WORD.fullmatch(said) else ""
    if by_number.fate == "throttled":
        return by_number
    if response.status == 200 and word == "ok":
        return by_number
    return Verdict("refused", word or (f"{by_number.code}, not ok"))
