"""The built zips, and an emulator in place of the clouds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.bundling.plan import Bundle
from local.demo import DIRECT, seed
from local.emulator import Emulator
from tests.support.bundles import BundleCache, make_writable, python
from tests.support.lambda_process import LambdaProcess, Start, install_client


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BundleCache]:
    # pytest-xdist gives each worker a folder of its own in one that all share.
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "bundles"
    shared.mkdir(exist_ok=True)
    built = BundleCache(shared, tmp_path_factory.mktemp("unpacked"))
    yield built
    make_writable(built.scratch)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.tencent.machines.run_seconds = 0.0
        for parameters in DIRECT.values():
            seed(running, parameters)
        yield running


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    python(13)
    folder = install_client(tmp_path_factory.mktemp("client"))
    yield folder
    make_writable(folder)


@pytest.fixture
def start(bundles: BundleCache, client: Path, emulator: Emulator) -> Iterator[Start]:
    with ExitStack() as processes:

        def begin(
            entry: str, provider: str, *, web: bool = False, **settings: str
        ) -> LambdaProcess:
            root = bundles.unpack(Bundle(provider, "lambda", web=web))
            environ = {**emulator.environment(), **settings}
            process = LambdaProcess(f"{entry}.handler", root, client, environ)
            return processes.enter_context(process)

        yield begin
