"""Huawei OMS ``StartSyncTask``: restart a paused object-storage synchronization task.

Page: https://support.huaweicloud.com/intl/en-us/api-oms/StartSyncTask.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from functions.huawei._core_schemas import START_SYNC_TASK
from functions.huawei.oms_tasks import SETTING as TASKS_SETTING
from functions.huawei.oms_tasks import UNLISTED, read_tasks
from functions.huawei.provider import HUAWEI, find_project_id
from shared import entrypoint
from shared.clock import rfc3339_from_millis
from shared.errors import BadResponse, Forbidden, Misconfigured, ProviderError, SyncError
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api
from shared.models.operation import CallContext, GetSecret, ListedValues, Operation
from shared.models.polling import poll_until, start_once
from shared.models.result import Outcome
from shared.models.secret import Secret

if TYPE_CHECKING:
    from functions.huawei.models import StartSyncTaskData as Data
    from functions.huawei.models import StartSyncTaskParams as Params
else:
    Data = dict

REGIONS = ("cn-north-4", "cn-east-3", "cn-southwest-2")
"""The documented regions; ``OMS_ENDPOINT_URL`` with ``HUAWEICLOUD_REGION`` allows another."""

RUNNING = "SYNCHRONIZING"
STOPPED = "STOPPED"
START_PERMISSION = "oms:synctask:update"
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
KEY_PAIRS = (("src_ak", "src_sk"), ("dst_ak", "dst_sk"))
CRYPTO_FIELDS = (
    "src_crypto_type",
    "src_kms_key_id",
    "dst_crypto_type",
    "dst_kms_key_id",
    "source_cdn_crypto_type",
    "source_cdn_kms_key_id",
)
CDN_KEY = "source_cdn_authentication_key"


def cross_field_errors(raw: Mapping[str, object]) -> Iterable[str]:
    """Yield an error for a key without its secret, or source keys for a URL-list task."""
    for access, secret in KEY_PAIRS:
        if (access in raw) != (secret in raw):
            there, missing = (access, secret) if access in raw else (secret, access)
            yield f"{missing}: is required with {there}"
    if raw.get("source_keys") == "none" and ("src_ak" in raw or "src_sk" in raw):
        yield "source_keys: none cannot be combined with src_ak and src_sk"


def defaults_from_settings(
    raw: Mapping[str, object], read_setting: GetSetting
) -> Mapping[str, object]:
    """Return the project and region that ``OMS_TASKS`` lists for the task."""
    listed = read_tasks(read_setting).get(str(raw.get("sync_task_id")))
    if listed is None:
        return {}
    known = {"project_id": listed.project_id, "region": listed.region}
    return {name: value for name, value in known.items() if value is not None}


def forbidden_for_callers(
    raw: Mapping[str, object], params: Params, read_setting: GetSetting
) -> str | None:
    """Return why HTTP and chat callers may not start or plan a task; None if they may.

    Only listed tasks, in the listed project and region: otherwise any caller could pass the
    storage keys to any task.
    """
    task = params.sync_task_id
    listed = read_tasks(read_setting).get(task)
    if listed is None:
        return (
            f'Task "{task}" isn\'t listed in {TASKS_SETTING}, '
            "so it can't be started over HTTP or chat"
        )
    for name in ("project_id", "region"):
        if name in raw and raw[name] != getattr(listed, name):
            return (
                f'Task "{task}" is listed in {TASKS_SETTING} with another {name}, '
                "so it can't be started over HTTP or chat"
            )
    return None


def with_storage_keys(params: Params, read_secret: GetSecret, read_setting: GetSetting) -> Params:
    """Return the parameters with storage keys from the settings where the event has none.

    Both halves of a pair come from the same source. A dry run needs no keys.

    Raises
    ------
    Misconfigured: a pair is incomplete, or missing and required.
    """
    task = read_tasks(read_setting).get(params.sync_task_id, UNLISTED)
    found: dict[str, Secret] = {}
    missing: list[str] = []
    for access, secret in KEY_PAIRS:
        if getattr(params, access) is not None:
            continue
        if access == "src_ak" and params.source_keys == "none":
            continue
        for name in (access, secret):
            value = read_secret(task.setting(name))
            if value is None:
                missing.append(name)
            else:
                found[name] = value
    if params.dry_run:
        found |= {name: Secret("{" + name + "}") for name in missing}
    elif missing:
        unset = [task.setting(name) for name in missing]
        raise Misconfigured(
            f"incomplete storage keys: {', '.join(unset)} not set",
            code="StorageKeysMissing",
            hint=f"Set {' and '.join(unset)}, or pass the keys in the event; for a URL-list task "
            'set source_keys to "none" instead of source keys.',
        )
    cdn = params.source_cdn_authentication_key or read_secret(task.setting(CDN_KEY))
    return params.model_copy(update={"source_cdn_authentication_key": cdn or None, **found})


def host(region: str | None, _setting: GetSetting) -> str:
    """Return OMS's host in a region."""
    return f"oms.{region}.myhuaweicloud.com"


