"""Which names of roles and of places for logs exist at the emulator."""

from __future__ import annotations

from collections.abc import Collection

MISSING = "no-such-"
"""What a name begins with that does not exist, where any other name does."""


def exists(name: str, existing: Collection[str] | None) -> bool:
    """Return whether something of a name exists.

    Parameters
    ----------
    name: of a role, an agency, a project or a logstore.
    existing: all the names; None for any but those that begin with :data:`MISSING`.
    """
    if existing is None:
        return not name.startswith(MISSING)
    return name in existing
