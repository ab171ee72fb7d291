"""A click on Slack's button through the web app, with the run in a second invocation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from local.emulator import Emulator
from local.fake_chats import FakeChats
from local.gateway import Gateway
from tests.support.fake_chat import ChatReply, FakeChat, slack_headers

EVERYWHERE = pytest.mark.parametrize("trigger", ["aws-url", "fc", "scf", "functiongraph"])


@dataclass(frozen=True)
class SlackWorkspace:
    """Slack, calling one platform's web app."""

    chat: FakeChat
    gateway: Gateway
    trigger: str

    def post(
        self, path: str, form: dict[str, str], method: str = "POST", secret: str | None = None
    ) -> ChatReply:
        body = urlencode(form).encode()
        headers = slack_headers(body) if secret is None else slack_headers(body, secret=secret)
        with closing(HTTPConnection(self.gateway.address, timeout=20)) as connection:
            connection.request(method, f"/{self.trigger}/web/chat/{path}", body, headers)
            response = connection.getresponse()
            return ChatReply(response.status, response.read().decode(), {})

    def run(self) -> ChatReply:
        """Send a command whose run must be confirmed."""
        return self.post("slack", self.chat.slack_form("run tencent-sync-machines"))

    def click(self, card: ChatReply, label: str, secret: str | None = None) -> ChatReply:
        """Click a button."""
        payload = {"payload": json.dumps(self.chat.click_payload(card, label))}
        return self.post("slack/interactive", payload, secret=secret)


@pytest.fixture
def slack(tmp_path: Path, trigger: str) -> Iterator[SlackWorkspace]:
    with Emulator() as emulator, FakeChats() as receiver:
        chat = FakeChat(emulator, receiver, tmp_path)
        settings = {
            name: value
            for name, value in chat.environ.items()
            if name.startswith(("SLACK_", "CHAT_"))
        }
        with Gateway(emulator, settings, process=chat.runtime) as gateway:
            yield SlackWorkspace(chat, gateway, trigger)


@EVERYWHERE
def test_a_clicked_run_is_done_by_a_second_invocation_and_its_result_replaces_the_buttons(
    slack: SlackWorkspace,
) -> None:
    card = slack.run()
    assert slack.chat.emulator.tencent.machines.started == 0

    reply = slack.click(card, "Run")
    done: list[Any] = [one.outcome.result(20) for one in slack.chat.emulator.invocations.all()]

    assert (reply.status, reply.body) == (200, "")
    assert [one["deferred"]["posted"] for one in done] == [1], done
    assert slack.chat.emulator.tencent.machines.started == 1
    running, result = slack.chat.replacements()
    assert running == "⏳ Running *tencent-sync-machines*. I'll post the result here."
    assert "*tencent.cwp.SyncMachines " in result


@EVERYWHERE
def test_a_clicked_cancel_runs_nothing(slack: SlackWorkspace) -> None:
    reply = slack.click(slack.run(), "Cancel")

    assert (reply.status, reply.body) == (200, "")
    assert slack.chat.replacements() == ["Cancelled."]
    assert slack.chat.emulator.invocations.all() == []


@EVERYWHERE
def test_a_forged_click_runs_nothing(slack: SlackWorkspace) -> None:
    reply = slack.click(slack.run(), "Run", secret="exampleOtherSigningSecret")

    assert reply.status == 401
    assert slack.chat.emulator.invocations.all() == []
    assert slack.chat.fake_chats.received == []


@pytest.mark.parametrize("trigger", ["aws-url"])
def test_the_path_for_clicks_accepts_only_post_and_no_subpaths(slack: SlackWorkspace) -> None:
    assert slack.post("slack/interactive", {}, method="PUT").status == 405
    assert slack.post("dingtalk/interactive", {}).status == 404
    assert slack.post("slack/interactive/", {}).status == 404
