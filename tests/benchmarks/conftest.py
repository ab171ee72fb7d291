"""One emulated provider in its own process for all cold starts in these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks import provider


@pytest.fixture(scope="session")
def settings() -> Iterator[dict[str, str]]:
    """Settings that point to the provider."""
    with provider.running() as found:
        yield found
