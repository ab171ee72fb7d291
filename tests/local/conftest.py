"""An emulator in place of the clouds, and one finished run for the tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.emulator import Emulator
from tests.support.command import CommandRun, run


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """The emulator as the real clouds: the commands know it by endpoint settings only."""
    with Emulator() as running:
        running.tencent.requests_per_second = None
        running.tencent.machines.run_seconds = 0.0
        yield running


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> CommandRun:
    """One run against the emulator, as ``make run`` does it."""
    return run(tmp_path_factory.mktemp("run"))
