"""Which operation somebody means: its id, its function's name, or any unambiguous part."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.errors import InvalidInput
from shared.models.operation import Operation

Operations = Mapping[str, Callable[[], Operation]]
"""From an operation's id to what loads it."""


def meant(name: str, operations: Operations, allowed: frozenset[str]) -> Operation:
    """Return the operation of a name.

    Parameters
    ----------
    name: as somebody wrote it; case does not matter.
    operations: those of this bundle.
    allowed: the ids of those the asker has any right to; an ambiguous part means one of them.

    Raises
    ------
    InvalidInput: there is none, or more than one; says which there are.
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
            f"that could be {', '.join(one.function for one in found)}",
            code="AmbiguousOperation",
            hint="Write more of its name.",
        )
    known = ", ".join(one.function for one in loaded if one.id in allowed)
    raise InvalidInput(
        "there is no such operation here",
        code="UnknownOperation",
        hint=f"You may use: {known}." if known else "list says what you may use.",
    )
