"""Every task of ``OMS_TASKS`` at once: its parameters and keys, and who may start it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from functions.huawei.oms_tasks import SETTING, Task, read_tasks, why_forbidden
from functions.huawei.storage_keys import with_storage_keys
from shared.errors import Misconfigured, SyncError
from shared.models.flow import GetSetting
from shared.models.operation import GetSecret

if TYPE_CHECKING:
    from functions.huawei.models import StartSyncTaskParams as Params


class ListedTask(NamedTuple):
    """One task of ``OMS_TASKS``.

    Parameters
    ----------
    params: the parameters of its start.
    listed: where it is.
    error: why it cannot be started; None if its keys are complete.
    """

    params: Params
    listed: Task
    error: SyncError | None = None


class ListedTasks(NamedTuple):
    """The parameters of a run on every listed task.

    Parameters
    ----------
    tasks: all of them.
    project_id: the only project, None for any.
    wait_seconds, dry_run: as in the event.
    """

    tasks: tuple[ListedTask, ...]
    project_id: str | None
    wait_seconds: float
    dry_run: bool


def each_listed(params: Params, read_setting: GetSetting) -> ListedTasks:
    """Return every listed task, without storage keys.

    Raises
    ------
    Misconfigured: no task is listed.
    """
    listed = read_tasks(read_setting)
    if not listed:
        raise Misconfigured(
            f"{SETTING} lists no task",
            code="NoTasks",
            hint=f"List the tasks that may be started in {SETTING}, or name one in sync_task_id.",
        )
    return ListedTasks(
        tasks=tuple(
            ListedTask(
                params.model_copy(
                    update={
                        "sync_task_id": task_id,
                        "source_keys": task.source_keys,
                        "wait_seconds": 0.0,  # all are started before one is waited for
                    }
                ),
                task,
            )
            for task_id, task in listed.items()
        ),
        project_id=params.project_id,
        wait_seconds=params.wait_seconds,
        dry_run=params.dry_run,
    )


def each_with_keys(params: Params, read_secret: GetSecret, read_setting: GetSetting) -> ListedTasks:
    """Return every listed task with its own storage keys, or with why it has none.

    Raises
    ------
    Misconfigured: no task is listed.
    """
    found = each_listed(params, read_setting)

    def complete(task: ListedTask) -> ListedTask:
        try:
            return task._replace(params=with_storage_keys(task.params, read_secret, read_setting))
        except Misconfigured as error:
            return task._replace(error=error)

    return found._replace(tasks=tuple(map(complete, found.tasks)))


def common_region(raw: Mapping[str, object], read_setting: GetSetting) -> Mapping[str, object]:
    """Return the region of the listed tasks as a default, if they all have the same one."""
    regions = {task.region for task in read_tasks(read_setting).values()}
    region = regions.pop() if len(regions) == 1 else None
    return {} if region is None or "region" in raw else {"region": region}


def why_stopped_forbidden(raw: Mapping[str, object], read_setting: GetSetting) -> str | None:
    """Return why HTTP and chat callers may not start what is stopped; None if they may.

    They may start each task that the run is about: tasks listed for another region or project are
    left out, but one that is listed without must not be started in the caller's.
    """
    tasks = read_tasks(read_setting)
    if not tasks:
        return f"{SETTING} lists no task, so none can be started over HTTP or chat"
    for task_id, task in tasks.items():
        others = [
            name
            for name in ("project_id", "region")
            if name in raw and getattr(task, name) not in {None, raw[name]}
        ]
        why = None if others else why_forbidden(raw, task_id, read_setting, "started")
        if why is not None:
            return why
    return None
