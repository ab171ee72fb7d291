"""Calls operations as a platform would, with an environment passed in."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from functions.registry import OPERATIONS, load
from local.emulator import Emulator
from shared.entrypoint import handle
from shared.runtime import Runtime
from tests.support.clocks import FastClock

APP = "ci-vm-exampleapp01"
TASK = "example-sync-task-1"
RUNNING_TASK = "example-sync-task-2"

EVENTS: dict[str, dict[str, object]] = {
    "alibaba.edas.SynchronizeResource": {"type": "all"},
    "alibaba.ehpc.SynchronizeApp": {"app_id": APP, "target_region_ids": ["cn-shanghai"]},
    "tencent.cwp.SyncMachines": {},
    "tencent.cwp.SyncAssetScan": {},
    "huawei.oms.StartSyncTask": {"sync_task_id": TASK},
    "huawei.oms.StopSyncTask": {"sync_task_id": RUNNING_TASK},
    "huawei.oms.CreateSyncEvents": {"sync_task_id": RUNNING_TASK, "object_keys": ["a%20b"]},
    "huawei.modelarts.SyncDevServers": {},
}
"""An event for each operation that makes it do its work in the emulator."""

DONE = {
    "alibaba.edas.SynchronizeResource": {"succeeded"},
    "alibaba.ehpc.SynchronizeApp": {"accepted", "running", "succeeded"},
    "tencent.cwp.SyncMachines": {"running", "accepted", "succeeded"},
    "tencent.cwp.SyncAssetScan": {"running", "accepted", "succeeded"},
    "huawei.oms.StartSyncTask": {"succeeded"},
    "huawei.oms.StopSyncTask": {"succeeded"},
    "huawei.oms.CreateSyncEvents": {"accepted"},
    "huawei.modelarts.SyncDevServers": {"succeeded"},
}
"""The statuses of each when it succeeds."""

SERVICE = {name: name.split(".")[1] for name in OPERATIONS}


@dataclass
class LambdaContext:
    """AWS Lambda's context, as far as the code reads it."""

    seconds: float = 60.0
    aws_request_id: str = "00000000-0000-4000-8000-00000000aaaa"
    started: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        return round((self.seconds - (time.monotonic() - self.started)) * 1000)


class PlatformCaller:
    """Runs operations against an emulator.

    Parameters
    ----------
    emulator: whose environment is used.
    home: where profile files would be.
    temporary: whether the keys carry a security token.
    """

    def __init__(self, emulator: Emulator, home: Path, *, temporary: bool = False) -> None:
        self.emulator = emulator
        self.environ = emulator.environment(temporary=temporary)
        self.runtime = Runtime(environ=self.environ, home=home, clock=FastClock())

    def run(self, operation: str, event: object = None, context: Any = None) -> dict[str, Any]:
        """Return the result of one call; the operation's own event when none is given."""
        raw = EVENTS[operation] if event is None else event
        result: dict[str, Any] = handle(load(operation), raw, context, self.runtime)
        return json.loads(json.dumps(result))  # type: ignore[no-any-return]

    def authorizations(self) -> list[str]:
        """Return every signature the emulator has read."""
        return [
            request.authorization for request in self.emulator.received if request.authorization
        ]
