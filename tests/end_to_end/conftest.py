"""The handlers' own way in, against a running emulator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Emulator
from tests.support.platform_caller import PlatformCaller


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def caller(emulator: Emulator, tmp_path: Path) -> PlatformCaller:
    return PlatformCaller(emulator, tmp_path)
