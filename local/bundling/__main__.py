"""``python -m local.bundling``: builds all bundles, or those of a provider or a platform."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.bundling.build import Builder, Built
from local.bundling.lock import ROOT
from local.bundling.plan import KINDS, PLATFORMS, PROVIDERS, chosen
from local.bundling.problem import BundleError
from local.console import Console
from local.table import Column, render


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="python -m local.bundling",
        description="Build what one uploads: dist/<provider>-<platform>.zip with a function for "
        "each operation and dist/web-<provider>-<platform>.zip with the web app, each with a "
        "manifest and a bill of materials beside it.",
    )
    top.add_argument("--provider", metavar="NAME", help=f"only {', '.join(PROVIDERS)}")
    top.add_argument("--platform", metavar="NAME", help=f"only {', '.join(PLATFORMS)}")
    top.add_argument("--kind", metavar="NAME", help=f"only {', '.join(KINDS)}")
    top.add_argument("--into", type=Path, default=ROOT / "dist", metavar="FOLDER")
    top.add_argument("--cache", type=Path, default=ROOT / ".cache" / "wheels", metavar="FOLDER")
    return top


def table(built: Sequence[Built], width: int) -> str:
    """Return what was built, as a table."""
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
            f"{each.size / 1e6:.2f}",
            f"{each.unpacked / 1e6:.2f}",
            each.digest,
        )
        for each in built
    ]
    return render(columns, rows, width)


def main(
    arguments: Sequence[str] | None = None,
    console: Console | None = None,
    environ: Mapping[str, str] | None = None,
) -> int:
    """Build bundles and return the exit code: 0 built, 1 not, 2 wrong usage.

    Parameters
    ----------
    arguments: the command line without the program; the real one when left out.
    console: streams; those of this process when left out.
    environ: pip's environment; that of this process when left out.
    """
    environ = os.environ if environ is None else environ
    console = console or Console.standard(environ)
    options = parser().parse_args(arguments)
    try:
        bundles = chosen(options.provider, options.platform, options.kind)
    except BundleError as error:
        console.complain(str(error))
        return 2
    builder = Builder(ROOT, options.cache, environ)
    built: list[Built] = []
    try:
        for bundle in bundles:
            console.progress(f"[{len(built) + 1}/{len(bundles)}] {bundle.name} …")
            built.append(builder.build(bundle, options.into))
    except (BundleError, OSError) as error:
        console.progress("")
        console.complain(f"{bundle.name} was not built: {error}")
        return 1
    console.progress("")
    console.say(table(built, console.width))
    return 0


if __name__ == "__main__":
    sys.exit(main())
