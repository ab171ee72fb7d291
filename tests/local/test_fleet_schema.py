"""The published schemas know targets, and the one result of all of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from functions.registry import load
from local.json_schemas.parameters import parameters_schema
from local.schema import documents
from shared.errors import Forbidden, SyncError
from shared.fleet.fleet_request import prepare_fleet
from shared.invocation import Invocation
from shared.models.operation import CallContext
from shared.models.result import Outcome
from shared.runtime import Runtime
from tests.support.clocks import FakeClock
from tests.support.fleets import ACCOUNTS, FakeLambdaContext, fleet_runtime, regions, run_event

RESULTS = Draft202012Validator(documents()["result.schema.json"])
CWP = "tencent.cwp.SyncMachines"
EHPC = "alibaba.ehpc.SynchronizeApp"
DATA = {
    "state": "FINISHED",
    "triggered": True,
    "latest_start_time": None,
    "latest_end_time": None,
    "verified": None,
    "attention": [],
    "attention_count": 0,
    "machines": {"before": None, "after": None},
}


def is_accepted(event: dict[str, Any], operation_id: str) -> bool:
    operation = load(operation_id)
    invocation = Invocation.from_event(event, None, Runtime(environ={}))
    try:
        prepare_fleet(operation, invocation, event, accounts=ACCOUNTS)
    except SyncError:
        return False
    return True


@pytest.mark.parametrize(
    ("event", "operation_id"),
    [
        ({"targets": [{"region": "ap-beijing"}]}, CWP),
        ({"targets": [{"account": "prod-1", "Sync": False}, {}]}, CWP),
        ({"targets": {"accounts": ["prod-*"], "regions": ["ap-*"]}, "max_concurrency": 3}, CWP),
        ({"targets": {"regions": ["ap-beijing"]}, "max_calls_per_second": 0.5}, CWP),
        ({"targets": {"set": "all-prod", "after": 1, "of": 4}}, CWP),
        ({"targets": [{"app_id": "a"}, {"AppId": "b"}]}, EHPC),
        ({"targets": [{"region": "cn-beijing"}], "app_id": "a"}, EHPC),
        ({"targets": []}, CWP),
        ({"targets": {}}, CWP),
        ({"targets": "all-prod"}, CWP),
        ({"targets": [{}], "region": "ap-beijing"}, CWP),
        ({"targets": [{}], "account": "prod-1"}, CWP),
        ({"targets": [{"targets": []}]}, CWP),
        ({"targets": [{"max_concurrency": 2}]}, CWP),
        ({"targets": {"accounts": "prod-*"}}, CWP),
        ({"targets": {"set": "all-prod", "accounts": ["x"]}}, CWP),
        ({"targets": {"set": "all-prod", "after": -1}}, CWP),
        ({"targets": [{}], "max_concurrency": 0}, CWP),
        ({"targets": [{}], "colour": "red"}, CWP),
    ],
)
def test_the_schema_accepts_the_events_that_are_accepted(
    event: dict[str, Any], operation_id: str
) -> None:
    validator = Draft202012Validator(parameters_schema(load(operation_id)))
    assert validator.is_valid(event) is is_accepted(event, operation_id)


def test_without_targets_the_required_parameters_are_required() -> None:
    validator = Draft202012Validator(parameters_schema(load(EHPC)))
    assert not validator.is_valid({"region": "cn-beijing"})
    assert validator.is_valid({"region": "cn-beijing", "app_id": "a"})


def faults_of(result: object) -> list[str]:
    return [error.message for error in RESULTS.iter_errors(result)]


def test_results_of_several_targets_are_valid() -> None:
    def run(context: CallContext, _params: Any) -> Outcome:
        if context.region == "ap-b":
            raise Forbidden("no")
        return Outcome("succeeded", "done", DATA)

    listed = [*regions("ap-a", "ap-b"), {"account": "no/name"}]
    assert faults_of(run_event({"targets": listed}, run)) == []
    assert faults_of(run_event({"targets": listed[1:]}, run)) == []
    assert faults_of(run_event({"targets": listed[:1], "dry_run": True}, run)) == []


def test_a_shortened_and_a_continued_result_are_valid() -> None:
    clock = FakeClock()

    def run(_context: CallContext, _params: Any) -> Outcome:
        clock.spend(0.1)
        return Outcome("succeeded", "x" * 3000, DATA)

    result = run_event(
        {"targets": regions(*(f"ap-r{n}" for n in range(300))), "max_concurrency": 1},
        run,
        runtime=fleet_runtime(clock),
        context=FakeLambdaContext(clock, 25),
        trigger="timer",
    )
    assert result["data"]["continue_with"] is not None
    assert faults_of(result) == []

    few = run_event(
        {"targets": regions(*(f"ap-r{n}" for n in range(60)))},
        lambda _context, _params: Outcome("succeeded", "done", {**DATA, "state": "x" * 4000}),
        trigger="timer",
    )
    assert few["data"]["results_shortened"] == 60
    assert faults_of(few) == []


def test_a_result_of_targets_with_another_key_is_not_valid() -> None:
    result = run_event(
        {"targets": regions("ap-a")}, lambda _context, _params: Outcome("succeeded", "done", DATA)
    )
    result["data"]["colour"] = "red"
    assert faults_of(result)
    assert "colour" in json.dumps(result)
