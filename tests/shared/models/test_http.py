"""JSON that leaves the function can always be encoded."""

from __future__ import annotations

import json

import pytest

from shared.models.http import dump_json_text, encode_json
from shared.models.secret import Secret

HALF_A_PAIR = "machine \ud83d is gone"


@pytest.mark.parametrize("text", ["plain", "é 同步", HALF_A_PAIR, "\U0001f600"], ids=ascii)
def test_any_text_can_be_encoded_and_read_back(text: str) -> None:
    value = {"message": text}

    assert json.loads(dump_json_text(value).encode()) == value
    assert json.loads(encode_json(value)) == value


def test_other_characters_are_not_escaped() -> None:
    assert dump_json_text({"a": "é"}) == '{"a": "é"}'
    assert encode_json({"a": "é"}) == '{"a":"é"}'.encode()


def test_a_secret_is_revealed_in_a_request_alone() -> None:
    secret = Secret("exampleSecret")

    assert encode_json({"key": secret, "text": HALF_A_PAIR}).startswith(b'{"key":"exampleSecret"')
    with pytest.raises(TypeError):
        dump_json_text({"key": secret})


def test_no_body_is_empty() -> None:
    assert encode_json(None) == b""
