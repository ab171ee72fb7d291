"""Where a person finds something of a function."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """Where a person finds something of a function.

    Parameters
    ----------
    what: ``function``, ``log``, ``schedule`` or ``alarm``.
    url: the page of the platform's console.
    """

    what: str
    url: str
