"""How an operation waits for a provider: look, wait a little longer each time, look."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from shared.errors import SyncError, WireError
from shared.models.steps import Answer, Call, Steps, ask, pause

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 5.0
GROWTH = 1.5
STARTS = 3
"""How often a start is sent at the most when its answers are lost and it had no effect."""

T = TypeVar("T")


def until(look: Callable[[], Steps[T]], done: Callable[[T], bool], within: float) -> Steps[T]:
    """Look again and again until it is done or the time is up; return the last look.

    Parameters
    ----------
    look: one look.
    done: whether a look's finding ends the waiting.
    within: seconds for all pauses together; 0 looks once.
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
    """Send a start; after a lost answer look whether it took before sending it again.

    Parameters
    ----------
    call: the start; its ``on_lost`` is ``ask``.
    look: one look at the provider's state.
    took: whether a look shows that the lost start had its effect.

    Returns
    -------
    The start's answer, or None when only the look shows that it was taken.

    Raises
    ------
    SyncError: the start's own error, also when the look after a lost answer fails.
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
