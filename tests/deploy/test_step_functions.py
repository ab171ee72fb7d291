"""The state machine of AWS Step Functions runs our functions, one for each target of a fleet.

It is executed by moto's interpreter; its Lambda tasks reach the operations over HTTP on loopback,
and the operations reach the emulator. What moto does not do as AWS does is in docs/engines.md.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from local.emulator import Emulator, SyncTask, faults
from local.emulator.message import Received
from shared.entrypoint import handle
from shared.runtime import Runtime
from tests.support.clocks import FastClock
from tests.support.descriptors import DEPLOY, read_json
from tests.support.emulator import emulator as emulator_fixture
from tests.support.fleet_events import faults_of
from tests.support.lambda_invoke_api import Function
from tests.support.platform_caller import LambdaContext
from tests.support.step_functions import Execution, execute, interpreter

# The interpreter takes a minute and a half for many targets on Python 3.10.
pytestmark = pytest.mark.timeout(600)

FOLDER = DEPLOY / "aws-step-functions"
DEFINITION: dict[str, Any] = read_json(FOLDER / "fleet.asl.json")
OMS = "huawei.oms.StartSyncTask"
START = load(OMS).function

emulator = emulator_fixture


class Fleet:
    """The deployed functions, whose calls are counted, and the state machine over them."""

    def __init__(self, emulator: Emulator, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._runtime = Runtime(environ=emulator.environment(), home=home, clock=FastClock())
        self._monkeypatch = monkeypatch
        self.events: list[dict[str, object]] = []
        self.functions = {load(each).function: self.function(each) for each in OPERATIONS}

    def function(self, operation_id: str) -> Function:
        def call(event: dict[str, object]) -> object:
            self.events.append(event)
            return handle(load(operation_id), event, LambdaContext(), self._runtime)

        return call

    def run(
        self,
        *targets: Mapping[str, object],
        function: str = START,
        parameters: dict[str, object] | None = None,
    ) -> Execution:
        event = {"function": function, "parameters": parameters or {}, "targets": list(targets)}
        with interpreter(self.functions, self._monkeypatch) as client:
            return execute(client, with_short_waits(DEFINITION), event)


def with_short_waits(definition: dict[str, Any]) -> dict[str, Any]:
    """Return the definition with the shortest waits that the language allows before a retry."""
    quick = copy.deepcopy(definition)
    (retry,) = child_states(quick)["RunOperation"]["Retry"]
    retry.update(IntervalSeconds=1, MaxDelaySeconds=1, MaxAttempts=2)
    return quick


def child_states(definition: dict[str, Any]) -> Any:
    """Return the states that run for one target."""
    return definition["States"]["RunTargets"]["ItemProcessor"]["States"]


@pytest.fixture(name="fleet")
def fleet_of_all_functions(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Fleet:
    return Fleet(emulator, tmp_path, monkeypatch)


def stopped_tasks(emulator: Emulator, count: int) -> list[dict[str, object]]:
    """Create stopped tasks in the emulator, and return a target for each."""
    names = [f"example-fleet-task-{number:03}" for number in range(count)]
    emulator.huawei.tasks.update({name: SyncTask(name) for name in names})
    return [{"region": "cn-north-4", "sync_task_id": name} for name in names]


def about(target: Mapping[str, object]) -> Any:
    """Return what tells whether a request is about the target's task."""

    def matches(request: Received) -> bool:
        return f"/{target['sync_task_id']}" in request.path

    return matches


def test_every_target_runs_once_and_the_execution_succeeds(
    fleet: Fleet, emulator: Emulator
) -> None:
    targets = stopped_tasks(emulator, 3)

    execution = fleet.run(*targets)

    assert (execution.status, execution.error) == ("SUCCEEDED", None)
    assert execution.output["counts"] == {"targets": 3, "reported": 3, "failed": 0}
    assert [(each["target"], each["status"]) for each in execution.output["results"]] == [
        (target, "succeeded") for target in targets
    ]
    assert [emulator.huawei.tasks[str(each["sync_task_id"])].starts for each in targets] == [1] * 3


