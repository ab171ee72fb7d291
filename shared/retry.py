"""When a call may be tried again, and how long to wait before it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone

from shared.errors import BadResponse, SyncError, Throttled, Unavailable, WireError
from shared.models.steps import Call
from shared.models.wire import Response

ATTEMPTS = 4
"""How often one call is tried at the most, the first time included."""

BASE_SECONDS = 0.5
CAP_SECONDS = 20.0
LONGEST_ASKED_SECONDS = 60.0
"""A provider that asks for a longer wait is not waited for: the next run is the retry."""


def may_repeat(call: Call, error: SyncError, resets: int) -> bool:
    """Return whether the driver may send a call again by itself after an error.

    Parameters
    ----------
    call: the call that failed; its ``on_lost`` and ``on_reset`` decide about lost answers.
    error: how it failed.
    resets: how many of its answers were lost before, this one not counted.
    """
    if not error.retryable:
        return False
    if isinstance(error, Throttled | Unavailable):
        return True
    if not isinstance(error, WireError):
        return False
    if not error.lost:
        return not isinstance(error, BadResponse)
    rule = call.on_lost
    if error.category != "timeout" and call.on_reset is not None:
        if call.on_reset == "once":
            return resets == 0
        rule = call.on_reset
    return rule == "repeat"


def delay(attempt: int, asked: float | None, random: Callable[[], float]) -> float | None:
    """Return the seconds to wait before the next attempt, None when it is not worth waiting.

    Full jitter over a doubling cap; what the provider asked for is the least.

    Parameters
    ----------
    attempt: how many attempts were made, at least 1.
    asked: seconds the provider asked for, None if it did not.
    random: a number from 0 to 1.
    """
    jitter = random() * min(CAP_SECONDS, BASE_SECONDS * 2.0 ** (attempt - 1))
    if asked is None:
        return jitter
    if asked > LONGEST_ASKED_SECONDS:
        return None
    return asked + jitter


def asked_to_wait(response: Response, now: datetime) -> float | None:
    """Return the seconds that a response asks to wait for, None if it does not.

    ``Retry-After`` is seconds or a date (RFC 9110, 10.2.3); ``x-acs-retry-after`` is
    milliseconds (inferred from Alibaba's SDK).
    """
    milliseconds = response.headers.get("x-acs-retry-after", "")
    if milliseconds.isascii() and milliseconds.isdigit():
        return int(milliseconds) / 1000
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return float(text)
    moment = http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def clock_offset(response: Response, now: datetime) -> float | None:
    """Return how many seconds the server's clock is ahead of ours, by its ``Date``."""
    moment = http_date(response.headers.get("date", ""))
    return None if moment is None else (moment - now).total_seconds()


def http_date(text: str) -> datetime | None:
    """Return an HTTP date as an aware moment, None if it is none."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
