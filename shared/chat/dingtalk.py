"""DingTalk's robot in HTTP mode: what people say to it, and what it answers.

The signature is over time and secret only, not over the body: whoever could read one request
could send another body with its headers while the time is fresh. Only TLS is against that.

https://open.dingtalk.com/document/isvapp/receive-message
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime

from shared.chat.answer import Answer, fitted
from shared.chat.callback import callback_of
from shared.chat.form import declared_as, identifier
from shared.chat.message import Callback, Message, Speaker
from shared.door.problem import Problem
from shared.door.request import HttpRequest
from shared.errors import Misconfigured
from shared.models.body import as_bytes
from shared.models.secret import Secret
from shared.notify.dingtalk import sign, verdict
from shared.notify.plain import without_tags
from shared.settings import Settings

__all__ = [
    "ENDPOINT",
    "ORIGIN",
    "POSTS",
    "SECRET",
    "greeting",
    "messages",
    "read",
    "verdict",
    "verify",
]

SECRET = "DINGTALK_APP_SECRET"  # noqa: S105 - the setting's name
ENDPOINT = "DINGTALK_ENDPOINT_URL"
ORIGIN = "https://oapi.dingtalk.com"
POSTS = 5
"""A robot takes 20 a minute from all that it tells."""

TOLERANCE_SECONDS = 300
"""Of our own; the platform's is an hour."""

LARGEST_TEXT = 18_000
"""Bytes of a message's text; the whole body may have 20,000."""

LONGEST_TITLE = 60


def greeting(_request: HttpRequest, _body: bytes) -> None:
    """DingTalk sends nothing but messages."""


def verify(request: HttpRequest, _body: bytes, secret: Secret, now: datetime) -> None:
    """Check the signature, and the time in it.

    Raises
    ------
    Problem: one of them is missing, doubled or wrong.
    """
    values = [request.headers.get(name, ()) for name in ("timestamp", "sign")]
    if any(len(value) != 1 for value in values):
        raise Problem(401, "a message of DingTalk has the headers timestamp and sign, each once")
    sent, shown = (value[0] for value in values)
    if not re.fullmatch(r"[0-9]{1,15}", sent) or abs(now.timestamp() - int(sent) / 1000) > (
        TOLERANCE_SECONDS
    ):
        raise Problem(401, "the message's time is more than 5 minutes off")
    expected = sign(secret, int(sent))
    if not hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), expected.encode()):
        raise Problem(401, "the message's signature is not DingTalk's")


def read(request: HttpRequest, body: bytes, settings: Settings, _now: datetime) -> Message:
    """Return the message in a JSON body; one that is no text is an empty one.

    Raises
    ------
    Problem: it is no message, or of another organization.
    Misconfigured: no organization is set.
    """
    declared_as(request, "application/json")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Problem(400, "the body is not a JSON object in UTF-8")
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
    """Return the organization that both the robot and the sender belong to.

    Raises
    ------
    Problem: it is not the one in the settings.
    Misconfigured: there is none in the settings.
    """
    own = settings.get("DINGTALK_CORP_ID")
    if own is None:
        raise Misconfigured(
            "DINGTALK_CORP_ID is not set, so nobody is listened to",
            code="TenantMissing",
            hint="Set DINGTALK_CORP_ID to the organization's CorpId from DingTalk's developer "
            "console.",
        )
    named = [given[key] for key in ("chatbotCorpId", "senderCorpId") if given.get(key) is not None]
    if not named or any(corp != own for corp in named):
        raise Problem(403, "the message is not of the organization in DINGTALK_CORP_ID")
    return own


def callback_in(given: Mapping[str, object]) -> Callback | None:
    """Return where late answers go; ``sessionWebhookExpiredTime`` is in milliseconds."""
    url, expires = given.get("sessionWebhook"), given.get("sessionWebhookExpiredTime")
    if not isinstance(url, str) or not url:
        return None
    known = isinstance(expires, int) and not isinstance(expires, bool)
    return callback_of(url, ORIGIN, expires / 1000 if known else 0.0)  # type: ignore[operator]


def messages(answer: Answer, most: int) -> list[Mapping[str, object]]:
    """Return the answer as markdown messages that call nobody.

    Parameters
    ----------
    answer: what to say.
    most: how many messages there may be.
    """
    room = LARGEST_TEXT - len(answer.copied)
    pieces = [shown(piece) for piece in fitted(answer.lines, size, room, most)]
    if answer.copied:
        pieces[-1] += f"\n\n{answer.copied}"
    title = shown(answer.lines[0])[:LONGEST_TITLE]
    return [
        {
            "msgtype": "markdown",
            "markdown": {"title": title, "text": piece},
            "at": {"atUserIds": [], "isAtAll": False},
        }
        for piece in pieces
    ]


def size(text: str) -> int:
    """Return the bytes a text takes up in a body."""
    return len(as_bytes({"": shown(text)}))


def shown(text: str) -> str:
    """Return a plain text that looks the same in markdown: no tags, links, code or emphasis."""
    plain = without_tags(text).replace("](", "] (").replace("`", "'").replace("*", "\uff0a")
    return plain.replace("\n", "\n\n")
