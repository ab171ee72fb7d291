"""``python -m local remove``: a command of its own, with the options that a removal has."""

from __future__ import annotations

import argparse

from local.console import Console
from local.deployment.command import add_common_arguments, add_zips_argument, run
from shared.runtime import Runtime

DESCRIPTION = """\
Deletes what make deploy made from deploy.toml: the functions, schedules, URLs and alarms.
It shows the plan and asks before it deletes anything, and deletes only what it made itself, changed
by hand or not.
"""
EPILOG = """\
exit codes: 0 done, or nothing to do; 1 failed: what was made so far is listed; 2 wrong usage, or a
fault in the description; 3 not confirmed; 130 interrupted; make turns every failure into 2
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_common_arguments(parser, "the platform to remove from")
    # A removal builds nothing; the ARGS of make deploy may be given to make remove all the same.
    add_zips_argument(parser, argparse.SUPPRESS)
    parser.set_defaults(overwrite=False, adopt=[])


def remove(options: argparse.Namespace, console: Console, process: Runtime) -> int:
    """Remove, and return the exit code."""
    return run("remove", options, console, process)
