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

from functions.web.chat.bold import FULL_WIDTH_ASTERISK, render_bold
from functions.web.chat.message import CONFIRM_INSTRUCTION, Message, Reply, ResponseUrl, Sender
from functions.web.chat.payload import require_content_type, require_id
from functions.web.chat.response_url import validate_response_url
from functions.web.chat.splitting import split_into_messages
from shared.errors import Misconfigured
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.models.http import encode_json
from shared.models.secret import Secret
from shared.notifications.dingtalk import delivery_result, sign
from shared.notifications.rendering import neutralize_tags
from shared.settings import Settings

__all__ = [
    "BASE_URL_SETTING",
    "CALLBACK_ORIGIN",
    "MAX_MESSAGES",
    "SIGNING_SECRET_SETTING",
    "delivery_result",
    "handshake",
    "messages",
    "read",
    "verify",
]

SIGNING_SECRET_SETTING = "DINGTALK_APP_SECRET"  # noqa: S105 - the setting's name
BASE_URL_SETTING = "DINGTALK_ENDPOINT_URL"
CALLBACK_ORIGIN = "https://oapi.dingtalk.com"
MAX_MESSAGES = 5
"""Messages per reply; a robot may send 20 per minute in total."""

TOLERANCE_SECONDS = 300
"""This project's own limit; the platform's is an hour."""

MAX_TEXT_BYTES = 18_000
"""For the text of a message; the whole body is limited to 20,000 bytes."""

MAX_TITLE_LENGTH = 60

LATEST_MILLISECONDS = 253_402_300_799_000
"""The end of the year 9999 in milliseconds since 1970."""


def handshake(_request: HttpRequest, _body: bytes) -> None:
    """Return nothing: DingTalk sends only messages."""


def verify(request: HttpRequest, _body: bytes, secret: Secret, now: datetime) -> None:
    """Check the signature and its timestamp.

    Raises
    ------
    HttpProblem: one of them is missing, repeated or wrong.
    """
    values = [request.headers.get(name, ()) for name in ("timestamp", "sign")]
    if any(len(value) != 1 for value in values):
        raise HttpProblem(401, "the headers timestamp and sign are required exactly once")
    sent, received = (value[0] for value in values)
    if not re.fullmatch(r"[0-9]{1,15}", sent) or abs(now.timestamp() - int(sent) / 1000) > (
        TOLERANCE_SECONDS
    ):
        raise HttpProblem(401, "timestamp outside the 5-minute tolerance")
    expected = sign(secret, int(sent))
    if not hmac.compare_digest(received.encode("utf-8", "surrogatepass"), expected.encode()):
        raise HttpProblem(401, "invalid DingTalk signature")


def read(request: HttpRequest, body: bytes, settings: Settings, _now: datetime) -> Message:
    """Return the message in a JSON body; anything but text, e.g. a picture, is an empty text.

    Raises
    ------
    HttpProblem: it is not a message, or comes from another organization.
    Misconfigured: no organization is set.
    """
    require_content_type(request, "application/json")
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        raise HttpProblem(400, "the body is not a JSON object in UTF-8")
    sender = Sender(
        platform="dingtalk",
        tenant=tenant(raw, settings),
        user=require_id(raw.get("senderStaffId"), "senderStaffId"),
        channel=require_id(raw.get("conversationId"), "conversationId"),
    )
    text = raw.get("text") if raw.get("msgtype") == "text" else None
    content = text.get("content") if isinstance(text, dict) else None
    return Message(
        sender=sender,
        text=content if isinstance(content, str) else "",
        message_id=require_id(raw.get("msgId"), "msgId"),
        response_url=session_webhook(raw),
        command_prefix="",
    )


def tenant(raw: Mapping[str, object], settings: Settings) -> str:
    """Return the organization that both the robot and the sender belong to.

    Raises
    ------
    HttpProblem: it is not the configured one.
    Misconfigured: none is configured.
    """
    own = settings.get("DINGTALK_CORP_ID")
    if own is None:
        raise Misconfigured(
            "DINGTALK_CORP_ID is not set, so no command is accepted",
            code="TenantMissing",
            hint="Set DINGTALK_CORP_ID to the organization's CorpId from DingTalk's developer "
            "console.",
        )
    corp_ids = [raw[key] for key in ("chatbotCorpId", "senderCorpId") if raw.get(key) is not None]
    if not corp_ids or any(corp_id != own for corp_id in corp_ids):
        raise HttpProblem(403, "the message is not from the organization in DINGTALK_CORP_ID")
    return own


def session_webhook(raw: Mapping[str, object]) -> ResponseUrl | None:
    """Return the URL for late replies; ``sessionWebhookExpiredTime`` is in milliseconds."""
    url, expires = raw.get("sessionWebhook"), raw.get("sessionWebhookExpiredTime")
    if not isinstance(url, str) or not url:
        return None
    # Any other integer is no time: a very large one is not even a float.
    is_time = type(expires) is int and 0 <= expires <= LATEST_MILLISECONDS
    return validate_response_url(url, CALLBACK_ORIGIN, expires / 1000 if is_time else 0.0)  # type: ignore[operator]


def messages(
    reply: Reply,
    most: int,
    *,
    replaces: bool = False,  # noqa: ARG001 - DingTalk cannot replace messages
) -> list[Mapping[str, object]]:
    """Return the reply as markdown messages without mentions.

    Parameters
    ----------
    reply: the reply.
    most: the maximum number of messages.
    replaces: has no effect.
    """
    confirmation = f"\n\n{CONFIRM_INSTRUCTION}\n\n{reply.command}" if reply.command else ""
    pieces = [
        escape_markdown(piece)
        for piece in split_into_messages(
            reply.lines, encoded_size, MAX_TEXT_BYTES - len(confirmation), most
        )
    ]
    pieces[-1] += confirmation
    title = escape_markdown(render_bold(reply.lines[0], ""))[:MAX_TITLE_LENGTH]
    return [
        {
            "msgtype": "markdown",
            "markdown": {"title": title, "text": piece},
            "at": {"atUserIds": [], "isAtAll": False},
        }
        for piece in pieces
    ]


def encoded_size(text: str) -> int:
    """Return the size of a text in a request body, in bytes."""
    return len(encode_json({"": escape_markdown(text)}))


def escape_markdown(text: str) -> str:
    """Return a text as markdown with its bold parts, but no tags, links, code or other emphasis."""
    plain = neutralize_tags(text).replace("](", "] (").replace("`", "")
    return render_bold(plain.replace("*", FULL_WIDTH_ASTERISK), "**").replace("\n", "\n\n")
