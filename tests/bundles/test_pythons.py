"""Where a platform's Python is searched, and that what is found is one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from local.bundling.bytecode import compiler, probe
from local.bundling.problem import BundleError
from local.interpreters import candidates, install_by_uv

MINOR = sys.version_info[1]
NAME = f"python3.{MINOR}"
ANOTHER = ("/nowhere/python3", MINOR + 1)
"""As if a Python of another version ran this."""


def put(path: Path, script: str | None = None) -> Path:
    """Put a program at a path: this very Python, or a shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if script is None:
        # A link would look for its library beside itself.
        script = f'exec "{sys.executable}" "$@"'
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def environ(home: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), "PATH": str(home / "bin"), **more}


@pytest.mark.parametrize(
    ("place", "more"),
    [
        ("bin", {}),
        (f".pyenv/versions/3.{MINOR}.2/bin", {}),
        (f"own/versions/3.{MINOR}.2/bin", {"PYENV_ROOT": "own"}),
        (f".local/share/uv/python/cpython-3.{MINOR}.2-linux-x86_64-gnu/bin", {}),
        (f"data/uv/python/cpython-3.{MINOR}.2-linux-x86_64-gnu/bin", {"XDG_DATA_HOME": "data"}),
        (f"uv/cpython-3.{MINOR}.2-macos-aarch64-none/bin", {"UV_PYTHON_INSTALL_DIR": "uv"}),
    ],
)
def test_a_python_is_found_where_people_have_it(
    tmp_path: Path, place: str, more: dict[str, str]
) -> None:
    path = put(tmp_path / place / NAME)
    where = environ(tmp_path, **{name: str(tmp_path / folder) for name, folder in more.items()})

    assert [each for each in candidates(MINOR, where, ANOTHER) if Path(each).exists()] == [
        str(path)
    ]
    found = compiler(MINOR, where, ANOTHER)
    assert found.version == ".".join(map(str, sys.version_info[:3]))


def test_the_python_that_runs_this_is_preferred(tmp_path: Path) -> None:
    first = next(candidates(MINOR, environ(tmp_path), ("/here/python3", MINOR)))

    assert first == "/here/python3"


def test_the_newest_patch_release_is_chosen_and_no_special_build(tmp_path: Path) -> None:
    versions = tmp_path / ".pyenv" / "versions"
    for patch in ("2", "10", "9", "11t"):
        put(versions / f"3.{MINOR}.{patch}" / "bin" / NAME)
    uv = tmp_path / ".local/share/uv/python"
    put(uv / f"cpython-3.{MINOR}.3+freethreaded-linux-x86_64-gnu" / "bin" / NAME)

    found = [Path(each) for each in candidates(MINOR, environ(tmp_path), ANOTHER)]
    patches = [path.parents[1].name for path in found if path.exists()]
    assert patches == [f"3.{MINOR}.{patch}" for patch in ("10", "9", "2")]


def test_uv_names_the_interpreter_that_it_manages(tmp_path: Path) -> None:
    managed = put(tmp_path / "managed" / NAME)
    script = f'[ "$UV_PYTHON_PREFERENCE" = only-managed ] && [ "$4" = 3.{MINOR} ] && echo {managed}'
    put(tmp_path / "bin" / "uv", script)

    assert str(managed) in candidates(MINOR, environ(tmp_path), ANOTHER)


def test_a_launcher_that_fails_is_skipped(tmp_path: Path) -> None:
    put(tmp_path / "bin" / NAME, "echo 'pyenv: command not found' >&2; exit 127")
    put(tmp_path / ".pyenv" / "versions" / f"3.{MINOR}.0" / "bin" / NAME)

    assert compiler(MINOR, environ(tmp_path), ANOTHER).version.startswith(f"3.{MINOR}.")


def test_a_python_of_another_version_is_not_used(tmp_path: Path) -> None:
    assert probe(sys.executable, MINOR + 1) is None
    assert probe(str(tmp_path / "missing"), MINOR) is None


def test_what_is_nowhere_is_an_error_with_the_ways_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=f"uv python install 3.{MINOR}"):
        compiler(MINOR, environ(tmp_path), ANOTHER)


def test_what_uv_could_not_install_is_reported_in_its_first_line(tmp_path: Path) -> None:
    put(tmp_path / "bin" / "uv", "echo 'error: no network' >&2; echo '  cause: dns' >&2; exit 2")

    assert install_by_uv(13, environ(tmp_path)) == "error: no network"


def test_uv_installs_the_version(tmp_path: Path) -> None:
    put(tmp_path / "bin" / "uv", f'echo "$@" > {tmp_path}/asked')

    assert install_by_uv(13, environ(tmp_path, PATH=f"{tmp_path}/bin:{os.defpath}")) is None
    assert (tmp_path / "asked").read_text() == "python install 3.13\n"