def test_an_event_has_the_parameters_of_all_targets_under_its_own(
    fleet: Fleet, emulator: Emulator
) -> None:
    first, second = stopped_tasks(emulator, 2)

    fleet.run(
        {**first, "wait_seconds": 5, "trigger": "direct"}, second, parameters={"wait_seconds": 1}
    )

    assert sorted(fleet.events, key=lambda each: str(each["sync_task_id"])) == [
        {**first, "wait_seconds": 5, "trigger": "workflow", "on_failure": "raise"},
        {**second, "wait_seconds": 1, "trigger": "workflow", "on_failure": "raise"},
    ]


@pytest.mark.parametrize("regions", [["cn-hangzhou", "cn-shanghai", "cn-beijing"]])
def test_targets_may_differ_by_region_only(
    fleet: Fleet, emulator: Emulator, regions: list[str]
) -> None:
    execution = fleet.run(
        *({"region": region} for region in regions),
        function="alibaba-synchronize-resource",
        parameters={"type": "all"},
    )

    assert execution.status == "SUCCEEDED"
    assert [each["target"]["region"] for each in execution.output["results"]] == regions
    assert len(emulator.alibaba.synchronized) == 3


def test_a_throttled_target_is_retried_until_it_succeeds(fleet: Fleet, emulator: Emulator) -> None:
    targets = stopped_tasks(emulator, 3)
    # As often as a run asks: it fails as SyncRetryable.
    emulator.inject_fault("oms", faults.throttled(), times=4, when=about(targets[1]))

    execution = fleet.run(*targets)

    assert execution.status == "SUCCEEDED"
    calls = Counter(str(event["sync_task_id"]) for event in fleet.events)
    assert [calls[str(each["sync_task_id"])] for each in targets] == [1, 2, 1]
    assert [emulator.huawei.tasks[str(each["sync_task_id"])].starts for each in targets] == [1] * 3


def test_a_target_that_stays_throttled_is_reported_when_its_retries_are_used_up(
    fleet: Fleet, emulator: Emulator
) -> None:
    targets = stopped_tasks(emulator, 2)
    emulator.inject_fault("oms", faults.throttled(), times=None, when=about(targets[0]))

    execution = fleet.run(*targets)

    assert (execution.status, execution.error) == ("FAILED", "TargetsFailed")
    (failure,) = execution.output_of("Count")["failures"]
    assert (failure["target"], failure["category"]) == (targets[0], "throttled")
    calls = Counter(str(event["sync_task_id"]) for event in fleet.events)
    assert calls[str(targets[0]["sync_task_id"])] == 3  # two retries in with_short_waits()


def test_a_permanent_failure_is_not_retried_and_stops_no_other_target(
    fleet: Fleet, emulator: Emulator
) -> None:
    first, second = stopped_tasks(emulator, 2)
    missing: dict[str, object] = {"region": "cn-north-4", "sync_task_id": "example-no-such-task"}

    execution = fleet.run(first, missing, second)

    assert (execution.status, execution.error) == ("FAILED", "TargetsFailed")
    counted = execution.output_of("Count")
    assert counted["counts"] == {"targets": 3, "reported": 3, "failed": 1}
    assert [each["status"] for each in counted["results"]] == ["succeeded", "failed", "succeeded"]
    assert (
        Counter(str(event["sync_task_id"]) for event in fleet.events)["example-no-such-task"] == 1
    )


def test_the_cause_names_the_failed_targets_with_category_and_hint(
    fleet: Fleet, emulator: Emulator
) -> None:
    (good,) = stopped_tasks(emulator, 1)
    missing: dict[str, object] = {"region": "cn-north-4", "sync_task_id": "example-no-such-task"}

    execution = fleet.run(good, missing)

    told, _, failures = execution.cause.partition(": ")
    assert told == "1 of 2 targets of huawei-start-sync-task failed"
    (failure,) = json.loads(failures)
    assert failure["target"] == missing
    assert (failure["category"], failure["code"]) == ("not_found", "OMS.0002")
    assert failure["hint"]
    assert failure["invocation_id"] == LambdaContext().aws_request_id


