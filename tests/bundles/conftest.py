"""The built zips, and an emulator that plays the clouds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.emulator import Emulator
from local.rehearsal import DIRECT, furnish
from tests.bundles.zips import Zips, make_writable


@pytest.fixture(scope="session")
def zips(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zips]:
    built = Zips(tmp_path_factory.mktemp("bundles"))
    yield built
    make_writable(built.folder)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.tencent.run_seconds = 0.0
        for parameters in DIRECT.values():
            furnish(running, parameters)
        yield running
