"""What some tests need beyond Python, and the command that installs it.

Every skip goes through here: ``tests/conftest.py`` fails a test that is skipped for any other
reason.
"""

from __future__ import annotations

import re
import shutil
from typing import NoReturn

import pytest

COMMANDS = {
    "Chromium": "apt-get install chromium",
    "Node.js": "apt-get install nodejs",
    "curl": "apt-get install curl",
    "flock": "apt-get install util-linux",
    "systemd": "apt-get install systemd",
    "valgrind": "apt-get install valgrind",
    "a Python that DBOS starts on": "make test PYTHON=python3.12",
    "axe-core": "npm ci",
    "Serverless Devs": "npm ci",
    "bash": "apt-get install bash",
    "SAM's translator": "make check-deploy",
    "the AWS CLI": ".venv/bin/python -m pip install -r requirements-dev.txt",
    "rendered descriptors": "make check-deploy",
    "the fc3 schema": "the curl command in docs/deploy-by-hand.md",
    "budgets for this Python": ".venv/bin/python -m benchmarks.budget",
}
"""Prerequisite -> the command that installs it; the platforms' Pythons are added by version."""

REASON = re.compile(r"needs (?P<name>[^:]+): (?P<command>.+)")
"""The one form of a skip's reason."""


def reason(name: str) -> str:
    """Return why a test is skipped where something is missing: what, and how to get it.

    Parameters
    ----------
    name: a key of :data:`COMMANDS`, or a Python such as ``Python 3.13``.
    """
    if name.startswith("Python "):
        return f"needs {name}: uv python install {name.removeprefix('Python ')}"
    return f"needs {name}: {COMMANDS[name]}"


def skip(name: str) -> NoReturn:
    """Skip the test: what it needs is missing on this machine."""
    pytest.skip(reason(name))


def program(command: str, name: str) -> str:
    """Return the path of a program on PATH; without it the test is skipped."""
    return shutil.which(command) or skip(name)
