"""Slack's buttons confirm and cancel a run, with the same checks as a typed code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.web.chat import slack, slack_block_actions
from functions.web.chat.confirmation import PendingRun, issue_code
from functions.web.chat.message import Reply, Sender
from local.http_events import TRIGGERS, Http
from shared.errors import Misconfigured, TimedOut
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.query import Query
from shared.http_trigger.request import HttpRequest
from shared.models.secret import Secret
from shared.settings import Settings
from tests.support import slack_blocks
from tests.support.fake_chat import (
    CLICK_URL,
    CONFIRM_SECRET,
    SESSION_URL,
    ChatReply,
    FakeChat,
    slack_headers,
)

RUNNING = "⏳ Running *tencent-sync-machines*. I'll post the result here."


@pytest.fixture
def card(chat: FakeChat) -> ChatReply:
    """The reply to a run that must be confirmed."""
    return chat.slack("run sync-machines")


def assert_refused(reply: ChatReply, chat: FakeChat, status: int) -> None:
    assert reply.status == status
    assert reply.json["status"] == status
    assert chat.deferred == []
    assert chat.fake_chats.received == []
    assert len(chat.emulator.received) == 0


def changed(payload: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A payload with other values in its one action."""
    action = {**payload["actions"][0], **changes}
    fields = {name: value for name, value in action.items() if value is not None}
    return {**payload, "actions": [fields]}


def test_a_run_is_confirmed_with_buttons(card: ChatReply) -> None:
    blocks = slack_blocks.assert_valid(card.json["blocks"])
    [actions] = [block for block in blocks if block["type"] == "actions"]
    [context] = [block for block in blocks if block["type"] == "context"]
    run, cancel = actions["elements"]

    assert [(each["text"]["text"], each.get("style")) for each in (run, cancel)] == [
        ("Run", "primary"),
        ("Cancel", None),
    ]
    assert run["value"] == cancel["value"] == card.code.removeprefix("confirm ")
    assert len(context["elements"]) == 1
    assert "If the buttons don't work, send: `/cloud-sync confirm " in card.text
    assert "makes CWP reload the list of machines" in card.text


def test_run_replaces_the_buttons_at_once_and_then_shows_the_result(
    chat: FakeChat, card: ChatReply
) -> None:
    reply = chat.click(card, "Run")

    assert (reply.status, reply.body) == (200, "")
    assert chat.replacements() == [RUNNING]
    assert len(chat.emulator.received) == 0

    [summary] = chat.run_deferred()
    assert (summary["posted"], summary["lost"]) == (1, None)
    assert chat.emulator.tencent.machines.started == 1
    running, result = chat.replacements()
    assert running == RUNNING
    assert "*tencent.cwp.SyncMachines " in result
    assert len(chat.fake_chats.received) == 2
    for post in chat.fake_chats.received:
        assert not any(block["type"] == "actions" for block in json.loads(post.body)["blocks"])


def test_the_buttons_are_gone_before_the_run_starts(chat: FakeChat, card: ChatReply) -> None:
    shown: list[list[str]] = []

    def defer(_event: Mapping[str, object]) -> object:
        shown.append(chat.replacements())
        return "example-deferral-id"

    chat.invoke_async = defer
    chat.click(card, "Run")

    assert shown == [[RUNNING]]


def test_cancel_replaces_the_message_and_runs_nothing(chat: FakeChat, card: ChatReply) -> None:
    reply = chat.click(card, "Cancel")

    assert (reply.status, reply.body) == (200, "")
    assert chat.replacements() == ["Cancelled."]
    assert chat.deferred == []


@pytest.mark.parametrize("then", ["click", "type"])
def test_a_cancelled_run_cannot_be_confirmed(chat: FakeChat, card: ChatReply, then: str) -> None:
    chat.click(card, "Cancel")

    if then == "click":
        chat.click(card, "Run")
        shown = chat.fake_chats.received[-1].text
    else:
        shown = chat.slack(card.code).text

    assert shown.startswith("🚫 This run was already confirmed or cancelled.")
    assert chat.deferred == []


