"""How long to wait before the next attempt, and what a response asks for."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.client.retry import (
    BASE_SECONDS,
    CAP_SECONDS,
    MAX_RETRY_AFTER,
    backoff,
    clock_offset,
    http_date,
    retry_after_of,
)
from tests.support.api_client import response
from tests.support.clocks import EPOCH

CHANCES = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(st.integers(1, 50), CHANCES)
def test_the_jitter_is_full_and_its_cap_doubles_to_a_bound(attempt: int, chance: float) -> None:
    seconds = backoff(attempt, None, lambda: chance)
    assert seconds is not None
    assert 0 <= seconds <= min(CAP_SECONDS, BASE_SECONDS * 2 ** (attempt - 1))


def test_the_cap_is_twenty_seconds() -> None:
    assert backoff(50, None, lambda: 1.0) == 20


def test_the_cap_doubles() -> None:
    assert [backoff(n, None, lambda: 1.0) for n in (1, 2, 3)] == [0.5, 1.0, 2.0]


@given(st.integers(1, 10), CHANCES, st.floats(min_value=0, max_value=MAX_RETRY_AFTER))
def test_the_wait_is_never_shorter_than_retry_after(
    attempt: int, chance: float, retry_after: float
) -> None:
    seconds = backoff(attempt, retry_after, lambda: chance)
    assert seconds is not None
    assert retry_after <= seconds <= retry_after + CAP_SECONDS


def test_a_retry_after_of_more_than_a_minute_is_not_waited_for() -> None:
    assert backoff(1, 60.0, lambda: 0.5) == 60.25
    assert backoff(1, 60.001, lambda: 0.5) is None


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("7", 7), (" 120 ", 120)])
def test_retry_after_is_seconds(text: str, seconds: float) -> None:
    assert retry_after_of(response(503, retry_after=text), EPOCH) == seconds


def test_retry_after_is_a_date() -> None:
    date = format_datetime(EPOCH + timedelta(seconds=30), usegmt=True)
    assert retry_after_of(response(503, retry_after=date), EPOCH) == 30


def test_retry_after_in_the_past_means_now() -> None:
    date = format_datetime(EPOCH - timedelta(hours=1), usegmt=True)
    assert retry_after_of(response(503, retry_after=date), EPOCH) == 0


def test_the_retry_after_of_alibaba_is_milliseconds() -> None:
    assert retry_after_of(response(429, x_acs_retry_after="1500"), EPOCH) == 1.5


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5e3", "٣", "Wed, 99 Foo 2026"])
def test_an_unreadable_retry_after_is_ignored(text: str) -> None:
    assert retry_after_of(response(503, retry_after=text), EPOCH) is None


def test_a_response_without_retry_after_has_none() -> None:
    assert retry_after_of(response(503), EPOCH) is None


@given(st.text(max_size=40))
def test_no_header_breaks_the_parser(text: str) -> None:
    seconds = retry_after_of(response(503, retry_after=text, x_acs_retry_after=text), EPOCH)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize("seconds", [-3600, -1, 0, 1, 86400])
def test_the_clocks_offset_is_the_servers_date_less_ours(seconds: int) -> None:
    date = format_datetime(EPOCH + timedelta(seconds=seconds), usegmt=True)
    assert clock_offset(response(403, date=date), EPOCH) == seconds


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000"])
def test_a_date_without_an_offset_is_in_utc(zone: str) -> None:
    date = f"{EPOCH:%a, %d %b %Y %H:%M:%S} {zone}"
    assert clock_offset(response(403, date=date), EPOCH) == 0


def test_a_date_with_an_offset_is_read_with_it() -> None:
    date = f"{EPOCH:%a, %d %b %Y %H:%M:%S} +0800"
    assert clock_offset(response(403, date=date), EPOCH) == -8 * 3600


@pytest.mark.parametrize("sign", [-1, 1])
def test_an_offset_of_more_than_a_year_is_not_believed(sign: int) -> None:
    year = timedelta(days=366)
    date = format_datetime(EPOCH + sign * year, usegmt=True)
    assert clock_offset(response(403, date=date), EPOCH) == sign * year.total_seconds()
    date = format_datetime(EPOCH + sign * (year + timedelta(seconds=1)), usegmt=True)
    assert clock_offset(response(403, date=date), EPOCH) is None


def test_without_a_date_there_is_no_offset() -> None:
    assert clock_offset(response(403), EPOCH) is None


@pytest.mark.parametrize("text", ["", "yesterday", "0"])
def test_without_a_readable_date_there_is_no_offset(text: str) -> None:
    assert clock_offset(response(403, date=text), EPOCH) is None


@pytest.mark.parametrize(
    "text",
    [
        "Sat, 21 Nov 2026 12:00:00 GMT",
        "Sat, 21 Nov 2026 12:00:00",
        "Sat, 21 Nov 2026 12:00:00 -0000",
        "Sat, 21 Nov 2026 20:00:00 +0800",
    ],
)
def test_a_date_is_in_utc_whatever_its_zone(text: str) -> None:
    date = http_date(text)
    assert date == datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
    assert date.tzinfo is timezone.utc
