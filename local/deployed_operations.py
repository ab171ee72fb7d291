"""Which operations are in use here: a missing permission of another one is no problem."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from functions.registry import OPERATIONS
from local.bundling.plan import Bundle
from local.deployment.description.description import (
    DescriptionError,
    operations,
    read_description,
)
from local.deployment.description.document import DeploymentDocument

DEFAULT = Path("deploy.toml")


class DeployedOperations(NamedTuple):
    """The operations whose missing permissions are problems.

    Parameters
    ----------
    ids: their ids.
    description: the description that deploys them; empty if none decides, and they are all.
    unusable: why a description that is there does not decide; empty if it does, or none is there.
    """

    ids: frozenset[str]
    description: str = ""
    unusable: str = ""


def deployed_operations(path: Path | None) -> DeployedOperations:
    """Return the operations that a description deploys; all of them if there is none.

    Parameters
    ----------
    path: the description; None for ``deploy.toml``, which need not be there, nor be usable.

    Raises
    ------
    DescriptionError: the description that is named cannot be used.
    """
    every = frozenset(OPERATIONS)
    if path is None and not DEFAULT.exists():
        return DeployedOperations(every)
    try:
        document = read_description(path or DEFAULT)
    except DescriptionError as error:
        if path is not None:
            raise
        place, reason = error.faults[0]
        return DeployedOperations(every, unusable=f"{place}: {reason}" if place else reason)
    return DeployedOperations(operations_of(document), str(path or DEFAULT))


def operations_of(document: DeploymentDocument) -> frozenset[str]:
    """Return the ids of the operations of a description's functions and web apps."""
    by_function, found = operations(), set()
    for platform, table in document.platforms.items():
        found |= {by_function[name].id for name in table.functions}
        if table.web is not None:
            found |= {*Bundle(table.web.operations, platform, web=True).operations}
    return frozenset(found)
