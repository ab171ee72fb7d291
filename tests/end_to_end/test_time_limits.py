"""A run that reached its time limit says which limit it was and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator, Received, faults
from local.fake_chats import FakeChats
from shared.errors import SyncFailed
from tests.support.http_reply import HttpReply
from tests.support.http_trigger_client import HttpTriggerClient
from tests.support.platform_caller import (
    EVENTS,
    RUNNING_TASK,
    SERVICE,
    TASK,
    LambdaContext,
    PlatformCaller,
)
from tests.support.side_by_side import side_by_side

LIMIT = 2.0

LABELS = {
    "alibaba.edas.SynchronizeResource": "EDAS",
    "alibaba.ehpc.SynchronizeApp": "E-HPC",
    "tencent.cwp.SyncMachines": "CWP",
    "tencent.cwp.SyncAssetScan": "CWP",
    "huawei.oms.StartSyncTask": "OMS",
    "huawei.oms.StopSyncTask": "OMS",
    "huawei.oms.CreateSyncEvents": "OMS",
    "huawei.modelarts.SyncDevServers": "ModelArts",
}
UNKNOWN_OUTCOMES = {
    "alibaba.edas.SynchronizeResource": " EDAS may still complete the request; "
    "check its console before retrying.",
    "alibaba.ehpc.SynchronizeApp": " E-HPC may still complete the request; "
    "check its console before retrying.",
    "tencent.cwp.SyncMachines": " CWP may still complete the request; "
    "the next run checks its state first.",
    "tencent.cwp.SyncAssetScan": " CWP may still complete the request; "
    "the next run checks its state first.",
    "huawei.oms.StartSyncTask": " OMS may still start the task; "
    "the next run checks its state first.",
    "huawei.oms.StopSyncTask": " OMS may still stop the task; the next run checks its state first.",
    "huawei.oms.CreateSyncEvents": " OMS may have taken these objects; "
    "handing them over again is harmless.",
    "huawei.modelarts.SyncDevServers": " ModelArts may still complete the request; "
    "retrying is safe.",
}


@pytest.fixture
def receiver() -> Iterator[FakeChats]:
    with FakeChats() as running:
        yield running


def hang_writes(emulator: Emulator) -> None:
    """Let every provider hang at a request that changes something, not at a read before it."""

    def writes(request: Received) -> bool:
        if request.service == "oms":
            return request.path.endswith(("/start", "/stop", "/events"))
        if request.service == "ehpc":
            return request.action == "SynchronizeApp"
        return request.service != "cwp" or b'"Sync":true' in request.body

    for service in set(SERVICE.values()):
        emulator.inject_fault(service, faults.hang(10), times=None, when=writes)


def explanation(error: Any) -> tuple[str, str]:
    """Return an error's message and hint."""
    assert error["category"] == "timeout"
    return error["message"], error["hint"]


def test_a_direct_run_names_the_functions_timeout(emulator: Emulator, tmp_path: Path) -> None:
    hang_writes(emulator)

    def run(operation: str) -> dict[str, Any]:
        return PlatformCaller(emulator, tmp_path).run(operation, context=LambdaContext(LIMIT))

    for operation, result in side_by_side(run, OPERATIONS):
        assert explanation(result["error"]) == (
            f"No response from {LABELS[operation]} within 2 s (the function's timeout)",
            f"Raise the function's timeout to 60 s or more.{UNKNOWN_OUTCOMES[operation]}",
        )


def test_an_http_run_names_the_limit_of_http_callers(emulator: Emulator, tmp_path: Path) -> None:
    hang_writes(emulator)

    def call(operation: str) -> HttpReply:
        client = HttpTriggerClient(emulator, tmp_path)
        client.environ["HTTP_DEADLINE_SECONDS"] = f"{LIMIT:g}"
        client.environ["OMS_TASKS"] = json.dumps({TASK: {}, RUNNING_TASK: {}})
        return client.call(EVENTS[operation], operation=operation, method="POST")

    for operation, reply in side_by_side(call, OPERATIONS):
        assert reply.status == 504, operation
        assert explanation(reply.json["error"]) == (
            f"No response from {LABELS[operation]} within 2 s (HTTP_DEADLINE_SECONDS)",
            (
                "Raise HTTP_DEADLINE_SECONDS to 60 s or more, if the gateway in front waits that "
                f"long.{UNKNOWN_OUTCOMES[operation]}"
            ),
        )


def test_a_timers_run_names_the_functions_timeout(emulator: Emulator, tmp_path: Path) -> None:
    hang_writes(emulator)

    def run(operation: str) -> str:
        event = {**EVENTS[operation], "trigger": "timer"}
        with pytest.raises(SyncFailed) as caught:
            PlatformCaller(emulator, tmp_path).run(operation, event, LambdaContext(LIMIT))
        return str(caught.value)

    for operation, failure in side_by_side(run, OPERATIONS):
        assert explanation(json.loads(failure)["error"]) == (
            f"No response from {LABELS[operation]} within 2 s (the function's timeout)",
            f"Raise the function's timeout to 60 s or more.{UNKNOWN_OUTCOMES[operation]}",
        )


def test_a_timers_run_names_what_is_reserved_for_notifications(
    caller: PlatformCaller, emulator: Emulator, receiver: FakeChats
) -> None:
    caller.environ["NOTIFY"] = receiver.setting("failed", kinds=("slack",))
    hang_writes(emulator)

    event = {"type": "all", "trigger": "timer"}
    with pytest.raises(SyncFailed) as caught:
        caller.run("alibaba.edas.SynchronizeResource", event, LambdaContext(4))

    expected = (
        (
            "No response from EDAS within 3.4 s (the function's timeout of 4 s "
            "less 0.6 s reserved for NOTIFY)"
        ),
        (
            "Raise the function's timeout to 71 s or more: 15% of it is reserved for NOTIFY. "
            "EDAS may still complete the request; check its console before retrying."
        ),
    )
    assert explanation(json.loads(str(caught.value))["error"]) == expected
    assert expected[0] in receiver.received[0].text


def test_a_read_without_an_answer_says_nothing_of_unfinished_work(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    emulator.inject_fault("cwp", faults.hang(10), times=None)

    result = caller.run("tencent.cwp.SyncMachines", {"sync": False}, LambdaContext(LIMIT))

    assert explanation(result["error"]) == (
        "No response from CWP within 2 s (the function's timeout)",
        "Raise the function's timeout to 60 s or more.",
    )


def test_a_connection_that_breaks_says_whether_the_next_run_reads_first(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    emulator.inject_fault("edas", faults.reset(work=False), times=None)

    error = caller.run("alibaba.edas.SynchronizeResource")["error"]

    assert error["hint"].endswith(
        " EDAS may still complete the request; check its console before retrying."
    )
    assert "next run" not in error["hint"]
