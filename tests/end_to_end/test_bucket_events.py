"""Bucket events from the platforms' triggers to OMS: taken, or raised so that they are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.registry import load
from local.emulator import Emulator, faults
from local.http_events import Http, aws_http
from shared.entrypoint import handle
from shared.errors import SyncFailed, SyncRetryable
from tests.support.bucket_events import s3
from tests.support.platform_caller import TASK, PlatformCaller
from tests.support.platform_calls import platform_call
from tests.support.repository import ROOT

OPERATION = "huawei.oms.CreateSyncEvents"
SAMPLES = ROOT / "events" / "huawei" / "create_sync_events"
KEY = "photos/a b+c 100%/猫🐈.jpg"
PLATFORM = {"cos": "scf", "obs": "functiongraph", "oss": "fc", "s3": "aws"}
NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))


@pytest.fixture(autouse=True)
def settings(caller: PlatformCaller) -> None:
    caller.environ["DEFAULT_PARAMETERS"] = json.dumps({"sync_task_id": TASK})


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def raised(caller: PlatformCaller, event: object, context: Any = None) -> tuple[Any, SyncFailed]:
    with pytest.raises(SyncFailed) as caught:
        caller.run(OPERATION, event, context)
    return json.loads(str(caught.value)), caught.value


def events_of(emulator: Emulator) -> list[list[str]]:
    return emulator.huawei.oms.tasks[TASK].events


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_reaches_oms_from_its_own_platform(
    emulator: Emulator, tmp_path: Path, name: str
) -> None:
    caller = PlatformCaller(emulator, tmp_path, temporary=True)
    caller.environ["DEFAULT_PARAMETERS"] = json.dumps({"sync_task_id": TASK})
    platform = PLATFORM[name.partition("-")[0]]
    called = platform_call(platform, "direct", "huawei-create-sync-events", {}, caller.environ)
    event = sample(name)
    caller.environ.update(called.environ)

    result = caller.run(
        OPERATION, json.dumps(event).encode() if platform == "fc" else event, called.context
    )

    is_test = name == "s3-test"
    assert result["status"] == ("unchanged" if is_test else "accepted")
    assert result["trigger"] == "workflow"
    assert events_of(emulator) == ([] if is_test else [[KEY]])
    assert result["data"]["ignored_records"] == is_test


def test_a_direct_call_and_a_timer_take_the_parameters(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    direct = caller.run(OPERATION, {"object_keys": ["a%20b"], "sync_task_id": TASK})
    timer = caller.run(OPERATION, {"object_keys": ["c"], "trigger": "timer"})

    assert (direct["trigger"], timer["trigger"]) == ("direct", "timer")
    assert events_of(emulator) == [["a b"], ["c"]]


def test_a_dry_run_sends_nothing(caller: PlatformCaller, emulator: Emulator) -> None:
    result = caller.run(OPERATION, {"object_keys": ["a"] * 3 + ["b"], "dry_run": True})

    assert result["status"] == "planned"
    assert result["data"]["requests"][-1]["body"] == {"object_keys": ["a", "b"]}
    assert events_of(emulator) == []


def test_a_failure_of_a_bucket_event_is_raised_and_the_next_delivery_hands_all_over(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    event = {"Records": [s3(f"key {number}") for number in range(15)]}
    emulator.inject_fault("oms", faults.error("APIGW.0308"), times=4)
    result, error = raised(caller, event)

    assert isinstance(error, SyncRetryable)
    assert (result["trigger"], result["error"]["category"]) == ("workflow", "throttled")
    assert result["data"]["left"] == 15

    assert caller.run(OPERATION, event)["data"]["handed_over"] == 15
    assert [key for event in events_of(emulator) for key in event] == [
        f"key {number}" for number in range(15)
    ]


def test_a_lost_answer_is_repeated_and_no_key_is_lost(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    emulator.inject_fault("oms", faults.reset(work=True))

    assert caller.run(OPERATION, sample("s3"))["status"] == "accepted"
    assert events_of(emulator) == [[KEY], [KEY]]


@pytest.mark.parametrize(
    "event",
    [
        {"Records": [{"eventSource": "aws:kinesis"}]},
        {"Records": [s3("good"), {**s3("a"), "eventName": None}]},
        {"foo": "bar"},
        ["text"],
    ],
)
def test_an_event_of_another_shape_is_raised_and_nothing_is_sent(
    caller: PlatformCaller, emulator: Emulator, event: object
) -> None:
    result, error = raised(caller, event)

    assert not isinstance(error, SyncRetryable)
    assert result["error"]["category"] == "invalid_input"
    assert not list(emulator.received)


def test_a_key_that_is_not_utf_8_is_raised_and_nothing_is_sent(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    bad = s3("a")
    bad["s3"]["object"]["key"] = "%FF"

    result, _ = raised(caller, {"Records": [s3("good"), bad]})

    assert result["error"]["message"].endswith("has a key that is not UTF-8")
    assert not list(emulator.received)


def test_more_than_ten_thousand_records_are_raised_and_nothing_is_sent(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    result, _ = raised(caller, {"Records": [s3("a")] * 10_001})

    assert result["error"]["code"] == "TooManyRecords"
    assert not list(emulator.received)


@pytest.mark.parametrize("content", [b"no JSON", b'{"events": ' + b" " * 300_000 + b"[]}"])
def test_bytes_that_cannot_be_read_are_raised(caller: PlatformCaller, content: bytes) -> None:
    called = platform_call("fc", "direct", "huawei-create-sync-events", {}, caller.environ)

    result, _ = raised(caller, content, called.context)

    assert result["error"]["category"] == "invalid_input"


def test_without_a_task_the_event_is_raised(caller: PlatformCaller, emulator: Emulator) -> None:
    del caller.environ["DEFAULT_PARAMETERS"]

    result, _ = raised(caller, sample("s3"))

    assert "sync_task_id: is required" in result["error"]["message"]
    assert not list(emulator.received)


def test_the_buckets_own_task_is_taken_before_the_default(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    other = "example-sync-task-2"
    caller.environ["OMS_TASKS"] = json.dumps({other: {"bucket": "example-source"}})

    result = caller.run(OPERATION, sample("oss"))

    assert result["data"]["sync_task_id"] == other
    assert result["data"]["bucket"] == "example-source"
    assert emulator.huawei.oms.tasks[other].events == [[KEY]]


@pytest.mark.parametrize(
    ("tasks", "code"),
    [
        ({TASK: {"bucket": "other"}}, "BucketNotListed"),
        ({"a": {"bucket": "example-source"}, "b": {"bucket": "example-source"}}, "BadTasks"),
    ],
)
def test_a_bucket_is_never_handed_to_another_buckets_task(
    caller: PlatformCaller, emulator: Emulator, tasks: object, code: str
) -> None:
    caller.environ["OMS_TASKS"] = json.dumps(tasks)

    result, _ = raised(caller, sample("s3"))

    assert (result["error"]["category"], result["error"]["code"]) == ("misconfigured", code)
    assert not list(emulator.received)


def http(caller: PlatformCaller, body: object) -> dict[str, Any]:
    caller.environ["HTTP_BEARER_TOKENS"] = "exampleBearerTokenOfTests"
    headers = {
        "Content-Type": "application/json",
        "Authorization": "Bearer exampleBearerTokenOfTests",
    }
    event = aws_http(Http(headers=headers, body=json.dumps(body).encode()))
    response: dict[str, Any] = handle(load(OPERATION), event, None, caller.runtime)
    return response


@pytest.mark.parametrize("name", NAMES)
def test_an_http_caller_cannot_pass_a_bucket_event(
    caller: PlatformCaller, emulator: Emulator, name: str
) -> None:
    caller.environ["OMS_TASKS"] = json.dumps({TASK: {}})

    response = http(caller, sample(name))

    assert response["statusCode"] == 400
    result = json.loads(response["body"])
    assert (result["trigger"], result["error"]["code"]) == ("http", "InvalidParameters")
    assert "is not a parameter of this operation" in result["error"]["message"]
    assert not list(emulator.received)


def test_an_http_caller_may_hand_objects_to_a_listed_task_only(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    body = {"sync_task_id": TASK, "object_keys": ["a"]}
    assert http(caller, body)["statusCode"] == 403
    assert not list(emulator.received)

    caller.environ["OMS_TASKS"] = json.dumps({TASK: {}})
    assert http(caller, body)["statusCode"] == 202
    assert events_of(emulator) == [["a"]]


def test_other_operations_do_not_take_bucket_events(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    result = caller.run("huawei.oms.StartSyncTask", sample("s3"))

    assert (result["trigger"], result["error"]["category"]) == ("direct", "invalid_input")
    assert not list(emulator.received)


def test_the_samples_are_all_here() -> None:
    assert {Path(name).stem.partition("-")[0] for name in NAMES} == set(PLATFORM)
