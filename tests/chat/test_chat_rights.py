"""Who may do what from chat: what no rule allows is denied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.chat.message import Speaker
from shared.chat.rights import rights_of
from shared.errors import Misconfigured
from shared.http_trigger.permissions import ACTIONS, AccessRequest
from shared.http_trigger.problem import HttpProblem
from tests.chat.room import Room

CWP = "tencent.cwp.SyncMachines"
SPEAKER = Speaker("slack", "T00EXAMPLE", "U00EXAMPLE", "C00EXAMPLE")
RULE: dict[str, Any] = {
    "platform": "slack",
    "users": ["U00EXAMPLE"],
    "channels": ["*"],
    "operations": ["tencent.*"],
    "actions": ["plan", "status", "run"],
}
ASK = AccessRequest(CWP, "run", "default", "ap-guangzhou")


def allows(ask: AccessRequest = ASK, speaker: Speaker = SPEAKER, **changes: Any) -> bool:
    try:
        rights_of(json.dumps([RULE | changes]), speaker).check(ask)
    except HttpProblem:
        return False
    return True


def test_without_rules_nobody_may_do_anything() -> None:
    rights = rights_of(None, SPEAKER)

    assert rights.actions(CWP) == ()
    with pytest.raises(HttpProblem):
        rights.check(ASK)


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({}, True),
        ({"users": ["U00OTHER"]}, False),
        ({"users": []}, False),
        ({"users": ["*"]}, True),
        ({"users": ["u00example"]}, False),
        ({"users": ["T00EXAMPLE/U00EXAMPLE"]}, True),
        ({"users": ["T00EXAMPLE/*"]}, True),
        ({"users": ["T00OTHER/U00EXAMPLE"]}, False),
        ({"users": ["T00OTHER/*", "U00OTHER"]}, False),
        ({"channels": ["C00EXAMPLE"]}, True),
        ({"channels": ["C00OTHER"]}, False),
        ({"channels": []}, False),
        ({"operations": ["alibaba.*"]}, False),
        ({"operations": ["*.SyncMachines"]}, True),
        ({"actions": ["plan", "status"]}, False),
        ({"actions": ["*"]}, True),
        ({"accounts": ["prod"]}, False),
        ({"accounts": ["default"]}, True),
        ({"regions": ["ap-guangzhou"]}, True),
        ({"regions": ["ap-beijing"]}, False),
        ({"platform": "dingtalk"}, False),
    ],
)
def test_a_rule_allows_what_it_says_and_nothing_else(
    changes: dict[str, Any],
    allowed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert allows(**changes) is allowed


def test_a_rule_of_http_is_not_about_chat() -> None:
    http = {"tokens": ["*"], "operations": ["*"], "actions": ["*"]}

    assert rights_of(json.dumps([http]), SPEAKER).actions(CWP) == ()
    assert rights_of(json.dumps([http, RULE]), SPEAKER).actions(CWP) == ACTIONS


def test_rules_may_stand_in_a_file_of_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "rights.json").write_text(json.dumps([RULE]))

    assert rights_of("rights.json", SPEAKER, tmp_path).actions(CWP) == ACTIONS


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "not JSON"),
        ("{}", "not a JSON list"),
        ("nosuchfile.json", "cannot be read"),
        ("[1]", "rule 1: must be a JSON object"),
        (json.dumps([RULE, {**RULE, "platform": "slak"}]), "rule 2: platform must be one of"),
        (json.dumps([{"users": ["*"], **RULE, "platform": "http"}]), "rule 1: has unknown keys"),
        (json.dumps([{"platform": "slack"}]), "rule 1: users is missing; rule 1: channels is"),
        (json.dumps([RULE | {"users": "U00EXAMPLE"}]), "rule 1: users must be a list of strings"),
        (json.dumps([RULE | {"actions": ["confirm"]}]), "rule 1: actions must be among"),
    ],
)
def test_rules_that_are_none_are_misconfigured(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="CHAT_RIGHTS") as refused:
        rights_of(text, SPEAKER, tmp_path)

    assert fault in refused.value.message


@pytest.mark.parametrize("verb", ["help", "list", "status sync-machines", "run sync-machines"])
def test_faulty_rules_refuse_everybody(room: Room, verb: str) -> None:
    room.environ["CHAT_RIGHTS"] = "[{}]"

    assert "CHAT_RIGHTS" in room.slack(verb).text
    assert len(room.emulator.received) == 0


def give(room: Room, **changes: Any) -> None:
    room.environ["CHAT_RIGHTS"] = json.dumps([RULE | changes])


@pytest.mark.parametrize("verb", ["help", "list"])
def test_who_may_do_nothing_is_told_what_a_rule_needs(room: Room, verb: str) -> None:
    give(room, users=["U00OTHER"])

    said = room.slack(verb).text

    assert said == (
        "🚫 You can't use any operation in this channel. "
        "Ask an admin to add a CHAT_RIGHTS rule for:\n"
        "platform slack, user U00EXAMPLE, channel C00EXAMPLE, organization T00EXAMPLE"
    )


def test_help_and_list_show_only_what_the_asker_may_do(room: Room) -> None:
    give(room, actions=["status"])
    assert room.slack("help").plain.splitlines() == [
        "Commands:",
        "`/cloud-sync list` shows your operations and their parameters",
        "`/cloud-sync status OPERATION [key=value …]` reads the current state; changes nothing",
        "In this channel, you can use:",
        "- tencent-sync-machines: status",
        (
            "OPERATION is one of these names, an ID, or any part that only one of them has. "
            "Put values with spaces in quotes."
        ),
    ]

    said = room.slack("list").plain
    assert said.startswith("tencent-sync-machines: ")
    assert "- you can: status\n" in said
    assert "huawei" not in said
    assert "alibaba" not in said


def test_help_shows_every_command_that_the_asker_may_use(room: Room) -> None:
    give(room, operations=["*"])
    said = room.slack("help", command="/ops").plain

    for usage in ("run OPERATION [key=value …]", "plan OPERATION [key=value …]", "confirm CODE"):
        assert f"`/ops {usage}`" in said
    assert "- huawei-start-sync-task: plan, status, run\n" in said
    # EDAS has no status to read, whatever the rule says.
    assert "- alibaba-synchronize-resource: plan, run\n" in said


@pytest.mark.parametrize("verb", ["help", "list"])
def test_a_right_that_an_operation_has_no_use_for_shows_nothing(room: Room, verb: str) -> None:
    give(room, operations=["alibaba.*"], actions=["status"])

    assert "You can't use any operation in this channel." in room.slack(verb).text


@pytest.mark.parametrize("verb", ["help", "list"])
def test_a_rule_for_another_channel_shows_nothing(room: Room, verb: str) -> None:
    give(room, channels=["C00OTHER"])

    assert "You can't use any operation in this channel." in room.slack(verb).text
    assert "tencent-sync-machines" in room.slack(verb, channel_id="C00OTHER").text


@pytest.mark.parametrize(
    ("actions", "text", "fine"),
    [
        (["plan"], "plan sync-machines", True),
        (["plan"], "status sync-machines", False),
        (["plan"], "run sync-machines", False),
        (["status"], "status sync-machines", True),
        (["status"], "run sync-machines sync=false", True),
        (["status"], "run sync-machines", False),
        (["run"], "run sync-machines", True),
        (["run"], "status sync-machines", False),
        (["run"], "plan sync-machines", False),
    ],
)
def test_an_action_needs_its_own_right(
    room: Room,
    actions: list[str],
    text: str,
    fine: bool,  # noqa: FBT001 - a column of the table
) -> None:
    give(room, actions=actions)

    assert ("Ask an admin to add a CHAT_RIGHTS rule" in room.slack(text).text) is not fine


def test_a_region_is_the_one_the_run_would_go_to(room: Room) -> None:
    give(room, regions=["ap-guangzhou"])

    assert "NOTASK" in room.slack("status sync-machines").text
    denied = room.slack("status sync-machines region=ap-beijing").text
    assert denied == (
        "🚫 You can't use `status` on tencent.cwp.SyncMachines (ap-beijing) in this channel. "
        "Ask an admin to add a CHAT_RIGHTS rule."
    )

    room.environ["TENCENTCLOUD_REGION"] = "ap-beijing"
    assert "(ap-beijing)" in room.slack("status sync-machines").text


def test_another_person_in_the_same_room_may_not(room: Room) -> None:
    give(room)

    assert "You can't use" in room.slack("status sync-machines", user_id="U00OTHER").text
    assert "You can't use" in room.dingtalk("status sync-machines").text
    assert len(room.emulator.received) == 0
