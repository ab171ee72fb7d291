"""The function really runs again: over loopback, on each of the four platforms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.tencent.sync_machines import OPERATION
from functions.web.async_invoke import invoke_self_async
from local.emulator import Emulator, Invocation
from shared.entrypoint import handle
from shared.runtime import Runtime
from tests.support.async_invoke import FUNCTION, PLATFORMS, Platform, each_platform

BY_SERVICE = {platform.service: platform for platform in PLATFORMS.values()}


def test_no_step_needs_more_than_the_event_and_the_invocation() -> None:
    assert set(BY_SERVICE) == {"lambda", "fc", "scf", "functiongraph"}


@each_platform
def test_the_second_run_does_the_work_and_returns_its_result(platform: Platform) -> None:
    def invoke(invocation: Invocation) -> Mapping[str, object]:
        call = BY_SERVICE[invocation.platform].build_call(
            invocation.function,
            invocation.event,
            emulator.environment(temporary=True),
            timer=False,
        )
        process = Runtime(environ=call.environ)
        return handle(OPERATION, call.event, call.context, process)

    with Emulator(invoke=invoke) as emulator:
        run = invoke_self_async(
            {"sync": True}, invocation=platform.invocation(emulator.environment(temporary=True))
        )
        (invocation,) = emulator.invocations.all()
        result: Any = invocation.outcome.result(timeout=10)

        assert run == invocation.request_id
        assert (invocation.function, result["operation"]) == (FUNCTION, "tencent.cwp.SyncMachines")
        assert (result["trigger"], result["status"]) == ("direct", "running")
        assert emulator.tencent.machines.started == 1


def test_what_the_second_run_raises_can_be_read() -> None:
    def invoke(_invocation: Invocation) -> object:
        raise ValueError("example")

    with Emulator(invoke=invoke) as emulator:
        invoke_self_async({}, invocation=PLATFORMS["aws"].invocation(emulator.environment()))
        (invocation,) = emulator.invocations.all()
        error = invocation.outcome.exception(timeout=10)

    assert isinstance(error, ValueError)
