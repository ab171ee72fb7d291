"""Finds the Pythons to test on: 3.10, the oldest supported, and the newest installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

MINORS = (10, 11, 12, 13, 14, 15)


def interpreter(minor: int) -> str | None:
    """Return the path of a Python 3 that starts, on PATH or under pyenv; None if there is none."""
    name = f"python3.{minor}"
    home = Path.home() / ".pyenv" / "versions"
    candidates = [shutil.which(name), *sorted(map(str, home.glob(f"3.{minor}.*/bin/python")))]
    for path in candidates:
        if path is None:
            continue
        try:
            ran = subprocess.run([path, "-c", ""], check=False, capture_output=True)  # noqa: S603 - paths found here
        except OSError:
            continue
        if ran.returncode == 0:
            return path
    return None


def main() -> None:
    """Print the paths, oldest first, with spaces between."""
    found = {minor: path for minor in MINORS if (path := interpreter(minor)) is not None}
    wanted = {min(found), max(found)} if found else set()
    print(" ".join(found[minor] for minor in sorted(wanted)))


if __name__ == "__main__":
    main()
