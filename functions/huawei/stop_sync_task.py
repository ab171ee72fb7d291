"""Huawei OMS ``StopSyncTask``: pause an object-storage synchronization task.

Page: https://support.huaweicloud.com/intl/en-us/api-oms/StopSyncTask.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from functions.huawei._core_schemas import STOP_SYNC_TASK
from functions.huawei.oms_tasks import ALL_STOPPED, place_from_settings, read_tasks, why_forbidden
from functions.huawei.oms_tasks import SETTING as TASKS_SETTING
from functions.huawei.provider import HUAWEI, find_project_id
from functions.huawei.sync_task import (
    OMS,
    REGIONS,
    RUNNING,
    STOPPED,
    UPDATE_PERMISSION,
    fetch_task,
    read_status,
)
from functions.huawei.sync_task_change import Change, change_state
from shared import entrypoint
from shared.models.flow import ApiCall, Flow, GetSetting
from shared.models.operation import CallContext, ListedValues, Operation
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.huawei.models import StopSyncTaskParams as Params


def input_errors(raw: Mapping[str, object]) -> Iterable[str]:
    """Yield an error for a task ID that means several tasks elsewhere."""
    if raw.get("sync_task_id") == ALL_STOPPED:
        yield "sync_task_id: name one task"


def forbidden_for_callers(
    raw: Mapping[str, object], params: Params, read_setting: GetSetting
) -> str | None:
    """Return why HTTP and chat callers may not stop or plan a task; None if they may."""
    return why_forbidden(raw, params.sync_task_id, read_setting, "stopped")


def stop(task_id: str, project: str) -> ApiCall:
    """Return ``POST …/sync-tasks/{sync_task_id}/stop``, as documented: it has no body."""
    return ApiCall(
        service=OMS,
        action="StopSyncTask",
        permission=UPDATE_PERMISSION,
        method="POST",
        path=f"/v2/{project}/sync-tasks/{task_id}/stop",
        headers=(("X-Project-Id", project),),
        writes=True,
        on_unknown_outcome="raise",
    )


def run(params: Params, context: CallContext) -> Flow[Outcome]:
    """Read the state; stop the task if it is not stopped; read the state again."""
    project = yield from find_project_id(params.project_id, context)
    change = Change(
        task_id=params.sync_task_id,
        call=stop(params.sync_task_id, project),
        wanted=STOPPED,
        noun="stop",
        done="stopped",
        by_others="stopped",
    )
    fetch = fetch_task(params.sync_task_id, project, context.now, planned=RUNNING)
    return (yield from change_state(change, fetch, params.wait_seconds))


def status(params: Params, context: CallContext) -> Flow[Outcome]:
    """Read the task's state and counters."""
    project = yield from find_project_id(params.project_id, context)
    return (yield from read_status(params.sync_task_id, project, context.now))


OPERATION = Operation(
    id="huawei.oms.StopSyncTask",
    function="huawei-stop-sync-task",
    title="Pause an object-storage synchronization task",
    docs_url="https://support.huaweicloud.com/intl/en-us/api-oms/StopSyncTask.html",
    service=OMS,
    provider=HUAWEI,
    params=STOP_SYNC_TASK,
    flow=run,
    cross_field_errors=input_errors,
    defaults_from_settings=place_from_settings,
    listed_values={"sync_task_id": ListedValues(setting=TASKS_SETTING, values=read_tasks)},
    read_flow=status,
    forbidden_for_callers=forbidden_for_callers,
    regions=REGIONS,
    effect="pauses the task, so that new objects are no longer copied",
    min_timeout_seconds=60,
    unknown_outcome_hint="OMS may still stop the task; the next run checks its state first.",
    items_noun="synchronization tasks",
    supports_wait=True,
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)


if __name__ == "__main__":
    from shared.command_line import run_command

    raise SystemExit(run_command(OPERATION, "functions.huawei.stop_sync_task"))
