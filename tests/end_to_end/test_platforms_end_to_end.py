"""Every operation on every platform, for direct calls and for its timer."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from functions.registry import OPERATIONS, load
from local import contexts
from local.emulator import Emulator
from shared.entrypoint import handle
from shared.errors import SyncFailed
from shared.runtime import Runtime
from tests.support.platform_caller import DONE, EVENTS

PLATFORMS = {
    "aws": contexts.aws,
    "fc": contexts.function_compute,
    "scf": contexts.scf,
    "functiongraph": contexts.functiongraph,
}
OWN_ROLE = {
    ("fc", "alibaba"): "FC context",
    ("scf", "tencent"): "SCF environment",
    ("functiongraph", "huawei"): "FunctionGraph context",
}


@pytest.mark.parametrize("timer", [False, True], ids=["direct", "timer"])
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_does_its_work(
    emulator: Emulator,
    tmp_path: Path,
    operation: str,
    platform: str,
    timer: bool,  # noqa: FBT001 - a parameter of the table
    capfd: pytest.CaptureFixture[str],
) -> None:
    loaded = load(operation)
    call = PLATFORMS[platform](
        loaded.function, EVENTS[operation], emulator.environment(temporary=True), timer=timer
    )
    process = Runtime(environ=call.environ, home=tmp_path)

    result = handle(loaded, call.event, call.context, process)

    assert result["status"] in DONE[operation], result
    assert result["trigger"] == ("timer" if timer else "direct")
    assert result["invocation_id"]
    line = json.loads(capfd.readouterr().out.splitlines()[-1 if platform != "aws" else 0])
    source = OWN_ROLE.get((platform, operation.split(".", maxsplit=1)[0]), "environment")
    if (platform, operation.split(".", maxsplit=1)[0]) in OWN_ROLE or platform != "functiongraph":
        assert source in line["identity"]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_timers_failure_is_raised_and_a_direct_one_returned(
    emulator: Emulator, tmp_path: Path, operation: str, platform: str
) -> None:
    loaded = load(operation)
    broken = {**EVENTS[operation], "region": "no region"}

    def call_with(*, timer: bool) -> object:
        call = PLATFORMS[platform](loaded.function, broken, emulator.environment(), timer=timer)
        process = Runtime(environ=call.environ, home=tmp_path)
        return handle(loaded, call.event, call.context, process)

    direct = call_with(timer=False)
    assert isinstance(direct, dict)
    assert direct["error"]["category"] == "invalid_input"
    with pytest.raises(SyncFailed) as caught:
        call_with(timer=True)
    assert json.loads(str(caught.value))["trigger"] == "timer"
    assert len(emulator.received) == 0


@pytest.mark.parametrize("message", [None, "", "  "])
@pytest.mark.parametrize("platform", ["fc", "scf", "functiongraph"])
def test_a_timer_without_a_message_runs_on_the_defaults(
    emulator: Emulator, tmp_path: Path, platform: str, message: str | None
) -> None:
    loaded = load("tencent.cwp.SyncMachines")
    call = PLATFORMS[platform](loaded.function, {}, emulator.environment(), timer=True)
    event = json.loads(call.event) if isinstance(call.event, bytes) else dict(call.event)  # type: ignore[call-overload]
    key = {"fc": "payload", "scf": "Message", "functiongraph": "user_event"}[platform]
    event[key] = message
    changed = dataclasses.replace(
        call, event=json.dumps(event).encode() if platform == "fc" else event
    )

    result = handle(loaded, changed.event, changed.context, Runtime(environ=changed.environ))

    assert result["status"] != "failed"
    assert result["trigger"] == "timer"


@pytest.mark.parametrize("message", ["awesome", "[1]", '{"half": '])
@pytest.mark.parametrize("platform", ["fc", "scf", "functiongraph"])
def test_a_timers_message_that_is_not_an_object_is_raised_as_invalid_input(
    emulator: Emulator, platform: str, message: str
) -> None:
    loaded = load("tencent.cwp.SyncMachines")
    call = PLATFORMS[platform](loaded.function, {}, emulator.environment(), timer=True)
    event = json.loads(call.event) if isinstance(call.event, bytes) else dict(call.event)  # type: ignore[call-overload]
    event[{"fc": "payload", "scf": "Message", "functiongraph": "user_event"}[platform]] = message

    with pytest.raises(SyncFailed) as caught:
        handle(
            loaded,
            json.dumps(event).encode() if platform == "fc" else event,
            call.context,
            Runtime(environ=call.environ),
        )

    result = json.loads(str(caught.value))
    assert result["error"]["category"] == "invalid_input"
    assert result["trigger"] == "timer"
    assert len(emulator.received) == 0
