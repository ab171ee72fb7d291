"""OMS: read, start or stop a task that has not the wanted state, read again."""

from __future__ import annotations

from copy import copy
from typing import Any, NamedTuple

import pytest

from functions.huawei import start_sync_task, stop_sync_task
from functions.huawei.sync_task import PERMISSION_HINT
from shared.errors import (
    BadResponse,
    Conflict,
    DeadlineExceeded,
    Forbidden,
    NotFound,
    Rejected,
    SyncError,
    Throttled,
    TimedOut,
    Unavailable,
)
from shared.models.flow import ApiResponse
from shared.models.operation import Operation
from tests.support.operation_runner import FlowRun, ProviderReply, keys_of, run_operation

AT = "2026-11-21T20:24:30.000Z"
STOPPED = ApiResponse({"status": "STOPPED"}, received_at=AT)
SYNCHRONIZING = ApiResponse({"status": "SYNCHRONIZING"}, received_at=AT)
SEEN = {"effect": "seen", "by": ["ShowSyncTask"], "at": AT}
NO_FAILURES = {"statistic_datas": [{"data_type": "FAILURE", "data": []}]}


class Case(NamedTuple):
    """A change of a task's state.

    Parameters
    ----------
    operation: the operation.
    keys: the parameters beside the task.
    before: the state that is changed.
    after: the wanted state.
    done, by_others: the words for it.
    """

    operation: Operation
    keys: dict[str, object]
    before: ApiResponse
    after: ApiResponse
    done: str
    by_others: str

    def run(self, *replies: ProviderReply, wait: float = 0) -> FlowRun:
        """Run with these replies; no object failed."""
        parameters = {"sync_task_id": "example-task", **self.keys, "wait_seconds": float(wait)}
        by_action = {"ListSyncTaskStatistic": NO_FAILURES}
        return run_operation(self.operation, parameters, *replies, by_action=by_action)


START = Case(
    start_sync_task.OPERATION,
    {"src_ak": "a", "src_sk": "b", "dst_ak": "c", "dst_sk": "d"},
    STOPPED,
    SYNCHRONIZING,
    "synchronizing",
    "started",
)
STOP = Case(stop_sync_task.OPERATION, {}, SYNCHRONIZING, STOPPED, "stopped", "stopped")


@pytest.fixture(params=[START, STOP], ids=["start", "stop"])
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


def data_of(result: FlowRun) -> dict[str, Any]:
    return dict(result.successful_outcome.data)


def no_response() -> SyncError:
    return TimedOut("no answer", outcome_unknown=True)


def refused(*, after_unknown_outcome: bool = False) -> SyncError:
    error = Rejected("example", code="OMS.0000", http_status=400)
    error.after_unknown_outcome = after_unknown_outcome
    return error


def forbidden() -> SyncError:
    return Forbidden("example", http_status=403)


def test_a_task_that_has_the_state_is_unchanged_and_only_read(case: Case) -> None:
    result = case.run(case.after)

    assert result.successful_outcome.status == "unchanged"
    assert result.successful_outcome.summary == f"task example-task is already {case.done}"
    assert (data_of(result)["triggered"], data_of(result)["verified"]) == (False, SEEN)
    assert not result.writes


def test_a_task_in_the_other_state_is_changed_and_read(case: Case) -> None:
    result = case.run(case.before, None, case.after)

    write = case.operation.id.rpartition(".")[2]
    assert result.actions[:3] == ["ShowSyncTask", write, "ShowSyncTask"]
    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.summary == f"task example-task is {case.done}"
    data = data_of(result)
    assert set(data) == set(keys_of(case.operation))
    states = (case.before.body["status"], case.after.body["status"])
    assert (data["state_before"], data["state_after"]) == states
    assert (data["triggered"], data["verified"]) == (True, SEEN)


def test_a_change_that_does_not_show_is_accepted_and_not_seen(case: Case) -> None:
    result = case.run(case.before, None, case.before)

    assert result.successful_outcome.status == "accepted"
    assert data_of(result)["state_after"] == case.before.body["status"]
    assert data_of(result)["verified"] == {**SEEN, "effect": "not_seen"}


