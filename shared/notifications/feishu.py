"""Feishu's custom bot (Lark's outside China): signed in the body.

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from shared.models.body import as_bytes
from shared.models.secret import Secret
from shared.models.wire import Request, Response
from shared.notifications.channel import Channel
from shared.notifications.fitting import fit
from shared.notifications.message import Message
from shared.notifications.plain import without_tags
from shared.notifications.verdict import Verdict, by_code, json_object

REPEATABLE = False
LARGEST_BODY = 20_000
"""Bytes; the page says 20 KB."""

BUSY = frozenset({11232})
"""The message service's limit of 100 a minute and 5 a second; the real bot answers "frequency
limited psm…", as several public projects quote.
"""

AMBIGUOUS = 9499
"""A malformed body (the page's own sample) or too many requests: the text says which."""


def request(
    channel: Channel,
    message: Message,
    _result: Mapping[str, object],
    *,
    now: datetime,
    message_id: str,  # noqa: ARG001 - Feishu has none; every kind has the same signature
) -> Request:
    """Return the post, signed at ``now`` if the channel has a secret."""
    signed: dict[str, object] = {}
    if channel.secret is not None:
        seconds = int(now.timestamp())
        signed = {"timestamp": str(seconds), "sign": sign(channel.secret, seconds)}
    text = fit(message, lambda text: len(body_of(text, signed)), LARGEST_BODY)
    address = channel.address
    headers = {"content-type": "application/json; charset=utf-8"}
    body = body_of(text, signed)
    return Request("POST", address.origin, address.path, address.query, headers, body)


def body_of(text: str, signed: Mapping[str, object]) -> bytes:
    """Return the body of a signed text message that mentions nobody."""
    return as_bytes({**signed, "msg_type": "text", "content": {"text": without_tags(text)}})


def sign(secret: Secret, seconds: int) -> str:
    """Return the signature of an empty message, with the time and the secret as the key."""
    key = f"{seconds}\n{secret.reveal()}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def verdict(response: Response) -> Verdict:
    """Return whether the post was delivered: yes if ``code`` is 0."""
    answer = json_object(response)
    said = str(answer.get("msg")).lower()
    if answer.get("code") == AMBIGUOUS and ("too many" in said or "frequency limit" in said):
        return Verdict("throttled", f"code {AMBIGUOUS}")
    return by_code(response, "code", BUSY)
