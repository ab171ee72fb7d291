"""What callers may do, and what no one may do over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.emulator import Emulator
from shared.errors import Misconfigured
from shared.http_trigger.permissions import AccessRequest, is_allowed, load_rules
from shared.models.name_pattern import matches
from tests.support.http_trigger_client import TOKEN, HttpTriggerClient
from tests.support.platform_caller import EVENTS, TASK

CWP = "tencent.cwp.SyncMachines"
OMS = "huawei.oms.StartSyncTask"
RULE = {"tokens": ["ci"], "operations": ["tencent.*"], "actions": ["plan", "status", "run"]}


@pytest.fixture
def named(client: HttpTriggerClient) -> HttpTriggerClient:
    client.environ["HTTP_BEARER_TOKENS"] = f"ci={TOKEN} exampleUnnamedToken"
    return client


def set_rights(client: HttpTriggerClient, **changes: Any) -> None:
    client.environ["HTTP_RIGHTS"] = json.dumps([RULE | changes])


def test_a_named_token_without_rules_may_do_nothing(
    named: HttpTriggerClient, emulator: Emulator
) -> None:
    reply = named.call({"sync": False})

    assert reply.status == 403
    assert reply.is_problem
    assert len(emulator.received) == 0


def test_an_unnamed_token_without_rules_may_do_all(named: HttpTriggerClient) -> None:
    assert named.call({"sync": False}, token="exampleUnnamedToken").status == 200


def test_with_rules_an_unnamed_token_needs_a_rule_for_all_callers(
    named: HttpTriggerClient,
) -> None:
    set_rights(named)
    assert named.call({"sync": False}, token="exampleUnnamedToken").status == 403

    set_rights(named, tokens=["*"])
    assert named.call({"sync": False}, token="exampleUnnamedToken").status == 200


def test_a_rule_lets_its_token_do_what_it_says(named: HttpTriggerClient) -> None:
    set_rights(named)

    assert named.call({"sync": False}).status == 200
    assert (
        named.call(
            EVENTS["alibaba.edas.SynchronizeResource"], operation="alibaba.edas.SynchronizeResource"
        ).status
        == 403
    )


@pytest.mark.parametrize(
    ("actions", "event", "status"),
    [
        (["plan"], {"dry_run": True}, 200),
        (["plan"], {"sync": False}, 403),
        (["plan"], {}, 403),
        (["status"], {"sync": False}, 200),
        (["status"], {}, 403),
        (["status"], {"dry_run": True}, 403),
        (["run"], {}, 202),
        (["run"], {"sync": False}, 403),
        (["*"], {"sync": False}, 200),
        ([], {"sync": False}, 403),
    ],
)
def test_an_action_is_recognized_by_the_parameters(
    named: HttpTriggerClient, actions: list[str], event: dict[str, Any], status: int
) -> None:
    set_rights(named, actions=actions)

    assert named.call(event).status == status


@pytest.mark.parametrize(
    ("regions", "status"), [(["*"], 200), (["ap-*"], 200), (["ap-beijing"], 403), ([], 403)]
)
def test_a_region_is_the_one_the_run_would_go_to(
    named: HttpTriggerClient, regions: list[str], status: int
) -> None:
    set_rights(named, regions=regions)

    assert named.call({"sync": False}).status == status
    assert named.call({"sync": False, "region": "ap-beijing"}).status == (
        200 if regions in (["*"], ["ap-*"], ["ap-beijing"]) else 403
    )


def test_another_account_than_the_default_must_be_named(named: HttpTriggerClient) -> None:
    set_rights(named, accounts=["prod"])
    assert named.call({"sync": False}).status == 403

    set_rights(named, accounts=["default"])
    assert named.call({"sync": False}).status == 200


def test_rules_may_be_in_a_file_of_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "rights.json").write_text(json.dumps([RULE]))

    rules = load_rules("rights.json", tmp_path)

    assert is_allowed(
        "ci", is_named=True, request=AccessRequest(CWP, "run", "default", None), rules=rules
    )


def test_chat_rules_do_not_apply_to_http() -> None:
    chat = {
        "platform": "slack",
        "users": ["*"],
        "channels": ["*"],
        "operations": ["*"],
        "actions": ["*"],
        "tokens": ["*"],
    }

    rules = load_rules(json.dumps([chat]))

    assert not is_allowed(
        "ci", is_named=True, request=AccessRequest(CWP, "run", "default", None), rules=rules
    )


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        "[1]",
        "nosuchfile.json",
        "../secrets.json",
        json.dumps([{"tokens": ["ci"]}]),
        json.dumps([{name: RULE[name] for name in ("operations", "actions")}]),
        json.dumps([RULE | {"users": ["U00EXAMPLE"]}]),
        json.dumps([RULE | {"actions": ["fly"]}]),
        json.dumps([RULE | {"tokens": "ci"}]),
        json.dumps([RULE | {"bogus": 1}]),
        json.dumps([RULE | {"platform": 5}]),
    ],
)
def test_invalid_rules_are_misconfigured(text: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"^HTTP_RIGHTS\b") as caught:
        load_rules(text, tmp_path)

    assert caught.value.code == "BadRights"
    assert caught.value.hint.startswith("Set HTTP_RIGHTS to [{")


def test_a_file_of_rules_that_is_not_utf_8_is_misconfigured(tmp_path: Path) -> None:
    (tmp_path / "rights.json").write_bytes(b"[\xff]")

    with pytest.raises(Misconfigured, match=r"names the file rights\.json, which cannot be read"):
        load_rules("rights.json", tmp_path)


def test_rules_in_a_file_are_read_as_utf_8(tmp_path: Path) -> None:
    rule = RULE | {"tokens": ["контроль"]}
    (tmp_path / "rights.json").write_text(json.dumps([rule], ensure_ascii=False), "utf-8")

    (loaded,) = load_rules("rights.json", tmp_path) or ()

    assert loaded.matches_caller("контроль")


def test_invalid_rules_refuse_every_caller(client: HttpTriggerClient, emulator: Emulator) -> None:
    client.environ["HTTP_RIGHTS"] = "[{}]"

    reply = client.call({"sync": False})

    assert reply.status == 500
    assert reply.json["error"]["category"] == "misconfigured"
    assert len(emulator.received) == 0


@pytest.fixture
def tasks(client: HttpTriggerClient) -> HttpTriggerClient:
    client.environ["OMS_TASKS"] = json.dumps({TASK: {"region": "cn-north-4", "keys": "OMS_PHOTOS"}})
    for name in ("SRC_AK", "SRC_SK", "DST_AK", "DST_SK"):
        client.environ[f"OMS_PHOTOS_{name}"] = f"examplePhotos{name}"
        del client.environ[f"OMS_{name}"]
    return client


def test_a_listed_task_is_started_with_its_own_keys(
    tasks: HttpTriggerClient, emulator: Emulator
) -> None:
    reply = tasks.call({"sync_task_id": TASK}, operation=OMS)

    assert reply.status == 200
    assert reply.json["status"] == "succeeded"
    start = next(request for request in emulator.received.of("oms") if request.method == "POST")
    assert json.loads(start.body) == {
        "src_ak": "examplePhotosSRC_AK",
        "src_sk": "examplePhotosSRC_SK",
        "dst_ak": "examplePhotosDST_AK",
        "dst_sk": "examplePhotosDST_SK",
    }
    assert "examplePhotos" not in json.dumps(reply.raw)


@pytest.mark.parametrize(
    "event",
    [
        {"sync_task_id": "another-task"},
        {"sync_task_id": TASK, "region": "cn-east-3"},
        {"sync_task_id": TASK, "project_id": "0000000000000000000000000000ffff"},
    ],
)
def test_an_unlisted_task_or_region_is_not_started_over_http(
    tasks: HttpTriggerClient, emulator: Emulator, event: dict[str, Any]
) -> None:
    reply = tasks.call(event, operation=OMS)

    assert reply.status == 403
    assert reply.is_problem
    assert len(emulator.received) == 0


def test_without_a_list_no_task_is_started_over_http(
    client: HttpTriggerClient, emulator: Emulator
) -> None:
    assert client.call({"sync_task_id": TASK}, operation=OMS).status == 403
    assert len(emulator.received) == 0


KEYS = {"src_ak": "exampleA1", "src_sk": "exampleS1", "dst_ak": "exampleA2", "dst_sk": "exampleS2"}


def test_storage_keys_are_accepted_from_a_body_only_when_allowed(
    tasks: HttpTriggerClient, emulator: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    event = {"sync_task_id": TASK, **KEYS}

    refused = tasks.call(event, operation=OMS)
    assert refused.status == 400
    assert refused.json["error"]["code"] == "SecretsNotTaken"
    assert len(emulator.received) == 0

    tasks.environ["ALLOW_SECRETS_IN_EVENTS"] = "1"
    accepted = tasks.call(event, operation=OMS)
    assert accepted.json["status"] == "succeeded"

    shown = json.dumps([refused.raw, accepted.raw]) + "".join(capfd.readouterr())
    assert not any(key in shown for key in KEYS.values())


@pytest.mark.parametrize("allowed_in_bodies", ["", "1"])
def test_storage_keys_are_never_accepted_from_a_query_string(
    tasks: HttpTriggerClient, emulator: Emulator, allowed_in_bodies: str
) -> None:
    tasks.environ["ALLOW_SECRETS_IN_EVENTS"] = allowed_in_bodies

    reply = tasks.call(operation=OMS, query={"sync_task_id": TASK, **KEYS})

    assert reply.status == 400
    assert reply.json["error"]["code"] == "SecretsNotTaken"
    assert len(emulator.received) == 0
    assert not any(key in json.dumps(reply.raw) for key in KEYS.values())


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"a/b": {}}', '{"t": 1}', '{"t": {"keys": "lower"}}', '{"t": {"x": 1}}']
)
def test_an_invalid_list_of_tasks_is_misconfigured(client: HttpTriggerClient, text: str) -> None:
    client.environ["OMS_TASKS"] = text

    reply = client.call({"sync_task_id": TASK}, operation=OMS)

    assert reply.status == 500
    assert "OMS_TASKS" in reply.json["error"]["message"]


def test_a_caller_cannot_remove_its_name_from_the_log(
    named: HttpTriggerClient, capfd: pytest.CaptureFixture[str]
) -> None:
    named.environ["ALLOW_SECRETS_IN_EVENTS"] = "1"
    named.environ["OMS_TASKS"] = json.dumps({TASK: {}})
    event = {**EVENTS[OMS], "dry_run": True, "src_ak": "ci-caller-name", "src_sk": OMS}
    named.environ["HTTP_BEARER_TOKENS"] = f"ci-caller-name={TOKEN}"
    set_rights(named, tokens=["ci-caller-name"], operations=["*"])

    assert named.call(event, operation=OMS).status == 200

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    (line,) = [line for line in lines if "caller" in line]
    assert (line["caller"], line["operation"]) == ("ci-caller-name", OMS)


@pytest.mark.parametrize("event", [{"sync": True}, {"sync": "often"}, {"unknown": 1}])
def test_the_log_names_a_caller_that_was_rejected_after_authentication(
    named: HttpTriggerClient, capfd: pytest.CaptureFixture[str], event: dict[str, object]
) -> None:
    assert named.call(event).status in {400, 403}

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["caller"] for line in lines if "_aws" not in line] == ["ci"]


@pytest.mark.parametrize(
    ("value", "pattern", "matched"),
    [
        ("ci", "ci", True),
        ("ci", "*", True),
        ("", "*", True),
        ("tencent.cwp.SyncMachines", "tencent.*", True),
        ("tencent.cwp.SyncMachines", "*.cwp.*", True),
        ("tencent.cwp.SyncMachines", "*Machines*", True),
        ("aba", "ab*ba", False),
        ("abcabc", "*abc", True),
        ("a-b-a", "*a*b*", True),
        ("a-b", "*b*a*", False),
        ("a-b", "*a*-*a*", False),
        ("aaa", "*aa*aa", False),
        ("ab", "*x*b", False),
        ("ci", "c?", False),
        ("ci", "[a-z]i", False),
        ("ci", "[!x]i", False),
        ("c?", "c?", True),
        ("[ab]", "[ab]", True),
        ("CI", "ci", False),
        ("ci\n", "ci", False),
        ("a" * 200, "*a" * 100 + "b", False),
    ],
)
def test_in_a_pattern_only_the_star_has_a_meaning(value: str, pattern: str, matched: bool) -> None:  # noqa: FBT001
    assert matches(value, (pattern,)) is matched


def test_a_question_mark_in_a_rule_lets_no_other_token_in(named: HttpTriggerClient) -> None:
    set_rights(named, tokens=["c?", "[c]i"])
    assert named.call({"sync": False}).status == 403
