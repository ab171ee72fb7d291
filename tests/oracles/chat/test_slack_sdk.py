"""Slack's own SDK accepts our replies, and signs and verifies requests as we do."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import ActionsBlock, Block
from slack_sdk.signature import SignatureVerifier

from functions.web.chat import slack
from functions.web.chat.message import Reply
from local.emulator.dev_servers import generate
from tests.support.fake_chat import SIGNING_SECRET, FakeChat, slack_headers
from tests.support.platform_caller import APP, TASK

COMMANDS = [
    "help",
    "list",
    "no such command",
    "status",
    "status sync-machines",
    "status edas",
    "plan sync-machines",
    "plan edas type=all",
    f"plan ehpc app_id={APP}",
    f"status oms sync_task_id={TASK}",
    f"run oms sync_task_id={TASK}",
    "run sync-machines",
    "run sync-machines wait_seconds=5",
    "run edas type=ecs resource_ids=i-1,i-2",
    "status sync-dev-servers include_servers=all",
    "confirm abc.def",
]


def assert_valid(blocks: list[dict[str, Any]]) -> None:
    """Have the SDK read and validate the blocks of one message."""
    read = list(Block.parse_all(blocks))
    assert 0 < len(read) <= 50
    assert len(read) == len(blocks)
    for block in read:
        block.validate_json()
        if isinstance(block, ActionsBlock):
            for element in block.elements:
                element.validate_json()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_sdk_accepts_the_reply_to_a_command(chat: FakeChat, command: str) -> None:
    chat.emulator.huawei.dev_servers = generate(3_000)
    reply = chat.slack(command)

    assert reply.status == 200
    assert_valid(reply.json["blocks"])


def test_the_sdk_accepts_what_a_click_shows(chat: FakeChat) -> None:
    chat.click(chat.slack("run sync-machines"), "Run")
    chat.run_deferred()

    posts = [json.loads(post.body) for post in chat.fake_chats.received]
    assert len(posts) == 2
    for post in posts:
        assert_valid(post["blocks"])


@settings(deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1),
    st.integers(1, 5),
    st.integers(1, 2_600),
)
def test_the_sdk_accepts_any_reply(lines: list[str], max_messages: int, code: int) -> None:
    reply = Reply(("first", *lines * 40), f"/cloud-sync confirm {'A' * code}", "A" * code)
    for message in slack.messages(reply, max_messages):
        assert_valid(message["blocks"])  # type: ignore[arg-type]


@given(st.text(st.characters(codec="ascii")), st.integers(0, 4_000_000_000))
def test_a_request_is_signed_as_the_sdk_signs_it(text: str, seconds: int) -> None:
    body = urlencode({"text": text}).encode()
    headers = slack_headers(body, stamp=str(seconds))

    expected = SignatureVerifier(SIGNING_SECRET).generate_signature(
        timestamp=str(seconds), body=body
    )
    assert headers["X-Slack-Signature"] == expected


def test_the_sdk_refuses_a_request_that_is_signed_with_another_secret() -> None:
    body = b"text=help"
    verifier = SignatureVerifier(SIGNING_SECRET)

    assert verifier.is_valid_request(body, slack_headers(body))
    assert not verifier.is_valid_request(body, slack_headers(body, secret="anotherExampleSecret"))
