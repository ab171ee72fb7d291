"""Which part of a description a deployment is of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from local.deployment.description.description import DescriptionError, Fault
from local.deployment.description.document import PlatformTable
from local.deployment.desired.functions import Chosen, chosen_functions
from local.deployment.models.platform import Platform


class Scope(NamedTuple):
    """One platform's part of a description, or the functions of one provider in it.

    Parameters
    ----------
    path: the description's file, for its faults.
    deployment: the deployment's name.
    platform: where.
    table: what the description says of that platform.
    provider: only the operations of this provider; None for all.
    """

    path: Path
    deployment: str
    platform: Platform
    table: PlatformTable
    provider: str | None

    def chosen(self) -> list[Chosen]:
        """Return the functions of the description that are meant."""
        return list(chosen_functions(self.platform.name, self.table, self.provider))

    def full_name(self, name: str) -> str:
        """Return the name that a function has at the platform."""
        return f"{self.table.name_prefix or ''}{name}"

    def require_no_faults(self, found: Iterable[Fault]) -> None:
        """Raise :class:`DescriptionError` if there are faults; each is named once."""
        if faults := list(dict.fromkeys(found)):
            raise DescriptionError(self.path, faults)
