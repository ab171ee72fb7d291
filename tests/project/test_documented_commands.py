"""A documented command works when pasted on a machine where `make run` was the only step before."""

from __future__ import annotations

import re

import pytest

from tests.support.repository import ROOT

FOLDERS = ("docs", "deploy", "events")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(p for f in FOLDERS for p in (ROOT / f).rglob("*.md")))
    if path.parent.name != "decisions"
)
"""The pages for users; decisions record history, not commands to type."""
PYTHON = re.compile(r"(?<![\w/.])(python[0-9.]*)(?= -[mc])")
"""The bare name: `python -m` and `python3 -c` without a folder before it."""

TARGET = re.compile(r"(?:\$ |`)make ([a-z][a-z-]*)")

STANDARD_LIBRARY_ONLY = re.compile(r'python3 -c "import base64,os;')
"""The one recipe that needs none of our packages, for users without a clone."""


def lines_of(page: str) -> list[str]:
    return (ROOT / page).read_text("utf-8").splitlines()


@pytest.mark.parametrize("page", PAGES)
def test_a_documented_python_is_the_environments(page: str) -> None:
    bare = [
        line
        for line in lines_of(page)
        if PYTHON.search(line)
        and not STANDARD_LIBRARY_ONLY.search(line)
        and not line.startswith("<!--")
    ]

    assert bare == []


@pytest.mark.parametrize("page", PAGES)
def test_a_documented_make_target_exists(page: str) -> None:
    named = {name for line in lines_of(page) for name in TARGET.findall(line)}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))

    assert named - targets == set()
