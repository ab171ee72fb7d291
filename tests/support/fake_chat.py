"""A person who writes to the function from Slack or DingTalk, with both platforms simulated.

The signatures follow the platforms' documentation, in code of their own, and every block the
documented limits; ``tests/oracles/chat`` compares both with Slack's own SDK.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from functions.registry import OPERATIONS, load
from functions.web.chat.deferred_job import run_job
from functions.web.chat.webhook import handle_webhook
from local import contexts
from local.emulator import Emulator
from local.fake_chats import PATHS, QUERIES, FakeChats
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from shared.http_trigger.request import HttpRequest, parse_request
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.runtime import Runtime
from tests.support import slack_blocks
from tests.support.clocks import FastClock

SIGNING_SECRET = "exampleSlackSigningSecret0001"
APP_SECRET = "exampleDingTalkAppSecret0001"
CORP = "dingexamplecorp0001"
CONFIRM_SECRET = "example confirmation secret, long enough"
RESPONSE_URL = f"https://hooks.slack.com{PATHS['slack-late']}"
CLICK_URL = f"https://hooks.slack.com{PATHS['slack-click']}"
SESSION_URL = f"https://oapi.dingtalk.com{PATHS['dingtalk-late']}?{QUERIES['dingtalk-late']}"

EVERYTHING: list[dict[str, Any]] = [
    {
        "platform": platform,
        "users": ["*"],
        "channels": ["*"],
        "operations": ["*"],
        "actions": ["*"],
    }
    for platform in ("slack", "dingtalk")
]


@dataclass(frozen=True)
class ChatReply:
    """A reply, read as a person would."""

    status: int
    body: str
    raw: dict[str, Any]

    @property
    def json(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded

    @property
    def text(self) -> str:
        if "blocks" not in self.json:
            return str(self.json["markdown"]["text"]).replace("\n\n", "\n")
        assert self.json["text"]
        return slack_blocks.text_of(slack_blocks.assert_valid(self.json["blocks"]))

    @property
    def plain(self) -> str:
        """The text without its bold marks."""
        return self.text.replace("*", "")

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        """Slack's buttons by their labels."""
        found = [block for block in self.json["blocks"] if block["type"] == "actions"]
        return {each["text"]["text"]: each for block in found for each in block["elements"]}

    @property
    def code(self) -> str:
        """The command that the card offers to copy."""
        found = re.search(r"confirm [A-Za-z0-9.]+", self.text)
        assert found is not None, self.text
        return found[0]


