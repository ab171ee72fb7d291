"""``docs/deploy-functiongraph.md``, ``docs/deploy-bucket-events.md``: what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from local.emulator import Emulator
from local.emulator.functiongraph_functions import StoredFunction
from tests.support.console_pages import blocks, matches
from tests.support.doc_pages import page
from tests.support.functiongraph_deployments import NAME, Deployments

PAGE = page("deploy-functiongraph.md")
EVENTS = page("deploy-bucket-events.md")


def without_digests(text: str) -> str:
    """Return a text without the digests of zips."""
    return re.sub(r"sha256 [0-9a-f]{12}", "sha256 <digest>", text)


def test_the_commands_print_what_the_page_shows(emulator: Emulator, tmp_path: Path) -> None:
    deployments = Deployments(emulator, tmp_path)
    (described,) = re.findall("```toml\n(.*?)```", PAGE, re.DOTALL)
    deployments.describe(f'name = "production"\n{described}')
    made, changed = blocks(PAGE)

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
