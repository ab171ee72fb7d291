"""Finds the operations that this bundle contains."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from functions.registry import OPERATIONS


def operation_ids(registry: Mapping[str, str] = OPERATIONS) -> tuple[str, ...]:
    """Return the IDs of the operations whose modules are installed, without importing them.

    Parameters
    ----------
    registry: operation ID -> module.
    """
    return tuple(name for name, module in registry.items() if is_installed(module))


def is_installed(module: str) -> bool:
    """Return whether a module can be imported; its parent packages may be missing too."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
