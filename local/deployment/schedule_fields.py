"""The values in the fields of a cron expression, and the time zone that it names.

Only what no platform accepts is refused: a value outside its field's range, a step of 0, and a zone
that does not exist. The order of a range is left to the platform, some of which let it wrap around.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple
from zoneinfo import available_timezones

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

LEGACY_ZONE = "PRC"
"""A zone that is there only where the zone data has the older names too."""

NO_PLACE = ("Local", "UTC")
"""Names that Go's ``time.LoadLocation`` understands without zone data."""

_SPECIAL = re.compile(r"[0-9]*[LW#][LW0-9-]*", re.IGNORECASE)
_NAMED_SPECIAL = re.compile(r"[A-Z]{3}(?:L|#[0-9])", re.IGNORECASE)


class CronField(NamedTuple):
    """A field of a cron expression.

    Parameters
    ----------
    name: what it is called.
    first, last: the least and the greatest value.
    names: words that may be used for values.
    special: whether it may have ``L``, ``W`` and ``#``.
    """

    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    special: bool = False


SECOND = CronField("second", 0, 59)
MINUTE = CronField("minute", 0, 59)
HOUR = CronField("hour", 0, 23)
DAY = CronField("day", 1, 31)
MONTH = CronField("month", 1, 12, MONTHS)
# Some syntaxes count from Sunday, 0, and others to Sunday, 7.
WEEKDAY = CronField("weekday", 0, 7, WEEKDAYS)


def field_faults(texts: Sequence[str], fields: Sequence[CronField]) -> Iterator[str]:
    """Return what is wrong with the fields of a cron expression.

    Parameters
    ----------
    texts: the fields' texts.
    fields: what each of them is.
    """
    for text, field in zip(texts, fields, strict=True):
        for part in text.split(","):
            yield from _part_faults(part, field)


def zone_faults(name: str) -> Iterator[str]:
    """Return what is wrong with a time zone; nothing where this machine cannot tell.

    Parameters
    ----------
    name: the zone's name, e.g. ``Asia/Shanghai``.
    """
    known = _zones()
    # Some systems install the older names, which the platforms accept, in a package of their own.
    if LEGACY_ZONE in known and name not in known and name not in NO_PLACE:
        yield f"there is no time zone {name}"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _part_faults(part: str, field: CronField) -> Iterator[str]:
    values, slash, step = part.partition("/")
    if slash and not (step.isdecimal() and int(step) > 0):
        yield f"{field.name} {part} has a step that is not a number from 1"
    if field.special and (_SPECIAL.fullmatch(values) or _NAMED_SPECIAL.fullmatch(values)):
        return
    for value in values.split("-"):
        if value in {"", "*", "?"} or value.upper() in field.names:
            continue
        if not (value.isdecimal() and field.first <= int(value) <= field.last):
            words = f", or {field.names[0]} to {field.names[-1]}" if field.names else ""
            yield f"{field.name} {value} is not between {field.first} and {field.last}{words}"
