"""The calls that show a permission and change nothing, and the permissions that none shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from functions.alibaba import app_images, copy_requests, edas_lists, synchronize_resource
from functions.alibaba.ehpc import call_ehpc
from functions.huawei import (
    create_sync_events,
    failed_objects,
    stopped_sync_tasks,
    sync_dev_servers,
    sync_task,
)
from functions.huawei.oms_tasks import Task
from functions.huawei.provider import find_project_id, list_projects
from functions.tencent import machine_counts, sync_asset_scan, sync_machines
from shared.models.flow import ApiCall, Flow, call_api
from shared.models.operation import CallContext

EDAS, EHPC = "alibaba.edas.SynchronizeResource", "alibaba.ehpc.SynchronizeApp"
MACHINES, ASSETS = "tencent.cwp.SyncMachines", "tencent.cwp.SyncAssetScan"
START, STOP = "huawei.oms.StartSyncTask", "huawei.oms.StopSyncTask"
EVENTS, SERVERS = "huawei.oms.CreateSyncEvents", "huawei.modelarts.SyncDevServers"

STATISTICS_MILLISECONDS = 300_000
"""The time that a task's counts are asked for: one interval of OMS."""

ONLY_A_WRITE = "only a run that makes a change shows it"
NO_APP = "no application is named: set app_id for alibaba.ehpc.SynchronizeApp in DEFAULT_PARAMETERS"
NO_TASK = (
    "no task is named: give --sync-task, set sync_task_id in DEFAULT_PARAMETERS, or list tasks in "
    "OMS_TASKS"
)


class Look(NamedTuple):
    """A call that shows whether a permission is there.

    Parameters
    ----------
    permission: the permission.
    operations: the operations that need it; the first one's service is called.
    flow: returns the call's flow; None if no call can show it.
    why_not: why no call can show it.
    region: where, None for the operation's own region.
    """

    permission: str
    operations: tuple[str, ...]
    flow: Callable[[CallContext], Flow[object]] | None = None
    why_not: str = ""
    region: str | None = None


Named = Mapping[str, Task]
"""The OMS tasks to look at by their ID, each with where it is."""


def looks(provider: str, app_id: str | None, tasks: Named, *, looks_up_project: bool) -> list[Look]:
    """Return what shows the permissions of a provider's operations.

    Parameters
    ----------
    provider: the provider's name.
    app_id: an application of E-HPC, None if none is known.
    tasks: the tasks of OMS that are known.
    looks_up_project: whether a run looks up its project in IAM.
    """
    if provider == "alibaba":
        return alibaba(app_id)
    if provider == "tencent":
        return tencent()
    return [*([of_projects()] if looks_up_project else ()), *huawei(tasks)]


def once(call: ApiCall) -> Callable[[CallContext], Flow[object]]:
    """Return a flow of one call."""
    return lambda _context: call_api(call)


def alibaba(app_id: str | None) -> list[Look]:
    """Return what shows the permissions of EDAS and E-HPC."""
    lists = (
        edas_lists.list_vpcs(),
        edas_lists.list_load_balancers(),
        edas_lists.list_instances_outside_clusters(None),
        edas_lists.list_clusters(),
    )
    found = [Look(call.permission, (EDAS,), once(call)) for call in lists]

    def image(_context: CallContext) -> Flow[object]:
        name = yield from app_images.find_image(app_id or "")
        return (yield from call_ehpc(app_images.get_image(name, ())))

    listing = once(app_images.list_images(app_id or "", 1))
    return [
        Look(synchronize_resource.PERMISSION, (EDAS,), why_not=ONLY_A_WRITE),
        *found,
        Look(copy_requests.PERMISSION, (EHPC,), why_not=ONLY_A_WRITE),
        Look(app_images.LIST_PERMISSION, (EHPC,), listing),
        Look(app_images.GET_PERMISSION, (EHPC,), image if app_id else None, NO_APP),
    ]


def tencent() -> list[Look]:
    """Return what shows the permissions of CWP, whose actions read with ``Sync: false``."""
    return [
        Look(call.permission, (operation,), once(call))
        for operation, call in (
            (MACHINES, sync_machines.MACHINES.request(sync=False)),
            (MACHINES, machine_counts.describe_machines()),
            (ASSETS, sync_asset_scan.ASSETS.request(sync=False)),
        )
    ]


def huawei(tasks: Named) -> list[Look]:
    """Return what shows the permissions of OMS and ModelArts."""
    return [
        *of_tasks(tasks),
        Look(stopped_sync_tasks.LIST_PERMISSION, (START,), stopped(tasks.values())),
        Look(sync_task.UPDATE_PERMISSION, (START, STOP), why_not=ONLY_A_WRITE),
        Look(create_sync_events.PERMISSION, (EVENTS,), why_not=ONLY_A_WRITE),
        Look(sync_dev_servers.SYNC_PERMISSION, (SERVERS,), why_not=ONLY_A_WRITE),
    ]


def of_projects() -> Look:
    """Return what shows the permission to look up a project."""

    def flow(context: CallContext) -> Flow[object]:
        return call_api(list_projects(context.region or ""))

    return Look(list_projects("").permission, (START, STOP, EVENTS, SERVERS), flow)


def of_tasks(tasks: Named) -> Iterator[Look]:
    """Yield what shows the permissions of single tasks."""
    reads = (
        (sync_task.SHOW_PERMISSION, (START, STOP), show),
        (failed_objects.STATISTICS_PERMISSION, (START,), count),
    )
    for permission, operations, flow_of in reads:
        for task_id, task in tasks.items():
            yield Look(permission, operations, flow_of(task_id, task), region=task.region)
        if not tasks:
            yield Look(permission, operations, why_not=NO_TASK)


def show(task_id: str, task: Task) -> Callable[[CallContext], Flow[object]]:
    """Return the flow that reads a task's state."""

    def flow(context: CallContext) -> Flow[object]:
        project = yield from find_project_id(task.project_id, context)
        return (yield from call_api(sync_task.get_task(task_id, project, context.now)))

    return flow


def count(task_id: str, task: Task) -> Callable[[CallContext], Flow[object]]:
    """Return the flow that reads a task's counts of the last minutes."""

    def flow(context: CallContext) -> Flow[object]:
        project = yield from find_project_id(task.project_id, context)
        end = int(context.now.timestamp() * 1000)
        start = end - STATISTICS_MILLISECONDS
        return (yield from call_api(failed_objects.list_statistics(task_id, project, start, end)))

    return flow


def stopped(tasks: Iterable[Task]) -> Callable[[CallContext], Flow[object]]:
    """Return the flow that lists the stopped tasks of the first task's project."""
    project_id = next((task.project_id for task in tasks), None)

    def flow(context: CallContext) -> Flow[object]:
        project = yield from find_project_id(project_id, context)
        return (yield from call_api(stopped_sync_tasks.list_stopped(project, 0)))

    return flow
