"""Nothing is sent, and nothing waits, after the function's deadline."""

from __future__ import annotations

import pytest

from shared.client.rate_limit import RateLimiter
from shared.errors import DeadlineExceeded, SyncError, TimedOut, Unreachable
from shared.models.flow import ApiCall, Flow, call_api, sleep
from shared.models.result import Outcome
from tests.support.api_client import (
    KEYS,
    OTHER_KEYS,
    TARGET,
    ClientFixture,
    client_for,
    flow_of,
    read_call,
    response,
)
from tests.support.clocks import FakeClock

HANGING = TimedOut("example", outcome_unknown=True)


def test_nothing_is_sent_when_no_time_is_left() -> None:
    fixture = client_for(response(), limit=0.5)
    with pytest.raises(DeadlineExceeded) as caught:
        fixture.client.run(flow_of(read_call())())
    assert fixture.transport.sent == []
    assert not caught.value.outcome_unknown


def out_of_time(fixture: ClientFixture, call: ApiCall) -> tuple[str, str]:
    """Return message and hint of a run that ran out of time."""
    with pytest.raises(DeadlineExceeded) as caught:
        fixture.client.run(flow_of(call)())
    assert caught.value.category == "timeout"
    return caught.value.message, caught.value.hint


def test_a_request_that_could_not_be_sent_names_the_limit_and_what_the_operation_needs() -> None:
    assert out_of_time(client_for(response(), limit=0.5), read_call()) == (
        "No time left for a request to EDAS within 0.5 s (the function's timeout)",
        "Raise the function's timeout to 45 s or more.",
    )


def test_a_limit_that_is_long_enough_already_is_to_be_raised_further() -> None:
    fixture = client_for(HANGING, limit=45, response_seconds=60)
    assert out_of_time(fixture, read_call()) == (
        "No response from EDAS within 45 s (the function's timeout)",
        "Raise the function's timeout above 45 s.",
    )


def test_the_limit_of_http_callers_is_named_and_the_gateway_with_it() -> None:
    fixture = client_for(HANGING, limit=25, response_seconds=60, set_by="HTTP_DEADLINE_SECONDS")
    assert out_of_time(fixture, read_call()) == (
        "No response from EDAS within 25 s (HTTP_DEADLINE_SECONDS)",
        "Raise HTTP_DEADLINE_SECONDS to 45 s or more, if the gateway in front waits that long.",
    )


def test_what_is_reserved_for_notifications_is_named() -> None:
    fixture = client_for(
        HANGING, limit=20, response_seconds=60, reserve=0.15, reserved_for="NOTIFY"
    )
    assert out_of_time(fixture, read_call()) == (
        (
            "No response from EDAS within 17 s (the function's timeout of 20 s "
            "less 3 s reserved for NOTIFY)"
        ),
        "Raise the function's timeout to 53 s or more: 15% of it is reserved for NOTIFY.",
    )


def test_milliseconds_that_a_platform_has_used_up_already_are_not_shown() -> None:
    fixture = client_for(HANGING, limit=19.987, response_seconds=60)
    message, _ = out_of_time(fixture, read_call())
    assert message == "No response from EDAS within 20 s (the function's timeout)"


def test_a_write_without_a_response_says_what_may_have_happened() -> None:
    fixture = client_for(HANGING, limit=5, response_seconds=60)
    _, hint = out_of_time(fixture, read_call(writes=True))
    assert hint == (
        "Raise the function's timeout to 45 s or more. The request may still have been processed."
    )


def test_a_write_that_was_never_sent_has_not_happened() -> None:
    _, hint = out_of_time(client_for(response(), limit=0.5), read_call(writes=True))
    assert hint == "Raise the function's timeout to 45 s or more."


def test_a_write_without_a_response_says_what_may_have_happened_whatever_the_cause() -> None:
    fixture = client_for(Unreachable("example", outcome_unknown=True, hint="Check the network."))
    with pytest.raises(Unreachable) as caught:
        fixture.client.run(flow_of(read_call(writes=True, on_unknown_outcome="fail"))())
    assert caught.value.hint == "Check the network. The request may still have been processed."


def test_a_write_that_is_refused_after_an_unknown_outcome_may_have_happened_before() -> None:
    lost = Unreachable("example", outcome_unknown=True)
    fixture = client_for(lost, Unreachable("example", hint="Check the network.", retryable=False))
    with pytest.raises(Unreachable) as caught:
        fixture.client.run(flow_of(read_call(writes=True))())
    assert caught.value.hint == "Check the network. The request may still have been processed."


