"""Runs one event of an operation as a command, for schedulers that start processes.

``python -m functions.tencent.sync_machines '{"wait_seconds": 30}'``; only a module that is run as
a command imports it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, TextIO

from shared.entrypoint import RUNTIME, run_invocation
from shared.errors import InvalidInput
from shared.invocation import Invocation
from shared.models.http import dump_json_text
from shared.platforms.event import MAX_EVENT_BYTES, is_http, read_json

if TYPE_CHECKING:
    from shared.models.operation import Operation
    from shared.models.result import Result
    from shared.runtime import Runtime

SUCCEEDED = 0
FAILED = 1
USAGE = 2
TEMPORARY_FAILURE = 75
"""The code of ``sysexits.h`` for a failure that a retry may help."""

INTERRUPTED = 130

STANDARD_INPUT = "-"

HELP = """\
usage: python -m {module} [EVENT]

{title}: {effect}.
{docs_url}

EVENT is the operation's parameters as one JSON object, or - to read it from standard input.
Without it, the parameters are those of DEFAULT_PARAMETERS. Secrets belong in settings or on
standard input: other users of this machine can see the arguments of a process.

parameters: {parameters}
"targets" runs it in several accounts and regions; "trigger": "timer" makes it a timer's run, which
NOTIFY reports.

The result is written to standard output as one line of JSON, the log to standard error.

exit codes:
  0    the run did not fail
  1    it failed, or that of one of several targets did, and a retry would not help
  2    the command or a parameter is wrong
  75   it failed, and a retry may help
  130  it was interrupted
"""


def run_command(
    operation: Operation,
    module: str,
    arguments: Sequence[str] | None = None,
    *,
    runtime: Runtime | None = None,
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> int:
    """Run an operation for the event on the command line, and return the exit code.

    Parameters
    ----------
    operation: the operation to run.
    module: the name of its module, for the help.
    arguments: the command line without the program; None for the process's own.
    runtime: what its invocations share; None for the process-wide one.
    stdin, stdout, stderr: None for the process's own.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    source, out, errors = stdin or sys.stdin, stdout or sys.stdout, stderr or sys.stderr
    if words in (["-h"], ["--help"]):
        out.write(help_text(operation, module))
        return SUCCEEDED
    try:
        event = read_event(words, source)
        with redirect_stdout(errors):  # the log goes to standard output on the platforms
            invocation = Invocation.from_event(event, None, runtime or RUNTIME)
            result = run_invocation(operation, invocation)
    except InvalidInput as error:
        errors.write(f"{module}: {error.message}. {error.hint}\n")
        return USAGE
    except KeyboardInterrupt:
        errors.write(f"{module}: interrupted\n")
        return INTERRUPTED
    out.write(json_line(result, out))
    return exit_code(result)


def help_text(operation: Operation, module: str) -> str:
    """Return what ``--help`` prints."""
    return HELP.format(
        module=module,
        title=operation.title,
        effect=operation.effect,
        docs_url=operation.docs_url,
        parameters=", ".join(operation.params.fields),
    )


def read_event(words: Sequence[str], source: TextIO) -> dict[str, object]:
    """Return the event that the command line names.

    Parameters
    ----------
    words: the arguments.
    source: the standard input.

    Raises
    ------
    InvalidInput: it is no JSON object; the message does not quote it, as it may hold secrets.
    """
    if not words:
        return {}
    if len(words) > 1:
        raise InvalidInput(
            f"takes one argument, not {len(words)}",
            hint="Put the event in single quotes, or see --help.",
        )
    (text,) = words
    name = "the argument"
    if text == STANDARD_INPUT:
        name = "standard input"
        text = source.read(MAX_EVENT_BYTES + 1)
    if len(text) > MAX_EVENT_BYTES:
        raise InvalidInput(f"{name} is larger than {MAX_EVENT_BYTES // 1024} KB")
    event = read_json(text, name)
    if not isinstance(event, dict):
        raise InvalidInput(
            f"{name} is not a JSON object",
            hint="Send the operation's parameters as one JSON object.",
        )
    if is_http(event):
        raise InvalidInput(
            f"{name} is the event of an HTTP trigger",
            hint="Send the operation's parameters only.",
        )
    return event


def json_line(result: Result, out: TextIO) -> str:
    """Return a result as JSON, with escapes if a stream's encoding lacks a character."""
    text = dump_json_text(result.as_dict())
    try:
        text.encode(out.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(result.as_dict())
    return text + "\n"


def exit_code(result: Result) -> int:
    """Return the exit code that tells a scheduler what became of a run."""
    if result.error is not None:
        if result.error.category == InvalidInput.category:
            return USAGE
        return TEMPORARY_FAILURE if result.error.retryable else FAILED
    if result.status != "partial":
        return SUCCEEDED
    from shared.fleet.result import has_failed_targets, is_retryable  # only for several targets

    if not has_failed_targets(result):
        return SUCCEEDED
    return TEMPORARY_FAILURE if is_retryable(result) else FAILED
