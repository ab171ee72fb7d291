"""The alarms watch the metrics that runs write, and cover every function."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from shared.models.result import Result
from shared.observability import RunLogger
from shared.redaction import Redactor
from shared.settings import Settings
from tests.support.descriptors import DEPLOY, read_yaml, sam, serverless

PLAIN: dict[str, Any] = read_yaml(DEPLOY / "aws-lambda" / "resources.yml")
ALARMS = {
    resource["Properties"]["AlarmName"]: resource["Properties"]
    for resource in PLAIN.values()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}


def metrics_line(operation_id: str) -> dict[str, Any]:
    """Return the metrics line of a run."""
    result = Result(
        schema_version="2",
        operation=operation_id,
        status="succeeded",
        summary="",
        provider=operation_id.split(".", maxsplit=1)[0],
        account="default",
        region=None,
        data={},
        error=None,
        provider_request_ids=(),
        attempts=1,
        trigger="timer",
        invocation_id="example",
        started_at="2026-11-21T02:00:00.000Z",
        duration_ms=1,
    )
    out = io.StringIO()
    with redirect_stdout(out):
        RunLogger(Settings.from_environ({}), Redactor([])).emit_metrics(
            result, on_lambda=True, cold=False, provider_seconds=0.1, notifications_lost=None
        )
    line: dict[str, Any] = json.loads(out.getvalue())
    return line


SCHEDULED = [name for name in OPERATIONS if load(name).parameters_from_event is None]
"""A bucket may have no new object for days: no run is missed then."""


@pytest.mark.parametrize(
    ("operation_id", "kind"),
    [*((name, "failed") for name in OPERATIONS), *((name, "missed") for name in SCHEDULED)],
)
def test_an_alarm_watches_a_metric_that_the_run_writes(operation_id: str, kind: str) -> None:
    line = metrics_line(operation_id)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    alarm = ALARMS[f"{load(operation_id).function}-{kind}"]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}

    assert alarm["Namespace"] == directive["Namespace"]
    assert alarm["MetricName"] in {metric["Name"] for metric in directive["Metrics"]}
    assert [sorted(names) for names in directive["Dimensions"]] == [sorted(dimensions)]
    assert dimensions == {name: line[name] for name in dimensions}


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_crash_and_a_time_out_are_seen_by_lambdas_own_metric(operation_id: str) -> None:
    function = load(operation_id).function
    alarm = ALARMS[f"{function}-broke"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": function}]


@pytest.mark.parametrize(
    ("kind", "metric"),
    [
        ("failed", "ExecutionsFailed"),
        ("broke", "ExecutionsTimedOut"),
        ("missed", "ExecutionsSucceeded"),
    ],
)
def test_an_alarm_watches_the_executions_of_the_fleet(kind: str, metric: str) -> None:
    alarm = ALARMS[f"cloud-sync-fleet-{kind}"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/States", metric)
    assert alarm["Dimensions"] == [{"Name": "StateMachineArn", "Value": {"Ref": "Fleet"}}]


def test_silence_is_a_missed_run_and_no_failure() -> None:
    missing = {name: alarm["TreatMissingData"] for name, alarm in ALARMS.items()}

    assert missing == {
        name: "breaching" if name.endswith("-missed") else "notBreaching" for name in missing
    }


def test_no_alarm_reaches_back_longer_than_cloud_watch_allows() -> None:
    for alarm in ALARMS.values():
        longest = 86_400 if alarm["Period"] < 3600 else 604_800
        assert alarm["Period"] * alarm["EvaluationPeriods"] <= longest


def test_a_schedule_that_is_off_has_no_alarm_for_missed_runs() -> None:
    conditions = {
        resource["Properties"]["AlarmName"]: resource.get("Condition")
        for resource in PLAIN.values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }

    assert all(bool(conditions[name]) == name.endswith("-missed") for name in conditions)


def test_no_alarm_for_missed_runs_is_made_until_a_schedule_is_switched_on() -> None:
    missed = {
        resource["Condition"]
        for resource in PLAIN.values()
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Condition" in resource
    }
    conditions = serverless()["resources"]["Conditions"]
    of_osls = {name: conditions[name] for name in conditions if name.endswith("Scheduled")}
    of_sam = {
        name: sam()["Conditions"][name]["Fn::Equals"][0]["Ref"]
        for name in sam()["Conditions"]
        if name in missed
    }

    assert len(missed) == 8
    assert of_osls == {name: {"Fn::Equals": ["false", "true"]} for name in missed}
    assert {sam()["Parameters"][each]["Default"] for each in of_sam.values()} == {"false"}


def test_sam_has_the_same_queue_topic_alarms_and_roles_of_the_fleet() -> None:
    same = {
        name: resource
        for name, resource in PLAIN.items()
        if resource["Type"]
        not in {
            "AWS::Scheduler::Schedule",
            "AWS::Lambda::Permission",
            "AWS::StepFunctions::StateMachine",  # which SAM has in a form of its own
        }
    }

    assert {name: sam()["Resources"].get(name) for name in same} == same
    assert set(sam()["Conditions"]) >= {each.get("Condition") for each in same.values()} - {None}
