"""The web app, with the emulator behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Emulator
from tests.support.web_client import WebClient


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.tencent.requests_per_second = None
        yield running


@pytest.fixture
def client(emulator: Emulator, tmp_path: Path) -> WebClient:
    return WebClient(emulator, tmp_path)
