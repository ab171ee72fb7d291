"""Changes the code bit by bit, and counts what the tests notice: ``python -m tests.mutation``.

An argument is the beginning of the paths to mutate. docs/mutation-testing.md explains the rest.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.mutation.groups import GROUPS, Group
from tests.mutation.mutate_constants import run_mutants
from tests.mutation.mutate_functions import RESULTS
from tests.support.repository import ROOT

REQUIRED_PERCENT = 90
COPIED = ("shared", "functions", "tests", "local", "events", "deploy", "docs", "benchmarks")
FILES = ("pyproject.toml", "serverless.yml", "requirements.txt", "README.md", "template.yaml")


def main() -> int:
    """Mutate the groups and print what survived; return 1 if too much did."""
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    failed = False
    for group in GROUPS:
        paths = group.paths(only)
        if paths:
            failed |= not run_group(group, paths)
    return int(failed)


def run_group(group: Group, paths: list[str]) -> bool:
    """Mutate modules of a group, print the result, and return whether it is good enough."""
    copy_project(group.folder)
    command = [sys.executable, "-m", "tests.mutation.mutate_functions"]
    command += ["--modules", *paths, "--tests", *group.tests]
    command += ["--at-once", str(group.at_once), "--functions"]
    command += [f"*{name}__mutmut_*" for name in group.functions]
    with (group.folder / "log.txt").open("w") as log:
        environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        code = subprocess.run(
            command, cwd=group.folder, env=environ, stdout=log, stderr=log, check=False
        ).returncode
    if code:
        raise SystemExit(f"mutmut failed with {code}; see {group.folder / 'log.txt'}")
    results = [tuple(each) for each in json.loads((group.folder / RESULTS).read_text())]
    tree = copy_project(group.folder / "tree")
    results += [
        (f"{mutant.path}:{mutant.line}: {mutant.change}", was_killed)
        for mutant, was_killed in run_mutants(paths, group.tests, tree, group.at_once)
    ]
    (group.folder / "results.json").write_text(json.dumps(results, indent=1))
    survivors = [name for name, was_killed in results if not was_killed]
    killed = len(results) - len(survivors)
    percent = 100 * killed / max(1, len(results))
    print(f"{group.name}: {killed} of {len(results)} killed, {percent:.1f} %", flush=True)
    for name in survivors:
        print(f"  {name}")
    return percent >= REQUIRED_PERCENT


def copy_project(folder: Path) -> Path:
    """Copy what the tests need into a new folder, and return it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(ROOT / name, folder)
    return folder


if __name__ == "__main__":
    raise SystemExit(main())
