"""The vendors' own models accept the descriptors of workflows, and the workflows hold together."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

from tests.support.descriptors import DEPLOY, read_body, read_json, read_yaml
from tests.support.fleet_events import faults_of

FLOW = DEPLOY / "alibaba-cloudflow"
DEFINITION: dict[str, Any] = read_yaml(FLOW / "flow.yaml")
EDAS = "alibaba-synchronize-resource"
HUAWEI: dict[str, Any] = read_body(
    DEPLOY / "huawei-functiongraph-workflow" / "create-workflow.json"
)
STATES: dict[str, dict[str, Any]] = {state["id"]: state for state in HUAWEI["states"]}
TARGETS = [state for state in HUAWEI["states"] if state["type"] == "Operation"]

FIELDS = {
    "StateMachine": {"Type", "SpecVersion", "Name", "StartAt", "States"},
    "Map": {
        "Name",
        "Type",
        "ItemsPath",
        "MaxConcurrency",
        "ToleratedFailurePercentage",
        "ProcessorConfig",
        "Processor",
        "End",
    },
    "Task": {"Name", "Type", "Action", "TaskMode", "Parameters", "Retry", "End"},
}
"""The fields of CloudFlow's language, whose states are no model of the SDK, that are used here.

Pages: https://www.alibabacloud.com/help/en/serverless-workflow/latest/distributed-mode and
``error-handling``, ``integrated-function-compute`` beside it.
"""

RETRY = {
    "Description",
    "Errors",
    "MaxAttempts",
    "IntervalSeconds",
    "BackoffRate",
    "MaxBackoffSeconds",
}


def test_cloudflows_model_takes_the_flow() -> None:
    models = import_module("alibabacloud_fnf20190315.models")
    body = {
        "Name": DEFINITION["Name"],
        "Type": "FDL",
        "ExecutionMode": "Standard",
        "Description": "Runs an operation for each target of a fleet",
        "RoleArn": "acs:ram::1000000000000000:role/cloud-sync-fleet",
        "Definition": (FLOW / "flow.yaml").read_text("utf-8"),
    }

    request = models.CreateFlowRequest().from_map(body)

    request.validate()
    assert request.to_map() == body


def test_cloudflows_model_takes_the_schedule_which_is_off() -> None:
    models = import_module("alibabacloud_fnf20190315.models")
    body = read_json(FLOW / "create-schedule.json")

    request = models.CreateScheduleRequest().from_map(body)

    request.validate()
    assert request.to_map() == body
    assert body["FlowName"] == DEFINITION["Name"]
    assert body["Enable"] is False


def test_the_flow_has_the_fields_of_its_language_only() -> None:
    (run_targets,) = DEFINITION["States"]
    (run_operation,) = run_targets["Processor"]["States"]

    assert set(DEFINITION) == FIELDS["StateMachine"]
    assert set(run_targets) == FIELDS["Map"]
    assert set(run_operation) == FIELDS["Task"]
    assert DEFINITION["StartAt"] == run_targets["Name"]
    assert run_targets["Processor"]["StartAt"] == run_operation["Name"]


def test_the_flow_retries_only_what_may_succeed_and_lets_no_target_stop_the_others() -> None:
    (run_targets,) = DEFINITION["States"]
    (retry,) = run_targets["Processor"]["States"][0]["Retry"]

    assert set(retry) == RETRY
    assert retry["Errors"] == ["SyncRetryable"]
    assert run_targets["ToleratedFailurePercentage"] == 100
    assert run_targets["ProcessorConfig"] == {"ExecutionMode": "Standard"}


@pytest.mark.parametrize("source", ["input.json", "create-schedule.json"])
def test_a_target_of_the_flow_is_an_event_that_passes_the_operations_own_rules(
    source: str,
) -> None:
    body = read_json(FLOW / source)
    targets = (json.loads(body["Payload"]) if "Payload" in body else body)["targets"]

    assert targets
    for target in targets:
        assert faults_of(target, EDAS) == []
        assert (target["trigger"], target["on_failure"]) == ("workflow", "raise")


def test_functiongraphs_model_knows_every_key_and_its_type() -> None:
    check(HUAWEI, "WorkflowCreateBody")


def check(value: Any, kind: str) -> None:
    """Compare JSON with a type of Huawei's SDK: one of its models, a list, or a plain type."""
    if kind.startswith("list["):
        assert isinstance(value, list), kind
        for each in value:
            check(each, kind.removeprefix("list[").removesuffix("]"))
        return
    model = getattr(import_module("huaweicloudsdkfunctiongraph.v2"), kind, None)
    if model is None:
        assert type(value).__name__ == {"object": "dict"}.get(kind, kind)
        return
    kinds = {model.attribute_map[name]: each for name, each in model.openapi_types.items()}
    for key, each in value.items():
        check(each, kinds[key])
    model(**{key: each for key, each in value.items() if not isinstance(each, (dict, list))})


def test_every_state_of_the_workflow_leads_to_the_end() -> None:
    seen = []
    state = STATES[HUAWEI["start"]]
    while state["type"] != "End":
        seen.append(state["id"])
        state = STATES[state["transition"]]

    assert seen == [target["id"] for target in TARGETS]
    assert state["end"] is True


def test_a_failed_target_of_the_workflow_goes_on_to_the_next_and_only_retryable_ones_repeat() -> (
    None
):
    retries = {retry["name"] for retry in HUAWEI["retries"]}
    for target in TARGETS:
        retryable, other = target["on_errors"]
        assert (retryable["error"], other["error"]) == ("SyncRetryable", "*")
        assert retryable["retry_ref"] in retries
        assert "retry_ref" not in other
        assert retryable["transition"] == other["transition"] == target["transition"]


def test_the_arguments_of_the_workflow_are_an_event_that_passes_the_operations_own_rules() -> None:
    functions = {each["name"]: each["operation"].split(":")[-2] for each in HUAWEI["functions"]}
    for target in TARGETS:
        (action,) = target["actions"]
        reference = action["function_ref"]
        event = {
            path.removeprefix("$."): value.strip("'")
            for path, value in reference["arguments"].items()
        }
        assert faults_of(event, functions[reference["ref_name"]]) == []
        assert (event["trigger"], event["on_failure"]) == ("workflow", "raise")
