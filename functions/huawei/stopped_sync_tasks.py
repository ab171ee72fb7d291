"""Every stopped task of ``OMS_TASKS``: found in OMS's list, each started with its own keys.

Page: https://support.huaweicloud.com/intl/en-us/api-oms/ListSyncTasks.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from functions.huawei.listed_tasks import ListedTasks
from functions.huawei.oms_tasks import SETTING
from functions.huawei.provider import find_project_id
from functions.huawei.sync_task import (
    OMS,
    PERMISSION_HINT,
    RUNNING,
    SHOW_PERMISSION,
    STOPPED,
    TaskState,
    build_data,
    fetch_task,
    name_of,
    sentence,
)
from functions.huawei.task_runs import (
    LOOKS,
    TaskRun,
    hints_of,
    left_out_phrase,
    raise_failures,
    summed_up,
    warnings_of,
)
from shared.errors import BadResponse, Forbidden, Misconfigured, SyncError
from shared.models.effects import Effect, verified
from shared.models.flow import ApiCall, Flow, call_api
from shared.models.operation import CallContext
from shared.models.polling import poll_until
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.huawei.models import StartSyncTaskParams as Params
    from shared.models.documents import Verified

LIST_PERMISSION = "oms:synctask:list"
LIST_HINT = f"allow `{LIST_PERMISSION}` so that stopped tasks can be listed"
PAGE_SIZE = 100
LAST_OFFSET = 10_000

TaskFlow = Callable[["Params", str, CallContext], Flow[Outcome]]
Report = Callable[[Outcome, "Params", str, CallContext], Flow[Outcome]]


def list_stopped(project: str, offset: int, planned: Iterable[str] = ()) -> ApiCall:
    """Return ``GET …/sync-tasks?status=STOPPED``: one page of the stopped tasks.

    Parameters
    ----------
    project: the tasks' project.
    offset: how many tasks to skip.
    planned: the tasks that a dry run assumes to be stopped.
    """
    return ApiCall(
        service=OMS,
        action="ListSyncTasks",
        permission=LIST_PERMISSION,
        method="GET",
        path=f"/v2/{project}/sync-tasks",
        query=(("limit", str(PAGE_SIZE)), ("offset", str(offset)), ("status", STOPPED)),
        headers=(("X-Project-Id", project),),
        dry_run_response={"tasks": [{"sync_task_id": each, "status": STOPPED} for each in planned]},
    )


def find_stopped(project: str, wanted: frozenset[str]) -> Flow[frozenset[str]]:
    """Return which of these tasks are stopped, by OMS's list.

    Raises
    ------
    BadResponse: a response has no list of tasks.
    """
    found: set[str] = set()
    offset = 0
    while offset <= LAST_OFFSET and not wanted <= found:
        response = yield from call_api(list_stopped(project, offset, sorted(wanted)))
        body = response.body if isinstance(response.body, dict) else {}
        rows = body.get("tasks")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BadResponse(
                "OMS's response has no list of tasks",
                http_status=response.status,
                request_id=response.request_id,
                retryable=False,
            )
        found |= {
            row["sync_task_id"]
            for row in rows
            if row.get("status") == STOPPED and isinstance(row.get("sync_task_id"), str)
        }
        offset += len(rows)
        if len(rows) < PAGE_SIZE:
            break
    return wanted & found


def look_at_each(runs: list[TaskRun], context: CallContext) -> Flow[frozenset[str]]:
    """Return which tasks are stopped, by their own states: OMS's list must not be read.

    A task whose state cannot be read fails.
    """
    found: set[str] = set()
    for run in runs:
        try:
            task = yield from fetch_task(run.task_id, run.project, context.now)()
        except SyncError as error:
            if isinstance(error, Forbidden):
                error.hint = (
                    f"Allow `{LIST_PERMISSION}` or `{SHOW_PERMISSION}`: without both, it is not "
                    "known which tasks are stopped."
                )
            run.error = error
            continue
        if task.state == STOPPED:
            found.add(run.task_id)
    return frozenset(found)


def start_stopped(
    tasks: ListedTasks, context: CallContext, start_task: TaskFlow, report: Report
) -> Flow[Outcome]:
    """Start every stopped task of this region and project; look at the others.

    Parameters
    ----------
    tasks: the listed tasks.
    context: the run's.
    start_task: starts one task.
    report: adds the objects that a task failed to copy to its outcome.

    Raises
    ------
    SyncError: a task failed; the others were started all the same.
    """
    runs, left_out = yield from in_this_place(tasks, context)
    stopped, hints = yield from stopped_tasks(runs, context)
    for run in runs:
        if run.error is None and run.task_id in stopped:
            yield from start_one(run, context, start_task)
    for run in runs:
        if run.error is None and run.task_id not in stopped:
            yield from look_at(run, context, report)
    if tasks.wait_seconds:
        yield from wait_for(runs, context, tasks.wait_seconds)
    return conclude(runs, left_out, hints)


def read_listed(tasks: ListedTasks, context: CallContext, read_status: TaskFlow) -> Flow[Outcome]:
    """Read the state of every listed task of this region and project.

    Raises
    ------
    SyncError: a state could not be read.
    """
    runs, left_out = yield from in_this_place(tasks, context)
    for run in runs:
        if run.error is None:
            try:
                run.outcome = yield from read_status(run.task.params, run.project, context)
            except SyncError as error:
                run.error = error
    raise_failures(runs, left_out)
    stopped = [run.task_id for run in runs if run.data["state_before"] == STOPPED]
    summary = f"stopped: {', '.join(stopped)}" if stopped else "no listed task is stopped"
    data = {**summed_up(runs, left_out), "verified": None}
    return Outcome(
        "succeeded", summary + left_out_phrase(left_out), data, warnings_of(runs), hints_of(runs)
    )


def in_this_place(
    tasks: ListedTasks, context: CallContext
) -> Flow[tuple[list[TaskRun], list[str]]]:
    """Return the tasks of the run's region and project, and the IDs of the others.

    Raises
    ------
    Misconfigured: there are none.
    """
    runs: list[TaskRun] = []
    left_out: list[str] = []
    default: str | SyncError | None = tasks.project_id or context.project_id
    for task in tasks.tasks:
        listed = task.listed
        is_elsewhere = listed.region not in {None, context.region} or (
            tasks.project_id is not None and listed.project_id not in {None, tasks.project_id}
        )
        if is_elsewhere:
            left_out.append(task.params.sync_task_id)
            continue
        if listed.project_id is None and default is None:
            try:
                default = yield from find_project_id(None, context)
            except SyncError as error:
                default = error
        project = listed.project_id or default
        if isinstance(project, str):
            runs.append(TaskRun(task, project))
        else:
            runs.append(TaskRun(task, "", project))
    if not runs:
        raise Misconfigured(
            f"{SETTING} lists no task in {context.region}"
            + (f" and project {tasks.project_id}" if tasks.project_id else ""),
            code="NoTasks",
            hint=f"Set region to that of the tasks in {SETTING}; a run has one region.",
        )
    return runs, left_out


def stopped_tasks(
    runs: list[TaskRun], context: CallContext
) -> Flow[tuple[frozenset[str], tuple[str, ...]]]:
    """Return which tasks are stopped, and hints; those of a list that cannot be read fail."""
    found: frozenset[str] = frozenset()
    hints: tuple[str, ...] = ()
    for project in dict.fromkeys(run.project for run in runs if run.error is None):
        of_project = [run for run in runs if run.error is None and run.project == project]
        wanted = frozenset(run.task_id for run in of_project)
        try:
            found |= yield from find_stopped(project, wanted)
        except Forbidden:
            hints = (LIST_HINT,)
            found |= yield from look_at_each(of_project, context)
        except SyncError as error:
            for run in of_project:
                run.error = error
    return found, hints


def start_one(run: TaskRun, context: CallContext, start_task: TaskFlow) -> Flow[None]:
    """Start a task; its failure does not keep the others from being started."""
    if run.task.error is not None:
        run.error = run.task.error
        return
    try:
        run.outcome = yield from start_task(run.task.params, run.project, context)
    except SyncError as error:
        run.error = error


def look_at(run: TaskRun, context: CallContext, report: Report) -> Flow[None]:
    """Read the state of a task that is not stopped; a failed look does not fail the run."""
    warnings: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    try:
        task = yield from fetch_task(run.task_id, run.project, context.now)()
    except SyncError as error:
        data = build_data(run.task_id, None, None, triggered=False)
        if isinstance(error, Forbidden):
            data["hint"] = sentence(PERMISSION_HINT)
            hints = (PERMISSION_HINT,)
        else:
            data["verified"] = verified("cannot_be_known", LOOKS, None)
            warnings = (f"could not read the state of {name_of(run.task_id)}: {error.code}",)
    else:
        data = build_data(run.task_id, task, task, triggered=False)
        data["verified"] = effect_of(task)
    summary = f"{name_of(run.task_id)} is not stopped"
    outcome = Outcome("unchanged", summary, data, warnings, hints)
    run.outcome = yield from report(outcome, run.task.params, run.project, context)


def effect_of(task: TaskState) -> Verified:
    """Return whether a state shows that a task is synchronizing."""
    effect: Effect = "seen" if task.state == RUNNING else "not_seen"
    return verified(effect, LOOKS[1:], task.received_at)


def wait_for(runs: list[TaskRun], context: CallContext, wait_seconds: float) -> Flow[None]:
    """Wait until the tasks that were started are synchronizing."""
    for run in runs:
        if run.outcome is None or run.outcome.status != "accepted" or run.data["verified"] is None:
            continue
        try:
            task = yield from poll_until(
                fetch_task(run.task_id, run.project, context.now),
                lambda task: task.state == RUNNING,
                wait_seconds,
            )
        except SyncError as error:
            warning = f"could not wait for {name_of(run.task_id)}: {error.code}"
            run.outcome = run.outcome._replace(warnings=(*run.outcome.warnings, warning))
            continue
        data = {**run.outcome.data, "state_after": task.state, "verified": effect_of(task)}
        run.outcome = run.outcome._replace(
            status="succeeded" if task.state == RUNNING else "accepted", data=data
        )


def conclude(runs: list[TaskRun], left_out: list[str], hints: tuple[str, ...]) -> Outcome:
    """Return the outcome of all tasks.

    Parameters
    ----------
    runs: what became of each.
    left_out: the IDs of the tasks in other places.
    hints: those that are not of one task.

    Raises
    ------
    SyncError: one of them failed.
    """
    raise_failures(runs, left_out)
    names = {
        status: [run.task_id for run in runs if run.status == status]
        for status in ("succeeded", "accepted")
    }
    parts = []
    if names["succeeded"]:
        parts.append(f"started {', '.join(names['succeeded'])}")
    if names["accepted"]:
        parts.append(f"OMS accepted the start of {', '.join(names['accepted'])}")
    summary = "; ".join(parts) or "no listed task was stopped"
    return Outcome(
        "accepted" if names["accepted"] else "succeeded" if names["succeeded"] else "unchanged",
        summary + left_out_phrase(left_out),
        summed_up(runs, left_out),
        warnings_of(runs),
        tuple(dict.fromkeys(hints + hints_of(runs))),
    )
