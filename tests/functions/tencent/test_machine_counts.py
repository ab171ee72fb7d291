"""What a run of SyncMachines says about the machines, and whether its effect was seen."""

from __future__ import annotations

import pytest

from functions.tencent.sync_machines import OPERATION
from shared.errors import Forbidden, TimedOut, Unavailable
from shared.models.flow import ApiResponse
from tests.support.operation_runner import FlowRun, ProviderReply, run_operation

AT = "2026-11-21T20:24:29.123Z"
OLD = {"LatestStartTime": "2020-11-11 12:01:00", "LatestEndTime": "2020-11-11 12:02:00"}
NEW = {"LatestStartTime": "2020-11-11 13:01:00", "LatestEndTime": "2020-11-11 13:02:00"}
STALE = {"State": "FINISHED", **OLD}
SYNCING = {"State": "SYNCING", "LatestStartTime": "2020-11-11 13:01:00", "LatestEndTime": ""}
MOVED = ApiResponse({"State": "FINISHED", **NEW}, received_at=AT)

TWELVE = {
    "MachineCnt": 12,
    "ProtectMachineCnt": 9,
    "NotProtectMachineCnt": 3,
    "RiskMachineCnt": 1,
}
FOURTEEN = {**TWELVE, "MachineCnt": 14, "NotProtectMachineCnt": 5}


def sync(*replies: ProviderReply, wait: float = 0) -> FlowRun:
    return run_operation(OPERATION, {"wait_seconds": wait}, *replies)


def test_the_machines_are_counted_before_and_after() -> None:
    run = sync(STALE, TWELVE, SYNCING, MOVED, FOURTEEN)
    outcome = run.successful_outcome
    assert run.actions[1] == run.actions[4] == "DescribeMachineGeneral"
    assert outcome.data["machines"] == {
        "before": {"total": 12, "protected": 9, "unprotected": 3, "at_risk": 1},
        "after": {"total": 14, "protected": 9, "unprotected": 5, "at_risk": 1},
    }


def test_machines_without_protection_need_attention() -> None:
    outcome = sync(STALE, TWELVE, SYNCING, MOVED, FOURTEEN).successful_outcome
    assert outcome.data["attention"] == [
        {"id": "unprotected", "name": "5 of 14 machines", "why": "CWP does not protect them"}
    ]
    assert outcome.data["attention_count"] == 1
    assert outcome.summary == (
        "CWP machine list synchronized, finished 2020-11-11T13:02:00+08:00; "
        "5 of 14 machines are not protected"
    )


def test_until_the_synchronization_is_done_the_counts_from_before_are_the_last_ones() -> None:
    data = sync(STALE, TWELVE, SYNCING, SYNCING).successful_outcome.data
    assert data["machines"]["after"] is None  # type: ignore[index]
    assert data["attention"][0]["name"] == "3 of 12 machines"  # type: ignore[index]


def test_a_read_is_one_request() -> None:
    data = run_operation(OPERATION, {"sync": False}, STALE).successful_outcome.data
    assert data["machines"] == {"before": None, "after": None}
    assert data["verified"] is None


def test_without_the_permission_the_run_goes_on_and_a_hint_names_it() -> None:
    outcome = sync(STALE, Forbidden("no"), SYNCING, MOVED, Forbidden("no")).successful_outcome
    assert outcome.status == "succeeded"
    assert outcome.data["machines"] == {"before": None, "after": None}
    assert outcome.data["attention"] == []
    assert set(outcome.hints) == {
        "allow `cwp:DescribeMachineGeneral` so that CWP's machines can be counted"
    }
    assert outcome.warnings == ()


@pytest.mark.parametrize(
    ("reply", "warning"),
    [
        (
            TimedOut("example", outcome_unknown=True),
            "CWP's machines could not be counted: TimedOut",
        ),
        (Unavailable("example", code="InternalError"), "could not be counted: InternalError"),
        ({}, "CWP's machines could not be counted: no MachineCnt"),
        ({"MachineCnt": "12"}, "CWP's machines could not be counted: no MachineCnt"),
        ({"MachineCnt": True}, "CWP's machines could not be counted: no MachineCnt"),
        ({"MachineCnt": -1}, "CWP's machines could not be counted: no MachineCnt"),
    ],
)
def test_counts_that_cannot_be_read_are_a_warning(reply: ProviderReply, warning: str) -> None:
    outcome = sync(STALE, reply, SYNCING, MOVED, TWELVE).successful_outcome
    assert outcome.status == "succeeded"
    assert outcome.data["machines"]["before"] is None  # type: ignore[index]
    (told,) = outcome.warnings
    assert warning in told


def test_a_failed_start_keeps_the_counts() -> None:
    error = sync(STALE, TWELVE, Forbidden("no")).expected_error
    assert error.data["machines"]["before"]["total"] == 12  # type: ignore[index]
    assert error.data["verified"] is None


def test_a_new_end_is_the_effect() -> None:
    data = sync(STALE, TWELVE, SYNCING, MOVED, TWELVE).successful_outcome.data
    assert data["verified"] == {"effect": "seen", "by": ["SyncMachines"], "at": AT}


@pytest.mark.parametrize(
    ("replies", "effect"),
    [
        ((STALE, TWELVE, SYNCING, SYNCING), "not_seen"),
        ((STALE, TWELVE, STALE, STALE), "not_seen"),
        ((STALE, TWELVE, SYNCING, {**SYNCING, "State": "RESTING"}), "cannot_be_known"),
        ((SYNCING, TWELVE), "not_seen"),
        (({**SYNCING, "State": "RESTING"}, TWELVE), "cannot_be_known"),
    ],
)
def test_before_the_end_the_effect_is_not_seen(
    replies: tuple[ProviderReply, ...], effect: str
) -> None:
    data = sync(*replies).successful_outcome.data
    assert data["verified"]["effect"] == effect  # type: ignore[index]


def test_an_undocumented_state_is_a_warning() -> None:
    outcome = sync({**SYNCING, "State": "RESTING"}, TWELVE).successful_outcome
    assert outcome.warnings == ("CWP reported the undocumented state RESTING",)


def test_an_end_before_the_start_is_not_when_the_run_finished() -> None:
    odd = {"State": "FINISHED", "LatestStartTime": NEW["LatestStartTime"]}
    odd |= {"LatestEndTime": OLD["LatestEndTime"]}
    outcome = sync(STALE, TWELVE, SYNCING, odd, TWELVE | {"NotProtectMachineCnt": 0})
    assert outcome.successful_outcome.summary == (
        "CWP machine list synchronized, end time not reported"
    )
