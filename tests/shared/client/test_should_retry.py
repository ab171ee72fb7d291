"""Which failed calls the API client may send again by itself."""

from __future__ import annotations

from typing import Any

import pytest

from shared.client.retry import should_retry
from shared.errors import (
    BadResponse,
    Conflict,
    Forbidden,
    Internal,
    InvalidInput,
    Misconfigured,
    NotFound,
    Rejected,
    SyncError,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from tests.support.api_client import client_for, flow_of, read_call, response


@pytest.mark.parametrize("on_unknown_outcome", ["retry", "raise", "fail"])
@pytest.mark.parametrize("error", [Throttled("x"), Unavailable("x")])
def test_a_call_to_a_busy_or_unavailable_provider_is_retried(
    error: SyncError, on_unknown_outcome: Any
) -> None:
    assert should_retry(read_call(on_unknown_outcome=on_unknown_outcome), error, 0)


@pytest.mark.parametrize(
    ("rules", "retries"),
    [
        ({"on_unknown_outcome": "retry"}, [True, True]),
        ({"on_unknown_outcome": "raise"}, [False, False]),
        ({"on_unknown_outcome": "fail", "on_connection_error": "retry_once"}, [False, False]),
    ],
)
def test_an_unavailable_provider_that_may_have_done_the_work_is_an_unknown_outcome(
    rules: Any, retries: list[bool]
) -> None:
    error = Unavailable("x", http_status=502)
    error.outcome_unknown = True
    assert [should_retry(read_call(**rules), error, earlier) for earlier in (0, 1)] == retries


@pytest.mark.parametrize(
    "kind",
    [
        Conflict,
        Forbidden,
        Internal,
        InvalidInput,
        Misconfigured,
        NotFound,
        Rejected,
        Unauthenticated,
    ],
)
def test_a_rejection_is_not_retried(kind: type[SyncError]) -> None:
    assert not should_retry(read_call(), kind("x"), 0)


@pytest.mark.parametrize("kind", [Conflict, NotFound, Rejected, Internal])
def test_a_rejection_that_a_later_run_may_overcome_is_not_retried_in_this_one(
    kind: type[SyncError],
) -> None:
    assert not should_retry(read_call(), kind("x", retryable=True), 0)


@pytest.mark.parametrize("error", [Throttled("x", retryable=False), TimedOut("x", retryable=False)])
def test_an_error_that_is_not_retryable_is_not_retried(error: SyncError) -> None:
    assert not should_retry(read_call(), error, 0)


@pytest.mark.parametrize("on_unknown_outcome", ["retry", "raise", "fail"])
@pytest.mark.parametrize("error", [TimedOut("x"), Unreachable("x")])
def test_a_request_that_was_not_sent_can_always_be_retried(
    error: SyncError, on_unknown_outcome: Any
) -> None:
    assert should_retry(read_call(on_unknown_outcome=on_unknown_outcome), error, 5)


UNKNOWN_OUTCOMES = [
    TimedOut("x", outcome_unknown=True),
    Unreachable("x", outcome_unknown=True),
    BadResponse("x", outcome_unknown=True),
]


@pytest.mark.parametrize(
    ("on_unknown_outcome", "repeats"), [("retry", True), ("raise", False), ("fail", False)]
)
@pytest.mark.parametrize("error", UNKNOWN_OUTCOMES)
def test_a_missing_response_is_retried_only_where_the_call_allows_it(
    error: SyncError,
    on_unknown_outcome: Any,
    repeats: bool,  # noqa: FBT001
) -> None:
    assert should_retry(read_call(on_unknown_outcome=on_unknown_outcome), error, 0) is repeats


@pytest.mark.parametrize(("unknown_outcomes", "retries"), [(0, True), (1, False), (2, False)])
def test_a_reset_is_retried_once_where_the_call_says_once(
    unknown_outcomes: int,
    retries: bool,  # noqa: FBT001
) -> None:
    call = read_call(on_unknown_outcome="fail", on_connection_error="retry_once")
    assert should_retry(call, Unreachable("x", outcome_unknown=True), unknown_outcomes) is retries


def test_a_reset_after_a_time_out_was_sent_twice_already() -> None:
    fixture = client_for(
        TimedOut("x", outcome_unknown=True), Unreachable("x", outcome_unknown=True), response()
    )
    with pytest.raises(Unreachable):
        fixture.client.run(
            flow_of(read_call(on_unknown_outcome="retry", on_connection_error="retry_once"))()
        )
    assert len(fixture.transport.sent) == 2


def test_the_rule_for_resets_does_not_apply_to_timeouts() -> None:
    assert not should_retry(
        read_call(on_unknown_outcome="fail", on_connection_error="retry_once"),
        TimedOut("x", outcome_unknown=True),
        0,
    )
    assert should_retry(
        read_call(on_unknown_outcome="retry", on_connection_error="fail"),
        TimedOut("x", outcome_unknown=True),
        0,
    )


@pytest.mark.parametrize(
    ("on_connection_error", "repeats"), [("retry", True), ("raise", False), ("fail", False)]
)
def test_the_rule_for_resets_overrides_the_one_for_unknown_outcomes(
    on_connection_error: Any,
    repeats: bool,  # noqa: FBT001
) -> None:
    call = read_call(
        on_unknown_outcome="fail" if repeats else "retry", on_connection_error=on_connection_error
    )
    assert should_retry(call, Unreachable("x", outcome_unknown=True), 0) is repeats


def test_a_bad_response_with_a_rejection_is_not_retried() -> None:
    assert not should_retry(
        read_call(), BadResponse("x", outcome_unknown=False, retryable=False), 0
    )


@pytest.mark.parametrize("kind", [Rejected, Internal, Forbidden])
def test_an_error_that_is_no_transport_error_is_not_retried_even_if_it_were_retryable(
    kind: type[SyncError],
) -> None:
    assert not should_retry(read_call(), kind("x", retryable=True), 0)
