"""Slack's slash commands: signed over the raw body, answered within three seconds.

https://docs.slack.dev/interactivity/implementing-slash-commands
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from shared.chat.answer import Answer, fitted
from shared.chat.callback import callback_of
from shared.chat.form import declared_as, identifier
from shared.chat.message import Message, Speaker
from shared.door import reply
from shared.door.problem import Problem
from shared.door.request import HttpRequest
from shared.models.secret import Secret
from shared.notify.slack import escape, verdict
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

SECRET = "SLACK_SIGNING_SECRET"  # noqa: S105 - the setting's name
ENDPOINT = "SLACK_ENDPOINT_URL"
ORIGIN = "https://hooks.slack.com"
POSTS = 5
"""How often a ``response_url`` takes a message."""

TOLERANCE_SECONDS = 300
CALLBACK_SECONDS = 30 * 60
LONGEST_SECTION = 2_900
"""Characters, escapes counted; Slack takes 3,000 in a section's text."""

SECTIONS = 48
"""Blocks; Slack takes 50 in a message."""

MOST_FIELDS = 100
LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def greeting(request: HttpRequest, body: bytes) -> dict[str, object] | None:
    """Return the empty answer to Slack's look at the certificate, None for anything else.

    Slack's own framework answers it without a signature too (``slack_bolt``, ``SslCheck`` runs
    before ``RequestVerification``); it tells nothing and runs nothing.
    """
    asked = request.query.found.get("ssl_check") == ("1",) if request.method == "GET" else False
    if request.method == "POST" and b"ssl_check=1" in body:
        asked = ("ssl_check", "1") in read_form(body)
    return reply.empty() if asked else None


def verify(request: HttpRequest, body: bytes, secret: Secret, now: datetime) -> None:
    """Check the signature over the body's bytes, and the time in it.

    Raises
    ------
    Problem: one of them is missing, doubled or wrong.
    """
    sent = only(request, "x-slack-request-timestamp")
    shown = only(request, "x-slack-signature")
    if not re.fullmatch(r"[0-9]{1,12}", sent) or abs(now.timestamp() - int(sent)) > (
        TOLERANCE_SECONDS
    ):
        raise Problem(401, "the message's time is more than 5 minutes off")
    expected = f"v0={signature(secret, sent, body)}"
    if not hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), expected.encode()):
        raise Problem(401, "the message's signature is not Slack's")


def signature(secret: Secret, sent: str, body: bytes) -> str:
    """Return the hex HMAC-SHA256 over version, time and body."""
    return hmac.digest(secret.reveal().encode(), f"v0:{sent}:".encode() + body, "sha256").hex()


def only(request: HttpRequest, name: str) -> str:
    """Return a header that must have come once."""
    values = request.headers.get(name, ())
    if len(values) != 1:
        raise Problem(401, f"a message of Slack has the header {name}, once")
    return values[0]


def read(request: HttpRequest, body: bytes, _settings: Settings, now: datetime) -> Message:
    """Return the message in a form.

    Raises
    ------
    Problem: it is no form of a slash command.
    """
    declared_as(request, "application/x-www-form-urlencoded")
    pairs = read_form(body)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise Problem(400, "a field of the form came more than once")
    speaker = Speaker(
        platform="slack",
        tenant=identifier(form.get("team_id"), "team_id"),
        user=identifier(form.get("user_id"), "user_id"),
        channel=identifier(form.get("channel_id"), "channel_id"),
    )
    url, trigger = form.get("response_url"), form.get("trigger_id")
    # Without an id the signature is one: it covers time and body.
    message_id = trigger or only(request, "x-slack-signature")
    return Message(
        speaker=speaker,
        text=unescaped(form.get("text", "")),
        message_id=identifier(message_id, "trigger_id"),
        callback=callback_of(url, ORIGIN, now.timestamp() + CALLBACK_SECONDS) if url else None,
        address=f"{identifier(form.get('command'), 'command')} ",
    )


def read_form(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form.

    Raises
    ------
    Problem: it is none, or not UTF-8.
    """
    try:
        return parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise Problem(400, "the body is not a form in UTF-8") from None


def unescaped(text: str) -> str:
    """Return what a person typed: Slack's links and mentions taken back to their words.

    https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
    """

    def typed(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target[:1] in {"@", "#", "!"}:
            return target[1:]
        return label or target.removeprefix("mailto:")

    plain = LINK.sub(typed, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def messages(answer: Answer, most: int) -> list[Mapping[str, object]]:
    """Return the answer as messages that only the asker sees.

    Parameters
    ----------
    answer: what to say.
    most: how many messages there may be.
    """
    most_sections = most * SECTIONS
    fitting = fitted(answer.lines, lambda text: len(escape(text)), LONGEST_SECTION, most_sections)
    pieces = [escape(piece) for piece in fitting]
    groups = [pieces[start : start + SECTIONS] for start in range(0, len(pieces), SECTIONS)]
    shaped = [[section(piece) for piece in group] for group in groups]
    if answer.copied:
        shaped[-1].append(section(f"```{answer.copied}```"))
    return [
        {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": group[0],  # for where no blocks are shown
            "blocks": blocks,
        }
        for group, blocks in zip(groups, shaped, strict=True)
    ]


def section(text: str) -> dict[str, object]:
    """Return one section of escaped text; nothing in it becomes a link or a mention."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
