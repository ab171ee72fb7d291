"""Slack's slash commands: signed over the raw body, answered within 3 seconds.

https://docs.slack.dev/interactivity/implementing-slash-commands
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from shared.chat.answer import COPY, Answer, fitted
from shared.chat.bold import rendered
from shared.chat.callback import callback_of
from shared.chat.form import declared_as, identifier
from shared.chat.message import Message, Speaker
from shared.http_trigger import response
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.models.secret import Secret
from shared.notifications.slack import delivery_result, escape
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

SECRET = "SLACK_SIGNING_SECRET"  # noqa: S105 - the setting's name
ENDPOINT = "SLACK_ENDPOINT_URL"
ORIGIN = "https://hooks.slack.com"
POSTS = 5
"""Messages that a ``response_url`` accepts."""

TOLERANCE_SECONDS = 300
CALLBACK_SECONDS = 30 * 60
LONGEST_SECTION = 2_900
"""Characters, including escapes; Slack limits the text of a section to 3,000."""

SECTIONS = 47
"""With the buttons, the code and a heading for it, a message stays within Slack's 50 blocks."""

LONGEST_VALUE = 2_000
"""Characters of a button's value.

https://docs.slack.dev/reference/block-kit/block-elements/button-element
"""

RUN = "cloud_sync_run"
CANCEL = "cloud_sync_cancel"
"""The buttons' action IDs."""

MOST_FIELDS = 100
LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def greeting(request: HttpRequest, body: bytes) -> dict[str, object] | None:
    """Return the empty reply to Slack's certificate check, None for anything else.

    Slack's own framework answers it without a signature too (``slack_bolt``: ``SslCheck`` runs
    before ``RequestVerification``); the reply reveals nothing and nothing is run.
    """
    asked = (
        request.query.parameters.get("ssl_check") == ("1",) if request.method == "GET" else False
    )
    if request.method == "POST" and b"ssl_check=1" in body:
        asked = ("ssl_check", "1") in read_form(body)
    return response.no_content() if asked else None


def verify(request: HttpRequest, body: bytes, secret: Secret, now: datetime) -> None:
    """Check the signature over the body's bytes, and its timestamp.

    Raises
    ------
    Problem: one of them is missing, repeated or wrong.
    """
    sent = only(request, "x-slack-request-timestamp")
    shown = only(request, "x-slack-signature")
    if not re.fullmatch(r"[0-9]{1,12}", sent) or abs(now.timestamp() - int(sent)) > (
        TOLERANCE_SECONDS
    ):
        raise HttpProblem(401, "timestamp outside the 5-minute tolerance")
    expected = f"v0={signature(secret, sent, body)}"
    if not hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), expected.encode()):
        raise HttpProblem(401, "invalid Slack signature")


def signature(secret: Secret, sent: str, body: bytes) -> str:
    """Return the hex HMAC-SHA256 over version, time and body."""
    return hmac.digest(
        secret.get_secret_value().encode(), f"v0:{sent}:".encode() + body, "sha256"
    ).hex()


def only(request: HttpRequest, name: str) -> str:
    """Return a header that is required exactly once."""
    values = request.headers.get(name, ())
    if len(values) != 1:
        raise HttpProblem(401, f"the header {name} is required exactly once")
    return values[0]


def read(request: HttpRequest, body: bytes, _settings: Settings, now: datetime) -> Message:
    """Return the message in a form.

    Raises
    ------
    Problem: it is not the form of a slash command.
    """
    form = read_fields(request, body)
    speaker = Speaker(
        platform="slack",
        tenant=identifier(form.get("team_id"), "team_id"),
        user=identifier(form.get("user_id"), "user_id"),
        channel=identifier(form.get("channel_id"), "channel_id"),
    )
    url, trigger = form.get("response_url"), form.get("trigger_id")
    # Without an ID the signature serves as one: it covers timestamp and body.
    message_id = trigger or only(request, "x-slack-signature")
    return Message(
        speaker=speaker,
        text=unescaped(form.get("text", "")),
        message_id=identifier(message_id, "trigger_id"),
        callback=callback_of(url, ORIGIN, now.timestamp() + CALLBACK_SECONDS) if url else None,
        address=f"{identifier(form.get('command'), 'command')} ",
    )


def read_fields(request: HttpRequest, body: bytes) -> dict[str, str]:
    """Return the fields of a form by name.

    Raises
    ------
    Problem: it is not a form, or has a field twice.
    """
    declared_as(request, "application/x-www-form-urlencoded")
    pairs = read_form(body)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise HttpProblem(400, "duplicate form field")
    return form


def read_form(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form.

    Raises
    ------
    Problem: it is not a form, or not UTF-8.
    """
    try:
        return parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise HttpProblem(400, "the body is not a form in UTF-8") from None


def unescaped(text: str) -> str:
    """Return what a person typed: Slack's links and mentions turned back into words.

    https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
    """

    def typed(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target[:1] in {"@", "#", "!"}:
            return target[1:]
        return label or target.removeprefix("mailto:")

    plain = LINK.sub(typed, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def messages(answer: Answer, most: int, *, replaces: bool = False) -> list[Mapping[str, object]]:
    """Return the reply as messages that only the sender of the command sees.

    Parameters
    ----------
    answer: the reply.
    most: the maximum number of messages.
    replaces: whether the first one replaces the message with the clicked button.
    """
    fitting = fitted(answer.lines, lambda text: len(shown(text)), LONGEST_SECTION, most * SECTIONS)
    pieces = [shown(piece) for piece in fitting]
    groups = [pieces[start : start + SECTIONS] for start in range(0, len(pieces), SECTIONS)]
    blocks = [[section(piece) for piece in group] for group in groups]
    blocks[-1] += confirmation(answer)
    return [
        {
            "response_type": "ephemeral",
            "replace_original": replaces and number == 0,
            "text": group[0],  # for where no blocks are shown
            "blocks": blocks[number],
        }
        for number, group in enumerate(groups)
    ]


def confirmation(answer: Answer) -> list[dict[str, object]]:
    """Return the blocks to confirm a run: buttons, and the command for where they don't work.

    A code that is too long for a button must be copied.
    """
    if not answer.copied:
        return []
    copied = escape(answer.copied)
    if not 0 < len(answer.code) <= LONGEST_VALUE:
        return [section(COPY), section(f"```{copied}```")]
    buttons = [
        button("Run", RUN, answer.code, style="primary"),
        button("Cancel", CANCEL, answer.code),
    ]
    instead = mrkdwn(f"If the buttons don't work, send: `{copied}`")
    return [
        {"type": "actions", "elements": buttons},
        {"type": "context", "elements": [instead]},
    ]


def button(text: str, action_id: str, value: str, **style: str) -> dict[str, object]:
    """Return a button."""
    label = {"type": "plain_text", "text": text}
    return {"type": "button", "text": label, "action_id": action_id, "value": value, **style}


def section(text: str) -> dict[str, object]:
    """Return a section of escaped text."""
    return {"type": "section", "text": mrkdwn(text)}


def mrkdwn(text: str) -> dict[str, object]:
    """Return a text object of escaped text; nothing in it becomes a link or a mention."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def shown(text: str) -> str:
    """Return a text as Slack's mrkdwn: its bold parts, and everything else escaped."""
    return rendered(escape(text), "*")
