"""Finds installed Pythons on PATH, under pyenv and under uv; installs them with uv.

``python local/interpreters.py`` prints those to test on: the oldest supported and the newest.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
NEWEST_MINOR = 30
"""Far above any existing Python."""

ANY_BUT_THIS = ("", -1)
"""Instead of the running Python, which may be that of a virtual environment."""

SPECIAL_BUILD = re.compile(r"freethreaded|debug|t$")
"""Builds with another ABI: their bytecode may differ from the platform's."""


def candidates(
    minor: int, environ: Mapping[str, str], running: tuple[str, int] | None = None
) -> Iterator[str]:
    """Yield paths that may be a Python 3 of a minor version, in the order of preference.

    Parameters
    ----------
    minor: the minor version.
    environ: where to look: ``PATH``, ``HOME``, ``PYENV_ROOT`` and uv's own variables.
    running: the path and minor version of the Python that runs this; by default determined.
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
    """Return the folder of pyenv."""
    return Path(environ.get("PYENV_ROOT") or home(environ) / ".pyenv")


def uv_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of uv's Pythons.

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
    """Install a Python with uv; return why that failed, None if it worked.

    Parameters
    ----------
    minor: the minor version.
    environ: uv's environment; uv must be on its ``PATH``.
    """
    ran = run_uv([uv(environ) or "uv", "python", "install", f"3.{minor}"], environ)
    if ran.returncode == 0:
        return None
    lines = [line.strip() for line in ran.stderr.splitlines() if line.strip()]
    return lines[0] if lines else f"exit code {ran.returncode}"


def run_uv(command: list[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run uv for the Pythons that it manages; the others are found without it."""
    return subprocess.run(  # noqa: S603 - uv, as found on PATH
        command,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**environ, "UV_PYTHON_PREFERENCE": "only-managed", "NO_COLOR": "1"},
    )


def oldest_minor() -> int:
    """Return the minor version of the oldest supported Python 3, from pyproject.toml."""
    found = re.search(r'^requires-python = ">=3\.(\d+)"$', PROJECT.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f"{PROJECT.name} has no requires-python of the form >=3.N")
    return int(found[1])


def interpreter(minor: int) -> str | None:
    """Return the path of an installed, released Python 3 that starts, None if there is none.

    Parameters
    ----------
    minor: its minor version.
    """
    for path in candidates(minor, os.environ, ANY_BUT_THIS):
        if release(path) == (3, minor):
            return path
    return None


@cache
def release(path: str) -> tuple[int, ...] | None:
    """Return the version of the released Python at a path, e.g. (3, 13), or None."""
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
    """Print the paths, oldest first, separated by spaces."""
    minors = range(oldest_minor(), NEWEST_MINOR)
    found = [path for minor in minors if (path := interpreter(minor)) is not None]
    print(" ".join(dict.fromkeys((found[0], found[-1]) if found else ())))


if __name__ == "__main__":
    main()
