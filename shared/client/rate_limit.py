"""A limit on requests per second, shared by all runs of one process."""

from __future__ import annotations

import threading
from collections import deque

WINDOW_SECONDS = 1.0

MAX_KEYS = 256
"""Above it, keys without recent requests are dropped: role credentials change every few hours."""


class RateLimiter:
    """Counts requests in a sliding window of one second, separately for each key.

    Parallel functions are separate processes and do not share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {}

    def acquire(
        self, key: str, per_second: int, now: float, max_wait: float | None = None
    ) -> float | None:
        """Reserve one request and return the seconds to wait before sending it.

        Parameters
        ----------
        key: identifies what is limited, e.g. a service and an identity.
        per_second: requests per second.
        now: monotonic seconds.
        max_wait: seconds; if the wait would be this long, nothing is reserved and None is
            returned.
        """
        with self._lock:
            times = self._times.get(key)
            if times is None:
                self._forget_old(now)
                times = self._times[key] = deque(maxlen=per_second)
            time = now if len(times) < per_second else max(now, times[0] + WINDOW_SECONDS)
            if max_wait is not None and time - now >= max_wait:
                return None
            times.append(time)
            return time - now

    def _forget_old(self, now: float) -> None:
        if len(self._times) < MAX_KEYS:
            return
        for key, times in list(self._times.items()):
            if not times or now - times[-1] >= WINDOW_SECONDS:
                del self._times[key]
