"""The wheels that a bundle is made of: fetched once, checked against the lock every time."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from functools import cached_property
from pathlib import Path

from local.bundling.lock import Pin, normal
from local.bundling.pip import download
from local.bundling.problem import BundleError


@dataclass(frozen=True)
class Wheel:
    """One wheel.

    Parameters
    ----------
    pin: what the lock says of it.
    path: where it lies.
    sha256: of the file, in hex.
    """

    pin: Pin
    path: Path
    sha256: str

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Path -> content, of all that is in it."""
        with zipfile.ZipFile(self.path) as archive:
            items = [item for item in archive.infolist() if not item.is_dir()]
            return {item.filename: archive.read(item) for item in items}

    @cached_property
    def licence(self) -> str:
        """The licence its metadata states, as SPDX expression where it does; else empty."""
        metadata = BytesParser().parsebytes(self._info("METADATA")[0])
        return metadata.get("License-Expression") or metadata.get("License") or ""

    @cached_property
    def licence_texts(self) -> list[str]:
        """The texts of its licence."""
        texts = self._info("licenses/") or self._info("LICENSE")
        return [text.decode() for text in texts]

    def _info(self, start: str) -> list[bytes]:
        return [
            content
            for path, content in sorted(self.files.items())
            if path.partition("/")[0].endswith(".dist-info")
            and path.partition("/")[2].startswith(start)
        ]


def fetch(pins: Iterable[Pin], minor: int, cache: Path, environ: Mapping[str, str]) -> list[Wheel]:
    """Return the wheels of some pins for one Python, downloading what is not cached.

    Parameters
    ----------
    pins: what.
    minor: of the Python 3 they are for.
    cache: a folder that is kept.
    environ: pip's environment.

    Raises
    ------
    BundleError: see :func:`local.bundling.pip.download`.
    """
    folder = cache / f"cp3{minor}"
    wanted = list(pins)
    missing = [pin for pin in wanted if cached(pin, folder) is None]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as new:
            listed = Path(new, "wanted.txt")
            listed.write_text("".join(pin.text() + "\n" for pin in missing), "utf-8")
            download(
                ["--no-deps", "--require-hashes", "-r", str(listed)], minor, Path(new), environ
            )
            for wheel in Path(new).glob("*.whl"):
                wheel.replace(folder / wheel.name)
    found = [cached(pin, folder) for pin in wanted]
    lost = [pin.name for pin, wheel in zip(wanted, found, strict=True) if wheel is None]
    if lost:
        raise BundleError(f"pip fetched no wheel of {', '.join(lost)} that the lock file knows")
    return [wheel for wheel in found if wheel is not None]


def cached(pin: Pin, folder: Path) -> Wheel | None:
    """Return the wheel of a pin in a folder; None if there is none with one of its hashes."""
    for path in sorted(folder.glob("*.whl")):
        distribution, version = path.name.split("-")[:2]
        if (normal(distribution), version) != (pin.name, pin.version):
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest in pin.hashes:
            return Wheel(pin, path, digest)
    return None
