"""The compiled JSON parser accepts the same texts as ``json``, and returns the same values."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cold_start.pydantic_lite import (
    LONG_TEXT,
    core,
    dump_json,
    parse_encodable_json,
    parse_json,
)
from shared.models.secret import Secret
from tests.support.repository import ROOT

TEXTS = st.text(st.characters(exclude_categories=())) | st.from_regex(r'[\\u0-9a-fD-F"]{0,12}')
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def outcome(parse: Any, text: str | bytes) -> object:
    try:
        return spelled(parse(text))
    except ValueError:
        return ValueError


def spelled(value: Any) -> str:
    """A value with its types and the order of its names: 1, 1.0 and True are not the same."""
    return repr(value)


@given(VALUES, st.booleans())
def test_what_the_standard_library_writes_is_read_alike(value: Any, escaped: bool) -> None:  # noqa: FBT001
    text = json.dumps(value, ensure_ascii=escaped)
    raw = text.encode("utf-8", "surrogatepass")
    assert outcome(parse_json, raw) == outcome(json.loads, raw)
    assert outcome(parse_json, text) == outcome(json.loads, text)


@given(st.text(st.sampled_from('{}[]":,\\ \t\n-+.eE0123456789truefalsnINity\x00\x1fé\ud800')))
def test_what_is_hardly_json_is_accepted_or_refused_alike(text: str) -> None:
    assert outcome(parse_json, text) == outcome(json.loads, text)


@given(st.binary(max_size=24))
def test_bytes_are_accepted_or_refused_alike(raw: bytes) -> None:
    assert outcome(parse_json, raw) == outcome(json.loads, raw)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        '{"a": 1}'.encode("utf-32-le"),
        '"\\ud83d"',
        '"\\ud83d\\ude00"',
        "[1e400, -1e400, 1e-400]",
        "[NaN, Infinity, -Infinity]",
        "123456789012345678901234567890",
        "[0.1, 1e22, 1e23, 5e-324, 1.7976931348623157e308, 0.30000000000000004]",
        "9007199254740993.0",
        "[" * 300 + "]" * 300,
        "-0",
        "-0.0",
        "01",
        "",
        " \n",
        '{"a": 1} x',
        "'a'",
        '"\t"',
        b'"\xff"',
        "/* c */ 1",
        "[1,]",
        "nan",
        "infinity",
        "+1",
        "1.",
        ".5",
        '{"a"}',
        "{1: 2}",
        "1" * 5000,
    ],
    ids=lambda text: repr(text[:24]),
)
def test_edge_cases_are_accepted_or_refused_alike(text: str | bytes) -> None:
    assert outcome(parse_json, text) == outcome(json.loads, text)


def test_a_text_that_is_too_deep_is_too_deep_for_both() -> None:
    deep = "[" * 200_000
    for parse in (json.loads, parse_json):
        with pytest.raises((RecursionError, ValueError)):
            parse(deep)


@given(VALUES)
def test_what_is_written_says_the_same(value: Any) -> None:
    assert spelled(json.loads(dump_json(value))) == spelled(json.loads(json.dumps(value)))


def test_what_is_written_is_compact_utf_8() -> None:
    assert dump_json({"a": ["é", 1, None]}) == '{"a":["é",1,null]}'.encode()


def test_half_a_surrogate_pair_is_written_escaped() -> None:
    assert dump_json({"a": "\ud800é"}) == b'{"a":"\\ud800\\u00e9"}'


def test_what_json_does_not_support_is_written_as_its_string() -> None:
    written = dump_json({"a": Secret("exampleSecret"), "b": MappingProxyType({"c": 1})})
    assert json.loads(written) == {"a": "***", "b": "{'c': 1}"}


def test_numbers_that_json_does_not_have_are_written_as_the_standard_library_does() -> None:
    assert dump_json([math.nan, math.inf, -math.inf]) == b"[NaN,Infinity,-Infinity]"


def test_no_value_of_a_text_stays_in_the_parsers_memory() -> None:
    """It caches short strings for the next parse; a provider's response may contain a secret."""
    text = '{"exampleName": ["exampleSecretValue"]}'
    for padded in (text, text + " " * LONG_TEXT):
        first, second = (parse_json(padded)["exampleName"][0] for _ in range(2))
        assert first is not second
    parsed = [core().from_json(text, cache_strings="all")["exampleName"][0] for _ in range(2)]
    assert parsed[0] is parsed[1]


def test_the_names_of_a_long_text_are_in_memory_once() -> None:
    items = parse_json(json.dumps([{"exampleName": number} for number in range(LONG_TEXT // 8)]))
    first, second = (next(iter(item)) for item in items[:2])
    assert first is second


THREADS = """
import sys, threading, time
from shared.cold_start.pydantic_lite import core
def slow_down(frame, event, argument):
    if frame.f_code.co_name in {"_load", "create_module", "exec_module"}:
        time.sleep(0.01)
threading.setprofile(slow_down)
failures, barrier = [], threading.Barrier(24)
def use():
    barrier.wait()
    try:
        core().SchemaValidator({"type": "str"}).validate_python("x")
    except BaseException as error:
        failures.append(error)
threads = [threading.Thread(target=use) for _ in range(24)]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit(repr(failures) if failures else 0)
"""


def test_the_first_uses_may_come_from_many_threads_at_once() -> None:
    subprocess.run([sys.executable, "-c", THREADS], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (rb'{"a": "machine \ud83d is gone"}', {"a": "machine ? is gone"}),
        (rb'["\uDFFF", "\ud83d\ude00", "\u00e9", "?"]', ["?", "\U0001f600", "é", "?"]),
        (rb'"\\ud83d"', r"\ud83d"),
        ("中".encode().join([b'"', b'"']), "中"),
        (b"[1, 1.5, null]", [1, 1.5, None]),
    ],
)
def test_what_a_provider_sends_becomes_text_that_utf_8_can_encode(text: bytes, value: Any) -> None:
    assert parse_encodable_json(text) == value


@pytest.mark.parametrize("text", [b"", b"{", b'"\\ud83d', b"\xff"])
def test_what_is_not_json_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json and pydantic-core word it differently
        parse_encodable_json(text)
