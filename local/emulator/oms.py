"""Huawei Cloud OMS as documented: synchronization tasks."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from local.emulator.huawei_gateway import Route, failure
from local.emulator.message import Received, Reply, to_json
from local.emulator.oms_events import keys_in

PROJECT = "0000000000000000000000000000aa01"
TASK = "example-sync-task-1"
RUNNING_TASK = "example-sync-task-2"

DATA_TYPES = ("REQUEST", "SUCCESS", "FAILURE", "SKIP", "SIZE")
FIVE_MINUTES = 300_000
LARGEST_ANSWER = 1000
"""How many intervals a list of the answer may have; when OMS counts by the hour is not known."""


class Count(NamedTuple):
    """How many objects a task worked on at some time.

    Parameters
    ----------
    at: milliseconds since 1970.
    kind: one of :data:`DATA_TYPES`.
    number: how many objects, or bytes for ``SIZE``.
    """

    at: int
    kind: str
    number: int


@dataclass(slots=True)
class SyncTask:
    """One OMS synchronization task.

    Parameters
    ----------
    status: ``STOPPED`` or ``SYNCHRONIZING``.
    monthly_failures: how many objects it failed to copy this month.
    url_list: whether its source is a list of URLs, which has no source keys.
    due_at: when a start takes effect, by ``time.monotonic``; None if none is on its way.
    starts: how often it was started.
    stop_due_at: when a stop takes effect, as for a start.
    stops: how often it was stopped.
    counts: what it did with objects, by time.
    events: the keys of each synchronization event, decoded, in order.
    """

    task_id: str = TASK
    project_id: str = PROJECT
    status: str = "STOPPED"
    url_list: bool = False
    monthly_failures: int = 1
    last_start_time: int = 1_700_000_000_000
    due_at: float | None = None
    starts: int = 0
    stop_due_at: float | None = None
    stops: int = 0
    counts: list[Count] = field(default_factory=list)
    events: list[list[str]] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Return it in the format of ``ShowSyncTask``."""
        return {
            **self.as_row(),
            "monthly_acceptance_request": 40,
            "monthly_success_object": 36,
            "monthly_failure_object": self.monthly_failures,
            "monthly_skip_object": 3,
            "monthly_size": 123_456,
        }

    def as_row(self) -> dict[str, object]:
        """Return it in the format of ``ListSyncTasks``."""
        return {
            "sync_task_id": self.task_id,
            "src_cloud_type": "Aliyun",
            "src_region": "cn-hangzhou",
            "src_bucket": "example-source",
            "create_time": 1_690_000_000_000,
            "last_start_time": self.last_start_time,
            "dst_bucket": "example-destination",
            "dst_region": "cn-north-4",
            "description": "",
            "status": self.status,
            "enable_metadata_migration": False,
            "enable_restore": False,
            "app_id": "",
            "object_overwrite_mode": "SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE",
            "dst_storage_policy": "STANDARD",
            "consistency_check": "size_last_modified",
        }


