"""At most a fixed number of requests in any second."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.client.rate_limit import MAX_KEYS, POLL_SECONDS, RateLimiter, Slot

GAPS = st.lists(st.floats(min_value=0, max_value=2), min_size=1, max_size=120)
MOST = 20


def acquire(limit: RateLimiter, key: str, per_second: float, now: float) -> float:
    slot = limit.acquire(key, per_second, now)
    assert slot is not None
    return slot.time - now


def acquired_times(limit: RateLimiter, gaps: Sequence[float], per_second: int) -> list[float]:
    """The times of the requests of a caller that waits as long as it must."""
    now = 100.0
    moments: list[float] = []
    for gap in gaps:
        now += gap
        now += acquire(limit, "cwp", per_second, now)
        moments.append(now)
    return moments


@given(GAPS)
def test_no_second_ever_holds_more_than_twenty(gaps: list[float]) -> None:
    moments = acquired_times(RateLimiter(), gaps, MOST)
    for first, later in zip(moments, moments[MOST:], strict=False):
        assert later - first >= 1 - 1e-6


@given(st.lists(st.floats(min_value=0, max_value=0.2), min_size=1, max_size=80))
def test_requests_in_parallel_are_spread_too(gaps: list[float]) -> None:
    limit, now, moments = RateLimiter(), 100.0, []
    for gap in gaps:
        now += gap
        moments.append(now + acquire(limit, "cwp", MOST, now))
    assert moments == sorted(moments)
    for first, later in zip(moments, moments[MOST:], strict=False):
        assert later - first >= 1 - 1e-6


@given(GAPS)
def test_a_wait_is_never_negative_nor_longer_than_a_second_for_one_caller(
    gaps: list[float],
) -> None:
    limit, now = RateLimiter(), 100.0
    for gap in gaps:
        now += gap
        wait = acquire(limit, "cwp", MOST, now)
        assert 0 <= wait <= 1 + 1e-6
        now += wait


def test_twenty_at_once_do_not_wait_and_the_next_one_does() -> None:
    limit = RateLimiter()
    assert [acquire(limit, "cwp", MOST, 5.0) for _ in range(20)] == [0.0] * 20
    assert acquire(limit, "cwp", MOST, 5.0) == 1.0


def test_each_key_is_limited_by_itself() -> None:
    limit = RateLimiter()
    for _ in range(20):
        acquire(limit, "one", MOST, 5.0)
    assert acquire(limit, "other", MOST, 5.0) == 0


def test_a_request_that_cannot_wait_uses_no_slot() -> None:
    limit = RateLimiter()
    for _ in range(20):
        acquire(limit, "cwp", MOST, 5.0)
    assert [limit.acquire("cwp", MOST, 5.0, max_wait=0.5) for _ in range(60)] == [None] * 60
    assert limit.acquire("cwp", MOST, 5.0, max_wait=1.0) is None
    slot = limit.acquire("cwp", MOST, 5.0, max_wait=1.5)
    assert slot is not None
    assert slot.time == 6.0


def test_a_request_that_would_wait_for_all_of_the_time_uses_no_slot() -> None:
    limit = RateLimiter()
    acquire(limit, "cwp", 1, 5.0)
    assert limit.acquire("cwp", 1, 5.0, max_wait=1.0) is None


def test_each_request_waits_for_the_one_so_many_before_it() -> None:
    limit = RateLimiter()
    assert [acquire(limit, "cwp", 2, now) for now in (5.0, 5.4, 5.5, 5.5, 5.5)] == [
        pytest.approx(seconds) for seconds in (0, 0, 0.5, 0.9, 1.5)
    ]


def test_only_as_many_requests_are_remembered_as_may_be_sent() -> None:
    limit = RateLimiter()
    for _ in range(100):
        acquire(limit, "cwp", MOST, 5.0)
    assert len(limit._keys["cwp"]._reserved) == MOST


def test_old_keys_are_forgotten_once_there_are_too_many() -> None:
    limit = RateLimiter()
    for number in range(MAX_KEYS):
        acquire(limit, f"role key {number}", MOST, 5.0)
    acquire(limit, "one more", MOST, 6.0)
    assert list(limit._keys) == ["one more"]


def test_keys_whose_window_is_over_are_forgotten() -> None:
    limit = RateLimiter()
    for number in range(5000):
        acquire(limit, f"role key {number}", MOST, number * 60.0)
    assert len(limit._keys) <= MAX_KEYS


def test_as_many_keys_are_kept_as_the_limit_says() -> None:
    limit = RateLimiter()
    for number in range(256):
        acquire(limit, f"role key {number}", MOST, 5.0)
    acquire(limit, "one more", MOST, 6.0)
    assert set(limit._keys) == {"one more"}


def test_a_key_is_not_forgotten_within_its_window() -> None:
    limit = RateLimiter()
    for _ in range(20):
        acquire(limit, "cwp", MOST, 5.0)
    for number in range(3 * MAX_KEYS):
        acquire(limit, f"role key {number}", MOST, 5.5)
    assert acquire(limit, "cwp", MOST, 5.5) == 0.5


def test_a_share_of_a_limit_is_rounded_down_to_whole_requests() -> None:
    limit = RateLimiter()
    assert [acquire(limit, "cwp", 2.9, 5.0) for _ in range(3)] == [0, 0, 1]


def test_less_than_one_request_a_second_takes_more_than_a_second() -> None:
    limit = RateLimiter()
    assert [acquire(limit, "cwp", 0.25, 5.0) for _ in range(3)] == [0, 4, 8]


def test_a_key_with_a_long_window_is_not_forgotten_within_it() -> None:
    limit = RateLimiter()
    acquire(limit, "cwp", 0.1, 5.0)
    for number in range(3 * MAX_KEYS):
        acquire(limit, f"role key {number}", MOST, 14.0)
    assert acquire(limit, "cwp", 0.1, 14.0) == 1


def begun(limit: RateLimiter, count: int, now: float) -> list[Slot]:
    """Slots whose requests are sent at a time."""
    slots = [limit.acquire("cwp", MOST, now) for _ in range(count)]
    assert [slot and slot.begin(now) for slot in slots] == [0] * count
    return [slot for slot in slots if slot is not None]


def test_a_request_counts_until_a_second_after_its_response() -> None:
    limit = RateLimiter()
    for number, slot in enumerate(begun(limit, MOST, 5.0)):
        slot.finish(5.4 + number / 100)
    late = limit.acquire("cwp", MOST, 6.0)
    assert late is not None
    assert late.begin(6.0) == pytest.approx(0.4)
    assert late.begin(6.4) == 0


def test_a_request_that_is_still_under_way_counts() -> None:
    limit = RateLimiter()
    first, *others = begun(limit, MOST, 5.0)
    late = limit.acquire("cwp", MOST, 9.0)
    assert late is not None
    assert late.begin(9.0) == POLL_SECONDS
    others[7].finish(9.0)
    assert late.begin(9.05) == POLL_SECONDS
    first.finish(7.0)
    assert late.begin(9.1) == 0


@given(
    st.lists(
        st.tuples(st.floats(min_value=0, max_value=0.3), st.floats(min_value=0, max_value=3)),
        min_size=1,
        max_size=100,
    )
)
def test_no_second_holds_more_however_late_requests_arrive(
    requests: list[tuple[float, float]],
) -> None:
    limit, now, arrivals = RateLimiter(), 100.0, []
    for gap, latency in requests:
        now += gap
        slot = limit.acquire("cwp", 5, now)
        assert slot is not None
        while (wait := slot.begin(now)) > 0:
            now += wait
        # Its response is known to the limiter beforehand, as that of a parallel run would be.
        slot.finish(now + latency)
        arrivals.append(now + latency)
    arrivals.sort()
    for first, later in zip(arrivals, arrivals[5:], strict=False):
        assert later - first >= 1 - 1e-4
