"""The demo: each operation runs twice against the emulator, as its platforms would call it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from functions.registry import OPERATIONS, load
from local import contexts
from local.console import Console
from local.emulator import Emulator, SyncTask
from local.emulator.oms import Count
from local.fake_chats import FakeChats, Received
from local.report import Report
from local.samples import EVENTS, Parameters, sample
from shared.models.operation import Operation
from shared.runtime import Runtime

OWN_PLATFORM: Mapping[str, Callable[..., contexts.Call]] = {
    "alibaba": contexts.function_compute,
    "tencent": contexts.scf,
    "huawei": contexts.functiongraph,
}

DIRECT: Mapping[str, Parameters] = {
    "alibaba.edas.SynchronizeResource": {"type": "all"},
    "alibaba.ehpc.SynchronizeApp": {"app_id": "ci-example-app"},
    "tencent.cwp.SyncMachines": {"wait_seconds": 30},
    "tencent.cwp.SyncAssetScan": {"wait_seconds": 30},
    "huawei.oms.StartSyncTask": {"sync_task_id": "example-sync-task", "wait_seconds": 10},
    "huawei.oms.StopSyncTask": {"sync_task_id": "example-sync-task", "wait_seconds": 10},
    "huawei.oms.CreateSyncEvents": {"sync_task_id": "example-sync-task", "object_keys": ["a"]},
    "huawei.modelarts.SyncDevServers": {},
}
"""The parameters of a direct call if ``events/`` has no sample."""


UNPROTECTED: Mapping[str, int] = {"ProtectMachineCnt": 9, "NotProtectMachineCnt": 3}
"""CWP's counts if some machines need attention."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call of one operation."""

    operation: Operation
    call: contexts.Call


def demo_cases(
    emulator: Emulator, operation_ids: Sequence[str], notify: str, folder: Path = EVENTS
) -> list[Case]:
    """Return the calls of the demo for each operation.

    A direct call on AWS Lambda, then a timer on the provider's own platform, with role
    credentials.

    Parameters
    ----------
    emulator: the emulator that they call.
    operation_ids: which operations.
    notify: the timers' ``NOTIFY``.
    folder: where the sample events are.
    """
    cases: list[Case] = []
    for operation_id in operation_ids:
        operation = load(operation_id)
        parameters = sample(operation_id, folder) or DIRECT[operation_id]
        own = OWN_PLATFORM[operation.provider.name]
        # A platform names its own region, and a timer is not waited for.
        scheduled = {
            name: value
            for name, value in parameters.items()
            if name not in {"region", "wait_seconds", "include_servers"}
        }
        calls = (
            contexts.aws(operation.function, parameters, emulator.environment(), timer=False),
            own(
                operation.function,
                scheduled,
                emulator.environment(temporary=True) | {"NOTIFY": notify},
                timer=True,
            ),
        )
        cases += [Case(operation, call) for call in calls]
    return cases


def seed(emulator: Emulator, parameters: Mapping[str, object]) -> None:
    """Create the application and the task that an event names in the emulator.

    The task has just failed to copy two objects.
    """
    app, task = parameters.get("app_id"), parameters.get("sync_task_id")
    if isinstance(app, str):
        emulator.alibaba.apps.setdefault(app, {emulator.alibaba.region})
    if isinstance(task, str):
        project = emulator.huawei.projects[0].id
        failed = Count(round(time.time() * 1000), "FAILURE", 2)
        emulator.huawei.tasks.setdefault(
            task, SyncTask(task_id=task, project_id=project, counts=[failed])
        )


def event_cases(emulator: Emulator, events: Mapping[str, Parameters]) -> list[Case]:
    """Return one direct call on AWS Lambda for each event of the user."""
    environ = emulator.environment()
    return [
        Case(
            operation := load(operation_id),
            contexts.aws(operation.function, parameters, environ, timer=False),
        )
        for operation_id, parameters in events.items()
    ]


def run_demo(
    report: Report,
    console: Console,
    operation_ids: Sequence[str] = tuple(OPERATIONS),
    events: Mapping[str, Parameters] | None = None,
) -> list[Received]:
    """Run the operations against an emulator of the providers on this machine.

    The timers' notifications go to a fake chat; returns what it received. This machine's settings
    and credentials are not used.

    Parameters
    ----------
    report: collects the results.
    console: shows the progress.
    operation_ids: which operations.
    events: parameters that replace the sample events.
    """
    process = Runtime(environ={})
    with Emulator() as emulator, FakeChats() as receiver:
        notify = receiver.setting("failed", "attention", kinds=("slack",))
        emulator.tencent.counts |= UNPROTECTED
        for operation_id in OPERATIONS:
            seed(emulator, sample(operation_id) or DIRECT[operation_id])
        cases = (
            demo_cases(emulator, operation_ids, notify)
            if events is None
            else event_cases(emulator, events)
        )
        for number, case in enumerate(cases, 1):
            call = case.call
            console.progress(f"[{number}/{len(cases)}] {case.operation.id} on {call.platform} …")
            # The connections are shared, as in a warm process; the environments are not.
            here = process.with_environ(call.environ)
            result = report.perform(case.operation, call.event, call.context, here)
            report.add(call.platform, result)
        console.progress("")
        return list(receiver.received)
