"""The second call: it checks everything again, posts a late reply, and always returns."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from functions.web.chat.deferred_job import run_job
from local import contexts
from local.http_events import TRIGGERS, Http
from shared.invocation import Invocation
from tests.support.fake_chat import RESPONSE_URL, FakeChat
from tests.support.platform_caller import TASK

KINDS = ("slack", "dingtalk")


@pytest.fixture
def event(chat: FakeChat) -> dict[str, Any]:
    """The event of a confirmed run."""
    chat.slack(chat.slack("run sync-machines").code)
    [event] = chat.deferred
    return dict(event)


def changed(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    reply = {**event["deferred"], **changes}
    return {"deferred": {key: value for key, value in reply.items() if value is not ...}}


def test_what_was_deferred_is_done_and_answered(chat: FakeChat, event: dict[str, Any]) -> None:
    summary = chat.run_job(event)

    assert summary == {
        "message_id": event["deferred"]["message_id"],
        "operation": "tencent.cwp.SyncMachines",
        "action": "run",
        "outcome": "running",
        "posted": 1,
        "lost": None,
    }
    [post] = chat.fake_chats.accepted("slack-late")
    assert json.loads(post.body)["response_type"] == "ephemeral"


@pytest.mark.parametrize("platform", ["fc", "scf", "functiongraph"])
def test_every_platforms_direct_call_is_understood(
    chat: FakeChat, event: dict[str, Any], platform: str
) -> None:
    make = {
        "fc": contexts.function_compute,
        "scf": contexts.scf,
        "functiongraph": contexts.functiongraph,
    }[platform]
    call = make("cloud-sync-web", event, chat.environ, timer=False)
    chat.runtime.environ = call.environ
    invocation = Invocation.from_event(call.event, call.context, chat.runtime)

    summary = run_job(invocation, chat.operations)

    assert summary["deferred"]["posted"] == 1  # type: ignore[index]


def test_the_same_message_is_done_once(chat: FakeChat, event: dict[str, Any]) -> None:
    chat.run_job(event)
    chat.emulator.clear()

    again = chat.run_job(event)

    assert (again["outcome"], again["posted"]) == ("duplicate, already processed", 0)
    assert len(chat.emulator.received) == 0
    assert len(chat.fake_chats.received) == 1


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_deferred_run_is_not_accepted_over_http(
    chat: FakeChat, event: dict[str, Any], trigger: str
) -> None:
    http = TRIGGERS[trigger](Http(body=json.dumps(event).encode()))
    if isinstance(http, dict):
        http |= event

    summary = chat.run_job(http)

    assert (summary["status"], summary["posted"]) == ("refused", 0)
    assert len(chat.emulator.received) == 0


def test_a_deferred_run_is_not_accepted_from_a_timer(chat: FakeChat, event: dict[str, Any]) -> None:
    timer = {"triggerName": "t", "triggerTime": "2026-11-21T02:00:00Z", "payload": ""}
    call = contexts.function_compute("cloud-sync-web", {}, chat.environ, timer=True)
    chat.runtime.environ = call.environ

    invocation = Invocation.from_event({**timer, **event}, call.context, chat.runtime)
    summary = run_job(invocation, chat.operations)

    assert summary["deferred"]["status"] == "refused"  # type: ignore[index]


@pytest.mark.parametrize(
    "changes",
    [
        *({name: ...} for name in ("platform", "message_id", "operation", "action", "user")),
        *({name: ...} for name in ("tenant", "channel", "callback", "parameters", "account")),
        {"callback_expires": ...},
        {"callback_expires": "soon"},
        {"replaces": ...},
        {"replaces": "yes"},
        {"replaces": 1},
        {"platform": "teams"},
        {"platform": 5},
        {"action": "plan"},
        {"action": "confirm"},
        {"account": 5},
        {"region": 5},
        {"parameters": "sync=true"},
        {"user": ""},
        {"user": "U00\ud800"},
        {"message_id": "\udfff"},
        {"callback": "https://evil.example/commands/1"},
        {"callback": "https://hooks.slack.com@evil.example/"},
        {"callback": "https://oapi.dingtalk.com/robot/sendBySession?session=x"},
    ],
)
def test_an_event_that_is_not_ours_is_refused(
    chat: FakeChat, event: dict[str, Any], changes: dict[str, Any]
) -> None:
    summary = chat.run_job(changed(event, **changes))

    assert (summary["status"], summary["posted"]) == ("refused", 0)
    assert len(chat.emulator.received) == 0
    assert chat.fake_chats.received == []


@pytest.mark.parametrize(
    "event", [{}, {"deferred": None}, {"deferred": []}, [], None, "x", b"{", 5]
)
def test_any_other_event_is_refused(chat: FakeChat, event: Any) -> None:
    assert chat.run_job(event)["status"] == "refused"


@pytest.mark.parametrize(
    ("changes", "reply"),
    [
        ({"user": "U00OTHER"}, "You can't use `run` on tencent.cwp.SyncMachines (ap-guangzhou)"),
        ({"operation": "huawei.oms.StartSyncTask"}, "sync_task_id: is required"),
        ({"operation": "nobody.knows.This"}, "nobody.knows.This is not part of this function"),
        ({"region": "ap-beijing"}, "Settings have changed; the target is different now"),
        ({"account": "prod"}, "Settings have changed; the target is different now"),
        (
            {"parameters": {"account": "prod"}, "account": "prod"},
            "You can't use tencent.cwp.SyncMachines with this account in this channel.",
        ),
        ({"parameters": {"bogus": 1}}, "bogus: is not a parameter"),
        (
            {"parameters": {"region": "ap-beijing"}, "region": "ap-beijing"},
            "You can't use `run` on tencent.cwp.SyncMachines (ap-beijing) in this channel.",
        ),
    ],
)
def test_what_may_not_be_done_is_answered_and_not_done(
    chat: FakeChat, event: dict[str, Any], changes: dict[str, Any], reply: str
) -> None:
    chat.environ["CHAT_RIGHTS"] = json.dumps(
        [
            {
                "platform": "slack",
                "users": ["U00EXAMPLE"],
                "channels": ["*"],
                "operations": ["*"],
                "actions": ["run"],
                "regions": ["ap-guangzhou", "cn-*"],
            }
        ]
    )

    summary = chat.run_job(changed(event, **changes))

    assert summary["posted"] == 1
    assert reply in chat.late_replies("slack")
    assert len(chat.emulator.received) == 0


def test_an_unlisted_task_is_not_started_later_either(
    chat: FakeChat, event: dict[str, Any]
) -> None:
    other = changed(
        event,
        operation="huawei.oms.StartSyncTask",
        parameters={"sync_task_id": TASK},
        region="cn-north-4",
    )

    chat.run_job(other)

    assert "OMS_TASKS" in chat.late_replies("slack")
    assert len(chat.emulator.received) == 0


@pytest.mark.parametrize("expires", [0, -1])
def test_a_callback_that_is_over_is_not_used(
    chat: FakeChat, event: dict[str, Any], expires: float
) -> None:
    summary = chat.run_job(changed(event, callback_expires=time.time() + expires))

    assert summary["outcome"] == "running"
    assert summary["lost"] == "the response URL has expired"
    assert chat.fake_chats.received == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["throttle", "429", "unavailable"])
def test_a_throttled_answer_is_posted_again(chat: FakeChat, kind: str, fault: str) -> None:
    chat.fake_chats.inject_fault(f"{kind}-late", fault)
    chat.send(kind, chat.send(kind, "run sync-machines").code)

    [summary] = chat.run_deferred()

    assert (summary["posted"], summary["lost"]) == (1, None)
    assert len(chat.fake_chats.received) == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["refuse", "garbage", "redirect", "drop"])
def test_a_missing_response_is_reported_and_not_repeated(
    chat: FakeChat, kind: str, fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    chat.fake_chats.inject_fault(f"{kind}-late", fault)
    chat.send(kind, chat.send(kind, "run sync-machines").code)

    [summary] = chat.run_deferred()

    assert summary["posted"] == 0
    assert summary["lost"]
    assert summary["outcome"] in {"running", "unchanged"}
    assert len(chat.fake_chats.received) == 1
    assert '"lost"' in capfd.readouterr().out


def test_a_failed_run_is_answered_with_what_to_do(chat: FakeChat, event: dict[str, Any]) -> None:
    chat.environ["TENCENTCLOUD_SECRET_KEY"] = "anotherExampleKey"

    assert chat.run_job(event)["outcome"] == "failed"

    assert "Why: unauthenticated" in chat.late_replies("slack")
    assert "What to do:" in chat.late_replies("slack")


def test_an_invalid_override_is_reported(chat: FakeChat, event: dict[str, Any]) -> None:
    chat.environ["SLACK_ENDPOINT_URL"] = "http://evil.example"

    summary = chat.run_job(event)

    assert summary["outcome"] == "running"
    assert "SLACK_ENDPOINT_URL" in summary["lost"]


def test_an_internal_error_is_answered_and_returned(chat: FakeChat, event: dict[str, Any]) -> None:
    def broken() -> Any:
        raise ZeroDivisionError("exampleValue")

    chat.operations["tencent.cwp.SyncMachines"] = broken

    summary = chat.run_job(event)

    assert summary["outcome"] == "internal error"
    assert "❌ Internal error. See the function's log.\nInvocation ID: " in chat.late_replies(
        "slack"
    )
    assert "exampleValue" not in json.dumps(summary) + chat.late_replies("slack")


def test_the_callback_is_shown_nowhere(
    chat: FakeChat, event: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    chat.fake_chats.inject_fault("slack-late", "refuse")
    shown = json.dumps(chat.run_job(event))
    shown += json.dumps(chat.run_job(changed(event, message_id="2", operation=RESPONSE_URL)))
    shown += "".join(capfd.readouterr())

    assert RESPONSE_URL not in shown
    assert "exampleResponseToken0001" not in shown
