"""Finds a missing parameter whose values a setting lists, e.g. the tasks in ``OMS_TASKS``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared import validation
from shared.models.operation import Operation
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class MissingParameter:
    """A missing required parameter.

    Parameters
    ----------
    parameter: its name.
    setting: the setting that lists its values.
    values: the listed values.
    """

    parameter: str
    setting: str
    values: tuple[str, ...]


def missing_listed_parameter(
    operation: Operation, raw: Mapping[str, object], settings: Settings
) -> MissingParameter | None:
    """Return the first required parameter that is missing but listed, None if there is none.

    Parameters
    ----------
    operation: the operation.
    raw: the command's parameters by this project's names.
    settings: the settings of this invocation.

    Raises
    ------
    Misconfigured: ``DEFAULT_PARAMETERS`` or the setting with the list is wrong.
    """
    if not operation.listed_values:
        return None
    defaults = validation.parse_defaults(settings.get("DEFAULT_PARAMETERS"), operation)
    for name, listed in operation.listed_values.items():
        if name not in raw and name not in defaults:
            return MissingParameter(name, listed.setting, tuple(listed.values(settings.get)))
    return None
