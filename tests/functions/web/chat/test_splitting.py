"""Long replies are split, and what does not fit is counted."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.web.chat import dingtalk, slack
from functions.web.chat.bold import START, bold, render_bold
from functions.web.chat.message import Reply
from functions.web.chat.splitting import pack_lines, split_into_messages
from shared.notifications.rendering import single_line
from tests.support import slack_blocks

LINES = st.lists(
    st.text(st.sampled_from("ab &<>*\U0001f512锁"), min_size=1, max_size=300), min_size=1
)


def missing(text: str) -> int:
    """Return how many lines a reply reports as missing."""
    found = re.search(r"… ([0-9,]+) more lines not shown", text)
    return int(found[1].replace(",", "")) if found else 0


@given(LINES, st.integers(120, 400), st.integers(1, 6))
def test_no_line_is_dropped_without_being_counted(
    lines: list[str], longest: int, max_messages: int
) -> None:
    pieces = split_into_messages(lines, len, longest, max_messages)

    assert 0 < len(pieces) <= max_messages
    assert all(len(piece) <= longest for piece in pieces)
    left = missing("\n".join(pieces))
    remaining = lines[: len(lines) - left]
    shown = "".join("\n".join(pieces).replace("\n", " ").split())
    assert shown.startswith("".join(" ".join(remaining).split()))


@given(LINES, st.integers(1, 50))
def test_packing_keeps_every_character(lines: list[str], longest: int) -> None:
    pieces = pack_lines(lines, len, longest)

    assert all(len(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join("".join(lines).split())


@settings(deadline=None)  # long replies, on a busy machine
@given(LINES, st.integers(1, 5))
def test_slack_is_given_no_more_than_it_takes(lines: list[str], max_messages: int) -> None:
    messages = slack.messages(
        Reply(("first", *lines * 40), "/cloud-sync confirm abc.def"), max_messages
    )

    assert 0 < len(messages) <= max_messages
    for message in messages:
        blocks = message["blocks"]
        assert isinstance(blocks, list)
        assert len(blocks) <= 50
        for block in blocks:
            slack_blocks.assert_valid([block])
            assert len(block["text"]["text"]) <= 3_000
    last = messages[-1]["blocks"]
    assert isinstance(last, list)
    assert last[-1]["text"]["text"] == "```/cloud-sync confirm abc.def```"


@settings(deadline=None)  # long replies, on a busy machine
@given(LINES, st.integers(1, 5))
def test_dingtalk_is_given_no_more_than_it_takes(lines: list[str], max_messages: int) -> None:
    messages = dingtalk.messages(Reply(("first", *lines * 40), "confirm abc.def"), max_messages)

    assert 0 < len(messages) <= max_messages
    for message in messages:
        assert len(json.dumps(message, ensure_ascii=False).encode()) < 20_000
    assert "\n\nconfirm abc.def" in str(messages[-1]["markdown"])[:-2].encode().decode(
        "unicode_escape"
    )


def test_a_very_long_answer_is_several_messages_and_then_counted() -> None:
    reply = Reply(tuple(f"line {number:05} {'x' * 90}" for number in range(5_000)))

    shown = dingtalk.messages(reply, 5)
    assert len(shown) == 5
    texts = "".join(str(message["markdown"]) for message in shown)
    assert missing(texts) == 5_000 - len(set(re.findall(r"line [0-9]{5}", texts)))
    assert missing(texts) > 0

    posts = slack.messages(reply, 5)
    assert 1 < len(posts) <= 5


@pytest.mark.parametrize(
    "text", ["<!channel>", "<@U00EXAMPLE>", "<https://evil.example|here>", "a & b", "<at id=all>"]
)
def test_no_one_is_mentioned_and_nothing_is_a_link(text: str) -> None:
    message = json.dumps(slack.messages(Reply((text,)), 1))
    assert "<" not in message
    assert "evil.example|here>" not in message

    assert "<" not in json.dumps(dingtalk.messages(Reply((text,)), 1))


@pytest.mark.parametrize("text", ["[here](https://evil.example)", "![x](https://evil.example/x)"])
def test_dingtalk_is_given_no_link_that_hides_where_it_goes(text: str) -> None:
    assert "](" not in json.dumps(dingtalk.messages(Reply((text,)), 1))


def test_bold_parts_are_marked_as_each_platform_does() -> None:
    reply = Reply((f"{bold('a*b')} < {bold('c')}",))

    [message] = slack.messages(reply, 1)
    assert message["text"] == "*a\uff0ab* &lt; *c*"
    [message] = dingtalk.messages(reply, 1)
    assert message["markdown"] == {
        "title": "a\uff0ab \uff1c c",
        "text": "**a\uff0ab** \uff1c **c**",
    }


def test_a_bold_part_that_is_cut_leaves_no_mark() -> None:
    text = "x" * 4_000

    for message in (
        *slack.messages(Reply((bold(text),)), 5),
        *dingtalk.messages(Reply((bold(text * 6),)), 5),
    ):
        assert "*" not in json.dumps(message)
        assert START not in json.dumps(message, ensure_ascii=False)


@given(st.text(), st.sampled_from(["*", "**", ""]))
def test_no_text_of_others_becomes_bold(text: str, mark: str) -> None:
    assert render_bold(single_line(text), mark) == single_line(text)
