"""The result is there before the platform's limit, and nothing is sent after it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator, faults
from local.emulator.faults import Fault
from shared.clock import Clock
from tests.support.platform_caller import SERVICE, LambdaContext, PlatformCaller
from tests.support.side_by_side import side_by_side

LIMIT = 1.4

SLOW = {
    "hangs": faults.hang(10),
    "hangs after the work": faults.hang(10, work=True),
    "drips": faults.drip(0.05, headers=True),
    "pauses in the headers": faults.slow_headers(10),
    "is late": faults.delayed(10),
}


@pytest.mark.parametrize("how", SLOW)
def test_a_provider_that_does_not_respond_never_prevents_a_result(
    emulator: Emulator, tmp_path: Path, how: str
) -> None:
    for service in set(SERVICE.values()):
        emulator.inject_fault(service, SLOW[how], times=None)

    def run(operation: str) -> tuple[dict[str, Any], int]:
        context = LambdaContext(LIMIT)
        result = PlatformCaller(emulator, tmp_path).run(operation, context=context)
        return result, context.get_remaining_time_in_millis()

    for operation, (result, remaining) in side_by_side(run, OPERATIONS):
        assert remaining > 0, operation
        assert result["status"] == "failed", operation
        assert result["error"]["category"] == "timeout", operation
        assert result["error"]["retryable"] is True, operation
        assert "timeout" in result["error"]["hint"], operation
        assert "s" in result["error"]["hint"], operation


@pytest.mark.parametrize("operation", OPERATIONS)
def test_with_no_time_left_nothing_is_sent(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    result = caller.run(operation, context=LambdaContext(0.5))

    assert result["error"]["category"] == "timeout"
    assert result["attempts"] == 0
    assert len(emulator.received.of(SERVICE[operation])) == 0


def test_nothing_is_sent_after_the_deadline(emulator: Emulator, tmp_path: Path) -> None:
    caller = PlatformCaller(emulator, tmp_path)
    caller.runtime.clock = Clock()
    emulator.inject_fault("modelarts", faults.status(503), times=None)
    started = time.time()

    caller.run("huawei.modelarts.SyncDevServers", context=LambdaContext(LIMIT))

    last = max(request.time for request in emulator.received)
    assert last - started < LIMIT - 0.5


def test_when_time_runs_out_while_the_provider_works_the_run_is_running(
    emulator: Emulator, tmp_path: Path
) -> None:
    caller = PlatformCaller(emulator, tmp_path)
    caller.runtime.clock = Clock()
    emulator.tencent.machines.run_seconds = 60

    result = caller.run("tencent.cwp.SyncMachines", {"wait_seconds": 60}, LambdaContext(2.5))

    assert result["status"] == "running"
    assert result["error"] is None
    assert result["duration_ms"] < 2000


HANGING_READ: Fault = faults.hang(10)


def test_a_read_that_hangs_after_the_start_leaves_the_task_accepted(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    reads: list[int] = []

    def second(request: object) -> bool:
        reads.append(1)
        return len(reads) > 1

    emulator.inject_fault("oms", HANGING_READ, times=None, method="GET", when=second)

    result = caller.run("huawei.oms.StartSyncTask", context=LambdaContext(LIMIT))

    assert result["status"] == "accepted"
    assert result["error"] is None
    assert result["data"]["triggered"] is True


def test_a_provider_that_asks_to_wait_longer_than_there_is_time_is_not_waited_for(
    emulator: Emulator, tmp_path: Path
) -> None:
    caller = PlatformCaller(emulator, tmp_path)
    caller.runtime.clock = Clock()
    emulator.inject_fault("edas", faults.throttled(30), times=None)

    result = caller.run("alibaba.edas.SynchronizeResource", context=LambdaContext(5))

    assert result["error"]["category"] == "throttled"
    assert result["attempts"] == 2  # one of them a look
    assert result["duration_ms"] < 1000
