"""From the project's files and locked wheels to a zip, its manifest and its bill of materials."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from local.bundling import lock
from local.bundling.accounts_file import accounts_file
from local.bundling.archive import packed
from local.bundling.bytecode import Compiler, compiled, compiler
from local.bundling.console_files import console_files, web_modules
from local.bundling.entries import entries
from local.bundling.manifest import LICENCES, manifest, sha256
from local.bundling.plan import Bundle
from local.bundling.problem import BundleError
from local.bundling.pruning import (
    DISTRIBUTIONS,
    MODELS,
    NOT_SHIPPED,
    OF_THE_WEB,
    WEB_DISTRIBUTIONS,
    pruned,
    to_compile,
)
from local.bundling.sbom import sbom
from local.bundling.schema_files import schema_files
from local.bundling.wheels import Wheel, fetch


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
    seconds: what its content took.
    bytecode: whether its modules are compiled.
    same_as: the bundle before it that is the same zip, if there is one.
    """

    bundle: Bundle
    path: Path
    size: int
    unpacked: int
    digest: str
    seconds: float
    bytecode: bool
    same_as: Bundle | None


@dataclass(frozen=True, slots=True)
class Content:
    """What a bundle is before it has a platform's name."""

    files: Mapping[str, bytes]
    archive: bytes
    wheels: list[Wheel]
    compiler: Compiler | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Library:
    """The packages that bundles of one kind and one Python share, with their bytecode."""

    files: Mapping[str, bytes]
    wheels: list[Wheel]


@dataclass
class Builder:
    """Builds bundles of one project; what several share is made once.

    Parameters
    ----------
    root: the project's folder.
    cache: where wheels are kept.
    environ: the environment of pip, and where Pythons are searched.
    bytecode: whether modules are compiled.
    """

    root: Path
    cache: Path
    environ: Mapping[str, str]
    bytecode: bool = True
    _contents: dict[tuple[str, int, bool], Content] = field(default_factory=dict)
    _libraries: dict[tuple[int, bool], Library | BundleError] = field(default_factory=dict)
    _compilers: dict[int, Compiler] = field(default_factory=dict)
    _written: dict[tuple[Path, str], tuple[Bundle, Path]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def build(self, bundle: Bundle, into: Path) -> Built:
        """Build one bundle and write its three files.

        Raises
        ------
        BundleError: it cannot be built; nothing was written then.
        """
        content = self.content(bundle)
        version = self._version()
        digest = sha256(content.archive)
        bill = as_file(sbom(bundle, content.archive, content.wheels, version=version))
        described = manifest(
            bundle,
            content.files,
            content.archive,
            content.wheels,
            bill,
            version=version,
            compiled_by=content.compiler.version if content.compiler else None,
        )
        into.mkdir(parents=True, exist_ok=True)
        write(into / f"{bundle.name}.cdx.json", bill)
        write(into / f"{bundle.name}.manifest.json", as_file(described))
        path = into / f"{bundle.name}.zip"
        same_as = None
        if (into, digest) in self._written:
            same_as, first = self._written[into, digest]
            link(first, path)
        else:
            write(path, content.archive)
            self._written[into, digest] = bundle, path
        return Built(
            bundle,
            path,
            len(content.archive),
            sum(map(len, content.files.values())),
            digest,
            content.seconds,
            self.bytecode,
            same_as,
        )

    def content(self, bundle: Bundle) -> Content:
        """Return what a bundle holds; different contents may be made by several threads.

        Raises
        ------
        BundleError: it cannot be made.
        """
        if bundle.content not in self._contents:
            began = time.monotonic()
            library = self._library(bundle)
            files = self._own(bundle)
            files |= self._compiled(files, bundle.minor)
            files |= library.files
            files[LICENCES] = self._licences(library.wheels)
            archive = packed(files)
            self._contents[bundle.content] = Content(
                files,
                archive,
                library.wheels,
                self._compilers.get(bundle.minor),
                time.monotonic() - began,
            )
        return self._contents[bundle.content]

    def compiler(self, minor: int) -> Compiler:
        """Return the Python that compiles for a minor version.

        Raises
        ------
        BundleError: it is not installed.
        """
        if minor not in self._compilers:
            self._compilers[minor] = compiler(minor, self.environ)
        return self._compilers[minor]

    def _compiled(self, files: Mapping[str, bytes], minor: int) -> dict[str, bytes]:
        return compiled(files, minor, self.compiler(minor)) if self.bytecode else {}

    def _library(self, bundle: Bundle) -> Library:
        key = (bundle.minor, bundle.web)
        with self._lock:
            if key not in self._libraries:
                try:
                    wheels = self._distributions(bundle)
                    files: dict[str, bytes] = {}
                    for wheel in wheels:
                        files |= pruned(wheel.files)
                    files |= self._compiled(to_compile(files), bundle.minor)
                    self._libraries[key] = Library(files, wheels)
                except BundleError as error:
                    # The next bundle would wait for pip again, and fail in the same way.
                    self._libraries[key] = error
            library = self._libraries[key]
        if isinstance(library, BundleError):
            raise library
        return library

    def _distributions(self, bundle: Bundle) -> list[Wheel]:
        wanted = DISTRIBUTIONS + (WEB_DISTRIBUTIONS if bundle.web else ())
        pins = lock.matching_pins(self.root)
        unknown = [name for name in wanted if name not in pins]
        if unknown:
            raise BundleError(f"{lock.LOCK} lacks {', '.join(unknown)}: run make lock")
        return fetch([pins[name] for name in wanted], bundle.minor, self.cache, self.environ)

    def _own(self, bundle: Bundle) -> dict[str, bytes]:
        """Return the project's files: the functions, what they share, the entries."""
        functions, shared = self.root / "functions", self.root / "shared"
        sources = [functions / "__init__.py"]
        for provider in bundle.providers:
            sources += (functions / provider).rglob("*.py")
        if bundle.web:
            web = functions / "web"
            unused = {f"async_invoke/{name}.py" for name in bundle.unused_invoke_apis}
            sources += [
                functions / "registry.py",
                *(path for path in web_modules(web) if str(path.relative_to(web)) not in unused),
            ]
        excluded = {
            shared / name for name in (NOT_SHIPPED if bundle.web else NOT_SHIPPED + OF_THE_WEB)
        }
        sources += [path for path in shared.rglob("*.py") if not excluded & {path, *path.parents}]
        models = {path for pattern in MODELS for path in self.root.glob(pattern)}
        files = {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sources
            if path not in models
        }
        if bundle.web:
            files |= console_files(self.root)
            files |= schema_files(bundle)
        return files | accounts_file(self.root) | entries(bundle.handlers)

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


def as_file(document: Mapping[str, object]) -> bytes:
    """Return a document as it is written."""
    return json.dumps(document, indent=1).encode() + b"\n"


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def link(first: Path, path: Path) -> None:
    """Give a written file a second name; copy it where the file system has no hard links."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            part.hardlink_to(first)
        except OSError:
            part.write_bytes(first.read_bytes())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
