"""A known secret is redacted everywhere, however it is encoded."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from types import MappingProxyType
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.models.credentials import AccessKey, Anonymous, AuthToken
from shared.models.secret import Secret
from shared.redaction import MASK, Redactor
from tests.support.repository import ROOT

ODD = 'example/Secret+"with" = &\\ümläut'


@pytest.mark.parametrize(
    "encoded",
    [ODD, quote(ODD, safe=""), quote_plus(ODD), json.dumps(ODD), f"…{ODD}…{ODD}"],
    ids=["plain", "percent", "form", "json", "twice"],
)
def test_a_secret_is_found_in_every_spelling(encoded: str) -> None:
    clean = Redactor([Secret(ODD)]).redact(f"before {encoded} after")
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


def test_a_secret_of_a_copy_is_unknown_to_the_original_and_the_other_way_round() -> None:
    original = Redactor([Secret("exampleShared")])
    copy = original.copy()
    copy.add(Secret("exampleCopied"))
    original.add(Secret("exampleOriginal"))

    assert copy.redact("exampleShared exampleCopied") == f"{MASK} {MASK}"
    assert original.redact("exampleShared exampleCopied") == f"{MASK} exampleCopied"
    assert copy.redact("exampleOriginal") == "exampleOriginal"


def test_values_are_redacted_at_any_depth_keys_included() -> None:
    redactor = Redactor([Secret("exampleSecret")])
    value = {"a": [{"exampleSecret": ("x exampleSecret", 1, None, True)}], "b": Secret("other")}
    assert redactor.redact_value(value) == {"a": [{MASK: [f"x {MASK}", 1, None, True]}], "b": MASK}


def test_the_keys_of_a_result_and_of_a_log_line_stay() -> None:
    redactor = Redactor([Secret("latest_start_time")])
    document = {"latest_start_time": "at latest_start_time", "state": {"latest_start_time": 1}}
    redacted = {"latest_start_time": f"at {MASK}", "state": {"latest_start_time": 1}}
    assert redactor.redact_all([document]) == [redacted]
    assert json.loads(redactor.redact_json(document, json.dumps)) == redacted


@pytest.mark.parametrize(
    "secret",
    [
        "exampleSecret",
        "example-secret",
        "example_secret_1",
        "examplesecretexamplesecret",
        "an_example_of_a_long_secret",
        "_example_secret",
    ],
)
def test_a_key_that_no_result_has_is_redacted(secret: str) -> None:
    assert Redactor([Secret(secret)]).redact_value({"a": {secret: 1}}) == {"a": {MASK: 1}}


def published_keys(schema: object) -> Iterator[str]:
    """Yield the name of every property in a JSON Schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
    if isinstance(schema, dict | list):
        for part in schema.values() if isinstance(schema, dict) else schema:
            yield from published_keys(part)


def test_every_key_of_the_published_schema_stays_at_any_depth() -> None:
    schema = json.loads((ROOT / "docs/schemas/result.schema.json").read_text())
    keys = set(published_keys(schema))
    assert len(keys) > 100
    redactor = Redactor([Secret(key) for key in keys])
    value = {"a": [dict.fromkeys(keys, 1)]}
    assert redactor.redact_value(value) == value


def test_the_values_of_trusted_keys_stay() -> None:
    redactor = Redactor([Secret("mallory"), Secret("huawei.oms.StartSyncTask")])
    document = {"caller": "mallory", "message": "mallory ran huawei.oms.StartSyncTask"}
    text = redactor.redact_json(document, json.dumps, frozenset({"caller"}))
    assert json.loads(text) == {"caller": "mallory", "message": f"{MASK} ran {MASK}"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("test", MASK),
        ("a test: it", f"a {MASK}: it"),
        ("test/test", MASK + "/" + MASK),
        ("latest_start_time", "latest_start_time"),
        ("test_1 tests attest", "test_1 tests attest"),
        ("Test", "Test"),
        ("a%20test%20it", f"a%20{MASK}%20it"),
    ],
)
def test_a_short_secret_is_redacted_as_a_whole_word(text: str, expected: str) -> None:
    assert Redactor([Secret("test")]).redact(text) == expected


def test_a_short_secret_leaves_every_key_as_it_is() -> None:
    redactor = Redactor([Secret("state")])
    assert redactor.redact_value({"state": {"state": "state"}}) == {"state": {"state": MASK}}


LONG = "exampleSecret+with/A=0123456789"


