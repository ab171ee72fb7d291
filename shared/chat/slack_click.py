"""Slack's buttons: ``block_actions`` payloads, signed like slash commands.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
https://docs.slack.dev/interactivity/handling-user-interaction

Slack ignores a message in the HTTP response to a click (slackapi/bolt-js, issue 132), so every
answer goes to the payload's ``response_url``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from shared.chat.callback import callback_of
from shared.chat.form import identifier
from shared.chat.grammar import Command
from shared.chat.message import Message, Speaker
from shared.chat.slack import (
    CALLBACK_SECONDS,
    CANCEL,
    LONGEST_VALUE,
    ORIGIN,
    RUN,
    only,
    read_fields,
)
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.settings import Settings

VERBS: Mapping[object, str] = {RUN: "confirm", CANCEL: "cancel"}
"""The command of each button."""


def read(request: HttpRequest, body: bytes, _settings: Settings, now: datetime) -> Message:
    """Return the click in a form with a JSON ``payload``.

    Raises
    ------
    Problem: it is not a click on one of our buttons, or a part of it is missing.
    """
    payload = read_payload(request, body)
    if payload.get("type") != "block_actions":
        raise HttpProblem(400, "only block_actions payloads are supported")
    clicked = read_action(payload.get("actions"))
    url = payload.get("response_url")
    if not isinstance(url, str) or not url:
        raise HttpProblem(400, "missing or invalid response_url")
    speaker = Speaker(
        platform="slack",
        tenant=id_in(payload, "team"),
        user=id_in(payload, "user"),
        channel=id_in(payload, "channel"),
    )
    # Without an ID the signature serves as one: it covers timestamp and body.
    message_id = payload.get("trigger_id") or only(request, "x-slack-signature")
    return Message(
        speaker=speaker,
        text="",
        message_id=identifier(message_id, "trigger_id"),
        callback=callback_of(url, ORIGIN, now.timestamp() + CALLBACK_SECONDS),
        address="",
        clicked=clicked,
    )


def read_payload(request: HttpRequest, body: bytes) -> dict[str, object]:
    """Return the JSON object in a form's field ``payload``.

    Raises
    ------
    Problem: there is none.
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
    Problem: there is not exactly one, it is not ours, or it has no value.
    """
    if not isinstance(actions, list) or len(actions) != 1 or not isinstance(actions[0], dict):
        raise HttpProblem(400, "the payload must have exactly one action")
    action = actions[0]
    action_id = action.get("action_id")
    verb = VERBS.get(action_id) if isinstance(action_id, str) else None
    if verb is None:
        raise HttpProblem(400, "unknown action_id")
    code = action.get("value")
    if not isinstance(code, str) or not 0 < len(code) <= LONGEST_VALUE:
        raise HttpProblem(400, "missing or invalid value of the action")
    return Command(verb, code=code)


def id_in(payload: Mapping[str, object], name: str) -> str:
    """Return the ID of the payload's team, user or channel.

    Raises
    ------
    Problem: it is missing or invalid.
    """
    about = payload.get(name)
    return identifier(about.get("id") if isinstance(about, dict) else None, f"{name}.id")
