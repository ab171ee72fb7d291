"""When a run must end: the limit less a margin."""

from __future__ import annotations

import pytest

from shared.clock import Deadline
from tests.support.clocks import FakeClock


@pytest.mark.parametrize(
    ("limit", "remaining"), [(3, 2.5), (10, 9.5), (20, 19.0), (100, 95.0), (900, 855.0)]
)
def test_half_a_second_or_five_percent_are_kept(limit: float, remaining: float) -> None:
    assert Deadline(FakeClock(), limit).remaining() == pytest.approx(remaining)


def test_time_runs_from_where_the_limit_was_known() -> None:
    clock = FakeClock()
    started = clock.monotonic()
    clock.spend(4)
    assert Deadline(clock, 10, started).remaining() == pytest.approx(5.5)


@pytest.mark.parametrize("limit", [0, 0.1, -5])
def test_nothing_remains_of_too_little(limit: float) -> None:
    assert Deadline(FakeClock(), limit).remaining() == 0


def test_what_remains_is_never_negative() -> None:
    clock = FakeClock()
    deadline = Deadline(clock, 10)
    clock.spend(1000)
    assert deadline.remaining() == 0


def test_without_a_limit_there_is_no_deadline() -> None:
    clock = FakeClock()
    deadline = Deadline(clock, None)
    clock.spend(1e9)
    assert deadline.remaining() == float("inf")


@pytest.mark.parametrize("timeout", [None, float("inf"), float("nan")])
def test_a_limit_that_is_no_number_of_seconds_is_none(timeout: float | None) -> None:
    deadline = Deadline(FakeClock(), timeout)
    assert deadline.timeout is None
    assert deadline.remaining() == float("inf")
