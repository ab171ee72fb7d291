"""Nothing is sent, and nobody waits, beyond the function's own time."""

from __future__ import annotations

import pytest

from shared.client.rate_limit import RateLimiter
from shared.errors import DeadlineExceeded, SyncError, TimedOut, Unreachable
from shared.models.flow import ApiCall, Flow, call_api, sleep
from shared.models.result import Outcome
from tests.support.api_client import (
    KEYS,
    OTHER_KEYS,
    ClientFixture,
    client_for,
    flow_of,
    read_call,
    response,
)
from tests.support.clocks import FakeClock

HANGING = TimedOut("example", outcome_unknown=True)


def test_nothing_is_sent_when_no_time_is_left() -> None:
    made = client_for(response(), limit=0.5)
    with pytest.raises(DeadlineExceeded) as caught:
        made.client.run(flow_of(read_call())())
    assert made.transport.sent == []
    assert not caught.value.outcome_unknown


def out_of_time(made: ClientFixture, call: ApiCall) -> tuple[str, str]:
    """Return message and hint of a run that ends for lack of time."""
    with pytest.raises(DeadlineExceeded) as caught:
        made.client.run(flow_of(call)())
    assert caught.value.category == "timeout"
    return caught.value.message, caught.value.hint


def test_a_request_that_could_not_be_sent_names_the_limit_and_what_the_operation_needs() -> None:
    assert out_of_time(client_for(response(), limit=0.5), read_call()) == (
        "No time left for a request to EDAS within 0.5 s (the function's timeout)",
        "Raise the function's timeout to 45 s or more.",
    )


def test_a_limit_that_is_long_enough_already_is_to_be_raised_further() -> None:
    made = client_for(HANGING, limit=45, takes=60)
    assert out_of_time(made, read_call()) == (
        "No response from EDAS within 45 s (the function's timeout)",
        "Raise the function's timeout above 45 s.",
    )


def test_the_limit_of_http_callers_is_named_and_the_gateway_with_it() -> None:
    made = client_for(HANGING, limit=25, takes=60, set_by="HTTP_DEADLINE_SECONDS")
    assert out_of_time(made, read_call()) == (
        "No response from EDAS within 25 s (HTTP_DEADLINE_SECONDS)",
        "Raise HTTP_DEADLINE_SECONDS to 45 s or more, if the gateway in front waits that long.",
    )


def test_what_is_reserved_for_notifications_is_named() -> None:
    made = client_for(HANGING, limit=20, takes=60, kept=0.15, kept_for="NOTIFY")
    assert out_of_time(made, read_call()) == (
        (
            "No response from EDAS within 17 s (the function's timeout of 20 s "
            "less 3 s reserved for NOTIFY)"
        ),
        "Raise the function's timeout to 53 s or more: 15% of it is reserved for NOTIFY.",
    )


def test_milliseconds_that_a_platform_has_used_up_already_are_not_shown() -> None:
    made = client_for(HANGING, limit=19.987, takes=60)
    message, _ = out_of_time(made, read_call())
    assert message == "No response from EDAS within 20 s (the function's timeout)"


def test_a_write_without_a_response_says_what_may_have_happened() -> None:
    made = client_for(HANGING, limit=5, takes=60)
    _, hint = out_of_time(made, read_call(writes=True))
    assert hint == (
        "Raise the function's timeout to 45 s or more. The request may still have been processed."
    )


def test_a_write_that_was_never_sent_has_not_happened() -> None:
    _, hint = out_of_time(client_for(response(), limit=0.5), read_call(writes=True))
    assert hint == "Raise the function's timeout to 45 s or more."


def test_a_write_without_a_response_says_what_may_have_happened_whatever_the_cause() -> None:
    made = client_for(Unreachable("example", outcome_unknown=True, hint="Check the network."))
    with pytest.raises(Unreachable) as caught:
        made.client.run(flow_of(read_call(writes=True, on_unknown_outcome="fail"))())
    assert caught.value.hint == "Check the network. The request may still have been processed."


def test_a_write_that_is_refused_after_an_unknown_outcome_may_have_happened_before() -> None:
    lost = Unreachable("example", outcome_unknown=True)
    made = client_for(lost, Unreachable("example", hint="Check the network.", retryable=False))
    with pytest.raises(Unreachable) as caught:
        made.client.run(flow_of(read_call(writes=True))())
    assert caught.value.hint == "Check the network. The request may still have been processed."


def test_a_call_may_take_only_what_is_left() -> None:
    made = client_for(response(), limit=10)
    made.client.run(flow_of(read_call(read_timeout=30))())
    assert made.transport.sent[0].total_seconds == pytest.approx(9.5)