def test_a_second_click_runs_nothing_and_leaves_the_result_in_place(
    chat: FakeChat, card: ChatReply
) -> None:
    chat.click(card, "Run")
    chat.run_deferred()
    before = chat.replacements()

    for label in ("Run", "Cancel"):
        chat.click(card, label)

    assert chat.deferred == []
    assert chat.emulator.tencent.machines.started == 1
    assert chat.replacements() == before
    new_messages = [post.text for post in chat.fake_chats.received if not post.replaces]
    refusal = (
        "🚫 This run was already confirmed or cancelled. "
        "To run it again, send the `run` command again."
    )
    assert new_messages == [refusal, refusal]


def test_a_code_that_was_typed_cannot_be_clicked(chat: FakeChat, card: ChatReply) -> None:
    chat.slack(card.code)

    chat.click(card, "Run")

    assert len(chat.deferred) == 1
    assert "already confirmed" in chat.fake_chats.received[-1].text


@pytest.mark.parametrize(
    "other",
    [
        {"user": {"id": "U00OTHER"}},
        {"channel": {"id": "C00OTHER"}},
        {"team": {"id": "T00OTHER"}},
    ],
)
def test_a_code_of_another_user_or_channel_is_refused(
    chat: FakeChat, card: ChatReply, other: dict[str, Any]
) -> None:
    chat.click(card, "Run", **other)

    [shown] = chat.replacements()
    assert shown.startswith("🚫 Invalid confirmation code for this user and channel.")
    assert chat.deferred == []


def test_rights_are_checked_again_for_a_click(chat: FakeChat, card: ChatReply) -> None:
    rights = json.loads(chat.environ["CHAT_RIGHTS"])
    chat.environ["CHAT_RIGHTS"] = json.dumps([{**rights[0], "actions": ["status", "plan"]}])

    chat.click(card, "Run")

    [shown] = chat.replacements()
    assert shown == (
        "🚫 You can't use `run` on tencent.cwp.SyncMachines (ap-guangzhou) in this channel. "
        "Ask an admin to add a CHAT_RIGHTS rule."
    )
    assert chat.deferred == []


def test_a_click_is_invalid_after_the_target_changed(chat: FakeChat, card: ChatReply) -> None:
    chat.environ["TENCENTCLOUD_REGION"] = "ap-beijing"

    chat.click(card, "Run")

    assert chat.replacements()[0].startswith(
        "🚫 Settings have changed; the target is different now."
    )


@pytest.mark.parametrize(
    ("label", "shown"),
    [("Run", "🚫 This confirmation code has expired. "), ("Cancel", "Cancelled.")],
)
def test_buttons_expire_after_five_minutes(
    chat: FakeChat, card: ChatReply, label: str, shown: str
) -> None:
    order = PendingRun("tencent.cwp.SyncMachines", {}, "default", "ap-guangzhou")
    sender = Sender("slack", "T00EXAMPLE", "U00EXAMPLE", "C00EXAMPLE")
    then = datetime.now(timezone.utc) - timedelta(seconds=301)
    old = issue_code(order, sender, Secret(CONFIRM_SECRET), then)

    chat.interact(changed(chat.click_payload(card, label), {"value": old}))

    assert chat.replacements()[0].startswith(shown)
    assert chat.deferred == []


@pytest.mark.parametrize(
    ("error", "first"),
    [
        (
            Misconfigured("the role may not invoke", hint="Grant lambda:InvokeFunction."),
            "❌ The run could not be started; nothing was sent.",
        ),
        (TimedOut("no answer", outcome_unknown=True), "❌ The run may or may not have started."),
    ],
)
def test_a_run_that_cannot_be_started_replaces_the_announcement(
    chat: FakeChat, card: ChatReply, error: Exception, first: str
) -> None:
    def defer(_event: Mapping[str, object]) -> object:
        raise error

    chat.invoke_async = defer
    reply = chat.click(card, "Run")

    assert (reply.status, reply.body) == (200, "")
    running, failed = chat.replacements()
    assert running == RUNNING
    assert failed.startswith(first)


