"""A limit on requests per second, shared by all runs of one process."""

from __future__ import annotations

import threading
from collections import deque

WINDOW_SECONDS = 1.0


class RateLimit:
    """Counts requests in a sliding window of one second, separately for each key.

    Parallel functions are separate processes and do not share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: dict[str, deque[float]] = {}

    def reserve(self, key: str, most: int, now: float) -> float:
        """Reserve one request and return the seconds to wait before sending it.

        Parameters
        ----------
        key: what is limited, e.g. service and identity.
        most: requests per second.
        now: monotonic seconds.
        """
        with self._lock:
            sent = self._sent.setdefault(key, deque(maxlen=most))
            place = now if len(sent) < most else max(now, sent[0] + WINDOW_SECONDS)
            sent.append(place)
            return place - now
