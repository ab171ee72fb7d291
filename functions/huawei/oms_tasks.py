"""``OMS_TASKS``: the synchronization tasks, where they are and which keys they use."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from shared.errors import Misconfigured
from shared.models.patterns import IDENTIFIER, REGION
from shared.models.service import GetSetting

SETTING = "OMS_TASKS"
DEFAULT_PREFIX = "OMS"
FORMS = {
    "project_id": IDENTIFIER,
    "region": REGION,
    "keys": r"[A-Z][A-Z0-9_]*",
}
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
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        raise Misconfigured(f"{SETTING} is not JSON", code="BadTasks", hint=HINT) from None
    if not isinstance(listed, dict):
        raise Misconfigured(f"{SETTING} is not a JSON object", code="BadTasks", hint=HINT)
    faults = [
        fault for number, item in enumerate(listed.items(), 1) for fault in faults_in(number, *item)
    ]
    if faults:
        raise Misconfigured(f"{SETTING}: {'; '.join(faults)}", code="BadTasks", hint=HINT)
    return {name: Task(**about) for name, about in listed.items()}


def faults_in(number: int, name: str, about: object) -> list[str]:
    """Return what is wrong with the task at a position in the list."""
    which = f"task {number}"
    faults: list[str] = []
    if not re.fullmatch(IDENTIFIER, name):
        faults.append(f"{which}: invalid ID")
    if not isinstance(about, dict):
        return [*faults, f"{which}: must be a JSON object"]
    if set(about) - set(FORMS):
        faults.append(f"{which}: must only have the keys {', '.join(FORMS)}")
    for key, form in FORMS.items():
        value = about.get(key)
        if key in about and not (isinstance(value, str) and re.fullmatch(form, value)):
            faults.append(f"{which}: invalid {key}")
    return faults