class FakeChat:
    """Writes to the function, and hears what comes.

    Parameters
    ----------
    emulator: plays the providers.
    receiver: plays the places for late answers.
    home: where profile files would be.
    """

    def __init__(self, emulator: Emulator, receiver: FakeChats, home: Path) -> None:
        self.emulator = emulator
        self.fake_chats = receiver
        self.environ = emulator.environment(temporary=True) | {
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "DINGTALK_APP_SECRET": APP_SECRET,
            "DINGTALK_CORP_ID": CORP,
            "CHAT_CONFIRM_SECRET": CONFIRM_SECRET,
            "CHAT_RIGHTS": json.dumps(EVERYTHING),
            "SLACK_ENDPOINT_URL": receiver.origin,
            "DINGTALK_ENDPOINT_URL": receiver.origin,
        }
        self.runtime = Runtime(home=home, clock=FastClock())
        self.operations: dict[str, Callable[[], Operation]] = {
            name: partial(load, name) for name in OPERATIONS
        }
        self.deferred: list[Mapping[str, object]] = []
        self.invoke_async: Callable[[Mapping[str, object]], object] = self._keep
        self.count = 0

    def _keep(self, event: Mapping[str, object]) -> object:
        self.deferred.append(json.loads(json.dumps(event)))
        return "example-deferral-id"

    def run_deferred(self) -> list[dict[str, Any]]:
        """Do what was put off, as the platform's second call does; return the summaries."""
        events, self.deferred = self.deferred, []
        return [self.run_job(event) for event in events]

    def run_job(self, event: Any) -> dict[str, Any]:
        """Call the function with a deferred run."""
        call = contexts.aws("cloud-sync-web", {}, self.environ, timer=False)
        self.runtime.environ = call.environ
        summary = run_job(Invocation.from_event(event, call.context, self.runtime), self.operations)
        assert set(json.loads(json.dumps(summary))) == {"deferred"}
        return summary["deferred"]  # type: ignore[return-value]

    def request(self, kind: str, http: Http, trigger: str = "aws-url") -> ChatReply:
        """Send an HTTP request through a platform's gateway."""
        event = TRIGGERS[trigger](http)
        call = CONTEXTS[trigger]("cloud-sync-web", {}, self.environ, timer=False)
        self.runtime.environ = call.environ
        arrived = Invocation.from_event(event, call.context, self.runtime)
        return self.receive(
            kind, parse_request(arrived.platform.parse_event(event).parameters), arrived
        )

    def receive(
        self, kind: str, request: HttpRequest, arrived: Invocation | None = None
    ) -> ChatReply:
        """Hand a request to the chat."""
        if arrived is None:
            self.runtime.environ = self.environ
            arrived = Invocation.from_event({}, None, self.runtime)
        raw = handle_webhook(kind, request, arrived, self.operations, self.invoke_async)
        raw = json.loads(json.dumps(raw))
        assert set(raw) == {"statusCode", "headers", "body", "isBase64Encoded"}
        return ChatReply(raw["statusCode"], raw["body"], raw)

    def slack_form(self, text: str, **changes: str | None) -> dict[str, str]:
        """A slash command's form; a change to None takes a field away."""
        self.count += 1
        form: dict[str, str | None] = {
            "token": "exampleDeprecatedToken",
            "team_id": "T00EXAMPLE",
            "team_domain": "example",
            "channel_id": "C00EXAMPLE",
            "channel_name": "operations",
            "user_id": "U00EXAMPLE",
            "user_name": "example",
            "command": "/cloud-sync",
            "text": text,
            "api_app_id": "A00EXAMPLE",
            "response_url": RESPONSE_URL,
            "trigger_id": f"{self.count}.000.example",
            **changes,
        }
        return {name: value for name, value in form.items() if value is not None}

    def slack(self, text: str, /, *, off: float = 0, **changes: Any) -> ChatReply:
        """Write a slash command."""
        body = urlencode(self.slack_form(text, **changes)).encode()
        return self.request("slack", Http(body=body, headers=slack_headers(body, off=off)))

    def click_payload(self, answer: ChatReply, label: str, /, **changes: Any) -> dict[str, Any]:
        """A click on a button of an answer; a change to None takes a key away."""
        self.count += 1
        button = answer.buttons[label]
        payload = {
            "type": "block_actions",
            "user": {"id": "U00EXAMPLE", "username": "example", "team_id": "T00EXAMPLE"},
            "api_app_id": "A00EXAMPLE",
            "token": "exampleDeprecatedToken",
            "container": {
                "type": "message",
                "message_ts": "1790000000.000100",
                "channel_id": "C00EXAMPLE",
                "is_ephemeral": True,
            },
            "trigger_id": f"{self.count}.000.example",
            "team": {"id": "T00EXAMPLE", "domain": "example"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": "C00EXAMPLE", "name": "operations"},
            "state": {"values": {}},
            "response_url": CLICK_URL,
            "actions": [
                {
                    "action_id": button["action_id"],
                    "block_id": "b1",
                    "text": {**button["text"], "emoji": True},
                    "value": button["value"],
                    "style": button.get("style", "default"),
                    "type": "button",
                    "action_ts": "1790000001.000200",
                }
            ],
            **changes,
        }
        return {name: value for name, value in payload.items() if value is not None}

    def click(
        self, answer: ChatReply, label: str, /, *, off: float = 0, **changes: Any
    ) -> ChatReply:
        """Click a button of an answer."""
        return self.interact(self.click_payload(answer, label, **changes), off=off)

    def interact(self, payload: object, /, *, off: float = 0) -> ChatReply:
        """Send an interaction payload."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        http = Http(body=body, headers=slack_headers(body, off=off))
        return self.request("slack/interactive", http)

    def dingtalk_message(self, text: str, /, **changes: Any) -> dict[str, Any]:
        """A message to the robot; a change to None takes a key away."""
        self.count += 1
        message = {
            "conversationId": "cidexample0001==",
            "atUsers": [{"dingtalkId": "$:LWCP_v1:$example"}],
            "chatbotCorpId": CORP,
            "chatbotUserId": "$:LWCP_v1:$example",
            "msgId": f"msgexample{self.count}==",
            "senderNick": "example",
            "isAdmin": False,
            "senderStaffId": "user0001",
            "sessionWebhookExpiredTime": round((time.time() + 5400) * 1000),
            "createAt": round(time.time() * 1000),
            "senderCorpId": CORP,
            "conversationType": "2",
            "senderId": "$:LWCP_v1:$example",
            "sessionWebhook": SESSION_URL,
            "text": {"content": f" {text}"},
            "msgtype": "text",
            **changes,
        }
        return {name: value for name, value in message.items() if value is not None}

    def dingtalk(self, text: str, /, *, off: float = 0, **changes: Any) -> ChatReply:
        """Write to the robot."""
        body = json.dumps(self.dingtalk_message(text, **changes), ensure_ascii=False).encode()
        return self.request("dingtalk", Http(body=body, headers=dingtalk_headers(off=off)))

    def send(self, kind: str, text: str, /, **changes: Any) -> ChatReply:
        """Write on either platform."""
        return self.slack(text, **changes) if kind == "slack" else self.dingtalk(text, **changes)

    def late_replies(self, kind: str) -> str:
        """All late replies on a platform, in order."""
        texts = [post.text for post in self.fake_chats.accepted(f"{kind}-late")]
        return "\n".join(texts).replace("\n\n", "\n")

    def replacements(self) -> list[str]:
        """What Slack showed in place of the message with the buttons, in order."""
        return [post.text for post in self.fake_chats.accepted("slack-click") if post.replaces]


def slack_headers(
    body: bytes, *, off: float = 0, secret: str = SIGNING_SECRET, stamp: str | None = None
) -> dict[str, str]:
    """Headers as Slack sends them, ``off`` seconds from now."""
    stamp = str(int(time.time() + off)) if stamp is None else stamp
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    signature = f"v0={digest.hexdigest()}"
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }


def dingtalk_headers(
    *, off: float = 0, secret: str = APP_SECRET, stamp: str | None = None
) -> dict[str, str]:
    """Headers as DingTalk sends them, ``off`` seconds from now."""
    stamp = str(round((time.time() + off) * 1000)) if stamp is None else stamp
    text = f"{stamp}\n{secret}".encode()
    digest = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "timestamp": stamp,
        "sign": base64.b64encode(digest).decode(),
    }
