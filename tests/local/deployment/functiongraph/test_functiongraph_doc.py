"""``docs/deploy.md``: the commands of FunctionGraph's section print what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from local.emulator import Emulator
from local.emulator.functiongraph_functions import StoredFunction
from tests.support.console_pages import blocks, matches
from tests.support.functiongraph_deployments import NAME, Deployments
from tests.support.repository import ROOT

PAGE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
EVENTS = PAGE.partition("\n## Bucket events with one command\n")[2].partition("\n## ")[0]
SECTION = PAGE.partition("\n## FunctionGraph with one command\n")[2].partition("\n## ")[0]


def without_digests(text: str) -> str:
    """Return a text without the digests of zips."""
    return re.sub(r"sha256 [0-9a-f]{12}", "sha256 <digest>", text)


def test_the_commands_print_what_the_page_shows(emulator: Emulator, tmp_path: Path) -> None:
    deployments = Deployments(emulator, tmp_path)
    (described,) = re.findall("```toml\n(.*?)```", SECTION, re.DOTALL)
    deployments.describe(f'name = "production"\n{described}')
    made, changed = blocks(SECTION)

    for block, options in ((made, ["ARGS=--yes"]), (changed, [])):
        assert shlex.split(block.script) == ["make", "deploy", "PLATFORM=functiongraph", *options]
        if block is changed:
            (silent,) = emulator.huawei.ces.named(f"cloud-sync-{NAME}-silent")
            silent.fields["enabled"] = False
        _code, out = deployments.command()
        assert matches(without_digests(block.output), without_digests(out)), out


class BucketDeployments(Deployments):
    """Deployments of the function that a bucket calls."""

    @property
    def function(self) -> StoredFunction:
        return self.emulator.huawei.functiongraph.named("huawei-create-sync-events")


def test_the_commands_for_a_bucket_print_what_the_page_shows(
    emulator: Emulator, tmp_path: Path
) -> None:
    deployments = BucketDeployments(emulator, tmp_path)
    (described,) = re.findall("```toml\n(.*?)```", EVENTS, re.DOTALL)
    deployments.describe(f'name = "production"\n{described}')
    made, changed = blocks(EVENTS)

    for block, options in ((made, ["ARGS=--yes"]), (changed, [])):
        assert shlex.split(block.script) == ["make", "deploy", "PLATFORM=functiongraph", *options]
        if block is changed:
            (trigger,) = deployments.function.triggers.values()
            trigger.status = "DISABLED"
        _code, out = deployments.command()
        assert matches(block.output, out), out