class Oms:
    """The synchronization tasks of all projects.

    Parameters
    ----------
    lock: that of the provider's state.
    check_right: refuses a project that is not the caller's, and a permission that is denied.

    Attributes
    ----------
    tasks: the tasks by ID.
    start_seconds: how long a started task stays ``STOPPED`` before it is ``SYNCHRONIZING``.
    stop_seconds: how long a stopped task stays ``SYNCHRONIZING``.
    """

    def __init__(self, lock: threading.RLock, check_right: Callable[[str, str], None]) -> None:
        self.lock = lock
        self.tasks: dict[str, SyncTask] = {
            TASK: SyncTask(),
            RUNNING_TASK: SyncTask(RUNNING_TASK, status="SYNCHRONIZING"),
        }
        self.start_seconds = 0.0
        self.stop_seconds = 0.0
        self._check_right = check_right

    def routes(self) -> tuple[Route, ...]:
        """Return the APIs."""
        tasks = r"/v2/([^/]{1,1024})/sync-tasks"
        task = tasks + r"/([^/]{1,255})"
        return (
            Route("POST", task + "/start", "StartSyncTask", self._start),
            Route("POST", task + "/stop", "StopSyncTask", self._stop),
            Route("POST", task + "/events", "CreateSyncEvents", self._create_events),
            Route("GET", task + "/statistics", "ListSyncTaskStatistic", self._statistics),
            Route("GET", task, "ShowSyncTask", self._show),
            Route("GET", tasks, "ListSyncTasks", self._list),
        )

    def _start(self, request: Received, now: float, project: str, task_id: str) -> Reply:
        self._check_right(project, "oms:synctask:update")
        _require_json(request)
        with self.lock:
            task = self._task(project, task_id)
            _check_storage_keys(request, url_list=task.url_list)
            if task.status == "SYNCHRONIZING" or task.due_at is not None:
                raise failure("OMS.0003")
            task.starts += 1
            task.last_start_time = round(now * 1000)
            task.due_at = time.monotonic() + self.start_seconds
        return Reply(content_type=None)

    def _show(self, request: Received, now: float, project: str, task_id: str) -> Reply:
        self._check_right(project, "oms:synctask:get")
        if not re.fullmatch(r"\d{13}", dict(request.query).get("query_time", "")):
            raise failure("OMS.0001", "query_time is not a number of milliseconds")
        _refuse_others(request, "query_time")
        with self.lock:
            return Reply(body=to_json(self._task(project, task_id).as_json()))

    def _stop(self, request: Received, now: float, project: str, task_id: str) -> Reply:
        self._check_right(project, "oms:synctask:update")
        _require_json(request)
        if request.body:
            raise failure("OMS.0001", "The request has a body")
        with self.lock:
            task = self._task(project, task_id)
            if task.stop_due_at is not None or (task.status == "STOPPED" and task.due_at is None):
                raise failure("OMS.0004")
            task.stops += 1
            task.due_at = None
            task.stop_due_at = time.monotonic() + self.stop_seconds
        return Reply(content_type=None)

    def _create_events(self, request: Received, now: float, project: str, task_id: str) -> Reply:
        self._check_right(project, "oms:synctask:createEvent")
        _require_json(request)
        with self.lock:
            self._task(project, task_id).events.append(keys_in(request))
        return Reply(content_type=None)

    def _list(self, request: Received, now: float, project: str) -> Reply:
        self._check_right(project, "oms:synctask:list")
        _refuse_others(request, "limit", "offset", "status")
        query = dict(request.query)
        limit, offset = _number(query, "limit", 10, 1, 100), _number(query, "offset", 0, 0, 10_000)
        status = query.get("status")
        if status not in {None, "SYNCHRONIZING", "STOPPED"}:
            raise failure("OMS.0001", "status is not valid")
        with self.lock:
            of_project = [each for each in self.tasks.values() if each.project_id == project]
            rows = [self._task(project, each.task_id).as_row() for each in of_project]
        rows = [row for row in rows if status is None or row["status"] == status]
        return Reply(body=to_json({"tasks": rows[offset : offset + limit], "count": len(rows)}))

    def _statistics(self, request: Received, now: float, project: str, task_id: str) -> Reply:
        self._check_right(project, "oms:synctask:statistics")
        _refuse_others(request, "data_type", "start_time", "end_time")
        query = dict(request.query)
        kinds = query.get("data_type", "").split(",")
        times = [query.get(name, "") for name in ("start_time", "end_time")]
        if not set(kinds) <= set(DATA_TYPES) or len(set(kinds)) < len(kinds):
            raise failure("OMS.0001", "data_type is not valid")
        if not all(re.fullmatch(r"\d{13}", each) for each in times):
            raise failure("OMS.0001", "start_time or end_time is not a number of milliseconds")
        start, end = map(int, times)
        if start > end:
            raise failure("OMS.0001", "start_time is after end_time")
        is_long = end - start > LARGEST_ANSWER * FIVE_MINUTES
        step = 12 * FIVE_MINUTES if is_long else FIVE_MINUTES
        with self.lock:
            counts = list(self._task(project, task_id).counts)
        body = {
            "sync_task_id": task_id,
            "statistic_time_type": "ONE_HOUR" if is_long else "FIVE_MINUTES",
            "statistic_datas": [
                {"data_type": kind, "data": _intervals(counts, kind, start, end, step)}
                for kind in kinds
            ],
        }
        return Reply(body=to_json(body))

    def _task(self, project: str, task_id: str) -> SyncTask:
        """Return the task's current state; a start or a stop takes effect after its delay."""
        task = self.tasks.get(task_id)
        if task is None or task.project_id != project:
            raise failure("OMS.0002")
        if task.due_at is not None and time.monotonic() >= task.due_at:
            task.status = "SYNCHRONIZING"
            task.due_at = None
        if task.stop_due_at is not None and time.monotonic() >= task.stop_due_at:
            task.status = "STOPPED"
            task.stop_due_at = None
        return task