def test_waiting_ends_when_the_task_has_the_state(case: Case) -> None:
    result = case.run(case.before, None, case.before, case.before, case.after, wait=60)

    assert result.successful_outcome.status == "succeeded"
    assert len(result.writes) == 1


def test_a_wait_that_runs_out_is_accepted(case: Case) -> None:
    result = case.run(case.before, None, case.before, case.before, wait=1)

    assert result.successful_outcome.status == "accepted"


def test_an_unknown_state_is_changed_too_and_does_not_fail_the_run(case: Case) -> None:
    result = case.run({"status": "RESTING"}, None, {"status": "WAKING"})

    assert result.successful_outcome.status == "accepted"
    assert data_of(result)["state_after"] == "WAKING"
    assert case.run({"status": "RESTING"}, None, case.after).successful_outcome.status == (
        "succeeded"
    )


# The first look fails


@pytest.mark.parametrize(
    "error",
    [NotFound("example", http_status=404), Unavailable("example", http_status=503), no_response()],
)
def test_a_first_look_that_fails_ends_the_run(case: Case, error: SyncError) -> None:
    result = case.run(error)

    assert result.expected_error is error
    assert not result.writes


@pytest.mark.parametrize("body", [None, {}, {"status": ""}, {"status": 3}])
def test_a_first_look_without_a_state_is_a_bad_response(case: Case, body: Any) -> None:
    result = case.run(body)

    assert isinstance(result.expected_error, BadResponse)
    assert not result.writes


def test_a_forbidden_first_look_does_not_prevent_the_change_and_verifies_nothing(
    case: Case,
) -> None:
    result = case.run(forbidden(), None)

    assert result.successful_outcome.status == "accepted"
    assert (data_of(result)["state_before"], data_of(result)["verified"]) == (None, None)
    assert "oms:synctask:get" in data_of(result)["hint"]
    assert result.successful_outcome.hints == (PERMISSION_HINT,)
    assert not result.successful_outcome.warnings
    assert len(result.writes) == 1


def test_a_rejection_without_a_look_fails_and_names_the_missing_permission(case: Case) -> None:
    result = case.run(forbidden(), refused())

    assert result.expected_error.code == "OMS.0000"
    assert "oms:synctask:get" in result.expected_error.hint
    assert result.expected_error.data["triggered"] is False


def test_a_change_without_a_look_and_without_a_response_is_not_sent_again(case: Case) -> None:
    result = case.run(forbidden(), no_response())

    assert result.expected_error.category == "timeout"
    assert len(result.writes) == 1
    assert result.expected_error.data["triggered"] is None
    assert "oms:synctask:get" in result.expected_error.hint


# OMS rejects the change


def test_a_rejected_change_of_a_task_that_has_the_state_now_is_not_a_failure(case: Case) -> None:
    result = case.run(case.before, refused(), case.after)

    assert result.successful_outcome.status == "unchanged"
    by_others = f"task example-task was {case.by_others} by someone else"
    assert result.successful_outcome.summary == by_others
    assert data_of(result)["triggered"] is False


def test_a_rejected_change_of_a_task_that_stays_as_it_is_fails(case: Case) -> None:
    result = case.run(case.before, refused(), case.before)

    assert result.expected_error.code == "OMS.0000"
    assert result.expected_error.data["state_after"] == case.before.body["status"]
    assert result.expected_error.data["triggered"] is False


def test_a_rejected_change_that_cannot_be_checked_fails_as_rejected(case: Case) -> None:
    result = case.run(case.before, refused(), Unavailable("example"))

    assert result.expected_error.code == "OMS.0000"


def test_a_rejection_after_a_lost_change_is_not_called_a_failure(case: Case) -> None:
    result = case.run(case.before, refused(after_unknown_outcome=True), case.before)

    assert result.successful_outcome.status == "accepted"
    assert data_of(result)["triggered"] is None


REJECTIONS = [
    Rejected("example", code="OMS.0000", http_status=400),
    Conflict("example", http_status=409),
    Forbidden("example", http_status=403),
    NotFound("example", http_status=404),
    Throttled("example", http_status=429),
]


