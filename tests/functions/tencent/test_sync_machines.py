"""CWP: read, start once, poll; a FINISHED from before is never a success."""

from __future__ import annotations

import pytest

from functions.tencent.cwp import CWP
from functions.tencent.sync_machines import MACHINES, OPERATION
from shared.errors import (
    BadResponse,
    DeadlineExceeded,
    Forbidden,
    Rejected,
    SyncError,
    TimedOut,
    Unavailable,
)
from tests.support.operation_runner import FlowRun, ProviderReply, keys_of, run_operation

OLD = {"LatestStartTime": "2020-11-11 12:01:00", "LatestEndTime": "2020-11-11 12:02:00"}
NEW = {"LatestStartTime": "2020-11-11 13:01:00", "LatestEndTime": "2020-11-11 13:02:00"}
STALE = {"State": "FINISHED", **OLD}
MOVED = {"State": "FINISHED", **NEW}
SYNCING = {"State": "SYNCING", "LatestStartTime": "2020-11-11 13:01:00", "LatestEndTime": ""}
SYNCING_BEFORE = {"State": "SYNCING", **OLD}
NOTASK = {"State": "NOTASK", **OLD}
COUNTED = {"DescribeMachineGeneral": {"MachineCnt": 12, "NotProtectMachineCnt": 0}}
NEVER = {"State": "NOTASK", "LatestStartTime": "", "LatestEndTime": ""}


def sync(*replies: ProviderReply, wait: float = 0, most_pauses: int = 1000) -> FlowRun:
    parameters = {"sync": True, "wait_seconds": float(wait)}
    return run_operation(
        OPERATION, parameters, *replies, most_pauses=most_pauses, by_action=COUNTED
    )


def read(*replies: ProviderReply, wait: float = 0) -> FlowRun:
    parameters = {"sync": False, "wait_seconds": float(wait)}
    return run_operation(OPERATION, parameters, *replies, by_action=COUNTED)


def no_response() -> SyncError:
    return TimedOut("no answer", outcome_unknown=True)


def sync_flags(result: FlowRun) -> list[object]:
    """The ``Sync`` of each call."""
    return [call.body["Sync"] for call in result.calls if call.body]


@pytest.mark.parametrize(
    ("state", "status"),
    [("SYNCING", "running"), ("FINISHED", "succeeded"), ("NOTASK", "idle"), ("RESTING", "running")],
)
def test_reading_returns_the_state(state: str, status: str) -> None:
    result = read({"State": state, **OLD})
    assert result.successful_outcome.status == status
    assert result.successful_outcome.data["state"] == state
    assert result.successful_outcome.data["triggered"] is False


@pytest.mark.parametrize("state", ["SYNCING", "FINISHED", "NOTASK", "RESTING"])
def test_reading_only_never_starts_a_synchronization(state: str) -> None:
    result = read({"State": state, **OLD})
    assert sync_flags(result) == [False]
    assert not result.writes


def test_idle_shows_the_last_times() -> None:
    data = read(NOTASK).successful_outcome.data
    assert data["latest_start_time"] == "2020-11-11T12:01:00+08:00"
    assert data["latest_end_time"] == "2020-11-11T12:02:00+08:00"


@pytest.mark.parametrize("time", ["", None, "yesterday", 1605067260, "2020-11-11 12:01:00\n"])
def test_an_invalid_time_is_null(time: object) -> None:
    data = read(
        {"State": "NOTASK", "LatestStartTime": time, "LatestEndTime": time}
    ).successful_outcome.data
    assert data["latest_start_time"] is None
    assert data["latest_end_time"] is None


def test_missing_times_are_null() -> None:
    data = read({"State": "NOTASK"}).successful_outcome.data
    assert (data["latest_start_time"], data["latest_end_time"]) == (None, None)


@pytest.mark.parametrize("replies", [(STALE,), (NOTASK,)])
def test_the_data_of_a_read_has_the_promised_keys(replies: tuple[ProviderReply, ...]) -> None:
    assert set(read(*replies).successful_outcome.data) == set(keys_of(OPERATION))


def test_a_synchronization_under_way_is_unchanged_without_waiting() -> None:
    result = sync(SYNCING)
    assert result.successful_outcome.status == "unchanged"
    assert result.successful_outcome.data["triggered"] is False
    assert not result.writes


