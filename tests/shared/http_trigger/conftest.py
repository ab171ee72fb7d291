"""An HTTP caller of the handlers, with the emulator as the providers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Emulator
from tests.support.http_trigger_client import HttpTriggerClient


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.tencent.requests_per_second = None
        yield running


@pytest.fixture
def client(emulator: Emulator, tmp_path: Path) -> HttpTriggerClient:
    return HttpTriggerClient(emulator, tmp_path)
