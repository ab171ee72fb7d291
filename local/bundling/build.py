"""From the project's files and locked wheels to a zip, its manifest and its bill of materials."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local.bundling import lock
from local.bundling.archive import packed
from local.bundling.bytecode import Compiler, compiled, compiler
from local.bundling.console_files import console_files, web_modules
from local.bundling.entries import entries
from local.bundling.manifest import manifest, sha256
from local.bundling.plan import Bundle
from local.bundling.problem import BundleError
from local.bundling.pruning import DISTRIBUTIONS, OF_THE_WEB, WEB_DISTRIBUTIONS, pruned
from local.bundling.sbom import bill
from local.bundling.wheels import Wheel, fetch

LICENCES = "LICENSES.txt"


@dataclass(frozen=True, slots=True)
class Built:
    """What was written for one bundle.

    Parameters
    ----------
    bundle: which.
    path: the zip; its manifest and bill of materials lie beside it.
    size: bytes of the zip.
    unpacked: bytes of its files.
    digest: SHA-256 of the zip, in hex.
    """

    bundle: Bundle
    path: Path
    size: int
    unpacked: int
    digest: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a bundle is before it has a platform's name."""

    files: Mapping[str, bytes]
    archive: bytes
    wheels: list[Wheel]
    compiler: Compiler


@dataclass
class Builder:
    """Builds bundles of one project; what several share is made once.

    Parameters
    ----------
    root: the project's folder.
    cache: where wheels are kept.
    environ: pip's environment.
    """

    root: Path
    cache: Path
    environ: Mapping[str, str]
    _contents: dict[tuple[str, int, bool], Content] = field(default_factory=dict)
    _wheels: dict[tuple[int, bool], list[Wheel]] = field(default_factory=dict)
    _compilers: dict[int, Compiler] = field(default_factory=dict)

    def build(self, bundle: Bundle, into: Path) -> Built:
        """Build one bundle and write its three files.

        Raises
        ------
        BundleError: it cannot be built; nothing was written then.
        """
        content = self._content(bundle)
        version = self._version()
        digest = sha256(content.archive)
        documents = {
            f"{bundle.name}.manifest.json": manifest(
                bundle,
                content.files,
                content.archive,
                content.wheels,
                version=version,
                compiled_by=content.compiler.version,
            ),
            f"{bundle.name}.cdx.json": bill(
                bundle, content.archive, content.wheels, version=version
            ),
        }
        into.mkdir(parents=True, exist_ok=True)
        for name, document in documents.items():
            write(into / name, json.dumps(document, indent=1).encode() + b"\n")
        path = into / f"{bundle.name}.zip"
        write(path, content.archive)
        unpacked = sum(map(len, content.files.values()))
        return Built(bundle, path, len(content.archive), unpacked, digest)

    def _content(self, bundle: Bundle) -> Content:
        key, minor = (bundle.provider, bundle.minor, bundle.web), bundle.minor
        if key not in self._contents:
            if minor not in self._compilers:
                self._compilers[minor] = compiler(minor)
            by, wheels = self._compilers[minor], self._distributions(bundle)
            files = self._own(bundle)
            for wheel in wheels:
                files |= pruned(wheel.files)
            files |= compiled(files, minor, by)
            files[LICENCES] = self._licences(wheels)
            self._contents[key] = Content(files, packed(files), wheels, by)
        return self._contents[key]

    def _distributions(self, bundle: Bundle) -> list[Wheel]:
        key = (bundle.minor, bundle.web)
        if key not in self._wheels:
            wanted = DISTRIBUTIONS + (WEB_DISTRIBUTIONS if bundle.web else ())
            pins = lock.fitting(self.root)
            unknown = [name for name in wanted if name not in pins]
            if unknown:
                raise BundleError(f"{lock.LOCK} lacks {', '.join(unknown)}: run make lock")
            self._wheels[key] = fetch(
                [pins[name] for name in wanted], bundle.minor, self.cache, self.environ
            )
        return self._wheels[key]

    def _own(self, bundle: Bundle) -> dict[str, bytes]:
        """Return the project's files: a provider's functions, what they share, the entries."""
        functions, shared = self.root / "functions", self.root / "shared"
        sources = [functions / "__init__.py", *(functions / bundle.provider).rglob("*.py")]
        if bundle.web:
            web = functions / "web"
            sources += [functions / "catalog.py", *web_modules(web)]
        apart = () if bundle.web else tuple(shared / name for name in OF_THE_WEB)
        sources += [path for path in shared.rglob("*.py") if not {*apart} & {path, *path.parents}]
        files = {path.relative_to(self.root).as_posix(): path.read_bytes() for path in sources}
        if bundle.web:
            files |= console_files(self.root)
        return files | entries(bundle.handlers)

    def _licences(self, wheels: list[Wheel]) -> bytes:
        parts = [("cloud-sync-functions", (self.root / "LICENSE").read_text("utf-8"))]
        parts += [
            (f"{wheel.pin.name} {wheel.pin.version} ({wheel.licence})", text)
            for wheel in wheels
            for text in wheel.licence_texts
        ]
        line = "=" * 80
        return "\n".join(f"{line}\n{name}\n{line}\n\n{text}" for name, text in parts).encode()

    def _version(self) -> str:
        text = (self.root / "pyproject.toml").read_text("utf-8")
        match = re.search(r'^version = "([^"]+)"$', text, re.MULTILINE)
        if match is None:
            raise BundleError("pyproject.toml names no version")
        return match[1]


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
