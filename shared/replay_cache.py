"""Which messages this process has taken before."""

from __future__ import annotations

import threading
from collections import OrderedDict

KEPT_SECONDS = 600
"""Twice the time that a message may be off, so none is forgotten while it could be taken."""

MOST = 10_000


class Replays:
    """Remembers the webhook ids that were taken, in this process only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, float] = OrderedDict()

    def is_new(self, name: str, now: float) -> bool:
        """Return whether an id was not taken before, and take it.

        Parameters
        ----------
        name: the webhook's id.
        now: seconds since 1970.
        """
        with self._lock:
            while self._seen:
                oldest, taken = next(iter(self._seen.items()))
                if now - taken <= KEPT_SECONDS and len(self._seen) < MOST:
                    break
                del self._seen[oldest]
            if name in self._seen:
                return False
            self._seen[name] = now
            return True

    def discard(self, name: str) -> None:
        """Forget an ID: the message may be delivered again."""
        with self._lock:
            self._seen.pop(name, None)
