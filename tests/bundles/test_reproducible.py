"""The same sources make the same zip, wherever and whenever it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.bundling.lock import ROOT
from local.bundling.plan import Bundle
from tests.support.bundles import CACHE, BundleCache, python

PARTS = ("functions", "shared", "local")
FILES = ("requirements.txt", "requirements.lock", "pyproject.toml", "LICENSE")


def build(root: Path, bundle: Bundle, *, mask: int, **environ: str) -> dict[str, bytes]:
    """Build in a project's folder, in a process of its own; file name -> content."""
    command = [sys.executable, "-m", "local.bundling", "--provider", bundle.provider]
    command += ["--platform", bundle.platform, "--kind", "web" if bundle.web else "sync"]
    command += ["--into", "out", "--cache", str(CACHE)]
    subprocess.run(
        command,
        check=True,
        cwd=root,
        capture_output=True,
        env={**os.environ, **environ},
        umask=mask,
    )
    return {path.name: path.read_bytes() for path in (root / "out").iterdir()}


@pytest.mark.parametrize(("platform", "kind"), [("lambda", "sync"), ("scf", "web")])
def test_two_builds_in_different_folders_are_the_same_byte_for_byte(
    tmp_path: Path, platform: str, kind: str
) -> None:
    bundle = Bundle("huawei", platform, web=kind == "web")
    python(bundle.minor)
    here, elsewhere = tmp_path / "here", tmp_path / "another place" / "of a longer name"
    for part in PARTS:
        shutil.copytree(ROOT / part, here / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, here / name)
    shutil.copytree(here, elsewhere)
    for path in elsewhere.rglob("*.py"):
        os.utime(path, (0, 0))
    first = build(here, bundle, mask=0o022, PYTHONHASHSEED="1", TZ="UTC")
    second = build(elsewhere, bundle, mask=0o077, PYTHONHASHSEED="7", TZ="Asia/Shanghai")
    assert set(first) == {f"{bundle.name}{end}" for end in (".zip", ".manifest.json", ".cdx.json")}
    # The manifest first: it tells which file differs.
    for name in sorted(first, reverse=True, key=lambda name: "manifest" in name):
        assert first[name] == second[name]


def test_platforms_with_the_same_python_get_the_same_zip(zips: BundleCache) -> None:
    names = ("fc", "scf", "functiongraph")
    built = [zips.build(Bundle("tencent", name)) for name in names]
    assert len({each.digest for each in built}) == 1
    assert len({each.path.read_bytes() for each in built}) == 1
    assert [zips.document(each.bundle, "manifest")["platform"] for each in built] == list(names)


def test_the_same_zip_is_one_file_under_several_names(zips: BundleCache) -> None:
    first, second = (zips.build(Bundle("huawei", name, web=True)) for name in ("fc", "scf"))
    assert first.path.samefile(second.path)
    assert second.same_as == first.bundle
