"""``OMS_TASKS``: the synchronization tasks, where they are and which keys they use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from functions.huawei._core_schemas import TASK_ENTRY
from shared.errors import Misconfigured
from shared.models.flow import GetSetting
from shared.models.patterns import IDENTIFIER

SETTING = "OMS_TASKS"
DEFAULT_PREFIX = "OMS"
ALL_STOPPED = "stopped"
"""``sync_task_id`` of StartSyncTask for every stopped task that is listed."""

HINT = (
    'Set OMS_TASKS to JSON like {"<task id>": {"project_id": "…", "region": "cn-north-4", '
    '"keys": "OMS_PHOTOS"}}; its keys are then read from OMS_PHOTOS_SRC_AK and so on.'
)


class Task(NamedTuple):
    """One listed task.

    Parameters
    ----------
    project_id, region: where it is, None to use the other settings.
    source_keys: ``none`` for a URL-list task, else None.
    keys: the prefix of the settings that hold its storage keys.
    bucket: its source bucket, None if it is not listed.
    """

    project_id: str | None = None
    region: str | None = None
    source_keys: str | None = None
    keys: str = DEFAULT_PREFIX
    bucket: str | None = None

    def setting(self, name: str) -> str:
        """Return the setting that holds one of the task's keys, e.g. ``OMS_PHOTOS_SRC_AK``."""
        return f"{self.keys.rstrip('_')}_{name.upper()}"


UNLISTED = Task()
"""A task that is not listed: the other settings apply."""


def read_tasks(read_setting: GetSetting) -> Mapping[str, Task]:
    """Return the listed tasks by ID.

    Raises
    ------
    Misconfigured: the setting is not a JSON object of tasks; every fault is named.
    """
    text = read_setting(SETTING)
    return {} if text is None else parse_tasks(text)


@lru_cache(maxsize=4)
def parse_tasks(text: str) -> Mapping[str, Task]:
    """Return the tasks in the setting's text; a run needs them for several decisions.

    Raises
    ------
    Misconfigured: as in :func:`read_tasks`.
    """
    from shared.settings.json_entries import JsonSetting, parse_entries  # not needed without tasks

    setting = JsonSetting(name=SETTING, container=dict, code="BadTasks", hint=HINT)
    entries = parse_entries(setting, text, TASK_ENTRY, task_id_faults)
    return {entry.key: Task(**entry.values) for entry in entries}


def task_id_faults(task_id: str, _given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fault of an entry's key that is not a task's ID."""
    if not re.fullmatch(IDENTIFIER, task_id):
        yield "its key", "is not a task ID"
    elif task_id == ALL_STOPPED:
        yield "its key", "means every stopped task and cannot be one task's ID"


def place_from_settings(
    raw: Mapping[str, object], read_setting: GetSetting
) -> Mapping[str, object]:
    """Return the project and region that ``OMS_TASKS`` lists for the task."""
    listed = listed_task(raw, read_setting)
    known = {"project_id": listed.project_id, "region": listed.region}
    return {name: value for name, value in known.items() if value is not None}


def task_of_bucket(raw: Mapping[str, object], read_setting: GetSetting) -> str | None:
    """Return the ID of the task that is listed for the bucket in raw parameters, None if none is.

    Raises
    ------
    Misconfigured: several are, or the task that they name is listed with another bucket: OMS
        would look for the objects in the wrong bucket.
    """
    bucket = raw.get("bucket")
    if not isinstance(bucket, str):  # not validated yet
        return None
    found = [name for name, task in read_tasks(read_setting).items() if task.bucket == bucket]
    if len(found) > 1:
        raise Misconfigured(
            f"{SETTING} lists one bucket for {len(found)} tasks",
            code="BadTasks",
            hint="List a bucket for one task only; for others, deploy functions of their own.",
        )
    if not found and listed_task(raw, read_setting).bucket is not None:
        raise Misconfigured(
            f"{SETTING} lists no task for the objects' bucket, and another bucket for the task",
            code="BucketNotListed",
            hint=f"List the bucket with its task in {SETTING}, or remove its trigger.",
        )
    return found[0] if found else None


def listed_task(raw: Mapping[str, object], read_setting: GetSetting) -> Task:
    """Return what ``OMS_TASKS`` lists for the task that raw parameters name."""
    task = raw.get("sync_task_id")  # not validated yet
    tasks = read_tasks(read_setting)
    return tasks.get(task, UNLISTED) if isinstance(task, str) else UNLISTED


def why_forbidden(
    raw: Mapping[str, object], task: str, read_setting: GetSetting, verb: str
) -> str | None:
    """Return why HTTP and chat callers may not use a task; None if they may.

    Only listed tasks, in the listed project and region: otherwise any caller could pass the
    storage keys to any task.

    Parameters
    ----------
    raw: the caller's parameters, without defaults.
    task: the task's ID.
    read_setting: returns a setting.
    verb: what they may not do: ``started``.
    """
    listed = read_tasks(read_setting).get(task)
    if listed is None:
        return f"Task \"{task}\" isn't listed in {SETTING}, so it can't be {verb} over HTTP or chat"
    for name in ("project_id", "region"):
        if name in raw and raw[name] != getattr(listed, name):
            return (
                f'Task "{task}" is listed in {SETTING} with another {name}, '
                f"so it can't be {verb} over HTTP or chat"
            )
    return None
