"""Finds the platforms' Pythons where people have them: on PATH, under pyenv, under uv."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

SPECIAL_BUILD = re.compile(r"freethreaded|debug|t$")
"""Builds of another ABI: their bytecode may differ from the platform's."""


def candidates(
    minor: int, environ: Mapping[str, str], running: tuple[str, int] | None = None
) -> Iterator[str]:
    """Yield the paths that may be a Python 3 of a minor version, the nearest first.

    Parameters
    ----------
    minor: of the Python 3.
    environ: where to look: ``PATH``, ``HOME``, ``PYENV_ROOT`` and uv's own variables.
    running: the path and minor version of the Python that runs this; found out when left out.
    """
    name = f"python3.{minor}"
    path, own = running or (sys.executable, sys.version_info[1])
    if own == minor:
        yield path
    for folder in environ.get("PATH", "").split(os.pathsep):
        if folder:
            yield os.path.join(folder, name)
    versions = pyenv_root(environ) / "versions"
    yield from (str(each / "bin" / name) for each in newest_first(versions, f"3.{minor}.*"))
    managed = found_by_uv(minor, environ)
    if managed:
        yield managed
    # Also without uv itself on PATH.
    kept = newest_first(uv_folder(environ), f"cpython-3.{minor}.*")
    yield from (str(each / "bin" / name) for each in kept)


def home(environ: Mapping[str, str]) -> Path:
    """Return the home directory of an environment."""
    return Path(environ.get("HOME") or Path.home())


def pyenv_root(environ: Mapping[str, str]) -> Path:
    """Return the folder that pyenv keeps its versions in."""
    return Path(environ.get("PYENV_ROOT") or home(environ) / ".pyenv")


def uv_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder that uv keeps its interpreters in.

    Source: https://docs.astral.sh/uv/reference/storage/
    """
    own = environ.get("UV_PYTHON_INSTALL_DIR")
    if own:
        return Path(own)
    return Path(environ.get("XDG_DATA_HOME") or home(environ) / ".local/share") / "uv" / "python"


def newest_first(folder: Path, pattern: str) -> list[Path]:
    """Return the folders of a version's patch releases, the newest first."""
    found = [path for path in folder.glob(pattern) if not SPECIAL_BUILD.search(path.name)]
    return sorted(found, key=patch_release, reverse=True)


def patch_release(path: Path) -> int:
    """Return the third number in a folder's name, as in ``3.13.2``; -1 without one."""
    match = re.search(r"3\.\d+\.(\d+)", path.name)
    return int(match[1]) if match else -1


def uv(environ: Mapping[str, str]) -> str | None:
    """Return the path of uv, None if it is not on ``PATH``."""
    return shutil.which("uv", path=environ.get("PATH", ""))


def found_by_uv(minor: int, environ: Mapping[str, str]) -> str | None:
    """Return the interpreter that uv manages for a minor version, None if it has none."""
    program = uv(environ)
    if program is None:
        return None
    ran = run_uv([program, "python", "find", "--no-project", f"3.{minor}"], environ)
    return ran.stdout.strip() if ran.returncode == 0 else None


def install_by_uv(minor: int, environ: Mapping[str, str]) -> str | None:
    """Have uv install a Python; return why it could not, None if it could.

    Parameters
    ----------
    minor: of the Python 3.
    environ: uv's environment; uv must be on its ``PATH``.
    """
    ran = run_uv([uv(environ) or "uv", "python", "install", f"3.{minor}"], environ)
    if ran.returncode == 0:
        return None
    said = [line.strip() for line in ran.stderr.splitlines() if line.strip()]
    return said[0] if said else f"exit code {ran.returncode}"


def run_uv(command: list[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run uv over the interpreters that it manages; the others are found without it."""
    return subprocess.run(  # noqa: S603 - uv, as found on PATH
        command,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**environ, "UV_PYTHON_PREFERENCE": "only-managed", "NO_COLOR": "1"},
    )
