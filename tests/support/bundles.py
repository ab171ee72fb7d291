"""The bundles under test: built once a run, unpacked read-only once a worker."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from local.bundling.build import Builder, Built
from local.bundling.bytecode import Compiler, compiler
from local.bundling.lock import ROOT
from local.bundling.plan import Bundle, chosen
from local.bundling.problem import BundleError
from tests.support.prerequisites import skip

CACHE = ROOT / ".cache" / "wheels"


@cache
def installed(minor: int) -> Compiler:
    """Return an installed Python, for which each search starts one; raises ``BundleError``."""
    return compiler(minor)


def python(minor: int) -> str:
    """The platform's own Python; a machine without it skips the test."""
    try:
        return installed(minor).path
    except BundleError:
        skip(f"Python 3.{minor}")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file's lock, for which other processes wait."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass
class BundleCache:
    """Bundles that all workers of a run share.

    Parameters
    ----------
    folder: where they are built; the same for every worker.
    scratch: where this worker unpacks them.
    """

    folder: Path
    scratch: Path
    _builder: Builder = field(default_factory=lambda: Builder(ROOT, CACHE, os.environ))
    _built: dict[Bundle, Built] = field(default_factory=dict)
    _files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    _unpacked: dict[str, Path] = field(default_factory=dict)

    def build(self, bundle: Bundle) -> Built:
        if bundle not in self._built:
            python(bundle.minor)
            self._built |= self._build_same_content(bundle)
        return self._built[bundle]

    def _build_same_content(self, bundle: Bundle) -> dict[Bundle, Built]:
        """Return all bundles of the same content, built by whichever worker comes first."""
        alike = [
            each
            for each in chosen()
            if (each.provider, each.minor, each.web) == (bundle.provider, bundle.minor, bundle.web)
        ]
        record = self.folder / f"{alike[0].name}.pickle"
        with locked(record.with_suffix(".lock")):
            if not record.exists():
                built = {each: self._builder.build(each, self.folder) for each in alike}
                record.write_bytes(pickle.dumps(built))
            found: dict[Bundle, Built] = pickle.loads(record.read_bytes())
        return found

    def files(self, bundle: Bundle) -> dict[str, bytes]:
        built = self.build(bundle)
        if built.digest not in self._files:
            with zipfile.ZipFile(built.path) as archive:
                names = archive.namelist()
                self._files[built.digest] = {name: archive.read(name) for name in names}
        return self._files[built.digest]

    def document(self, bundle: Bundle, kind: str) -> dict[str, Any]:
        path = self.build(bundle).path.with_name(f"{bundle.name}.{kind}.json")
        found: dict[str, Any] = json.loads(path.read_text())
        return found

    def unpack(self, bundle: Bundle) -> Path:
        """Return the bundle as a platform mounts it, read-only."""
        built = self.build(bundle)
        if built.digest not in self._unpacked:
            root = self.scratch / bundle.name
            unpack(self.files(bundle), root)
            self._unpacked[built.digest] = root
        return self._unpacked[built.digest]


def unpack(files: Mapping[str, bytes], root: Path) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for path in [root, *root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def make_writable(root: Path) -> None:
    for path in [root, *root.rglob("*")]:
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


def listing(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
