"""EventBridge Scheduler's schedules: whether one is valid, and how long it is silent.

Source: <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html>.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

WANTED = (
    "EventBridge Scheduler wants rate(5 minutes), or cron(minute hour day month weekday year) with "
    "? for the day or the weekday: cron(10 2 * * ? *) is 02:10 every day"
)

MINUTES_OF = {"minute": 1, "hour": 60, "day": 1440}
RATE = re.compile(r"rate\(([1-9][0-9]{0,5}) (minute|hour|day)(s?)\)")
CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
STEP = re.compile(r"(?P<first>\*|[0-9A-Z]+)(?:-(?P<last>[0-9A-Z]+))?(?:/(?P<step>[0-9]+))?")

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

FIRST_DAY = date(2028, 1, 1)
DAYS = 4 * 366
"""Four years from a leap year on have every kind of month."""


class Range(NamedTuple):
    """The values of a field of a cron expression.

    Parameters
    ----------
    first, last: the least and the greatest.
    names: words for the values from ``first`` on.
    """

    first: int
    last: int
    names: tuple[str, ...] = ()


MINUTE, HOUR, DAY = Range(0, 59), Range(0, 23), Range(1, 31)
MONTH, WEEKDAY, YEAR = Range(1, 12, MONTHS), Range(1, 7, WEEKDAYS), Range(1970, 2199)


def longest_gap(schedule: str) -> int:
    """Return the longest time between two firings, in minutes.

    A change to or from summer time is not counted, and a year in a cron expression neither.

    Parameters
    ----------
    schedule: in the syntax of EventBridge Scheduler.

    Raises
    ------
    ValueError: it is not valid, or fires once or never.
    """
    if rate := RATE.fullmatch(schedule):
        number, unit, plural = int(rate[1]), rate[2], bool(rate[3])
        if plural == (number == 1):
            raise ValueError(WANTED)
        return number * MINUTES_OF[unit]
    cron = CRON.fullmatch(schedule)
    if cron is None:
        raise ValueError(WANTED)
    minute, hour, day, month, weekday, year = cron.groups()
    if (day == "?") == (weekday == "?"):
        raise ValueError(WANTED)
    values(year, YEAR)
    times = [60 * each + m for each in values(hour, HOUR) for m in values(minute, MINUTE)]
    months = set(values(month, MONTH))
    fired = [
        1440 * number + time
        for number in range(DAYS)
        if (today := FIRST_DAY + timedelta(number)).month in months
        and (is_day(day, today) if weekday == "?" else is_weekday(weekday, today))
        for time in times
    ]
    if len(fired) < 2:
        raise ValueError(WANTED)
    return max(after - before for before, after in pairwise(fired))


def values(field: str, range_: Range) -> list[int]:
    """Return the values of a field that has only lists, ranges and steps.

    Raises
    ------
    ValueError: it is not valid.
    """
    found: set[int] = set()
    for part in field.split(","):
        match = STEP.fullmatch(part)
        if match is None:
            raise ValueError(WANTED)
        step = int(match["step"] or 1)
        everything = match["first"] == "*"
        first = range_.first if everything else value(match["first"], range_)
        last = range_.last if everything or match["step"] else first
        if match["last"]:
            last = value(match["last"], range_)
        if first > last or step < 1 or (everything and match["last"]):
            raise ValueError(WANTED)
        found.update(range(first, last + 1, step))
    return sorted(found)


def value(word: str, range_: Range) -> int:
    """Return one value of a field; raises ``ValueError`` if it is none."""
    if word in range_.names:
        return range_.first + range_.names.index(word)
    number = int(word) if word.isdigit() else -1
    if not range_.first <= number <= range_.last:
        raise ValueError(WANTED)
    return number


def is_day(field: str, today: date) -> bool:
    """Return whether a field of days of the month has a day; ``L`` and ``W`` are understood."""
    last = monthrange(today.year, today.month)[1]
    if field == "L":
        return today.day == last
    if field == "LW":
        return today == nearest_working_day(today.replace(day=last))
    if field.endswith("W"):
        wanted = value(field[:-1], DAY)
        return wanted <= last and today == nearest_working_day(today.replace(day=wanted))
    return today.day in values(field, DAY)


def nearest_working_day(day: date) -> date:
    """Return the day from Monday to Friday that is nearest to a day in the same month."""
    if day.weekday() == 5:
        return day - timedelta(1) if day.day > 1 else day + timedelta(2)
    if day.weekday() == 6:
        last = monthrange(day.year, day.month)[1]
        return day + timedelta(1) if day.day < last else day - timedelta(2)
    return day


def is_weekday(field: str, today: date) -> bool:
    """Return whether a field of weekdays has a day; ``L`` and ``#`` are understood."""
    number = today.isoweekday() % 7 + 1
    if field == "L":
        return number == 7
    if field.endswith("L"):
        last = monthrange(today.year, today.month)[1]
        return number == value(field[:-1], WEEKDAY) and today.day > last - 7
    name, is_counted, count = field.partition("#")
    if is_counted:
        if not count.isdigit() or not 1 <= int(count) <= 5:
            raise ValueError(WANTED)
        return number == value(name, WEEKDAY) and (today.day - 1) // 7 + 1 == int(count)
    return number in values(field, WEEKDAY)
