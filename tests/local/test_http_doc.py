"""``docs/http.md`` and ``docs/web.md``: their commands are run, their output is what comes out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local.emulator import Emulator
from local.emulator.server import ENDPOINT_SETTINGS
from local.gateway import Gateway
from local.http_events import TRIGGERS
from local.samples import ROOT
from local.serve import http_settings
from shared.door.problem import TITLES
from shared.door.reply import BY_CATEGORY
from shared.settings import SETTINGS
from shared.settings.table import CALLERS
from tests.prerequisites import reason

PAGE = ROOT / "docs" / "http.md"
PAGES = (PAGE, ROOT / "docs" / "web.md")
ADDRESS = "127.0.0.1:42110"
SERVE = "python -m local serve"
STATUS_LINE = re.compile(r"^HTTP/1\.1 [0-9]{3} .*$", re.MULTILINE)
LEFT_OUT = "…"


@dataclass(frozen=True)
class Block:
    """A ``console`` block: what is typed, and what is shown to come out."""

    script: str
    output: str


@dataclass(frozen=True)
class Section:
    """What is run against one gateway, with the settings before its command."""

    environ: dict[str, str]
    blocks: list[Block] = field(default_factory=list)


def read_block(text: str) -> Block:
    """Return a block; a line that begins with a space goes on with the command before it."""
    typed: list[str] = []
    shown: list[str] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            typed.append(line.removeprefix("$ "))
        elif line.startswith(" "):
            typed[-1] += f"\n{line}"
        else:
            shown.append(line)
    return Block("\n".join(typed), "\n".join(shown))


def assignments(command: str) -> dict[str, str]:
    """Return the variables that are set before a command."""
    words = shlex.split(command.replace("\\\n", " "))
    return dict(word.split("=", 1) for word in words[: words.index("python")])


def sections(text: str) -> Iterator[Section]:
    """Return the page's sections, each beginning with the command that serves."""
    current: Section | None = None
    for found in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        block = read_block(found)
        if SERVE in block.script:
            if current is not None:
                yield current
            current = Section(assignments(block.script))
        elif current is not None:
            current.blocks.append(block)
    if current is not None:
        yield current


def run(block: Block, gateway: Gateway, home: Path) -> str:
    """Run a block's commands in one shell, and return what they put out."""
    ran = subprocess.run(
        ["sh", "-c", block.script.replace(ADDRESS, gateway.address)],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "NO_PROXY": "*"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.stderr == b""
    return ran.stdout.decode()


def solid(text: str) -> str:
    """Return a text without its white space: where lines are broken says nothing."""
    return "".join(text.split())


def fits(shown: str, came: str) -> bool:
    """Return whether an output is the one shown, whatever stands for what was left out."""
    parts = [re.escape(part) for part in solid(shown).split(LEFT_OUT)]
    return re.fullmatch(".*".join(parts), solid(came)) is not None


SECTIONS = [section for page in PAGES for section in sections(page.read_text("utf-8"))]


@pytest.mark.skipif(shutil.which("curl") is None, reason=reason("curl"))
@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: "+".join(section.environ))
def test_the_commands_of_the_page_are_answered_as_it_shows(
    section: Section, tmp_path: Path
) -> None:
    with (
        Emulator() as cloud,
        Gateway(cloud, http_settings(cloud, section.environ)) as gateway,
    ):
        for block in section.blocks:
            came = run(block, gateway, tmp_path)
            statuses = [line.strip() for line in STATUS_LINE.findall(came)]
            assert statuses == STATUS_LINE.findall(block.output), block.script
            assert fits(block.output, came), f"{block.script}\n{came}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_port_is_the_one_that_the_pages_command_serves_at(page: Path) -> None:
    bases = re.findall(f"{SERVE} --port-base ([0-9]+)", page.read_text("utf-8"))
    assert {f"127.0.0.1:{int(base) + len(ENDPOINT_SETTINGS)}" for base in bases} == {ADDRESS}


def test_every_block_has_an_output_to_compare() -> None:
    blocks = [block for section in SECTIONS for block in section.blocks]
    assert [block.script for block in blocks if not solid(block.output).strip(LEFT_OUT)] == []


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_every_platforms_trigger_is_called(trigger: str) -> None:
    scripts = [block.script for section in SECTIONS for block in section.blocks]
    assert any(f"{ADDRESS}/{trigger}/" in script for script in scripts)


@pytest.mark.parametrize("name", [name for name, row in SETTINGS.items() if row.group == CALLERS])
def test_every_setting_of_callers_is_told_of(name: str) -> None:
    assert f"| `{name}` |" in PAGE.read_text("utf-8")


def row(status: int, heading: str) -> str:
    """Return the row of a status in the table under a heading."""
    table = PAGE.read_text("utf-8").partition(f"| status | {heading} |")[2].partition("\n\n")[0]
    return next(line for line in table.splitlines() if line.startswith(f"| {status} |"))


@pytest.mark.parametrize(("category", "status"), BY_CATEGORY.items())
def test_the_table_of_results_is_the_codes(category: str, status: int) -> None:
    assert f"`{category}`" in row(status, "result")


@pytest.mark.parametrize("status", TITLES)
def test_every_problem_is_told_of(status: int) -> None:
    assert row(status, "problem")
