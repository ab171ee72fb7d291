"""The lock file: which release of each package a bundle takes, and the hashes of its wheels.

``python -m local.bundling.lock`` (``make lock``) writes it anew from the pins of
``requirements.txt``. It names no place to download from: that is pip's own setting.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.bundling.pip import download
from local.bundling.plan import PLATFORMS
from local.bundling.problem import BundleError

ROOT = Path(__file__).resolve().parents[2]
LOCK = "requirements.lock"
REQUIREMENTS = "requirements.txt"

LOCKS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    LOCK: (REQUIREMENTS, tuple(sorted(set(PLATFORMS.values())))),
    "requirements-awslambdaric.lock": ("requirements-awslambdaric.txt", (PLATFORMS["lambda"],)),
}
"""Lock file -> the pins it is made from, and the minor versions of Python it is for."""

LINE = re.compile(r"([A-Za-z0-9._-]+)==(\S+)((?:\s+--hash=sha256:[0-9a-f]{64})+)")
PINNED = re.compile(r"([A-Za-z0-9._-]+)==(\S+)")


@dataclass(frozen=True, slots=True)
class Pin:
    """One release of a package.

    Parameters
    ----------
    name: in lower case, with hyphens.
    version: exactly this one.
    hashes: SHA-256 in hex of every wheel that may be installed.
    """

    name: str
    version: str
    hashes: frozenset[str]

    def text(self) -> str:
        """Return it as the lines of a lock file."""
        hashes = [f"    --hash=sha256:{each}" for each in sorted(self.hashes)]
        return " \\\n".join([f"{self.name}=={self.version}", *hashes])


def normal(name: str) -> str:
    """Return a package's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def statements(path: Path) -> Iterable[str]:
    """Yield the logical lines of a requirements file, without comments.

    Raises
    ------
    BundleError: it cannot be read.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise BundleError(
            f"{path.name} cannot be read ({error.strerror}): run make lock"
        ) from error
    for line in text.replace("\\\n", " ").splitlines():
        statement = line.partition("#")[0].strip()
        if statement:
            yield statement


def read(path: Path) -> dict[str, Pin]:
    """Return the pins of a lock file by name.

    Raises
    ------
    BundleError: it is missing or has a line without version or hash.
    """
    pins: dict[str, Pin] = {}
    for statement in statements(path):
        match = LINE.fullmatch(statement)
        if match is None:
            raise BundleError(f"{path.name}: {statement[:60]!r} has no exact version and hash")
        name = normal(match[1])
        hashes = frozenset(re.findall(r"sha256:([0-9a-f]{64})", match[3]))
        pins[name] = Pin(name, match[2], hashes)
    return pins


def matching_pins(root: Path, lock: str = LOCK) -> dict[str, Pin]:
    """Return the pins of a lock file that fits the requirements it was made from.

    Raises
    ------
    BundleError: it cannot be read, or a requirement was changed since.
    """
    pins = read(root / lock)
    requirements = LOCKS[lock][0]
    for statement in statements(root / requirements):
        match = PINNED.fullmatch(statement)
        if match is None:
            raise BundleError(f"{requirements}: {statement!r} is not pinned to one version")
        pin = pins.get(normal(match[1]))
        if pin is None or pin.version != match[2]:
            raise BundleError(f"{lock} does not fit {requirements} ({statement}): run make lock")
    return pins


def resolve(requirements: Path, minors: Iterable[int], environ: Mapping[str, str]) -> list[Pin]:
    """Return every package that the requirements bring in, with the hashes of its wheels.

    Raises
    ------
    BundleError: pip failed, or finds different releases for different Pythons.
    """
    versions: dict[str, str] = {}
    hashes: dict[str, set[str]] = {}
    for minor in minors:
        with tempfile.TemporaryDirectory() as folder:
            download(["-r", str(requirements)], minor, Path(folder), environ)
            for wheel in sorted(Path(folder).glob("*.whl")):
                distribution, version = wheel.name.split("-")[:2]
                name = normal(distribution)
                if versions.setdefault(name, version) != version:
                    raise BundleError(
                        f"{name} is {versions[name]} on one Python and {version} on another: "
                        f"pin it in {requirements.name}"
                    )
                digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
                hashes.setdefault(name, set()).add(digest)
    return [Pin(name, versions[name], frozenset(hashes[name])) for name in sorted(versions)]


def main() -> int:
    """Write the lock files anew and return the exit code."""
    try:
        for lock, (requirements, minors) in LOCKS.items():
            pins = resolve(ROOT / requirements, minors, os.environ)
            pythons = " and ".join(f"3.{minor}" for minor in minors)
            head = f"# Written by `make lock` from {requirements}: Linux x86_64, Python {pythons}."
            text = "\n".join([head, *(pin.text() for pin in pins)]) + "\n"
            (ROOT / lock).write_text(text, "utf-8")
            print(f"{lock}: {len(pins)} packages")
    except BundleError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
