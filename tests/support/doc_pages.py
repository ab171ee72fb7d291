"""Pages of ``docs`` and their sections."""

from __future__ import annotations

from tests.support.repository import ROOT


def page(name: str) -> str:
    """Return the text of a page of ``docs``."""
    return (ROOT / "docs" / name).read_text("utf-8")


def section_of(name: str, title: str) -> str:
    """Return the text below a heading of the second level, up to the next one.

    Raises
    ------
    LookupError: the page has no such heading.
    """
    _before, found, after = page(name).partition(f"\n## {title}\n")
    if not found:
        raise LookupError(f"docs/{name} has no heading {title!r}")
    return after.partition("\n## ")[0]
