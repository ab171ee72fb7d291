"""``python -m local serve``: the emulator by itself, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import shlex
import threading

from local.console import Console
from local.emulator import Emulator
from local.emulator.server import ENDPOINT_SETTINGS

DESCRIPTION = """\
Starts the emulator of EDAS, E-HPC, CWP, OMS, ModelArts and IAM on this machine and prints the
settings that lead to it, as lines for a shell. The keys are made up and open nothing.
"""
EPILOG = "exit codes: 0 stopped; 2 a port is taken, or wrong usage\n"
HIGHEST_PORT = 65_535


def port(text: str) -> int:
    """Return the first of the ports; raises what argparse shows as wrong usage."""
    number = int(text)
    if not 1 <= number <= HIGHEST_PORT + 1 - len(ENDPOINT_SETTINGS):
        raise argparse.ArgumentTypeError(f"{number} leaves no room for six ports")
    return number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--port-base",
        type=port,
        metavar="N",
        help=f"use the ports from N on, in the order {', '.join(ENDPOINT_SETTINGS)} "
        "(default: free ones)",
    )


def serve(
    options: argparse.Namespace, console: Console, stopping: threading.Event | None = None
) -> int:
    """Run the emulator until ``stopping`` is set, or Ctrl-C; return the exit code.

    Parameters
    ----------
    options: as :func:`add_arguments` describes them.
    console: where the settings are printed.
    stopping: ends it from another thread.
    """
    base = options.port_base
    ports = None if base is None else {name: base + i for i, name in enumerate(ENDPOINT_SETTINGS)}
    emulator = Emulator(ports=ports)
    try:
        emulator.start()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        console.complain(f"serve: no port for the emulator ({reason}); choose another --port-base")
        return 2
    try:
        console.say("# The emulator listens. Its keys are made up. Stop it with Ctrl-C.")
        for name, value in emulator.environment().items():
            console.say(f"export {name}={shlex.quote(value)}")
        console.say("# Then, in that shell: python -m local run --live")
        (stopping or threading.Event()).wait()
    except KeyboardInterrupt:
        console.say()
    finally:
        emulator.stop()
    return 0
