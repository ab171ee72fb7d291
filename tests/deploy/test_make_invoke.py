"""``make invoke`` on a machine without npm."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.support.repository import ROOT


def test_a_missing_npm_is_reported_in_one_line(tmp_path: Path) -> None:
    for name in ("Makefile", "package.json", "package-lock.json", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "python3"):
        (programs / name).symlink_to(shutil.which(name, path=os.defpath) or name)
    make = shutil.which("make")
    assert make is not None

    ran = subprocess.run(
        # The environment counts as installed.
        [make, "-o", ".venv/.base", "invoke", "FUNCTION=tencent-sync-machines"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": str(programs)},
    )

    assert ran.returncode == 2
    first, *rest = ran.stderr.splitlines()
    assert first == "npm is missing: install Node.js 20.19 or newer"
    assert len(rest) == 1  # make's own