@pytest.mark.parametrize("fault", ["refuse", "drop", "unavailable", "garbage"])
def test_a_run_is_started_even_if_slack_does_not_take_the_announcement(
    chat: FakeChat, card: ChatReply, fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    chat.fake_chats.inject_fault("slack-click", fault, times=4)

    reply = chat.click(card, "Run")

    assert (reply.status, reply.body) == (200, "")
    assert len(chat.deferred) == 1
    assert "chat reply not delivered" in capfd.readouterr().out


def test_slack_is_answered_within_three_seconds_even_if_it_hangs(
    chat: FakeChat, card: ChatReply
) -> None:
    chat.fake_chats.inject_fault("slack-click", "hang")
    clock = chat.runtime.clock
    started = clock.monotonic()

    reply = chat.click(card, "Run")

    assert (reply.status, reply.body) == (200, "")
    assert len(chat.deferred) == 1
    assert clock.monotonic() - started < 3


def test_a_long_result_stays_within_the_five_posts_of_a_url(
    chat: FakeChat, card: ChatReply
) -> None:
    chat.click(card, "Run")
    [event] = chat.deferred
    deferred = dict(event["deferred"])  # type: ignore[call-overload]
    assert deferred["replaces"] is True
    assert deferred["callback"] == CLICK_URL

    chat.run_deferred()

    posts = chat.fake_chats.accepted("slack-click")
    assert [post.replaces for post in posts] == [True, True]
    many = slack.messages(Reply(("x" * 2_000,) * 500), slack.MAX_MESSAGES - 1, replaces=True)
    assert [message["replace_original"] for message in many] == [True, False, False, False]


def test_a_click_delivered_twice_is_answered_once(chat: FakeChat, card: ChatReply) -> None:
    payload = chat.click_payload(card, "Run")

    chat.interact(payload)
    again = chat.interact(payload)

    assert (again.status, again.body) == (200, "")
    assert len(chat.deferred) == 1
    assert chat.replacements() == [RUNNING]


def test_every_click_logs_one_line_without_the_code(
    chat: FakeChat, card: ChatReply, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    for label, action, outcome in (("Run", "confirm", "queued"), ("Cancel", "cancel", "This run")):
        chat.click(card, label)
        out = capfd.readouterr().out
        [line] = [json.loads(line) for line in out.splitlines() if '"chat command"' in line]
        assert (line["action"], line["chat"], line["user"]) == (action, "slack", "U00EXAMPLE")
        assert line["operation"] == "tencent.cwp.SyncMachines"
        assert line["outcome"].startswith(outcome)
        assert card.buttons["Run"]["value"] not in out
        assert "exampleActionToken0001" not in out


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"action_id": "another_button"}, "unknown action_id"),
        ({"action_id": None}, "unknown action_id"),
        ({"action_id": ["cloud_sync_run"]}, "unknown action_id"),
        ({"value": None}, "missing or invalid value of the action"),
        ({"value": ""}, "missing or invalid value of the action"),
        ({"value": 5}, "missing or invalid value of the action"),
        ({"value": "A" * 2_001}, "missing or invalid value of the action"),
    ],
)
def test_a_click_on_anything_else_is_refused(
    chat: FakeChat, card: ChatReply, changes: dict[str, Any], detail: str
) -> None:
    reply = chat.interact(changed(chat.click_payload(card, "Run"), changes))

    assert_refused(reply, chat, 400)
    assert reply.json["detail"] == detail


@pytest.mark.parametrize("actions", [None, [], {}, "run", [None], ["run"], "twice"])
def test_a_payload_without_exactly_one_action_is_refused(
    chat: FakeChat, card: ChatReply, actions: Any
) -> None:
    payload = chat.click_payload(card, "Run")
    payload["actions"] = payload["actions"] * 2 if actions == "twice" else actions

    reply = chat.interact(payload)

    assert_refused(reply, chat, 400)
    assert reply.json["detail"] == "the payload must have exactly one action"


