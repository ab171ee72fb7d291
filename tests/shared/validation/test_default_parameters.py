"""``DEFAULT_PARAMETERS`` lies under every event: flat, or keyed by operation id."""

from __future__ import annotations

import json

import pytest

from functions.registry import load
from shared.errors import InvalidInput, Misconfigured
from shared.validation import parse_defaults, parse_parameters

EDAS = load("alibaba.edas.SynchronizeResource")
CWP = load("tencent.cwp.SyncMachines")


def defaults(value: object) -> dict[str, object]:
    return dict(parse_defaults(json.dumps(value), EDAS))


def test_flat_defaults_are_overridden_by_the_event() -> None:
    under = defaults({"type": "all", "region": "cn-hangzhou"})
    assert parse_parameters({}, under, EDAS).type == "all"
    params = parse_parameters({"type": "vpc"}, under, EDAS)
    assert (params.type, params.region) == ("vpc", "cn-hangzhou")


def test_keyed_defaults_are_each_operations_own() -> None:
    keyed = {EDAS.id: {"type": "all"}, CWP.id: {"sync": False}}
    assert defaults(keyed) == {"type": "all"}
    assert parse_defaults(json.dumps(keyed), CWP) == {"sync": False}


def test_an_operation_that_is_not_keyed_has_no_defaults() -> None:
    assert defaults({CWP.id: {"sync": False}}) == {}


def test_defaults_take_the_vendors_spelling() -> None:
    assert parse_parameters({}, defaults({"Type": "all"}), EDAS).type == "all"


@pytest.mark.parametrize("text", [None, "{}"])
def test_no_defaults_are_an_empty_object(text: str | None) -> None:
    assert parse_defaults(text, EDAS) == {}


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "{",
        "[]",
        '"text"',
        "7",
        "null",
        "[" * 100_000,
        '{"type": "everything"}',
        '{"type": 7}',
        '{"unknown": 1}',
        '{"type": "all", "Type": "all"}',
        '{"alibaba.edas.SynchronizeResource": []}',
        '{"alibaba.edas.SynchronizeResource": {"type": "everything"}}',
        '{"region": "not a region"}',
    ],
    ids=lambda text: text[:24],
)
def test_a_fault_in_the_defaults_is_misconfigured(text: str) -> None:
    with pytest.raises(Misconfigured, match="DEFAULT_PARAMETERS"):
        parse_defaults(text, EDAS)


def test_every_fault_in_the_defaults_is_named() -> None:
    with pytest.raises(Misconfigured) as caught:
        defaults({"type": "x", "resource_ids": [], "dry_run": "yes"})
    assert all(name in caught.value.message for name in ("type", "resource_ids", "dry_run"))


def test_what_is_required_may_come_from_the_event_alone() -> None:
    assert defaults({"dry_run": True}) == {"dry_run": True}


def test_what_neither_gives_is_missing() -> None:
    with pytest.raises(InvalidInput, match="type: is required"):
        parse_parameters({}, defaults({"dry_run": True}), EDAS)
