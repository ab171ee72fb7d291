"""What ``make`` does first: a virtual environment of a supported Python, or one sentence."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.samples import ROOT

TOOLS = ("cat", "cp", "grep", "mkdir", "rm", "sed", "seq", "sh", "tail", "touch")

PYTHON = """#!/bin/sh
case $1 in
-c) echo {version} ;;
-m) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
esac
"""
"""What stands in for a Python: it tells its version and makes virtual environments."""


class Machine:
    """A machine with some Pythons on its PATH and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.venv = folder / "an environment"
        self.programs.mkdir()
        for tool in TOOLS:
            (self.programs / tool).symlink_to(f"/bin/{tool}")

    def install_python(self, name: str, version: str) -> None:
        """Put a Python on PATH, e.g. ``3 13 0 final``."""
        self.put(name, PYTHON.format(version=version))

    def put(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(script)
        path.chmod(0o755)

    def python(self) -> str:
        """Return the version of the environment's Python."""
        return subprocess.run(
            [self.venv / "bin" / "python", "-c", ""], check=True, capture_output=True, text=True
        ).stdout.strip()

    def set_up(self, python: str = "python3", origin: str = "file") -> tuple[int, str]:
        """Run what make runs; return the exit code and the output."""
        return self._sh("local/venv.sh", str(self.venv), python, origin, "run")

    def _sh(self, script: str, *arguments: str) -> tuple[int, str]:
        return sh(script, *arguments, PATH=str(self.programs))


def sh(script: str, *arguments: str, **environ: str) -> tuple[int, str]:
    """Run a script; return its exit code and its output."""
    ran = subprocess.run(
        ["/bin/sh", script, *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stdout == ""
    return ran.returncode, ran.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("version", ["2 7 18", "3 9 18"])
def test_an_old_python_is_refused_in_one_sentence_that_names_a_newer_one_on_path(
    machine: Machine, version: str
) -> None:
    machine.install_python("python3", f"{version} final")
    machine.install_python("python3.9", "3 9 18 final")
    machine.install_python("python3.11", "3 11 7 final")
    assert machine.set_up() == (
        2,
        (
            f"This needs Python 3.10 or newer; python3 is {version.replace(' ', '.')}. "
            "Run: make run PYTHON=python3.11\n"
        ),
    )
    assert not machine.venv.exists()


def test_without_another_python_the_way_to_get_one_is_named(machine: Machine) -> None:
    machine.install_python("python3", "3 9 18 final")
    machine.put("python3.12", "#!/bin/sh\nexit 127\n")
    _, output = machine.set_up()
    assert output.endswith(
        "python3 is 3.9.18. Install one (for example: uv python install 3.13), "
        "then run: make run PYTHON=python3.13\n"
    )


def test_a_python_that_is_not_there_is_refused(machine: Machine) -> None:
    machine.install_python("python3", "3 12 1 final")
    assert machine.set_up("python3.14", "command line") == (
        2,
        (
            "This needs Python 3.10 or newer; python3.14 does not start. "
            "Run: make run PYTHON=python3\n"
        ),
    )


def test_a_pre_release_is_refused(machine: Machine) -> None:
    machine.install_python("python3", "3 16 0 alpha")
    machine.install_python("python3.13", "3 13 0 final")
    assert machine.set_up() == (
        2,
        (
            "This needs Python 3.10 or newer, but no pre-release; python3 is 3.16.0 (alpha). "
            "Run: make run PYTHON=python3.13\n"
        ),
    )


def test_a_supported_python_makes_an_environment(machine: Machine) -> None:
    machine.install_python("python3", "3 12 1 final")
    assert machine.set_up() == (0, "")
    assert machine.python() == "3 12 1 final"


def test_what_an_earlier_attempt_left_is_replaced(machine: Machine) -> None:
    (machine.venv / "bin").mkdir(parents=True)
    (machine.venv / "half-made").touch()
    machine.install_python("python3", "3 12 1 final")
    assert machine.set_up() == (0, "")
    assert not (machine.venv / "half-made").exists()
    assert machine.python() == "3 12 1 final"


def test_an_environment_whose_python_is_gone_is_replaced(machine: Machine) -> None:
    machine.install_python("python3", "3 12 1 final")
    machine.set_up()
    (machine.venv / "bin" / "python").unlink()
    assert machine.set_up() == (0, "")
    assert machine.python() == "3 12 1 final"


def test_an_environment_is_kept_while_no_other_python_is_requested(machine: Machine) -> None:
    machine.install_python("python3", "3 12 1 final")
    machine.set_up()
    machine.install_python("python3", "3 9 18 final")
    assert machine.set_up() == (0, "")
    assert machine.python() == "3 12 1 final"


def test_an_environment_of_the_python_that_is_requested_is_kept(machine: Machine) -> None:
    machine.install_python("python3", "3 12 1 final")
    machine.set_up()
    (machine.venv / "kept").touch()
    assert machine.set_up("python3", "command line") == (0, "")
    assert (machine.venv / "kept").exists()


def test_an_environment_of_another_python_than_requested_is_replaced(machine: Machine) -> None:
    machine.install_python("python3", "3 12 1 final")
    machine.set_up()
    machine.install_python("python3.13", "3 13 0 final")
    assert machine.set_up("python3.13", "command line") == (0, "")
    assert machine.python() == "3 13 0 final"


def test_a_python_without_venv_says_what_brings_it(machine: Machine) -> None:
    machine.put(
        "python3",
        """#!/bin/sh
        test "$1" != -c || { echo 3 11 2 final; exit 0; }
        mkdir -p "$3"
        echo 'ensurepip is not available'
        exit 1
        """,
    )
    assert machine.set_up() == (
        2,
        (
            "python3 cannot create virtual environments: "
            "apt-get install python3.11-venv brings what is missing on Debian and Ubuntu.\n"
        ),
    )
    assert not machine.venv.exists()


def install(folder: Path, **environ: str) -> list[str]:
    """Fail to install a package that there is not; return the lines of the output."""
    requirements = folder / "requirements.txt"
    requirements.write_text("no-such-package==1.0\n")
    environ |= {"PATH": os.defpath, "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1"}
    code, output = sh("local/install.sh", sys.prefix, str(requirements), **environ)
    first, *lines = output.splitlines()
    assert code == 2
    assert first == f"Installing the packages of {requirements} into {sys.prefix}"
    return lines


def test_without_a_network_pips_error_and_the_next_step_are_reported(tmp_path: Path) -> None:
    assert install(tmp_path, PIP_INDEX_URL="http://127.0.0.1:1/simple") == [
        (
            "pip could not reach its package index "
            "(ERROR: No matching distribution found for no-such-package==1.0). "
            "Connect to the network, or set PIP_INDEX_URL to a mirror, and run the same again."
        )
    ]


def test_a_package_without_a_build_is_reported(tmp_path: Path) -> None:
    [line] = install(tmp_path, PIP_NO_INDEX="1")
    assert line.startswith(
        f"pip found no package for Python {platform.python_version()} "
        "(ERROR: No matching distribution found for no-such-package==1.0). "
    )


def test_the_oldest_supported_python_is_the_oldest_that_is_tested() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    tested = [int(minor) for minor in re.findall(r"Python :: 3\.(\d+)", project)]
    assert f'requires-python = ">=3.{min(tested)}"' in project
