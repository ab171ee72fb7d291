"""How often a call is sent, how each attempt is signed, and what is cached."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from shared.errors import (
    BadResponse,
    Forbidden,
    SyncError,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from shared.models.credentials import Anonymous, AuthToken
from shared.models.flow import Flow, call_api
from shared.models.result import Outcome
from shared.models.secret import Secret
from shared.runtime.response_cache import ResponseCache
from tests.support.api_client import (
    OTHER_KEYS,
    OTHER_SERVICE,
    ClientFixture,
    client_for,
    flow_of,
    read_call,
    response,
)
from tests.support.clocks import EPOCH


def no_response(kind: type[TimedOut | Unreachable | BadResponse] = TimedOut) -> SyncError:
    return kind("example", outcome_unknown=True)


def date(seconds: float) -> str:
    return format_datetime(EPOCH + timedelta(seconds=seconds), usegmt=True)


def fail(fixture: ClientFixture, steps: Flow[Outcome]) -> SyncError:
    with pytest.raises(SyncError) as caught:
        fixture.client.run(steps)
    return caught.value


def test_a_successful_call_is_sent_once() -> None:
    fixture = client_for(response())
    assert fixture.client.run(flow_of(read_call())()).status == "succeeded"
    assert fixture.client.stats.attempts == 1
    assert fixture.clock.slept == []


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_call_is_sent_four_times_at_most(status: int) -> None:
    fixture = client_for(response(status))
    assert isinstance(fail(fixture, flow_of(read_call())()), Throttled | Unavailable)
    assert len(fixture.transport.sent) == fixture.client.stats.attempts == 4


def test_a_success_ends_the_attempts() -> None:
    fixture = client_for(response(503), response(429), response())
    fixture.client.run(flow_of(read_call())())
    assert fixture.client.stats.attempts == 3


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_a_rejection_is_not_retried(status: int) -> None:
    fixture = client_for(response(status))
    fail(fixture, flow_of(read_call())())
    assert len(fixture.transport.sent) == 1


def test_a_retry_never_reuses_a_nonce() -> None:
    fixture = client_for(response(503), response(503), response())
    fixture.client.run(flow_of(read_call())())
    assert len(set(fixture.nonces)) == 3


def test_each_attempt_is_signed_with_the_time_it_is_sent_at() -> None:
    fixture = client_for(response(503), response(503), response())
    fixture.client.run(flow_of(read_call())())
    expected = [EPOCH + timedelta(seconds=sent.at - 1000) for sent in fixture.transport.sent]
    assert fixture.signed_at == expected
    assert len(set(fixture.signed_at)) == 3


def test_waits_between_attempts_have_full_jitter() -> None:
    fixture = client_for(response(503), random_value=1.0)
    fail(fixture, flow_of(read_call())())
    assert fixture.clock.slept == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("on_unknown_outcome", ["raise", "fail"])
def test_a_missing_response_is_raised_where_the_call_does_not_allow_a_retry(
    on_unknown_outcome: Any,
) -> None:
    error = no_response()
    fixture = client_for(error, response())
    assert fail(fixture, flow_of(read_call(on_unknown_outcome=on_unknown_outcome))()) is error
    assert len(fixture.transport.sent) == 1


def test_a_missing_response_is_retried_where_the_call_allows_it() -> None:
    fixture = client_for(no_response(), no_response(Unreachable), response())
    outcome = fixture.client.run(flow_of(read_call())())
    assert outcome.data["after_unknown_outcome"] is True
    assert len(fixture.transport.sent) == 3


def test_a_response_after_a_rejection_is_not_after_an_unknown_outcome() -> None:
    fixture = client_for(response(503), response())
    assert fixture.client.run(flow_of(read_call())()).data["after_unknown_outcome"] is False


def test_a_response_after_a_failed_connection_is_not_after_an_unknown_outcome() -> None:
    fixture = client_for(Unreachable("example"), response())
    assert fixture.client.run(flow_of(read_call())()).data["after_unknown_outcome"] is False


def test_an_error_after_an_unknown_outcome_says_so() -> None:
    fixture = client_for(no_response(), response(403))
    error = fail(fixture, flow_of(read_call())())
    assert isinstance(error, Forbidden)
    assert error.after_unknown_outcome


@pytest.mark.parametrize("status", [403, 429])
def test_a_refused_write_after_an_unknown_outcome_says_that_it_may_be_done(status: int) -> None:
    fixture = client_for(no_response(), *[response(status)] * 4)
    error = fail(fixture, flow_of(read_call(writes=True))())
    assert "may still have been processed" in error.hint
    assert error.is_unconfirmed_write


def test_a_first_error_is_not_after_an_unknown_outcome() -> None:
    assert not fail(client_for(response(403)), flow_of(read_call())()).after_unknown_outcome


def test_a_connection_that_failed_before_sending_is_retried_for_every_call() -> None:
    fixture = client_for(Unreachable("example"), TimedOut("example"), response())
    fixture.client.run(flow_of(read_call(on_unknown_outcome="fail"))())
    assert len(fixture.transport.sent) == 3


def test_a_reset_is_retried_once_where_the_call_says_once() -> None:
    fixture = client_for(no_response(Unreachable))
    fail(fixture, flow_of(read_call(on_unknown_outcome="fail", on_connection_error="retry_once"))())
    assert len(fixture.transport.sent) == 2


def test_a_timeout_is_not_retried_where_only_resets_are() -> None:
    fixture = client_for(no_response(TimedOut))
    fail(fixture, flow_of(read_call(on_unknown_outcome="fail", on_connection_error="retry_once"))())
    assert len(fixture.transport.sent) == 1


# Retry-After


def test_retry_after_is_honoured() -> None:
    fixture = client_for(response(429, retry_after="7"), response(), random_value=0.0)
    fixture.client.run(flow_of(read_call())())
    assert fixture.clock.slept == [7]


def test_the_retry_after_of_alibaba_is_honoured() -> None:
    fixture = client_for(response(503, x_acs_retry_after="2500"), response(), random_value=0.0)
    fixture.client.run(flow_of(read_call())())
    assert fixture.clock.slept == [2.5]


def test_a_retry_after_that_is_too_long_is_not_waited_for() -> None:
    fixture = client_for(response(429, retry_after="3600"))
    assert fail(fixture, flow_of(read_call())()).retry_after == 3600
    assert len(fixture.transport.sent) == 1
    assert fixture.clock.slept == []


def test_a_retry_after_beyond_the_deadline_is_not_waited_for() -> None:
    fixture = client_for(response(429, retry_after="30"), limit=10)
    fail(fixture, flow_of(read_call())())
    assert len(fixture.transport.sent) == 1
    assert fixture.clock.slept == []


# A clock that is off


def test_an_expired_signature_is_signed_again_with_the_providers_time() -> None:
    fixture = client_for(response(401, b"expired", date=date(600)), response())
    fixture.client.run(flow_of(read_call())())
    assert fixture.signed_at == [EPOCH, EPOCH + timedelta(seconds=600)]
    assert len(set(fixture.nonces)) == 2
    assert any(level == "warning" for level, _ in fixture.log_lines)


def test_any_refused_signature_is_signed_again_if_the_date_is_far_off() -> None:
    fixture = client_for(response(401, date=date(-121)), response())
    fixture.client.run(flow_of(read_call())())
    assert fixture.signed_at[1] == EPOCH - timedelta(seconds=121)


@pytest.mark.parametrize("seconds", [-119, 0, 119])
def test_a_refused_signature_with_a_good_clock_is_refused(seconds: int) -> None:
    fixture = client_for(response(401, date=date(seconds)))
    assert isinstance(fail(fixture, flow_of(read_call())()), Unauthenticated)
    assert len(fixture.transport.sent) == 1


def test_a_clock_is_corrected_only_once() -> None:
    fixture = client_for(response(401, b"expired", date=date(600)))
    assert isinstance(fail(fixture, flow_of(read_call())()), Unauthenticated)
    assert len(fixture.transport.sent) == 2


def test_a_corrected_clock_costs_none_of_the_four_attempts() -> None:
    fixture = client_for(response(401, b"expired", date=date(600)), response(503))
    fail(fixture, flow_of(read_call())())
    assert len(fixture.transport.sent) == fixture.client.stats.attempts == 5


def test_a_corrected_clock_stays_corrected_for_later_calls() -> None:
    def twice() -> Flow[Outcome]:
        yield from call_api(read_call())
        yield from call_api(read_call())
        return Outcome("succeeded", "done")

    fixture = client_for(response(401, b"expired", date=date(600)), response(), response())
    fixture.client.run(twice())
    assert fixture.signed_at[2] == EPOCH + timedelta(seconds=600)


def test_an_expired_signature_without_a_date_is_refused() -> None:
    fixture = client_for(response(401, b"expired"))
    assert isinstance(fail(fixture, flow_of(read_call())()), Unauthenticated)
    assert len(fixture.transport.sent) == 1


# Caching


def test_request_ids_are_kept_in_order_also_those_of_failures() -> None:
    fixture = client_for(
        response(503, x_request_id="first"),
        response(503),
        response(x_request_id="second"),
    )
    fixture.client.run(flow_of(read_call())())
    assert fixture.client.stats.request_ids == ["first", "second"]


def test_attempts_do_not_count_another_service() -> None:
    def steps() -> Flow[Outcome]:
        yield from call_api(read_call(service=OTHER_SERVICE))
        yield from call_api(read_call())
        return Outcome("succeeded", "done")

    fixture = client_for(response(503), response(), response())
    fixture.client.run(steps())
    assert len(fixture.transport.sent) == 3
    assert fixture.client.stats.attempts == 1


CACHED = read_call(service=OTHER_SERVICE, cache_if=lambda _: True, query=(("name", "cn-north-4"),))


def test_a_lookup_is_sent_once_in_a_process() -> None:
    cache = ResponseCache()
    client_for(response(), response_cache=cache).client.run(flow_of(CACHED)())
    later = client_for(response(), response_cache=cache)
    later.client.run(flow_of(CACHED)())
    assert later.transport.sent == []


def test_a_lookup_of_another_identity_is_sent_again() -> None:
    cache = ResponseCache()
    client_for(response(), response_cache=cache).client.run(flow_of(CACHED)())
    for other in (OTHER_KEYS, AuthToken(Secret("exampleToken")), Anonymous()):
        later = client_for(response(), response_cache=cache, credentials=other)
        later.client.run(flow_of(CACHED)())
        assert len(later.transport.sent) == 1


def test_a_lookup_of_something_else_is_sent_again() -> None:
    cache = ResponseCache()
    client_for(response(), response_cache=cache).client.run(flow_of(CACHED)())
    later = client_for(response(), response_cache=cache)
    other = read_call(
        service=OTHER_SERVICE, cache_if=lambda _: True, query=(("name", "cn-east-3"),)
    )
    later.client.run(flow_of(other)())
    assert len(later.transport.sent) == 1


def test_a_failed_lookup_is_not_cached() -> None:
    cache = ResponseCache()
    fail(client_for(response(403), response_cache=cache), flow_of(CACHED)())
    later = client_for(response(), response_cache=cache)
    later.client.run(flow_of(CACHED)())
    assert len(later.transport.sent) == 1


def test_a_call_that_may_not_be_cached_is_sent_every_time() -> None:
    cache = ResponseCache()
    client_for(response(), response_cache=cache).client.run(flow_of(read_call())())
    later = client_for(response(), response_cache=cache)
    later.client.run(flow_of(read_call())())
    assert len(later.transport.sent) == 1


def test_an_error_that_the_operation_catches_does_not_end_the_run() -> None:
    def steps() -> Flow[Outcome]:
        try:
            yield from call_api(read_call())
        except Forbidden:
            yield from call_api(read_call(action="Other"))
        return Outcome("accepted", "done")

    fixture = client_for(response(403), response())
    assert fixture.client.run(steps()).status == "accepted"


def test_no_log_line_contains_a_key() -> None:
    fixture = client_for(response(503), response(401, b"expired", date=date(600)), response())
    fixture.client.run(flow_of(read_call())())
    assert fixture.log_lines
    assert "example" not in repr(fixture.log_lines).replace("example.test", "")


SECRET_FIELD = read_call(secret_fields=(("registry", "password"),))


@pytest.mark.parametrize("is_cached", [False, True])
def test_a_secret_in_a_response_is_redacted_from_then_on(*, is_cached: bool) -> None:
    call = SECRET_FIELD._replace(service=OTHER_SERVICE, cache_if=lambda _: True)
    reply = response(200, b'{"registry": {"password": "exampleRegistryPassword"}}')
    cache = ResponseCache()
    for _ in range(2 if is_cached else 1):
        fixture = client_for(reply, response_cache=cache)
        assert "exampleRegistry" in fixture.redactor.redact("with exampleRegistryPassword")
        fixture.client.run(flow_of(call)())
    assert len(fixture.transport.sent) == (0 if is_cached else 1)
    assert fixture.redactor.redact("with exampleRegistryPassword") == "with ***"


@pytest.mark.parametrize(
    "body", [b"[]", b'{"registry": null}', b'{"registry": []}', b'{"registry": {"password": 7}}']
)
def test_a_response_without_the_secret_is_none_the_worse(body: bytes) -> None:
    fixture = client_for(response(200, body))
    assert fixture.client.run(flow_of(SECRET_FIELD)()).status == "succeeded"
    assert fixture.redactor.redact("7 registry") == "7 registry"
