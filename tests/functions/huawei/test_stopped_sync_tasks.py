"""OMS: every stopped task of ``OMS_TASKS``, each with its own keys and its own outcome."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from functions.huawei.listed_tasks import common_region, why_stopped_forbidden
from functions.huawei.oms_tasks import read_tasks
from functions.huawei.start_sync_task import OPERATION
from functions.huawei.stopped_sync_tasks import LIST_HINT
from functions.huawei.sync_task import PERMISSION_HINT
from shared import validation
from shared.errors import (
    DeadlineExceeded,
    Forbidden,
    InvalidInput,
    Misconfigured,
    NotFound,
    SyncError,
    TimedOut,
    Unavailable,
)
from shared.models.flow import ApiCall, ApiResponse
from shared.models.operation import CallContext, Operation
from shared.models.secret import Secret
from tests.support.operation_runner import (
    CONTEXT,
    FlowRun,
    ProviderReply,
    keys_of,
    run_flow,
)

AT = "2026-11-21T20:24:30.000Z"
TASKS: dict[str, dict[str, str]] = {
    "a": {"region": "cn-north-4", "keys": "OMS_A"},
    "b": {"keys": "OMS_B"},
    "c": {"region": "cn-east-3", "keys": "OMS_C"},
}
NAMES = ("SRC_AK", "SRC_SK", "DST_AK", "DST_SK")
KEYS = {f"OMS_{task}_{name}": f"{task}{name}" for task in "ABC" for name in NAMES}
NO_FAILURES: ProviderReply = {"statistic_datas": [{"data_type": "FAILURE", "data": []}]}


def state(word: str) -> ApiResponse:
    return ApiResponse({"status": word}, received_at=AT)


STOPPED, RUNNING = state("STOPPED"), state("SYNCHRONIZING")
STARTED: tuple[ProviderReply, ...] = (STOPPED, None, RUNNING, NO_FAILURES)
"""The replies to the start of one task."""

SEEN_RUNNING: tuple[ProviderReply, ...] = (RUNNING, NO_FAILURES)
"""The replies to the look at a task that is not stopped."""


def listing(*ids: str, count: int | None = None) -> dict[str, object]:
    rows = [{"sync_task_id": each, "status": "STOPPED"} for each in ids]
    return {"tasks": rows, "count": len(rows) if count is None else count}


def begin(
    *replies: ProviderReply,
    tasks: Mapping[str, Mapping[str, str]] | None = None,
    settings: Mapping[str, str] | None = None,
    operation: Operation = OPERATION,
    context: CallContext = CONTEXT,
    **parameters: object,
) -> FlowRun:
    own = {"OMS_TASKS": json.dumps(TASKS if tasks is None else tasks)}
    own |= KEYS if settings is None else settings
    raw = {"sync_task_id": "stopped", **parameters}
    params = validation.parse_parameters(raw, {}, operation)
    assert operation.with_secrets is not None

    def secret(name: str) -> Secret | None:
        return Secret(own[name]) if name in own else None

    complete = operation.with_secrets(params, secret, own.get)
    return run_flow(operation.flow(complete, context), *replies)


def data_of(result: FlowRun) -> dict[str, Any]:
    return dict(result.successful_outcome.data)


def outcomes(data: Mapping[str, Any]) -> dict[str, str]:
    return {each["id"]: each["status"] for each in data["tasks"]}


def started(result: FlowRun) -> list[str]:
    return [call.path.split("/")[4] for call in result.writes]


def keys_in(call: ApiCall) -> dict[str, str]:
    assert call.body is not None
    return {
        name: value.get_secret_value()
        for name, value in call.body.items()
        if isinstance(value, Secret)
    }


def test_every_stopped_task_is_started_with_its_own_keys() -> None:
    result = begin(listing("a", "b"), *STARTED, *STARTED)

    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.summary == "started a, b; in another region or project: c"
    assert started(result) == ["a", "b"]
    assert [keys_in(call) for call in result.writes] == [
        {name.lower(): f"{task}{name}" for name in NAMES} for task in "AB"
    ]
    data = data_of(result)
    assert set(data) == set(keys_of(OPERATION))
    assert (data["sync_task_id"], data["triggered"], data["left_out"]) == ("stopped", True, ["c"])
    assert outcomes(data) == {"a": "succeeded", "b": "succeeded"}
    assert data["verified"] == {"effect": "seen", "by": ["ListSyncTasks", "ShowSyncTask"], "at": AT}


def test_a_stopped_task_that_is_not_listed_is_never_started() -> None:
    result = begin(listing("foreign", "a", "c"), *STARTED, *SEEN_RUNNING)

    assert started(result) == ["a"]
    assert outcomes(data_of(result)) == {"a": "succeeded", "b": "unchanged"}


def test_when_none_is_stopped_nothing_is_written() -> None:
    result = begin(listing(), *SEEN_RUNNING, *SEEN_RUNNING)

    assert result.successful_outcome.status == "unchanged"
    assert result.successful_outcome.summary.startswith("no listed task was stopped")
    assert not result.writes
    assert data_of(result)["triggered"] is False
    assert data_of(result)["verified"]["effect"] == "seen"


def test_one_task_that_fails_does_not_keep_the_others_from_being_started() -> None:
    refusal = Forbidden("example", code="APIGW.0302", http_status=403)
    result = begin(listing("a", "b"), STOPPED, refusal, *STARTED)

    error = result.expected_error
    assert started(result) == ["a", "b"]
    assert error.message == "1 of 2 tasks failed: a (APIGW.0302): example"
    data: Any = error.data
    assert outcomes(data) == {"a": "failed", "b": "succeeded"}
    assert data["tasks"][0]["error"] == {
        "category": "forbidden",
        "code": "APIGW.0302",
        "message": "example",
    }
    assert (data["triggered"], data["verified"]) == (True, None)
    assert set(data) == set(keys_of(OPERATION))


def test_a_task_without_keys_fails_alone_and_before_it_is_asked_for() -> None:
    settings = {name: value for name, value in KEYS.items() if name != "OMS_A_SRC_SK"}
    result = begin(listing("a", "b"), *STARTED, settings=settings)

    assert started(result) == ["b"]
    assert result.expected_error.code == "StorageKeysMissing"
    assert "OMS_A_SRC_SK" in result.expected_error.message


def test_keys_of_a_task_that_is_not_stopped_are_not_needed() -> None:
    settings = {name: value for name, value in KEYS.items() if "OMS_A" not in name}
    result = begin(listing("b"), *STARTED, *SEEN_RUNNING, settings=settings)

    assert outcomes(data_of(result)) == {"a": "unchanged", "b": "succeeded"}


def test_a_url_list_task_is_started_without_source_keys() -> None:
    tasks = {"a": {"keys": "OMS_A", "source_keys": "none"}}
    result = begin(listing("a"), *STARTED, tasks=tasks)

    assert set(keys_in(result.writes[0])) == {"dst_ak", "dst_sk"}


def test_a_start_that_may_have_been_done_is_said_to_be_unknown() -> None:
    lost = TimedOut("no answer", outcome_unknown=True)
    lost.is_unconfirmed_write = True
    refusal = Forbidden("example", code="APIGW.0302", http_status=403)
    result = begin(listing("a", "b"), STOPPED, refusal, STOPPED, lost, Unavailable("example"))

    error = result.expected_error
    assert error.is_unconfirmed_write
    assert error.retryable
    assert error.data["triggered"] is None
    assert "a (APIGW.0302), b (TimedOut)" in error.message


def test_a_start_that_has_not_taken_effect_is_accepted() -> None:
    result = begin(listing("b"), STOPPED, None, STOPPED, NO_FAILURES, *SEEN_RUNNING)

    assert result.successful_outcome.status == "accepted"
    assert data_of(result)["verified"]["effect"] == "not_seen"


def test_all_are_started_before_one_is_waited_for() -> None:
    result = begin(
        *(listing("a", "b"), STOPPED, None, STOPPED, NO_FAILURES, *STARTED),
        *(STOPPED, RUNNING),
        wait_seconds=60.0,
    )

    assert result.successful_outcome.status == "succeeded"
    assert outcomes(data_of(result)) == {"a": "succeeded", "b": "succeeded"}
    assert data_of(result)["verified"]["effect"] == "seen"
    assert [call.action for call in result.calls][-2:] == ["ShowSyncTask"] * 2
    assert len(result.writes) == 2


# Where the tasks are


def test_each_project_has_its_own_list() -> None:
    tasks = {
        "a": {"keys": "OMS_A", "project_id": "one"},
        "b": {"keys": "OMS_B", "project_id": "two"},
    }
    result = begin(listing("a", "b"), listing("b"), *STARTED, *STARTED, tasks=tasks)

    lists = [call for call in result.calls if call.action == "ListSyncTasks"]
    assert [call.path for call in lists] == ["/v2/one/sync-tasks", "/v2/two/sync-tasks"]
    assert [call.path for call in result.writes] == [
        "/v2/one/sync-tasks/a/start",
        "/v2/two/sync-tasks/b/start",
    ]


def test_a_task_of_the_same_id_in_another_project_is_not_started() -> None:
    tasks = {
        "a": {"keys": "OMS_A", "project_id": "one"},
        "b": {"keys": "OMS_B", "project_id": "two"},
    }
    result = begin(*(listing("b"), listing("a"), *SEEN_RUNNING, *SEEN_RUNNING), tasks=tasks)

    assert not result.writes


def test_a_list_that_cannot_be_read_fails_its_own_project_only() -> None:
    tasks = {
        "a": {"keys": "OMS_A", "project_id": "one"},
        "b": {"keys": "OMS_B", "project_id": "two"},
    }
    result = begin(Unavailable("example"), listing("b"), *STARTED, tasks=tasks)

    assert started(result) == ["b"]
    data: Any = result.expected_error.data
    assert outcomes(data) == {"a": "failed", "b": "succeeded"}


def test_with_a_project_only_its_tasks_are_started() -> None:
    tasks = {
        "a": {"keys": "OMS_A", "project_id": "one"},
        "b": {"keys": "OMS_B", "project_id": "two"},
    }
    result = begin(listing("a"), *STARTED, tasks=tasks, project_id="one")

    assert data_of(result)["left_out"] == ["b"]


def test_the_project_is_looked_up_once() -> None:
    found = {"projects": [{"id": "found", "name": "cn-north-4"}]}
    context = CONTEXT._replace(project_id=None)
    result = begin(found, listing("a", "b"), *STARTED, *STARTED, context=context)

    assert result.actions.count("KeystoneListProjects") == 1
    assert result.writes[0].path == "/v2/found/sync-tasks/a/start"


def test_the_list_is_the_documented_request_and_read_to_its_end() -> None:
    full = listing(*(f"other-{number}" for number in range(100)))
    result = begin(full, listing("a"), *STARTED, *SEEN_RUNNING)

    lists = [call for call in result.calls if call.action == "ListSyncTasks"]
    assert [dict(call.query) for call in lists] == [
        {"limit": "100", "offset": "0", "status": "STOPPED"},
        {"limit": "100", "offset": "100", "status": "STOPPED"},
    ]
    assert lists[0].permission == "oms:synctask:list"
    assert started(result) == ["a"]


def test_no_page_after_the_last_documented_offset_is_read() -> None:
    full = listing(*(f"other-{number}" for number in range(100)))
    result = begin(*[full] * 101, *SEEN_RUNNING, *SEEN_RUNNING)

    offsets = [dict(call.query).get("offset") for call in result.calls]
    assert offsets.count("10000") == 1


@pytest.mark.parametrize("body", [None, {}, {"tasks": {}}, {"tasks": [7]}])
def test_an_answer_without_a_list_fails_and_starts_nothing(body: Any) -> None:
    result = begin(body)

    assert result.expected_error.category == "bad_response"
    assert not result.writes


@pytest.mark.parametrize("status", ["SYNCHRONIZING", "RESTING", None])
def test_only_what_is_stopped_is_started_whatever_the_list_has(status: str | None) -> None:
    rows = {"tasks": [{"sync_task_id": "a", "status": status}, {"status": "STOPPED"}]}
    result = begin(rows, *SEEN_RUNNING, *SEEN_RUNNING)

    assert not result.writes


# Without a permission


def test_without_the_list_each_task_is_looked_at_on_its_own() -> None:
    result = begin(Forbidden("example"), STOPPED, RUNNING, *STARTED, *SEEN_RUNNING)

    assert outcomes(data_of(result)) == {"a": "succeeded", "b": "unchanged"}
    assert result.successful_outcome.hints == (LIST_HINT,)
    assert not result.successful_outcome.warnings


@pytest.mark.parametrize("word", ["SYNCHRONIZING", "RESTING"])
def test_without_the_list_a_task_in_any_other_state_is_not_started(word: str) -> None:
    tasks = {"a": TASKS["a"]}
    result = begin(Forbidden("example"), state(word), state(word), NO_FAILURES, tasks=tasks)

    assert not result.writes


def test_without_the_list_and_the_states_nothing_is_started_and_both_are_named() -> None:
    result = begin(*[Forbidden("example", http_status=403) for _ in range(3)])

    assert result.expected_error.category == "forbidden"
    assert "oms:synctask:list" in result.expected_error.hint
    assert "oms:synctask:get" in result.expected_error.hint
    assert not result.writes


def test_a_task_that_the_list_shows_as_stopped_is_started_without_its_state() -> None:
    tasks = {"a": TASKS["a"]}
    result = begin(
        *(listing("a"), Forbidden("example", http_status=403), None, NO_FAILURES), tasks=tasks
    )

    assert result.successful_outcome.status == "accepted"
    assert data_of(result)["verified"] is None
    assert "oms:synctask:get" in data_of(result)["hint"]
    assert result.successful_outcome.hints == (PERMISSION_HINT,)


@pytest.mark.parametrize("error", [NotFound("example"), DeadlineExceeded("example")])
def test_a_failed_look_at_a_task_that_is_not_stopped_is_a_warning(error: SyncError) -> None:
    result = begin(listing("a"), *STARTED, error, NO_FAILURES)

    assert result.successful_outcome.status == "succeeded"
    assert error.code in " ".join(result.successful_outcome.warnings)
    assert data_of(result)["verified"]["effect"] == "cannot_be_known"


def test_a_forbidden_look_at_a_task_that_is_not_stopped_is_a_hint() -> None:
    result = begin(listing("a"), *STARTED, Forbidden("example"), NO_FAILURES)

    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.hints == (PERMISSION_HINT,)
    assert not result.successful_outcome.warnings
    assert "oms:synctask:get" in data_of(result)["hint"]
    assert data_of(result)["verified"] is None


def test_a_permission_that_several_tasks_miss_is_one_hint() -> None:
    denied = Forbidden("example")
    result = begin(listing("a"), *STARTED[:-1], denied, *SEEN_RUNNING[:-1], denied)

    [hint] = result.successful_outcome.hints
    assert "oms:synctask:statistics" in hint
    assert not result.successful_outcome.warnings


def test_failures_of_every_task_need_attention() -> None:
    failed: ProviderReply = {
        "statistic_datas": [
            {"data_type": "FAILURE", "data": [{"time_stamp": 1, "statistic_num": 4}]}
        ]
    }
    result = begin(listing("a"), STOPPED, None, RUNNING, failed, RUNNING, failed)

    data = data_of(result)
    assert [(each["id"], each["why"]) for each in data["attention"]] == [
        ("a", "4 objects failed in the last hour"),
        ("b", "4 objects failed in the last hour"),
    ]
    assert data["attention_count"] == 2
    assert [each["window"]["failure"] for each in data["tasks"]] == [4, 4]


# The status, and dry runs


def test_a_status_reads_every_listed_task_and_needs_no_keys() -> None:
    reading = OPERATION.read_only_variant()
    assert reading is not None
    replies = (STOPPED, NO_FAILURES, RUNNING, NO_FAILURES)
    result = begin(*replies, operation=reading, settings={})

    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.summary == "stopped: a; in another region or project: c"
    assert not result.writes
    data = data_of(result)
    assert [(each["id"], each["state_before"]) for each in data["tasks"]] == [
        ("a", "STOPPED"),
        ("b", "SYNCHRONIZING"),
    ]
    assert data["verified"] is None


def test_a_status_that_cannot_be_read_fails_and_names_the_task() -> None:
    reading = OPERATION.read_only_variant()
    assert reading is not None
    missing = NotFound("example", code="OMS.0002", http_status=404)
    result = begin(missing, RUNNING, NO_FAILURES, operation=reading, settings={})

    assert result.expected_error.message == "1 of 2 tasks failed: a (OMS.0002): example"


# Who may, and what is refused


@pytest.mark.parametrize("name", ["src_ak", "dst_sk", "source_cdn_authentication_key"])
def test_keys_in_the_event_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=f"{name}: each stopped task has its own"):
        validation.parse_parameters({"sync_task_id": "stopped", name: "x"}, {}, OPERATION)


@pytest.mark.parametrize("tasks", [{}, {"c": TASKS["c"]}])
def test_without_a_listed_task_in_the_region_nothing_is_sent(tasks: dict[str, Any]) -> None:
    def attempt() -> FlowRun:
        return begin(tasks=tasks)

    if tasks:
        assert attempt().expected_error.code == "NoTasks"
    else:
        with pytest.raises(Misconfigured, match="OMS_TASKS lists no task"):
            attempt()


def test_no_task_can_be_listed_as_stopped() -> None:
    with pytest.raises(Misconfigured, match="means every stopped task"):
        read_tasks({"OMS_TASKS": '{"stopped": {}}'}.get)


@pytest.mark.parametrize(
    ("tasks", "raw", "region"),
    [
        ({"a": {"region": "cn-east-3"}, "b": {"region": "cn-east-3"}}, {}, "cn-east-3"),
        ({"a": {"region": "cn-east-3"}, "b": {"region": "cn-east-3"}}, {"region": "x"}, None),
        ({"a": {"region": "cn-east-3"}, "b": {}}, {}, None),
        ({"a": {"region": "cn-east-3"}, "b": {"region": "cn-north-4"}}, {}, None),
        ({}, {}, None),
    ],
)
def test_the_region_is_the_tasks_if_they_have_one(
    tasks: dict[str, Any], raw: dict[str, object], region: str | None
) -> None:
    found = common_region(raw, {"OMS_TASKS": json.dumps(tasks)}.get)
    assert found.get("region") == region


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({}, None),
        ({"region": "cn-north-4"}, 'Task "b" is listed in OMS_TASKS with another region'),
        ({"project_id": "p"}, 'Task "a" is listed in OMS_TASKS with another project_id'),
    ],
)
def test_callers_may_start_what_is_listed_where_it_is_listed(
    raw: dict[str, object], why: str | None
) -> None:
    found = why_stopped_forbidden(raw, {"OMS_TASKS": json.dumps(TASKS)}.get)
    assert (found is None) if why is None else (found or "").startswith(why)


def test_callers_may_start_nothing_where_nothing_is_listed() -> None:
    assert "lists no task" in (why_stopped_forbidden({}, lambda _: None) or "")
