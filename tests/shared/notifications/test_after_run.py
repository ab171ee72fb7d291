"""Timer runs send notifications, whatever their result; other runs send none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import contexts
from local.emulator import Emulator, faults
from local.fake_chats import FakeChats
from shared.entrypoint import handle
from shared.errors import SyncFailed
from tests.support.platform_caller import LambdaContext, PlatformCaller

SERVERS = "huawei.modelarts.SyncDevServers"
EDAS = "alibaba.edas.SynchronizeResource"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[FakeChats]:
    with FakeChats() as running:
        yield running


@pytest.fixture
def caller(emulator: Emulator, receiver: FakeChats, tmp_path: Path) -> PlatformCaller:
    caller = PlatformCaller(emulator, tmp_path)
    caller.environ["NOTIFY"] = receiver.setting("failed", "attention")
    return caller


def test_what_needs_attention_reaches_every_channel(
    caller: PlatformCaller, receiver: FakeChats
) -> None:
    result = caller.run(SERVERS, {"trigger": "timer"})

    assert [post.kind for post in receiver.received if post.is_accepted] == [
        "slack",
        "dingtalk",
        "feishu",
        "wecom",
        "webhook",
    ]
    assert result["data"]["attention"][0]["name"] in receiver.received[0].text


def test_the_servers_that_need_attention_are_named(
    caller: PlatformCaller, receiver: FakeChats
) -> None:
    result = caller.run(SERVERS, {"trigger": "timer"})

    lines = receiver.received[0].text.splitlines()
    first = result["data"]["servers"][0]
    count = sum(result["data"]["by_status"].values())
    assert lines[0] == (
        f"{len(result['data']['attention'])} of {count} DevServers need attention (cn-north-4)"
    )
    assert f"{first['name']} ({first['status']}, {first['id']})" in lines[3]
    assert "What to do: Check these DevServers in the ModelArts console." in lines


def test_servers_that_have_not_changed_lately_send_no_message(
    caller: PlatformCaller, receiver: FakeChats
) -> None:
    (entry,) = json.loads(receiver.setting("attention", kinds=("slack",)))
    caller.environ["NOTIFY"] = json.dumps([{**entry, "since_minutes": 15}])

    result = caller.run(SERVERS, {"trigger": "timer"})

    assert result["data"]["attention"] != []
    assert receiver.received == []


def test_a_failure_is_sent_with_its_hint_and_still_raised(
    caller: PlatformCaller, emulator: Emulator, receiver: FakeChats
) -> None:
    emulator.inject_fault("edas", faults.error("Forbidden.RAM", status=403), times=None)

    with pytest.raises(SyncFailed) as caught:
        caller.run(EDAS, {"type": "all", "trigger": "timer"})

    error = json.loads(str(caught.value))["error"]
    assert len(receiver.received) == 5
    assert "Forbidden.RAM" in receiver.received[0].text
    assert error["hint"].partition(".")[0] in receiver.received[0].text


@pytest.mark.parametrize("trigger", ["direct", "workflow"])
def test_only_timers_send_notifications(
    caller: PlatformCaller, receiver: FakeChats, trigger: str
) -> None:
    caller.run(SERVERS, {"trigger": trigger})

    assert receiver.received == []


def test_a_success_without_findings_sends_nothing(
    caller: PlatformCaller, receiver: FakeChats
) -> None:
    caller.run(EDAS, {"type": "all", "trigger": "timer"})

    assert receiver.received == []


def test_a_run_that_timed_out_sends_its_notification_in_time(
    caller: PlatformCaller, emulator: Emulator, receiver: FakeChats
) -> None:
    emulator.inject_fault("edas", faults.hang(30), times=None)
    context = LambdaContext(3)

    with pytest.raises(SyncFailed) as caught:
        caller.run(EDAS, {"type": "all", "trigger": "timer"}, context)

    assert context.get_remaining_time_in_millis() > 0
    assert json.loads(str(caught.value))["error"]["category"] == "timeout"
    assert [post.kind for post in receiver.received if post.is_accepted][:1] == ["slack"]


def test_a_failed_notification_is_logged_and_counted_but_changes_nothing(
    caller: PlatformCaller, receiver: FakeChats, capfd: pytest.CaptureFixture[str]
) -> None:
    caller.environ |= {
        "NOTIFY": receiver.setting("attention", kinds=("slack", "webhook")),
        "METRICS": "emf",
    }
    receiver.inject_fault("slack", "refuse")

    result = caller.run(SERVERS, {"trigger": "timer"})

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert result["status"] == "succeeded"
    assert [line["kind"] for line in lines if line.get("message") == "notification failed"] == [
        "slack"
    ]
    assert next(line for line in lines if "_aws" in line)["NotificationsLost"] == [1.0]
    assert len(receiver.accepted("webhook")) == 1


def test_an_invalid_setting_fails_before_anything_is_run(
    caller: PlatformCaller, emulator: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    url = "http://chat.example.com/exampleSecretPath"
    caller.environ["NOTIFY"] = json.dumps([{"kind": "slack", "url": url}])

    with pytest.raises(SyncFailed) as caught:
        caller.run(EDAS, {"type": "all", "trigger": "timer"})

    error = json.loads(str(caught.value))["error"]
    assert (error["category"], error["code"]) == ("misconfigured", "BadNotify")
    assert "exampleSecretPath" not in str(caught.value) + "".join(capfd.readouterr())
    assert len(emulator.received) == 0


def test_the_urls_of_the_channels_are_redacted_everywhere(
    caller: PlatformCaller,
    emulator: Emulator,
    receiver: FakeChats,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caller.environ["LOG_LEVEL"] = "DEBUG"
    entries = json.loads(receiver.setting("always"))
    secrets = [part for entry in entries for part in (entry["url"], entry.get("secret", ""))]
    emulator.inject_fault("modelarts", faults.status(400, {"error_msg": " ".join(secrets)}), None)

    with pytest.raises(SyncFailed) as caught:
        caller.run(SERVERS, {"trigger": "timer"})

    shown = str(caught.value) + "".join(capfd.readouterr())
    sent = "".join(post.text for post in receiver.received)
    assert len(receiver.received) == 5
    assert not any(secret in shown + sent for secret in secrets if secret)


@pytest.mark.parametrize("platform", ["function_compute", "scf", "functiongraph", "aws"])
def test_every_platforms_timer_sends_notifications(
    emulator: Emulator, receiver: FakeChats, caller: PlatformCaller, platform: str
) -> None:
    from functions.registry import load

    environ = emulator.environment(temporary=True) | {
        "NOTIFY": receiver.setting("always", kinds=("feishu",))
    }
    operation = load(SERVERS)
    call = getattr(contexts, platform)(operation.function, {}, environ, timer=True)
    caller.runtime.environ = call.environ

    handle(operation, call.event, call.context, caller.runtime)

    assert len(receiver.accepted("feishu")) == 1
