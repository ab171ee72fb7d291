"""Polling a provider with growing pauses, and starting its work once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from shared.errors import SyncError, WireError
from shared.models.steps import Answer, Call, Steps, ask, pause

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 5.0
GROWTH = 1.5
STARTS = 3
"""Maximum number of attempts if the response is lost each time and the start had no effect."""

T = TypeVar("T")


def until(look: Callable[[], Steps[T]], done: Callable[[T], bool], within: float) -> Steps[T]:
    """Poll until the work is done or the time is up; return the last state.

    Parameters
    ----------
    look: reads the state once.
    done: returns whether a state ends the polling.
    within: maximum seconds for all pauses; 0 reads the state once.
    """
    found = yield from look()
    wait = FIRST_PAUSE_SECONDS
    while not done(found) and (yield from pause(wait, within)):
        found = yield from look()
        wait = min(wait * GROWTH, LONGEST_PAUSE_SECONDS)
    return found


def start_once(
    call: Call, look: Callable[[], Steps[T]], took: Callable[[T], bool]
) -> Steps[Answer | None]:
    """Send a start; after a lost response, read the state before sending it again.

    Parameters
    ----------
    call: the start; its ``on_lost`` is ``ask``.
    look: reads the provider's state once.
    took: returns whether a state shows that the start had its effect.

    Returns
    -------
    The answer to the start, or None if only the state shows that it was accepted.

    Raises
    ------
    SyncError: the error of the start, also if reading the state fails.
    """
    for attempt in range(1, STARTS + 1):
        try:
            return (yield from ask(call))
        except WireError as error:
            if not error.lost:
                raise
            try:
                found = yield from look()
            except SyncError:
                raise error from None
            if took(found):
                return None
            if attempt == STARTS:
                raise
    raise AssertionError
