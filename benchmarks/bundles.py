"""The zips that ``make bundle`` built for this Python: their size, and starts from them."""

from __future__ import annotations

import compileall
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from py_compile import PycInvalidationMode

from benchmarks import goals, provider, sdk_packages, targets
from benchmarks.figures import Row, row
from benchmarks.fresh import run
from benchmarks.plan import Plan
from benchmarks.targets import PROJECT_FOLDER, SHORT, Target

PLATFORMS = {(3, 13): "lambda", (3, 10): "scf"}
"""From the Python that measures to the platform whose bundles are for it."""


def bundle(operation_id: str) -> Path | None:
    """Return the zip with an operation for this Python, None if none was built."""
    platform = PLATFORMS.get(sys.version_info[:2])
    path = PROJECT_FOLDER / "dist" / f"{operation_id.split('.', maxsplit=1)[0]}-{platform}.zip"
    return path if path.is_file() else None


def sizes(plan: Plan) -> list[Row]:
    """Compare the zips, ours with its bytecode and the SDK's without; MB of 1,000,000 bytes."""
    rows: list[Row] = []
    for operation_id, short in SHORT.items():
        path = bundle(operation_id)
        if path is None:
            plan.say(f"no bundle of {operation_id} for this Python: make bundle")
            continue
        plan.say(f"{goals.SIZE}: {short}")
        theirs = sdk_packages.zipped_bytes(sdk_packages.DISTRIBUTIONS[short]) / 1e6
        ours = path.stat().st_size / 1e6
        rows.append(row(goals.SIZE, short, "MB", [ours], [theirs], goals.goal(goals.SIZE)))
    return rows


def starts(plan: Plan) -> list[Row]:
    """Compare cold starts of our unpacked zip and of the SDK in a folder that takes no bytecode.

    The SDK twice: as most ship it, without bytecode, and with.
    """
    rows: list[Row] = []
    with provider.running() as settings:
        for operation_id, short in SHORT.items():
            if bundle(operation_id) is not None:
                plan.say(f"{goals.PACKAGED}: {short}")
                rows += starts_of(plan, operation_id, settings)
    return rows


def starts_of(plan: Plan, operation_id: str, settings: Mapping[str, str]) -> list[Row]:
    """Compare the starts of one operation, CPU milliseconds."""
    short = SHORT[operation_id]
    path = bundle(operation_id)
    if path is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        unpacked, plain, compiled = (Path(folder) / name for name in ("ours", "plain", "compiled"))
        with zipfile.ZipFile(path) as archive:
            archive.extractall(unpacked)
        name = sdk_packages.DISTRIBUTIONS[short]
        sdk_packages.copy(name, plain)
        sdk_packages.copy(name, compiled)
        compileall.compile_dir(
            compiled, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
        )
        sdk = targets.sdk(operation_id, settings)
        three = (
            in_folder(targets.ours(operation_id, settings), unpacked),
            in_folder(sdk, plain),
            in_folder(sdk, compiled),
        )
        for target in three:
            run(target)
        spent: tuple[list[float], ...] = ([], [], [])
        for _ in range(plan.fresh):
            for target, costs in zip(three, spent, strict=True):
                costs.append(run(target).cpu_ms)
    return [
        row(measure, short, "ms", spent[0], theirs, goals.goal(measure))
        for measure, theirs in (
            (goals.PACKAGED, spent[1]),
            (goals.PACKAGED_BYTECODE, spent[2]),
        )
    ]


def in_folder(target: Target, folder: Path) -> Target:
    """Return a target that sees this folder and the standard library, and writes no bytecode."""
    python, *words = target.command
    environ = {**target.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return replace(target, command=(python, "-S", "-s", *words), environ=environ)
