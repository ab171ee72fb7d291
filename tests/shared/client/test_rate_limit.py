"""At most so many a second, in any second."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from shared.client.rate_limit import MAX_KEYS, RateLimiter

GAPS = st.lists(st.floats(min_value=0, max_value=2), min_size=1, max_size=120)
MOST = 20


def acquire(limit: RateLimiter, key: str, per_second: int, now: float) -> float:
    wait = limit.acquire(key, per_second, now)
    assert wait is not None
    return wait


def used(limit: RateLimiter, gaps: Sequence[float], most: int) -> list[float]:
    """The moments at which the places are used by a caller that waits as long as it must."""
    now = 100.0
    moments: list[float] = []
    for gap in gaps:
        now += gap
        now += acquire(limit, "cwp", most, now)
        moments.append(now)
    return moments


@given(GAPS)
def test_no_second_ever_holds_more_than_twenty(gaps: list[float]) -> None:
    moments = used(RateLimiter(), gaps, MOST)
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
    assert limit.acquire("cwp", MOST, 5.0, max_wait=1.5) == 1.0


def test_keys_whose_window_is_over_are_forgotten() -> None:
    limit = RateLimiter()
    for number in range(5000):
        acquire(limit, f"role key {number}", MOST, number * 60.0)
    assert len(limit._times) <= MAX_KEYS


def test_a_key_is_not_forgotten_within_its_window() -> None:
    limit = RateLimiter()
    for _ in range(20):
        acquire(limit, "cwp", MOST, 5.0)
    for number in range(5000):
        acquire(limit, f"role key {number}", MOST, 5.5)
    assert acquire(limit, "cwp", MOST, 5.5) == 0.5