OMS = Service(name="oms", label="OMS", endpoint_settings=("OMS_ENDPOINT_URL",), host_of=host)


def start(params: Params, project: str) -> ApiCall:
    """Return ``POST …/sync-tasks/{sync_task_id}/start``, as documented, without nulls."""
    body: dict[str, object] = {}
    for name in ("src_ak", "src_sk", "dst_ak", "dst_sk", CDN_KEY, *CRYPTO_FIELDS):
        value = getattr(params, name)
        if value is not None:
            body[name] = value
    return ApiCall(
        service=OMS,
        action="StartSyncTask",
        permission=START_PERMISSION,
        method="POST",
        path=f"/v2/{project}/sync-tasks/{params.sync_task_id}/start",
        headers=(("X-Project-Id", project),),
        body=body,
        writes=True,
        on_unknown_outcome="raise",
    )


def get_task(params: Params, project: str, now: datetime) -> ApiCall:
    """Return ``GET …/sync-tasks/{sync_task_id}?query_time=<ms>``: the task's state."""
    return ApiCall(
        service=OMS,
        action="ShowSyncTask",
        permission=SHOW_PERMISSION,
        method="GET",
        path=f"/v2/{project}/sync-tasks/{params.sync_task_id}",
        query=(("query_time", str(int(now.timestamp() * 1000))),),
        headers=(("X-Project-Id", project),),
        dry_run_response={"status": STOPPED},
    )


class TaskState(NamedTuple):
    """The task's state, and the whole response body in ``raw``."""

    state: str
    raw: Mapping[str, object]


Fetch = Callable[[], Flow[TaskState]]


def read_task(response: ApiResponse) -> TaskState:
    """Return the task in a response.

    Raises
    ------
    BadResponse: it has no state.
    """
    raw = response.body if isinstance(response.body, dict) else {}
    state = raw.get("status")
    if not isinstance(state, str) or not state:
        raise BadResponse(
            "OMS's response has no status",
            outcome_unknown=True,
            http_status=response.status,
            request_id=response.request_id,
            retryable=False,
        )
    return TaskState(state, raw)


def run(params: Params, context: CallContext) -> Flow[Outcome]:
    """Read the state; start the task if it is not running; read the state again."""
    project = yield from find_project_id(params.project_id, context)

    def fetch() -> Flow[TaskState]:
        return read_task((yield from call_api(get_task(params, project, context.now))))

    try:
        before = yield from fetch()
    except Forbidden:
        return (yield from start_without_state(params, project))
    if before.state == RUNNING:
        data = build_data(params, before, before, triggered=False)
        return Outcome("unchanged", f"{name_of(params)} is already synchronizing", data)
    try:
        yield from start_once(start(params, project), fetch, running)
    except SyncError as error:
        triggered = None if error.may_have_been_processed else False
        error.data = error.data or build_data(params, before, None, triggered=triggered)
        if error.http_status != 400:
            raise
        return (yield from resolve_rejected_start(params, before, fetch, error))
    try:
        after = yield from poll_until(fetch, running, params.wait_seconds)
    except SyncError as error:
        data = build_data(params, before, None, triggered=True)
        warning = f"could not read the task's state after the start: {error.code}"
        return Outcome("accepted", f"OMS accepted the start of {name_of(params)}", data, (warning,))
    data = build_data(params, before, after, triggered=True)
    if running(after):
        return Outcome("succeeded", f"{name_of(params)} is synchronizing", data)
    summary = f"OMS accepted the start of {name_of(params)}; it is still {after.state}"
    return Outcome("accepted", summary, data)


