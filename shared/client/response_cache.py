"""Responses that are cached for the life of the process, e.g. which project a region has."""

from __future__ import annotations

from shared.models.steps import Answer

MAX_ENTRIES = 256
"""Keys contain the access key ID, and the keys of a role change every few hours."""


class ResponseCache:
    """Caches responses; the oldest is dropped when the cache is full."""

    def __init__(self) -> None:
        self._answers: dict[tuple[object, ...], Answer] = {}

    def get(self, key: tuple[object, ...]) -> Answer | None:
        """Return a cached response, or None."""
        return self._answers.get(key)

    def put(self, key: tuple[object, ...], answer: Answer) -> None:
        """Cache a response."""
        while len(self._answers) >= MAX_ENTRIES and key not in self._answers:
            self._answers.pop(next(iter(self._answers)), None)
        self._answers[key] = answer
