"""Targets on every platform and trigger, against the emulator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.registry import load
from local.emulator import Emulator, faults
from local.fake_chats import FakeChats
from shared.entrypoint import handle
from shared.errors import SyncFailed
from shared.runtime import Runtime
from tests.support.platform_calls import PLATFORMS, TOKEN, platform_call

CWP = "tencent.cwp.SyncMachines"
EDAS = "alibaba.edas.SynchronizeResource"
EVENT = {
    "targets": [{"region": region} for region in ("ap-beijing", "ap-guangzhou", "ap-shanghai")],
    "sync": False,
}


def call(
    emulator: Emulator, home: Path, platform: str, trigger: str, event: Any, **settings: str
) -> dict[str, Any]:
    """Return the result of an event, raised or not."""
    operation = load(CWP)
    environ = emulator.environment(temporary=True) | {"HTTP_BEARER_TOKENS": TOKEN} | settings
    called = platform_call(platform, trigger, operation.function, event, environ)
    runtime = Runtime(environ=called.environ, home=home)
    try:
        found: Any = handle(operation, called.event, called.context, runtime)
    except SyncFailed as failure:
        found = json.loads(str(failure)) | {"raised": True}
    if trigger == "http":
        found = json.loads(found["body"]) | {"http_status": found["statusCode"]}
    result: dict[str, Any] = json.loads(json.dumps(found))
    return result


@pytest.mark.parametrize("trigger", ["direct", "timer", "workflow", "http"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_targets_of_an_event_are_run(
    emulator: Emulator, tmp_path: Path, platform: str, trigger: str
) -> None:
    result = call(emulator, tmp_path, platform, trigger, EVENT)
    assert result["status"] == "idle"
    assert result["trigger"] == trigger
    assert result["summary"] == "3 of 3 targets are idle"
    regions = [each["region"] for each in result["data"]["results"]]
    assert regions == ["ap-beijing", "ap-guangzhou", "ap-shanghai"]
    assert {each["trigger"] for each in result["data"]["results"]} == {trigger}
    assert len(emulator.received) == 3


@pytest.mark.parametrize("trigger", ["direct", "timer", "workflow", "http"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_target_that_fails_is_raised_where_no_one_reads_the_answer(
    emulator: Emulator, tmp_path: Path, platform: str, trigger: str
) -> None:
    emulator.inject_fault(
        "cwp",
        faults.error("AuthFailure.UnauthorizedOperation"),
        times=None,
        when=lambda request: request.headers.get("x-tc-region") == "ap-guangzhou",
    )
    result = call(emulator, tmp_path, platform, trigger, EVENT)
    assert result["status"] == "partial"
    assert result["data"]["counts"] == {"idle": 2, "failed": 1}
    assert result.get("raised", False) is (trigger in {"timer", "workflow"})
    assert result.get("http_status", 200) == 200
    failed = result["data"]["results"][1]
    assert failed["error"]["category"] == "forbidden"
    assert "default/ap-guangzhou (forbidden)" in result["summary"]


def test_one_notification_is_sent_for_all_targets(emulator: Emulator, tmp_path: Path) -> None:
    emulator.inject_fault(
        "cwp",
        faults.error("AuthFailure.UnauthorizedOperation"),
        times=None,
        when=lambda request: request.headers.get("x-tc-region") != "ap-beijing",
    )
    with FakeChats() as chats:
        notify = chats.setting("failed", kinds=("slack",))
        call(emulator, tmp_path, "scf", "timer", EVENT, NOTIFY=notify)
        (post,) = chats.received
    assert "2 of 3 targets failed" in post.text
    assert "default/ap-guangzhou failed" in post.text
    assert "ap-beijing" not in post.text


def test_eight_hundred_targets_with_faults_in_a_tenth(emulator: Emulator, tmp_path: Path) -> None:
    count = 0

    def every_tenth(_request: object) -> bool:
        nonlocal count
        count += 1
        return count % 10 == 0

    emulator.inject_fault(
        "edas", faults.error("Forbidden", status=403), times=None, when=every_tenth
    )
    event = {
        "targets": {"regions": [f"cn-r{number}" for number in range(800)]},
        "type": "ram",  # one request each
        "max_concurrency": 32,
    }
    runtime = Runtime(environ={**emulator.environment(), "LOG_LEVEL": "CRITICAL"}, home=tmp_path)
    result: Any = handle(load(EDAS), event, None, runtime)
    assert result["data"]["counts"] == {"succeeded": 720, "failed": 80}
    assert [each["region"] for each in result["data"]["results"]] == event["targets"]["regions"]  # type: ignore[index]
    assert len(emulator.received) == 800
    assert len({each["provider_request_ids"][0] for each in result["data"]["results"]}) == 800
