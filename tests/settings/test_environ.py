"""Several values of the process environment at once, as ``os.environ`` itself tells them."""

from __future__ import annotations

import os

import pytest

from shared.settings.environ import values_of

ODD_BYTES = b"caf\xe9 \xf0\x9f\x98\x80"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> frozenset[str]:
    given = {"EXAMPLE_SET": "value", "EXAMPLE_EMPTY": "", "EXAMPLE_ODD": os.fsdecode(ODD_BYTES)}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("EXAMPLE_UNSET", raising=False)
    return frozenset({*given, "EXAMPLE_UNSET"})


def asked_one_by_one(names: frozenset[str]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}


def test_the_environment_is_told_as_os_environ_tells_it(names: frozenset[str]) -> None:
    assert values_of(os.environ, names) == asked_one_by_one(names)
    assert len(values_of(os.environ, names)) == 3


def test_what_changes_between_two_calls_is_seen(
    names: frozenset[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    values_of(os.environ, names)
    monkeypatch.setenv("EXAMPLE_UNSET", "now")
    monkeypatch.delenv("EXAMPLE_SET")
    os.environb[b"EXAMPLE_EMPTY"] = b"filled"
    assert values_of(os.environ, names) == asked_one_by_one(names)
    assert values_of(os.environ, names)["EXAMPLE_EMPTY"] == "filled"


def test_this_python_keeps_the_environment_where_it_is_looked_for() -> None:
    """Else every call would fall back to the slow way without anybody noticing."""
    kept = vars(os.environ)["_data"]
    assert {os.fsdecode(name): os.fsdecode(value) for name, value in kept.items()} == dict(
        os.environ
    )


def test_a_mapping_in_its_place_is_asked_itself(names: frozenset[str]) -> None:
    told = {"EXAMPLE_SET": "other", "ANOTHER": "1"}
    assert values_of(told, names) == {"EXAMPLE_SET": "other"}


def test_an_environment_that_keeps_its_values_otherwise_is_asked_all_the_same(
    names: frozenset[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "supports_bytes_environ", False)  # as on Windows
    assert values_of(os.environ, names) == asked_one_by_one(names)
