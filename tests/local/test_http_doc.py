"""``docs/http.md`` and its neighbours: their commands are run, and their outputs compared."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local.http_events import TRIGGERS
from local.samples import ROOT
from local.serve import PORT_BASE
from shared.http_trigger.problem import TITLES
from shared.http_trigger.response import HTTP_STATUS_BY_CATEGORY
from shared.settings import SETTINGS
from shared.settings.definitions import CALLERS
from tests.support.console_pages import (
    ELLIPSIS,
    SERVE,
    ConsoleBlock,
    blocks,
    environment,
    matches,
    serving,
    without_whitespace,
)
from tests.support.prerequisites import reason

PAGE = ROOT / "docs" / "http.md"
PAGES = (PAGE, ROOT / "docs" / "web.md", ROOT / "docs" / "accounts.md")
ADDRESS = "127.0.0.1:8400"
STATUS_LINE = re.compile(r"^HTTP/1\.1 [0-9]{3} .*$", re.MULTILINE)


@dataclass(frozen=True)
class ServedSection:
    """What is run against one server, and the command that starts it."""

    serve: str
    blocks: list[ConsoleBlock] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The settings before the command."""
        return "+".join(re.findall(r"\b([A-Z_]+)=", self.serve))


def sections(text: str) -> Iterator[ServedSection]:
    """Return the page's sections, each beginning with its ``serve`` command."""
    current: ServedSection | None = None
    for block in blocks(text):
        if SERVE in block.script:
            if current is not None:
                yield current
            current = ServedSection(block.script)
        elif current is not None:
            current.blocks.append(block)
    if current is not None:
        yield current


def run(block: ConsoleBlock, base: int, home: Path) -> str:
    """Run a block's commands in one shell, and return their output."""
    ran = subprocess.run(
        ["sh", "-c", block.script.replace(ADDRESS, f"127.0.0.1:{base}")],
        env=environment(home),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.stderr == b""
    return ran.stdout.decode()


SECTIONS = [section for page in PAGES for section in sections(page.read_text("utf-8"))]


@pytest.mark.skipif(shutil.which("curl") is None, reason=reason("curl"))
@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_the_commands_of_the_page_are_answered_as_it_shows(
    section: ServedSection, tmp_path: Path
) -> None:
    with serving(section.serve, tmp_path) as base:
        for block in section.blocks:
            came = run(block, base, tmp_path)
            statuses = [line.strip() for line in STATUS_LINE.findall(came)]
            assert statuses == STATUS_LINE.findall(block.output), block.script
            assert matches(block.output, came), f"{block.script}\n{came}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_pages_port_is_the_one_that_is_served_at_by_default(page: Path) -> None:
    text = page.read_text("utf-8")
    assert set(re.findall(r"127\.0\.0\.1:[0-9]+", text)) == {ADDRESS}
    assert f"127.0.0.1:{PORT_BASE}" == ADDRESS
    assert f"{SERVE} --port-base" not in text


def test_every_block_has_an_output_to_compare() -> None:
    blocks = [block for section in SECTIONS for block in section.blocks]
    assert [
        block.script for block in blocks if not without_whitespace(block.output).strip(ELLIPSIS)
    ] == []


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_every_platforms_trigger_is_called(trigger: str) -> None:
    scripts = [block.script for section in SECTIONS for block in section.blocks]
    assert any(f"{ADDRESS}/{trigger}/" in script for script in scripts)


@pytest.mark.parametrize("name", [name for name, row in SETTINGS.items() if row.group == CALLERS])
def test_every_setting_of_callers_is_documented(name: str) -> None:
    assert f"| `{name}` |" in PAGE.read_text("utf-8")


def row(status: int, heading: str) -> str:
    """Return the row of a status in the table under a heading."""
    table = PAGE.read_text("utf-8").partition(f"| status | {heading} |")[2].partition("\n\n")[0]
    return next(line for line in table.splitlines() if line.startswith(f"| {status} |"))


@pytest.mark.parametrize(("category", "status"), HTTP_STATUS_BY_CATEGORY.items())
def test_the_table_of_statuses_matches_the_code(category: str, status: int) -> None:
    assert f"`{category}`" in row(status, "result")


@pytest.mark.parametrize("status", TITLES)
def test_every_problem_is_documented(status: int) -> None:
    assert row(status, "problem")
