"""The fuzz targets hold for the inputs that they start from, without the fuzzer."""

from __future__ import annotations

import importlib

import pytest

from tests.fuzz.__main__ import TARGETS
from tests.support.examples import LONG


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_holds_for_its_seeds(target: str) -> None:
    module = importlib.import_module(f"tests.fuzz.{target}")
    seeds = list(module.SEEDS)
    assert len(seeds) > 20
    for seed in seeds[:: 1 if LONG else 5]:
        module.fuzz(seed)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("choices", [b"", b"\1", b"\1" + bytes(range(256)) * 4])
def test_a_target_takes_any_bytes(target: str, choices: bytes) -> None:
    importlib.import_module(f"tests.fuzz.{target}").fuzz(choices)
