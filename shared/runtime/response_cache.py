"""Caches responses that rarely change, for the life of the process."""

from __future__ import annotations

import threading

from shared.models.flow import ApiResponse

MAX_CACHED_RESPONSES = 256
"""The cache keys contain the access key ID, and a role's keys change every few hours."""


class ResponseCache:
    """Responses that are cached for the life of the process, e.g. the project of a region.

    The oldest is dropped when the cache is full.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._responses: dict[tuple[object, ...], ApiResponse] = {}

    def get(self, key: tuple[object, ...]) -> ApiResponse | None:
        """Return a cached response, or None."""
        return self._responses.get(key)

    def put(self, key: tuple[object, ...], response: ApiResponse) -> None:
        """Cache a response."""
        with self._lock:
            while len(self._responses) >= MAX_CACHED_RESPONSES and key not in self._responses:
                self._responses.pop(next(iter(self._responses)), None)
            self._responses[key] = response
