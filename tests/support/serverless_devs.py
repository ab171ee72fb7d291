"""Serverless Devs' own command, as npm installs it, and what it reads from an ``s.yaml``."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support import prerequisites
from tests.support.repository import ROOT

S = ROOT / "node_modules" / ".bin" / "s"


def preview(file: Path, home: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``s preview``, which calls no cloud: it shows a file as the component is given it.

    Parameters
    ----------
    file: the ``s.yaml``.
    home: where it writes its log.
    environ: where it takes ``env('NAME')`` from.
    """
    prerequisites.program("node", "Node.js")
    if not S.exists():
        prerequisites.skip("Serverless Devs")
    settings = home / ".s" / "set-config.yml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("analysis: disable\n", encoding="utf-8")
    # Neither statistics nor a search for updates.
    quiet = {"HOME": str(home), "CI": "1", "NO_UPDATE_NOTIFIER": "1", "NODE_ENV": "test"}
    return subprocess.run(
        [S, "preview", "--template", file, "--output", "json"],
        cwd=home,
        env={"PATH": os.environ["PATH"], **quiet, **environ},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def props_by_function(file: Path, home: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the properties of each function as ``s`` reads them."""
    ran = preview(file, home, environ)
    # A warning may come first.
    _, brace, document = (
        ran.stdout.partition("\n{") if ran.stdout[:1] != "{" else ("", "", ran.stdout)
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    resources = json.loads(brace.strip() + document)["resources"]
    assert {each["component"] for each in resources.values()} == {"fc3"}
    return {each["props"]["functionName"]: each["props"] for each in resources.values()}
