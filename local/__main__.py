"""``python -m local``: what a developer runs on their own machine."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from local import caller_token, doctor, run, schema, serve
from local.console import Console
from shared.run import Process

Command = Callable[[argparse.Namespace, Console, Process], int]

INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="python -m local",
        description="Cloud sync functions on this machine: run them, serve the emulator, "
        "look at the set-up.",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, title, module, command in (
        ("run", "run the operations and show the results", run, run.run),
        (
            "serve",
            "serve the emulator, the HTTP triggers and the web app, until Ctrl-C",
            serve,
            serve_command,
        ),
        ("doctor", "show which identity and settings a run would use", doctor, doctor.doctor),
        ("token", "make a token for an HTTP caller", caller_token, caller_token.token),
        ("schema", "write the published JSON Schemas", schema, schema.command),
    ):
        sub = commands.add_parser(
            name,
            help=title,
            description=module.DESCRIPTION,
            epilog=module.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(sub)
        sub.set_defaults(command=command)
    return top


def serve_command(options: argparse.Namespace, console: Console, process: Process) -> int:
    """Run ``serve``, which needs only the environment of the process."""
    return serve.serve(options, console, process.environ or {})


def main(
    arguments: Sequence[str] | None = None,
    console: Console | None = None,
    process: Process | None = None,
) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments: the command line without the program; the real one when left out.
    console: streams; those of this process when left out.
    process: environment, home directory, clock and transport; the real ones when left out.
    """
    options = parser().parse_args(arguments)
    if process is None:
        process = Process(environ=dict(os.environ))
    if console is None:
        console = Console.standard(os.environ)
    if getattr(options, "json", False) and console.talk is console.out:
        console = replace(console, talk=console.errors)
    command: Command = options.command
    try:
        return command(options, console, process)
    except KeyboardInterrupt:
        console.say("interrupted")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
