"""A missing parameter whose values are listed is answered with the commands to send."""

from __future__ import annotations

import json

import pytest

from tests.chat.room import Room
from tests.support.platform_caller import TASK

OTHER = "example-sync-task-2"


@pytest.fixture(autouse=True)
def tasks(room: Room) -> None:
    room.environ["OMS_TASKS"] = json.dumps(
        {TASK: {"region": "cn-north-4"}, OTHER: {"region": "cn-east-3"}}
    )


@pytest.mark.parametrize("verb", ["status", "plan", "run"])
def test_the_listed_tasks_are_shown_with_the_command_to_send(room: Room, verb: str) -> None:
    command = f"{verb} huawei-start-sync-task sync_task_id="
    assert room.slack(f"{verb} oms").plain.splitlines() == [
        "huawei-start-sync-task needs sync_task_id. OMS_TASKS lists:",
        f"- {TASK} (cn-north-4): `/cloud-sync {command}{TASK}`",
        f"- {OTHER} (cn-east-3): `/cloud-sync {command}{OTHER}`",
    ]
    assert room.dingtalk(f"{verb} oms").plain.splitlines()[1] == (
        f"- {TASK} (cn-north-4): {command}{TASK}"
    )
    assert len(room.emulator.received) == 0


@pytest.mark.parametrize("kind", ["slack", "dingtalk"])
def test_the_command_to_send_is_understood(room: Room, kind: str) -> None:
    line = room.say(kind, 'status oms wait_seconds="0"').plain.splitlines()[1]
    command = line.partition("): ")[2].replace("/cloud-sync ", "")

    assert command.strip("`") == (
        f"status huawei-start-sync-task sync_task_id={TASK} wait_seconds=0"
    )
    assert "STOPPED" in room.say(kind, command).text


def test_only_tasks_that_the_rights_allow_are_shown(room: Room) -> None:
    rights = json.loads(room.environ["CHAT_RIGHTS"])
    room.environ["CHAT_RIGHTS"] = json.dumps([{**rights[0], "regions": ["cn-east-3"]}])

    said = room.slack("status oms").text

    assert OTHER in said
    assert TASK not in said


@pytest.mark.parametrize("listed", ["{}", None])
def test_without_a_listed_task_the_reply_says_where_to_add_one(
    room: Room, listed: str | None
) -> None:
    room.environ["OMS_TASKS"] = listed or ""

    assert room.slack("status oms").text == (
        "🚫 huawei-start-sync-task needs sync_task_id, and OMS_TASKS lists none that you can use "
        "in this channel. Ask an admin to add it to OMS_TASKS or to CHAT_RIGHTS."
    )


def test_without_a_right_no_task_is_shown(room: Room) -> None:
    rights = json.loads(room.environ["CHAT_RIGHTS"])
    room.environ["CHAT_RIGHTS"] = json.dumps([{**rights[0], "operations": ["tencent.*"]}])

    said = room.slack("status oms").text

    assert "lists none that you can use in this channel" in said
    assert TASK not in said


def test_a_default_task_needs_no_choice(room: Room) -> None:
    room.environ["DEFAULT_PARAMETERS"] = json.dumps({"sync_task_id": TASK})

    assert "STOPPED" in room.slack("status oms").text


def test_what_else_is_wrong_is_reported_first(room: Room) -> None:
    assert "typo: is not a parameter" in room.slack("status oms typo=1").text
    assert len(room.emulator.received) == 0


def test_a_faulty_list_is_reported(room: Room) -> None:
    room.environ["OMS_TASKS"] = "["

    assert "OMS_TASKS is not JSON" in room.slack("status oms").text


def test_a_long_list_is_cut_and_says_so(room: Room) -> None:
    listed = [f"example-task-{number:03}" for number in range(30)]
    room.environ["OMS_TASKS"] = json.dumps({name: {"region": "cn-north-4"} for name in listed})

    lines = room.slack("status oms").plain.splitlines()

    assert [line.split()[1] for line in lines[1:-1]] == listed[:20]
    assert lines[-1] == "… OMS_TASKS lists more."


def test_a_list_of_exactly_twenty_is_whole(room: Room) -> None:
    listed = [f"example-task-{number:03}" for number in range(20)]
    room.environ["OMS_TASKS"] = json.dumps({name: {"region": "cn-north-4"} for name in listed})

    lines = room.slack("status oms").plain.splitlines()

    assert [line.split()[1] for line in lines[1:]] == listed
