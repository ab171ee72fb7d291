"""OMS: keys in requests of at most ten, each once, in order; what is left makes the run fail."""

from __future__ import annotations

from typing import Any

import pytest

from functions.huawei.create_sync_events import (
    OPERATION,
    UNKNOWN_OUTCOME_HINT,
    create_sync_events,
    parameters_from_event,
)
from shared import validation
from shared.errors import (
    DeadlineExceeded,
    Forbidden,
    InvalidInput,
    Misconfigured,
    NotFound,
    Rejected,
    SyncError,
    Throttled,
    TimedOut,
)
from shared.models.flow import ApiResponse
from tests.support.bucket_events import oss, s3
from tests.support.operation_runner import (
    CONTEXT,
    FlowRun,
    ProviderReply,
    keys_of,
    run_operation,
)

TASK = "example-task"
AT = "2026-11-26T12:00:00.000Z"
TAKEN = ApiResponse(None, received_at=AT)
VERIFIED = {"effect": "cannot_be_known", "by": ["CreateSyncEvents"], "at": AT}


def hand_over(keys: list[str], *replies: ProviderReply, **more: object) -> FlowRun:
    return run_operation(OPERATION, {"sync_task_id": TASK, "object_keys": keys, **more}, *replies)


def bodies(result: FlowRun) -> list[list[str]]:
    return [call.body["object_keys"] for call in result.calls if call.body is not None]  # type: ignore[misc]


def refused(code: str = "OMS.0001") -> SyncError:
    return Rejected("example", code=code, http_status=400)


def unconfirmed(error: SyncError) -> SyncError:
    error.is_unconfirmed_write = True
    error.hint = UNKNOWN_OUTCOME_HINT
    return error


def numbered(count: int) -> list[str]:
    return [f"key-{number}" for number in range(count)]


def test_the_request_is_the_documented_one() -> None:
    call = create_sync_events(TASK, "exampleproject", ["a"])

    assert (call.method, call.path) == ("POST", "/v2/exampleproject/sync-tasks/example-task/events")
    assert (call.action, call.permission) == ("CreateSyncEvents", "oms:synctask:createEvent")
    assert call.body == {"object_keys": ["a"]}
    assert call.writes
    assert call.on_unknown_outcome == "retry"


def test_one_key_is_accepted_and_its_copy_cannot_be_known() -> None:
    result = hand_over(["photos%2Fa%20b.jpg"], TAKEN)

    outcome = result.successful_outcome
    assert outcome.status == "accepted"
    assert outcome.summary == "OMS accepted 1 object for task example-task"
    assert bodies(result) == [["photos%2Fa%20b.jpg"]]
    assert set(outcome.data) == set(keys_of(OPERATION))
    assert outcome.data == {
        "sync_task_id": TASK,
        "bucket": None,
        "keys": 1,
        "duplicates": 0,
        "ignored_records": 0,
        "batches": 1,
        "handed_over": 1,
        "left": 0,
        "left_keys": [],
        "verified": VERIFIED,
        "attention": [],
        "attention_count": 0,
    }


@pytest.mark.parametrize(
    ("count", "sizes"), [(9, [9]), (10, [10]), (11, [10, 1]), (30, [10] * 3), (31, [10] * 3 + [1])]
)
def test_a_request_has_at_most_ten_keys(count: int, sizes: list[int]) -> None:
    result = hand_over(numbered(count), *[TAKEN] * len(sizes))

    assert list(map(len, bodies(result))) == sizes
    assert [key for body in bodies(result) for key in body] == numbered(count)
    assert result.successful_outcome.data["batches"] == len(sizes)
    assert result.successful_outcome.data["handed_over"] == count


def test_a_key_is_handed_over_once_however_it_is_spelled_and_order_is_kept() -> None:
    result = hand_over(["b", "a%2fc", "b", "a/c", "a%2Fc", "%62"], TAKEN)

    assert bodies(result) == [["b", "a%2Fc"]]
    assert result.successful_outcome.data["keys"] == 2
    assert result.successful_outcome.data["duplicates"] == 4


def test_without_a_key_nothing_is_sent() -> None:
    result = hand_over([], ignored_records=2)

    outcome = result.successful_outcome
    assert (outcome.status, result.calls) == ("unchanged", [])
    assert outcome.summary == "task example-task: no new object; 2 other events ignored"
    assert (outcome.data["verified"], outcome.data["ignored_records"]) == (None, 2)
    assert hand_over([]).successful_outcome.summary == "task example-task: no object given"


def test_what_fails_is_raised_and_what_is_left_is_named() -> None:
    error = hand_over(numbered(25), TAKEN, Throttled("example", http_status=429)).expected_error

    assert (error.category, error.retryable) == ("throttled", True)
    data: Any = error.data
    assert (data["keys"], data["handed_over"], data["left"]) == (25, 10, 15)
    assert data["left_keys"] == numbered(25)[10:]
    assert data["verified"] == VERIFIED
    assert data["attention"] == []


