"""Messages of the chat platforms, signed, so that what follows the verification is reached."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from local.http_events import TRIGGERS, Http
from tests.fuzz.data import RAW, structured_or_raw
from tests.support.clocks import EPOCH
from tests.support.fake_chat import CORP, RESPONSE_URL, SESSION_URL, dingtalk_headers, slack_headers
from tests.support.hostile_events import COMMANDS, Call, chat_calls, slack_click
from tests.support.hostile_run import HostileRun

KINDS = ("slack", "slack/interactive", "dingtalk")
PLATFORMS = list(TRIGGERS)
SECONDS = str(int(EPOCH.timestamp()))

FORMS = [
    {
        "team_id": "T00EXAMPLE",
        "channel_id": "C00EXAMPLE",
        "user_id": "U00EXAMPLE",
        "command": "/cloud-sync",
        "text": command,
        "response_url": RESPONSE_URL,
        "trigger_id": "1.000.example",
    }
    for command in COMMANDS
    if command.isascii() and len(command) < 300
]
MESSAGES = [
    {
        "conversationId": "cidexample0001==",
        "chatbotCorpId": CORP,
        "senderCorpId": CORP,
        "senderStaffId": "user0001",
        "msgId": "msgexample1==",
        "msgtype": "text",
        "text": {"content": form["text"]},
        "sessionWebhook": SESSION_URL,
        "sessionWebhookExpiredTime": int(EPOCH.timestamp() + 600) * 1000,
    }
    for form in FORMS
]
SEEDS = [
    *(RAW + bytes([0, 0]) + urlencode(form).encode() for form in FORMS),
    *(RAW + bytes([2, 0]) + json.dumps(message).encode() for message in MESSAGES),
    *(
        RAW + bytes([1, 0]) + json.dumps(slack_click(action)).encode()
        for action in ("cloud_sync_run", "cloud_sync_cancel")
    ),
]


def check(call: Call) -> None:
    HostileRun().web(call)


def check_raw(data: bytes) -> None:
    """Send a signed body; one byte says from which chat, one through which platform."""
    first, second = (*data[:2], 0, 0)[:2]
    kind, trigger, body = KINDS[first % len(KINDS)], PLATFORMS[second % len(PLATFORMS)], data[2:]
    if kind == "dingtalk":
        headers = dingtalk_headers(stamp=f"{SECONDS}000")
    else:
        if kind == "slack/interactive":
            body = urlencode({"payload": body}).encode()
        headers = slack_headers(body, stamp=SECONDS)
    http = Http("POST", f"/chat/{kind}", headers, {}, body, encoded=True)
    HostileRun().web(Call(trigger, TRIGGERS[trigger](http), authenticated=True))


fuzz = structured_or_raw(chat_calls(), check, check_raw)
