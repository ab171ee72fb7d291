"""Finds an operation by its ID, its function's name, or any unambiguous part."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.errors import InvalidInput
from shared.models.operation import Operation

Operations = Mapping[str, Callable[[], Operation]]
"""The loader of each operation, by the operation's ID."""


def resolve_operation(name: str, operations: Operations, allowed: frozenset[str]) -> Operation:
    """Return the operation with a name; a service's name means its first operation.

    Parameters
    ----------
    name: as it was written; case does not matter.
    operations: the operations of this bundle.
    allowed: the IDs of those that the sender may use; they resolve an ambiguous name.

    Raises
    ------
    InvalidInput: there is none, or more than one; the hint lists those that the sender may use.
    """
    loaded = [load() for load in operations.values()]
    key = name.lower()
    exact = [one for one in loaded if key in {one.id.lower(), one.function.lower()}]
    matches = exact or [one for one in loaded if key in f"{one.id} {one.function}".lower()]
    if len(matches) > 1:
        matches = [one for one in matches if one.id in allowed] or matches
    if key in {one.service.name for one in matches}:
        matches = matches[:1]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise InvalidInput(
            f"Ambiguous name. It could be {', '.join(one.function for one in matches)}",
            code="AmbiguousOperation",
            hint="Use a longer part of the name.",
        )
    usable = ", ".join(one.function for one in loaded if one.id in allowed)
    raise InvalidInput(
        "Unknown operation",
        code="UnknownOperation",
        hint=f"You can use: {usable}." if usable else "Try `list`.",
    )
