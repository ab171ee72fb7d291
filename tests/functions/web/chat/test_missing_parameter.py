"""A missing parameter whose values are listed is answered with the commands to send."""

from __future__ import annotations

import json

import pytest

from tests.support.fake_chat import FakeChat
from tests.support.platform_caller import TASK

OTHER = "example-sync-task-2"


@pytest.fixture(autouse=True)
def tasks(chat: FakeChat) -> None:
    chat.environ["OMS_TASKS"] = json.dumps(
        {TASK: {"region": "cn-north-4"}, OTHER: {"region": "cn-east-3"}}
    )


@pytest.mark.parametrize("verb", ["status", "plan", "run"])
def test_the_listed_tasks_are_shown_with_the_command_to_send(chat: FakeChat, verb: str) -> None:
    command = f"{verb} huawei-start-sync-task sync_task_id="
    assert chat.slack(f"{verb} oms").plain.splitlines() == [
        "huawei-start-sync-task needs sync_task_id. OMS_TASKS lists:",
        f"- {TASK} (cn-north-4): `/cloud-sync {command}{TASK}`",
        f"- {OTHER} (cn-east-3): `/cloud-sync {command}{OTHER}`",
    ]
    assert chat.dingtalk(f"{verb} oms").plain.splitlines()[1] == (
        f"- {TASK} (cn-north-4): {command}{TASK}"
    )
    assert len(chat.emulator.received) == 0


@pytest.mark.parametrize("kind", ["slack", "dingtalk"])
def test_the_command_to_send_is_understood(chat: FakeChat, kind: str) -> None:
    line = chat.send(kind, 'status oms wait_seconds="0"').plain.splitlines()[1]
    command = line.partition("): ")[2].replace("/cloud-sync ", "")

    assert command.strip("`") == (
        f"status huawei-start-sync-task sync_task_id={TASK} wait_seconds=0"
    )
    assert "STOPPED" in chat.send(kind, command).text


def test_only_tasks_that_the_rights_allow_are_shown(chat: FakeChat) -> None:
    rights = json.loads(chat.environ["CHAT_RIGHTS"])
    chat.environ["CHAT_RIGHTS"] = json.dumps([{**rights[0], "regions": ["cn-east-3"]}])

    said = chat.slack("status oms").text

    assert OTHER in said
    assert TASK not in said


@pytest.mark.parametrize("listed", ["{}", None])
def test_without_a_listed_task_the_reply_says_where_to_add_one(
    chat: FakeChat, listed: str | None
) -> None:
    chat.environ["OMS_TASKS"] = listed or ""

    assert chat.slack("status oms").text == (
        "🚫 huawei-start-sync-task needs sync_task_id, and OMS_TASKS lists none that you can use "
        "in this channel. Ask an admin to add it to OMS_TASKS or to CHAT_RIGHTS."
    )


def test_without_a_right_no_task_is_shown(chat: FakeChat) -> None:
    rights = json.loads(chat.environ["CHAT_RIGHTS"])
    chat.environ["CHAT_RIGHTS"] = json.dumps([{**rights[0], "operations": ["tencent.*"]}])

    said = chat.slack("status oms").text

    assert "lists none that you can use in this channel" in said
    assert TASK not in said


def test_a_default_task_needs_no_choice(chat: FakeChat) -> None:
    chat.environ["DEFAULT_PARAMETERS"] = json.dumps({"sync_task_id": TASK})

    assert "STOPPED" in chat.slack("status oms").text


def test_what_else_is_wrong_is_reported_first(chat: FakeChat) -> None:
    assert "typo: is not a parameter" in chat.slack("status oms typo=1").text
    assert len(chat.emulator.received) == 0


def test_a_faulty_list_is_reported(chat: FakeChat) -> None:
    chat.environ["OMS_TASKS"] = "["

    assert "OMS_TASKS is not JSON" in chat.slack("status oms").text


def test_a_long_list_is_cut_and_says_so(chat: FakeChat) -> None:
    listed = [f"example-task-{number:03}" for number in range(30)]
    chat.environ["OMS_TASKS"] = json.dumps({name: {"region": "cn-north-4"} for name in listed})

    lines = chat.slack("status oms").plain.splitlines()

    assert [line.split()[1] for line in lines[1:-1]] == listed[:20]
    assert lines[-1] == "… OMS_TASKS lists more."


def test_a_list_of_exactly_twenty_is_whole(chat: FakeChat) -> None:
    listed = [f"example-task-{number:03}" for number in range(20)]
    chat.environ["OMS_TASKS"] = json.dumps({name: {"region": "cn-north-4"} for name in listed})

    lines = chat.slack("status oms").plain.splitlines()

    assert [line.split()[1] for line in lines[1:]] == listed