@pytest.mark.parametrize("rejection", REJECTIONS, ids=lambda each: each.category)
def test_a_change_that_shows_once_the_next_is_rejected_is_of_this_run(
    case: Case, rejection: SyncError
) -> None:
    result = case.run(
        case.before, no_response(), case.before, copy(rejection), case.after, case.after
    )

    assert result.successful_outcome.status == "succeeded"
    assert data_of(result)["triggered"] is True
    assert len(result.writes) == 2


@pytest.mark.parametrize("rejection", REJECTIONS, ids=lambda each: each.category)
def test_a_change_that_does_not_show_may_have_been_accepted_before_the_rejection(
    case: Case, rejection: SyncError
) -> None:
    result = case.run(
        case.before, no_response(), case.before, copy(rejection), case.before, case.before
    )

    assert result.successful_outcome.status == "accepted"
    assert data_of(result)["triggered"] is None


@pytest.mark.parametrize("rejection", REJECTIONS, ids=lambda each: each.category)
def test_a_rejection_after_a_lost_change_that_cannot_be_checked_is_unconfirmed(
    case: Case, rejection: SyncError
) -> None:
    lost, last = no_response(), copy(rejection)
    lost.unconfirmed_hint = "It may still happen."
    result = case.run(
        case.before, lost, case.before, last, Unavailable("example"), Unavailable("example")
    )

    assert result.expected_error is last
    assert last.is_unconfirmed_write
    assert last.hint.endswith(" It may still happen.")
    assert last.data["triggered"] is None


def test_a_conflict_is_checked_like_a_rejection(case: Case) -> None:
    result = case.run(case.before, Conflict("example", http_status=409), case.after)

    assert result.successful_outcome.status == "unchanged"


def test_a_rejection_other_than_by_400_fails_at_once(case: Case) -> None:
    result = case.run(case.before, forbidden())

    assert result.expected_error.category == "forbidden"
    assert result.expected_error.data["state_before"] == case.before.body["status"]


# No response to the change


def test_a_change_without_a_response_that_had_an_effect_is_not_sent_again(case: Case) -> None:
    result = case.run(case.before, no_response(), case.after, case.after)

    assert result.successful_outcome.status == "succeeded"
    assert data_of(result)["triggered"] is True
    assert len(result.writes) == 1


def test_a_change_without_a_response_that_had_no_effect_is_sent_again(case: Case) -> None:
    result = case.run(case.before, no_response(), case.before, None, case.after)

    assert result.successful_outcome.status == "succeeded"
    assert len(result.writes) == 2


def test_a_change_without_a_response_that_cannot_be_checked_fails(case: Case) -> None:
    error = no_response()

    assert case.run(case.before, error, Unavailable("example")).expected_error is error


def test_changes_that_never_get_a_response_do_not_go_on_for_ever(case: Case) -> None:
    replies: list[ProviderReply] = [case.before]
    for _ in range(10):
        replies += [no_response(), case.before]
    result = case.run(*replies)

    assert result.error is not None
    assert result.error.category == "timeout"
    assert len(result.writes) <= 4


# The last look fails


@pytest.mark.parametrize(
    "error", [Unavailable("example"), no_response(), DeadlineExceeded("example")]
)
def test_a_failed_look_after_the_change_does_not_fail_the_run(case: Case, error: SyncError) -> None:
    result = case.run(case.before, None, error)

    assert result.successful_outcome.status == "accepted"
    assert data_of(result)["triggered"] is True
    assert data_of(result)["verified"]["effect"] == "cannot_be_known"
    assert result.successful_outcome.warnings
    assert not result.successful_outcome.hints


def test_a_forbidden_look_after_the_change_verifies_nothing_and_names_the_permission(
    case: Case,
) -> None:
    result = case.run(case.before, None, forbidden())

    assert result.successful_outcome.status == "accepted"
    assert data_of(result)["verified"] is None
    assert "oms:synctask:get" in data_of(result)["hint"]
    assert result.successful_outcome.hints == (PERMISSION_HINT,)
    assert not result.successful_outcome.warnings


def test_a_garbled_look_after_the_change_does_not_fail_the_run(case: Case) -> None:
    assert case.run(case.before, None, {"state": 1}).successful_outcome.status == "accepted"
