"""Where a secret is in a text, and how a text is unescaped."""

from __future__ import annotations

import json

import pytest

from shared.redaction.search import (
    MAX_LEVELS,
    beginnings,
    merged,
    replace_secrets,
    unescaped_texts,
    whole_words,
)
from shared.redaction.secret_forms import SecretForms


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], []),
        ([(0, 1, 0, "a")], [(0, 1, "a")]),
        ([(0, 3, 0, "a"), (5, 7, 1, "b")], [(0, 3, "a"), (5, 7, "b")]),
        ([(5, 7, 1, "b"), (0, 3, 0, "a")], [(0, 3, "a"), (5, 7, "b")]),
        ([(0, 3, 0, "a"), (3, 5, 1, "b")], [(0, 5, "a")]),
        ([(0, 3, 1, "b"), (2, 6, 0, "a")], [(0, 6, "a")]),
        ([(0, 9, 1, "b"), (2, 6, 2, "c")], [(0, 9, "b")]),
        (
            [(0, 3, 2, "c"), (1, 4, 1, "b"), (2, 5, 0, "a"), (9, 10, 3, "d")],
            [(0, 5, "a"), (9, 10, "d")],
        ),
    ],
)
def test_parts_that_overlap_or_touch_are_one(
    found: list[tuple[int, int, int, str]], expected: list[tuple[int, int, str]]
) -> None:
    assert list(merged(found)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"test", [(0, 4)]),
        (b"xtest", []),
        (b"1test", []),
        (b"_test", []),
        (b"testx", []),
        (b"test test,test", [(0, 4), (5, 9), (10, 14)]),
        (b"xtest test", [(6, 10)]),
        (b"testtest test", [(9, 13)]),
    ],
)
def test_a_word_is_found_wherever_it_stands_alone(
    text: bytes, expected: list[tuple[int, int]]
) -> None:
    assert list(whole_words(text, b"test")) == expected


FORM = b"abcdefghijklmnopqrstuvwxyz012345"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FORM, [(0, 32)]),
        (b"--" + FORM + b"--", [(2, 34)]),
        (FORM[:15], []),
        (FORM[:16], [(0, 16)]),
        (b"-" + FORM[:20] + b"...", [(1, 21)]),
        (FORM + FORM[:20] + b"!" + FORM[:10], [(0, 32), (32, 52)]),
        (FORM + b" " + FORM[:18] + b" and what follows it here", [(0, 32), (33, 51)]),
    ],
)
def test_a_form_is_found_whole_or_as_far_as_it_goes(
    text: bytes, expected: list[tuple[int, int]]
) -> None:
    assert list(beginnings(text, FORM)) == expected


def test_escapes_are_undone_three_times() -> None:
    text = b"%2525252541"
    found = [raw for raw, _ in unescaped_texts(text, int, MAX_LEVELS)]
    assert found == [b"%2525252541", b"%25252541", b"%252541", b"%2541"]


def test_escapes_of_both_kinds_are_undone_in_any_order() -> None:
    text = json.dumps("%22\t").encode()
    found = [raw for raw, _ in unescaped_texts(text, int, 2)]
    assert found == [b'"%22\\t"', b'""\\t"', b'""\t"', b'"%22\t"', b'""\t"']


def test_a_position_in_an_unescaped_text_is_one_in_the_original() -> None:
    text = b"a%41b%42c"
    (_, same), (raw, source) = unescaped_texts(text, int, 1)
    assert raw == b"aAbBc"
    assert [source(position) for position in range(6)] == [0, 1, 4, 5, 8, 9]
    assert [same(position) for position in (0, 9)] == [0, 9]


@pytest.mark.parametrize(
    "secret",
    [
        "example\U0001f600Secret",
        "example\ud800Secret",
        'example\b\f\n\r\t"\\/Secret',
        "ex\u20acample",
    ],
)
@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_every_escape_of_json_is_undone(secret: str, ensure_ascii: bool) -> None:  # noqa: FBT001
    text = f"before {json.dumps(secret, ensure_ascii=ensure_ascii)} after"
    assert replace_secrets(text, [SecretForms(secret, "***")]) == 'before "***" after'


def test_of_two_secrets_at_one_place_the_first_decides() -> None:
    first, second = SecretForms("example/Secret", "1"), SecretForms("example/", "2")
    assert replace_secrets("example/Secret, example/", [first, second]) == "1, 2"