@pytest.mark.parametrize(
    "failure",
    [
        NotFound("example", http_status=404),
        Forbidden("example", http_status=403),
        DeadlineExceeded("example"),
    ],
)
def test_what_would_happen_to_every_batch_ends_the_run(failure: SyncError) -> None:
    error = hand_over(numbered(25), failure).expected_error

    assert error is failure
    data: Any = error.data
    assert (data["handed_over"], data["left"], data["verified"]) == (0, 25, None)


def test_a_refused_batch_does_not_hold_back_the_next_ones() -> None:
    result = hand_over(numbered(25), TAKEN, refused("OMS.0009"), TAKEN)

    error = result.expected_error
    assert error.code == "OMS.0009"
    data: Any = error.data
    assert (data["handed_over"], data["left"], data["batches"]) == (15, 10, 2)
    assert data["left_keys"] == numbered(20)[10:]
    assert data["attention_count"] == 10
    assert data["attention"][0] == {
        "id": None,
        "name": "key-10",
        "why": "OMS refused the request with its key",
    }


def test_an_error_that_ends_the_run_is_raised_rather_than_an_earlier_refusal() -> None:
    throttled = Throttled("example", http_status=429)
    error = hand_over(numbered(25), refused(), throttled).expected_error

    assert error is throttled
    data: Any = error.data
    assert (data["handed_over"], data["left"], data["attention_count"]) == (0, 25, 10)
    assert data["left_keys"] == numbered(25)


def test_a_project_that_is_not_found_leaves_all_keys() -> None:
    result = run_operation(
        OPERATION,
        {"sync_task_id": TASK, "object_keys": ["a"]},
        {"projects": []},
        context=CONTEXT._replace(project_id=None),
    )

    data: Any = result.expected_error.data
    assert isinstance(result.error, Misconfigured)
    assert (data["left"], data["left_keys"]) == (1, ["a"])


def test_the_keys_that_are_left_are_listed_as_far_as_they_fit() -> None:
    error = hand_over(numbered(250), DeadlineExceeded("example")).expected_error
    data: Any = error.data
    assert (data["left"], data["left_keys"]) == (250, numbered(250)[:100])

    long = [f"{number:04}" + "x" * 15_000 for number in range(30)]
    error = hand_over(long, DeadlineExceeded("example")).expected_error
    data = error.data
    assert (data["left"], data["left_keys"]) == (30, long[:2])


def errors_of(raw: dict[str, object]) -> str:
    with pytest.raises(InvalidInput) as caught:
        validation.parse_parameters(raw, {}, OPERATION)
    return caught.value.message


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["a b"], "object_keys[0]: use URL-encoded keys"),
        (["ok", "a+b"], "object_keys[1]: use URL-encoded keys"),
        (["ü"], "object_keys[0]: use URL-encoded keys"),
        (["a%2"], "object_keys[0]: use URL-encoded keys"),
        ([""], "object_keys[0]: use URL-encoded keys"),
        (["ok", "%FF"], "object_keys[1]: is not UTF-8"),
        ("ok,%C3", "object_keys[1]: is not UTF-8"),
        ([7], "object_keys[0]: must be a string"),
        (["x" * 16_385], "object_keys[0]: must have at most 16384 characters"),
        (numbered(10_001), "object_keys: must have at most 10000 items"),
    ],
)
def test_keys_that_are_not_valid_are_refused(keys: object, expected: str) -> None:
    assert expected in errors_of({"sync_task_id": TASK, "object_keys": keys})


def test_task_and_keys_are_required() -> None:
    message = errors_of({"region": "cn-north-4"})

    assert "sync_task_id: is required" in message
    assert "object_keys: is required" in message


def test_a_bucket_event_stands_for_keys_and_bucket() -> None:
    event = {"Records": [s3("a b"), s3("c", "ObjectRemoved:Delete")]}

    assert parameters_from_event(event) == {
        "object_keys": ["a%20b"],
        "bucket": "b",
        "ignored_records": 1,
    }
    assert parameters_from_event({"events": [oss("a", "ObjectRemoved:DeleteObject")]}) == {
        "object_keys": [],
        "ignored_records": 1,
    }
    assert parameters_from_event({"sync_task_id": TASK}) is None
    assert parameters_from_event({}) is None


@pytest.mark.parametrize(
    "replies",
    [
        (unconfirmed(refused()), Forbidden("example", http_status=403)),
        (refused(), unconfirmed(refused())),
        (TAKEN, unconfirmed(TimedOut("example", outcome_unknown=True))),
    ],
    ids=["then forbidden", "after a refusal", "at last"],
)
def test_a_failure_says_once_that_a_batch_may_have_been_taken(
    replies: tuple[ProviderReply, ...],
) -> None:
    error = hand_over(numbered(20), *replies).expected_error
    assert error.hint.count(UNKNOWN_OUTCOME_HINT) == 1


def test_a_failure_of_which_nothing_is_unknown_does_not_say_so() -> None:
    error = hand_over(numbered(20), refused(), refused()).expected_error
    assert UNKNOWN_OUTCOME_HINT not in error.hint
