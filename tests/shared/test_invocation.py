"""One invocation: what the platform passed in is read once, at its arrival."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from functions.web.received_event import ReceivedEvent
from shared.invocation import Invocation
from shared.runtime import Runtime
from tests.support.clocks import FakeClock

SECONDS = 10


class RemainingTime:
    """A context's getter of the remaining milliseconds; counts how often it is asked."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._end = clock.monotonic() + SECONDS
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        return (self._end - self._clock.monotonic()) * 1000


def aws(remaining: RemainingTime) -> Any:
    return SimpleNamespace(aws_request_id="aws", get_remaining_time_in_millis=remaining)


def functiongraph(remaining: RemainingTime) -> Any:
    return SimpleNamespace(
        getRequestID=lambda: "functiongraph",
        getRemainingTimeInMilliSeconds=remaining,
        getUserData=lambda _name: None,
    )


def function_compute(_remaining: RemainingTime) -> Any:
    return SimpleNamespace(request_id="fc", function=SimpleNamespace(timeout=SECONDS))


def scf(_remaining: RemainingTime) -> Any:
    return {"request_id": "scf", "time_limit_in_ms": SECONDS * 1000}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


each_platform = pytest.mark.parametrize("context", [aws, functiongraph, function_compute, scf])


@each_platform
def test_time_that_has_passed_counts_once(
    clock: FakeClock, context: Callable[[RemainingTime], Any]
) -> None:
    runtime = Runtime(environ={}, clock=clock)
    invocation = Invocation.from_event({}, context(RemainingTime(clock)), runtime)
    clock.spend(4)

    assert invocation.deadline.remaining() == pytest.approx(5.5)
    assert invocation.limited_to(8).deadline.remaining() == pytest.approx(3.5)
    assert invocation.reserving(0.2).deadline.remaining() == pytest.approx(3.5)


@each_platform
def test_time_before_a_web_request_was_routed_counts_once(
    clock: FakeClock, context: Callable[[RemainingTime], Any]
) -> None:
    received = ReceivedEvent.read({}, context(RemainingTime(clock)), {}, clock)
    clock.spend(4)
    invocation = received.invocation(Runtime(environ={}, clock=clock))

    assert invocation.deadline.remaining() == pytest.approx(5.5)
    assert invocation.start_times[0] == clock.monotonic() - 4


@pytest.mark.parametrize("context", [aws, functiongraph])
def test_the_remaining_time_is_requested_once(
    clock: FakeClock, context: Callable[[RemainingTime], Any]
) -> None:
    remaining = RemainingTime(clock)
    invocation = Invocation.from_event({}, context(remaining), Runtime(environ={}, clock=clock))

    invocation.limited_to(5).reserving(0.1).deadline.remaining()

    assert remaining.asked == 1


def test_a_caller_who_waits_longer_than_the_function_runs_does_not_set_the_limit(
    clock: FakeClock,
) -> None:
    runtime = Runtime(environ={}, clock=clock)
    invocation = Invocation.from_event({}, scf(RemainingTime(clock)), runtime)

    limited = invocation.limited_to(25, "HTTP_DEADLINE_SECONDS").deadline

    assert (limited.timeout, limited.set_by) == (SECONDS, "")


def test_without_a_platform_the_caller_sets_the_limit(clock: FakeClock) -> None:
    invocation = Invocation.from_event({}, None, Runtime(environ={}, clock=clock))

    limited = invocation.limited_to(25, "HTTP_DEADLINE_SECONDS").deadline

    assert invocation.deadline.remaining() == float("inf")
    assert (limited.timeout, limited.set_by) == (25, "HTTP_DEADLINE_SECONDS")


def test_a_variant_leaves_the_invocation_as_it_is(clock: FakeClock) -> None:
    invocation = Invocation.from_event({}, None, Runtime(environ={}, clock=clock))

    variant = invocation.replace(trigger="chat").limited_to(5)

    assert (variant.trigger, variant.deadline.timeout) == ("chat", 5)
    assert (invocation.trigger, invocation.deadline.timeout) == ("direct", None)
    assert variant.logger is invocation.logger
