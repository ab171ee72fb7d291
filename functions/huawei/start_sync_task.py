"""Huawei OMS ``StartSyncTask``: restart a paused object-storage synchronization task.

Page: https://support.huaweicloud.com/intl/en-us/api-oms/StartSyncTask.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from functions.huawei._core_schemas import START_SYNC_TASK
from functions.huawei.failed_objects import report_failures
from functions.huawei.oms_tasks import (
    ALL_STOPPED,
    listed_task,
    place_from_settings,
    read_tasks,
    why_forbidden,
)
from functions.huawei.oms_tasks import SETTING as TASKS_SETTING
from functions.huawei.provider import HUAWEI, find_project_id
from functions.huawei.storage_keys import key_errors, keys_in_body, with_storage_keys
from functions.huawei.sync_task import (
    OMS,
    REGIONS,
    RUNNING,
    UPDATE_PERMISSION,
    fetch_task,
    read_status,
)
from functions.huawei.sync_task_change import Change, change_state
from shared import entrypoint
from shared.errors import SyncError
from shared.models.flow import ApiCall, Flow, GetSetting
from shared.models.operation import CallContext, GetSecret, ListedValues, Operation
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.huawei.listed_tasks import ListedTasks
    from functions.huawei.models import StartSyncTaskParams as Params


def start(params: Params, project: str) -> ApiCall:
    """Return ``POST …/sync-tasks/{sync_task_id}/start``, as documented, without nulls."""
    return ApiCall(
        service=OMS,
        action="StartSyncTask",
        permission=UPDATE_PERMISSION,
        method="POST",
        path=f"/v2/{project}/sync-tasks/{params.sync_task_id}/start",
        headers=(("X-Project-Id", project),),
        body=keys_in_body(params),
        writes=True,
        on_unknown_outcome="raise",
    )


def run(params: Params | ListedTasks, context: CallContext) -> Flow[Outcome]:
    """Start one task, or every stopped task that is listed."""
    if isinstance(params, tuple):
        from functions.huawei.stopped_sync_tasks import start_stopped  # not for one task

        return (yield from start_stopped(params, context, start_task, with_failures))
    project = yield from find_project_id(params.project_id, context)
    return (yield from start_task(params, project, context))


def start_task(params: Params, project: str, context: CallContext) -> Flow[Outcome]:
    """Start a task if it is not running, and report which objects failed since the last tick."""
    change = Change(
        task_id=params.sync_task_id,
        call=start(params, project),
        wanted=RUNNING,
        noun="start",
        done="synchronizing",
        by_others="started",
    )
    fetch = fetch_task(params.sync_task_id, project, context.now)
    try:
        outcome = yield from change_state(change, fetch, params.wait_seconds)
    except SyncError as error:
        if error.data:
            error.data = {**error.data, **one_task()}
        raise
    return (yield from with_failures(outcome, params, project, context))


def status(params: Params | ListedTasks, context: CallContext) -> Flow[Outcome]:
    """Read the state, the counters and the failures of the task; no storage keys are sent."""
    if isinstance(params, tuple):
        from functions.huawei.stopped_sync_tasks import read_listed  # not for one task

        return (yield from read_listed(params, context, read_one))
    project = yield from find_project_id(params.project_id, context)
    return (yield from read_one(params, project, context))


def read_one(params: Params, project: str, context: CallContext) -> Flow[Outcome]:
    """Read a task's state, counters and failures."""
    outcome = yield from read_status(params.sync_task_id, project, context.now)
    return (yield from with_failures(outcome, params, project, context))


def with_failures(
    outcome: Outcome, params: Params, project: str, context: CallContext
) -> Flow[Outcome]:
    """Return the outcome with the objects that failed since the last tick."""
    outcome = outcome._replace(data={**outcome.data, **one_task()})
    return report_failures(outcome, project, params.since_seconds, context.now)


def one_task() -> dict[str, object]:
    """Return what the data of one task has none of."""
    return {"window": None, "tasks": [], "left_out": []}


def defaults_from_settings(
    raw: Mapping[str, object], read_setting: GetSetting
) -> Mapping[str, object]:
    """Return what ``OMS_TASKS`` lists for the task: project, region, and no source keys."""
    if raw.get("sync_task_id") == ALL_STOPPED:
        from functions.huawei.listed_tasks import common_region

        return common_region(raw, read_setting)
    found = place_from_settings(raw, read_setting)
    source_keys = listed_task(raw, read_setting).source_keys
    if source_keys is None or "src_ak" in raw or "src_sk" in raw:
        return found
    return {**found, "source_keys": source_keys}


def forbidden_for_callers(
    raw: Mapping[str, object], params: Params, read_setting: GetSetting
) -> str | None:
    """Return why HTTP and chat callers may not start or plan a task; None if they may."""
    if params.sync_task_id == ALL_STOPPED:
        from functions.huawei.listed_tasks import why_stopped_forbidden

        return why_stopped_forbidden(raw, read_setting)
    return why_forbidden(raw, params.sync_task_id, read_setting, "started")


def with_secrets(
    params: Params, read_secret: GetSecret, read_setting: GetSetting
) -> Params | ListedTasks:
    """Return the parameters with the storage keys of the task, or of every listed task.

    Raises
    ------
    Misconfigured: as in :func:`with_storage_keys`, or no task is listed.
    """
    if params.sync_task_id != ALL_STOPPED:
        return with_storage_keys(params, read_secret, read_setting)
    from functions.huawei.listed_tasks import each_with_keys

    return each_with_keys(params, read_secret, read_setting)


def with_settings(params: Params, read_setting: GetSetting) -> Params | ListedTasks:
    """Return the parameters for reading the task, or every listed task.

    Raises
    ------
    Misconfigured: no task is listed.
    """
    if params.sync_task_id != ALL_STOPPED:
        return params
    from functions.huawei.listed_tasks import each_listed

    return each_listed(params, read_setting)


OPERATION = Operation(
    id="huawei.oms.StartSyncTask",
    function="huawei-start-sync-task",
    title="Restart a paused object-storage synchronization task",
    docs_url="https://support.huaweicloud.com/intl/en-us/api-oms/StartSyncTask.html",
    service=OMS,
    provider=HUAWEI,
    params=START_SYNC_TASK,
    flow=run,
    cross_field_errors=key_errors,
    with_secrets=with_secrets,
    defaults_from_settings=defaults_from_settings,
    listed_values={"sync_task_id": ListedValues(setting=TASKS_SETTING, values=read_tasks)},
    read_flow=status,
    with_settings=with_settings,
    secrets_hint=f"List the task in {TASKS_SETTING} and put its keys into the function's settings.",
    forbidden_for_callers=forbidden_for_callers,
    regions=REGIONS,
    effect="starts the task and gives OMS your storage keys for this run",
    min_timeout_seconds=60,
    unknown_outcome_hint="OMS may still start the task; the next run checks its state first.",
    items_noun="synchronization tasks",
    supports_wait=True,
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)


if __name__ == "__main__":
    from shared.command_line import run_command

    raise SystemExit(run_command(OPERATION, "functions.huawei.start_sync_task"))
