"""Looking never writes, and is there only where a provider tells a state."""

from __future__ import annotations

import pytest

from functions.registry import OPERATIONS, load
from shared import validation
from shared.errors import SyncError, TimedOut
from shared.models.operation import Operation
from tests.support.operation_runner import FlowRun, ProviderReply, keys_of, run

CWP = "tencent.cwp.SyncMachines"
OMS = "huawei.oms.StartSyncTask"
SERVERS = "huawei.modelarts.SyncDevServers"
LOOKS: dict[str, tuple[dict[str, object], ProviderReply, str, str]] = {
    CWP: ({}, {"State": "NOTASK"}, "SyncMachines", "idle"),
    OMS: ({"sync_task_id": "example-task"}, {"status": "STOPPED"}, "ShowSyncTask", "succeeded"),
    SERVERS: ({}, {"total": 0, "data": []}, "ListDevServers", "succeeded"),
}
"""What is given, what the provider answers, the call that asks for it, and what comes of it."""


def reading(operation: str) -> Operation:
    found = load(operation).read_only_variant()
    assert found is not None
    return found


def look(operation: str, *replies: ProviderReply, **given: object) -> FlowRun:
    return run(reading(operation), {**LOOKS[operation][0], **given}, *replies)


def test_only_operations_with_a_status_have_a_read_flow() -> None:
    assert {name for name in OPERATIONS if load(name).read_only_variant() is not None} == set(LOOKS)


@pytest.mark.parametrize("operation", LOOKS)
def test_a_read_is_one_call_that_does_not_write(operation: str) -> None:
    _, reply, action, status = LOOKS[operation]

    driven = look(operation, reply)

    assert driven.actions == [action]
    assert driven.writes == []
    assert driven.successful_outcome.status == status
    assert set(driven.successful_outcome.data) == set(keys_of(load(operation)))


@pytest.mark.parametrize("operation", LOOKS)
def test_a_read_needs_no_storage_keys(operation: str) -> None:
    found = reading(operation)
    params = validation.parse_parameters(LOOKS[operation][0], {}, found)

    assert found.is_read_only is not None
    assert found.is_read_only(params)
    assert found.with_secrets is None


@pytest.mark.parametrize("operation", LOOKS)
def test_a_failed_read_is_a_failed_run(operation: str) -> None:
    error = TimedOut("no answer", outcome_unknown=True)

    assert isinstance(look(operation, error).expected_error, SyncError)


@pytest.mark.parametrize("sync", [True, False])
def test_a_read_of_the_machine_list_never_starts_a_synchronization(*, sync: bool) -> None:
    driven = look(CWP, {"State": "FINISHED"}, sync=sync)

    assert [call.body for call in driven.calls] == [{"Sync": False}]


@pytest.mark.parametrize("state", ["STOPPED", "SYNCHRONIZING", "BRAND_NEW"])
def test_a_tasks_state_is_reported_in_the_providers_word(state: str) -> None:
    driven = look(OMS, {"status": state})

    assert driven.successful_outcome.summary == f"task example-task is {state}"
    assert driven.successful_outcome.data["state_before"] == state
    assert driven.successful_outcome.data["triggered"] is False


def test_every_page_of_servers_is_listed() -> None:
    servers = [{"id": f"server-{number}", "status": "RUNNING"} for number in range(1500)]
    pages = [{"total": 1500, "data": servers[start : start + 1000]} for start in (0, 1000)]

    driven = look(SERVERS, *pages)

    assert [dict(call.query)["offset"] for call in driven.calls] == ["0", "1000"]
    assert driven.successful_outcome.data["total"] == 1500
    assert driven.successful_outcome.data["complete"] is True
