"""OMS: which objects failed since the last tick needs a person, in a run and in a status."""

from __future__ import annotations

from typing import Any

import pytest

from functions.huawei.failed_objects import BUCKET_SECONDS, list_statistics, period
from functions.huawei.start_sync_task import OPERATION
from shared import validation
from shared.errors import DeadlineExceeded, Forbidden, InvalidInput, SyncError, TimedOut
from shared.models.operation import Operation
from tests.support.operation_runner import NOW, FlowRun, ProviderReply, run_operation

KEYS = {"src_ak": "a", "src_sk": "b", "dst_ak": "c", "dst_sk": "d"}
GIVEN: dict[str, object] = {"sync_task_id": "t", **KEYS}
TASK = {
    "status": "SYNCHRONIZING",
    "src_bucket": "photos",
    "dst_bucket": "photos-copy",
    "monthly_failure_object": 300,
}


def reading() -> Operation:
    found = OPERATION.read_only_variant()
    assert found is not None
    return found


def statistics(**numbers: list[int]) -> dict[str, object]:
    return {
        "sync_task_id": "t",
        "statistic_time_type": "FIVE_MINUTES",
        "statistic_datas": [
            {
                "data_type": kind,
                "data": [
                    {"time_stamp": 1_795_289_100_000 + 300_000 * at, "statistic_num": number}
                    for at, number in enumerate(found)
                ],
            }
            for kind, found in numbers.items()
        ],
    }


NOTHING = statistics(REQUEST=[], SUCCESS=[], FAILURE=[], SKIP=[], SIZE=[])


def begin(*replies: ProviderReply, **parameters: object) -> FlowRun:
    return run_operation(OPERATION, {**GIVEN, **parameters}, *replies)


def data_of(result: FlowRun) -> dict[str, Any]:
    return dict(result.successful_outcome.data)


@pytest.mark.parametrize("operation", [OPERATION, reading()], ids=["run", "status"])
def test_objects_that_failed_since_the_last_tick_need_attention(operation: Operation) -> None:
    counts = statistics(REQUEST=[9, 8], SUCCESS=[2], FAILURE=[5, 7], SKIP=[0, 3], SIZE=[4096])
    result = run_operation(operation, GIVEN, TASK, counts)

    assert result.actions == ["ShowSyncTask", "ListSyncTaskStatistic"]
    assert data_of(result)["attention"] == [
        {"id": "t", "name": "photos to photos-copy", "why": "12 objects failed in the last hour"}
    ]
    assert data_of(result)["attention_count"] == 1
    assert data_of(result)["window"] == {
        "from": "2026-11-21T19:20:00.000Z",
        "to": "2026-11-21T20:24:29.123Z",
        "request": 17,
        "success": 2,
        "failure": 12,
        "skip": 3,
        "size": 4096,
    }
    assert not result.successful_outcome.warnings


def test_without_a_failure_since_the_last_tick_nothing_needs_attention() -> None:
    data = data_of(begin(TASK, NOTHING))

    assert (data["attention"], data["attention_count"]) == ([], 0)
    assert data["window"]["failure"] == 0
    assert data["monthly_failure_object"] == 300


def test_the_statistics_are_the_documented_request() -> None:
    call = list_statistics("t", "p", 1_795_289_100_000, 1_795_292_669_123)

    assert (call.method, call.path) == ("GET", "/v2/p/sync-tasks/t/statistics")
    assert dict(call.query) == {
        "data_type": "REQUEST,SUCCESS,FAILURE,SKIP,SIZE",
        "start_time": "1795289100000",
        "end_time": "1795292669123",
    }
    assert call.permission == "oms:synctask:statistics"
    assert not call.writes
    assert call.on_unknown_outcome == "raise"


@pytest.mark.parametrize("seconds", [300, 900, 3600, 86_400, 604_800])
def test_the_window_begins_with_an_interval_of_oms_and_is_never_too_short(seconds: int) -> None:
    query = dict(begin(TASK, NOTHING, since_seconds=seconds).calls[-1].query)
    start, end = int(query["start_time"]), int(query["end_time"])

    assert end == int(NOW.timestamp() * 1000)
    assert start % (BUCKET_SECONDS * 1000) == 0
    assert 0 <= end - start - seconds * 1000 < BUCKET_SECONDS * 1000


