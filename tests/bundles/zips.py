"""The zips that the tests look at: each built once a session, unpacked read-only once."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local.bundling.build import Builder, Built
from local.bundling.bytecode import compiler
from local.bundling.lock import ROOT
from local.bundling.plan import Bundle
from local.interpreters import interpreter

CACHE = ROOT / ".cache" / "wheels"


def python(minor: int) -> str:
    """The platform's own Python; a machine without it skips the test."""
    if interpreter(minor) is None:
        pytest.skip(f"Python 3.{minor} is not installed")
    return compiler(minor).path


@dataclass
class Zips:
    folder: Path
    _builder: Builder = field(default_factory=lambda: Builder(ROOT, CACHE, os.environ))
    _built: dict[Bundle, Built] = field(default_factory=dict)
    _unpacked: dict[str, Path] = field(default_factory=dict)

    def built(self, bundle: Bundle) -> Built:
        if bundle not in self._built:
            python(bundle.minor)
            self._built[bundle] = self._builder.build(bundle, self.folder)
        return self._built[bundle]

    def files(self, bundle: Bundle) -> dict[str, bytes]:
        with zipfile.ZipFile(self.built(bundle).path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def document(self, bundle: Bundle, kind: str) -> dict[str, Any]:
        path = self.built(bundle).path.with_name(f"{bundle.name}.{kind}.json")
        found: dict[str, Any] = json.loads(path.read_text())
        return found

    def unpacked(self, bundle: Bundle) -> Path:
        """The bundle as a platform mounts it: nobody may write there."""
        built = self.built(bundle)
        if built.digest not in self._unpacked:
            root = self.folder / "unpacked" / bundle.name
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
