"""A query string's texts are read by each parameter's type."""

from __future__ import annotations

import pytest

from functions.registry import load
from shared.errors import InvalidInput
from shared.validation import coerce_strings, parse_parameters

CWP = load("tencent.cwp.SyncMachines")
EDAS = load("alibaba.edas.SynchronizeResource")
MODELARTS = load("huawei.modelarts.SyncDevServers")


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("false", False), ("True", True), ("1", True), ("0", False)]
)
def test_a_flag_is_read(text: str, value: bool) -> None:  # noqa: FBT001
    assert parse_parameters(coerce_strings({"sync": text}, CWP), {}, CWP).sync is value


def test_whole_numbers_are_read() -> None:
    params = parse_parameters(
        coerce_strings({"limit": "10", "offset": "0"}, MODELARTS), {}, MODELARTS
    )
    assert (params.limit, params.offset) == (10, 0)


def test_seconds_are_read() -> None:
    assert (
        parse_parameters(coerce_strings({"wait_seconds": "2.5"}, CWP), {}, CWP).wait_seconds == 2.5
    )


def test_lists_and_words_are_read() -> None:
    params = parse_parameters(
        coerce_strings({"type": "ecs", "resource_ids": "i-1,i-2"}, EDAS), {}, EDAS
    )
    assert params.resource_ids == ["i-1", "i-2"]


def test_the_vendors_spelling_is_read_too() -> None:
    assert parse_parameters(coerce_strings({"Sync": "false"}, CWP), {}, CWP).sync is False


@pytest.mark.parametrize("text", ["", "ten", "1.5", "-1", "1e3", "٣", "9" * 40, " 1", "0x10"])
def test_an_invalid_number_is_refused_without_an_exception(text: str) -> None:
    with pytest.raises(InvalidInput, match="limit"):
        parse_parameters(coerce_strings({"limit": text}, MODELARTS), {}, MODELARTS)


@pytest.mark.parametrize("text", ["", "yes", "2", "nan"])
def test_an_invalid_flag_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="sync"):
        parse_parameters(coerce_strings({"sync": text}, CWP), {}, CWP)


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "-1", "1e999"])
def test_an_invalid_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="wait_seconds"):
        parse_parameters(coerce_strings({"wait_seconds": text}, CWP), {}, CWP)


def test_unknown_names_stay_to_be_refused() -> None:
    with pytest.raises(InvalidInput, match="brand_new"):
        parse_parameters(coerce_strings({"brand_new": "1"}, CWP), {}, CWP)


def test_an_id_of_digits_stays_a_text() -> None:
    assert (
        parse_parameters(coerce_strings({"project_id": "123"}, MODELARTS), {}, MODELARTS).project_id
        == "123"
    )