def _require_json(request: Received) -> None:
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise failure("OMS.0001", "The content type is not application/json")


def _refuse_others(request: Received, *names: str) -> None:
    """Reject a query with a parameter that is not documented, or with one that is repeated."""
    given = [name for name, _ in request.query]
    if not set(given) <= set(names) or len(set(given)) < len(given):
        raise failure("OMS.0001", "The query has a parameter that is not documented")


def _number(query: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,5}", text) or not least <= int(text) <= most:
        raise failure("OMS.0001", f"{name} is not in its range")
    return int(text)


def _intervals(
    counts: list[Count], kind: str, start: int, end: int, step: int
) -> list[dict[str, int]]:
    """Return the sums of one kind, for each interval that begins in the time asked for."""
    sums: dict[int, int] = {}
    for count in counts:
        begins = count.at // step * step
        if count.kind == kind and start <= begins <= end:
            sums[begins] = sums.get(begins, 0) + count.number
    return [{"time_stamp": at, "statistic_num": sums[at]} for at in sorted(sums)]


_KEY = r"""[^<>&"'\\]{1,100}"""
_KMS_KEY = r".{36}"
_STORAGE_KEYS = {
    "src_ak": _KEY,
    "src_sk": _KEY,
    "dst_ak": _KEY,
    "dst_sk": _KEY,
    "source_cdn_authentication_key": r".{0,255}",
    "src_kms_key_id": _KMS_KEY,
    "dst_kms_key_id": _KMS_KEY,
    "source_cdn_kms_key_id": _KMS_KEY,
}
"""Field -> what it must match."""

_CRYPTO_TYPES = ("src_crypto_type", "dst_crypto_type", "source_cdn_crypto_type")


def _check_storage_keys(request: Received, *, url_list: bool) -> None:
    """Reject a body whose keys are missing, null, not strings, or not of the documented form."""
    try:
        body = request.json()
    except ValueError:
        raise failure("OMS.0001", "The body is not JSON") from None
    if not isinstance(body, dict):
        raise failure("OMS.0001", "The body is not a JSON object")
    for name in ("dst_ak", "dst_sk") if url_list else ("src_ak", "src_sk", "dst_ak", "dst_sk"):
        if name not in body:
            raise failure("OMS.0001", f"{name} is missing")
    for name, pattern in _STORAGE_KEYS.items():
        if name in body and not re.fullmatch(pattern, str(body[name])):
            raise failure("OMS.0001", f"{name} is not valid")
        if not isinstance(body.get(name, ""), str):
            raise failure("OMS.0001", f"{name} is not a string")
    for name in _CRYPTO_TYPES:
        if name in body and body[name] not in {"DEFAULT", "KMS"}:
            raise failure("OMS.0001", f"{name} is not valid")
