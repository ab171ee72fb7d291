"""``DEFAULT_PARAMETERS`` are the defaults of every event, also for its trigger and on_failure."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Emulator, faults
from shared.errors import SyncFailed
from shared.observability import SERVICE
from tests.support.http_trigger_client import HttpTriggerClient
from tests.support.platform_caller import PlatformCaller

EDAS = "alibaba.edas.SynchronizeResource"
CWP = "tencent.cwp.SyncMachines"
BAD = {"type": "nothing"}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def caller(emulator: Emulator, tmp_path: Path) -> PlatformCaller:
    return PlatformCaller(emulator, tmp_path)


def defaults(caller: PlatformCaller, **values: str) -> None:
    caller.environ["DEFAULT_PARAMETERS"] = json.dumps(values)


def test_a_default_on_failure_is_honoured(caller: PlatformCaller) -> None:
    defaults(caller, on_failure="return")
    assert caller.run(EDAS, {**BAD, "trigger": "timer"})["status"] == "failed"

    defaults(caller, on_failure="raise")
    with pytest.raises(SyncFailed):
        caller.run(EDAS, BAD)


def test_a_default_on_failure_may_be_for_one_operation(caller: PlatformCaller) -> None:
    caller.environ["DEFAULT_PARAMETERS"] = json.dumps(
        {EDAS: {"on_failure": "return"}, CWP: {"on_failure": "raise"}}
    )

    assert caller.run(EDAS, {**BAD, "trigger": "timer"})["status"] == "failed"


def test_the_event_overrides_the_default_and_the_default_the_setting(
    caller: PlatformCaller,
) -> None:
    defaults(caller, on_failure="raise")
    assert caller.run(EDAS, {**BAD, "on_failure": "return"})["status"] == "failed"

    caller.environ["ON_FAILURE"] = "return"
    with pytest.raises(SyncFailed):
        caller.run(EDAS, BAD)


def test_a_default_trigger_is_honoured_for_events_that_show_none(caller: PlatformCaller) -> None:
    defaults(caller, trigger="timer")
    with pytest.raises(SyncFailed) as caught:
        caller.run(EDAS, BAD)

    assert json.loads(str(caught.value))["trigger"] == "timer"
    assert caller.run(EDAS, {**BAD, "trigger": "direct"})["trigger"] == "direct"


def test_an_envelope_overrides_the_default_trigger(caller: PlatformCaller) -> None:
    defaults(caller, trigger="direct")
    event = {"Type": "Timer", "TriggerName": "nightly", "Message": json.dumps(BAD)}

    with pytest.raises(SyncFailed) as caught:
        caller.run(EDAS, event)

    assert json.loads(str(caught.value))["trigger"] == "timer"


def test_over_http_a_default_trigger_is_ignored(emulator: Emulator, tmp_path: Path) -> None:
    client = HttpTriggerClient(emulator, tmp_path)
    client.environ["DEFAULT_PARAMETERS"] = json.dumps({"trigger": "timer", "on_failure": "raise"})

    reply = client.call({"sync": "no"})

    assert (reply.status, reply.json["trigger"]) == (400, "http")


def test_invalid_defaults_fail_as_the_trigger_asks_for(caller: PlatformCaller) -> None:
    defaults(caller, on_failure="maybe")
    result = caller.run(EDAS, BAD)
    assert result["error"]["category"] == "misconfigured"

    with pytest.raises(SyncFailed):
        caller.run(EDAS, {**BAD, "trigger": "timer"})


@pytest.mark.parametrize("event", [{"sync": False}, {"sync": False, "trigger": "timer"}])
def test_a_result_is_text_that_utf_8_can_encode(
    caller: PlatformCaller,
    emulator: Emulator,
    event: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # pytest cannot report half a surrogate pair.
    monkeypatch.setattr(logging.getLogger(SERVICE), "propagate", False)
    refusal = {"Error": {"Code": "FailedOperation", "Message": "machine \ud83d is gone"}}
    body = json.dumps({"Response": {**refusal, "RequestId": "r"}}).encode()
    emulator.inject_fault("cwp", faults.status(200, body), times=None)

    result = caller.run(CWP, {**event, "on_failure": "return"})

    assert result["error"]["message"] == "machine ? is gone"
    json.dumps(result, ensure_ascii=False).encode()
