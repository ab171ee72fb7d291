"""DingTalk's robot in HTTP mode: its messages, and the replies to them.

The signature covers the timestamp and the secret, not the body: whoever can read one request
can send another body with its headers until the timestamp expires. Only TLS prevents that.

https://open.dingtalk.com/document/isvapp/receive-message
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime

from shared.chat.answer import COPY, Answer, fitted
from shared.chat.bold import FULL_WIDTH_ASTERISK, rendered
from shared.chat.callback import callback_of
from shared.chat.form import declared_as, identifier
from shared.chat.message import Callback, Message, Speaker
from shared.errors import Misconfigured
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.models.body import encode_json
from shared.models.secret import Secret
from shared.notifications.dingtalk import delivery_result, sign
from shared.notifications.rendering import neutralize_tags
from shared.settings import Settings

__all__ = [
    "ENDPOINT",
    "ORIGIN",
    "POSTS",
    "SECRET",
    "delivery_result",
    "greeting",
    "messages",
    "read",
    "verify",
]

SECRET = "DINGTALK_APP_SECRET"  # noqa: S105 - the setting's name
ENDPOINT = "DINGTALK_ENDPOINT_URL"
ORIGIN = "https://oapi.dingtalk.com"
POSTS = 5
"""Messages; a robot may send 20 a minute in all."""

TOLERANCE_SECONDS = 300
"""Our own limit; the platform's is an hour."""

LARGEST_TEXT = 18_000
"""Bytes of a message's text; the whole body is limited to 20,000."""

LONGEST_TITLE = 60


def greeting(_request: HttpRequest, _body: bytes) -> None:
    """DingTalk sends only messages."""


def verify(request: HttpRequest, _body: bytes, secret: Secret, now: datetime) -> None:
    """Check the signature and its timestamp.

    Raises
    ------
    Problem: one of them is missing, repeated or wrong.
    """
    values = [request.headers.get(name, ()) for name in ("timestamp", "sign")]
    if any(len(value) != 1 for value in values):
        raise HttpProblem(401, "the headers timestamp and sign are required exactly once")
    sent, shown = (value[0] for value in values)
    if not re.fullmatch(r"[0-9]{1,15}", sent) or abs(now.timestamp() - int(sent) / 1000) > (
        TOLERANCE_SECONDS
    ):
        raise HttpProblem(401, "timestamp outside the 5-minute tolerance")
    expected = sign(secret, int(sent))
    if not hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), expected.encode()):
        raise HttpProblem(401, "invalid DingTalk signature")


def read(request: HttpRequest, body: bytes, settings: Settings, _now: datetime) -> Message:
    """Return the message in a JSON body; a picture or the like counts as an empty text.

    Raises
    ------
    Problem: it is not a message, or comes from another organization.
    Misconfigured: no organization is set.
    """
    declared_as(request, "application/json")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise HttpProblem(400, "the body is not a JSON object in UTF-8")
    speaker = Speaker(
        platform="dingtalk",
        tenant=tenant(given, settings),
        user=identifier(given.get("senderStaffId"), "senderStaffId"),
        channel=identifier(given.get("conversationId"), "conversationId"),
    )
    text = given.get("text") if given.get("msgtype") == "text" else None
    content = text.get("content") if isinstance(text, dict) else None
    return Message(
        speaker=speaker,
        text=content if isinstance(content, str) else "",
        message_id=identifier(given.get("msgId"), "msgId"),
        callback=callback_in(given),
        address="",
    )


def tenant(given: Mapping[str, object], settings: Settings) -> str:
    """Return the organization of both the robot and the sender.

    Raises
    ------
    Problem: it is not the one in the settings.
    Misconfigured: the settings have none.
    """
    own = settings.get("DINGTALK_CORP_ID")
    if own is None:
        raise Misconfigured(
            "DINGTALK_CORP_ID is not set, so no command is accepted",
            code="TenantMissing",
            hint="Set DINGTALK_CORP_ID to the organization's CorpId from DingTalk's developer "
            "console.",
        )
    named = [given[key] for key in ("chatbotCorpId", "senderCorpId") if given.get(key) is not None]
    if not named or any(corp != own for corp in named):
        raise HttpProblem(403, "the message is not from the organization in DINGTALK_CORP_ID")
    return own


def callback_in(given: Mapping[str, object]) -> Callback | None:
    """Return the URL for late replies; ``sessionWebhookExpiredTime`` is in milliseconds."""
    url, expires = given.get("sessionWebhook"), given.get("sessionWebhookExpiredTime")
    if not isinstance(url, str) or not url:
        return None
    known = isinstance(expires, int) and not isinstance(expires, bool)
    return callback_of(url, ORIGIN, expires / 1000 if known else 0.0)  # type: ignore[operator]


def messages(
    answer: Answer,
    most: int,
    *,
    replaces: bool = False,  # noqa: ARG001 - DingTalk replaces no message
) -> list[Mapping[str, object]]:
    """Return the reply as markdown messages that mention nobody.

    Parameters
    ----------
    answer: the reply.
    most: the maximum number of messages.
    replaces: has no effect.
    """
    copied = f"\n\n{COPY}\n\n{answer.copied}" if answer.copied else ""
    pieces = [
        shown(piece) for piece in fitted(answer.lines, size, LARGEST_TEXT - len(copied), most)
    ]
    pieces[-1] += copied
    title = shown(rendered(answer.lines[0], ""))[:LONGEST_TITLE]
    return [
        {
            "msgtype": "markdown",
            "markdown": {"title": title, "text": piece},
            "at": {"atUserIds": [], "isAtAll": False},
        }
        for piece in pieces
    ]


def size(text: str) -> int:
    """Return the size of a text in a body, in bytes."""
    return len(encode_json({"": shown(text)}))


def shown(text: str) -> str:
    """Return a text as markdown: its bold parts, but no tags, links, code or other emphasis."""
    plain = neutralize_tags(text).replace("](", "] (").replace("`", "")
    return rendered(plain.replace("*", FULL_WIDTH_ASTERISK), "**").replace("\n", "\n\n")
