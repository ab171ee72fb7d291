"""The clock, the formats of times, and the deadline of a run."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

EPOCH = date(1970, 1, 1)
MILLIS_PER_DAY = 86_400_000

INFINITY = float("inf")

MIN_REQUEST_SECONDS = 0.2
"""With less time left no request is sent: no response could arrive in time."""


class Clock:
    """The system clock; tests replace it with a fake that has the same methods."""

    def now(self) -> datetime:
        """Return the current time in UTC, timezone-aware."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Return the seconds of a clock that never goes backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)


def rfc3339(moment: datetime) -> str:
    """Return a timezone-aware time as RFC 3339 in UTC with milliseconds."""
    if moment.tzinfo is not timezone.utc:
        moment = moment.astimezone(timezone.utc)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def start_times(clock: Clock) -> tuple[float, str]:
    """Return the current time twice: in monotonic seconds and as RFC 3339."""
    return clock.monotonic(), rfc3339(clock.now())


def rfc3339_from_millis(milliseconds: object) -> str | None:
    """Return a time in milliseconds since 1970 as RFC 3339, None for any other value."""
    if type(milliseconds) is not int or milliseconds <= 0:  # True is an int too
        return None
    days, rest = divmod(milliseconds, MILLIS_PER_DAY)
    try:
        day = _date_of_day(days)
    except OverflowError:
        return None
    return "%sT%02d:%02d:%02d.%03dZ" % (  # noqa: UP031 - an f-string is slower
        day,
        rest // 3_600_000,
        rest // 60_000 % 60,
        rest // 1000 % 60,
        rest % 1000,
    )


@lru_cache(maxsize=64)
def _date_of_day(days: int) -> str:
    """Return the date that is this many days after 1970-01-01; cached, since dates repeat.

    Raises
    ------
    OverflowError: the year has more than four digits.
    """
    return (EPOCH + timedelta(days=days)).isoformat()


class Deadline:
    """When a run must be over: the function's timeout, less a margin for the response.

    Parameters
    ----------
    clock: the source of the time.
    timeout: the seconds left at ``started_at``; None, infinity or NaN for no limit.
    started_at: monotonic seconds; None for now.
    reserve: the share of the timeout that is reserved for what comes after the run.
    set_by: the setting that set the timeout; empty for the function's own timeout.
    reserved_for: what that share is reserved for.
    """

    __slots__ = ("_clock", "_end", "_started_at", "reserve", "reserved_for", "set_by", "timeout")

    MARGIN_SECONDS = 0.5
    MARGIN_SHARE = 0.05

    def __init__(
        self,
        clock: Clock,
        timeout: float | None,
        started_at: float | None = None,
        *,
        reserve: float = 0.0,
        set_by: str = "",
        reserved_for: str = "the response",
    ) -> None:
        self._clock = clock
        self._started_at = clock.monotonic() if started_at is None else started_at
        # NaN is not less than infinity either.
        self.timeout = timeout = timeout if timeout is None or timeout < INFINITY else None
        self.reserve = reserve
        self.set_by = set_by
        self.reserved_for = reserved_for
        self._end: float | None = None
        if timeout is not None:
            margin = max(self.MARGIN_SECONDS, timeout * self.MARGIN_SHARE) + timeout * reserve
            self._end = self._started_at + timeout - margin

    def remaining(self) -> float:
        """Return the seconds left; infinite without a limit, never negative."""
        if self._end is None:
            return INFINITY
        return max(0.0, self._end - self._clock.monotonic())

    def limited_to(self, seconds: float, set_by: str) -> Deadline:
        """Return this deadline, or one that is this many seconds after its start if earlier.

        Parameters
        ----------
        seconds: how long the caller waits for the response.
        set_by: the setting or the rule that limits it.
        """
        if self.timeout is not None and self.timeout <= seconds:
            return self
        return Deadline(
            self._clock,
            seconds,
            self._started_at,
            reserve=self.reserve,
            set_by=set_by,
            reserved_for=self.reserved_for,
        )

    def reserving(self, share: float, purpose: str) -> Deadline:
        """Return a deadline that leaves a share of the time for what comes after the run.

        Parameters
        ----------
        share: of the limit, from 0 to 1.
        purpose: what it is reserved for.
        """
        return Deadline(
            self._clock,
            self.timeout,
            self._started_at,
            reserve=share,
            set_by=self.set_by,
            reserved_for=purpose,
        )


def shifted(moment: datetime, offset: float) -> datetime:
    """Return a time shifted by a clock offset in seconds."""
    return moment + timedelta(seconds=offset)
