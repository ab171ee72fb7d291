"""Several targets over HTTP: each is authorized before any of them is run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.emulator import Emulator
from tests.support.http_trigger_client import TOKEN, HttpTriggerClient

RULE = {"tokens": ["ci"], "operations": ["tencent.*"], "actions": ["plan", "status", "run"]}
TWO = [{"region": "ap-beijing"}, {"region": "ap-shanghai"}]
OMS = "huawei.oms.StartSyncTask"


@pytest.fixture
def named(client: HttpTriggerClient) -> HttpTriggerClient:
    client.environ["HTTP_BEARER_TOKENS"] = f"ci={TOKEN}"
    return client


def set_rights(client: HttpTriggerClient, **changes: Any) -> None:
    client.environ["HTTP_RIGHTS"] = json.dumps([RULE | changes])


def test_the_answer_is_one_result(client: HttpTriggerClient, emulator: Emulator) -> None:
    reply = client.call({"targets": TWO, "sync": False})
    assert reply.status == 200
    assert [each["region"] for each in reply.json["data"]["results"]] == [
        "ap-beijing",
        "ap-shanghai",
    ]
    assert reply.json["trigger"] == "http"
    assert reply.json["account"] is None
    assert len(emulator.received) == 2


def test_a_target_that_the_caller_may_not_use_refuses_the_request(
    named: HttpTriggerClient, emulator: Emulator
) -> None:
    set_rights(named, regions=["ap-b*"])
    reply = named.call({"targets": TWO, "sync": False})
    assert reply.status == 403
    assert reply.is_problem
    assert "ap-shanghai" in reply.json["detail"]
    assert len(emulator.received) == 0

    assert named.call({"targets": TWO[:1], "sync": False}).status == 200


def test_an_account_needs_a_rule_that_names_it(
    named: HttpTriggerClient, emulator: Emulator
) -> None:
    targets = [*TWO, {"account": "prod-1", "region": "ap-beijing"}]
    set_rights(named)
    reply = named.call({"targets": targets, "sync": False})
    assert reply.status == 403
    assert "prod-1" in reply.json["detail"]
    assert len(emulator.received) == 0


def test_an_account_alone_needs_a_rule_too(named: HttpTriggerClient, emulator: Emulator) -> None:
    set_rights(named)
    reply = named.call({"account": "prod-1", "region": "ap-beijing", "sync": False})
    assert reply.status != 200
    assert len(emulator.received) == 0


def test_what_a_target_overrides_is_authorized(
    named: HttpTriggerClient, emulator: Emulator
) -> None:
    set_rights(named, actions=["status"])
    reply = named.call({"targets": [{"sync": False}, {"sync": True}]})
    assert reply.status == 403
    assert "use run on" in reply.json["detail"]
    assert len(emulator.received) == 0
    assert named.call({"targets": [{"sync": False}]}).status == 200


def test_a_target_that_is_not_valid_needs_the_rights_of_a_run(
    named: HttpTriggerClient, emulator: Emulator
) -> None:
    bad = [{"region": "ap-beijing", "sync": "no"}]
    set_rights(named)
    reply = named.call({"targets": bad})
    assert (reply.status, reply.json["data"]["counts"]) == (400, {"failed": 1})

    set_rights(named, actions=["status"])
    assert named.call({"targets": bad}).status == 403
    set_rights(named, regions=["ap-shanghai"])
    assert named.call({"targets": bad}).status == 403
    assert len(emulator.received) == 0


def test_storage_keys_in_a_target_are_refused_and_redacted(
    client: HttpTriggerClient, capfd: pytest.CaptureFixture[str]
) -> None:
    target = {"sync_task_id": "x", "src_ak": "exampleTargetAk1", "src_sk": "exampleTargetSk1"}
    reply = client.call({"targets": [target]}, operation=OMS)
    assert reply.status == 400
    assert reply.json["error"]["code"] == "SecretsNotTaken"
    assert "exampleTarget" not in json.dumps(reply.json) + capfd.readouterr().out


def test_only_listed_tasks_are_started_in_a_target_too(
    client: HttpTriggerClient, emulator: Emulator
) -> None:
    client.environ["OMS_TASKS"] = json.dumps({"listed": {}})
    reply = client.call(
        {"targets": [{"sync_task_id": "listed"}, {"sync_task_id": "other"}]}, operation=OMS
    )
    assert reply.status == 403
    assert len(emulator.received) == 0


def test_targets_are_taken_from_a_body_only(client: HttpTriggerClient, emulator: Emulator) -> None:
    reply = client.call(query={"targets": '{"set":"all"}', "sync": "false"})
    assert reply.status == 400
    assert reply.json["error"]["code"] == "TargetsInQuery"
    assert len(emulator.received) == 0


def test_faults_of_an_event_are_named(client: HttpTriggerClient) -> None:
    reply = client.call({"targets": [], "region": "ap-beijing", "colour": "red"})
    assert reply.status == 400
    message = reply.json["error"]["message"]
    assert "region: belongs to each target" in message
    assert "colour" in message
    assert "targets: names no target" in message
    assert reply.json["account"] is None


def test_all_targets_failed_has_the_status_of_their_error(client: HttpTriggerClient) -> None:
    reply = client.call({"targets": [{"sync": 1}, {"sync": 2}]})
    assert reply.status == 400
    assert reply.json["error"]["code"] == "AllTargetsFailed"


def test_a_partial_result_is_ok(client: HttpTriggerClient) -> None:
    reply = client.call({"targets": [{"sync": False}, {"sync": 2}]})
    assert (reply.status, reply.json["status"]) == (200, "partial")


def test_a_pattern_that_matches_nothing_needs_no_rights_and_fails_alone(
    named: HttpTriggerClient,
) -> None:
    set_rights(named, regions=["ap-guangzhou"])
    reply = named.call({"targets": {"accounts": ["default", "staging-*"]}, "sync": False})
    assert (reply.status, reply.json["status"]) == (200, "partial")
    _, failed = reply.json["data"]["results"]
    assert failed["error"]["code"] == "BadTargets"
    assert "no account of tencent matches staging-*" in failed["error"]["message"]
