"""Commands from Slack and DingTalk through the web app, answered later by a run of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from local.emulator import Emulator
from local.fake_chats import FakeChats
from local.gateway import Gateway
from tests.support.fake_chat import ChatReply, FakeChat, dingtalk_headers, slack_headers

EVERYWHERE = pytest.mark.parametrize("trigger", ["aws-url", "fc", "scf", "functiongraph"])
KINDS = pytest.mark.parametrize("kind", ["slack", "dingtalk"])


class ChatGateway:
    """Writes to the web app through a platform's gateway."""

    def __init__(self, chat: FakeChat, gateway: Gateway, trigger: str) -> None:
        self.chat = chat
        self.gateway = gateway
        self.trigger = trigger

    def send(self, kind: str, text: str) -> ChatReply:
        """Return the immediate reply to a command."""
        if kind == "slack":
            body = urlencode(self.chat.slack_form(text)).encode()
            headers = slack_headers(body)
        else:
            body = json.dumps(self.chat.dingtalk_message(text)).encode()
            headers = dingtalk_headers()
        with closing(HTTPConnection(self.gateway.address, timeout=20)) as connection:
            connection.request("POST", f"/{self.trigger}/web/chat/{kind}", body, headers)
            response = connection.getresponse()
            return ChatReply(response.status, response.read().decode(), {})

    def wait_for_second_runs(self) -> list[Any]:
        """Wait for the deferred runs, and return their results."""
        return [one.outcome.result(20) for one in self.chat.emulator.invocations.all()]


@pytest.fixture
def chat_gateway(tmp_path: Path, trigger: str) -> Iterator[ChatGateway]:
    with Emulator() as emulator, FakeChats() as receiver:
        chat = FakeChat(emulator, receiver, tmp_path)
        settings = {
            name: value
            for name, value in chat.environ.items()
            if name.startswith(("SLACK_", "DINGTALK_", "CHAT_"))
        }
        with Gateway(emulator, settings, process=chat.runtime) as gateway:
            yield ChatGateway(chat, gateway, trigger)


@EVERYWHERE
@KINDS
def test_a_read_is_answered_at_once(chat_gateway: ChatGateway, kind: str) -> None:
    reply = chat_gateway.send(kind, "status tencent-sync-machines")

    assert reply.status == 200, reply.body
    assert "CWP" in reply.text
    assert chat_gateway.chat.emulator.invocations.all() == []


@EVERYWHERE
@KINDS
def test_a_confirmed_run_is_done_by_a_second_run_and_its_result_is_posted(
    chat_gateway: ChatGateway, kind: str
) -> None:
    card = chat_gateway.send(kind, "run tencent-sync-machines")
    assert chat_gateway.chat.emulator.tencent.machines.started == 0

    accepted = chat_gateway.send(kind, card.code)
    done = chat_gateway.wait_for_second_runs()

    assert accepted.status == 200
    assert [one["deferred"]["posted"] for one in done] == [1], done
    assert chat_gateway.chat.emulator.tencent.machines.started == 1
    assert "CWP" in chat_gateway.chat.late_replies(kind)


@EVERYWHERE
def test_a_second_run_is_not_accepted_over_http(chat_gateway: ChatGateway) -> None:
    event = {"deferred": {"platform": "slack", "operation": "tencent.cwp.SyncMachines"}}
    with closing(HTTPConnection(chat_gateway.gateway.address, timeout=20)) as connection:
        connection.request("POST", f"/{chat_gateway.trigger}/web/", json.dumps(event))
        assert connection.getresponse().status == 405
    assert len(chat_gateway.chat.emulator.received) == 0


@EVERYWHERE
def test_a_forged_command_runs_nothing(chat_gateway: ChatGateway) -> None:
    body = urlencode(chat_gateway.chat.slack_form("run tencent-sync-machines")).encode()
    with closing(HTTPConnection(chat_gateway.gateway.address, timeout=20)) as connection:
        path = f"/{chat_gateway.trigger}/web/chat/slack"
        connection.request("POST", path, body, slack_headers(body, secret="exampleOtherSecret"))
        assert connection.getresponse().status == 401
    assert len(chat_gateway.chat.emulator.received) == 0
