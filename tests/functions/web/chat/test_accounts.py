"""Chat commands with an account: who may name which, and what is confirmed and run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_chat import FakeChat

RULE = {
    "platform": "slack",
    "users": ["U00EXAMPLE"],
    "channels": ["*"],
    "operations": ["*"],
    "actions": ["plan", "status", "run"],
    "accounts": ["prod-*", "other"],
}


@pytest.fixture(autouse=True)
def accounts(chat: FakeChat, tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    listed = {
        name: {"provider": "tencent", "settings_prefix": "PROD1"} for name in ("prod-1", "test-1")
    }
    file.write_text(json.dumps({"accounts": listed}), encoding="utf-8")
    keys = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN")
    chat.environ |= {f"PROD1_{name}": chat.environ[name] for name in keys}
    chat.environ["ACCOUNTS_FILE"] = str(file)
    set_rights(chat)


def set_rights(chat: FakeChat, **changes: Any) -> None:
    chat.environ["CHAT_RIGHTS"] = json.dumps([RULE | changes])


def test_a_status_is_read_from_the_account_that_is_named(chat: FakeChat) -> None:
    assert "prod-1" in chat.slack("status sync-machines account=prod-1").text
    assert len(chat.emulator.received) == 1


def test_a_run_is_confirmed_and_run_in_its_account(chat: FakeChat) -> None:
    card = chat.slack("run sync-machines account=prod-1")
    chat.slack(card.code)

    [event] = chat.deferred
    job: Any = event["deferred"]
    assert (job["account"], job["parameters"]) == ("prod-1", {"account": "prod-1"})
    [summary] = chat.run_deferred()
    assert (summary["outcome"], summary["posted"]) == ("running", 1)
    assert "prod-1" in chat.late_replies("slack")


@pytest.mark.parametrize("account", ["test-1", "no-such-account"])
def test_whether_a_forbidden_account_exists_cannot_be_told(chat: FakeChat, account: str) -> None:
    text = chat.slack(f"status sync-machines account={account}").text

    assert "You can't use tencent.cwp.SyncMachines with this account in this channel." in text
    assert len(chat.emulator.received) == 0


def test_without_accounts_a_rule_allows_the_default_one_only(chat: FakeChat) -> None:
    set_rights(chat, accounts=["default"])

    assert "can't use" in chat.slack("status sync-machines account=prod-1").text
    assert "can't use" not in chat.slack("status sync-machines").text


def test_a_rule_for_other_accounts_does_not_allow_the_default_one(chat: FakeChat) -> None:
    text = chat.slack("status sync-machines").text

    assert "You can't use `status` on tencent.cwp.SyncMachines (ap-guangzhou)" in text


def test_an_unknown_account_is_answered_with_those_that_the_sender_may_use(
    chat: FakeChat,
) -> None:
    text = chat.slack("status sync-machines account=other").text

    assert "only prod-1 can be used" in text
    assert "test-1" not in text


def test_operations_are_listed_for_whoever_may_use_them_in_any_account(chat: FakeChat) -> None:
    assert "sync-machines" in chat.slack("list").text


def test_a_run_is_refused_if_its_account_has_changed_since_it_was_confirmed(
    chat: FakeChat,
) -> None:
    set_rights(chat, accounts=["*"])
    chat.environ["DEFAULT_PARAMETERS"] = '{"account": "prod-1"}'
    card = chat.slack("run sync-machines")
    chat.environ["DEFAULT_PARAMETERS"] = '{"account": "test-1"}'

    assert "the target is different now" in chat.slack(card.code).text
    assert chat.deferred == []
