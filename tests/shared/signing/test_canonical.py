"""Canonical requests, where neither vectors nor SDKs cover them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from shared.errors import Internal
from shared.models.http import Request
from shared.signing import canonical


def test_only_unreserved_characters_stay_unencoded() -> None:
    unreserved = "".join(
        chr(code) for code in range(128) if len(canonical.percent_encode(chr(code))) == 1
    )

    assert unreserved == "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"


def test_letters_and_digits_beyond_ascii_are_encoded() -> None:
    assert canonical.percent_encode("é٣汉") == "%C3%A9%D9%A3%E6%B1%89"


def test_repeated_names_and_empty_values_stay_in_a_query() -> None:
    pairs = (("b", "2"), ("a", ""), ("b", "1"), ("b", "1"))

    assert canonical.canonical_query(pairs) == "a=&b=1&b=1&b=2"
    assert canonical.encode_query(pairs) == "b=2&a=&b=1&b=1"


def test_names_are_encoded_as_values_are() -> None:
    assert canonical.canonical_query([("a b", "c+d")]) == "a%20b=c%2Bd"


def test_a_query_is_sorted_before_it_is_encoded() -> None:
    assert canonical.canonical_query([("a:", ""), ("a1", "")]) == "a1=&a%3A="


def test_the_slashes_of_a_path_stay_and_an_empty_path_is_the_root() -> None:
    assert canonical.encode_path("/v2/task with space/é%") == "/v2/task%20with%20space/%C3%A9%25"
    assert canonical.encode_path("") == "/"


def test_the_target_to_send_has_a_question_mark_only_before_a_query() -> None:
    assert canonical.request_target("/a b", [("x", "1 2")]) == "/a%20b?x=1%202"
    assert canonical.request_target("/a b", []) == "/a%20b"


def test_a_signed_header_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="x-acs-date"):
        canonical.canonical_headers({"host": "h"}, ["host", "x-acs-date"])


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://h.example", "h.example"),
        ("https://h.example:443", "h.example"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://[::1]:8080", "[::1]:8080"),
    ],
)
def test_the_host_that_is_signed_is_the_one_that_is_sent(origin: str, host: str) -> None:
    assert Request("GET", origin).host == host


def test_a_time_of_another_zone_is_the_same_instant_in_utc() -> None:
    china = timezone(timedelta(hours=8))

    assert canonical.utc(datetime(2026, 11, 22, 4, 0, tzinfo=china)) == datetime(
        2026, 11, 21, 20, 0, tzinfo=timezone.utc
    )


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(Internal, match="zone"):
        canonical.utc(datetime(2026, 11, 21))  # noqa: DTZ001
