"""The alarms of a function: a run failed, a run broke, no run succeeded for too long.

The web app has the second one alone: its callers see what failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

from local.deployment.cloudformation.schedule import longest_gap
from local.deployment.marker import own_timer
from local.deployment.models.function import ManagedFunction
from shared.models.operation import Operation

NAMESPACE = "CloudSync"
SERVICE = "cloud-sync"

MAX_SECONDS = 7 * 86_400
"""How far CloudWatch looks back at most <https://docs.aws.amazon.com/AmazonCloudWatch/latest/
APIReference/API_PutMetricAlarm.html>."""


class Silence(NamedTuple):
    """How long no run may succeed before that is an alarm: so many periods.

    Parameters
    ----------
    period_seconds: a period.
    periods: how many.
    """

    period_seconds: int
    periods: int

    @property
    def text(self) -> str:
        """The time, for people."""
        minutes = self.period_seconds * self.periods // 60
        if minutes % 60:
            return f"{minutes} minutes"
        return "an hour" if minutes == 60 else f"{minutes // 60} hours"


def silence_of(schedule: str) -> Silence | None:
    """Return how long a schedule may be silent; None if CloudWatch does not look back that far.

    Two firings may be missed, or three of a schedule that fires more often than every hour.

    Raises
    ------
    ValueError: the schedule is not valid.
    """
    minutes = longest_gap(schedule)
    found = Silence(3600, ceil(minutes / 60) + 2) if minutes >= 60 else Silence(60 * minutes, 4)
    return found if found.period_seconds * found.periods <= MAX_SECONDS else None


def alarms_of(
    id_: str,
    function: ManagedFunction,
    operation: Operation | None,
    topic: str,
    tags: Sequence[Mapping[str, str]],
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the alarms of a function as resources of a template.

    Parameters
    ----------
    id_: the beginning of their logical IDs.
    function: the function.
    operation: what it runs, which its metrics name; None for the web app.
    topic: the logical ID of the SNS topic that is notified.
    tags: their tags.
    """
    notified = [{"Ref": topic}]

    def alarm(suffix: str, **properties: Any) -> dict[str, Any]:
        return {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": f"{function.name}-{suffix}",
                "Statistic": "Sum",
                "Threshold": 1,
                **properties,
                "AlarmActions": notified,
                "Tags": list(tags),
            },
        }

    at_once = {
        "Period": 300,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }
    of_function = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": function.name}],
    }
    if operation is None:
        reason = "The function crashed or ran out of time; the metric SyncFailed counts failed runs"
        yield f"{id_}Broke", alarm("broke", AlarmDescription=reason, **of_function, **at_once)
        return
    of_operation = [
        {"Name": "service", "Value": SERVICE},
        {"Name": "operation", "Value": operation.id},
    ]
    yield (
        f"{id_}Failed",
        alarm(
            "failed",
            AlarmDescription="A run ended as failed; the log line says why and what to do",
            Namespace=NAMESPACE,
            MetricName="SyncFailed",
            Dimensions=of_operation,
            **at_once,
        ),
    )
    yield (
        f"{id_}Broke",
        alarm(
            "broke",
            AlarmDescription="A failed run was raised, or the function crashed or ran out of time",
            **of_function,
            **at_once,
        ),
    )
    timer = own_timer(function)
    silence = silence_of(timer.cron) if timer is not None and timer.enabled else None
    if silence is not None:
        yield (
            f"{id_}Missed",
            alarm(
                "missed",
                AlarmDescription=f"No run succeeded for {silence.text}",
                Namespace=NAMESPACE,
                MetricName="SyncSucceeded",
                Dimensions=of_operation,
                Period=silence.period_seconds,
                EvaluationPeriods=silence.periods,
                ComparisonOperator="LessThanThreshold",
                TreatMissingData="breaching",
                OKActions=notified,
            ),
        )
