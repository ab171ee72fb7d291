"""A run that reached its time limit says which limit it was and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator, faults
from local.fake_chats import FakeChats
from shared.errors import SyncFailed
from tests.support.http_trigger_client import HttpTriggerClient
from tests.support.platform_caller import (
    EVENTS,
    RUNNING_TASK,
    SERVICE,
    TASK,
    LambdaContext,
    PlatformCaller,
)

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
def client(emulator: Emulator, tmp_path: Path) -> HttpTriggerClient:
    client = HttpTriggerClient(emulator, tmp_path)
    client.environ["HTTP_DEADLINE_SECONDS"] = f"{LIMIT:g}"
    client.environ["OMS_TASKS"] = json.dumps({TASK: {}, RUNNING_TASK: {}})
    return client


@pytest.fixture
def receiver() -> Iterator[FakeChats]:
    with FakeChats() as running:
        yield running


def hang_writes(emulator: Emulator, operation: str) -> None:
    """Let the provider hang at the request that changes something, not at a read before it."""

    def writes(request: Any) -> bool:
        if operation.startswith("huawei.oms."):
            return str(request.path).endswith(("/start", "/stop", "/events"))
        if operation == "alibaba.ehpc.SynchronizeApp":
            return str(request.action) == "SynchronizeApp"
        return not operation.startswith("tencent.cwp.") or b'"Sync":true' in request.body

    emulator.inject_fault(SERVICE[operation], faults.hang(10), times=None, when=writes)


def explanation(error: Any) -> tuple[str, str]:
    """Return an error's message and hint."""
    assert error["category"] == "timeout"
    return error["message"], error["hint"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_direct_run_names_the_functions_timeout(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    hang_writes(emulator, operation)

    result = caller.run(operation, context=LambdaContext(LIMIT))

    assert explanation(result["error"]) == (
        f"No response from {LABELS[operation]} within 2 s (the function's timeout)",
        f"Raise the function's timeout to 60 s or more.{UNKNOWN_OUTCOMES[operation]}",
    )


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_http_run_names_the_limit_of_http_callers(
    client: HttpTriggerClient, emulator: Emulator, operation: str
) -> None:
    hang_writes(emulator, operation)

    reply = client.call(EVENTS[operation], operation=operation, method="POST")

    assert reply.status == 504
    assert explanation(reply.json["error"]) == (
        f"No response from {LABELS[operation]} within 2 s (HTTP_DEADLINE_SECONDS)",
        (
            "Raise HTTP_DEADLINE_SECONDS to 60 s or more, if the gateway in front waits that long."
            f"{UNKNOWN_OUTCOMES[operation]}"
        ),
    )


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_timers_run_names_the_functions_timeout(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    hang_writes(emulator, operation)

    event = {**EVENTS[operation], "trigger": "timer"}
    with pytest.raises(SyncFailed) as caught:
        caller.run(operation, event, LambdaContext(LIMIT))

    assert explanation(json.loads(str(caught.value))["error"]) == (
        f"No response from {LABELS[operation]} within 2 s (the function's timeout)",
        f"Raise the function's timeout to 60 s or more.{UNKNOWN_OUTCOMES[operation]}",
    )


def test_a_timers_run_names_what_is_reserved_for_notifications(
    caller: PlatformCaller, emulator: Emulator, receiver: FakeChats
) -> None:
    caller.environ["NOTIFY"] = receiver.setting("failed", kinds=("slack",))
    hang_writes(emulator, "alibaba.edas.SynchronizeResource")

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