@pytest.mark.parametrize("seconds", [0, 299, 604_801, -3600, 3600.5, "3600", True])
def test_a_period_out_of_its_range_is_refused(seconds: object) -> None:
    with pytest.raises(InvalidInput, match="since_seconds"):
        validation.parse_parameters({**GIVEN, "since_seconds": seconds}, {}, OPERATION)


def test_without_the_permission_this_months_failures_need_attention_and_a_hint_names_it() -> None:
    result = begin(TASK, Forbidden("example", http_status=403))
    data = data_of(result)

    assert result.successful_outcome.status == "unchanged"
    assert data["window"] is None
    assert data["attention"] == [
        {"id": "t", "name": "photos to photos-copy", "why": "300 objects failed this month"}
    ]
    assert "oms:synctask:statistics" in data["hint"]
    assert "oms:synctask:statistics" in " ".join(result.successful_outcome.hints)
    assert not result.successful_outcome.warnings
    assert data["verified"]["effect"] == "seen"


def test_a_month_without_failures_needs_no_attention_without_the_permission_either() -> None:
    task = {**TASK, "monthly_failure_object": 0}

    assert data_of(begin(task, Forbidden("example")))["attention"] == []


@pytest.mark.parametrize(
    "reply",
    [TimedOut("example", outcome_unknown=True), DeadlineExceeded("example")],
    ids=["hangs", "no time left"],
)
def test_a_look_that_fails_is_a_warning_and_not_a_failed_run(reply: SyncError) -> None:
    result = begin(TASK, reply)

    assert result.successful_outcome.status == "unchanged"
    assert data_of(result)["window"] is None
    assert data_of(result)["attention_count"] == 1
    assert reply.code in result.successful_outcome.warnings[0]
    assert not result.successful_outcome.hints


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"statistic_datas": {}},
        {"statistic_datas": [7]},
        {"statistic_datas": [{"data_type": "FAILURE"}]},
        {"statistic_datas": [{"data_type": "FAILURE", "data": [7]}]},
        {"statistic_datas": [{"data_type": "FAILURE", "data": [{"statistic_num": "7"}]}]},
        {"statistic_datas": [{"data_type": "FAILURE", "data": [{"statistic_num": -1}]}]},
        {"statistic_datas": [{"data_type": "NEW", "data": []}]},
    ],
)
def test_counts_that_are_not_there_are_a_warning_and_the_month_counts(body: Any) -> None:
    result = begin(TASK, body)

    assert "does not say" in result.successful_outcome.warnings[0]
    assert data_of(result)["attention"][0]["why"] == "300 objects failed this month"


def test_a_kind_that_is_missing_is_null_and_the_others_count() -> None:
    window = data_of(begin(TASK, statistics(FAILURE=[1], SKIP=[2])))["window"]

    assert (window["failure"], window["skip"], window["success"]) == (1, 2, None)


def test_a_task_whose_buckets_are_not_known_has_no_name() -> None:
    result = begin({"status": "SYNCHRONIZING"}, statistics(FAILURE=[1]))

    assert data_of(result)["attention"] == [
        {"id": "t", "name": None, "why": "1 object failed in the last hour"}
    ]


def test_a_failed_run_looks_for_no_failures() -> None:
    result = begin({**TASK, "status": "STOPPED"}, Forbidden("example", http_status=403))

    assert result.expected_error.data["window"] is None
    assert result.expected_error.data["attention"] == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3600, "hour"),
        (900, "15 minutes"),
        (7200, "2 hours"),
        (86_400, "day"),
        (604_800, "7 days"),
        (301, "301 seconds"),
    ],
)
def test_a_period_is_written_as_people_say_it(seconds: int, words: str) -> None:
    assert period(seconds) == words
