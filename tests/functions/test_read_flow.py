"""Reading a status never writes, and exists only where a provider has one."""

from __future__ import annotations

import pytest

from functions.registry import OPERATIONS, load
from shared import validation
from shared.errors import SyncError, TimedOut
from shared.models.operation import Operation
from shared.models.secret import Secret
from tests.support.operation_runner import FlowRun, ProviderReply, keys_of, run_operation

CWP = "tencent.cwp.SyncMachines"
ASSETS = "tencent.cwp.SyncAssetScan"
OMS = "huawei.oms.StartSyncTask"
SERVERS = "huawei.modelarts.SyncDevServers"
STOP = "huawei.oms.StopSyncTask"
EHPC = "alibaba.ehpc.SynchronizeApp"
Replies = dict[str, ProviderReply]
STOPPED: ProviderReply = {"status": "STOPPED"}
READS: dict[str, tuple[dict[str, object], Replies, str]] = {
    CWP: ({}, {"SyncMachines": {"State": "NOTASK"}}, "idle"),
    ASSETS: ({}, {"SyncAssetScan": {"State": "NOTASK"}}, "idle"),
    OMS: (
        {"sync_task_id": "example-task"},
        {"ShowSyncTask": STOPPED, "ListSyncTaskStatistic": {"statistic_datas": []}},
        "succeeded",
    ),
    STOP: ({"sync_task_id": "example-task"}, {"ShowSyncTask": STOPPED}, "succeeded"),
    SERVERS: ({}, {"ListDevServers": {"total": 0, "data": []}}, "succeeded"),
}
"""The parameters, the provider's response to each call that reads, and the result."""


def reading(operation: str) -> Operation:
    found = load(operation).read_only_variant()
    assert found is not None
    return found


def no_secret(name: str) -> Secret | None:
    raise AssertionError(name)


def run_read_flow(operation: str, *replies: ProviderReply, **parameters: object) -> FlowRun:
    return run_operation(reading(operation), {**READS[operation][0], **parameters}, *replies)


def test_only_operations_with_a_status_have_a_read_flow() -> None:
    assert {name for name in OPERATIONS if load(name).read_only_variant() is not None} == {
        *READS,
        EHPC,
    }


@pytest.mark.parametrize("operation", READS)
def test_a_read_does_not_write(operation: str) -> None:
    _, replies, status = READS[operation]

    result = run_read_flow(operation, *replies.values())

    assert result.actions == list(replies)
    assert result.writes == []
    assert result.successful_outcome.status == status
    assert set(result.successful_outcome.data) == set(keys_of(load(operation)))


@pytest.mark.parametrize("operation", READS)
def test_a_read_needs_no_storage_keys(operation: str) -> None:
    found = reading(operation)
    params = validation.parse_parameters(READS[operation][0], {}, found)

    assert found.is_read_only is not None
    assert found.is_read_only(params)
    if found.with_secrets is not None:
        assert found.with_secrets(params, no_secret, lambda _: None) == params


@pytest.mark.parametrize("operation", READS)
def test_a_failed_read_is_a_failed_run(operation: str) -> None:
    error = TimedOut("no answer", outcome_unknown=True)

    assert isinstance(run_read_flow(operation, error).expected_error, SyncError)


@pytest.mark.parametrize("sync", [True, False])
def test_a_read_of_the_machine_list_never_starts_a_synchronization(*, sync: bool) -> None:
    result = run_read_flow(CWP, {"State": "FINISHED"}, sync=sync)

    assert [call.body for call in result.calls] == [{"Sync": False}]


@pytest.mark.parametrize("state", ["STOPPED", "SYNCHRONIZING", "BRAND_NEW"])
def test_a_tasks_state_is_reported_in_the_providers_word(state: str) -> None:
    result = run_read_flow(OMS, {"status": state}, {"statistic_datas": []})

    assert result.successful_outcome.summary == f"task example-task is {state}"
    assert result.successful_outcome.data["state_before"] == state
    assert result.successful_outcome.data["triggered"] is False


def test_every_page_of_servers_is_listed() -> None:
    servers = [{"id": f"server-{number}", "status": "RUNNING"} for number in range(1500)]
    pages = [{"total": 1500, "data": servers[start : start + 1000]} for start in (0, 1000)]

    result = run_read_flow(SERVERS, *pages)

    assert [dict(call.query)["offset"] for call in result.calls] == ["0", "1000"]
    assert result.successful_outcome.data["total"] == 1500
    assert result.successful_outcome.data["complete"] is True
