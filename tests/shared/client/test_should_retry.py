"""Which failed calls the driver may send again by itself."""

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
    Refused,
    SyncError,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from tests.shared.client.fakes import answer, client_for, look, one


@pytest.mark.parametrize("on_lost", ["repeat", "ask", "stop"])
@pytest.mark.parametrize("error", [Throttled("x"), Unavailable("x")])
def test_a_provider_that_is_busy_or_unwell_is_asked_again(error: SyncError, on_lost: Any) -> None:
    assert should_retry(look(on_lost=on_lost), error, 0)


@pytest.mark.parametrize(
    "kind",
    [
        Conflict,
        Forbidden,
        Internal,
        InvalidInput,
        Misconfigured,
        NotFound,
        Refused,
        Unauthenticated,
    ],
)
def test_a_no_is_not_asked_again(kind: type[SyncError]) -> None:
    assert not should_retry(look(), kind("x"), 0)


@pytest.mark.parametrize("error", [Throttled("x", retryable=False), TimedOut("x", retryable=False)])
def test_an_error_that_says_so_is_not_repeated(error: SyncError) -> None:
    assert not should_retry(look(), error, 0)


@pytest.mark.parametrize("on_lost", ["repeat", "ask", "stop"])
@pytest.mark.parametrize("error", [TimedOut("x"), Unreachable("x")])
def test_what_never_left_is_always_repeatable(error: SyncError, on_lost: Any) -> None:
    assert should_retry(look(on_lost=on_lost), error, 5)


LOST = [TimedOut("x", lost=True), Unreachable("x", lost=True), BadResponse("x", lost=True)]


@pytest.mark.parametrize(
    ("on_lost", "repeats"), [("repeat", True), ("ask", False), ("stop", False)]
)
@pytest.mark.parametrize("error", LOST)
def test_a_lost_answer_is_repeated_only_where_the_call_says_so(
    error: SyncError,
    on_lost: Any,
    repeats: bool,  # noqa: FBT001
) -> None:
    assert should_retry(look(on_lost=on_lost), error, 0) is repeats


@pytest.mark.parametrize(("unknown_outcomes", "retries"), [(0, True), (1, False), (2, False)])
def test_a_reset_is_repeated_once_where_the_call_says_once(
    unknown_outcomes: int,
    retries: bool,  # noqa: FBT001
) -> None:
    call = look(on_lost="stop", on_reset="once")
    assert should_retry(call, Unreachable("x", lost=True), unknown_outcomes) is retries


def test_a_reset_after_a_time_out_was_sent_twice_already() -> None:
    made = client_for(TimedOut("x", lost=True), Unreachable("x", lost=True), answer())
    with pytest.raises(Unreachable):
        made.client.run(one(look(on_lost="repeat", on_reset="once"))())
    assert len(made.sender.sent) == 2


def test_a_rule_for_resets_says_nothing_of_time_outs() -> None:
    assert not should_retry(look(on_lost="stop", on_reset="once"), TimedOut("x", lost=True), 0)
    assert should_retry(look(on_lost="repeat", on_reset="stop"), TimedOut("x", lost=True), 0)


@pytest.mark.parametrize(
    ("on_reset", "repeats"), [("repeat", True), ("ask", False), ("stop", False)]
)
def test_a_rule_for_resets_goes_before_the_one_for_lost_answers(
    on_reset: Any,
    repeats: bool,  # noqa: FBT001
) -> None:
    call = look(on_lost="stop" if repeats else "repeat", on_reset=on_reset)
    assert should_retry(call, Unreachable("x", lost=True), 0) is repeats


def test_a_bad_response_that_says_no_is_not_repeated() -> None:
    assert not should_retry(look(), BadResponse("x", lost=False, retryable=False), 0)
