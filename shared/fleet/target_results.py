"""Collects the results of the targets, and keeps them within a size.

Ten thousand results are more than a platform returns, and than a small function has memory for.
What does not need a person is shortened first, then counted only.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from shared.models.result import Result

WHOLE, SHORTENED, COUNTED, URGENT_SHORTENED = range(4)
"""How much of the results is kept: all; all but the data of those that need no one; only those that
need a person; of these only the start of long lists."""

KEPT_DATA = ("verified", "attention", "attention_count")
"""What is kept of the data of a shortened result."""

MAX_SHORT_LIST = 3
"""How many items of a list a shortened result has."""

FAILED = "failed"

Body = dict[str, Any]


class TargetResults:
    """The results of targets in their order, within a size; may be filled by several threads.

    Parameters
    ----------
    max_bytes: the maximum size of the results as JSON.

    Attributes
    ----------
    counts: how many targets have each status, those that are not kept included.
    attempts, provider_seconds: sums of all runs.
    attention_count: how many items need attention in all.
    retryable: whether a retry may help each target that failed.
    errors: category and hint -> how many targets failed with them.
    """

    def __init__(self, max_bytes: int) -> None:
        self.counts: dict[str, int] = {}
        self.attempts = 0
        self.provider_seconds = 0.0
        self.attention_count = 0
        self.retryable = True
        self.errors: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()
        self._max_bytes = max_bytes
        self._level = WHOLE
        self._bodies: dict[int, Body] = {}
        self._sizes: dict[int, int] = {}
        self._total = 0

    def __len__(self) -> int:
        return sum(self.counts.values())

    def add(self, number: int, result: Result, provider_seconds: float) -> None:
        """Add a target's result.

        Parameters
        ----------
        number: the target's place in the order.
        result: the result.
        provider_seconds: time that its run spent waiting for the provider.
        """
        with self._lock:
            self.counts[result.status] = self.counts.get(result.status, 0) + 1
            self.attempts += result.attempts
            self.provider_seconds += provider_seconds
            self.attention_count += attention_count(result.data)
            if result.error is not None:
                self.retryable = self.retryable and result.error.retryable
                key = (result.error.category, result.error.hint)
                self.errors[key] = self.errors.get(key, 0) + 1
            self._keep(number, result.as_dict())
            self._fit()

    def limit(self, max_bytes: int) -> None:
        """Keep the results within a smaller size from now on."""
        with self._lock:
            self._max_bytes = min(self._max_bytes, max_bytes)
            self._fit()

    def kept(self) -> list[Body]:
        """Return the results that are kept, in the order of the targets."""
        return [self._bodies[number] for number in sorted(self._bodies)]

    def numbers(self) -> Iterator[tuple[int, Body]]:
        """Yield each result that is kept with its target's place, in order."""
        for number in sorted(self._bodies):
            yield number, self._bodies[number]

    @property
    def left_out(self) -> int:
        """How many results are only counted."""
        return len(self) - len(self._bodies)

    @property
    def shortened(self) -> int:
        """How many of the kept results are shortened."""
        if self._level == WHOLE:
            return 0
        if self._level == URGENT_SHORTENED:
            return len(self._bodies)
        return sum(not needs_a_person(body) for body in self._bodies.values())

    def _keep(self, number: int, body: Body) -> None:
        kept = at_level(body, self._level)
        if kept is None:
            return
        size = json_size(kept)
        if self._level == URGENT_SHORTENED and self._total + size > self._max_bytes:
            return
        self._bodies[number] = kept
        self._sizes[number] = size
        self._total += size

    def _fit(self) -> None:
        while self._total > self._max_bytes and self._bodies:
            if self._level < URGENT_SHORTENED:
                self._level += 1
            bodies = dict(sorted(self._bodies.items()))
            self._bodies.clear()
            self._sizes.clear()
            self._total = 0
            for number, body in bodies.items():
                self._keep(number, body)


def at_level(body: Body, level: int) -> Body | None:
    """Return a result as a level keeps it, None if it is only counted."""
    if level == WHOLE:
        return body
    if needs_a_person(body):
        return shortened(body) if level == URGENT_SHORTENED else body
    return None if level >= COUNTED else shortened(body)


def shortened(body: Body) -> Body:
    """Return a result without its own data, and with the start of long lists."""
    data: Mapping[str, Any] = body["data"]
    kept = {key: data[key] for key in KEPT_DATA if key in data}
    if len(kept.get("attention", ())) > MAX_SHORT_LIST:
        kept["attention"] = list(kept["attention"][:MAX_SHORT_LIST])
    request_ids = body["provider_request_ids"][-MAX_SHORT_LIST:]
    return {**body, "data": kept, "provider_request_ids": request_ids}


def needs_a_person(body: Mapping[str, Any]) -> bool:
    """Return whether a target failed, or something there needs attention."""
    return body["status"] == FAILED or attention_count(body["data"]) > 0


def attention_count(data: Mapping[str, Any]) -> int:
    """Return how many items need attention in a target's data."""
    count = data.get("attention_count")
    return count if isinstance(count, int) else 0


def json_size(value: object) -> int:
    """Return the size of a value as JSON at the most, with the comma after it."""
    return len(json.dumps(value, default=str)) + len(", ")
