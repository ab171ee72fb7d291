"""Clocks for tests that must not wait."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

from shared.clock import Clock

EPOCH = datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone.utc)


class FakeClock(Clock):
    """A clock that moves only when something sleeps or time is spent."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.seconds - 1000.0)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.seconds += seconds

    def spend(self, seconds: float) -> None:
        """Let time pass without sleeping: a response took that long."""
        self.seconds += seconds


class FastClock(Clock):
    """The real clock, but sleeping takes a hundredth of the time."""

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / 100)


class SkippingClock(Clock):
    """The real time of day; a sleep takes no time, but counts as the time that was asked for."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.skipped

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds
