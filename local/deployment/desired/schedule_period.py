"""How far apart the runs of a schedule are, where its text alone tells."""

from __future__ import annotations

import re

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
DAY = 86_400
EVERY_DAY = frozenset({"*", "?"})

_RATE = re.compile(r"(?:@every )?((?:[0-9]+[smhd])+)")
_PART = re.compile(r"([0-9]+)([smhd])")
_ZONE = re.compile(r"(?:CRON_)?TZ=\S+ ")
_RANGE = re.compile(r"(?:\*|([0-9]+)(?:-([0-9]+))?)(?:/([0-9]+))?")


def period_of(schedule: str) -> int | None:
    """Return the longest time in seconds between two runs; None if it cannot be told.

    A rate tells it, and so does a cron expression, with the seconds first and perhaps a year last,
    whose runs are the same every day.

    Parameters
    ----------
    schedule: a rate such as ``15m`` or ``@every 1h30m``, or a cron expression, perhaps after
        ``CRON_TZ=…``.
    """
    text = _ZONE.sub("", schedule.strip(), count=1)
    if rate := _RATE.fullmatch(text):
        parts = _PART.findall(rate[1])
        return sum(int(number) * SECONDS[unit] for number, unit in parts) or None
    fields = text.split()
    if len(fields) not in {6, 7} or not EVERY_DAY.issuperset(fields[3:]):
        return None
    second, minute, hour = (
        values_of(field, most) for field, most in zip(fields, (59, 59, 23), strict=False)
    )
    if not (second and minute and hour):
        return None
    times = sorted(h * 3600 + m * 60 + s for h in hour for m in minute for s in second)
    return max(
        after - before for before, after in zip(times, [*times[1:], times[0] + DAY], strict=True)
    )


def values_of(field: str, most: int) -> frozenset[int] | None:
    """Return the values of a field of a cron expression, from 0 to the largest; None for others."""
    found: set[int] = set()
    for part in field.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        first, last, step = match.groups()
        start = int(first or 0)
        # A step without an end goes to the largest value: 5/15 is 5, 20, 35, 50.
        end = int(last) if last else most if step or first is None else start
        if step == "0" or end > most or start > end:
            return None
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)
