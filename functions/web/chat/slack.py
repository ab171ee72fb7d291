"""Slack's slash commands: signed over the raw body, with a reply within 3 seconds.

https://docs.slack.dev/interactivity/implementing-slash-commands
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from functions.web.chat.bold import render_bold
from functions.web.chat.message import CONFIRM_INSTRUCTION, Message, Reply, Sender
from functions.web.chat.payload import require_content_type, require_id
from functions.web.chat.response_url import validate_response_url
from functions.web.chat.splitting import split_into_messages
from shared.http_trigger import response
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.models.secret import Secret
from shared.notifications.slack import delivery_result, escape
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

SIGNING_SECRET_SETTING = "SLACK_SIGNING_SECRET"  # noqa: S105 - the setting's name
BASE_URL_SETTING = "SLACK_ENDPOINT_URL"
CALLBACK_ORIGIN = "https://hooks.slack.com"
MAX_MESSAGES = 5
"""The number of messages that a ``response_url`` accepts."""

TOLERANCE_SECONDS = 300
RESPONSE_URL_SECONDS = 30 * 60
MAX_SECTION_LENGTH = 2_900
"""In characters, including escapes; Slack limits the text of a section to 3,000."""

MAX_SECTIONS = 47
"""Leaves space for the blocks of a confirmation; Slack limits a message to 50 blocks."""

MAX_VALUE_LENGTH = 2_000
"""In characters, for the value of a button.

https://docs.slack.dev/reference/block-kit/block-elements/button-element
"""

RUN_ACTION = "cloud_sync_run"
CANCEL_ACTION = "cloud_sync_cancel"
"""The buttons' action IDs."""

MAX_FIELDS = 100
LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def handshake(request: HttpRequest, body: bytes) -> dict[str, object] | None:
    """Return the empty response to Slack's certificate check, None for any other request.

    Slack's own framework requires no signature for it either (``slack_bolt``: ``SslCheck`` runs
    before ``RequestVerification``); the response reveals nothing, and nothing is run.
    """
    is_check = (
        request.query.parameters.get("ssl_check") == ("1",) if request.method == "GET" else False
    )
    if request.method == "POST" and b"ssl_check=1" in body:
        is_check = ("ssl_check", "1") in read_form(body)
    return response.no_content() if is_check else None


def verify(request: HttpRequest, body: bytes, secret: Secret, now: datetime) -> None:
    """Check the signature over the body's bytes, and its timestamp.

    Raises
    ------
    HttpProblem: one of them is missing, repeated or wrong.
    """
    sent = require_header(request, "x-slack-request-timestamp")
    received = require_header(request, "x-slack-signature")
    if not re.fullmatch(r"[0-9]{1,12}", sent) or abs(now.timestamp() - int(sent)) > (
        TOLERANCE_SECONDS
    ):
        raise HttpProblem(401, "timestamp outside the 5-minute tolerance")
    expected = f"v0={signature(secret, sent, body)}"
    if not hmac.compare_digest(received.encode("utf-8", "surrogatepass"), expected.encode()):
        raise HttpProblem(401, "invalid Slack signature")


def signature(secret: Secret, sent: str, body: bytes) -> str:
    """Return the hex HMAC-SHA256 over version, time and body."""
    return hmac.digest(
        secret.get_secret_value().encode(), f"v0:{sent}:".encode() + body, "sha256"
    ).hex()


def require_header(request: HttpRequest, name: str) -> str:
    """Return a header that is required exactly once."""
    values = request.headers.get(name, ())
    if len(values) != 1:
        raise HttpProblem(401, f"the header {name} is required exactly once")
    return values[0]


