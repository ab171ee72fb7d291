"""HTTP callers and accounts: who may use which, and what others learn of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.emulator import Emulator
from tests.support.http_trigger_client import TOKEN, HttpTriggerClient

CWP = "tencent.cwp.SyncMachines"
EDAS = "alibaba.edas.SynchronizeResource"
RULE = {"tokens": ["ci"], "operations": ["*"], "actions": ["plan", "status", "run"]}
UNKNOWN = "account: the accounts file has no such account of provider tencent, "


@pytest.fixture
def named(client: HttpTriggerClient, tmp_path: Path) -> HttpTriggerClient:
    file = tmp_path / "accounts.json"
    accounts = {
        "prod-1": {"provider": "tencent", "settings_prefix": "PROD1"},
        "prod-2": {"provider": "tencent", "settings_prefix": "PROD2"},
        "ali": {"provider": "alibaba", "settings_prefix": "PROD1"},
    }
    file.write_text(json.dumps({"accounts": accounts}), encoding="utf-8")
    client.environ |= {
        "ACCOUNTS_FILE": str(file),
        "HTTP_BEARER_TOKENS": f"ci={TOKEN} exampleUnnamedToken",
    }
    for name in ("SECRET_ID", "SECRET_KEY", "TOKEN"):
        if f"TENCENTCLOUD_{name}" in client.environ:
            key = client.environ[f"TENCENTCLOUD_{name}"]
            client.environ[f"PROD1_TENCENTCLOUD_{name}"] = key
    return client


def set_rights(client: HttpTriggerClient, **changes: Any) -> None:
    client.environ["HTTP_RIGHTS"] = json.dumps([RULE | changes])


def test_a_rule_lets_its_token_use_the_accounts_it_names(
    named: HttpTriggerClient, emulator: Emulator
) -> None:
    set_rights(named, accounts=["prod-*"])

    reply = named.call({"sync": False, "account": "prod-1"})

    assert (reply.status, reply.json["account"]) == (200, "prod-1")
    assert len(emulator.received) == 1
    assert named.call({"sync": False}).status == 403


def test_without_accounts_a_rule_allows_the_default_one_only(
    named: HttpTriggerClient, emulator: Emulator
) -> None:
    set_rights(named)

    assert named.call({"sync": False}).status == 200
    assert named.call({"sync": False, "account": "default"}).status == 200
    assert named.call({"sync": False, "account": "prod-1"}).status == 403
    assert len(emulator.received) == 2


@pytest.mark.parametrize("account", ["prod-1", "prod-2", "no-such-account"])
def test_whether_a_forbidden_account_exists_cannot_be_told(
    named: HttpTriggerClient, account: str
) -> None:
    set_rights(named)

    reply = named.call({"sync": False, "account": account})

    assert (reply.status, reply.is_problem) == (403, True)
    assert reply.json["detail"] == (
        f"HTTP_RIGHTS does not allow this caller to use this account on {CWP}"
    )


def test_an_unknown_account_is_answered_with_those_that_the_caller_may_use(
    named: HttpTriggerClient,
) -> None:
    set_rights(named, accounts=["prod-1", "other"])

    reply = named.call({"account": "other"})

    assert reply.status == 400
    assert reply.json["error"]["message"] == UNKNOWN + "only prod-1 can be used"
    assert reply.json["account"] == "other"


def test_an_account_of_another_provider_is_unknown(named: HttpTriggerClient) -> None:
    set_rights(named, accounts=["*"])

    reply = named.call({"account": "ali"})

    assert reply.json["error"]["message"] == UNKNOWN + "use prod-1, prod-2 or default"


def test_the_action_and_the_region_count_for_an_account_too(named: HttpTriggerClient) -> None:
    named.environ["HTTP_RIGHTS"] = json.dumps(
        [
            RULE | {"accounts": ["prod-1"], "actions": ["plan"]},
            RULE | {"accounts": ["default"]},
            RULE | {"accounts": ["prod-2"], "regions": ["ap-beijing"]},
        ]
    )

    assert named.call({"dry_run": True, "account": "prod-1"}).status == 200
    refused = named.call({"account": "prod-1"})
    assert refused.status == 403
    assert refused.json["detail"].endswith(" of account prod-1")
    assert named.call({"dry_run": True, "account": "prod-2"}).status == 403
    beijing = {"dry_run": True, "account": "prod-2", "region": "ap-beijing"}
    assert named.call(beijing).status == 200


def test_an_unnamed_token_without_rules_may_use_every_account(named: HttpTriggerClient) -> None:
    reply = named.call({"sync": False, "account": "prod-1"}, token="exampleUnnamedToken")

    assert (reply.status, reply.json["account"]) == (200, "prod-1")
    assert named.call({"account": "prod-1"}).status == 403


def test_an_account_in_the_defaults_needs_the_right_too(named: HttpTriggerClient) -> None:
    named.environ["DEFAULT_PARAMETERS"] = '{"account": "prod-1"}'
    set_rights(named)

    assert named.call({"sync": False}).status == 403
    assert named.call({"sync": False, "account": "default"}).status == 200


def test_an_account_may_come_in_the_query(named: HttpTriggerClient) -> None:
    set_rights(named, accounts=["prod-1"])

    reply = named.call(query={"sync": "false", "account": "prod-1"})

    assert (reply.status, reply.json["account"]) == (200, "prod-1")


def test_the_log_names_the_account(
    named: HttpTriggerClient, capfd: pytest.CaptureFixture[str]
) -> None:
    set_rights(named, accounts=["prod-1"])
    named.call({"sync": False, "account": "prod-1"})

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    [result] = [line for line in lines if "attempts" in line]
    assert result["account"] == "prod-1"