def test_a_call_may_take_only_what_is_left() -> None:
    fixture = client_for(response(), limit=10)
    fixture.client.run(flow_of(read_call(read_timeout=30))())
    assert fixture.transport.sent[0].total_seconds == pytest.approx(9.5)


def test_a_call_has_its_documented_read_timeout() -> None:
    fixture = client_for(response(), limit=900)
    fixture.client.run(flow_of(read_call(read_timeout=30))())
    assert fixture.transport.sent[0].read_seconds == 30


def test_a_response_that_outlasts_the_function_is_a_deadline_exceeded_with_unknown_outcome() -> (
    None
):
    fixture = client_for(TimedOut("example", outcome_unknown=True), limit=5, response_seconds=60)
    with pytest.raises(DeadlineExceeded) as caught:
        fixture.client.run(flow_of(read_call())())
    assert caught.value.outcome_unknown
    assert len(fixture.transport.sent) == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("response_seconds", [0.1, 0.9])
def test_no_run_is_longer_than_its_limit(limit: float, response_seconds: float) -> None:
    fixture = client_for(
        response(503), limit=limit, response_seconds=response_seconds, random_value=1.0
    )
    with pytest.raises(SyncError):
        fixture.client.run(flow_of(read_call())())
    assert fixture.clock.monotonic() - 1000 < limit
    assert all(sent.at - 1000 < limit - 0.5 for sent in fixture.transport.sent)


def test_a_wait_for_the_next_attempt_that_would_outlast_the_run_is_not_begun() -> None:
    fixture = client_for(response(503), limit=1.2, random_value=1.0)
    with pytest.raises(SyncError) as caught:
        fixture.client.run(flow_of(read_call())())
    assert caught.value.category == "unavailable"
    assert sum(fixture.clock.slept) < 0.7


# Pauses


def pausing(seconds: float, within: float, attempts: int = 1000) -> Flow[Outcome]:
    """Pause until it is refused, and return how often it was granted."""
    granted = 0
    while granted < attempts and (yield from sleep(seconds, within)):
        granted += 1
    return Outcome("succeeded", "done", {"granted": granted})


def test_pauses_stay_within_what_the_operation_allows() -> None:
    fixture = client_for(response())
    fixture.client.run(pausing(3, 10))
    assert 6 <= sum(fixture.clock.slept) <= 10


def test_a_wait_of_zero_pauses_never() -> None:
    fixture = client_for(response())
    assert fixture.client.run(pausing(1, 0)).data["granted"] == 0
    assert fixture.clock.slept == []


def test_pauses_stay_within_the_deadline() -> None:
    fixture = client_for(response(), limit=5)
    fixture.client.run(pausing(1, 600))
    assert 0 < sum(fixture.clock.slept) <= 4.5


def test_a_pause_leaves_time_for_a_read() -> None:
    def steps() -> Flow[Outcome]:
        while (yield from sleep(1, 600)):
            yield from call_api(read_call())
        return Outcome("running", "time is up")

    fixture = client_for(response(), limit=6)
    assert fixture.client.run(steps()).status == "running"
    assert fixture.clock.monotonic() - 1000 < 6


def test_time_spent_on_reads_counts_as_waiting() -> None:
    def steps() -> Flow[Outcome]:
        while (yield from sleep(1, 10)):
            yield from call_api(read_call())
        return Outcome("running", "time is up")

    fixture = client_for(response(), response_seconds=2)
    fixture.client.run(steps())
    assert fixture.clock.monotonic() - 1000 <= 10 + 2


# Rate


def many(count: int) -> Flow[Outcome]:
    for _ in range(count):
        yield from call_api(read_call(max_per_second=20))
    return Outcome("succeeded", "done")


def test_the_twenty_first_call_of_a_second_waits() -> None:
    fixture = client_for(response())
    fixture.client.run(many(21))
    times = [sent.at for sent in fixture.transport.sent]
    assert times[19] == times[0]
    assert times[20] - times[0] >= 1


def test_repeats_count_against_the_rate_too() -> None:
    fixture = client_for(response(503), response(), random_value=0.0)
    fixture.client.run(many(20))
    assert fixture.transport.sent[20].at - fixture.transport.sent[0].at >= 1


