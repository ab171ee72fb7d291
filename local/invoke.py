"""``make invoke``: one function of ``serverless.yml`` through ``osls invoke local``.

osls plays AWS Lambda: it reads the descriptor, sets its environment and calls the entry that the
descriptor names. By default the providers are played by the emulator.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from functions.registry import OPERATIONS, load
from local.demo import seed
from local.emulator import Emulator
from local.samples import BadFileError, Parameters, read_object, sample_path
from local.serve import HANDED_ON
from shared.settings import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
OSLS = ROOT / "node_modules" / ".bin" / "osls"
BUILT = ROOT / "dist"
FOLDER = ROOT / "build" / "invoke"

DESCRIPTION = """\
Calls a function as AWS Lambda would, by `osls invoke local`, and prints its result as JSON; its log
goes to standard error. Without --live the emulator plays the providers; of your settings the
function is then given those of HTTP callers and behaviour only, no key and no address.
"""
EPILOG = """\
exit codes: 0 all fine; 1 the run failed (its result says "failed", it answered an HTTP event with a
status of 400 or above, or it raised), or osls failed; 2 wrong usage, or something is missing
"""

Start = Callable[[Sequence[str], Mapping[str, str]], "tuple[int, str]"]
"""Runs a command line in an environment; returns its exit code and what it wrote."""


@dataclass(frozen=True, slots=True)
class Streams:
    """Where the command speaks: the result goes to ``out``, everything else to ``errors``."""

    out: TextIO
    errors: TextIO


class CannotInvokeError(Exception):
    """Something is missing; the message says what to do."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    command = argparse.ArgumentParser(
        prog="python -m local.invoke",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("function", help="its name, e.g. tencent-sync-machines")
    command.add_argument(
        "--event", type=Path, metavar="FILE", help="JSON file (default: the sample in events/)"
    )
    command.add_argument(
        "--live", action="store_true", help="call the providers with this environment's settings"
    )
    command.add_argument(
        "--bundle",
        action="store_true",
        help="run dist/<provider>-lambda.zip instead of the working copy; wants its Python first "
        "on PATH",
    )
    return command


def main(
    arguments: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    streams: Streams | None = None,
    start: Start | None = None,
) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    arguments: the command line without the program; the real one when left out.
    environ: the caller's environment; this process's when left out.
    streams: where it speaks; this process's when left out.
    start: runs osls; a fake in tests.
    """
    options = parser().parse_args(arguments)
    environ = dict(os.environ) if environ is None else environ
    streams = streams or Streams(sys.stdout, sys.stderr)
    try:
        return invoke(options, environ, streams, start or run_osls)
    except (BadFileError, CannotInvokeError) as error:
        print(f"invoke: {error}", file=streams.errors)
        return 2


def invoke(
    options: argparse.Namespace, environ: Mapping[str, str], streams: Streams, start: Start
) -> int:
    """Call the function; return the exit code of osls, or 1 for a result that says it failed.

    Raises
    ------
    BadFileError: the event's file is no JSON object.
    CannotInvokeError: no such function, or no bundle.
    """
    operation_id = operation_of(options.function)
    path = options.event or sample_path(operation_id)
    event = read_object(path)
    _, provider, module = OPERATIONS[operation_id].split(".")
    code = bundle(provider) if options.bundle else working_copy(module, OPERATIONS[operation_id])
    with ExitStack() as stack:
        given = dict(environ)
        if not options.live:
            given = emulated(given, stack.enter_context(Emulator()), event)
        given["PYTHONPATH"] = os.pathsep.join(map(str, code))
        if not options.bundle:
            # osls starts `python3`: let it be the one with the packages.
            folders = (str(Path(sys.executable).parent), given.get("PATH", ""))
            given["PATH"] = os.pathsep.join(filter(None, folders))
        command = ("invoke", "local", "-f", options.function, "--path", str(path.resolve()))
        exit_code, written = start(command, given)
    log, result = split(written)
    if log:
        print(log, file=streams.errors)
    if result is not None:
        print(json.dumps(result, indent=2, ensure_ascii=False), file=streams.out)
    return exit_code or int(is_failure(result))


def is_failure(result: object) -> bool:
    """Return whether a function's result, or its answer to an HTTP event, says that it failed."""
    if not isinstance(result, dict):
        return False
    status = result.get("statusCode")
    return result.get("status") == "failed" or (isinstance(status, int) and status >= 400)


def operation_of(function: str) -> str:
    """Return the id of the operation with a function's name.

    Raises
    ------
    CannotInvokeError: there is none.
    """
    names = {load(operation_id).function: operation_id for operation_id in OPERATIONS}
    if function not in names:
        raise CannotInvokeError(f"no function {function}; there are {', '.join(names)}")
    return names[function]


def working_copy(module: str, dotted: str) -> tuple[Path, ...]:
    """Return the folders for ``PYTHONPATH``: a bundle's entry over the files as they are now."""
    entries = FOLDER / "entries"
    entries.mkdir(parents=True, exist_ok=True)
    text = f'"""The entry, as at a bundle\'s root."""\n\nfrom {dotted} import handler as handler\n'
    (entries / f"{module}.py").write_text(text, "utf-8")
    return entries, ROOT


def bundle(provider: str, built_in: Path = BUILT, into: Path = FOLDER) -> tuple[Path, ...]:
    """Return the folder for ``PYTHONPATH``: the built bundle, unpacked.

    Raises
    ------
    CannotInvokeError: it is not built.
    """
    built = built_in / f"{provider}-lambda.zip"
    if not built.exists():
        raise CannotInvokeError(
            f"dist/{built.name} is missing: make bundle PROVIDER={provider} PLATFORM=lambda"
        )
    # A folder for each build, so that nothing of an older one is left in it.
    folder = into / f"{provider}-{built.stat().st_mtime_ns}"
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder)
    return (folder,)


def emulated(environ: Mapping[str, str], emulator: Emulator, event: Parameters) -> dict[str, str]:
    """Return an environment in which the emulator plays the providers.

    Of the caller's settings only those are left that hold no key of theirs and no address.
    """
    seed(emulator, event)
    spellings = {name for row in SETTINGS.values() for name in (row.name, *row.aliases)}
    spellings -= {"HOME", *HANDED_ON}
    kept = {name: value for name, value in environ.items() if name not in spellings}
    return {**kept, **emulator.environment()}


def run_osls(
    arguments: Sequence[str], environ: Mapping[str, str], program: Path = OSLS
) -> tuple[int, str]:
    """Run osls; its warnings go straight to standard error.

    Raises
    ------
    CannotInvokeError: it is not installed.
    """
    if not program.exists():
        raise CannotInvokeError("osls is not installed: npm ci (Node.js 20.19 or newer)")
    ran = subprocess.run(  # noqa: S603 - the project's own program, arguments without a shell
        [str(program), *arguments],
        cwd=ROOT,
        env=dict(environ),
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        check=False,
        text=True,
    )
    return ran.returncode, ran.stdout


def split(written: str) -> tuple[str, object | None]:
    """Return what a function logged and what it returned, of what osls wrote.

    osls writes both, and standard error, to one stream in no fixed order; only the result is
    indented, so it begins at a line that is a brace alone.
    """
    decoder = json.JSONDecoder()
    position = 0
    for line in written.splitlines(keepends=True):
        if line.rstrip() == "{":
            try:
                result, end = decoder.raw_decode(written, position)
            except ValueError:
                pass
            else:
                return (written[:position] + written[end:]).strip("\n"), result
        position += len(line)
    return written.strip("\n"), None


if __name__ == "__main__":
    sys.exit(main())
