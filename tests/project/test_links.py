"""A link to a file of this repository, or to a heading of a page, leads there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.project.test_documented_commands import PAGES
from tests.support.repository import ROOT

FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)


def text_of(page: Path) -> str:
    """Return a page without its code."""
    return FENCED.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    found: list[str] = []
    for heading in HEADING.findall(text_of(page)):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", shown).replace(" ", "-")
        again = sum(
            each == slug or re.fullmatch(f"{slug}-\\d+", each) is not None for each in found
        )
        found.append(f"{slug}-{again}" if again else slug)
    return set(found)


def is_dead(page: Path, link: str) -> bool:
    """Return whether a relative link leads nowhere."""
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if not target.exists():
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in anchors(target)


@pytest.mark.parametrize("page", PAGES)
def test_a_link_leads_to_a_file_and_a_heading(page: str) -> None:
    links = [each for each in LINK.findall(text_of(ROOT / page)) if not re.match("[a-z]+:", each)]

    assert [link for link in links if is_dead(ROOT / page, link)] == []


@pytest.mark.parametrize("link", ["deploy.md#no-such-heading", "none.md", "#no-such-heading"])
def test_a_dead_link_is_found(link: str) -> None:
    assert is_dead(ROOT / "docs" / "web.md", link)
