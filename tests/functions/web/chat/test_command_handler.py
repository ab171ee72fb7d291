"""The reply to each command, against the emulator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from local.emulator import Emulator
from local.emulator.dev_servers import generate
from shared.client.transport import HttpTransport
from shared.errors import Misconfigured, Throttled, TimedOut, Unreachable
from shared.models.http import Request, Response
from shared.runtime import Runtime
from tests.support.clocks import FastClock
from tests.support.fake_chat import FakeChat
from tests.support.platform_caller import APP, TASK

KINDS = ("slack", "dingtalk")
WRITING = {
    "alibaba.edas.SynchronizeResource": "synchronize-resource type=all",
    "alibaba.ehpc.SynchronizeApp": f"synchronize-app app_id={APP} target_region_ids=cn-shanghai",
    "tencent.cwp.SyncMachines": "sync-machines",
    "huawei.oms.StartSyncTask": f"start-sync-task sync_task_id={TASK}",
    "huawei.modelarts.SyncDevServers": "sync-dev-servers",
}
"""A command for each operation that changes something."""

STATUS_COMMANDS = {
    "tencent.cwp.SyncMachines": ("sync-machines", "NOTASK"),
    "huawei.oms.StartSyncTask": (f"start-sync-task sync_task_id={TASK}", "STOPPED"),
    "huawei.modelarts.SyncDevServers": ("dev-servers", "25 DevServers"),
}


@pytest.fixture(autouse=True)
def tasks(chat: FakeChat) -> None:
    chat.environ["OMS_TASKS"] = json.dumps({TASK: {"region": "cn-north-4"}})


@pytest.fixture
def lines(capfd: pytest.CaptureFixture[str]) -> Iterator[Any]:
    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capfd.readouterr().out.splitlines() if line]

    return read  # type: ignore[return-value]


def audits(log_lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in log_lines if "chat command" in str(line.get("message"))]


def writes(emulator: Emulator) -> list[str]:
    """The requests so far that change something at a provider."""
    return [
        request.action
        for request in emulator.received
        if request.action
        in {"SynchronizeResource", "SynchronizeApp", "StartSyncTask", "SyncDevServers"}
        or (request.action == "SyncMachines" and json.loads(request.body)["Sync"])
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", WRITING)
def test_what_writes_is_run_only_after_it_is_confirmed(
    chat: FakeChat, kind: str, operation: str
) -> None:
    card = chat.send(kind, f"run {WRITING[operation]}")
    assert "makes a change" in card.text
    assert "Nothing has been sent yet. You have 5 minutes to confirm." in card.text
    assert len(chat.emulator.received) == 0

    accepted = chat.send(kind, card.code)
    assert re.fullmatch(r"⏳ Running \*+[a-z-]+\*+. I'll post the result here.", accepted.text)
    assert len(chat.emulator.received) == 0
    assert "callback" in json.dumps(chat.deferred)

    [summary] = chat.run_deferred()
    assert summary["posted"] == 1
    assert summary["lost"] is None
    assert len(writes(chat.emulator)) == 1
    assert operation in chat.late_replies(kind)
    assert "started by chat" in chat.late_replies(kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", STATUS_COMMANDS)
def test_status_shows_the_state_at_once_and_never_writes(
    chat: FakeChat, kind: str, operation: str
) -> None:
    text, state = STATUS_COMMANDS[operation]

    reply = chat.send(kind, f"status {text}")

    assert operation in reply.text
    assert state in reply.text
    assert writes(chat.emulator) == []
    assert len(chat.emulator.received) > 0
    assert chat.deferred == []


def test_an_operation_without_a_status_says_so(chat: FakeChat) -> None:
    reply = chat.slack("status synchronize-resource type=all").text

    assert "has no status: the provider has no API for it. Use `plan` to preview a run." in reply
    assert len(chat.emulator.received) == 0


@pytest.mark.parametrize("sync", ["true", "false"])
def test_status_of_the_machine_list_only_reads_whatever_is_given(chat: FakeChat, sync: str) -> None:
    chat.slack(f"status sync-machines sync={sync}")

    assert writes(chat.emulator) == []


def test_status_of_a_task_needs_no_storage_keys(chat: FakeChat) -> None:
    for name in ("SRC_AK", "SRC_SK", "DST_AK", "DST_SK"):
        del chat.environ[f"OMS_{name}"]

    assert "STOPPED" in chat.slack(f"status start-sync-task sync_task_id={TASK}").text


@pytest.mark.parametrize("operation", WRITING)
def test_plan_shows_what_would_be_sent_and_sends_nothing(chat: FakeChat, operation: str) -> None:
    reply = chat.slack(f"plan {WRITING[operation]}")

    assert "was a dry run; nothing was sent" in reply.text
    assert "makes a change" in reply.text
    assert "1. " in reply.text
    assert len(chat.emulator.received) == 0


def test_a_run_that_only_reads_is_answered_at_once(chat: FakeChat) -> None:
    assert "NOTASK" in chat.slack("run sync-machines sync=false").text
    assert writes(chat.emulator) == []


def test_the_vendors_spelling_is_accepted(chat: FakeChat) -> None:
    assert "nothing was sent" in chat.slack("plan synchronize-resource Type=all").text


def test_parameters_are_read_by_their_type(chat: FakeChat) -> None:
    reply = chat.slack("status dev-servers limit=2 offset=1 include_servers=all").text

    assert "devserver-00001" in reply
    assert "devserver-00002" in reply
    assert "devserver-00003" not in reply


def test_default_parameters_apply_to_chat_too(chat: FakeChat) -> None:
    chat.environ["DEFAULT_PARAMETERS"] = json.dumps({"type": "all"})

    assert "Type=all" in chat.slack("plan alibaba-synchronize-resource").text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plan synchronize-resource", "type: is required"),
        ("plan synchronize-resource type=cars", "type: "),
        ("plan synchronize-resource type=all typo=1", "typo: is not a parameter"),
        (
            "plan synchronize-resource type=all Type=all",
            "type: is given twice (also under the provider's name)",
        ),
        (
            "plan sync-machines dry_run=true",
            "dry_run: not available in chat; use the commands `plan` and `run`",
        ),
        ("run sync-machines trigger=timer", "trigger: not available in chat"),
        ("run sync-machines on_failure=raise", "on_failure: not available in chat"),
        ("run sync-machines region=../..", "region: use a region ID such as cn-north-4"),
        ("run unknown", "🚫 Unknown operation. You can use: alibaba-synchronize-resource, "),
        ("run sync", "🚫 Ambiguous name. It could be alibaba-synchronize-resource, "),
        ("run sync-task", "🚫 Ambiguous name. It could be huawei-start-sync-task, "),
        ("fly", "🚫 Unknown command. Try `help`."),
        ("confirm nonsense", "🚫 Invalid confirmation code for this user and channel. "),
    ],
)
def test_what_does_not_fit_is_reported_and_not_run(
    chat: FakeChat, text: str, expected: str
) -> None:
    reply = chat.slack(text)

    assert reply.status == 200
    assert expected in reply.text
    assert len(chat.emulator.received) == 0
    assert chat.deferred == []


@pytest.mark.parametrize(
    "name",
    [
        "tencent.cwp.SyncMachines",
        "TENCENT.CWP.SYNCMACHINES",
        "tencent-sync-machines",
        "cwp",
        "Machines",
    ],
)
def test_an_operation_is_found_by_any_part_that_only_it_has(chat: FakeChat, name: str) -> None:
    assert "NOTASK" in chat.slack(f"status {name}").text


def test_an_ambiguous_part_means_the_operation_that_the_user_may_use(chat: FakeChat) -> None:
    rights = json.loads(chat.environ["CHAT_RIGHTS"])
    chat.environ["CHAT_RIGHTS"] = json.dumps(
        [{**rights[0], "operations": ["tencent.cwp.SyncMachines"]}]
    )

    assert "NOTASK" in chat.slack("status sync").text


@pytest.mark.parametrize("kind", KINDS)
def test_storage_keys_are_refused_and_shown_nowhere(
    chat: FakeChat, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    reply = chat.send(kind, f"run start-sync-task sync_task_id={TASK} src_sk=exampleSecretKey")

    assert "Storage keys are not accepted in chat, where others can read them." in reply.text
    assert "exampleSecretKey" not in reply.body + "".join(capfd.readouterr())


@pytest.mark.parametrize("verb", ["run", "status", "plan"])
@pytest.mark.parametrize(
    "more", ["sync_task_id=another-task", f"sync_task_id={TASK} region=cn-east-3"]
)
def test_only_listed_tasks_are_touched_from_chat(chat: FakeChat, verb: str, more: str) -> None:
    assert "OMS_TASKS" in chat.slack(f"{verb} start-sync-task {more}").text
    assert len(chat.emulator.received) == 0


def test_without_a_secret_for_codes_nothing_that_writes_is_run(chat: FakeChat) -> None:
    del chat.environ["CHAT_CONFIRM_SECRET"]

    assert "CHAT_CONFIRM_SECRET is not set" in chat.slack("run sync-machines").text
    assert "CHAT_CONFIRM_SECRET is not set" in chat.slack("confirm abc.def").text
    assert "NOTASK" in chat.slack("status sync-machines").text


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ("exampleSmall", "is shorter than 16 characters"),
        ("any long random text", "is a placeholder"),
        ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "is the digest"),
    ],
)
def test_a_weak_secret_for_codes_is_named_and_nothing_that_writes_is_run(
    chat: FakeChat, secret: str, fault: str
) -> None:
    chat.environ["CHAT_CONFIRM_SECRET"] = secret

    for text in ("run sync-machines", "confirm abc.def"):
        reply = chat.slack(text).text
        assert f"CHAT_CONFIRM_SECRET {fault}" in reply
        assert secret not in reply
    assert len(chat.emulator.received) == 0


def test_a_code_is_used_once(chat: FakeChat) -> None:
    card = chat.slack("run sync-machines")
    chat.slack(card.code)

    assert "already confirmed or cancelled" in chat.slack(card.code).text
    assert len(chat.deferred) == 1


@pytest.mark.parametrize(
    "other", [{"user_id": "U00OTHER"}, {"channel_id": "C00OTHER"}, {"team_id": "T00OTHER"}]
)
def test_another_user_or_channel_cannot_confirm(chat: FakeChat, other: dict[str, Any]) -> None:
    card = chat.slack("run sync-machines")

    refusal = "Invalid confirmation code for this user and channel"
    assert refusal in chat.slack(card.code, **other).text
    assert refusal in chat.dingtalk(card.code).text
    assert chat.deferred == []


def test_rights_are_checked_again_when_it_is_confirmed(chat: FakeChat) -> None:
    card = chat.slack("run sync-machines")
    rights = json.loads(chat.environ["CHAT_RIGHTS"])
    chat.environ["CHAT_RIGHTS"] = json.dumps([{**rights[0], "actions": ["status"]}])

    assert chat.slack(card.code).text == (
        "🚫 You can't use `run` on tencent.cwp.SyncMachines (ap-guangzhou) in this channel. "
        "Ask an admin to add a CHAT_RIGHTS rule."
    )
    assert chat.deferred == []


def test_a_code_is_invalid_after_the_target_changed(chat: FakeChat) -> None:
    card = chat.slack("run sync-machines")
    chat.environ["TENCENTCLOUD_REGION"] = "ap-beijing"

    assert "Settings have changed; the target is different now" in chat.slack(card.code).text
    assert chat.deferred == []


def test_a_card_shows_the_failure_where_a_run_could_only_fail(chat: FakeChat) -> None:
    del chat.environ["ALIBABA_CLOUD_REGION_ID"]

    reply = chat.slack("run synchronize-resource type=all")

    assert "no region" in reply.text
    assert "confirm" not in reply.body


def test_the_command_to_copy_is_the_apps_own(chat: FakeChat) -> None:
    blocks = chat.slack("run sync-machines", command="/ops").json["blocks"]

    [element] = blocks[-1]["elements"]
    assert element["text"].startswith("If the buttons don't work, send: `/ops confirm ")


def test_what_fails_is_reported_with_the_next_step(chat: FakeChat) -> None:
    chat.environ["TENCENTCLOUD_SECRET_KEY"] = "anotherExampleKey"

    reply = chat.slack("status sync-machines").text

    assert "❌" in reply
    assert "Why: unauthenticated" in reply
    assert "What to do:" in reply
    assert "Invocation ID: " in reply
    assert "anotherExampleKey" not in reply


def test_warnings_are_shown(chat: FakeChat) -> None:
    chat.emulator.huawei.denied.add("oms:synctask:get")
    chat.slack(chat.slack(f"run start-sync-task sync_task_id={TASK}").code)

    chat.run_deferred()

    assert "Warning: allow `oms:synctask:get`" in chat.late_replies("slack")


class FrozenClock(FastClock):
    """A clock on which nothing takes any time, however busy the machine is."""

    def monotonic(self) -> float:
        return 1_000.0


@pytest.fixture
def frozen_clock(chat: FakeChat, tmp_path: Path) -> None:
    chat.runtime = Runtime(home=tmp_path, clock=FrozenClock())


class TimingOutTransport:
    """A transport whose first requests time out."""

    def __init__(self) -> None:
        self.slow = True
        self.real = HttpTransport()

    def send(self, request: Request, **seconds: float) -> Response:
        if self.slow:
            raise TimedOut("no answer in time", outcome_unknown=True)
        return self.real.send(request, **seconds)


@pytest.fixture
def slow(chat: FakeChat, tmp_path: Path) -> TimingOutTransport:
    transport = TimingOutTransport()
    chat.runtime = Runtime(home=tmp_path, clock=FastClock(), transport_factory=lambda *_: transport)
    return transport


@pytest.mark.parametrize("kind", KINDS)
def test_a_read_that_takes_too_long_is_answered_later(
    chat: FakeChat, slow: TimingOutTransport, kind: str, lines: Any
) -> None:
    reply = chat.send(kind, "status sync-machines")

    assert reply.plain == "⏳ Still reading tencent-sync-machines. I'll post the result here."
    [event] = chat.deferred
    assert event["deferred"]["action"] == "status"  # type: ignore[index]
    # A run that continues in the background has not failed, neither in the log nor in the metrics.
    assert [line for line in lines() if line.get("level") == "ERROR" or "SyncFailed" in line] == []

    slow.slow = False
    chat.run_deferred()
    assert "NOTASK" in chat.late_replies(kind)


def test_a_command_that_waits_is_answered_later(chat: FakeChat) -> None:
    reply = chat.slack("status sync-machines wait_seconds=5")
    assert reply.plain == "⏳ Still reading tencent-sync-machines. I'll post the result here."
    assert len(chat.emulator.received) == 0

    chat.run_deferred()
    assert "NOTASK" in chat.late_replies("slack")


def fail(error: Exception) -> Any:
    def defer(_event: Mapping[str, object]) -> object:
        raise error

    return defer


def test_what_cannot_be_started_in_the_background_is_reported(chat: FakeChat, lines: Any) -> None:
    chat.invoke_async = fail(
        Misconfigured("the role may not invoke", hint="Grant lambda:InvokeFunction.")
    )
    card = chat.slack("run sync-machines")
    lines()

    reply = chat.slack(card.code).text

    [line] = audits(lines())
    assert reply.splitlines() == [
        "❌ The run could not be started; nothing was sent.",
        "Why: the role may not invoke",
        "What to do: Grant lambda:InvokeFunction.",
        f"Invocation ID: {line['invocation_id']}",
    ]
    assert line["outcome"] == "not queued: Misconfigured"


def test_a_run_that_may_or_may_not_have_started_is_reported_as_such(chat: FakeChat) -> None:
    chat.invoke_async = fail(TimedOut("no answer", outcome_unknown=True))
    card = chat.slack("run sync-machines")

    assert "The run may or may not have started. Check with `status`" in chat.slack(card.code).text


@pytest.mark.parametrize(
    "error",
    [
        Throttled("too many invocations", http_status=429),
        Misconfigured("the role may not invoke"),
        Unreachable("no connection"),
    ],
)
def test_a_code_stays_valid_if_the_run_could_not_be_queued(
    chat: FakeChat, error: Exception
) -> None:
    card = chat.slack("run sync-machines")
    chat.invoke_async, working = fail(error), chat.invoke_async
    assert "nothing was sent" in chat.slack(card.code).text

    chat.invoke_async = working

    assert "Running" in chat.slack(card.code).text
    assert len(chat.deferred) == 1
    assert "already confirmed" in chat.slack(card.code).text


def test_a_code_is_used_up_if_the_run_may_have_been_queued(chat: FakeChat) -> None:
    card = chat.slack("run sync-machines")
    chat.invoke_async, working = (
        fail(TimedOut("no answer", outcome_unknown=True)),
        chat.invoke_async,
    )
    chat.slack(card.code)

    chat.invoke_async = working

    assert "already confirmed" in chat.slack(card.code).text
    assert chat.deferred == []


@pytest.mark.usefixtures("slow")
def test_a_read_that_neither_finishes_nor_can_be_deferred_is_reported(chat: FakeChat) -> None:
    chat.invoke_async = fail(TimedOut("no answer", outcome_unknown=True))

    assert (
        "This takes longer than chat's 3-second limit, and starting it in the background failed."
        in chat.slack("status sync-machines").text
    )


def test_an_internal_error_is_reported_without_a_traceback(chat: FakeChat, lines: Any) -> None:
    chat.invoke_async = fail(ZeroDivisionError("exampleValue"))
    card = chat.slack("run sync-machines")

    reply = chat.slack(card.code)

    assert reply.status == 200
    log_lines = lines()
    [line] = audits(log_lines[-1:])
    assert reply.text == (
        f"❌ Internal error. See the function's log.\nInvocation ID: {line['invocation_id']}"
    )
    assert line["outcome"] == "internal error"
    assert "exampleValue" not in reply.body + json.dumps(log_lines)


def test_a_deferred_run_carries_no_secret_but_its_callback(chat: FakeChat) -> None:
    chat.slack(chat.slack(f"run start-sync-task sync_task_id={TASK}").code)

    [event] = chat.deferred
    reply = dict(event["deferred"])  # type: ignore[call-overload]
    assert set(reply) == {
        "platform", "message_id", "operation", "action", "parameters", "account", "region",
        "tenant", "user", "channel", "callback", "callback_expires", "replaces",
    }  # fmt: skip
    assert reply["parameters"] == {"sync_task_id": TASK}
    assert reply["region"] == "cn-north-4"
    assert reply["replaces"] is False
    for name in ("OMS_SRC_SK", "HUAWEICLOUD_SDK_SK", "SLACK_SIGNING_SECRET"):
        assert chat.environ[name] not in json.dumps(event)


@pytest.mark.parametrize("kind", KINDS)
def test_every_command_logs_one_line(chat: FakeChat, kind: str, lines: Any) -> None:
    for text, action, outcome in (
        ("help", "help", "answered"),
        ("status sync-machines region=ap-guangzhou", "status", "idle"),
        ("run sync-machines", "run", "confirmation requested"),
        ("run unknown", "run", "Unknown operation"),
    ):
        chat.send(kind, text)
        log_lines = lines()
        [line] = audits(log_lines)
        assert (line["action"], line["outcome"]) == (action, outcome)
        assert line["chat"] == kind
        assert line["user"] in {"U00EXAMPLE", "user0001"}
        assert line["channel"] in {"C00EXAMPLE", "cidexample0001=="}
        assert line["tenant"] in {"T00EXAMPLE", "dingexamplecorp0001"}
        assert line["invocation_id"]
        if action == "status":
            assert line["arguments"] == {"region": "ap-guangzhou"}
            assert line["operation"] == "tencent.cwp.SyncMachines"
        assert "hooks.slack.com" not in json.dumps(log_lines)
        assert "sendBySession" not in json.dumps(log_lines)


@pytest.mark.usefixtures("frozen_clock")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [150, 1500])
def test_servers_that_need_attention_are_listed_and_the_others_counted(
    chat: FakeChat, kind: str, count: int
) -> None:
    chat.emulator.huawei.dev_servers = generate(count)
    attention, listed = count // 5, min(count // 5, 200)

    reply = chat.send(kind, "status dev-servers")

    assert f"{count} DevServers" in reply.text
    assert f"Needs attention ({attention})" in reply.text
    assert len(re.findall(r"- \*+devserver-[0-9]+\*+ \(", reply.text)) == listed
    assert "RUNNING" not in reply.text.partition("Needs attention")[2]
    others = f"{count - attention:,} others are not listed; include_servers=all lists them."
    assert others in reply.text
    assert ("… and 100 more that need attention." in reply.text) is (attention > listed)
    assert len(reply.body.encode()) < (20_000 if kind == "dingtalk" else 40_000)


@pytest.mark.usefixtures("frozen_clock")
def test_servers_beyond_those_listed_are_counted(chat: FakeChat) -> None:
    chat.emulator.huawei.dev_servers = [{**one, "status": "ERROR"} for one in generate(3_000)]

    reply = chat.slack("status dev-servers include_servers=none").text

    assert "Needs attention (3,000)" in reply
    assert "… and 2,800 more that need attention." in reply
    assert "others are not listed" not in reply


def test_healthy_servers_are_counted_even_when_none_needs_attention(chat: FakeChat) -> None:
    servers = [one for one in generate(25) if "FAILED" not in one["status"]]
    chat.emulator.huawei.dev_servers = [one for one in servers if one["status"] != "ERROR"]
    count = len(chat.emulator.huawei.dev_servers)

    reply = chat.slack("status dev-servers").text

    assert "Needs attention" not in reply
    assert f"{count} others are not listed" in reply
    assert "devserver-" not in reply


@pytest.mark.usefixtures("frozen_clock")
@pytest.mark.parametrize("kind", KINDS)
def test_every_server_is_listed_on_request(chat: FakeChat, kind: str) -> None:
    chat.emulator.huawei.dev_servers = generate(1500)

    reply = chat.send(kind, "status dev-servers include_servers=all")

    assert reply.text.count("devserver-") == 200
    assert "… and 1,200 more, not shown." in reply.text
    assert "limit=" in reply.text


def test_the_order_is_attention_first(chat: FakeChat) -> None:
    reply = chat.slack("status dev-servers include_servers=all").plain

    attention, others = reply.index("Needs attention (4)"), reply.index("Others (21)")
    assert attention < others
    assert reply[attention:others].count("- devserver-") == 4
    assert reply[others:].count("- devserver-") == 21


def test_names_and_states_are_bold(chat: FakeChat) -> None:
    slack = chat.slack("status dev-servers").text
    assert "✅ *huawei.modelarts.SyncDevServers " in slack
    assert re.search(r"\n- \*devserver-[0-9]+\* \([0-9a-f-]+\): \*[A-Z_]+\*\n", slack)

    dingtalk = chat.dingtalk("status dev-servers").text
    assert "✅ **huawei.modelarts.SyncDevServers " in dingtalk
    assert re.search(r"\n- \*\*devserver-[0-9]+\*\* \([0-9a-f-]+\): \*\*[A-Z_]+\*\*\n", dingtalk)
    assert "*" not in chat.dingtalk("status dev-servers").json["markdown"]["title"]
