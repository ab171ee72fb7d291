"""What SyncAssetScan has of its own; ``test_sync_machines.py`` tests what both have in common."""

from __future__ import annotations

from typing import Any

import pytest

from functions.tencent.cwp import CWP
from functions.tencent.sync_asset_scan import ASSETS, OPERATION
from shared.errors import Forbidden, TimedOut, Unavailable
from tests.support.operation_runner import FlowRun, ProviderReply, keys_of, run_operation

OLD = {"LatestStartTime": "2020-11-11 12:01:00", "LatestEndTime": "2020-11-11 12:02:00"}
NEW = {"LatestStartTime": "2020-11-11 13:01:00", "LatestEndTime": "2020-11-11 13:02:00"}
NOTASK = {"State": "NOTASK", **OLD}
STALE = {"State": "FINISHED", **OLD, "TaskId": 7}
SYNCING = {"State": "SYNCING", "LatestStartTime": "2020-11-11 13:01:00", "TaskId": 8}
FINISHED = {"State": "FINISHED", **NEW, "TaskId": 8}


def run(*replies: ProviderReply, sync: bool = True, wait: float = 0) -> FlowRun:
    return run_operation(OPERATION, {"sync": sync, "wait_seconds": float(wait)}, *replies)


def data_of(result: FlowRun) -> Any:
    """Return the data of a run that did not fail."""
    return result.successful_outcome.data


def sent(result: FlowRun) -> list[object]:
    """Return the bodies of the requests; any other action is a failure."""
    assert {(call.service, call.action) for call in result.calls} == {(CWP, "SyncAssetScan")}
    return [call.body for call in result.calls]


def test_a_request_is_as_documented() -> None:
    call = ASSETS.request(sync=True)
    assert (call.method, call.version, call.body) == ("POST", "2018-02-28", {"Sync": True})
    assert (call.permission, call.max_per_second, call.writes) == ("cwp:SyncAssetScan", 20, True)


def test_a_read_sends_the_required_parameter_and_shows_the_task() -> None:
    result = run(STALE, sync=False)

    assert sent(result) == [{"Sync": False}]
    outcome = result.successful_outcome
    assert (outcome.status, outcome.data["task_id"]) == ("succeeded", 7)
    assert outcome.summary == "CWP asset list synchronized, finished 2020-11-11T12:02:00+08:00"


def test_a_synchronization_is_started_once_and_followed_to_its_end() -> None:
    result = run(STALE, SYNCING, SYNCING, FINISHED, wait=60)

    assert sent(result) == [{"Sync": False}, {"Sync": True}, {"Sync": False}, {"Sync": False}]
    outcome = result.successful_outcome
    assert outcome.status == "succeeded"
    assert (outcome.data["triggered"], outcome.data["task_id"]) == (True, 8)
    assert data_of(result)["verified"]["effect"] == "seen"
    assert data_of(result)["verified"]["by"] == ["SyncAssetScan"]
    assert (outcome.data["attention"], outcome.data["attention_count"]) == ([], 0)


def test_one_under_way_is_not_started_again() -> None:
    result = run(SYNCING)

    assert sent(result) == [{"Sync": False}]
    outcome = result.successful_outcome
    assert (outcome.status, outcome.data["task_id"]) == ("unchanged", 8)
    assert data_of(result)["verified"]["effect"] == "not_seen"


def test_the_state_of_the_pages_example_is_not_known_and_nothing_is_started() -> None:
    result = run({**NOTASK, "State": "0", "TaskId": 1})

    assert sent(result) == [{"Sync": False}]
    outcome = result.successful_outcome
    assert outcome.status == "unchanged"
    assert data_of(result)["verified"]["effect"] == "cannot_be_known"
    assert outcome.warnings == ("CWP reported the undocumented state 0",)


@pytest.mark.parametrize("value", [None, "8", True, 8.5, [8]])
def test_a_task_id_that_is_no_integer_is_null(value: object) -> None:
    data = run({**NOTASK, "TaskId": value}, sync=False).successful_outcome.data
    assert data["task_id"] is None


@pytest.mark.parametrize("reply", [NOTASK, STALE, SYNCING])
def test_the_data_has_the_promised_keys(reply: ProviderReply) -> None:
    assert set(run(reply, sync=False).successful_outcome.data) == set(keys_of(OPERATION))


def test_a_refused_start_says_that_nothing_was_triggered() -> None:
    result = run(STALE, Forbidden("denied"))

    error: Any = result.error
    assert (error.category, error.data["triggered"]) == ("forbidden", False)
    assert set(error.data) == set(keys_of(OPERATION))
    assert error.data["task_id"] == 7


def test_a_start_without_an_answer_is_looked_for_before_it_is_repeated() -> None:
    result = run(STALE, TimedOut("no answer", outcome_unknown=True), SYNCING, SYNCING)

    assert sent(result)[:3] == [{"Sync": False}, {"Sync": True}, {"Sync": False}]
    assert len(result.writes) == 1
    assert result.successful_outcome.data["triggered"] is True


def test_a_look_that_fails_after_the_start_is_a_warning() -> None:
    outcome = run(STALE, SYNCING, Unavailable("down"), wait=60).successful_outcome

    assert outcome.status == "running"
    assert outcome.warnings == ("could not read CWP's state after the start: Unavailable",)


@pytest.mark.parametrize(("end", "effect"), [("FINISHED", "seen"), ("NOTASK", "not_seen")])
def test_a_wait_for_an_earlier_run_sees_the_effect_only_when_cwp_says_finished(
    end: str, effect: str
) -> None:
    result = run(SYNCING, {**NOTASK, "State": end}, wait=30)
    assert result.successful_outcome.status == "succeeded"
    assert data_of(result)["triggered"] is False
    assert data_of(result)["verified"]["effect"] == effect
