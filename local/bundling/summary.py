"""The summary of a build: a line for each bundle and a table at the end, or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from local.bundling.build import Built
from local.bundling.plan import Bundle
from local.table import Column, render

DIGITS = 12
"""How much of a digest a table shows; the manifest and JSON have all of it."""


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """A bundle that was not built.

    Parameters
    ----------
    bundle: which.
    reason: why, in a sentence.
    """

    bundle: Bundle
    reason: str


def line(built: Built) -> str:
    """Return one line about a bundle, e.g. ``alibaba-lambda  3.16 MB  2.1 s``."""
    took = f"same file as {built.same_as.name}" if built.same_as else f"{built.seconds:.1f} s"
    return f"{built.bundle.name}  {megabytes(built.size)} MB  {took}"


def table(built: Sequence[Built], width: int) -> str:
    """Return what was built, as a table.

    Parameters
    ----------
    built: the bundles.
    width: columns of the screen.
    """
    columns = (
        Column("bundle"),
        Column("Python"),
        Column("MB", right=True),
        Column("unpacked", right=True),
        Column("sha256"),
    )
    rows = [
        (
            each.path.name,
            f"3.{each.bundle.minor}",
            megabytes(each.size),
            megabytes(each.unpacked),
            f"same file as {each.same_as.name}.zip" if each.same_as else each.digest[:DIGITS],
        )
        for each in built
    ]
    return render(columns, rows, width)


def failures(not_built: Sequence[NotBuilt], width: int) -> str:
    """Return what was not built, and why, as a table.

    Parameters
    ----------
    not_built: the bundles.
    width: columns of the screen.
    """
    columns = (Column("not built"), Column("why", wraps=True))
    return render(columns, [(each.bundle.name, each.reason) for each in not_built], width)


def count(built: Sequence[Built], not_built: Sequence[NotBuilt]) -> str:
    """Return the closing sentence."""
    files = sum(each.same_as is None for each in built)
    total = len(built) + len(not_built)
    text = f"{len(built)} of {total} bundles built"
    if files != len(built):
        as_files = "1 file" if files == 1 else f"{files} files"
        text += f" as {as_files}: platforms with the same Python get the same zip"
    return text + "."


def as_json(built: Sequence[Built], not_built: Sequence[NotBuilt]) -> str:
    """Return what was built and what was not, as a JSON document."""
    document = {
        "built": [
            {
                "name": each.bundle.name,
                "provider": each.bundle.provider,
                "platform": each.bundle.platform,
                "kind": each.bundle.kind,
                "python": f"3.{each.bundle.minor}",
                "bytecode": each.bytecode,
                "file": str(each.path),
                "size": each.size,
                "unpacked_size": each.unpacked,
                "sha256": each.digest,
                "same_as": each.same_as.name if each.same_as else None,
                "seconds": round(each.seconds, 1),
            }
            for each in built
        ],
        "not_built": [{"name": each.bundle.name, "reason": each.reason} for each in not_built],
    }
    return json.dumps(document, indent=2)


def megabytes(size: int) -> str:
    """Return a size in MB of 1,000,000 bytes."""
    return f"{size / 1e6:.2f}"
