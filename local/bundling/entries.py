"""The files at a bundle's root that the platforms call, one an operation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

OWN_PACKAGES = "own_packages.py"

# No dataclass and no relative import: SCF's loader gives the file no name.
TEMPLATE = '''"""The way into {operation}."""
import own_packages
own_packages.check()
from {module} import handler
'''


def entry_name(module: str) -> str:
    """Return the file of an operation's entry, e.g. ``sync_machines.py``."""
    return module.rpartition(".")[2] + ".py"


def entries(operations: Mapping[str, str]) -> dict[str, bytes]:
    """Return the root files of a bundle: path -> content.

    Parameters
    ----------
    operations: operation id -> module.
    """
    files = {
        entry_name(module): TEMPLATE.format(operation=operation, module=module).encode()
        for operation, module in operations.items()
    }
    files[OWN_PACKAGES] = Path(__file__).with_name(OWN_PACKAGES).read_bytes()
    return files
