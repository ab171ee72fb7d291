"""A known secret is in nothing that leaves, however it is written."""

from __future__ import annotations

import json
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.models.credentials import AccessKey, AuthToken
from shared.models.secret import Secret
from shared.redaction import MASK, Redactor

ODD = 'example/Secret+"with" = &\\ümläut'


@pytest.mark.parametrize(
    "written",
    [ODD, quote(ODD, safe=""), quote_plus(ODD), json.dumps(ODD), f"…{ODD}…{ODD}"],
    ids=["plain", "percent", "form", "json", "twice"],
)
def test_a_secret_is_found_in_every_spelling(written: str) -> None:
    clean = Redactor([Secret(ODD)]).redact(f"before {written} after")
    assert MASK in clean
    for part in ("example", "Secret", "with", "ml"):
        assert part not in clean
    assert clean.startswith("before ")
    assert clean.endswith(" after")


def test_json_that_keeps_its_letters_holds_no_secret_either() -> None:
    text = 'quoted"Sécret\\example'
    clean = Redactor([Secret(text)]).redact(json.dumps({"a": text}, ensure_ascii=False))
    assert "example" not in clean


def test_a_percent_encoding_in_lower_case_holds_no_secret_either() -> None:
    encoded = quote("example/Secret+A=", safe="")
    clean = Redactor([Secret("example/Secret+A=")]).redact(encoded.replace("%2F", "%2f"))
    assert "Secret" not in clean


def test_a_path_that_keeps_its_slashes_holds_no_secret_either() -> None:
    clean = Redactor([Secret("example/Secret+A=")]).redact(quote("example/Secret+A="))
    assert "Secret" not in clean


def test_the_longest_secret_goes_first() -> None:
    redactor = Redactor([Secret("example"), Secret("exampleLonger")])
    assert redactor.redact("exampleLonger") == MASK


def test_values_are_redacted_at_any_depth_keys_included() -> None:
    redactor = Redactor([Secret("exampleSecret")])
    value = {"a": [{"exampleSecret": ("x exampleSecret", 1, None, True)}], "b": Secret("other")}
    assert redactor.redact_value(value) == {"a": [{MASK: [f"x {MASK}", 1, None, True]}], "b": MASK}


def test_what_holds_no_secret_stays_as_it_is() -> None:
    redactor = Redactor([Secret("exampleSecret")])
    value = {"a": [1, 2.5, None, True, "plain"]}
    assert redactor.redact_value(value) == value


@pytest.mark.parametrize("short", ["", "a", "ab"])
def test_a_secret_too_short_to_be_one_is_not_replaced(short: str) -> None:
    assert Redactor([Secret(short)]).redact("a cab about") == "a cab about"


def test_credentials_are_masked_and_their_id_keeps_four_characters() -> None:
    redactor = Redactor()
    redactor.add_credentials(
        AccessKey("LTAIexampleid", Secret("exampleSecret"), Secret("exampleToken"))
    )
    assert redactor.redact("LTAIexampleid exampleSecret exampleToken") == f"****leid {MASK} {MASK}"


def test_a_ready_token_is_masked() -> None:
    redactor = Redactor()
    redactor.add_credentials(AuthToken(Secret("exampleToken")))
    assert redactor.redact("X-Auth-Token: exampleToken") == f"X-Auth-Token: {MASK}"


def test_a_secret_added_later_is_redacted_from_then_on() -> None:
    redactor = Redactor()
    assert redactor.redact("exampleSecret") == "exampleSecret"
    redactor.add(Secret("exampleSecret"))
    assert redactor.redact("exampleSecret") == MASK


@given(st.text('abcXYZ019/+=&"\\ %é中', min_size=8, max_size=40), st.text(max_size=20))
def test_no_secret_survives_wherever_it_is(secret: str, around: str) -> None:
    redactor = Redactor([Secret(secret)])
    text = f"{around} {secret} {json.dumps(secret)} {quote(secret, safe='')} {around}"
    assert secret not in redactor.redact(text).replace(around, "")


def seconds_to_redact(secret: str, text: str) -> float:
    began = time.process_time()
    Redactor([Secret(secret)]).redact(text)
    return time.process_time() - began


@pytest.mark.parametrize(
    "unit", ["+a", "/a", "\\a", "\\/a", "\\\\/a", "%a", "%25a", " a", '\\"a', "\n\\a", "é\\a"]
)
def test_the_beginning_of_a_secret_takes_no_longer_than_the_secret(unit: str) -> None:
    secret = unit * 24 + "marker"
    beginning = unit * 24
    for written in (
        beginning,
        json.dumps(beginning)[1:-1],
        quote(beginning, safe=""),
        beginning.replace("\\", "\\\\\\"),
    ):
        # Exponential time would be hours.
        assert seconds_to_redact(secret, f"marker {written} marker") < 1


@given(
    st.text('\\/"+% a1é', min_size=3, max_size=12), st.sampled_from(["plain", "json", "percent"])
)
def test_a_secret_of_many_escapes_is_found_in_every_encoding(secret: str, encoding: str) -> None:
    written = {"plain": secret, "json": json.dumps(secret)[1:-1], "percent": quote(secret, safe="")}
    assert Redactor([Secret(secret)]).redact(written[encoding]) == MASK


@pytest.mark.parametrize("position", [0, 499, 500, 1_234])
def test_a_secret_anywhere_in_a_long_list_is_redacted(position: int) -> None:
    servers = [{"name": f"server {number}"} for number in range(1_235)]
    servers[position] = {"name": "exampleSecret"}
    redactor = Redactor([Secret("exampleSecret")])

    (data,) = redactor.redact_all([{"servers": servers, "total": 1_235}])

    assert data["servers"][position] == {"name": MASK}
    assert data["servers"][1] == {"name": "server 1"} or position == 1


def test_a_long_list_without_a_secret_is_not_copied() -> None:
    values = [{"servers": [{"name": "x"}] * 1_000}]
    assert Redactor([Secret("exampleSecret")]).redact_all(values) is values
