"""The fixtures of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.emulator import Emulator
from tests.support.deployer import Deployer
from tests.support.emulator import emulator as emulator  # noqa: PLC0414 - a fixture


@pytest.fixture
def deployer(emulator: Emulator, tmp_path: Path) -> Deployer:
    """An emulator to deploy to, and a description of one function."""
    return Deployer(emulator, tmp_path)
