"""The zips of a deployment's bundles: built, or read from a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local.bundling.__main__ import build
from local.bundling.build import Builder
from local.bundling.lock import ROOT
from local.bundling.plan import Bundle
from local.console import Console

Zips = Callable[[Sequence[Bundle], bool], Mapping[Bundle, bytes]]
"""Returns the zip of each bundle, compiled beforehand or not."""


class NotBuiltError(Exception):
    """A bundle could not be built; why was said."""


def read_zip(path: Path) -> bytes:
    """Return a bundle that was built before.

    Raises
    ------
    NotBuiltError: it is not there.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotBuiltError(f"{path}: {error.strerror}") from None


def built_zips(
    bundles: Sequence[Bundle], environ: Mapping[str, str], console: Console, *, bytecode: bool
) -> dict[Bundle, bytes]:
    """Return the zips of bundles, built into ``dist``.

    Raises
    ------
    NotBuiltError: one of them could not be built.
    """
    builder = Builder(ROOT, ROOT / ".cache" / "wheels", environ, bytecode=bytecode)
    console.progress(f"building {', '.join(each.name for each in bundles)} …")
    built, not_built = build(builder, bundles, ROOT / "dist", console, quiet=True)
    console.progress("")
    if not_built:
        listed = "\n".join(f"{each.bundle.name}: {each.reason}" for each in not_built)
        raise NotBuiltError(f"{listed}\nWithout that Python: bytecode = false in the description.")
    return {each.bundle: each.path.read_bytes() for each in built}