def read(request: HttpRequest, body: bytes, _settings: Settings, now: datetime) -> Message:
    """Return the message in a form.

    Raises
    ------
    HttpProblem: it is not the form of a slash command.
    """
    form = read_fields(request, body)
    sender = Sender(
        platform="slack",
        tenant=require_id(form.get("team_id"), "team_id"),
        user=require_id(form.get("user_id"), "user_id"),
        channel=require_id(form.get("channel_id"), "channel_id"),
    )
    url, trigger = form.get("response_url"), form.get("trigger_id")
    # Without an ID the signature serves as one: it covers timestamp and body.
    message_id = trigger or require_header(request, "x-slack-signature")
    return Message(
        sender=sender,
        text=unescape(form.get("text", "")),
        message_id=require_id(message_id, "trigger_id"),
        response_url=validate_response_url(
            url, CALLBACK_ORIGIN, now.timestamp() + RESPONSE_URL_SECONDS
        )
        if url
        else None,
        command_prefix=f"{require_id(form.get('command'), 'command')} ",
    )


def read_fields(request: HttpRequest, body: bytes) -> dict[str, str]:
    """Return the fields of a form by name.

    Raises
    ------
    HttpProblem: it is not a form, or has a field twice.
    """
    require_content_type(request, "application/x-www-form-urlencoded")
    pairs = read_form(body)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise HttpProblem(400, "duplicate form field")
    return form


def read_form(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form.

    Raises
    ------
    HttpProblem: it is not a form, or not UTF-8.
    """
    try:
        return parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise HttpProblem(400, "the body is not a form in UTF-8") from None


def unescape(text: str) -> str:
    """Return a text as it was typed: Slack's links and mentions become plain words again.

    https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
    """

    def as_written(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target[:1] in {"@", "#", "!"}:
            return target[1:]
        return label or target.removeprefix("mailto:")

    plain = LINK.sub(as_written, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def messages(reply: Reply, most: int, *, replaces: bool = False) -> list[Mapping[str, object]]:
    """Return the reply as messages that only the sender of the command sees.

    Parameters
    ----------
    reply: the reply.
    most: the maximum number of messages.
    replaces: whether the first one replaces the message with the clicked button.
    """
    parts = split_into_messages(
        reply.lines, lambda text: len(to_mrkdwn(text)), MAX_SECTION_LENGTH, most * MAX_SECTIONS
    )
    pieces = [to_mrkdwn(part) for part in parts]
    groups = [pieces[start : start + MAX_SECTIONS] for start in range(0, len(pieces), MAX_SECTIONS)]
    blocks = [[section_block(piece) for piece in group] for group in groups]
    blocks[-1] += confirmation_blocks(reply)
    return [
        {
            "response_type": "ephemeral",
            "replace_original": replaces and number == 0,
            "text": group[0],  # shown instead of the blocks in notifications
            "blocks": blocks[number],
        }
        for number, group in enumerate(groups)
    ]


def confirmation_blocks(reply: Reply) -> list[dict[str, object]]:
    """Return the blocks to confirm a run: buttons, and the command in case they don't work.

    A code that is too long for a button must be copied.
    """
    if not reply.command:
        return []
    command = escape(reply.command)
    if not 0 < len(reply.confirmation_code) <= MAX_VALUE_LENGTH:
        return [section_block(CONFIRM_INSTRUCTION), section_block(f"```{command}```")]
    buttons = [
        button("Run", RUN_ACTION, reply.confirmation_code, style="primary"),
        button("Cancel", CANCEL_ACTION, reply.confirmation_code),
    ]
    fallback = mrkdwn_text(f"If the buttons don't work, send: `{command}`")
    return [
        {"type": "actions", "elements": buttons},
        {"type": "context", "elements": [fallback]},
    ]


def button(text: str, action_id: str, value: str, **style: str) -> dict[str, object]:
    """Return a button."""
    label = {"type": "plain_text", "text": text}
    return {"type": "button", "text": label, "action_id": action_id, "value": value, **style}


def section_block(text: str) -> dict[str, object]:
    """Return a section of escaped text."""
    return {"type": "section", "text": mrkdwn_text(text)}


def mrkdwn_text(text: str) -> dict[str, object]:
    """Return a text object of escaped text; nothing in it becomes a link or a mention."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def to_mrkdwn(text: str) -> str:
    """Return a text as Slack's mrkdwn: bold parts are kept, everything else is escaped."""
    return render_bold(escape(text), "*")