def status(params: Params, context: CallContext) -> Flow[Outcome]:
    """Read the task's state and counters; no storage keys are sent."""
    project = yield from find_project_id(params.project_id, context)
    task = read_task((yield from call_api(get_task(params, project, context.now))))
    data = build_data(params, task, None, triggered=False)
    return Outcome("succeeded", f"{name_of(params)} is {task.state}", data)


def start_without_state(params: Params, project: str) -> Flow[Outcome]:
    """Start without reading the state: the identity may start the task but not read it."""
    try:
        yield from call_api(start(params, project))
    except ProviderError as error:
        error.hint += f" Also {PERMISSION_HINT}."
        if error.outcome_unknown:
            error.data = build_data(params, None, None, triggered=None)
        raise
    data = build_data(params, None, None, triggered=True)
    data["hint"] = f"{PERMISSION_HINT[0].upper()}{PERMISSION_HINT[1:]}."
    return Outcome(
        "accepted",
        f"OMS accepted the start of {name_of(params)}; {PERMISSION_HINT}",
        data,
        (PERMISSION_HINT,),
    )


def resolve_rejected_start(
    params: Params, before: TaskState, fetch: Fetch, rejection: SyncError
) -> Flow[Outcome]:
    """Read the state after OMS rejected the start: it documents no code for "already running"."""
    try:
        after = yield from fetch()
    except SyncError:
        raise rejection from None
    if not running(after) and rejection.may_have_been_processed:
        data = build_data(params, before, after, triggered=None)
        return Outcome(
            "accepted",
            f"OMS may have accepted the start of {name_of(params)}; it is still {after.state}",
            data,
            (f"no response came to a start, and OMS rejected the next one: {rejection.code}",),
        )
    if not running(after):
        rejection.data = build_data(params, before, after, triggered=False)
        raise rejection
    data = build_data(params, before, after, triggered=rejection.after_unknown_outcome)
    if rejection.after_unknown_outcome:
        return Outcome("succeeded", f"{name_of(params)} is synchronizing", data)
    return Outcome("unchanged", f"{name_of(params)} was started by someone else", data)


def running(task: TaskState) -> bool:
    """Return whether a task is synchronizing."""
    return task.state == RUNNING


def name_of(params: Params) -> str:
    """Return how sentences refer to the task."""
    return f"task {params.sync_task_id}"


def build_data(
    params: Params, before: TaskState | None, after: TaskState | None, *, triggered: bool | None
) -> dict[str, object]:
    """Return the result's data from the last state that was read; ``triggered`` None is unknown."""
    last = after or before
    raw: Mapping[str, object] = last.raw if last else {}
    data: dict[str, object] = {
        "sync_task_id": params.sync_task_id,
        "state_before": before.state if before else None,
        "state_after": after.state if after else None,
        "triggered": triggered,
    }
    for name in STRING_FIELDS:
        value = raw.get(name)
        data[name] = value if isinstance(value, str) else None
    data["created_at"] = rfc3339_from_millis(raw.get("create_time"))
    data["last_start_time"] = rfc3339_from_millis(raw.get("last_start_time"))
    for name in COUNTER_FIELDS:
        value = raw.get(name)
        data[name] = value if isinstance(value, int) and not isinstance(value, bool) else None
    data["hint"] = None
    return data


OPERATION = Operation(
    id="huawei.oms.StartSyncTask",
    function="huawei-start-sync-task",
    title="Restart a paused object-storage synchronization task",
    docs_url="https://support.huaweicloud.com/intl/en-us/api-oms/StartSyncTask.html",
    service=OMS,
    provider=HUAWEI,
    params=START_SYNC_TASK,
    flow=run,
    cross_field_errors=cross_field_errors,
    with_secrets=with_storage_keys,
    defaults_from_settings=defaults_from_settings,
    listed_values={"sync_task_id": ListedValues(setting=TASKS_SETTING, values=read_tasks)},
    read_flow=status,
    secrets_hint=f"List the task in {TASKS_SETTING} and put its keys into the function's settings.",
    forbidden_for_callers=forbidden_for_callers,
    regions=REGIONS,
    effect="starts the task and gives OMS your storage keys for this run",
    min_timeout_seconds=60,
    unknown_outcome_hint="OMS may still start the task; the next run checks its state first.",
    supports_wait=True,
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)
