"""One notification for all targets lists only what needs a person."""

from __future__ import annotations

from functions.registry import load
from shared.notifications.rendering import render
from tests.support.notifications import CWP, SERVERS, failure, needing_attention, result, several


def test_it_names_each_target_that_needs_a_person_and_no_other() -> None:
    message = render(
        several(
            result(region="cn-north-4"),
            failure("no <permission>", account="prod-1", region="cn-east-3"),
            result(
                account="prod-2",
                region="cn-south-1",
                data={"attention": needing_attention("a", "b"), "attention_count": 2},
            ),
            failure(account="prod-3", region=None),
            status="partial",
            attention_count=2,
        ).as_dict(),
        load(SERVERS),
    )
    assert message.head.splitlines() == [
        f"{SERVERS}: 2 of 4 targets failed; 2 DevServers need attention",
        "Where: huawei, 4 targets",
    ]
    assert message.detail.splitlines() == [
        "What: the summary",
        "- prod-1/cn-east-3 failed: forbidden (ModelArts.0001): no <permission>",
        "- prod-2/cn-south-1 needs attention (2): a (ERROR), b (ERROR)",
        "- prod-3 failed: forbidden (ModelArts.0001): The identity may not do this.",
    ]
    assert message.tail.splitlines()[:2] == [
        "What to do: Grant the identity modelarts:devserver:listByUser.",
        "What to do: Check these DevServers in the ModelArts console.",
    ]


def test_it_says_how_to_go_on_with_what_was_not_started() -> None:
    message = render(
        several(
            result(operation=CWP, provider="tencent"),
            status="partial",
            not_started=[{"account": "prod-1", "region": "ap-beijing"}, {"region": "ap-b"}],
            not_started_count=30,
            continue_with={"targets": {"set": "all-prod", "after": 1, "of": 31}},
        ).as_dict(),
        load(CWP),
    )
    assert message.head.startswith(f"{CWP}: 30 of 31 targets not started")
    assert "Not started (30): prod-1/ap-beijing, default/ap-b and 28 more" in message.detail
    assert "data.continue_with" in message.tail


def test_it_counts_what_did_not_fit_into_the_result() -> None:
    body = several(failure(), status="partial").as_dict()
    data = dict(body["data"])  # type: ignore[call-overload]
    data["counts"] = {"succeeded": 5, "failed": 12}
    message = render({**body, "data": data}, load(SERVERS))
    assert "\u2026 and 11 more that failed; the log has a line for each." in message.detail


def test_nothing_to_do_is_said_in_a_line() -> None:
    message = render(several(result(), result()).as_dict(), load(SERVERS))
    assert message.head.splitlines()[0] == f"{SERVERS}: 2 targets, none needs attention"


def test_a_text_from_outside_is_one_line() -> None:
    message = render(
        several(failure("one\ntwo @here", region="cn-east-3"), status="failed").as_dict(),
        load(SERVERS),
    )
    assert "one two @\u200bhere" in message.detail
