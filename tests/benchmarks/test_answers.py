"""Both sides of a comparison make the same call and get a response."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from benchmarks import canned_server, fresh, targets
from benchmarks.canned_server import dev_server_pages
from benchmarks.fresh import ProcessFailedError
from benchmarks.targets import MEASURED, SHORT
from local.emulator import Emulator
from local.emulator.server import ENDPOINT_SETTINGS

OPERATIONS = pytest.mark.parametrize("operation", SHORT)


@OPERATIONS
def test_our_process_and_the_sdks_send_the_same_request(operation: str) -> None:
    with Emulator() as emulator:
        emulator.alibaba.apps["ci-example-app"] = {"cn-hangzhou"}
        emulator.huawei.tasks["example-sync-task"] = emulator.huawei.tasks.pop(
            "example-sync-task-1"
        )
        emulator.huawei.tasks["example-sync-task"].status = "SYNCHRONIZING"
        project = emulator.huawei.projects[0].id
        settings = emulator.environment() | {"HUAWEICLOUD_SDK_PROJECT_ID": project}
        fresh.run(targets.ours(operation, settings))
        emulator.alibaba.apps["ci-example-app"] = {"cn-hangzhou"}
        fresh.run(targets.sdk(operation, settings))

        # Ours also looks: which regions have the application, what a task failed to copy.
        *before, theirs = emulator.received.all()
        ours = next(each for each in before if each.action == theirs.action)

    assert ours.status == theirs.status == 200
    assert (ours.method, ours.path, ours.action) == (theirs.method, theirs.path, theirs.action)
    assert {k for k, _ in ours.query} == {k for k, _ in theirs.query}
    assert (ours.body and ours.json()) == (theirs.body and theirs.json())


@OPERATIONS
def test_a_process_reports_its_peak_memory(operation: str, settings: Mapping[str, str]) -> None:
    assert fresh.run(targets.ours(operation, settings)).peak_mb > 5


def test_a_process_without_its_provider_fails_and_is_not_counted() -> None:
    nowhere = dict.fromkeys(ENDPOINT_SETTINGS.values(), "http://127.0.0.1:9")
    with pytest.raises(ProcessFailedError, match="ours"):
        fresh.run(targets.ours("tencent.cwp.SyncMachines", nowhere))


@OPERATIONS
def test_the_canned_server_answers_both_many_times(operation: str) -> None:
    with canned_server.running() as settings:
        cold = targets.ours(operation, settings)
        script = str(MEASURED / "warm.py")
        for words in (("ours", *cold.command[2:]), (SHORT[operation],)):
            side = cold if words[0] == "ours" else targets.sdk(operation, settings)
            many = replace(side, command=(side.command[0], script, "20", *words))
            assert fresh.run_and_read(many)["calls_per_second"] > 0


def test_the_canned_server_has_a_page_for_every_thousand_servers() -> None:
    pages = dict(dev_server_pages(2500))

    assert {offset: len(json.loads(body)["data"]) for offset, body in pages.items()} == {
        0: 1000,
        1000: 1000,
        2000: 500,
    }
