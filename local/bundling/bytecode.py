"""Bytecode for every module of a bundle, made by the platform's own Python version.

A function's folder is read-only, so what is not compiled beforehand is compiled at every
cold start. The bytecode is never compared with its source (PEP 552's unchecked hashes):
unpacking a zip does not invalidate it, as it would with time stamps.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from local.bundling.problem import BundleError
from local.interpreters import candidates

UNCHECKED_HASH = (1).to_bytes(4, "little")

ABOUT = """
import importlib.util, json, sys
magic = importlib.util.MAGIC_NUMBER.hex()
about = [sys.executable, sys.implementation.name, list(sys.version_info[:3]), magic]
print(json.dumps(about))
"""


@dataclass(frozen=True, slots=True)
class Compiler:
    """A Python that compiles.

    Parameters
    ----------
    path: of the interpreter.
    version: e.g. ``3.13.0``: another patch release may compile otherwise.
    magic: the first four bytes of its bytecode files.
    """

    path: str
    version: str
    magic: bytes


def compiler(
    minor: int,
    environ: Mapping[str, str] | None = None,
    running: tuple[str, int] | None = None,
) -> Compiler:
    """Return the installed Python of a minor version.

    Parameters
    ----------
    minor: of the Python 3.
    environ, running: where it is searched, as in :func:`local.interpreters.candidates`.

    Raises
    ------
    BundleError: there is none.
    """
    environ = os.environ if environ is None else environ
    for path in dict.fromkeys(candidates(minor, environ, running)):
        found = probe(path, minor)
        if found is not None:
            return found
    raise BundleError(
        f"Python 3.{minor} is not installed, and only the platform's own version can compile the "
        f"bytecode: run uv python install 3.{minor}, or pyenv install 3.{minor}"
    )


def probe(path: str, minor: int) -> Compiler | None:
    """Return the Python at a path; None if it is another version, or does not start.

    Parameters
    ----------
    path: of what may be an interpreter.
    minor: of the Python 3 that it must be.
    """
    command = [path, "-S", "-s", "-c", ABOUT]
    try:
        ran = subprocess.run(  # noqa: S603 - a path where interpreters are
            command, check=False, capture_output=True, text=True, timeout=30
        )
        # pyenv's launchers start and fail; a real one says where the Python behind it is.
        executable, implementation, version, magic = json.loads(ran.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if (implementation, version[:2]) != ("cpython", [3, minor]):
        return None
    return Compiler(executable, ".".join(map(str, version)), bytes.fromhex(magic))


def cache_path(source: str, minor: int) -> str:
    """Return where a module's bytecode lies, beside its source."""
    path = PurePosixPath(source)
    return str(path.parent / "__pycache__" / f"{path.stem}.cpython-3{minor}.pyc")


def compiled(files: Mapping[str, bytes], minor: int, by: Compiler) -> dict[str, bytes]:
    """Return the bytecode of every module among some files: path -> content.

    Parameters
    ----------
    files: path -> content.
    minor: of the Python 3 they are for.
    by: what compiles.

    Raises
    ------
    BundleError: a module cannot be compiled, or has no bytecode in the end.
    """
    sources = sorted(path for path in files if path.endswith(".py"))
    with tempfile.TemporaryDirectory() as folder:
        for source in sources:
            path = Path(folder, source)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[source])
        command = [by.path, "-S", "-s", "-W", "ignore", "-m", "compileall", "-q", "-f"]
        # Stripped of the folder, code objects hold paths of the bundle and none of this machine.
        command += ["--invalidation-mode", "unchecked-hash", "-s", folder, folder]
        ran = subprocess.run(  # noqa: S603 - the interpreter of the platform
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            # Sets are written in the order of their hashes: the same in every build.
            env={"PYTHONHASHSEED": "0"},
        )
        if ran.returncode != 0:
            output = (ran.stdout + ran.stderr).replace(folder + "/", "").strip()
            raise BundleError(f"Python {by.version} cannot compile the bundle: {output}")
        made = {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(Path(folder).rglob("*.pyc"))
        }
    assert_all_compiled(sources, made, minor, by)
    return made


def assert_all_compiled(
    sources: list[str], made: Mapping[str, bytes], minor: int, by: Compiler
) -> None:
    """Check that every module has bytecode that its platform uses unchecked.

    Raises
    ------
    BundleError: one has none.
    """
    for source in sources:
        head = made.get(cache_path(source, minor), b"")[:8]
        if head != by.magic + UNCHECKED_HASH:
            raise BundleError(f"{source} has no unchecked-hash bytecode of Python 3.{minor}")
