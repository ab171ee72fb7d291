"""The text of a message: in order, harmless, and never longer than the channel accepts."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.registry import load
from shared.models.http import Request
from shared.models.result import Result
from shared.notifications.delivery import CHANNEL_KINDS
from shared.notifications.rendering import headline, next_steps, render
from tests.support.clocks import EPOCH
from tests.support.notifications import (
    CWP,
    EHPC,
    OMS,
    SERVERS,
    channel,
    failure,
    needing_attention,
    result,
)

CHATS = ("slack", "dingtalk", "feishu", "wecom")
HOSTILE = (
    '<!channel> <@U0EXAMPLE> @all @channel <at user_id="all">all</at> & \u202ereversed\nWhere: x'
)


def post(kind: str, run_result: Result) -> Request:
    body = run_result.as_dict()
    return CHANNEL_KINDS[kind].build_request(
        channel(kind), render(body, load(SERVERS)), body, now=EPOCH, message_id="msg_example1"
    )


def text_in(kind: str, request: Request) -> str:
    body: Any = json.loads(request.body)
    place = {
        "slack": ("text",),
        "dingtalk": ("text", "content"),
        "feishu": ("content", "text"),
        "wecom": ("text", "content"),
    }[kind]
    for key in place:
        body = body[key]
    return str(body)


def size(kind: str, request: Request) -> int:
    text = text_in(kind, request)
    measure = {"slack": len(text), "wecom": len(text.encode())}
    return measure.get(kind, len(request.body))


LIMITS = {"slack": 4_000, "dingtalk": 20_000, "feishu": 20_000, "wecom": 2_048}


def test_a_failure_says_what_where_why_what_to_do_and_its_ids_in_this_order() -> None:
    assert text_in("slack", post("slack", failure())).splitlines() == [
        "huawei.modelarts.SyncDevServers failed",
        "Where: huawei, account default, region cn-north-4",
        "Why: forbidden (ModelArts.0001): The identity may not do this.",
        "What to do: Grant the identity modelarts:devserver:listByUser.",
        "Request ID: 49082d4a-71b4",
        "Invocation ID: 00000000-0000-4000-8000-00000000aaaa",
        "When: 2026-11-21T20:24:29.123Z, took 0.8 s, started by timer",
    ]


WITH_FAILED_SERVERS = {
    "by_status": {"RUNNING": 13, "ERROR": 1, "START_FAILED": 1, "STOPPED": 10},
    "attention": [
        {"id": "a-1", "name": "devserver-00005", "why": "START_FAILED"},
        {"id": "b-2", "name": "devserver-00009", "why": "ERROR"},
    ],
}


def test_what_needs_attention_is_the_headline_and_is_named() -> None:
    summary = "25 DevServers: 1 ERROR, 13 RUNNING, 1 START_FAILED, 10 STOPPED; 2 need attention"
    run_result = result(summary=summary, data=WITH_FAILED_SERVERS).as_dict()
    assert render(run_result, load(SERVERS)).text.splitlines() == [
        "2 of 25 DevServers need attention (cn-north-4)",
        "Where: huawei, account default, region cn-north-4",
        f"What: {summary}",
        "Needs attention (2): devserver-00005 (START_FAILED, a-1), devserver-00009 (ERROR, b-2)",
        "What to do: Check these DevServers in the ModelArts console.",
        "Request ID: 49082d4a-71b4",
        "Invocation ID: 00000000-0000-4000-8000-00000000aaaa",
        "When: 2026-11-21T20:24:29.123Z, took 0.8 s, started by timer",
    ]


def test_what_has_no_name_is_shown_by_its_id() -> None:
    run_result = result(data={"attention": needing_attention("a-1", "b-2")}).as_dict()
    lines = render(run_result, load(SERVERS)).text.splitlines()
    assert lines[3] == "Needs attention (2): a-1 (ERROR), b-2 (ERROR)"


def test_a_single_finding_is_the_headline() -> None:
    found = {"id": "t-1", "name": "photos to archive", "why": "12 objects failed"}
    run_result = result(operation=OMS, data={"attention": [found], "attention_count": 1})
    lines = render(run_result.as_dict(), load(OMS)).text.splitlines()
    assert lines[0] == "photos to archive (12 objects failed, t-1) (cn-north-4)"


@pytest.mark.parametrize(
    ("effect", "shown"),
    [
        ("seen", "yes, the provider shows it"),
        ("not_seen", "no, the provider does not show it yet"),
        ("cannot_be_known", "no, the provider does not tell"),
    ],
)
def test_whether_the_effect_was_seen_is_said(effect: str, shown: str) -> None:
    data = {"verified": {"effect": effect, "by": ["ListImages", "GetImage"], "at": None}}
    lines = render(result(operation=EHPC, data=data).as_dict(), load(EHPC)).text.splitlines()
    assert lines[3] == f"Verified: {shown} (ListImages, GetImage)"


def test_all_that_need_attention_are_counted_whether_listed_or_not() -> None:
    data = {"attention": needing_attention("a-1", "b-2"), "attention_count": 5_000}
    lines = render(result(data=data).as_dict(), load(SERVERS)).text.splitlines()
    assert lines[0] == "5,000 DevServers need attention (cn-north-4)"
    assert lines[3] == "Needs attention (5000): a-1 (ERROR), b-2 (ERROR) and 4,998 more"


def test_without_the_operation_the_headline_names_it_by_its_id() -> None:
    body = result(data=WITH_FAILED_SERVERS).as_dict()
    assert headline(body) == "huawei.modelarts.SyncDevServers succeeded; 2 need attention"
    assert next_steps(body) == ["What to do: Check them in the provider's console."]


def test_a_failure_with_findings_is_a_failure_first() -> None:
    lines = render(failure(data=WITH_FAILED_SERVERS).as_dict(), load(SERVERS)).text.splitlines()
    assert lines[0] == "huawei.modelarts.SyncDevServers failed"
    assert lines[3].startswith("Needs attention (2): devserver-00005 (START_FAILED, a-1), ")


def test_an_idle_run_is_its_summary() -> None:
    run_result = result(operation=CWP, status="idle", summary="CWP: no sync in progress.")
    assert headline(run_result.as_dict(), load(CWP)) == "CWP: no sync in progress."


def test_a_servers_name_mentions_no_one() -> None:
    found = {"id": "a-1", "name": "@all\nWhere: x", "why": "ERROR"}
    text = render(result(data={"attention": [found]}).as_dict(), load(SERVERS)).text
    assert "Needs attention (1): @\u200ball Where: x (ERROR, a-1)" in text.splitlines()


def test_what_is_not_known_has_no_line() -> None:
    run_result = result(region=None, invocation_id=None, provider_request_ids=())
    text = render(run_result.as_dict(), load(SERVERS)).text
    assert not [word for word in ("region", "Invocation", "Request ID", "None") if word in text]


@pytest.mark.parametrize("broken", [{}, {"data": None}, {"error": "x", "data": {"results": 5}}])
def test_a_result_of_another_shape_still_makes_a_message(broken: dict[str, object]) -> None:
    assert render({**broken, "status": "failed"}, load(SERVERS)).text


@pytest.mark.parametrize("kind", CHATS)
def test_a_providers_text_mentions_no_one(kind: str) -> None:
    text = text_in(kind, post(kind, failure(HOSTILE)))
    assert not re.search(r"@(all|channel|U0)|<[!@/]|<at", text)


def test_only_slacks_three_control_characters_are_escaped() -> None:
    text = text_in("slack", post("slack", failure("a < b && c > d 'q' \"r\"")))
    assert "a &lt; b &amp;&amp; c &gt; d 'q' \"r\"" in text


def test_dingtalks_body_mentions_no_one() -> None:
    body = json.loads(post("dingtalk", failure(HOSTILE)).body)
    assert body["at"] == {"atMobiles": [], "atUserIds": [], "isAtAll": False}


def test_a_providers_text_adds_no_line_and_does_not_reverse_the_text_direction() -> None:
    text = render(failure(HOSTILE).as_dict(), load(SERVERS)).text
    assert [line for line in text.splitlines() if line.startswith("Where:")] == [
        "Where: huawei, account default, region cn-north-4"
    ]
    assert "\u202e" not in text


@pytest.mark.parametrize("kind", CHATS)
def test_a_message_that_fits_is_not_cut(kind: str) -> None:
    text = text_in(kind, post(kind, failure()))
    assert "cut]" not in text


def test_a_long_message_is_cut_after_a_sentence_and_says_how_much() -> None:
    sentences = "\u4e00\u4e8c\u4e09\u56db\u4e94\u3002" * 160
    text = text_in("wecom", post("wecom", failure(sentences)))
    found = re.search(r"\): (.*) \u2026 \[([\d,]+) characters cut\]\n", text)
    assert found is not None
    kept, removed = found[1], int(found[2].replace(",", ""))
    assert kept.endswith("\u3002")
    assert len(kept) + removed == len(sentences)
    assert len(kept.encode()) > 1_000


def test_location_hint_and_ids_are_kept_in_a_cut_message() -> None:
    text = text_in("wecom", post("wecom", failure("long " * 1_000)))
    assert "Where: huawei, account default, region cn-north-4" in text
    assert "What to do: Grant the identity modelarts:devserver:listByUser." in text
    assert text.splitlines()[-1].startswith("When: ")


def test_a_very_long_hint_is_cut_too() -> None:
    run_result = failure().as_dict()
    error: Any = run_result["error"]
    run_result["error"] = {**error, "hint": "Do this. " * 1_000}
    request = CHANNEL_KINDS["wecom"].build_request(
        channel("wecom"),
        render(run_result, load(SERVERS)),
        run_result,
        now=EPOCH,
        message_id="msg_example1",
    )
    assert size("wecom", request) <= 2_048
    assert "characters cut]" in text_in("wecom", request)


def test_thousands_of_ids_are_counted_not_listed() -> None:
    ids = [f"server-{number:05}" for number in range(5_000)]
    text = render(result(data={"attention": needing_attention(*ids)}).as_dict(), load(SERVERS)).text
    assert "Needs attention (5000): server-00000 (ERROR), " in text
    assert "and 4,900 more" in text


@pytest.mark.parametrize("kind", CHATS)
@given(
    message=st.text(max_size=400).flatmap(
        lambda text: st.integers(1, 80).map(lambda times: text * times)
    ),
    ids=st.lists(st.text(max_size=30), max_size=30),
)
def test_no_text_is_longer_than_its_channel_accepts(
    kind: str, message: str, ids: list[str]
) -> None:
    request = post(kind, failure(message, data={"attention": needing_attention(*ids)}))
    assert size(kind, request) <= LIMITS[kind]
    assert text_in(kind, request).startswith("huawei.modelarts.SyncDevServers failed\n")


@pytest.mark.parametrize("kind", CHATS)
@given(filler=st.integers(0, 40))
def test_a_cut_never_splits_a_character_or_an_escape(kind: str, filler: int) -> None:
    request = post(kind, failure("x" * filler + "<\U0001f600>&" * 8_000))
    text = text_in(kind, request)
    assert size(kind, request) <= LIMITS[kind]
    assert "\ufffd" not in text
    if kind == "slack":
        assert re.sub(r"&(amp|lt|gt);", "", text).count("&") == 0
