"""The fleet's state machine is deployed alike by osls and by SAM, with the least rights."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from tests.support.descriptors import DEPLOY, read_yaml, sam, serverless
from tests.support.fleet_events import faults_of
from tests.support.repository import ROOT

OSLS: dict[str, Any] = read_yaml(DEPLOY / "aws-lambda" / "resources.yml")
SAM: dict[str, Any] = sam()["Resources"]
BOTH = pytest.mark.parametrize("resources", [OSLS, SAM], ids=["osls", "sam"])
MACHINE = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine"
FUNCTIONS = {load(each).function for each in OPERATIONS if load(each).parameters_from_event is None}


def test_both_deploy_the_same_definition_under_the_same_name_and_role() -> None:
    osls, of_sam = OSLS["Fleet"]["Properties"], SAM["Fleet"]["Properties"]

    assert osls["StateMachineName"] == of_sam["Name"] == "cloud-sync-fleet"
    assert osls["StateMachineType"] == of_sam["Type"] == "STANDARD"
    assert osls["Definition"] == f"${{file({of_sam['DefinitionUri']})}}"
    assert (ROOT / of_sam["DefinitionUri"]).is_file()
    assert osls["RoleArn"] == {"Fn::GetAtt": ["FleetRole", "Arn"]}
    assert of_sam["Role"] == {"Fn::GetAtt": "FleetRole.Arn"}


@BOTH
def test_the_machine_may_invoke_the_functions_and_manage_its_own_executions(
    resources: dict[str, Any],
) -> None:
    (policy,) = resources["FleetRole"]["Properties"]["Policies"]
    invoke, start, manage = policy["PolicyDocument"]["Statement"]

    assert invoke["Action"] == "lambda:InvokeFunction"
    arns = [each["Fn::Sub"] for each in invoke["Resource"]]
    assert {arn.partition(":function:")[2] for arn in arns} == FUNCTIONS
    assert (start["Action"], start["Resource"]) == (
        "states:StartExecution",
        {"Fn::Sub": f"{MACHINE}:cloud-sync-fleet"},
    )
    assert manage["Action"] == ["states:DescribeExecution", "states:StopExecution"]
    assert all(":execution:cloud-sync-fleet" in each["Fn::Sub"] for each in manage["Resource"])


@BOTH
def test_the_schedule_may_start_this_machine_only(resources: dict[str, Any]) -> None:
    (policy,) = resources["FleetSchedulerRole"]["Properties"]["Policies"]
    start, report = policy["PolicyDocument"]["Statement"]

    assert (start["Action"], start["Resource"]) == ("states:StartExecution", {"Ref": "Fleet"})
    assert report["Action"] == "sqs:SendMessage"


@BOTH
@pytest.mark.parametrize("role", ["FleetRole", "FleetSchedulerRole"])
def test_only_a_service_of_this_account_may_take_the_roles(
    resources: dict[str, Any], role: str
) -> None:
    (statement,) = resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"]["Service"] == (
        "states.amazonaws.com" if role == "FleetRole" else "scheduler.amazonaws.com"
    )
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


@BOTH
def test_the_schedule_is_off_is_not_retried_and_reports_what_it_could_not_start(
    resources: dict[str, Any],
) -> None:
    properties = resources["FleetTimer"]["Properties"]

    assert properties["State"] == {"Fn::If": ["FleetScheduled", "ENABLED", "DISABLED"]}
    assert properties["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 0}
    assert properties["Target"]["DeadLetterConfig"]
    assert serverless()["params"]["default"]["fleetSchedule"] == "false"
    assert sam()["Parameters"]["FleetSchedule"]["Default"] == "false"


def test_both_schedules_start_the_machine_with_the_same_input() -> None:
    defaults = serverless()["params"]["default"]
    parameters = {name: each.get("Default") for name, each in sam()["Parameters"].items()}
    osls = re.sub(
        r"\$\{param:(\w+)\}",
        lambda found: defaults[found[1]],
        OSLS["FleetTimer"]["Properties"]["Target"]["Input"],
    )
    of_sam = re.sub(
        r"\$\{(\w+)\}",
        lambda found: str(parameters[found[1]]),
        SAM["FleetTimer"]["Properties"]["Target"]["Input"]["Fn::Sub"],
    )
    event = json.loads(osls)

    assert json.loads(of_sam) == event
    assert event["targets"] == []
    assert faults_of(event["parameters"], event["function"]) == []
