"""The forms in which a secret is looked for."""

from __future__ import annotations

import base64
import random

import pytest

from shared.redaction.secret_forms import (
    SecretForms,
    beginning_of,
    encodings_of,
    longest_word,
)


@pytest.mark.parametrize(("length", "kept"), [(10, 10), (20, 16), (40, 20), (128, 64), (300, 64)])
def test_half_of_a_form_is_its_beginning_within_limits(length: int, kept: int) -> None:
    assert beginning_of(b"a" * length) == b"a" * kept


@pytest.mark.parametrize(
    ("form", "word"), [(b"zz+abcd+abc/z", "abcd"), (b"+/=", ""), (b"", ""), (b"A1", "1")]
)
def test_the_longest_word_is_of_lower_case_letters_and_digits(form: bytes, word: str) -> None:
    assert longest_word(form) == word


def test_the_encodings_of_a_secret() -> None:
    assert encodings_of(b">>>???>>>???") == (
        b"3e3e3e3f3f3f3e3e3e3f3f3f",
        b"pj4+pz8/pj4+pz8/",
        b"pj4-pz8_pj4-pz8_",
        b"4+pj8/pz4+pj8/p",
        b"4-pj8_pz4-pj8_p",
        b"+pj4/pz8+pj4/pz",
        b"-pj4_pz8-pj4_pz",
    )


@pytest.mark.parametrize("length", [8, 9, 10, 40])
def test_base64_is_found_whatever_surrounds_a_secret(length: int) -> None:
    chosen = random.Random(length)
    secret = chosen.randbytes(length)
    for before in range(7):
        for after in range(4):
            text = chosen.randbytes(before) + secret + chosen.randbytes(after)
            encoded = base64.b64encode(text).lower()
            found = [form for form in encodings_of(secret) if form in encoded]
            assert len(found) == 1
            # All but the characters that its neighbours decide: less than three at either end.
            assert len(found[0]) >= length * 8 // 6 - 2


@pytest.mark.parametrize(("text", "is_short"), [("abcdefg", True), ("abcdefgh", False)])
def test_a_secret_of_eight_characters_is_long(text: str, is_short: bool) -> None:  # noqa: FBT001
    assert SecretForms(text, "***").is_short is is_short


def test_a_short_secret_has_its_word_only() -> None:
    forms = SecretForms("a+Te7", "***")
    assert (forms.exact, forms.folded, forms.markers) == (b"a+Te7", (), ("te7",))


def test_a_long_secret_is_folded_and_has_a_word_of_each_form() -> None:
    forms = SecretForms("Example Secret/1234", "***")
    assert forms.folded[0] == b"example+secret/1234"
    assert len(forms.markers) == len(forms.folded)
    assert forms.markers[0] == "example"
    assert forms.markers[1] == forms.folded[1][:19].decode()


def test_half_a_surrogate_pair_in_a_secret_is_no_fault() -> None:
    assert SecretForms("example\ud800", "***").exact == b"example\xed\xa0\x80"
