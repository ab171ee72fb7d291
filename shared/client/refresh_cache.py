"""Caches what expires and is refreshed at most once at a time, however many threads want it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from copy import copy
from typing import Generic, TypeVar

from shared.errors import DeadlineExceeded, SyncError

Value = TypeVar("Value")

MAX_ENTRIES = 1024
PAUSE_SECONDS = 30.0
"""After a refresh ahead of time failed, the next one is not tried for so long."""


class _Refresh(Generic[Value]):
    """One refresh in progress: its threads wait until ``done``."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.value: Value | None = None
        self.error: BaseException | None = None


class RefreshCache(Generic[Value]):
    """Values by key, each refreshed before it expires.

    Parameters
    ----------
    ahead_seconds: with less time left a value is refreshed, but still used if that fails.
    reserve_seconds: with less time left a value is not used any more.
    """

    def __init__(self, ahead_seconds: float, reserve_seconds: float) -> None:
        self._ahead = ahead_seconds
        self._reserve = reserve_seconds
        self._lock = threading.Lock()
        self._values: dict[Hashable, Value] = {}
        self._refreshes: dict[Hashable, _Refresh[Value]] = {}
        self._paused_until: dict[Hashable, float] = {}

    def get(
        self,
        key: Hashable,
        *,
        refresh: Callable[[float], Value],
        seconds_left: Callable[[Value], float],
        remaining: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> Value:
        """Return the value of a key, refreshed by one thread if that is due.

        Other threads use the old value meanwhile, or wait if it may not be used any more. The
        error of a failed refresh is raised in all of them and is not cached.

        Parameters
        ----------
        key: whose value.
        refresh: returns a new value; called with how long the old one can still be used, in
            seconds, 0 if it cannot.
        seconds_left: returns for how many seconds a value is valid.
        remaining: returns for how many seconds the caller can wait.
        monotonic: returns the time of a clock that never goes backwards.

        Raises
        ------
        SyncError: the refresh failed, and there is no value that may be used.
        DeadlineExceeded: another thread's refresh took longer than the caller can wait.
        """
        while True:
            with self._lock:
                value = self._values.get(key)
                left = 0.0 if value is None else seconds_left(value)
                if value is not None and left > self._ahead:
                    return value
                usable = value if left > self._reserve else None
                current = self._refreshes.get(key)
                if usable is not None and (
                    current is not None or monotonic() < self._paused_until.get(key, 0.0)
                ):
                    return usable
                if current is None:
                    own = self._refreshes[key] = _Refresh()
            if current is None:
                return self._lead(key, own, usable, refresh, seconds_left, monotonic)
            seconds = remaining()
            if seconds <= 0 or not current.done.wait(None if seconds == float("inf") else seconds):
                raise DeadlineExceeded(
                    "the time was up while another run of this process was getting the same keys",
                    hint="Run it again, or raise the function's timeout.",
                )
            if current.value is not None:
                return current.value
            # A run that ran out of time says nothing about how much there is for this one.
            if not isinstance(current.error, DeadlineExceeded):
                raise _own_copy(current.error)

    def discard(self, key: Hashable, is_refused: Callable[[Value], bool]) -> None:
        """Forget a value that is not accepted any more, unless it was replaced meanwhile."""
        with self._lock:
            value = self._values.get(key)
            if value is not None and is_refused(value):
                del self._values[key]

    def _lead(
        self,
        key: Hashable,
        own: _Refresh[Value],
        usable: Value | None,
        refresh: Callable[[float], Value],
        seconds_left: Callable[[Value], float],
        monotonic: Callable[[], float],
    ) -> Value:
        """Refresh a value for all threads that wait for it; parameters as in :meth:`get`."""
        try:
            own.value = refresh(0.0 if usable is None else seconds_left(usable) - self._reserve)
        except SyncError as error:
            own.error = copy(error)
            if usable is None or seconds_left(usable) <= self._reserve:
                raise
            own.value = usable
            with self._lock:
                self._paused_until[key] = monotonic() + PAUSE_SECONDS
        except BaseException as error:
            own.error = error
            raise
        else:
            with self._lock:
                self._paused_until.pop(key, None)
                self._values.pop(key, None)  # the newest is the last
                self._values[key] = own.value
                self._drop_oldest()
        finally:
            with self._lock:
                del self._refreshes[key]
            own.done.set()
        return own.value

    def _drop_oldest(self) -> None:
        while len(self._values) > MAX_ENTRIES:
            oldest = next(iter(self._values))
            del self._values[oldest]
            self._paused_until.pop(oldest, None)


def _own_copy(error: BaseException | None) -> BaseException:
    """Return an error for one more thread: what a run adds to its hint is its own."""
    return copy(error) if isinstance(error, SyncError) else RuntimeError("the refresh failed")
