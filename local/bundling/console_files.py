"""What a bundle holds of the web app: its modules, and the console as it is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from functions.web.assembly import AssemblyError, assemble
from local.bundling.problem import BundleError

CONSOLE = "functions/web/console"
ASSEMBLY = "assembly"
"""The package that assembles the console; without it the web app serves the ready files."""


def web_modules(web: Path) -> Iterator[Path]:
    """Yield the modules of the web app that ship.

    Parameters
    ----------
    web: the folder ``functions/web``.
    """
    return (path for path in web.rglob("*.py") if web / ASSEMBLY not in path.parents)


def console_files(root: Path) -> dict[str, bytes]:
    """Return the assembled console: path -> content.

    Parameters
    ----------
    root: the project's folder.

    Raises
    ------
    BundleError: its source cannot be assembled.
    """
    try:
        files = assemble(str(root / CONSOLE))
    except AssemblyError as error:
        raise BundleError(f"the console cannot be assembled: {error}") from None
    return {f"{CONSOLE}/{name}": content for name, content in files.items()}
