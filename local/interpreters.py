"""Finds installed Pythons, and those to test on: the oldest supported and the newest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
NEWEST_MINOR = 30
"""Far above any Python there is."""


def oldest_minor() -> int:
    """Return the minor version of the oldest supported Python 3, as pyproject.toml states it."""
    found = re.search(r'^requires-python = ">=3\.(\d+)"$', PROJECT.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f"{PROJECT.name} has no requires-python of the form >=3.N")
    return int(found[1])


def folders() -> Iterator[Path]:
    """Return where pyenv and uv keep the Pythons that they install."""
    home = Path.home()
    yield Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    yield Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or home / ".local/share/uv/python")


def interpreter(minor: int) -> str | None:
    """Return the path of a Python 3 that starts, on PATH or installed by pyenv or uv, or None.

    A pre-release is no such Python.

    Parameters
    ----------
    minor: its minor version.
    """
    candidates = [shutil.which(f"python3.{minor}"), shutil.which("python3")]
    for folder in folders():
        for pattern in (f"3.{minor}.*", f"cpython-3.{minor}.*"):
            candidates += sorted(map(str, folder.glob(f"{pattern}/bin/python3")))
    for path in candidates:
        if path is not None and release(path) == (3, minor):
            return path
    return None


@cache
def release(path: str) -> tuple[int, ...] | None:
    """Return the version of the released Python that a command starts, e.g. (3, 13), or None."""
    script = "import sys; print(*sys.version_info[:2], sys.version_info[3])"
    try:
        ran = subprocess.run(  # noqa: S603 - a path found here
            [path, "-S", "-c", script], check=False, capture_output=True, text=True
        )
    except OSError:
        return None
    *version, level = ran.stdout.split() or [""]
    return tuple(map(int, version)) if level == "final" else None


def main() -> None:
    """Print the paths, oldest first, with spaces between."""
    minors = range(oldest_minor(), NEWEST_MINOR)
    found = [path for minor in minors if (path := interpreter(minor)) is not None]
    print(" ".join(dict.fromkeys((found[0], found[-1]) if found else ())))


if __name__ == "__main__":
    main()