@pytest.mark.parametrize(
    "kind",
    ["view_submission", "view_closed", "shortcut", "message_action", "block_suggestion",
     "interactive_message", "dialog_submission", "", None, 5, ["block_actions"]],
)  # fmt: skip
def test_another_type_of_payload_is_refused(chat: FakeChat, card: ChatReply, kind: Any) -> None:
    reply = chat.click(card, "Run", type=kind)

    assert_refused(reply, chat, 400)
    assert reply.json["detail"] == "only block_actions payloads are supported"


@pytest.mark.parametrize("name", ["user", "team", "channel"])
@pytest.mark.parametrize("value", [None, {}, [], "U00EXAMPLE", {"id": 5}, {"id": ""}, {"id": "\n"}])
def test_a_payload_without_who_and_where_is_refused(
    chat: FakeChat, card: ChatReply, name: str, value: Any
) -> None:
    reply = chat.click(card, "Run", **{name: value})

    assert_refused(reply, chat, 400)
    assert reply.json["detail"] == f"missing or invalid {name}.id"


@pytest.mark.parametrize("url", [None, "", 5, ["https://hooks.slack.com/actions/x"]])
def test_a_payload_without_a_response_url_is_refused(
    chat: FakeChat, card: ChatReply, url: Any
) -> None:
    reply = chat.click(card, "Run", response_url=url)

    assert_refused(reply, chat, 400)
    assert reply.json["detail"] == "missing or invalid response_url"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/actions/1",
        "http://hooks.slack.com/actions/1",
        "https://hooks.slack.com.evil.example/actions/1",
        "https://hooks.slack.com@evil.example/actions/1",
        "https://hooks.slack.com:8443/actions/1",
        SESSION_URL,
    ],
)
def test_a_payload_with_a_foreign_response_url_is_refused(
    chat: FakeChat, card: ChatReply, url: str
) -> None:
    assert_refused(chat.click(card, "Run", response_url=url), chat, 403)


BAD_BODIES = [
    b"",
    b"payload=",
    b"payload=%7B",
    b"payload=%5B%5D",
    b"payload=null",
    b"payload=%22text%22",
    b"payload=" + b"%5B" * 10_000,
    b"text=help&user_id=U1",
    b'{"type": "block_actions"}',
    b"payload=%7B%7D&payload=%7B%7D",
    b"payload=%FF",
    b"payload=%7B%7D",
]


@pytest.mark.parametrize("body", BAD_BODIES)
def test_a_signed_body_that_is_not_a_click_is_refused(chat: FakeChat, body: bytes) -> None:
    http = Http(body=body, headers=slack_headers(body), encoded=True)

    assert_refused(chat.request("slack/interactive", http), chat, 400)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@given(
    st.fixed_dictionaries(
        {"type": st.just("block_actions")},
        optional=dict.fromkeys(
            ("actions", "user", "team", "channel", "response_url", "trigger_id"),
            JSON | st.fixed_dictionaries({"id": JSON}) | st.just([{"action_id": slack.RUN_ACTION}]),
        ),
    )
)
def test_any_payload_is_refused_without_a_crash(payload: dict[str, Any]) -> None:
    body = urlencode({"payload": json.dumps(payload)}).encode()
    headers = {"content-type": ("application/x-www-form-urlencoded",)}
    request = HttpRequest("POST", headers, Query(), body, is_base64=False, authorizer=None)
    now = datetime.now(timezone.utc)

    with pytest.raises(HttpProblem) as refused:
        slack_block_actions.read(request, body, Settings.from_environ({}), now)

    assert refused.value.status in {400, 401, 403}


@pytest.mark.parametrize("off", [-310, 310])
def test_a_click_more_than_five_minutes_off_is_refused(
    chat: FakeChat, card: ChatReply, off: float
) -> None:
    assert_refused(chat.click(card, "Run", off=off), chat, 401)


def test_a_click_signed_with_another_secret_is_refused(chat: FakeChat, card: ChatReply) -> None:
    body = urlencode({"payload": json.dumps(chat.click_payload(card, "Run"))}).encode()
    headers = slack_headers(body, secret="anotherExampleSecret")

    assert_refused(chat.request("slack/interactive", Http(body=body, headers=headers)), chat, 401)