def test_runs_of_one_identity_share_the_rate_and_others_do_not() -> None:
    limits, clock = RateLimiter(), FakeClock()
    client_for(response(), rate_limit=limits, clock=clock).client.run(many(20))
    other = client_for(response(), rate_limit=limits, clock=clock, credentials=OTHER_KEYS)
    other.client.run(many(1))
    assert clock.slept == []
    same = client_for(response(), rate_limit=limits, clock=clock, credentials=KEYS)
    same.client.run(many(1))
    assert sum(clock.slept) == pytest.approx(1)


def test_a_wait_for_the_rate_beyond_the_deadline_is_a_deadline_exceeded() -> None:
    fixture = client_for(response(), limit=1.4)
    with pytest.raises(DeadlineExceeded):
        fixture.client.run(many(21))
    assert len(fixture.transport.sent) == 20


def test_a_call_without_a_rate_does_not_wait() -> None:
    def steps() -> Flow[Outcome]:
        for _ in range(50):
            yield from call_api(read_call())
        return Outcome("succeeded", "done")

    fixture = client_for(response())
    fixture.client.run(steps())
    assert fixture.clock.slept == []


def test_calls_that_give_up_for_the_rate_do_not_delay_the_next_run() -> None:
    limits, clock = RateLimiter(), FakeClock()
    client_for(response(), rate_limit=limits, clock=clock).client.run(many(20))
    for _ in range(60):
        with pytest.raises(DeadlineExceeded):
            client_for(response(), rate_limit=limits, clock=clock, limit=0.5).client.run(many(1))
    client_for(response(), rate_limit=limits, clock=clock).client.run(many(1))
    assert sum(clock.slept) == pytest.approx(1)


def test_an_optional_call_takes_a_quarter_of_the_time_that_is_left_at_most() -> None:
    call = read_call()._replace(is_optional=True, on_unknown_outcome="fail")
    fixture = client_for(HANGING, limit=20, response_seconds=60)
    with pytest.raises(TimedOut):
        fixture.client.run(flow_of(call)())
    (sent,) = fixture.transport.sent
    assert sent.total_seconds == pytest.approx(19 / 4)


def test_an_optional_call_is_sent_twice_at_most() -> None:
    fixture = client_for(*[Unreachable("example")] * 4)
    with pytest.raises(Unreachable):
        fixture.client.run(flow_of(read_call()._replace(is_optional=True))())
    assert len(fixture.transport.sent) == 2


def test_no_long_wait_is_made_for_an_optional_call() -> None:
    busy = response(429, retry_after="6")
    fixture = client_for(busy, response(), limit=20)
    with pytest.raises(SyncError) as caught:
        fixture.client.run(flow_of(read_call()._replace(is_optional=True))())
    assert caught.value.category == "throttled"
    assert len(fixture.transport.sent) == 1


def test_an_account_has_one_rate_whatever_its_keys_are() -> None:
    clock, limits = FakeClock(), RateLimiter()
    prod = TARGET._replace(account="prod-1")
    for keys in (KEYS, OTHER_KEYS):
        client_for(
            response(), rate_limit=limits, clock=clock, credentials=keys, context=prod
        ).client.run(many(15))
    assert sum(clock.slept) == pytest.approx(1)

    other = client_for(
        response(), rate_limit=limits, clock=clock, context=TARGET._replace(account="prod-2")
    )
    other.client.run(many(20))
    assert sum(clock.slept) == pytest.approx(1)


def test_a_share_of_the_rate_is_kept_and_a_larger_one_changes_nothing() -> None:
    for share, waits in ((5.0, 4), (1000.0, 1)):
        clock = FakeClock()
        context = TARGET._replace(max_calls_per_second=share)
        client_for(response(), clock=clock, context=context).client.run(many(21))
        assert sum(clock.slept) == pytest.approx(waits)


def test_runs_with_different_shares_keep_the_limit_together_and_do_not_delay_each_other() -> None:
    clock, limits = FakeClock(), RateLimiter()
    slow = TARGET._replace(max_calls_per_second=0.01)
    client_for(response(), rate_limit=limits, clock=clock, context=slow).client.run(many(2))
    assert sum(clock.slept) == pytest.approx(100)

    client_for(response(), rate_limit=limits, clock=clock).client.run(many(19))
    assert sum(clock.slept) == pytest.approx(100)
    five = TARGET._replace(max_calls_per_second=5)
    client_for(response(), rate_limit=limits, clock=clock, context=five).client.run(many(1))
    assert sum(clock.slept) == pytest.approx(101)