def encode_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "encode",
    [
        str.upper,
        str.lower,
        str.swapcase,
        lambda text: text.encode().hex(),
        lambda text: text.encode().hex().upper(),
        encode_base64,
        lambda text: encode_base64(f"u:{text}@"),
        lambda text: encode_base64(f"user:{text}"),
        lambda text: base64.urlsafe_b64encode(b"user:" + text.encode() + b">>??").decode(),
        lambda text: quote(quote(text, safe=""), safe=""),
        lambda text: quote(encode_base64(text), safe=""),
        lambda text: json.dumps(json.dumps(text)),
        lambda text: json.dumps(quote(text, safe="")),
        lambda text: quote(json.dumps(text), safe=""),
        lambda text: json.dumps({"a": json.dumps(quote_plus(text))}),
        lambda text: text.replace("/", "\\/"),
    ],
)
def test_a_long_secret_is_redacted_however_it_comes_back(encode: Callable[[str], str]) -> None:
    encoded = encode(LONG)
    clean = Redactor([Secret(LONG)]).redact(f"before {encoded} after")
    assert clean.startswith("before ")
    assert clean.endswith(" after")
    assert MASK in clean
    # What is left are quotation marks, names around it and at most two characters at either end.
    assert len(clean) - len(clean.replace(MASK, "")) == len(MASK)
    assert longest_common_part(encoded, clean) < 10


def longest_common_part(first: str, second: str) -> int:
    return SequenceMatcher(None, first, second, autojunk=False).find_longest_match().size


@pytest.mark.parametrize("kept", [16, 17, 24, 30, 31])
def test_the_beginning_of_a_secret_that_was_cut_is_redacted(kept: int) -> None:
    clean = Redactor([Secret(LONG)]).redact(f"The token {LONG[:kept]}... is malformed")
    assert clean == f"The token {MASK}... is malformed"


def test_a_word_that_a_secret_begins_with_stays() -> None:
    redactor = Redactor(
        [Secret("https://hooks.example.test/services/T00000000/B00000000/XXXXXXXX")]
    )
    text = "https://hooks.example.test/ answered"
    assert redactor.redact(text) == text


def test_what_surrounds_a_secret_stays_byte_for_byte() -> None:
    text = f"\\ud800 %2B \\\\ é中\U0001f600 {LONG} %E4%B8%AD \\u00e9 \ud800"
    clean = Redactor([Secret(LONG)]).redact(text)
    assert clean == text.replace(LONG, MASK)


def test_a_secret_with_escapes_of_its_own_is_found_inside_json() -> None:
    url = "https://chat.example.test/hook?text=%2Fexample%22&key=exampleSecret"
    clean = Redactor([Secret(url)]).redact(json.dumps(url).replace("/", "\\/"))
    assert clean == f'"{MASK}"'


@pytest.mark.parametrize("secret", ["a" * 5_000, "ab" * 2_500, "+/" * 2_500, "a" * 4_999 + "b"])
@pytest.mark.parametrize("text", ["a" * 1_000_000, "ab" * 500_000, "+%2B" * 250_000])
def test_the_time_is_linear_whatever_secret_and_text(secret: str, text: str) -> None:
    # Quadratic time would be minutes.
    assert seconds_to_redact(secret, text) < 10


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


def test_where_two_secrets_overlap_the_longer_ones_mask_is_shown() -> None:
    redactor = Redactor()
    redactor.add_credentials(AccessKey("LTAIexampleid", Secret("LTAIexampleid/andMore")))
    assert redactor.redact("LTAIexampleid/andMore, LTAIexampleid") == f"{MASK}, ****leid"


@pytest.mark.parametrize("value", [MappingProxyType({"a": "exampleSecret"}), ("exampleSecret",)])
def test_a_secret_in_a_value_that_json_has_no_type_for_is_redacted(value: object) -> None:
    (data,) = Redactor([Secret("exampleSecret")]).redact_all([{"data": value}])
    assert "exampleSecret" not in json.dumps(data)


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
    started = time.process_time()
    Redactor([Secret(secret)]).redact(text)
    return time.process_time() - started


@pytest.mark.parametrize(
    "unit", ["+a", "/a", "\\a", "\\/a", "\\\\/a", "%a", "%25a", " a", '\\"a', "\n\\a", "é\\a"]
)
def test_the_beginning_of_a_secret_takes_no_longer_than_the_secret(unit: str) -> None:
    secret = unit * 24 + "marker"
    beginning = unit * 24
    for encoded in (
        beginning,
        json.dumps(beginning)[1:-1],
        quote(beginning, safe=""),
        beginning.replace("\\", "\\\\\\"),
    ):
        # Exponential time would be hours.
        assert seconds_to_redact(secret, f"marker {encoded} marker") < 1


@given(
    st.text('\\/"+% a1é', min_size=3, max_size=12), st.sampled_from(["plain", "json", "percent"])
)
def test_a_secret_of_many_escapes_is_found_in_every_encoding(secret: str, encoding: str) -> None:
    encoded = {"plain": secret, "json": json.dumps(secret)[1:-1], "percent": quote(secret, safe="")}
    assert Redactor([Secret(secret)]).redact(encoded[encoding]) == MASK


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


def test_anonymous_credentials_hide_nothing() -> None:
    redactor = Redactor()
    redactor.add_credentials(Anonymous())
    assert redactor.redact("none of it is secret") == "none of it is secret"
