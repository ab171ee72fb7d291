"""Detects messages that this process has already accepted."""

from __future__ import annotations

import threading
from collections import OrderedDict

TTL_SECONDS = 600
"""Twice the maximum age of a message, so that no ID expires while its message is still valid."""

MAX_IDS = 10_000
"""Above it the oldest ID is dropped, so that memory stays bounded."""


class ReplayCache:
    """Remembers the IDs of accepted messages, in this process only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, float] = OrderedDict()

    def add_if_new(self, message_id: str, now: float) -> bool:
        """Add an ID and return whether it was new.

        Parameters
        ----------
        message_id: e.g. a webhook's ``webhook-id``.
        now: seconds since 1970.
        """
        with self._lock:
            while self._seen:
                oldest, added = next(iter(self._seen.items()))
                if now - added <= TTL_SECONDS and len(self._seen) < MAX_IDS:
                    break
                del self._seen[oldest]
            if message_id in self._seen:
                return False
            self._seen[message_id] = now
            return True

    def discard(self, message_id: str) -> None:
        """Forget an ID, so that the message may be delivered again."""
        with self._lock:
            self._seen.pop(message_id, None)
