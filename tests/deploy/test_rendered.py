"""What osls makes of ``serverless.yml``; runs after ``osls package --package build/osls``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.descriptors import DEPLOY, from_serverless, read_json
from tests.support.prerequisites import skip
from tests.support.repository import ROOT

RENDERED = ROOT / "build" / "osls" / "cloudformation-template-update-stack.json"
FUNCTIONS = list(from_serverless())
DEFINITION = DEPLOY / "aws-step-functions" / "fleet.asl.json"
SOURCES = (ROOT / "serverless.yml", DEPLOY / "aws-lambda" / "resources.yml", DEFINITION)


@pytest.fixture(name="resources", scope="module")
def rendered_resources() -> dict[str, list[dict[str, Any]]]:
    """Return the properties of the stack's resources, by type."""
    if not RENDERED.exists():
        skip("rendered descriptors")
    if RENDERED.stat().st_mtime < max(path.stat().st_mtime for path in SOURCES):
        skip("rendered descriptors")
    found: dict[str, list[dict[str, Any]]] = {}
    for resource in read_json(RENDERED)["Resources"].values():
        found.setdefault(resource["Type"], []).append(resource.get("Properties", {}))
    return found


def test_every_schedule_passes_its_message_and_is_not_retried(
    resources: dict[str, list[dict[str, Any]]],
) -> None:
    schedules = [each for each in resources["AWS::Scheduler::Schedule"] if not is_fleet(each)]
    # No application and no task is chosen.
    unchosen = {"app_id": "", "sync_task_id": ""}

    assert [json.loads(each["Target"]["Input"]) for each in schedules] == [
        {name: unchosen.get(name, value) for name, value in timer.payload.items()}
        for function in FUNCTIONS
        for timer in function.timers
    ]
    for each in schedules:
        assert each["State"] == "DISABLED"
        assert each["ScheduleExpressionTimezone"] == "Asia/Shanghai"
        assert each["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 0}
        assert each["Target"]["DeadLetterConfig"]


def is_fleet(schedule: dict[str, Any]) -> bool:
    """Return whether a schedule starts the state machine."""
    found: bool = schedule["Target"]["Arn"] == {"Ref": "Fleet"}
    return found


def test_the_schedule_of_the_fleet_starts_it_without_targets_and_is_off(
    resources: dict[str, list[dict[str, Any]]],
) -> None:
    (schedule,) = (each for each in resources["AWS::Scheduler::Schedule"] if is_fleet(each))

    assert schedule["State"] == {"Fn::If": ["FleetScheduled", "ENABLED", "DISABLED"]}
    assert json.loads(schedule["Target"]["Input"])["targets"] == []


def test_the_state_machine_has_the_definition_as_it_stands(
    resources: dict[str, list[dict[str, Any]]],
) -> None:
    (machine,) = resources["AWS::StepFunctions::StateMachine"]

    assert machine["Definition"] == read_json(DEFINITION)


def test_a_failed_asynchronous_run_goes_into_the_queue(
    resources: dict[str, list[dict[str, Any]]],
) -> None:
    configurations = resources["AWS::Lambda::EventInvokeConfig"]

    retries = sorted(each["MaximumRetryAttempts"] for each in configurations)
    assert retries == [0] * (len(FUNCTIONS) - 1) + [2]  # a bucket event's run
    for each in configurations:
        destination = each["DestinationConfig"]["OnFailure"]["Destination"]
        assert destination == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}


def test_logs_are_kept_for_30_days(resources: dict[str, list[dict[str, Any]]]) -> None:
    assert [each["RetentionInDays"] for each in resources["AWS::Logs::LogGroup"]] == [30] * len(
        FUNCTIONS
    )


def test_every_function_url_requires_a_signed_call(
    resources: dict[str, list[dict[str, Any]]],
) -> None:
    assert [each["AuthType"] for each in resources["AWS::Lambda::Url"]] == ["AWS_IAM"] * len(
        FUNCTIONS
    )
