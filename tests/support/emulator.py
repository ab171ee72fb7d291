"""One running emulator for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.emulator import Emulator


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """All services on loopback, without CWP's rate limit, which has its own test."""
    with Emulator() as running:
        running.tencent.requests_per_second = None
        yield running
