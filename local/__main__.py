"""``python -m local``: what a developer or an operator runs on their own machine.

A command's module is imported when the command is called, so that help, usage errors and the
hint about missing dependencies need nothing but the standard library.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from functions.web.version import VERSION
from local.console import Console

if TYPE_CHECKING:
    from shared.runtime import Runtime

PROGRAM = "python -m local"
OLDEST_PYTHON = (3, 10)
INTERRUPTED = 130
USAGE = 2

NOT_INSTALLED = (
    "The dependencies are not installed for this Python. Run `make run` once, then use "
    "`.venv/bin/python -m local …`."
)

Run = Callable[[argparse.Namespace, Console, "Runtime"], int]


@dataclass(frozen=True)
class Command:
    """One command: a module with ``DESCRIPTION``, ``EPILOG``, ``add_arguments`` and a function.

    Parameters
    ----------
    title: one line of help.
    module: its dotted name.
    function: called with the options, the console and the process; returns the exit code.
    """

    title: str
    module: str
    function: str


@dataclass(frozen=True)
class Program:
    """A command that is a program by itself, with a parser of its own.

    Parameters
    ----------
    title: one line of help.
    module: its dotted name; it has ``main(arguments)``, which returns the exit code.
    """

    title: str
    module: str


COMMANDS: Mapping[str, Command | Program] = {
    "run": Command("run the operations and show the results", "local.run", "run"),
    "serve": Command(
        "serve the web app, the HTTP triggers and the emulator, until Ctrl-C",
        "local.serve",
        "command",
    ),
    "doctor": Command(
        "show which identity and settings a run would use, and check them",
        "local.doctor",
        "doctor",
    ),
    "token": Command("make a token for an HTTP caller", "local.caller_token", "token"),
    "schema": Command("write the published JSON Schemas", "local.schema", "command"),
    "bundle": Program("build the bundles that are uploaded", "local.bundling.__main__"),
    "deploy": Command(
        "deploy the functions that deploy.toml describes", "local.deployment.command", "deploy"
    ),
    "remove": Command("remove what deploy made", "local.deployment.removal", "remove"),
    "serverless-devs": Command(
        "write the s.yaml of Serverless Devs that deploys what deploy.toml describes",
        "local.deployment.serverless_devs.command",
        "command",
    ),
    "invoke": Program("call one function through osls, as AWS Lambda would", "local.invoke"),
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line before a command."""
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:{width}}  {each.title}" for name, each in COMMANDS.items())
    top = argparse.ArgumentParser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [-h] [--version] COMMAND …",
        description="Cloud sync functions on this machine.",
        epilog=f"commands:\n{listed}\n\n"
        f"`{PROGRAM} help COMMAND` shows the options and exit codes of a command.\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"cloud-sync-functions {VERSION}")
    return top


def command_parser(name: str, command: Command) -> argparse.ArgumentParser:
    """Return the parser of one command."""
    module = import_module(command.module)
    one = argparse.ArgumentParser(
        prog=f"{PROGRAM} {name}",
        description=module.DESCRIPTION,
        epilog=module.EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(one)
    return one


def main(
    arguments: Sequence[str] | None = None,
    console: Console | None = None,
    process: Runtime | None = None,
) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments: the command line without the program; the real one when left out.
    console: streams; those of this process when left out.
    process: environment, home directory, clock and transport; the real ones when left out.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    console = console or Console.standard(os.environ)
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    name, *rest = words or [""]
    command = COMMANDS.get(name)
    if command is None:
        top = parser()
        top.parse_args(words if name.startswith("-") else [])
        top.error(f"unknown command: {name}" if name else "a command is missing")
    try:
        return run(name, command, rest, console, process)
    except ModuleNotFoundError as error:
        if not is_dependency(error):
            raise
        console.complain(NOT_INSTALLED)
        return USAGE
    except KeyboardInterrupt:
        console.say("interrupted")
        return INTERRUPTED


def run(
    name: str,
    command: Command | Program,
    arguments: Sequence[str],
    console: Console,
    process: Runtime | None,
) -> int:
    """Run a command and return its exit code; takes what :func:`main` does."""
    if isinstance(command, Program):
        code: int = import_module(command.module).main(arguments)
        return code
    options = command_parser(name, command).parse_args(arguments)
    if process is None:
        from shared.runtime import Runtime

        process = Runtime(environ=dict(os.environ))
    if getattr(options, "json", False) and console.talk is console.out:
        console = replace(console, talk=console.errors)
    function: Run = getattr(import_module(command.module), command.function)
    return function(options, console, process)


def exit_interrupted(_signal: int, _frame: object) -> NoReturn:
    """End at once, without the work of the interpreter's end."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)


def is_dependency(error: ModuleNotFoundError) -> bool:
    """Return whether a missing module belongs to a dependency, not to this project."""
    return (error.name or "").partition(".")[0] not in {"functions", "local", "shared"}


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        oldest, here = (".".join(map(str, each[:3])) for each in (OLDEST_PYTHON, sys.version_info))
        print(f"Python {oldest} or newer is needed; this is {here}.", file=sys.stderr)
        sys.exit(USAGE)
    code = main()
    # Everything is done and said: Ctrl-C while the interpreter ends is no traceback.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, exit_interrupted)
    sys.exit(code)