def test_a_clicks_signature_covers_every_byte(chat: FakeChat, card: ChatReply) -> None:
    body = urlencode({"payload": json.dumps(chat.click_payload(card, "Run"))}).encode()
    headers = slack_headers(body)

    for place in range(0, len(body), 41):
        tampered = bytearray(body)
        tampered[place] ^= 1
        http = Http(body=bytes(tampered), headers=headers)
        assert_refused(chat.request("slack/interactive", http), chat, 401)


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("encoded", [False, True])
def test_a_click_is_accepted_through_every_gateway(
    chat: FakeChat,
    card: ChatReply,
    trigger: str,
    encoded: bool,  # noqa: FBT001 - a column of the table
) -> None:
    body = urlencode({"payload": json.dumps(chat.click_payload(card, "Cancel"))}).encode()
    http = Http(body=body, headers=slack_headers(body), encoded=encoded)

    assert chat.request("slack/interactive", http, trigger).status == 200
    assert chat.replacements() == ["Cancelled."]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_clicks_are_accepted_by_post_only(chat: FakeChat, method: str) -> None:
    reply = chat.request("slack/interactive", Http(method=method))

    assert_refused(reply, chat, 405)


def test_without_slacks_secret_there_are_no_clicks(chat: FakeChat, card: ChatReply) -> None:
    chat.environ["SLACK_SIGNING_SECRET"] = ""

    assert_refused(chat.click(card, "Run"), chat, 404)


@pytest.mark.parametrize("kind", ["dingtalk/interactive", "slack/interactive/x", "slack/"])
def test_no_other_path_takes_clicks(chat: FakeChat, card: ChatReply, kind: str) -> None:
    body = urlencode({"payload": json.dumps(chat.click_payload(card, "Run"))}).encode()

    reply = chat.request(kind, Http(body=body, headers=slack_headers(body)))

    assert_refused(reply, chat, 404)


def test_a_click_is_not_a_command_and_a_command_is_not_a_click(
    chat: FakeChat, card: ChatReply
) -> None:
    click = urlencode({"payload": json.dumps(chat.click_payload(card, "Run"))}).encode()
    command = urlencode(chat.slack_form("help")).encode()
    for kind, body in (("slack", click), ("slack/interactive", command)):
        reply = chat.request(kind, Http(body=body, headers=slack_headers(body)))
        assert_refused(reply, chat, 400)


@pytest.mark.parametrize("length", [1, 2_000])
def test_a_code_that_fits_into_a_button_gets_one(length: int) -> None:
    code = "A" * length
    [message] = slack.messages(Reply(("first",), f"/cloud-sync confirm {code}", code), 1)

    blocks = slack_blocks.assert_valid(message["blocks"])  # type: ignore[arg-type]
    assert [block["type"] for block in blocks] == ["section", "actions", "context"]


def test_a_code_that_is_too_long_for_a_button_is_copied() -> None:
    code = "A" * 2_001
    [message] = slack.messages(Reply(("first",), f"/cloud-sync confirm {code}", code), 1)

    blocks = slack_blocks.assert_valid(message["blocks"])  # type: ignore[arg-type]
    assert [block["type"] for block in blocks] == ["section", "section", "section"]
    assert message["blocks"][1]["text"]["text"] == "To confirm, send this message:"  # type: ignore[index]
    assert message["blocks"][2]["text"]["text"] == f"```/cloud-sync confirm {code}```"  # type: ignore[index]


def test_a_run_with_many_parameters_is_confirmed_by_copying(chat: FakeChat) -> None:
    ids = ",".join(f"i-{number:060}" for number in range(24))
    card = chat.slack(f"run synchronize-resource type=ecs resource_ids={ids}")

    assert card.buttons == {}
    assert re.search(r"```/cloud-sync confirm [A-Za-z0-9.]{2001,}```", card.text)
    chat.slack(card.code)
    assert len(chat.deferred) == 1


def test_dingtalk_has_no_buttons(chat: FakeChat) -> None:
    reply = chat.dingtalk("run sync-machines")

    assert reply.json["msgtype"] == "markdown"
    assert "To confirm, send this message:\nconfirm " in reply.text