def test_a_function_that_crashes_is_reported_without_a_retry(
    fleet: Fleet, emulator: Emulator
) -> None:
    targets = stopped_tasks(emulator, 2)
    inner = fleet.functions[START]

    def crash(event: dict[str, object]) -> object:
        if event["sync_task_id"] == targets[0]["sync_task_id"]:
            fleet.events.append(event)
            raise MemoryError
        return inner(event)

    fleet.functions[START] = crash

    execution = fleet.run(*targets)

    assert (execution.status, execution.error) == ("FAILED", "TargetsFailed")
    (failure,) = execution.output_of("Count")["failures"]
    assert (failure["category"], failure["code"]) == ("internal", "MemoryError")
    assert "look at the provider" in failure["hint"]
    assert len(fleet.events) == 2


def test_a_function_that_does_not_exist_fails_every_target(fleet: Fleet) -> None:
    execution = fleet.run({"region": "cn-north-4"}, function="no-such-function")

    assert execution.error == "TargetsFailed"
    assert "Lambda.ResourceNotFoundException" in execution.cause


def test_many_targets_run_each_once(fleet: Fleet, emulator: Emulator) -> None:
    targets = stopped_tasks(emulator, 100)

    execution = fleet.run(*targets)

    assert execution.status == "SUCCEEDED"
    assert execution.output["counts"] == {"targets": 100, "reported": 100, "failed": 0}
    assert {emulator.huawei.tasks[str(each["sync_task_id"])].starts for each in targets} == {1}
    assert len(fleet.events) == 100


def test_of_many_failures_the_cause_has_twenty_and_the_history_all(fleet: Fleet) -> None:
    execution = fleet.run(
        *({"region": "cn-north-4", "sync_task_id": f"no-task-{number}"} for number in range(30))
    )

    told, _, failures = execution.cause.partition(": ")
    assert told == "30 of 30 targets of huawei-start-sync-task failed"
    assert len(json.loads(failures)) == 20
    assert len(execution.output_of("Count")["failures"]) == 30
    assert len(execution.cause) < 32_768  # the longest that AWS takes


def test_a_child_execution_without_a_result_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    # moto fails the whole Map where AWS leaves a child's result out: run alone what follows it.
    states = {name: each for name, each in DEFINITION["States"].items() if name != "RunTargets"}
    targets = [{"region": "cn-north-4"}, {"region": "cn-east-3"}, {"region": "cn-southwest-2"}]
    results = [{"target": target, "status": "succeeded", "summary": ""} for target in targets[:2]]

    with interpreter({}, monkeypatch) as client:
        execution = execute(
            client,
            {"StartAt": "CollectFailures", "States": states},
            {"function": START, "targets": targets, "results": results},
        )

    assert (execution.status, execution.error) == ("FAILED", "TargetsMissing")
    assert execution.cause.startswith("2 of 3 targets of huawei-start-sync-task reported a result.")


def test_a_list_without_targets_is_no_failure(fleet: Fleet) -> None:
    execution = fleet.run()

    assert execution.status == "SUCCEEDED"
    assert execution.output["counts"] == {"targets": 0, "reported": 0, "failed": 0}


def test_only_what_may_succeed_on_a_retry_is_retried_and_everything_else_is_caught() -> None:
    task = child_states(DEFINITION)["RunOperation"]

    assert [each["ErrorEquals"] for each in task["Retry"]] == [["SyncRetryable"]]
    assert task["Retry"][0]["JitterStrategy"] == "FULL"
    assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


def test_a_task_waits_longer_than_its_function_may_run() -> None:
    assert child_states(DEFINITION)["RunOperation"]["TimeoutSeconds"] > 60


def test_no_child_execution_may_run_twice_or_stop_the_others() -> None:
    run_targets = DEFINITION["States"]["RunTargets"]

    # An Express execution may be started more than once.
    assert run_targets["ItemProcessor"]["ProcessorConfig"] == {
        "Mode": "DISTRIBUTED",
        "ExecutionType": "STANDARD",
    }
    assert run_targets["ToleratedFailurePercentage"] == 100


def test_the_example_input_passes_the_operations_own_rules() -> None:
    example = read_json(FOLDER / "input.json")

    assert len(example["targets"]) > 1
    for target in example["targets"]:
        event = {**example["parameters"], **target, "trigger": "workflow", "on_failure": "raise"}
        assert faults_of(event, example["function"]) == []
