"""``python -m local run``: the five operations against the emulator, or against the clouds."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from functions.registry import OPERATIONS, load
from functions.web.chat.operation_lookup import resolve_operation
from local.console import Console
from local.demo import DIRECT, run_demo
from local.fake_chats import Received
from local.live import LiveRun
from local.report import FOLDER, Report
from local.samples import BadFileError, given, sample
from local.targets import targets_argument, with_targets
from shared.errors import InvalidInput
from shared.runtime import Runtime

DESCRIPTION = """\
Runs the operations through the handlers that are deployed, and prints a table of the results.

Without --live nothing leaves this machine: an emulator of the providers is started, and none of
your credentials are read. With --live the providers are called with the credentials of this
environment. First it shows the accounts, the requests it will send and what they change; then it
asks before each operation that makes a change.
"""
EPILOG = """\
exit codes: 0 no run failed and none was skipped (you may have declined one); 1 a run failed;
2 wrong usage; 3 an operation was skipped, and none failed: the reasons are in not_run.json
"""
SKIPPED = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--live", action="store_true", help="call the providers themselves")
    parser.add_argument(
        "--operation",
        action="append",
        metavar="NAME",
        type=operation_id,
        help="only this operation, by its id, its function's name or any unambiguous part of "
        "them; may be repeated. The ids: " + ", ".join(OPERATIONS),
    )
    parser.add_argument(
        "--event",
        type=Path,
        metavar="FILE",
        help="JSON file of parameters: one operation's, or several keyed by operation id "
        "(default: the samples in events/; live, those without placeholder values)",
    )
    parser.add_argument(
        "--targets",
        metavar="TARGETS",
        type=targets_argument,
        help="run for these targets, as in an event: JSON, set:NAME of the accounts file, or a "
        "file with JSON; shows on standard error what became of each",
    )
    parser.add_argument(
        "--yes",
        action="store_true",
        help="live: do not ask before operations that make a change",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the results as JSON to standard output, and everything else to standard error",
    )
    parser.add_argument(
        "--into",
        type=Path,
        default=FOLDER,
        metavar="FOLDER",
        help="where results.json, not_run.json and log.jsonl go (default: build/run)",
    )


def operation_id(name: str) -> str:
    """Return the id of the operation that a name means; names are read as in chat.

    Raises
    ------
    argparse.ArgumentTypeError: it means none, or more than one.
    """
    loaders = {each: partial(load, each) for each in OPERATIONS}
    try:
        return resolve_operation(name, loaders, frozenset(OPERATIONS)).id
    except InvalidInput as error:
        msg = f"{name!r}: {error.message}. {error.hint}"
        raise argparse.ArgumentTypeError(msg) from None


def run(options: argparse.Namespace, console: Console, process: Runtime) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    options: as :func:`add_arguments` describes them.
    console: where it prints.
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
    if options.targets is not None:
        if len(wanted) != 1:
            console.complain("run: --targets needs one --operation")
            return 2
        (name,) = wanted
        event = sample(name) or DIRECT[name] if events is None else events.get(name, {})
        events = {name: with_targets(event, options.targets)}
    received: list[Received] = []
    show = console.complain if options.targets is not None else None
    with closing(Report(options.into, show)) as report:
        if options.live:
            LiveRun(report, console, process, yes=options.yes).run(wanted, events)
        else:
            received = run_demo(report, console, wanted, events)
    if options.json:
        report.print_json(console)
    elif report.results:
        report.show(console)
        show_notifications(received, console)
    report.show_not_run(console)
    if report.failed:
        return 1
    return SKIPPED if report.skipped else 0


def show_notifications(received: Sequence[Received], console: Console) -> None:
    """Show the notifications that a chat received after the timers' runs, or refused."""
    for post in received:
        console.say()
        outcome = (
            "delivered" if post.is_accepted else f"not delivered ({post.refusal or post.fault})"
        )
        console.say(f"Notification to {post.kind}, {outcome}:")
        for line in post.text.splitlines():
            console.fill(line, 2)
