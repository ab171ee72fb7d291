"""A run against the emulator: each operation twice, as its platforms would call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from functions.catalog import OPERATIONS, load
from local import contexts
from local.console import Console
from local.emulator import Emulator, SyncTask
from local.receiver import Received, Receiver
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
    "huawei.oms.StartSyncTask": {"sync_task_id": "example-sync-task", "wait_seconds": 10},
    "huawei.modelarts.SyncDevServers": {},
}
"""What a direct call carries where ``events/`` has no sample."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One call of one operation."""

    operation: Operation
    call: contexts.Call


def scenes(
    emulator: Emulator, operation_ids: Sequence[str], notify: str, folder: Path = EVENTS
) -> list[Scene]:
    """Return the calls of a rehearsal: a direct one on AWS Lambda, then the timer of the
    provider's own platform, with the platform's role where it has one.

    Parameters
    ----------
    emulator: what they call.
    operation_ids: which operations.
    notify: the timers' ``NOTIFY``.
    folder: where the sample events are.
    """
    found: list[Scene] = []
    for operation_id in operation_ids:
        operation = load(operation_id)
        parameters = sample(operation_id, folder) or DIRECT[operation_id]
        own = OWN_PLATFORM[operation.dialect.provider]
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
        found += [Scene(operation, call) for call in calls]
    return found


def furnish(emulator: Emulator, parameters: Mapping[str, object]) -> None:
    """Let the emulator know the application and the task that an event names."""
    app, task = parameters.get("app_id"), parameters.get("sync_task_id")
    if isinstance(app, str):
        emulator.alibaba.apps.setdefault(app, {emulator.alibaba.region})
    if isinstance(task, str):
        project = emulator.huawei.projects[0].id
        emulator.huawei.tasks.setdefault(task, SyncTask(task_id=task, project_id=project))


def given_scenes(emulator: Emulator, events: Mapping[str, Parameters]) -> list[Scene]:
    """Return one direct call on AWS Lambda for each event that somebody gave."""
    environ = emulator.environment()
    return [
        Scene(
            operation := load(operation_id),
            contexts.aws(operation.function, parameters, environ, timer=False),
        )
        for operation_id, parameters in events.items()
    ]


def rehearse(
    report: Report,
    console: Console,
    operation_ids: Sequence[str] = tuple(OPERATIONS),
    events: Mapping[str, Parameters] | None = None,
) -> list[Received]:
    """Run the operations against an emulator of the providers on this machine.

    The timers' notifications go to a chat that is emulated too; returns what it received.
    Nothing of this machine's settings or credentials is used.

    Parameters
    ----------
    report: keeps the results.
    console: shows which run is under way.
    operation_ids: which operations.
    events: parameters that replace the sample events.
    """
    process = Runtime(environ={})
    with Emulator() as emulator, Receiver() as receiver:
        notify = receiver.setting("failed", "attention", kinds=("slack",))
        for operation_id in OPERATIONS:
            furnish(emulator, sample(operation_id) or DIRECT[operation_id])
        found = (
            scenes(emulator, operation_ids, notify)
            if events is None
            else given_scenes(emulator, events)
        )
        for number, scene in enumerate(found, 1):
            call = scene.call
            console.progress(f"[{number}/{len(found)}] {scene.operation.id} on {call.platform} …")
            # The connections are shared, as in a warm process; the environments are not.
            here = process.with_environ(call.environ)
            result = report.perform(scene.operation, call.event, call.context, here)
            report.add(call.platform, result)
        console.progress("")
        return list(receiver.received)
