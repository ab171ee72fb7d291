"""The targets of one event run at the same time, each for itself, within one deadline."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from functions.huawei.start_sync_task import OPERATION as START_SYNC_TASK
from shared.entrypoint import handle
from shared.errors import Forbidden, InvalidInput, Misconfigured, SyncFailed, Throttled
from shared.fleet.fleet_request import prepare_fleet
from shared.fleet.run import run_fleet
from shared.invocation import Invocation
from shared.models.operation import CallContext
from shared.models.result import Outcome
from shared.models.secret import Secret
from tests.support.clocks import FakeClock
from tests.support.fleets import (
    ACCOUNTS,
    FakeLambdaContext,
    done,
    fleet_runtime,
    operation_with,
    places,
    regions,
    run_event,
)

FOUR = regions("ap-a", "ap-b", "ap-c", "ap-d")


def fails_in(*names: str, status: Any = "succeeded") -> Any:
    def run(context: CallContext, _params: Any) -> Outcome:
        if context.region in names:
            raise Forbidden("no permission", code="AuthFailure")
        return Outcome(status, "done")

    return run


def lines_of(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_the_answer_is_one_result_with_those_of_the_targets_in_order() -> None:
    barrier = threading.Barrier(4)

    def run(context: CallContext, _params: Any) -> Outcome:
        barrier.wait(timeout=30)  # all four run at the same time
        return Outcome("succeeded", f"done in {context.region}")

    result = run_event({"targets": FOUR}, run)

    assert (result["account"], result["region"]) == (None, None)
    assert result["status"] == "succeeded"
    assert result["summary"] == "4 of 4 targets succeeded"
    assert result["data"]["counts"] == {"succeeded": 4}
    assert places(result["data"]["results"]) == [
        f"default/{region}" for region in ("ap-a", "ap-b", "ap-c", "ap-d")
    ]
    assert [each["summary"] for each in result["data"]["results"]] == [
        f"done in {region}" for region in ("ap-a", "ap-b", "ap-c", "ap-d")
    ]
    assert result["data"]["not_started"] == []
    assert result["data"]["continue_with"] is None


def test_no_more_targets_run_at_once_than_max_concurrency_allows() -> None:
    lock = threading.Lock()
    running = 0
    most = 0
    pair = threading.Barrier(2)

    def run(_context: CallContext, _params: Any) -> Outcome:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        pair.wait(timeout=30)
        with lock:
            running -= 1
        return Outcome("succeeded", "done")

    run_event({"targets": FOUR, "max_concurrency": 2}, run)
    assert most == 2


def test_the_default_of_max_concurrency_may_be_set() -> None:
    def concurrency(event: Mapping[str, object], defaults: str = "") -> int:
        runtime = fleet_runtime(DEFAULT_PARAMETERS=defaults)
        invocation = Invocation.from_event(event, None, runtime)
        return prepare_fleet(operation_with(done()), invocation, event).max_concurrency

    assert concurrency({"targets": FOUR}) == 16
    assert concurrency({"targets": FOUR}, '{"max_concurrency": 3}') == 3
    assert concurrency({"targets": FOUR, "max_concurrency": 5}, '{"max_concurrency": 3}') == 5


@pytest.mark.parametrize("value", [0, 65, -1, 1.5, "4", True, None])
def test_a_max_concurrency_out_of_range_refuses_the_event(value: object) -> None:
    with pytest.raises(InvalidInput, match="max_concurrency"):
        run_event({"targets": FOUR, "max_concurrency": value}, done())


def test_a_failing_target_does_not_stop_the_others() -> None:
    result = run_event({"targets": FOUR, "max_concurrency": 1}, fails_in("ap-b"))
    assert result["status"] == "partial"
    assert result["error"] is None
    assert result["data"]["counts"] == {"succeeded": 3, "failed": 1}
    assert result["summary"] == "3 of 4 targets succeeded; 1 failed: default/ap-b (forbidden)"


def test_a_pattern_that_matches_nothing_does_not_stop_the_others() -> None:
    targets = {"accounts": ["prod-2", "staging-*"]}
    result = run_event({"targets": targets}, fails_in())

    assert (result["status"], result["data"]["counts"]) == (
        "partial",
        {"succeeded": 2, "failed": 1},
    )
    failed = result["data"]["results"][-1]
    assert failed["error"]["category"] == "invalid_input"
    assert "no account of tencent matches staging-*" in failed["error"]["message"]
    assert result["summary"].endswith("1 failed: target 3 (invalid_input)")


def test_an_exception_in_one_target_does_not_stop_the_others() -> None:
    def run(context: CallContext, _params: Any) -> Outcome:
        if context.region == "ap-a":
            raise ZeroDivisionError
        return Outcome("succeeded", "done")

    result = run_event({"targets": FOUR}, run)
    assert result["data"]["counts"] == {"succeeded": 3, "failed": 1}
    assert result["data"]["results"][0]["error"]["category"] == "internal"


def test_all_targets_failed_is_a_failure() -> None:
    result = run_event({"targets": FOUR[:2]}, fails_in("ap-a", "ap-b"))
    assert result["status"] == "failed"
    assert result["error"]["code"] == "AllTargetsFailed"
    assert result["error"]["category"] == "forbidden"
    assert result["error"]["retryable"] is False
    assert result["error"]["message"] == (
        "all 2 targets failed: default/ap-a (forbidden), default/ap-b (forbidden)"
    )


def test_the_error_of_all_is_that_of_most() -> None:
    def run(context: CallContext, _params: Any) -> Outcome:
        if context.region == "ap-a":
            raise Forbidden("no")
        raise Throttled("slow down")

    error = run_event({"targets": FOUR}, run)["error"]
    assert error["category"] == "throttled"
    assert error["retryable"] is False
    assert "data.results" in error["hint"]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (("running", "accepted", "succeeded"), "running"),
        (("accepted", "succeeded", "unchanged"), "accepted"),
        (("unchanged", "succeeded", "idle"), "succeeded"),
        (("idle", "unchanged"), "unchanged"),
        (("idle", "idle"), "idle"),
        (("planned", "planned"), "planned"),
    ],
)
def test_the_status_is_the_least_finished_one(statuses: tuple[Any, ...], expected: str) -> None:
    def run(context: CallContext, _params: Any) -> Outcome:
        return Outcome(statuses[ord((context.region or "")[-1]) - ord("a")], "done")

    result = run_event({"targets": FOUR[: len(statuses)]}, run)
    assert result["status"] == expected
    assert sum(result["data"]["counts"].values()) == len(statuses)


def test_a_target_whose_own_values_do_not_pass_is_one_failed_result() -> None:
    listed = [
        {"region": "ap-a"},
        {"region": "NOT A REGION"},
        {"region": "ap-c", "sync": "yes"},
        {"account": "no such/name", "region": "ap-d"},
        {"region": "ap-e", "colour": "red"},
    ]
    result = run_event({"targets": listed}, done())
    assert result["data"]["counts"] == {"succeeded": 1, "failed": 4}
    bodies = result["data"]["results"]
    assert [body["status"] for body in bodies] == ["succeeded", *["failed"] * 4]
    assert {body["error"]["category"] for body in bodies[1:]} == {"invalid_input"}
    assert bodies[2]["region"] == "ap-c"
    assert bodies[3]["account"] is None
    assert "target 2 of default (invalid_input)" in result["summary"]
    assert "target 4 of ap-d (invalid_input)" in result["summary"]


def test_the_events_parameters_are_under_those_of_each_target() -> None:
    seen: dict[str, object] = {}

    def run(context: CallContext, params: Any) -> Outcome:
        seen[str(context.region)] = (params.sync, params.wait_seconds)
        return Outcome("succeeded", "done")

    run_event(
        {
            "targets": [{"region": "ap-a"}, {"region": "ap-b", "Sync": True}],
            "sync": False,
            "wait_seconds": 7,
        },
        run,
    )
    assert seen == {"ap-a": (False, 7), "ap-b": (True, 7)}


def test_an_event_with_faults_is_refused_with_all_of_them() -> None:
    event = {
        "targets": [5],
        "account": "prod-1",
        "region": "ap-a",
        "colour": "red",
        "max_calls_per_second": 0,
    }
    with pytest.raises(InvalidInput) as caught:
        run_event(event, done())
    for fault in (
        "account: belongs to each target",
        "region: belongs to each target",
        "colour: is not a parameter of this operation",
        "max_calls_per_second: must be greater than 0",
        "targets[0]: must be a JSON object",
    ):
        assert fault in caught.value.message


def test_a_refused_event_is_a_failed_result_without_account_and_region() -> None:
    result = handle(operation_with(done()), {"targets": []}, None, fleet_runtime())
    assert (result["status"], result["account"], result["region"]) == ("failed", None, None)
    assert result["data"] == {}


def nested(levels: int) -> object:
    value: object = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", ["half a pair \ud800", float("nan"), float("inf"), b"bytes", nested(100_000)]
)
def test_what_a_result_could_not_repeat_refuses_the_event(value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        run_event({"targets": [{"region": "ap-a", "wait_seconds": value}]}, done())
    assert caught.value.code == "NotJson"


def test_a_wrong_setting_refuses_the_event() -> None:
    with pytest.raises(Misconfigured):
        run_event({"targets": FOUR}, done(), runtime=fleet_runtime(ON_FAILURE="perhaps"))
    with pytest.raises(Misconfigured, match="targets"):
        run_event(
            {"targets": FOUR}, done(), runtime=fleet_runtime(DEFAULT_PARAMETERS='{"targets": []}')
        )


# Deadline


def slow(clock: FakeClock, seconds: float) -> Any:
    def run(_context: CallContext, _params: Any) -> Outcome:
        clock.spend(seconds)
        return Outcome("succeeded", "done")

    return run


def test_what_there_is_no_time_for_is_returned_as_an_event() -> None:
    clock = FakeClock()
    event = {"targets": {"set": "all-prod"}, "sync": False, "max_concurrency": 1}
    result = run_event(
        event,
        slow(clock, 10),
        runtime=fleet_runtime(clock),
        context=FakeLambdaContext(clock, 25),
    )
    assert result["status"] == "partial"
    assert places(result["data"]["results"]) == ["prod-1/ap-guangzhou", "prod-1/ap-beijing"]
    assert result["data"]["not_started"] == [
        {"account": "prod-2", "region": "ap-beijing"},
        {"account": "prod-2", "region": "na-ashburn"},
    ]
    assert result["data"]["not_started_count"] == 2
    assert result["summary"] == "2 of 4 targets succeeded; 2 were not started for lack of time"
    rest = result["data"]["continue_with"]
    assert rest == {
        "targets": {"set": "all-prod", "after": 2, "of": 4},
        "sync": False,
        "max_concurrency": 1,
    }

    continued = run_event(rest, done())
    assert places(continued["data"]["results"]) == ["prod-2/ap-beijing", "prod-2/na-ashburn"]
    assert continued["status"] == "succeeded"


def test_the_rest_of_a_list_can_be_continued_until_none_is_left() -> None:
    event: Mapping[str, object] = {"targets": FOUR, "max_concurrency": 1}
    seen: list[str] = []
    while event is not None:
        clock = FakeClock()
        result = run_event(
            event,
            slow(clock, 9),
            runtime=fleet_runtime(clock),
            context=FakeLambdaContext(clock, 12),
        )
        seen += places(result["data"]["results"])
        event = result["data"]["continue_with"]
    assert seen == [f"default/ap-{letter}" for letter in "abcd"]


def test_even_with_hardly_any_time_one_target_is_started() -> None:
    clock = FakeClock()
    result = run_event(
        {"targets": FOUR, "max_concurrency": 1},
        slow(clock, 1),
        runtime=fleet_runtime(clock),
        context=FakeLambdaContext(clock, 1.5),
    )
    assert len(result["data"]["results"]) == 1
    assert result["data"]["not_started_count"] == 3


def test_an_event_with_secrets_is_not_repeated() -> None:
    event = {
        "targets": [
            {"sync_task_id": name, "src_ak": "exampleAk1", "src_sk": "exampleSecretKey1"}
            for name in ("a", "b", "c")
        ],
        "max_concurrency": 1,
    }
    clock = FakeClock()

    def flow(params: Any, _context: CallContext) -> Any:
        clock.spend(30)
        return Outcome("succeeded", f"done with {params.src_sk}")
        yield

    environ = {"HUAWEICLOUD_SDK_AK": "exampleId", "HUAWEICLOUD_SDK_SK": "exampleKey"}
    environ |= {"HUAWEICLOUD_REGION": "cn-north-4"}
    result = handle(
        START_SYNC_TASK._replace(flow=flow, with_secrets=None),
        event,
        FakeLambdaContext(clock, 35),
        fleet_runtime(clock, **environ),
    )
    text = json.dumps(result)
    assert "exampleSecretKey1" not in text
    data: Any = result["data"]
    assert data["not_started_count"] == 2
    assert data["continue_with"] is None
    assert "continue_with is null because the event holds secrets" in str(result["summary"])


def test_a_secret_in_a_set_is_not_shown() -> None:
    target = {"sync_task_id": "a", "src_ak": "exampleAk1", "src_sk": "exampleSecretKey1"}
    file = ACCOUNTS._replace(sets={"tasks": [target, target]})
    clock = FakeClock()

    def flow(_params: Any, _context: CallContext) -> Any:
        clock.spend(30)
        return Outcome("succeeded", "done")
        yield

    operation = START_SYNC_TASK._replace(flow=flow, with_secrets=None)
    runtime = fleet_runtime(
        clock,
        HUAWEICLOUD_SDK_AK="exampleId",
        HUAWEICLOUD_SDK_SK="exampleKey",
        HUAWEICLOUD_REGION="cn-north-4",
    )
    event = {"targets": {"set": "tasks"}, "max_concurrency": 1}
    invocation = Invocation.from_event(event, FakeLambdaContext(clock, 35), runtime)
    fleet = prepare_fleet(operation, invocation, event, accounts=file)
    result = run_fleet(operation, invocation, fleet).result
    assert result.data["not_started"] == [{"sync_task_id": "a"}]
    assert "exampleSecretKey1" not in json.dumps(result.as_dict())


# Isolation


def test_a_secret_of_one_target_is_no_secret_of_another(capfd: pytest.CaptureFixture[str]) -> None:
    invocation = Invocation.from_event({"targets": FOUR}, None, fleet_runtime())
    first = invocation.for_target({"region": "ap-a"}, account="default")
    first.redactor.add(Secret("exampleOwnSecret"))
    second = invocation.for_target({"region": "ap-b"}, account="prod-2")
    first.logger.log("info", "exampleOwnSecret", {})
    second.logger.log("info", "exampleOwnSecret", {})
    lines = lines_of(capfd)
    assert lines[0]["message"] != "exampleOwnSecret"
    assert (lines[1]["message"], lines[1]["account"]) == ("exampleOwnSecret", "prod-2")


def test_every_line_names_its_own_target(capfd: pytest.CaptureFixture[str]) -> None:
    gate = threading.Barrier(4)

    def run(context: CallContext, _params: Any) -> Outcome:
        gate.wait(timeout=30)
        return Outcome("succeeded", f"done in {context.region}", warnings=(f"{context.region}!",))

    handle(operation_with(run), {"targets": FOUR}, None, fleet_runtime())
    *lines, last = lines_of(capfd)
    assert len(lines) == 8  # a warning and the result of each target
    for line in lines:
        assert line["region"] in line["message"]
        assert FOUR[line["target"] - 1]["region"] == line["region"]
        assert line["targets"] == 4
    assert last["message"] == "4 of 4 targets succeeded"
    assert not {"account", "region", "target", "access_key"}.intersection(last)


def test_a_missing_permission_is_reported_once_for_each_account(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def run(_context: CallContext, _params: Any) -> Outcome:
        return Outcome("succeeded", "done", hints=("grant cwp:Example",))

    run_event({"targets": {"set": "all-prod"}, "max_concurrency": 1}, run)
    hints = [line["account"] for line in lines_of(capfd) if "grant" in line["message"]]
    assert hints == ["prod-1", "prod-2"]


# How it leaves


def raised(event: Mapping[str, object], run: Any, context: object = None) -> SyncFailed:
    with pytest.raises(SyncFailed) as caught:
        handle(operation_with(run), event, context, fleet_runtime())
    return caught.value


def test_a_timer_raises_if_a_target_failed() -> None:
    event = {"targets": FOUR, "trigger": "timer"}
    failure = raised(event, fails_in("ap-b"))
    assert json.loads(str(failure))["status"] == "partial"
    assert type(failure).__name__ == "SyncFailed"


def test_a_timer_does_not_raise_if_targets_are_merely_left() -> None:
    clock = FakeClock()
    result = handle(
        operation_with(slow(clock, 9)),
        {"targets": FOUR, "trigger": "timer", "max_concurrency": 1},
        FakeLambdaContext(clock, 12),
        fleet_runtime(clock),
    )
    assert result["status"] == "partial"


def test_an_engine_may_retry_only_if_that_may_help_every_failed_target() -> None:
    def throttled(context: CallContext, _params: Any) -> Outcome:
        if context.region == "ap-b":
            raise Throttled("slow down")
        if context.region == "ap-c":
            raise Forbidden("no")
        return Outcome("succeeded", "done")

    only_b = {"targets": FOUR[:2], "trigger": "workflow"}
    assert type(raised(only_b, throttled)).__name__ == "SyncRetryable"
    both = {"targets": FOUR[:3], "trigger": "workflow"}
    assert type(raised(both, throttled)).__name__ == "SyncFailed"


def test_on_failure_overrides_the_trigger() -> None:
    event = {"targets": FOUR, "trigger": "timer", "on_failure": "return"}
    result = handle(operation_with(fails_in("ap-b")), event, None, fleet_runtime())
    assert result["status"] == "partial"
    raised({"targets": FOUR, "on_failure": "raise"}, fails_in("ap-b"))


# Metrics


def test_metrics_count_targets_and_those_of_a_target_have_its_account(
    capfd: pytest.CaptureFixture[str],
) -> None:
    event = {"targets": [{"account": "prod-1", "region": "ap-a"}, {"region": "ap-b"}]}
    handle(operation_with(fails_in("ap-b")), event, None, fleet_runtime(METRICS="emf"))
    metrics = [line for line in lines_of(capfd) if "_aws" in line]
    by_account = {line.get("account"): line for line in metrics}
    assert set(by_account) == {"prod-1", "default", None}
    assert by_account["prod-1"]["SyncSucceeded"] == [1]
    assert by_account["default"]["SyncFailed"] == [1]
    assert (by_account[None]["SyncSucceeded"], by_account[None]["SyncFailed"]) == ([1], [1])
    assert by_account[None]["ColdStart"] == [1]
    assert by_account["prod-1"]["ColdStart"] == [0]
    (dimensions,) = by_account["prod-1"]["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
    assert set(dimensions) == {"service", "operation", "account"}
    (dimensions,) = by_account[None]["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
    assert set(dimensions) == {"service", "operation"}


def test_the_accounts_file_is_not_needed_for_a_list() -> None:
    assert run_event({"targets": FOUR}, done(), accounts=ACCOUNTS)["status"] == "succeeded"
