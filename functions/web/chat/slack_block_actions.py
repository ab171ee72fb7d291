"""Slack's buttons: ``block_actions`` payloads, signed like slash commands.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
https://docs.slack.dev/interactivity/handling-user-interaction

Slack ignores a message in the HTTP response to a click (slackapi/bolt-js, issue 132), so every
reply goes to the payload's ``response_url``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from functions.web.chat.message import Message, Sender
from functions.web.chat.parser import Command
from functions.web.chat.payload import require_id
from functions.web.chat.response_url import validate_response_url
from functions.web.chat.slack import (
    CALLBACK_ORIGIN,
    CANCEL_ACTION,
    MAX_VALUE_LENGTH,
    RESPONSE_URL_SECONDS,
    RUN_ACTION,
    read_fields,
    require_header,
)
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.settings import Settings

VERBS: Mapping[object, str] = {RUN_ACTION: "confirm", CANCEL_ACTION: "cancel"}
"""The command of each button."""


def read(request: HttpRequest, body: bytes, _settings: Settings, now: datetime) -> Message:
    """Return the click in a form with a JSON ``payload``.

    Raises
    ------
    HttpProblem: it is not a click on one of this project's buttons, or incomplete.
    """
    payload = read_payload(request, body)
    if payload.get("type") != "block_actions":
        raise HttpProblem(400, "only block_actions payloads are supported")
    command = read_action(payload.get("actions"))
    url = payload.get("response_url")
    if not isinstance(url, str) or not url:
        raise HttpProblem(400, "missing or invalid response_url")
    sender = Sender(
        platform="slack",
        tenant=id_in(payload, "team"),
        user=id_in(payload, "user"),
        channel=id_in(payload, "channel"),
    )
    # Without an ID the signature serves as one: it covers timestamp and body.
    message_id = payload.get("trigger_id") or require_header(request, "x-slack-signature")
    return Message(
        sender=sender,
        text="",
        message_id=require_id(message_id, "trigger_id"),
        response_url=validate_response_url(
            url, CALLBACK_ORIGIN, now.timestamp() + RESPONSE_URL_SECONDS
        ),
        command_prefix="",
        clicked_command=command,
    )


def read_payload(request: HttpRequest, body: bytes) -> dict[str, object]:
    """Return the JSON object in a form's field ``payload``.

    Raises
    ------
    HttpProblem: there is none.
    """
    try:
        payload = json.loads(read_fields(request, body).get("payload", ""))
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        raise HttpProblem(400, "the form has no JSON object in the field payload")
    return payload


def read_action(actions: object) -> Command:
    """Return the command of the one button that was clicked.

    Raises
    ------
    HttpProblem: there is not exactly one, it is unknown, or it has no value.
    """
    if not isinstance(actions, list) or len(actions) != 1 or not isinstance(actions[0], dict):
        raise HttpProblem(400, "the payload must have exactly one action")
    action = actions[0]
    action_id = action.get("action_id")
    verb = VERBS.get(action_id) if isinstance(action_id, str) else None
    if verb is None:
        raise HttpProblem(400, "unknown action_id")
    code = action.get("value")
    if not isinstance(code, str) or not 0 < len(code) <= MAX_VALUE_LENGTH:
        raise HttpProblem(400, "missing or invalid value of the action")
    return Command(verb, code=code)


def id_in(payload: Mapping[str, object], name: str) -> str:
    """Return the ID of the payload's team, user or channel.

    Raises
    ------
    HttpProblem: it is missing or invalid.
    """
    entity = payload.get(name)
    return require_id(entity.get("id") if isinstance(entity, dict) else None, f"{name}.id")