def test_a_synchronization_under_way_that_was_waited_for_succeeds_untriggered() -> None:
    result = sync(SYNCING, SYNCING, SYNCING, MOVED, wait=60)
    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.data["triggered"] is False
    assert result.successful_outcome.data["latest_end_time"] == "2020-11-11T13:02:00+08:00"
    assert not result.writes


def test_a_synchronization_under_way_that_outlasts_the_wait_is_running() -> None:
    result = sync(SYNCING, SYNCING, SYNCING, wait=1)
    assert result.successful_outcome.status == "running"
    assert result.successful_outcome.data["triggered"] is False


def test_a_synchronization_under_way_is_running_when_it_cannot_be_read() -> None:
    result = sync(SYNCING, Unavailable("example"), wait=60)
    assert result.successful_outcome.status == "running"
    assert result.successful_outcome.warnings
    assert not result.writes


def test_an_unknown_state_before_asking_counts_as_a_synchronization_under_way() -> None:
    result = sync({"State": "RESTING", **OLD})
    assert result.successful_outcome.status == "unchanged"
    assert not result.writes


def test_a_moved_start_time_makes_finished_a_success() -> None:
    result = sync(STALE, SYNCING, MOVED)
    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.data["triggered"] is True
    assert result.successful_outcome.data["latest_start_time"] == "2020-11-11T13:01:00+08:00"
    assert sync_flags(result) == [False, True, False]


def test_a_first_run_ever_that_finishes_is_a_success() -> None:
    assert sync(NEVER, SYNCING, MOVED).successful_outcome.status == "succeeded"


@pytest.mark.parametrize("after", [STALE, NOTASK, NEVER])
def test_a_state_from_before_is_never_a_success(after: ProviderReply) -> None:
    result = sync(STALE, after, after)
    assert result.successful_outcome.status == "accepted"
    assert result.successful_outcome.data["triggered"] is True


def test_a_stale_finished_is_polled_past() -> None:
    result = sync(STALE, STALE, STALE, STALE, SYNCING, MOVED, wait=60)
    assert result.successful_outcome.status == "succeeded"
    assert sync_flags(result).count(True) == 1


@pytest.mark.parametrize("state", ["SYNCING", "RESTING"])
def test_still_working_after_the_start_is_running(state: str) -> None:
    result = sync(STALE, SYNCING, {"State": state, **NEW})
    assert result.successful_outcome.status == "running"
    assert result.successful_outcome.data["triggered"] is True


def test_waiting_ends_when_no_time_is_left() -> None:
    result = sync(STALE, SYNCING, SYNCING, SYNCING, SYNCING, wait=600, most_pauses=2)
    assert result.successful_outcome.status == "running"


def test_polling_starts_at_one_second_and_backs_off_to_five() -> None:
    result = sync(STALE, *[SYNCING] * 12, MOVED, wait=600)
    seconds = [pause.seconds for pause in result.pauses]
    assert seconds[0] == 1
    assert seconds == sorted(seconds)
    assert seconds[-1] == 5


def test_after_a_missing_response_a_syncing_state_was_started_by_this_run() -> None:
    result = sync(STALE, no_response(), SYNCING_BEFORE, MOVED)
    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.data["triggered"] is True
    assert sync_flags(result).count(True) == 1


def test_after_a_missing_response_a_new_start_time_is_of_this_run() -> None:
    result = sync(STALE, no_response(), MOVED, MOVED)
    assert result.successful_outcome.status == "succeeded"
    assert sync_flags(result).count(True) == 1


def test_a_missing_response_that_had_no_effect_is_sent_again() -> None:
    result = sync(STALE, no_response(), STALE, SYNCING, MOVED)
    assert result.successful_outcome.status == "succeeded"
    assert sync_flags(result) == [False, True, False, True, False]


def test_a_missing_response_that_cannot_be_checked_fails_the_run() -> None:
    error = no_response()
    result = sync(STALE, error, Unavailable("example"))
    assert result.expected_error is error
    assert sync_flags(result).count(True) == 1


@pytest.mark.parametrize("shown", [SYNCING_BEFORE, MOVED])
def test_a_start_that_shows_once_the_next_is_rejected_is_of_this_run(
    shown: ProviderReply,
) -> None:
    result = sync(STALE, no_response(), STALE, Rejected("in progress"), shown, MOVED)
    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.data["triggered"] is True


