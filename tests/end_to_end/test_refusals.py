"""What a provider rejects, and how long it requires to wait."""

from __future__ import annotations

from collections import Counter

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator, faults
from shared.clock import Clock
from tests.support.platform_caller import DONE, EVENTS, SERVICE, PlatformCaller
from tests.support.provider_answer import OPTIONAL

CODES = [
    ("alibaba.ehpc.SynchronizeApp", "InvalidParams", 403, "invalid_input", False),
    ("alibaba.ehpc.SynchronizeApp", "ImageNotFound", 404, "not_found", False),
    ("alibaba.ehpc.SynchronizeApp", "DbError", 406, "unavailable", True),
    ("alibaba.ehpc.SynchronizeApp", "ServiceAPIError", 406, "unavailable", True),
    ("alibaba.ehpc.SynchronizeApp", "EcsError", 406, "unavailable", True),
    ("alibaba.ehpc.SynchronizeApp", "AliyunError", 406, "unavailable", True),
    ("alibaba.ehpc.SynchronizeApp", "ServiceUnavailable", 503, "unavailable", True),
    ("alibaba.edas.SynchronizeResource", "Throttling.User", 400, "throttled", True),
    ("alibaba.edas.SynchronizeResource", "Forbidden.RAM", 403, "forbidden", False),
    ("tencent.cwp.SyncMachines", "FailedOperation", 200, "refused", False),
    ("tencent.cwp.SyncMachines", "FailedOperation.APIServerFail", 200, "unavailable", True),
    ("tencent.cwp.SyncMachines", "InternalError", 200, "unavailable", True),
    ("tencent.cwp.SyncMachines", "InvalidParameterValue", 200, "invalid_input", False),
    ("tencent.cwp.SyncMachines", "MissingParameter", 200, "invalid_input", False),
    ("tencent.cwp.SyncMachines", "RequestLimitExceeded.Uin", 200, "throttled", True),
    ("tencent.cwp.SyncMachines", "UnauthorizedOperation", 200, "forbidden", False),
    ("tencent.cwp.SyncMachines", "SomethingNew", 200, "refused", False),
    ("huawei.modelarts.SyncDevServers", "ModelArts.0104", 400, "invalid_input", False),
    ("huawei.modelarts.SyncDevServers", "APIGW.0301", 401, "unauthenticated", False),
    ("huawei.modelarts.SyncDevServers", "APIGW.0308", 429, "throttled", True),
    ("huawei.modelarts.SyncDevServers", "APIGW.0101", 404, "not_found", False),
]


@pytest.mark.parametrize(("operation", "code", "status", "category", "retryable"), CODES)
def test_a_providers_code_decides_before_its_status(
    caller: PlatformCaller,
    emulator: Emulator,
    operation: str,
    code: str,
    status: int,
    category: str,
    retryable: bool,  # noqa: FBT001 - a column of the table
) -> None:
    emulator.inject_fault(SERVICE[operation], faults.error(code, status=status), times=None)

    result = caller.run(operation)

    error = result["error"]
    assert (error["category"], error["code"], error["retryable"]) == (category, code, retryable)
    assert error["http_status"] == status
    assert error["hint"]
    sent = Counter(request.action for request in emulator.received.of(SERVICE[operation]))
    for action, count in sent.items():
        most = 2 if action in OPTIONAL else 4
        assert count == (most if retryable else 1), action
    assert result["provider_request_ids"]


class RecordingClock(Clock):
    """The real clock, but sleeping is only recorded."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_throttled_call_waits_as_long_as_requested(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    clock = caller.runtime.clock = RecordingClock()
    emulator.inject_fault(SERVICE[operation], faults.throttled(7))

    assert caller.run(operation)["status"] in DONE[operation]
    assert 7 <= clock.slept[0] < 8


def test_a_task_that_is_not_there_is_not_found_and_nothing_is_started(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    result = caller.run("huawei.oms.StartSyncTask", {"sync_task_id": "no-such-task"})

    assert result["error"]["category"] == "not_found"
    assert {request.method for request in emulator.received.of("oms")} == {"GET"}


def test_without_the_permission_to_read_a_task_is_started_without_reading_it(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    emulator.huawei.denied.add("oms:synctask:get")

    result = caller.run("huawei.oms.StartSyncTask")

    assert result["status"] == "accepted"
    assert result["data"]["state_before"] is None
    assert "oms:synctask:get" in result["data"]["hint"]


def test_a_running_task_is_left_alone(caller: PlatformCaller, emulator: Emulator) -> None:
    caller.run("huawei.oms.StartSyncTask")
    emulator.clear()

    result = caller.run("huawei.oms.StartSyncTask")

    assert result["status"] == "unchanged"
    assert {request.method for request in emulator.received.of("oms")} == {"GET"}


def test_a_start_that_worked_without_a_response_is_not_sent_twice(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    emulator.inject_fault("cwp", faults.reset(work=True), when=lambda seen: b"true" in seen.body)
    emulator.inject_fault("oms", faults.reset(work=True), method="POST")

    machines = caller.run("tencent.cwp.SyncMachines")
    task = caller.run("huawei.oms.StartSyncTask")

    assert machines["status"] in {"running", "succeeded"}
    assert emulator.tencent.machines.started == 1
    assert task["status"] == "succeeded"
    assert len([seen for seen in emulator.received.of("oms") if seen.method == "POST"]) == 1


def test_an_application_that_is_in_some_regions_is_copied_to_the_others(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    emulator.alibaba.apps = {"ci-vm-exampleapp01": {"cn-hangzhou", "cn-shanghai"}}
    event = {
        **EVENTS["alibaba.ehpc.SynchronizeApp"],
        "target_region_ids": ["cn-shanghai", "cn-beijing"],
    }

    result = caller.run("alibaba.ehpc.SynchronizeApp", event)

    assert result["status"] == "running"
    assert result["data"]["regions"] == {"cn-shanghai": "unchanged", "cn-beijing": "running"}
