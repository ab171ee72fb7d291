"""The web app, with the emulator behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Emulator
from tests.web.site import Site


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.tencent.requests_per_second = None
        yield running


@pytest.fixture
def site(emulator: Emulator, tmp_path: Path) -> Site:
    return Site(emulator, tmp_path)