def test_a_rejection_after_a_lost_start_that_does_not_show_is_unconfirmed() -> None:
    rejection = Rejected("example")
    result = sync(STALE, no_response(), STALE, rejection, STALE)
    assert result.expected_error is rejection
    assert rejection.is_unconfirmed_write
    assert rejection.data["triggered"] is None


def test_responses_that_never_arrive_do_not_go_on_for_ever() -> None:
    replies: list[ProviderReply] = [STALE]
    for _ in range(10):
        replies += [no_response(), STALE]
    result = sync(*replies)
    assert result.error is not None
    assert result.error.category == "timeout"
    assert sync_flags(result).count(True) <= 4


def test_a_request_that_never_left_is_not_checked() -> None:
    error = TimedOut("no connection", outcome_unknown=False)
    result = sync(STALE, error)
    assert result.expected_error is error


@pytest.mark.parametrize(
    "read_error",
    [
        Unavailable("example"),
        TimedOut("example", outcome_unknown=True),
        DeadlineExceeded("example"),
    ],
)
def test_a_failed_read_after_the_start_does_not_fail_the_run(read_error: SyncError) -> None:
    result = sync(STALE, STALE, read_error)
    assert result.successful_outcome.status == "accepted"
    assert result.successful_outcome.warnings


def test_a_failed_read_after_an_answer_that_says_syncing_is_running() -> None:
    result = sync(STALE, SYNCING, DeadlineExceeded("example"))
    assert result.successful_outcome.status == "running"
    assert result.successful_outcome.data["triggered"] is True


def test_a_failed_read_leaves_what_an_earlier_one_has_shown() -> None:
    forbidden = Forbidden("example", code="UnauthorizedOperation")
    result = sync(NOTASK, no_response(), SYNCING, forbidden)
    assert result.successful_outcome.status == "running"
    assert result.successful_outcome.data["state"] == "SYNCING"
    assert result.successful_outcome.data["triggered"] is True
    assert result.successful_outcome.warnings == (
        "could not read CWP's state after the start: UnauthorizedOperation",
    )


def test_a_garbled_read_after_the_start_does_not_fail_the_run() -> None:
    result = sync(STALE, SYNCING, {"State": 7})
    assert result.successful_outcome.status == "running"
    assert result.successful_outcome.warnings


def test_the_answer_to_asking_may_have_no_state() -> None:
    assert sync(STALE, {}, MOVED).successful_outcome.status == "succeeded"


def test_a_failed_first_read_starts_nothing() -> None:
    error = Forbidden("example")
    result = sync(error)
    assert result.expected_error is error
    assert not result.writes


def test_a_refused_request_fails_the_run_with_the_state_it_knows() -> None:
    result = sync(STALE, Forbidden("example"))
    assert result.expected_error.category == "forbidden"
    assert result.expected_error.data["triggered"] is False
    assert result.expected_error.data["state"] == "FINISHED"


@pytest.mark.parametrize("state", [None, "", 1, ["FINISHED"]])
def test_a_read_without_a_state_is_a_bad_response(state: object) -> None:
    assert isinstance(read({"State": state, **OLD}).expected_error, BadResponse)


def test_synchronizing_is_the_default() -> None:
    run = run_operation(OPERATION, {}, STALE, SYNCING, MOVED, by_action=COUNTED)
    assert sync_flags(run)[1] is True


@pytest.mark.parametrize("value", [True, False])
def test_the_request_is_as_documented_and_always_has_sync(value: bool) -> None:  # noqa: FBT001
    call = MACHINES.request(sync=value)
    assert (call.service, call.action, call.version) == (CWP, "SyncMachines", "2018-02-28")
    assert (call.method, call.path, call.query) == ("POST", "/", ())
    assert call.body == {"Sync": value}
    assert call.writes is value
    assert call.max_per_second == 20


def test_the_read_never_writes_and_both_use_the_rate_limit() -> None:
    assert MACHINES.request(sync=True).on_unknown_outcome == "raise"
    assert MACHINES.request(sync=False).on_unknown_outcome == "retry"


def test_a_failed_poll_shows_the_state_that_was_read_last() -> None:
    ended = sync(STALE, SYNCING_BEFORE, SYNCING, Unavailable("busy"), wait=30).successful_outcome
    assert ended.data["latest_start_time"] == "2020-11-11T13:01:00+08:00"
    assert ended.warnings
