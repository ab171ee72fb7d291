"""The files at a bundle's root that the platforms call, one an operation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from local.bundling.plan import WEB

VENDORED_CHECK = "vendored_check.py"

# No dataclass and no relative import: SCF's loader gives the file no name.
TEMPLATE = '''"""The entry point of {operation}."""
import vendored_check
vendored_check.check()
from {module} import handler
'''


def entry_name(module: str) -> str:
    """Return the file of a handler's entry: ``sync_machines.py``, the web app's ``web.py``."""
    return ("web" if module == WEB else module.rpartition(".")[2]) + ".py"


def handler_name(module: str) -> str:
    """Return a module's handler as the platforms name it, e.g. ``sync_machines.handler``."""
    return entry_name(module).removesuffix(".py") + ".handler"


def entries(handlers: Mapping[str, str]) -> dict[str, bytes]:
    """Return the root files of a bundle: path -> content.

    Parameters
    ----------
    handlers: what is called (an operation's id, or ``web``) -> module.
    """
    files = {
        entry_name(module): TEMPLATE.format(operation=operation, module=module).encode()
        for operation, module in handlers.items()
    }
    files[VENDORED_CHECK] = Path(__file__).with_name(VENDORED_CHECK).read_bytes()
    return files
