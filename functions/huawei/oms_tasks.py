"""``OMS_TASKS``: the synchronization tasks, where they are and which keys they use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from functions.huawei._core_schemas import TASK_ENTRY
from shared.models.flow import GetSetting
from shared.models.patterns import IDENTIFIER

SETTING = "OMS_TASKS"
DEFAULT_PREFIX = "OMS"
HINT = (
    'Set OMS_TASKS to JSON like {"<task id>": {"project_id": "…", "region": "cn-north-4", '
    '"keys": "OMS_PHOTOS"}}; its keys are then read from OMS_PHOTOS_SRC_AK and so on.'
)


class Task(NamedTuple):
    """One listed task.

    Parameters
    ----------
    project_id, region: where it is, None to use the other settings.
    keys: the prefix of the settings that hold its storage keys.
    """

    project_id: str | None = None
    region: str | None = None
    keys: str = DEFAULT_PREFIX

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
