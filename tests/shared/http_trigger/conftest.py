"""An HTTP caller in front of the handlers, with the emulator behind them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Emulator
from tests.shared.http_trigger.visitor import Visitor


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.tencent.requests_per_second = None
        yield running


@pytest.fixture
def visitor(emulator: Emulator, tmp_path: Path) -> Visitor:
    return Visitor(emulator, tmp_path)
