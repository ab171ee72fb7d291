"""A limit on requests per second, shared by all runs of one process."""

from __future__ import annotations

import threading
from collections import deque

WINDOW_SECONDS = 1.0

POLL_SECONDS = 0.05
"""How long to wait for the response to an earlier request, before looking for it again."""

RESOLUTION = 1e-6
"""In seconds; a shorter wait is none."""

MAX_KEYS = 256
"""Above it, keys without recent requests are dropped: role credentials change every few hours."""


class Slot:
    """The permission to send one request; what has begun must be finished.

    Parameters
    ----------
    time: monotonic seconds at which it may be sent at the earliest.
    slots: those of the same key.
    """

    __slots__ = ("_slots", "finished", "time")

    def __init__(self, time: float, slots: _Slots) -> None:
        self.time = time
        self._slots = slots
        self.finished: float | None = None

    def begin(self, now: float) -> float:
        """Return 0 if the request is to be sent now, else the seconds to wait before asking again.

        A provider counts a request when it arrives, which is known from its response only: one
        that was slow to connect must not meet later ones within the same second.
        """
        wait = self.time - now
        return wait if wait > RESOLUTION else self._slots.begin(self, now)

    def finish(self, now: float) -> None:
        """Say that the response was received, or that there will be none."""
        self.finished = now


class _Slots:
    """The slots of a key.

    Parameters
    ----------
    count, window: how many requests may be sent in so many seconds.
    """

    def __init__(self, count: int, window: float) -> None:
        self._lock = threading.Lock()
        self._count = count
        self._window = window
        self._reserved: deque[float] = deque(maxlen=count)
        self._begun: list[Slot] = []

    def reserve(self, now: float, max_wait: float | None) -> Slot | None:
        """Return a slot; parameters as in :meth:`RateLimiter.acquire`."""
        with self._lock:
            reserved = self._reserved
            is_free = len(reserved) < self._count
            time = now if is_free else max(now, reserved[0] + self._window)
            if max_wait is not None and time - now >= max_wait:
                return None
            reserved.append(time)
            return Slot(time, self)

    def begin(self, slot: Slot, now: float) -> float:
        """Begin a slot if few enough others count at this time; see :meth:`Slot.begin`."""
        with self._lock:
            ends = [(each, self._wait_for(each, now)) for each in self._begun]
            counting = [(each, wait) for each, wait in ends if wait > RESOLUTION]
            self._begun = [each for each, _ in counting]
            if len(counting) < self._count:
                self._begun.append(slot)
                return 0.0
            return min(wait for _, wait in counting)

    def _wait_for(self, slot: Slot, now: float) -> float:
        return POLL_SECONDS if slot.finished is None else slot.finished + self._window - now

    def is_over(self, now: float) -> bool:
        """Return whether no request counts any more."""
        return not self._reserved or now - self._reserved[-1] >= self._window


class RateLimiter:
    """Counts requests in a sliding window, separately for each key.

    The window is one second, or longer for a limit below one request per second.
    Parallel functions are separate processes and do not share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[str, _Slots] = {}

    def acquire(
        self, key: str, per_second: float, now: float, max_wait: float | None = None
    ) -> Slot | None:
        """Reserve a slot for one request.

        Parameters
        ----------
        key: identifies what is limited, e.g. a service and an identity, always with the same limit.
        per_second: requests per second; more than one are rounded down to a whole number.
        now: monotonic seconds.
        max_wait: seconds; if the wait would be this long, nothing is reserved and None is
            returned.
        """
        with self._lock:
            slots = self._keys.get(key)
            if slots is None:
                self._forget_old(now)
                window = WINDOW_SECONDS if per_second >= 1 else WINDOW_SECONDS / per_second
                slots = self._keys[key] = _Slots(max(1, int(per_second)), window)
        return slots.reserve(now, max_wait)

    def _forget_old(self, now: float) -> None:
        if len(self._keys) < MAX_KEYS:
            return
        for key, slots in list(self._keys.items()):
            if slots.is_over(now):
                del self._keys[key]
