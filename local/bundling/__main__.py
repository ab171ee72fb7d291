"""``python -m local.bundling``: builds all bundles, or those of a provider or a platform."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from local.bundling.build import Builder, Built
from local.bundling.lock import ROOT
from local.bundling.plan import ALL, KINDS, PLATFORMS, PROVIDERS, Bundle, chosen
from local.bundling.preflight import WITHOUT, advice, missing_pythons
from local.bundling.problem import BundleError
from local.bundling.summary import NotBuilt, as_json, count, failures, line, table
from local.console import Console

DESCRIPTION = """\
Builds the zips to upload, each with a manifest and a bill of materials beside it:
dist/<provider>-<platform>.zip has a function for each operation of a provider,
dist/web-<provider>-<platform>.zip the web app over them, and dist/web-all-<platform>.zip the web
app over the operations of all providers.

Bytecode is compiled by the platform's own Python: 3.13 for lambda; 3.10 for fc, scf and
functiongraph, whose zips are the same file. It is searched on PATH, under pyenv and under uv; where
uv is on PATH, it installs what is missing. With --bytecode no, no other Python is needed.
"""
EPILOG = """\
exit codes: 0 every bundle was built; 1 at least one was not, and the table at the end says which
and why; 2 wrong usage; 130 interrupted
"""

INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="python -m local.bundling",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument(
        "--provider",
        metavar="NAME",
        help=f"only {', '.join(PROVIDERS)}, or {ALL}: one web app with every provider's operations",
    )
    top.add_argument("--platform", metavar="NAME", help=f"only {', '.join(PLATFORMS)}")
    top.add_argument("--kind", metavar="NAME", help=f"only {', '.join(KINDS)}")
    top.add_argument(
        "--bytecode",
        choices=("yes", "no"),
        default="yes",
        help="no: leave the modules uncompiled, so that no other Python is needed; cold starts "
        "take longer, and the manifest says so",
    )
    top.add_argument("--quiet", action="store_true", help="no progress and no table")
    top.add_argument(
        "--json", action="store_true", help="print the outcome as JSON, and nothing else there"
    )
    top.add_argument("--into", type=Path, default=ROOT / "dist", metavar="FOLDER")
    top.add_argument("--cache", type=Path, default=ROOT / ".cache" / "wheels", metavar="FOLDER")
    return top


def main(
    arguments: Sequence[str] | None = None,
    console: Console | None = None,
    environ: Mapping[str, str] | None = None,
) -> int:
    """Build bundles and return the exit code, as the help has it.

    Parameters
    ----------
    arguments: the command line without the program; the real one when left out.
    console: streams; those of this process when left out.
    environ: the environment of pip and uv; that of this process when left out.
    """
    environ = os.environ if environ is None else environ
    console = console or Console.standard(environ)
    options = parser().parse_args(arguments)
    if options.json:
        console = replace(console, talk=console.errors)
    try:
        bundles = chosen(options.provider, options.platform, options.kind)
    except BundleError as error:
        console.complain(str(error))
        return 2
    builder = Builder(ROOT, options.cache, environ, bytecode=options.bytecode == "yes")
    try:
        built, not_built = build(builder, bundles, options.into, console, quiet=options.quiet)
    except KeyboardInterrupt:
        console.progress("")
        console.complain("interrupted")
        return INTERRUPTED
    if options.json:
        print(as_json(built, not_built), file=console.out)
    elif not options.quiet:
        if built:
            console.say(table(built, console.width))
        console.say(count(built, not_built))
    if not_built:
        console.complain(failures(not_built, console.width))
    return 1 if not_built else 0


def build(
    builder: Builder, bundles: Sequence[Bundle], into: Path, console: Console, *, quiet: bool
) -> tuple[list[Built], list[NotBuilt]]:
    """Build what can be built; return it, and what could not.

    Parameters
    ----------
    builder: builds one.
    bundles: which.
    into: the folder.
    console: where it says what it does.
    quiet: whether it says nothing of what succeeds.
    """
    missing: Mapping[int, str] = {}
    if builder.bytecode:
        missing = missing_pythons(builder, bundles, console)
    elif not quiet:
        console.say(WITHOUT)
    if missing:
        console.complain(advice(missing, bundles))
    possible = [bundle for bundle in bundles if bundle.minor not in missing]
    not_built = [
        NotBuilt(bundle, missing[bundle.minor]) for bundle in bundles if bundle.minor in missing
    ]
    built: list[Built] = []
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        # zlib and the compiling Pythons work beside each other.
        contents = {
            bundle.content: pool.submit(builder.content, bundle)
            for bundle in {bundle.content: bundle for bundle in possible}.values()
        }
        for position, bundle in enumerate(possible, 1):
            if not quiet:
                console.progress(f"[{position}/{len(possible)}] {bundle.name} …")
            try:
                contents[bundle.content].result()
                built.append(builder.build(bundle, into))
            except (BundleError, OSError) as error:
                not_built.append(NotBuilt(bundle, str(error)))
            else:
                if not quiet and not console.is_terminal:
                    console.say(line(built[-1]))
    finally:
        pool.shutdown(cancel_futures=True)
    console.progress("")
    return built, not_built


if __name__ == "__main__":
    sys.exit(main())
