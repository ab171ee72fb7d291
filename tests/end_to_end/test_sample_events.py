"""Every sample event runs, on its platform and off it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from local.http_samples import SAMPLES as HTTP_SAMPLES
from local.http_samples import file_name
from tests.support.platform_contexts import (
    EVENTS,
    AwsContext,
    FcContext,
    FunctionGraphContext,
    as_bytes,
    run_dry,
    sample,
    scf_context,
)

EDAS = "alibaba.edas.SynchronizeResource"
CWP = "tencent.cwp.SyncMachines"
MODELARTS = "huawei.modelarts.SyncDevServers"

OWN = {
    operation: f"{module.split('.')[1]}/{module.split('.')[2]}.json"
    for operation, module in OPERATIONS.items()
}

PLATFORM_SAMPLES = {
    "aws-direct.json": (CWP, AwsContext(), "direct", "aws-request"),
    "aws-timer-rule.json": (CWP, AwsContext(), "timer", "aws-request"),
    "aws-timer-scheduler.json": (CWP, AwsContext(), "timer", "aws-request"),
    "aws-timer-input.json": (CWP, AwsContext(), "timer", "aws-request"),
    "fc-direct.json": (EDAS, FcContext(), "direct", "fc-request"),
    "fc-timer.json": (EDAS, FcContext(), "timer", "fc-request"),
    "scf-direct.json": (CWP, scf_context(), "direct", "scf-request"),
    "scf-timer.json": (CWP, scf_context(), "timer", "scf-request"),
    "functiongraph-direct.json": (MODELARTS, FunctionGraphContext(), "direct", "fg-request"),
    "functiongraph-timer.json": (MODELARTS, FunctionGraphContext(), "timer", "fg-request"),
}


def handed_in(name: str) -> object:
    event = sample(f"platforms/{name}")
    return as_bytes(event) if name.startswith("fc-") else event


def test_every_operation_has_a_sample_event_and_no_other_is_there() -> None:
    there = {str(path.relative_to(EVENTS)) for path in EVENTS.glob("*/*.json")}
    wanted = set(OWN.values()) | {f"platforms/{name}" for name in PLATFORM_SAMPLES}
    wanted |= {f"platforms/{file_name(trigger)}" for trigger in HTTP_SAMPLES}
    assert wanted == there


@pytest.mark.parametrize(
    "path", sorted(str(p.relative_to(EVENTS)) for p in EVENTS.glob("*/*.json"))
)
def test_every_sample_is_mentioned_in_the_readme(path: str) -> None:
    assert f"`{path}`" in (EVENTS / "README.md").read_text("utf-8")


@pytest.mark.parametrize("operation", sorted(OWN))
def test_an_operations_own_event_is_planned_unchanged(operation: str) -> None:
    result = run_dry(load(operation), sample(OWN[operation]))
    assert result["status"] == "planned", result["error"]
    assert result["trigger"] == "direct"


@pytest.mark.parametrize("operation", sorted(OWN))
def test_no_sample_holds_a_key(operation: str) -> None:
    assert not {"src_ak", "src_sk", "dst_ak", "dst_sk"} & set(sample(OWN[operation]))


@pytest.mark.parametrize("name", sorted(PLATFORM_SAMPLES))
def test_a_platforms_event_is_planned_on_its_platform(name: str) -> None:
    operation, context, trigger, invocation = PLATFORM_SAMPLES[name]
    result = run_dry(load(operation), handed_in(name), context)
    assert result["status"] == "planned", result["error"]
    assert (result["trigger"], result["invocation_id"]) == (trigger, invocation)


@pytest.mark.parametrize("name", sorted(PLATFORM_SAMPLES))
def test_a_platforms_event_is_understood_without_a_context_too(name: str) -> None:
    operation, _, trigger, _ = PLATFORM_SAMPLES[name]
    event = sample(f"platforms/{name}")
    result = run_dry(load(operation), event, None, defaults={"region": "cn-north-4"})
    assert result["status"] == "planned", result["error"]
    assert (result["trigger"], result["invocation_id"]) == (trigger, None)


def planned_bodies(result: dict[str, Any]) -> list[Any]:
    return [request["body"] for request in result["data"]["requests"]]


def test_the_parameters_in_a_timers_message_reach_the_operation() -> None:
    event = {**sample("platforms/scf-timer.json"), "Message": json.dumps({"sync": False})}
    assert planned_bodies(run_dry(load(CWP), event, scf_context())) == [{"Sync": False}]


@pytest.mark.parametrize("name", ["aws-timer-rule.json", "aws-timer-scheduler.json"])
def test_a_schedule_without_input_runs_the_defaults(name: str) -> None:
    result = run_dry(load(CWP), handed_in(name), AwsContext(), defaults={"sync": False})
    assert planned_bodies(result) == [{"Sync": False}]
