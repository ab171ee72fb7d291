"""When a call may be retried, and how long to wait before the retry."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone

from shared.errors import BadResponse, SyncError, Throttled, TransportError, Unavailable
from shared.models.flow import ApiCall
from shared.models.http import Response

ATTEMPTS = 4
"""The maximum number of attempts for one call, including the first."""

OPTIONAL_ATTEMPTS = 2
OPTIONAL_SHARE = 0.25
"""The same for an optional call, and the share of the time left that it may take."""

BASE_SECONDS = 0.5
CAP_SECONDS = 20.0
MAX_RETRY_AFTER = 60.0
"""In seconds. If a provider asks for a longer wait, the run fails and the next run retries."""

MAX_CLOCK_OFFSET = 366 * 24 * 3600.0
"""In seconds; a server's clock that is further off is wrong itself."""


def should_retry(call: ApiCall, error: SyncError, unknown_outcomes: int) -> bool:
    """Return whether the API client may retry a call after an error.

    Parameters
    ----------
    call: the call that failed; its ``on_unknown_outcome`` and
        ``on_connection_error`` decide.
    error: how it failed.
    unknown_outcomes: how many earlier attempts got no response, by a timeout too, so that they
        may have been processed.
    """
    if not error.retryable:
        return False
    if isinstance(error, Throttled):
        return True
    if not isinstance(error, TransportError | Unavailable):
        return False
    if not error.outcome_unknown:
        return not isinstance(error, BadResponse)
    rule = call.on_unknown_outcome
    is_broken = isinstance(error, TransportError) and error.category != "timeout"
    if is_broken and call.on_connection_error is not None:
        if call.on_connection_error == "retry_once":
            return unknown_outcomes == 0
        rule = call.on_connection_error
    return rule == "retry"


def backoff(attempt: int, retry_after: float | None, random: Callable[[], float]) -> float | None:
    """Return the seconds to wait before the next attempt, None if the wait would be too long.

    Exponential backoff with full jitter, and never less than the provider asked for.

    Parameters
    ----------
    attempt: how many attempts were made, at least 1.
    retry_after: seconds that the provider asked to wait, None if it did not.
    random: returns a number from 0 to 1.
    """
    jitter = random() * min(CAP_SECONDS, BASE_SECONDS * 2.0 ** (attempt - 1))
    if retry_after is None:
        return jitter
    if retry_after > MAX_RETRY_AFTER:
        return None
    return retry_after + jitter


def retry_after_of(response: Response, now: datetime) -> float | None:
    """Return the seconds that a response asks to wait, None if it does not.

    ``Retry-After`` is seconds or a date (RFC 9110, 10.2.3); ``x-acs-retry-after`` is
    milliseconds (inferred from Alibaba's SDK).
    """
    milliseconds = response.headers.get("x-acs-retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,12}", milliseconds):
        return int(milliseconds) / 1000
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return float(text)
    date = http_date(text)
    return None if date is None else max(0.0, (date - now).total_seconds())


def clock_offset(response: Response, now: datetime) -> float | None:
    """Return how many seconds the server's clock is ahead, according to the ``Date`` header."""
    date = http_date(response.headers.get("date", ""))
    if date is None:
        return None
    offset = (date - now).total_seconds()
    return offset if abs(offset) <= MAX_CLOCK_OFFSET else None


def http_date(text: str) -> datetime | None:
    """Return an HTTP date in UTC, None if it is not valid."""
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text)
        if date.tzinfo is None:
            return date.replace(tzinfo=timezone.utc)
        return date.astimezone(timezone.utc)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
