"""The questions of a deployment: for a confirmation, and for a secret."""

from __future__ import annotations

from collections.abc import Callable

from local.console import Console
from shared.models.secret import Secret

NO_TERMINAL = "Cannot ask for a confirmation without a terminal: use --yes (make: ARGS=--yes)."


class NotEnteredError(Exception):
    """A secret was not entered; the text says why."""


def is_confirmed(console: Console, verb: str) -> bool:
    """Ask whether to go on, and say so if that is refused.

    Parameters
    ----------
    console: where the question is asked.
    verb: ``deploy`` or ``remove``.
    """
    if not console.can_ask:
        console.say(NO_TERMINAL)
        return False
    if console.ask(f"{verb.capitalize()}?"):
        return True
    console.say("Nothing was changed: you did not answer yes.")
    return False


def entered_secret(
    console: Console, read_secret: Callable[[str], str], question: str, instead: str
) -> Secret:
    """Ask for a secret, which is not shown while it is entered.

    Parameters
    ----------
    console: tells whether there is a terminal.
    read_secret: asks the question and returns what was entered.
    question: ends in a colon and a space.
    instead: the sources that need no terminal, e.g. ``env:NAME``.

    Raises
    ------
    NotEnteredError: there is no terminal, or nothing was entered.
    """
    if not console.can_ask:
        raise NotEnteredError(f"there is no terminal to ask for it on: use {instead}")
    entered = read_secret(question).strip()
    if not entered:
        raise NotEnteredError("nothing was entered")
    return Secret(entered)
