"""Which operations this bundle holds; the catalog names them all."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from functions.registry import OPERATIONS


def operation_ids(catalog: Mapping[str, str] = OPERATIONS) -> tuple[str, ...]:
    """Return the ids of the operations whose modules are here; none of them is imported.

    Parameters
    ----------
    catalog: operation id -> module.
    """
    return tuple(name for name, module in catalog.items() if is_installed(module))


def is_installed(module: str) -> bool:
    """Return whether a module could be imported; of its parents there may be none either."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
