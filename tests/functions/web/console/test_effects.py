"""What needs a person, and whether the effect was seen, for operations without servers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.support.console_page import ConsolePage
from tests.support.notifications import OMS, failure, result

OUTCOME = """async (json) => {
  const { outcomeView } = await import("./source/outcome.js");
  const views = outcomeView({ kind: "json", body: JSON.parse(json) }, { kind: "run" });
  document.querySelector("main").replaceChildren(...views.filter(Boolean));
}"""
FOUND = {"id": "task-1", "name": "photos to archive", "why": "12 objects failed"}


def shown(console: ConsolePage, body: dict[str, Any]) -> Locator:
    console.serve_modules().page.evaluate(OUTCOME, json.dumps(body))
    return console.page.locator("main")


def body_of(**data: object) -> dict[str, Any]:
    return result(operation=OMS, status="unchanged", summary="task-1 runs", data=data).as_dict()


def test_what_needs_attention_is_in_the_banner_and_listed(console: ConsolePage) -> None:
    main = shown(console, body_of(attention=[FOUND], attention_count=1, verified=None))
    expect(main.locator(".banner")).to_have_class("banner busy")
    assert main.locator(".banner p").all_inner_texts() == [
        "Unchanged",
        "task-1 runs",
        "1 needs attention",
    ]
    console.press("1 needs attention")
    expect(main.get_by_role("heading", name="1 item needs attention")).to_be_focused()
    assert main.locator(".ids li").all_inner_texts() == [
        "photos to archive task-112 objects failed"
    ]
    expect(main.get_by_text("attention_count")).to_have_count(0)


def test_a_failed_run_keeps_its_banner_and_lists_what_it_found(console: ConsolePage) -> None:
    body = failure(operation=OMS, data={"attention": [FOUND], "attention_count": 1}).as_dict()
    main = shown(console, body)
    expect(main.locator(".banner")).to_have_class("banner bad")
    expect(main.get_by_role("heading", name="1 item needs attention")).to_be_visible()


@pytest.mark.parametrize(
    ("verified", "text"),
    [
        (
            {"effect": "seen", "by": ["ListImages", "GetImage"], "at": "2026-11-21T20:24:29.123Z"},
            "Yes, the provider shows it (ListImages, GetImage), 2026-11-21 20:24:29 UTC",
        ),
        (
            {"effect": "not_seen", "by": ["GetImage"], "at": None},
            "No, the provider does not show it yet (GetImage)",
        ),
        ({"effect": "cannot_be_known", "by": [], "at": None}, "The provider does not tell"),
    ],
)
def test_whether_the_effect_was_seen_is_said(
    console: ConsolePage, verified: dict[str, Any], text: str
) -> None:
    main = shown(console, body_of(attention=[], attention_count=0, verified=verified))
    expect(main.locator("dd").filter(has_text=text)).to_have_count(1)


def test_without_the_permission_to_look_nothing_is_claimed(console: ConsolePage) -> None:
    main = shown(console, body_of(attention=[], attention_count=0, verified=None))
    row = main.locator("dl.facts > div").filter(has_text="Effect verified")
    expect(row).to_contain_text("not available")
