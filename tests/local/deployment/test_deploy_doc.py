"""``docs/deploy.md``: the commands of the section "One command" print what it shows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Emulator
from local.emulator.scf_functions import ScfTrigger
from local.gateway import Gateway
from local.samples import ROOT
from tests.support.console_pages import blocks, matches
from tests.support.deployer import MACHINES, Deployer
from tests.support.descriptors import DEPLOY, read_body

PAGE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
SECTION = PAGE.partition("\n## One command\n")[2].partition("\n## ")[0]
BLOCKS = blocks(SECTION)


@pytest.fixture
def documented(emulator: Emulator, tmp_path: Path) -> Iterator[Deployer]:
    """An emulator whose functions run, and the example's description."""
    deployer = Deployer(emulator, tmp_path)
    deployer.describe((ROOT / "deploy.example.toml").read_text("utf-8"))
    gateway = Gateway(emulator, {}).start()
    yield deployer
    gateway.stop()


def deploy_by_hand(documented: Deployer) -> None:
    """Replace a function by one that was made with the bodies of ``deploy/tencent-scf``."""
    described = read_body(DEPLOY / "tencent-scf" / "create-function.json")
    trigger = read_body(DEPLOY / "tencent-scf" / "create-trigger.json")
    variables = described["Environment"]["Variables"]
    made = documented.functions[MACHINES]
    made.environment = {each["Key"]: each["Value"] for each in variables}
    made.environment["LOG_LEVEL"] = "DEBUG"
    made.description = described["Description"]
    made.timeout, made.memory = described["Timeout"], described["MemorySize"]
    name = trigger["TriggerName"]
    made.triggers = {
        name: ScfTrigger(name, "timer", trigger["TriggerDesc"], trigger["CustomArgument"])
    }


def as_shown(out: str) -> str:
    """Return an output as a terminal shows it after a yes."""
    shown = re.sub(r"\r\x1b\[K[^\r\n]*(?=\r\x1b\[K)|\r\x1b\[K", "", out)
    return shown.replace("[y/N] ", "[y/N] y\n")


def without_digests(text: str) -> str:
    """Return a text without the digests of zips."""
    return re.sub(r"sha256 [0-9a-f]{12}", "sha256 <digest>", text)


def test_the_commands_print_what_the_page_shows(documented: Deployer) -> None:
    assert len(BLOCKS) == 5
    for number, block in enumerate(BLOCKS):
        make, verb, platform, *more = shlex.split(block.script)
        assert (make, platform) == ("make", "PLATFORM=scf")
        options = [word for each in more for word in each.removeprefix("ARGS=").split()]
        if number == 2:
            documented.functions[MACHINES].timeout = 120
        if number == 3:
            deploy_by_hand(documented)

        ended = documented.run(verb, *options, typed="y\n")

        printed = without_digests(as_shown(ended.out))
        assert matches(without_digests(block.output), printed), ended.out
    assert documented.functions == {}
