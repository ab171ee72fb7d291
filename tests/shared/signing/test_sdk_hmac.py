"""Huawei Cloud's SDK-HMAC-SHA256, where it differs from the other schemes."""

from __future__ import annotations

import pytest

from shared.models.http import Request
from shared.signing import sdk_hmac
from tests.support.signing import NOW, PERMANENT, SCHEMES, signature_of, signed_names


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", None),
        ("application/json;charset=UTF-8", None),
        ("application/bson", None),
        ("application/xml", "UNSIGNED-PAYLOAD"),
    ],
)
def test_it_leaves_a_body_unsigned_only_if_it_is_neither_json_nor_bson(
    content_type: str, expected: str | None
) -> None:
    request = Request("POST", "https://h.example", headers={"Content-Type": content_type})

    signed = sdk_hmac.sign(request, PERMANENT, now=NOW)

    assert signed.headers.get("X-Sdk-Content-Sha256") == expected


def test_it_signs_a_json_body() -> None:
    request = SCHEMES["sdk_hmac"].request
    other = Request(
        request.method, request.origin, request.path, request.query, request.headers, b"{}"
    )

    assert signature_of(sdk_hmac.sign(request, PERMANENT, now=NOW)) != signature_of(
        sdk_hmac.sign(other, PERMANENT, now=NOW)
    )


def test_it_sends_but_does_not_sign_a_header_with_an_underscore() -> None:
    request = Request("GET", "https://h.example", headers={"TEST_UNDERSCORE": "value"})

    signed = sdk_hmac.sign(request, PERMANENT, now=NOW)

    assert signed.headers["TEST_UNDERSCORE"] == "value"
    assert signed_names(signed) == ["host", "x-sdk-date"]


def test_it_ends_the_canonical_path_with_one_slash() -> None:
    assert sdk_hmac.canonical_uri("/a") == sdk_hmac.canonical_uri("/a/") == "/a/"
    assert sdk_hmac.canonical_uri("/") == sdk_hmac.canonical_uri("") == "/"
