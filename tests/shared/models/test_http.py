"""JSON that leaves the function can always be encoded, and forms are percent-encoded."""

from __future__ import annotations

import json

import pytest

from shared.models.http import dump_json_text, encode_form, encode_json
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
    assert encode_form(None) == b""
    assert encode_form({}) == b""


def test_a_form_is_percent_encoded_and_reveals_its_secrets() -> None:
    fields = {"Policy": '{"a": "b&c"}', "Token": Secret("a+b/c="), "Seconds": 900, "Name": "同"}

    assert encode_form(fields) == (
        b"Policy=%7B%22a%22%3A+%22b%26c%22%7D&Token=a%2Bb%2Fc%3D&Seconds=900&Name=%E5%90%8C"
    )
