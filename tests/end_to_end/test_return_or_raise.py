"""How a run ends: the result is returned to a waiting caller, and raised where no one reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from local.emulator import Emulator, faults
from shared.entrypoint import handle
from shared.errors import SyncFailed, SyncRetryable
from shared.models.result import Result
from tests.support.platform_caller import EVENTS, SERVICE, PlatformCaller

EDAS = "alibaba.edas.SynchronizeResource"
GOOD = {"type": "all"}
BAD = {"type": "nothing"}


def test_a_direct_failure_is_returned(caller: PlatformCaller) -> None:
    assert caller.run(EDAS, BAD)["status"] == "failed"


@pytest.mark.parametrize("trigger", ["timer", "workflow"])
def test_a_timers_and_a_workflows_failure_is_raised_with_the_result_as_message(
    caller: PlatformCaller, trigger: str
) -> None:
    with pytest.raises(SyncFailed) as caught:
        caller.run(EDAS, {**BAD, "trigger": trigger})

    result = json.loads(str(caught.value))
    assert result["status"] == "failed"
    assert result["trigger"] == trigger
    assert list(result) == list(Result._fields)


def test_only_what_may_succeed_next_time_is_raised_as_retryable(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    emulator.inject_fault("edas", faults.status(503), times=None)
    with pytest.raises(SyncRetryable):
        caller.run(EDAS, {**GOOD, "trigger": "timer"})

    with pytest.raises(SyncFailed) as caught:
        caller.run(EDAS, {**BAD, "trigger": "timer"})
    assert not isinstance(caught.value, SyncRetryable)


def test_the_event_overrides_the_setting_and_the_setting_the_trigger(
    caller: PlatformCaller,
) -> None:
    caller.environ["ON_FAILURE"] = "return"
    assert caller.run(EDAS, {**BAD, "trigger": "timer"})["status"] == "failed"
    with pytest.raises(SyncFailed):
        caller.run(EDAS, {**BAD, "on_failure": "raise"})

    caller.environ["ON_FAILURE"] = "raise"
    with pytest.raises(SyncFailed):
        caller.run(EDAS, BAD)
    assert caller.run(EDAS, {**BAD, "on_failure": "return"})["status"] == "failed"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_key_of_the_contract_is_present_in_success_and_failure(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    good = caller.run(operation)
    emulator.inject_fault(SERVICE[operation], faults.status(401), times=None)
    bad = caller.run(operation)

    assert list(good) == list(bad) == list(Result._fields)
    assert good["error"] is None
    assert list(bad["error"]) == [
        "category",
        "code",
        "message",
        "http_status",
        "retryable",
        "hint",
    ]
    assert good["schema_version"] == "2"
    assert good["account"] == "default"
    assert good["started_at"].endswith("Z")
    assert good["attempts"] >= 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_run_logs_one_line_and_nothing_of_servers(
    caller: PlatformCaller, operation: str, capfd: pytest.CaptureFixture[str]
) -> None:
    result = caller.run(operation)

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert len(lines) == 1
    line = lines[0]
    assert line["operation"] == operation
    assert line["message"] == result["summary"]
    assert line["provider_request_ids"] == result["provider_request_ids"]
    assert line["access_key"].startswith("****")
    assert "servers" not in line


def test_metrics_are_one_line_where_they_are_requested(
    caller: PlatformCaller, capfd: pytest.CaptureFixture[str]
) -> None:
    caller.environ["METRICS"] = "emf"

    caller.run(EDAS)

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    metrics = [line for line in lines if "_aws" in line]
    assert len(metrics) == 1
    assert metrics[0]["operation"] == EDAS
    assert metrics[0]["SyncSucceeded"] == [1.0]
    assert metrics[0]["SyncFailed"] == [0.0]
    assert metrics[0]["ColdStart"] == [1.0]
    assert metrics[0]["Attempts"] == [5.0]  # the lists before and after
    assert metrics[0]["ProviderLatency"][0] > 0


def test_the_log_level_is_read_at_every_run(
    caller: PlatformCaller, capfd: pytest.CaptureFixture[str]
) -> None:
    caller.environ["LOG_LEVEL"] = "ERROR"
    caller.run(EDAS)
    assert capfd.readouterr().out == ""

    caller.environ["LOG_LEVEL"] = "debug"
    caller.run(EDAS)
    assert '"request"' in capfd.readouterr().out


def test_wait_seconds_where_there_is_nothing_to_wait_for_is_a_warning(
    caller: PlatformCaller,
) -> None:
    assert (
        "wait_seconds has no effect here"
        in caller.run(EDAS, {**GOOD, "wait_seconds": 3})["summary"]
    )


@pytest.mark.parametrize(
    "event", [None, [], "text", 7, b"\xff", b"[]", b"{" * 5, b"[" * 100_000, b" " * 300_000]
)
def test_an_event_that_is_not_an_object_is_refused_with_a_result(
    caller: PlatformCaller, emulator: Emulator, event: Any
) -> None:
    result = handle(load(EDAS), event, None, caller.runtime)

    assert result["status"] == "failed"
    assert len(emulator.received) == 0


def test_the_event_overrides_the_defaults(caller: PlatformCaller, emulator: Emulator) -> None:
    caller.environ["DEFAULT_PARAMETERS"] = json.dumps({EDAS: {"Type": "slb"}})

    caller.run(EDAS, {})
    caller.run(EDAS, {"type": "vpc"})

    queries = [dict(request.query) for request in emulator.received.of("edas")]
    assert [query["Type"] for query in queries if "Type" in query] == ["slb", "vpc"]


def test_the_sample_events_of_all_operations_are_valid() -> None:
    assert set(EVENTS) == set(OPERATIONS)
