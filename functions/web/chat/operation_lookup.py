"""Finds an operation by its ID, its function's name, or any unambiguous part."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.errors import InvalidInput
from shared.models.operation import Operation

Operations = Mapping[str, Callable[[], Operation]]
"""The loader of each operation, by the operation's ID."""


def resolve_operation(name: str, operations: Operations, allowed: frozenset[str]) -> Operation:
    """Return the operation with a name.

    Parameters
    ----------
    name: as it was written; case does not matter.
    operations: those of this bundle.
    allowed: the IDs of those the sender may use; an ambiguous part means one of them.

    Raises
    ------
    InvalidInput: there is none, or more than one; names those the sender may use.
    """
    loaded = [load() for load in operations.values()]
    wanted = name.lower()
    whole = [one for one in loaded if wanted in {one.id.lower(), one.function.lower()}]
    found = whole or [one for one in loaded if wanted in f"{one.id} {one.function}".lower()]
    if len(found) > 1:
        found = [one for one in found if one.id in allowed] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidInput(
            f"Ambiguous name. It could be {', '.join(one.function for one in found)}",
            code="AmbiguousOperation",
            hint="Use a longer part of the name.",
        )
    known = ", ".join(one.function for one in loaded if one.id in allowed)
    raise InvalidInput(
        "Unknown operation",
        code="UnknownOperation",
        hint=f"You can use: {known}." if known else "Try `list`.",
    )
