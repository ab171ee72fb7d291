"""HTTP and chat callers use the tasks of OMS_TASKS only, to plan as well as to run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.emulator import Emulator
from tests.support.http_trigger_client import HttpTriggerClient
from tests.support.platform_caller import TASK, PlatformCaller

OMS = "huawei.oms.StartSyncTask"
TASKS = json.dumps({TASK: {"region": "cn-north-4"}})


@pytest.fixture
def client(emulator: Emulator, tmp_path: Path) -> HttpTriggerClient:
    client = HttpTriggerClient(emulator, tmp_path)
    client.environ["OMS_TASKS"] = TASKS
    return client


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(
    ("event", "why"),
    [
        ({"sync_task_id": "another"}, 'Task "another" isn\'t listed in OMS_TASKS'),
        (
            {"sync_task_id": TASK, "region": "cn-east-3"},
            f'Task "{TASK}" is listed in OMS_TASKS with another region',
        ),
        (
            {"sync_task_id": TASK, "project_id": "0000000000000000000000000000ffff"},
            f'Task "{TASK}" is listed in OMS_TASKS with another project_id',
        ),
    ],
)
def test_an_unlisted_task_or_region_is_neither_run_nor_planned_over_http(
    client: HttpTriggerClient, emulator: Emulator, event: dict[str, Any], why: str, *, dry_run: bool
) -> None:
    reply = client.call({**event, "dry_run": dry_run}, operation=OMS)

    assert reply.status == 403
    assert reply.is_problem
    assert reply.json["detail"] == f"{why}, so it can't be started over HTTP or chat"
    assert len(emulator.received) == 0


def test_without_a_list_no_task_is_planned_over_http(client: HttpTriggerClient) -> None:
    del client.environ["OMS_TASKS"]

    reply = client.call({"sync_task_id": TASK, "dry_run": True}, operation=OMS)

    assert (reply.status, reply.is_problem) == (403, True)


def test_a_listed_task_is_planned_over_http(client: HttpTriggerClient, emulator: Emulator) -> None:
    reply = client.call({"sync_task_id": TASK, "dry_run": True}, operation=OMS)

    assert (reply.status, reply.json["status"]) == (200, "planned")
    assert len(emulator.received) == 0


def test_an_unlisted_task_is_planned_in_a_direct_run(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    caller.environ["OMS_TASKS"] = TASKS

    result = caller.run(OMS, {"sync_task_id": "another", "dry_run": True})

    assert result["status"] == "planned"
    assert len(emulator.received) == 0