def test_a_call_has_its_documented_read_timeout() -> None:
    made = client_for(response(), limit=900)
    made.client.run(flow_of(read_call(read_timeout=30))())
    assert made.transport.sent[0].read_seconds == 30


def test_a_response_that_outlasts_the_function_is_a_deadline_exceeded_with_unknown_outcome() -> (
    None
):
    made = client_for(TimedOut("example", outcome_unknown=True), limit=5, takes=60)
    with pytest.raises(DeadlineExceeded) as caught:
        made.client.run(flow_of(read_call())())
    assert caught.value.outcome_unknown
    assert len(made.transport.sent) == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("takes", [0.1, 0.9])
def test_no_run_is_longer_than_its_limit(limit: float, takes: float) -> None:
    made = client_for(response(503), limit=limit, takes=takes, chance=1.0)
    with pytest.raises(SyncError):
        made.client.run(flow_of(read_call())())
    assert made.clock.monotonic() - 1000 < limit
    assert all(sent.at - 1000 < limit - 0.5 for sent in made.transport.sent)


def test_a_wait_for_the_next_attempt_that_would_outlast_the_run_is_not_begun() -> None:
    made = client_for(response(503), limit=1.2, chance=1.0)
    with pytest.raises(SyncError) as caught:
        made.client.run(flow_of(read_call())())
    assert caught.value.category == "unavailable"
    assert sum(made.clock.slept) < 0.7


# Pauses


def pausing(seconds: float, within: float, most: int = 1000) -> Flow[Outcome]:
    """Pause until it is refused, and tell how often it was granted."""
    granted = 0
    while granted < most and (yield from sleep(seconds, within)):
        granted += 1
    return Outcome("succeeded", "done", {"granted": granted})


def test_pauses_stay_within_what_the_operation_allows() -> None:
    made = client_for(response())
    made.client.run(pausing(3, 10))
    assert 6 <= sum(made.clock.slept) <= 10


def test_a_wait_of_zero_pauses_never() -> None:
    made = client_for(response())
    assert made.client.run(pausing(1, 0)).data["granted"] == 0
    assert made.clock.slept == []


def test_pauses_stay_within_the_deadline() -> None:
    made = client_for(response(), limit=5)
    made.client.run(pausing(1, 600))
    assert 0 < sum(made.clock.slept) <= 4.5


def test_a_pause_leaves_time_for_a_read() -> None:
    def steps() -> Flow[Outcome]:
        while (yield from sleep(1, 600)):
            yield from call_api(read_call())
        return Outcome("running", "time is up")

    made = client_for(response(), limit=6)
    assert made.client.run(steps()).status == "running"
    assert made.clock.monotonic() - 1000 < 6


def test_time_spent_on_reads_counts_as_waiting() -> None:
    def steps() -> Flow[Outcome]:
        while (yield from sleep(1, 10)):
            yield from call_api(read_call())
        return Outcome("running", "time is up")

    made = client_for(response(), takes=2)
    made.client.run(steps())
    assert made.clock.monotonic() - 1000 <= 10 + 2


# Rate


def many(count: int) -> Flow[Outcome]:
    for _ in range(count):
        yield from call_api(read_call(max_per_second=20))
    return Outcome("succeeded", "done")


def test_the_twenty_first_call_of_a_second_waits() -> None:
    made = client_for(response())
    made.client.run(many(21))
    times = [sent.at for sent in made.transport.sent]
    assert times[19] == times[0]
    assert times[20] - times[0] >= 1


def test_repeats_count_against_the_rate_too() -> None:
    made = client_for(response(503), response(), chance=0.0)
    made.client.run(many(20))
    assert made.transport.sent[20].at - made.transport.sent[0].at >= 1


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
    made = client_for(response(), limit=1.4)
    with pytest.raises(DeadlineExceeded):
        made.client.run(many(21))
    assert len(made.transport.sent) == 20


def test_a_call_without_a_rate_does_not_wait() -> None:
    def steps() -> Flow[Outcome]:
        for _ in range(50):
            yield from call_api(read_call())
        return Outcome("succeeded", "done")

    made = client_for(response())
    made.client.run(steps())
    assert made.clock.slept == []


def test_calls_that_give_up_for_the_rate_do_not_delay_the_next_run() -> None:
    limits, clock = RateLimiter(), FakeClock()
    client_for(response(), rate_limit=limits, clock=clock).client.run(many(20))
    for _ in range(60):
        with pytest.raises(DeadlineExceeded):
            client_for(response(), rate_limit=limits, clock=clock, limit=0.5).client.run(many(1))
    client_for(response(), rate_limit=limits, clock=clock).client.run(many(1))
    assert sum(clock.slept) == pytest.approx(1)
