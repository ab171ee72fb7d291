"""Slack's blocks in the replies, checked against the documented limits.

https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]


def assert_valid(blocks: list[Block]) -> list[Block]:
    """Return the blocks of one message, which Slack would accept."""
    assert 0 < len(blocks) <= 50
    for block in blocks:
        if block["type"] == "section":
            assert_valid_text(block["text"], 3_000)
        elif block["type"] == "context":
            assert 0 < len(block["elements"]) <= 10
            for element in block["elements"]:
                assert_valid_text(element, 3_000)
        else:
            assert block["type"] == "actions"
            assert 0 < len(block["elements"]) <= 25
            for element in block["elements"]:
                assert_valid_button(element)
    return blocks


def assert_valid_text(text: Block, longest: int) -> None:
    assert text["type"] == "mrkdwn"
    assert 0 < len(text["text"]) <= longest
    assert set(text) <= {"type", "text", "verbatim"}


def assert_valid_button(button: Block) -> None:
    assert button["type"] == "button"
    assert button["text"]["type"] == "plain_text"
    assert 0 < len(button["text"]["text"]) <= 75
    assert 0 < len(button["action_id"]) <= 255
    assert len(button["value"]) <= 2_000
    assert button.get("style") in {None, "primary", "danger"}
    assert set(button) <= {"type", "text", "action_id", "value", "style"}


def text_of(blocks: list[Block]) -> str:
    """Return what a user reads, without the buttons."""
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    texts += [
        element["text"]
        for block in blocks
        if block["type"] == "context"
        for element in block["elements"]
    ]
    return "\n".join(texts).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
