"""``python -m local run``: the five operations against the emulator, or against the clouds."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from functions.catalog import OPERATIONS
from local.console import Console
from local.live import Tour
from local.receiver import Received
from local.rehearsal import rehearse
from local.report import FOLDER, Report
from local.samples import BadFileError, given
from shared.run import Process

DESCRIPTION = """\
Runs the operations through the entry that is deployed, and prints a table of the results.

Without --live nothing leaves this machine: an emulator of the providers is started, and no
credentials of yours are read. With --live the providers themselves are called with the
credentials of this environment: it says beforehand as whom, what it will send and what that
changes, and asks before each operation that changes something.
"""
EPILOG = """\
exit codes: 0 all fine; 1 a run failed; 2 wrong usage, or something is missing or misconfigured
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--live", action="store_true", help="call the providers themselves")
    parser.add_argument(
        "--operation",
        action="append",
        metavar="ID",
        choices=list(OPERATIONS),
        help="only this operation; may be given several times. One of: " + ", ".join(OPERATIONS),
    )
    parser.add_argument(
        "--event",
        type=Path,
        metavar="FILE",
        help="JSON file of parameters: one operation's, or several keyed by operation id "
        "(default: the samples in events/; live, those without made-up values)",
    )
    parser.add_argument(
        "--yes",
        action="store_true",
        help="live: do not ask before operations that change something",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the results as JSON, and nothing else there"
    )
    parser.add_argument(
        "--into",
        type=Path,
        default=FOLDER,
        metavar="FOLDER",
        help="where results.json and log.jsonl go (default: build/run)",
    )


def run(options: argparse.Namespace, console: Console, process: Process) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    options: as :func:`add_arguments` describes them.
    console: where it speaks.
    process: environment and home directory for ``--live``.
    """
    wanted: Sequence[str] = list(dict.fromkeys(options.operation or OPERATIONS))
    events: Mapping[str, dict[str, object]] | None = None
    try:
        if options.event is not None:
            events = given(options.event, wanted)
    except BadFileError as error:
        console.complain(f"run: {error}")
        return 2
    if events is not None and options.operation is None:
        wanted = list(events)
    told: list[Received] = []
    with closing(Report(options.into)) as report:
        if options.live:
            chosen = options.operation is not None or events is not None
            tour = Tour(report, console, process, yes=options.yes)
            code = tour.run(wanted, events, chosen=chosen)
        else:
            told = rehearse(report, console, wanted, events)
            code = 1 if report.failed else 0
    if options.json:
        report.print_json(console)
    elif report.results:
        report.show(console)
        show_notifications(told, console)
    return code


def show_notifications(told: Sequence[Received], console: Console) -> None:
    """Show what a chat was told after the timers' runs, and whether it took it."""
    for post in told:
        console.say()
        fate = "arrived" if post.taken else f"did not arrive: {post.refusal or post.fault}"
        console.say(f"Notification to {post.kind}, {fate}:")
        for line in post.text.splitlines():
            console.fill(line, 2)
