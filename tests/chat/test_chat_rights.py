"""Who may do what from chat: what no rule allows is denied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.chat.message import Speaker
from shared.chat.rights import rights_of
from shared.door.problem import Problem
from shared.errors import Misconfigured
from shared.rights import ACTIONS, Ask
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
ASK = Ask(CWP, "run", "default", "ap-guangzhou")


def allows(ask: Ask = ASK, speaker: Speaker = SPEAKER, **changes: Any) -> bool:
    try:
        rights_of(json.dumps([RULE | changes]), speaker).check(ask)
    except Problem:
        return False
    return True


def test_without_rules_nobody_may_do_anything() -> None:
    rights = rights_of(None, SPEAKER)

    assert rights.actions(CWP) == ()
    with pytest.raises(Problem):
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

    for part in ("slack", "U00EXAMPLE", "C00EXAMPLE", "T00EXAMPLE"):
        assert part in said
    assert "sync-machines" not in said


def test_help_and_list_show_only_what_the_asker_may_do(room: Room) -> None:
    give(room, actions=["status"])
    said = room.slack("help").text
    assert "status OPERATION" in said
    assert "plan" not in said
    assert "confirm" not in said

    said = room.slack("list").text
    assert "tencent-sync-machines" in said
    assert "you may: status\n" in said
    assert "huawei" not in said
    assert "alibaba" not in said


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

    assert ("no rule of CHAT_RIGHTS" in room.slack(text).text) is not fine


def test_a_region_is_the_one_the_run_would_go_to(room: Room) -> None:
    give(room, regions=["ap-guangzhou"])

    assert "NOTASK" in room.slack("status sync-machines").text
    denied = room.slack("status sync-machines region=ap-beijing").text
    assert "in ap-beijing" in denied

    room.environ["TENCENTCLOUD_REGION"] = "ap-beijing"
    assert "in ap-beijing" in room.slack("status sync-machines").text


def test_another_person_in_the_same_room_may_not(room: Room) -> None:
    give(room)

    assert "no rule" in room.slack("status sync-machines", user_id="U00OTHER").text
    assert "no rule" in room.dingtalk("status sync-machines").text
    assert len(room.emulator.received) == 0
