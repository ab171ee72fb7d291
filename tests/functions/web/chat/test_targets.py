"""Commands for several targets."""

from __future__ import annotations

import json

import pytest

from tests.support.fake_chat import EVERYTHING, FakeChat

REGIONS = "regions=ap-beijing,ap-shanghai"


def set_rights(chat: FakeChat, **changes: object) -> None:
    chat.environ["CHAT_RIGHTS"] = json.dumps([rule | changes for rule in EVERYTHING])


@pytest.mark.parametrize("kind", ["slack", "dingtalk"])
def test_a_run_is_confirmed_and_its_one_result_is_posted(chat: FakeChat, kind: str) -> None:
    card = chat.send(kind, f"run sync-machines {REGIONS}")
    assert "tencent, 2 targets: default/ap-beijing, default/ap-shanghai" in card.text
    assert "For each of them, such as default/ap-beijing, a run sends:" in card.text
    assert len(chat.emulator.received) == 0

    chat.send(kind, card.code)
    [summary] = chat.run_deferred()
    assert summary["posted"] == 1
    posted = chat.late_replies(kind)
    assert "of 2 targets" in posted  # both are of one list: the second may find the first at work
    regions = {request.headers["x-tc-region"] for request in chat.emulator.received}
    assert regions == {"ap-beijing", "ap-shanghai"}


def test_a_status_is_read_in_the_background(chat: FakeChat) -> None:
    reply = chat.slack(f"status sync-machines {REGIONS}")
    assert "Still reading" in reply.text
    chat.run_deferred()
    assert "2 of 2 targets are idle" in chat.late_replies("slack")


def test_a_plan_is_shown_at_once(chat: FakeChat) -> None:
    reply = chat.slack(f"plan sync-machines {REGIONS}")
    assert "2 of 2 targets are planned" in reply.text
    assert "For default/ap-beijing, as an example:" in reply.text
    assert len(chat.emulator.received) == 0


def test_every_target_is_checked(chat: FakeChat) -> None:
    set_rights(chat, regions=["ap-beijing"])
    reply = chat.slack(f"run sync-machines {REGIONS}")
    assert "You can't use `run` on tencent.cwp.SyncMachines (ap-shanghai)" in reply.text
    assert len(chat.emulator.received) == 0


def test_every_target_is_checked_again_by_the_second_invocation(chat: FakeChat) -> None:
    card = chat.slack(f"run sync-machines {REGIONS}")
    chat.slack(card.code)
    set_rights(chat, regions=["ap-beijing"])
    chat.run_deferred()
    assert "You can't use `run`" in chat.late_replies("slack")
    assert len(chat.emulator.received) == 0


def test_an_account_needs_a_right_of_its_own(chat: FakeChat) -> None:
    reply = chat.slack("run sync-machines account=prod-1 region=ap-beijing")
    assert "makes a change" not in reply.text
    assert len(chat.emulator.received) == 0


def test_a_set_is_named(chat: FakeChat) -> None:
    reply = chat.slack("run sync-machines targets=set:no-such-set")
    assert "there is no set no-such-set" in reply.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("targets=all-prod", "targets=set:NAME"),
        ("targets=set:all-prod regions=ap-beijing", "not both"),
        (f"{REGIONS} region=ap-beijing", "region: belongs to each target"),
        (f"{REGIONS} colour=red", "colour"),
        ("regions=ap-*", "write regions in full"),
    ],
)
def test_what_is_wrong_is_said(chat: FakeChat, arguments: str, words: str) -> None:
    assert words in chat.slack(f"run sync-machines {arguments}").text
    assert len(chat.emulator.received) == 0
