"""Polling with growing intervals, and starting work at a provider exactly once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from shared.errors import SyncError, Unavailable
from shared.models.flow import ApiCall, ApiResponse, Flow, call_api, sleep

FIRST_INTERVAL_SECONDS = 1.0
MAX_INTERVAL_SECONDS = 5.0
GROWTH = 1.5
MAX_STARTS = 3
"""Maximum number of attempts if no response arrives and the start had no effect each time."""

MAX_START_WAIT_SECONDS = 60.0
"""Maximum seconds to wait for an unavailable provider between the starts."""

T = TypeVar("T")


def poll_until(
    fetch: Callable[[], Flow[T]], is_done: Callable[[T], bool], max_seconds: float
) -> Flow[T]:
    """Poll until the work is done or the time is up; return the last state.

    Parameters
    ----------
    fetch: reads the state once.
    is_done: returns whether a state ends the polling.
    max_seconds: maximum seconds to wait in total; 0 reads the state once.
    """
    found = yield from fetch()
    wait = FIRST_INTERVAL_SECONDS
    while not is_done(found) and (yield from sleep(wait, max_seconds)):
        found = yield from fetch()
        wait = min(wait * GROWTH, MAX_INTERVAL_SECONDS)
    return found


def start_once(
    call: ApiCall, fetch: Callable[[], Flow[T]], took_effect: Callable[[T], bool]
) -> Flow[ApiResponse | None]:
    """Send a start request; if its outcome is unknown, read the state before sending it again.

    After such an outcome, the state is also read if the next request is rejected: the provider may
    reject it because the first one has shown its effect by then.

    Parameters
    ----------
    call: the start request; its ``on_unknown_outcome`` is ``raise``.
    fetch: reads the provider's state once.
    took_effect: returns whether a state shows that the start had its effect.

    Returns
    -------
    The response, or None if only the state shows that the start was accepted.

    Raises
    ------
    SyncError: the error of the start request, also if reading the state fails. If an earlier
        start may have been processed, its ``after_unknown_outcome`` and ``is_unconfirmed_write``
        are true.
    """
    unconfirmed: SyncError | None = None
    for attempt in range(1, MAX_STARTS + 1):
        try:
            return (yield from call_api(call))
        except SyncError as error:
            if unconfirmed is not None:
                error.follow_unconfirmed(unconfirmed)
            elif not error.outcome_unknown:
                raise
            try:
                found = yield from fetch()
            except SyncError:
                raise error from None
            if took_effect(found):
                return None
            if not error.outcome_unknown or attempt == MAX_STARTS:
                raise
            if not (yield from wait_before_start(error)):
                raise
            unconfirmed = error
    raise AssertionError


def wait_before_start(error: SyncError) -> Flow[bool]:
    """Wait as long as an unavailable provider asks, or a second; return False if that is too long.

    Parameters
    ----------
    error: why the start has to be sent again.
    """
    if not isinstance(error, Unavailable):
        return True
    return (yield from sleep(error.retry_after or FIRST_INTERVAL_SECONDS, MAX_START_WAIT_SECONDS))
