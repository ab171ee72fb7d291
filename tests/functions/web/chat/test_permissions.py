"""What users may do from chat: what no rule allows is denied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.web.chat.message import Sender
from functions.web.chat.permissions import permissions_for
from shared.errors import Misconfigured
from shared.http_trigger.permissions import ACTIONS, AccessRequest
from shared.http_trigger.problem import HttpProblem
from tests.support.fake_chat import FakeChat

CWP = "tencent.cwp.SyncMachines"
SENDER = Sender("slack", "T00EXAMPLE", "U00EXAMPLE", "C00EXAMPLE")
RULE: dict[str, Any] = {
    "platform": "slack",
    "users": ["U00EXAMPLE"],
    "channels": ["*"],
    "operations": ["tencent.*"],
    "actions": ["plan", "status", "run"],
}
ASK = AccessRequest(CWP, "run", "default", "ap-guangzhou")


def allows(access: AccessRequest = ASK, sender: Sender = SENDER, **changes: Any) -> bool:
    try:
        permissions_for(json.dumps([RULE | changes]), sender).require(access)
    except HttpProblem:
        return False
    return True


def test_without_rules_nothing_is_allowed() -> None:
    rights = permissions_for(None, SENDER)

    assert rights.actions(CWP) == ()
    with pytest.raises(HttpProblem):
        rights.require(ASK)


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({}, True),
        ({"users": ["U00OTHER"]}, False),
        ({"users": []}, False),
        ({"users": ["*"]}, True),
        ({"users": ["u00example"]}, False),
        ({"users": ["U00EXAMPL?"]}, False),
        ({"users": ["U00[EX]XAMPLE"]}, False),
        ({"channels": ["C??EXAMPLE"]}, False),
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


@pytest.mark.parametrize(("region", "where"), [("ap-guangzhou", " (ap-guangzhou)"), (None, "")])
def test_a_refusal_says_what_was_refused_and_where(region: str | None, where: str) -> None:
    with pytest.raises(HttpProblem) as caught:
        permissions_for("[]", SENDER).require(AccessRequest(CWP, "run", "default", region))

    assert caught.value.status == 403
    assert caught.value.detail == (
        f"You can't use `run` on {CWP}{where} in this channel. "
        "Ask an admin to add a CHAT_RIGHTS rule"
    )


def test_http_rules_do_not_apply_to_chat() -> None:
    http = {"tokens": ["*"], "operations": ["*"], "actions": ["*"]}

    assert permissions_for(json.dumps([http]), SENDER).actions(CWP) == ()
    assert permissions_for(json.dumps([http, RULE]), SENDER).actions(CWP) == ACTIONS


def test_rules_may_be_in_a_file_of_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "rights.json").write_text(json.dumps([RULE]))

    assert permissions_for("rights.json", SENDER, tmp_path).actions(CWP) == ACTIONS


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "not JSON"),
        ("{}", "not a JSON list"),
        ("nosuchfile.json", "cannot be read"),
        ("[1]", "entry 1: must be a JSON object"),
        (
            json.dumps([RULE, {**RULE, "platform": "slak"}]),
            "entry 2, platform: must be 'http', 'slack'",
        ),
        (
            json.dumps([{"users": ["*"], **RULE, "platform": "http"}]),
            "entry 1, users: does not apply to platform http",
        ),
        (
            json.dumps([{"platform": "slack"}]),
            "entry 1, users: is required; entry 1, channels: is required",
        ),
        (json.dumps([RULE | {"users": "U00EXAMPLE"}]), "entry 1, users: must be a list"),
        (
            json.dumps([RULE | {"actions": ["confirm"]}]),
            "entry 1, actions[0]: must be 'plan', 'status', 'run' or '*'",
        ),
    ],
)
def test_invalid_rules_are_misconfigured(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"^CHAT_RIGHTS\b") as refused:
        permissions_for(text, SENDER, tmp_path)

    assert fault in refused.value.message
    assert refused.value.code == "BadRights"


@pytest.mark.parametrize("verb", ["help", "list", "status sync-machines", "run sync-machines"])
def test_invalid_rules_refuse_every_caller(chat: FakeChat, verb: str) -> None:
    chat.environ["CHAT_RIGHTS"] = "[{}]"

    assert "CHAT_RIGHTS" in chat.slack(verb).text
    assert len(chat.emulator.received) == 0


def set_rights(chat: FakeChat, **changes: Any) -> None:
    chat.environ["CHAT_RIGHTS"] = json.dumps([RULE | changes])


@pytest.mark.parametrize("verb", ["help", "list"])
def test_a_user_without_rights_sees_what_a_rule_needs(chat: FakeChat, verb: str) -> None:
    set_rights(chat, users=["U00OTHER"])

    reply = chat.slack(verb).text

    assert reply == (
        "🚫 You can't use any operation in this channel. "
        "Ask an admin to add a CHAT_RIGHTS rule for:\n"
        "platform slack, user U00EXAMPLE, channel C00EXAMPLE, organization T00EXAMPLE"
    )


def test_help_and_list_show_only_what_the_user_may_do(chat: FakeChat) -> None:
    set_rights(chat, actions=["status"])
    assert chat.slack("help").plain.splitlines() == [
        "Commands:",
        "`/cloud-sync list` shows your operations and their parameters",
        "`/cloud-sync status OPERATION [key=value …]` reads the current state; changes nothing",
        "In this channel, you can use:",
        "- tencent-sync-machines: status",
        "- tencent-sync-asset-scan: status",
        (
            "OPERATION is one of these names, an ID, or any part that only one of them has. "
            "Put values with spaces in quotes."
        ),
    ]

    reply = chat.slack("list").plain
    assert reply.startswith("tencent-sync-machines: ")
    assert "- you can: status\n" in reply
    assert "huawei" not in reply
    assert "alibaba" not in reply


def test_help_shows_every_command_that_the_user_may_use(chat: FakeChat) -> None:
    set_rights(chat, operations=["*"])
    reply = chat.slack("help", command="/ops").plain

    for usage in ("run OPERATION [key=value …]", "plan OPERATION [key=value …]", "confirm CODE"):
        assert f"`/ops {usage}`" in reply
    assert "- huawei-start-sync-task: plan, status, run\n" in reply
    # EDAS has no status to read, even if a rule allows it.
    assert "- alibaba-synchronize-resource: plan, run\n" in reply


@pytest.mark.parametrize("verb", ["help", "list"])
def test_a_right_that_does_not_apply_to_an_operation_shows_nothing(
    chat: FakeChat, verb: str
) -> None:
    set_rights(chat, operations=["alibaba.edas.*"], actions=["status"])

    assert "You can't use any operation in this channel." in chat.slack(verb).text


@pytest.mark.parametrize("verb", ["help", "list"])
def test_a_rule_for_another_channel_shows_nothing(chat: FakeChat, verb: str) -> None:
    set_rights(chat, channels=["C00OTHER"])

    assert "You can't use any operation in this channel." in chat.slack(verb).text
    assert "tencent-sync-machines" in chat.slack(verb, channel_id="C00OTHER").text


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
    chat: FakeChat,
    actions: list[str],
    text: str,
    fine: bool,  # noqa: FBT001 - a column of the table
) -> None:
    set_rights(chat, actions=actions)

    assert ("Ask an admin to add a CHAT_RIGHTS rule" in chat.slack(text).text) is not fine


def test_a_region_is_the_one_the_run_would_go_to(chat: FakeChat) -> None:
    set_rights(chat, regions=["ap-guangzhou"])

    assert "NOTASK" in chat.slack("status sync-machines").text
    denied = chat.slack("status sync-machines region=ap-beijing").text
    assert denied == (
        "🚫 You can't use `status` on tencent.cwp.SyncMachines (ap-beijing) in this channel. "
        "Ask an admin to add a CHAT_RIGHTS rule."
    )

    chat.environ["TENCENTCLOUD_REGION"] = "ap-beijing"
    assert "(ap-beijing)" in chat.slack("status sync-machines").text


def test_another_person_in_the_same_channel_may_not(chat: FakeChat) -> None:
    set_rights(chat)

    assert "You can't use" in chat.slack("status sync-machines", user_id="U00OTHER").text
    assert "You can't use" in chat.dingtalk("status sync-machines").text
    assert len(chat.emulator.received) == 0
