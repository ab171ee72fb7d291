"""Time, as something that can be passed in."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

EPOCH = date(1970, 1, 1)
MILLIS_PER_DAY = 86_400_000


class Clock:
    """The machine's clock; tests pass one of their own with the same members."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def rfc3339(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC with milliseconds."""
    if moment.tzinfo is not timezone.utc:
        moment = moment.astimezone(timezone.utc)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def start_times(clock: Clock) -> tuple[float, str]:
    """Return the monotonic start of a run and its time of day."""
    return clock.monotonic(), rfc3339(clock.now())


def rfc3339_from_millis(milliseconds: object) -> str | None:
    """Return a time in milliseconds since 1970 as RFC 3339, None where it is none."""
    if type(milliseconds) is not int or milliseconds <= 0:  # True is no time
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
    """Return the date so many days after the first of 1970; a list of servers has few of them.

    Raises
    ------
    OverflowError: the year has more than four digits.
    """
    return (EPOCH + timedelta(days=days)).isoformat()


class Deadline:
    """When a run must be over: the function's limit less a margin for the answer.

    Parameters
    ----------
    clock: what time is read from.
    timeout: seconds the function still has, None where nothing limits it.
    started_at: the monotonic time at which ``timeout`` was known; now when left out.
    reserve: the share of the timeout that is reserved for what comes after the run.
    set_by: the setting that set the limit; empty for the function's own timeout.
    reserved_for: what that share is reserved for.
    """

    __slots__ = ("_began", "_clock", "_end", "kept", "kept_for", "limit", "set_by")

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
        reserved_for: str = "the answer",
    ) -> None:
        self._clock = clock
        self._began = clock.monotonic() if started_at is None else started_at
        self.limit = timeout
        self.kept = reserve
        self.set_by = set_by
        self.kept_for = reserved_for
        self._end: float | None = None
        if timeout is not None:
            margin = max(self.MARGIN_SECONDS, timeout * self.MARGIN_SHARE) + timeout * reserve
            self._end = self._began + timeout - margin

    def remaining(self) -> float:
        """Return the seconds left; infinite without a limit, never negative."""
        if self._end is None:
            return float("inf")
        return max(0.0, self._end - self._clock.monotonic())

    def limited_to(self, seconds: float, set_by: str) -> Deadline:
        """Return a deadline at most so many seconds after this one's start.

        Parameters
        ----------
        seconds: how long whoever waits for the answer waits.
        set_by: the setting or the rule that limits it.
        """
        if self.limit is not None and self.limit <= seconds:
            return self
        return Deadline(
            self._clock,
            seconds,
            self._began,
            reserve=self.kept,
            set_by=set_by,
            reserved_for=self.kept_for,
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
            self.limit,
            self._began,
            reserve=share,
            set_by=self.set_by,
            reserved_for=purpose,
        )


def shifted(moment: datetime, offset: float) -> datetime:
    """Return a moment shifted by a clock offset in seconds."""
    return moment + timedelta(seconds=offset)
