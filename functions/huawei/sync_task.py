"""OMS's synchronization tasks: the service, a task's state, and what a result says of it.

Page: https://support.huaweicloud.com/intl/en-us/api-oms/ShowSyncTask.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from shared.clock import rfc3339_from_millis
from shared.errors import BadResponse
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api
from shared.models.provider_errors import as_text
from shared.models.result import Outcome

REGIONS = ("cn-north-4", "cn-east-3", "cn-southwest-2")
"""The documented regions; ``OMS_ENDPOINT_URL`` with ``HUAWEICLOUD_REGION`` allows another."""

RUNNING = "SYNCHRONIZING"
STOPPED = "STOPPED"
UPDATE_PERMISSION = "oms:synctask:update"
SHOW_PERMISSION = "oms:synctask:get"
PERMISSION_HINT = f"allow `{SHOW_PERMISSION}` so that the task's state can be read"

STRING_FIELDS = ("src_cloud_type", "src_region", "src_bucket", "dst_region", "dst_bucket")
COUNTER_FIELDS = (
    "monthly_acceptance_request",
    "monthly_success_object",
    "monthly_failure_object",
    "monthly_skip_object",
    "monthly_size",
)


def host(region: str | None, _setting: GetSetting) -> str:
    """Return OMS's host in a region."""
    return f"oms.{region}.myhuaweicloud.com"


OMS = Service(name="oms", label="OMS", endpoint_settings=("OMS_ENDPOINT_URL",), host_of=host)


def get_task(task_id: str, project: str, now: datetime, planned: str = STOPPED) -> ApiCall:
    """Return ``GET …/sync-tasks/{sync_task_id}?query_time=<ms>``: the task's state.

    Parameters
    ----------
    task_id, project: the task.
    now: the time.
    planned: the state that a dry run assumes.
    """
    return ApiCall(
        service=OMS,
        action="ShowSyncTask",
        permission=SHOW_PERMISSION,
        method="GET",
        path=f"/v2/{project}/sync-tasks/{task_id}",
        query=(("query_time", str(int(now.timestamp() * 1000))),),
        headers=(("X-Project-Id", project),),
        dry_run_response={"status": planned},
    )


class TaskState(NamedTuple):
    """A task's state.

    Parameters
    ----------
    state: OMS's word for it.
    raw: the whole response body.
    received_at: when the response was received, RFC 3339.
    """

    state: str
    raw: Mapping[str, object]
    received_at: str | None = None


Fetch = Callable[[], Flow[TaskState]]


def read_task(response: ApiResponse) -> TaskState:
    """Return the task in a response.

    Raises
    ------
    BadResponse: it has no state.
    """
    raw = response.body if isinstance(response.body, dict) else {}
    state = as_text(raw.get("status"))
    if not state:
        raise BadResponse(
            "OMS's response has no status",
            outcome_unknown=True,
            http_status=response.status,
            request_id=response.request_id,
            retryable=False,
        )
    return TaskState(state, raw, response.received_at)


def fetch_task(task_id: str, project: str, now: datetime, planned: str = STOPPED) -> Fetch:
    """Return what reads a task's state once; the parameters are those of :func:`get_task`."""

    def fetch() -> Flow[TaskState]:
        return read_task((yield from call_api(get_task(task_id, project, now, planned))))

    return fetch


def read_status(task_id: str, project: str, now: datetime) -> Flow[Outcome]:
    """Return a task's state and counters; the parameters are those of :func:`get_task`."""
    task = yield from fetch_task(task_id, project, now)()
    data = build_data(task_id, task, None, triggered=False)
    return Outcome("succeeded", f"{name_of(task_id)} is {task.state}", data)


def name_of(task_id: str) -> str:
    """Return how sentences refer to a task."""
    return f"task {task_id}"


def sentence(phrase: str) -> str:
    """Return a phrase as a sentence."""
    return f"{phrase[0].upper()}{phrase[1:]}."


def build_data(
    task_id: str, before: TaskState | None, after: TaskState | None, *, triggered: bool | None
) -> dict[str, object]:
    """Return the result's data from the last state that was read; ``triggered`` None is unknown."""
    last = after or before
    raw: Mapping[str, object] = last.raw if last else {}
    data: dict[str, object] = {
        "sync_task_id": task_id,
        "state_before": before.state if before else None,
        "state_after": after.state if after else None,
        "triggered": triggered,
    }
    for name in STRING_FIELDS:
        data[name] = as_text(raw.get(name))
    data["created_at"] = rfc3339_from_millis(raw.get("create_time"))
    data["last_start_time"] = rfc3339_from_millis(raw.get("last_start_time"))
    for name in COUNTER_FIELDS:
        value = raw.get(name)
        data[name] = value if isinstance(value, int) and not isinstance(value, bool) else None
    data["hint"] = None
    return {**data, "verified": None, "attention": [], "attention_count": 0}
