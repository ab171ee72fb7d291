"""What every scheme's ``sign`` guarantees to the sender and to the verifier of a request."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from shared.errors import Internal
from shared.models.identity import Keys
from shared.models.secret import Secret
from shared.models.wire import Request
from shared.signing import acs3, sdk_hmac, sigv4, tc3
from shared.signing.canonical import encoded_path, lower_names, sha256_hex, target

NOW = datetime(2026, 11, 21, 20, 24, 29, 123456, tzinfo=timezone.utc)
PERMANENT = Keys("LTAIexampleid", Secret("exampleSecret"))
TEMPORARY = Keys("STS.exampleid", Secret("exampleSecret"), Secret("exampleToken"))


class Sign(Protocol):
    def __call__(self, request: Request, keys: Keys, *, now: datetime, nonce: str) -> Request: ...


@dataclass(frozen=True)
class Scheme:
    """One scheme as these tests use it: a request to sign, and how its signature is verified."""

    sign: Sign
    request: Request
    recompute: Callable[[Request, list[str]], str]
    token_header: str


def as_received(request: Request) -> tuple[str, list[tuple[str, str]], dict[str, str]]:
    """Return path, query and headers as a server reads them off the wire."""
    parts = urlsplit(target(request.path, request.query))
    query = parse_qsl(parts.query, keep_blank_values=True)
    return unquote(parts.path), query, lower_names(request.headers)


def recompute_acs3(request: Request, signed: list[str]) -> str:
    path, query, headers = as_received(request)
    canonical = acs3.canonical_request(
        request.method, path, query, headers, signed, sha256_hex(request.body)
    )
    return acs3.signature("exampleSecret", acs3.string_to_sign(canonical))


def recompute_tc3(request: Request, signed: list[str]) -> str:
    path, query, headers = as_received(request)
    canonical = tc3.canonical_request(
        request.method, path, query, headers, signed, sha256_hex(request.body)
    )
    timestamp = int(headers["x-tc-timestamp"])
    date = tc3.date_of(timestamp)
    to_sign = tc3.string_to_sign(timestamp, tc3.credential_scope(date, "cwp"), canonical)
    return tc3.signature(tc3.signing_key("exampleSecret", date, "cwp"), to_sign)


def recompute_sdk_hmac(request: Request, signed: list[str]) -> str:
    path, query, headers = as_received(request)
    canonical = sdk_hmac.canonical_request(
        request.method,
        path,
        query,
        headers,
        signed,
        sdk_hmac.content_hash(headers, request.body),
    )
    return sdk_hmac.signature(
        "exampleSecret", sdk_hmac.string_to_sign(headers["x-sdk-date"], canonical)
    )


def sign_sigv4(request: Request, keys: Keys, *, now: datetime, nonce: str) -> Request:
    """Signature Version 4 has no nonce."""
    return sigv4.sign(request, keys, now=now, region="eu-west-1", service="lambda")


def recompute_sigv4(request: Request, signed: list[str]) -> str:
    path, query, headers = as_received(request)
    canonical = sigv4.canonical_request(
        request.method, encoded_path(path), query, headers, signed, sha256_hex(request.body)
    )
    moment = headers["x-amz-date"]
    scope = sigv4.credential_scope(moment[:8], "eu-west-1", "lambda")
    to_sign = sigv4.string_to_sign(moment, scope, canonical)
    return sigv4.signature(sigv4.signing_key("exampleSecret", scope), to_sign)


SCHEMES = {
    "acs3": Scheme(
        acs3.sign,
        Request(
            "POST",
            "http://127.0.0.1:8080",
            "/pop/a b/é",
            (("Type", "ecs"), ("ResourceIds", "i-1,i 2"), ("Type", "")),
            {
                "x-acs-action": "SynchronizeResource",
                "x-acs-version": "2017-08-01",
                "content-type": "application/json",
                "accept": "application/json",
            },
            b'{"k": 1}',
        ),
        recompute_acs3,
        "x-acs-security-token",
    ),
    "tc3": Scheme(
        partial(tc3.sign, service="cwp"),
        Request(
            "POST",
            "https://cwp.tencentcloudapi.com",
            headers={
                "X-TC-Action": "SyncMachines",
                "X-TC-Version": "2018-02-28",
                "Content-Type": "application/json",
                "accept": "application/json",
            },
            body=b'{"Sync":false}',
        ),
        recompute_tc3,
        "x-tc-token",
    ),
    "sdk_hmac": Scheme(
        sdk_hmac.sign,
        Request(
            "POST",
            "https://oms.cn-north-4.myhuaweicloud.com",
            "/v2/p/sync-tasks/t 1/start",
            (("b", "2 +"), ("a", "汉"), ("b", "1")),
            {"Content-Type": "application/json;charset=UTF-8", "X-Project-Id": "p"},
            b'{"src_ak":"a"}',
        ),
        recompute_sdk_hmac,
        "x-security-token",
    ),
    "sigv4": Scheme(
        sign_sigv4,
        Request(
            "POST",
            "https://lambda.eu-west-1.amazonaws.com",
            "/2015-03-31/functions/a b/invocations",
            (("Qualifier", "$LATEST"), ("a", "é")),
            {"X-Amz-Invocation-Type": "Event", "Content-Type": "application/json", "accept": "*/*"},
            b"{}",
        ),
        recompute_sigv4,
        "x-amz-security-token",
    ),
}

each_scheme = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)


def signed_names(request: Request) -> list[str]:
    found = re.search("SignedHeaders=([^,]+)", request.headers["Authorization"])
    assert found
    return found[1].split(";")


def signature_of(request: Request) -> str:
    return request.headers["Authorization"].rpartition("Signature=")[2]


@each_scheme
@pytest.mark.parametrize("keys", [PERMANENT, TEMPORARY], ids=["permanent", "temporary"])
def test_a_received_request_verifies_with_the_checkpoints(scheme: Scheme, keys: Keys) -> None:
    signed = scheme.sign(scheme.request, keys, now=NOW, nonce="0a1b")

    assert signature_of(signed) == scheme.recompute(signed, signed_names(signed))


@each_scheme
def test_signing_leaves_the_request_it_was_given_alone(scheme: Scheme) -> None:
    before = dict(scheme.request.headers)

    signed = scheme.sign(scheme.request, TEMPORARY, now=NOW, nonce="0a1b")

    assert scheme.request.headers == before
    assert signed.headers.items() >= before.items()
    assert (signed.path, signed.query, signed.body) == (
        scheme.request.path,
        scheme.request.query,
        scheme.request.body,
    )


@pytest.mark.parametrize("scheme", [scheme for name, scheme in SCHEMES.items() if name != "sigv4"])
def test_two_nonces_in_one_second_give_two_signatures(scheme: Scheme) -> None:
    first = scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="0a1b")
    second = scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="2c3d")

    assert signature_of(first) != signature_of(second)


@each_scheme
def test_a_signed_request_signed_again_is_as_if_signed_once(scheme: Scheme) -> None:
    once = scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="0a1b")
    dirty = scheme.sign(scheme.request, TEMPORARY, now=NOW - timedelta(days=1), nonce="2c3d")

    assert scheme.sign(dirty, PERMANENT, now=NOW, nonce="0a1b").headers == once.headers


@each_scheme
def test_permanent_keys_send_no_token(scheme: Scheme) -> None:
    signed = scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="0a1b")

    assert scheme.token_header not in lower_names(signed.headers)


@each_scheme
def test_temporary_keys_send_their_token(scheme: Scheme) -> None:
    signed = scheme.sign(scheme.request, TEMPORARY, now=NOW, nonce="0a1b")

    assert lower_names(signed.headers)[scheme.token_header] == "exampleToken"


@each_scheme
def test_the_host_is_signed_as_it_is_sent(scheme: Scheme) -> None:
    signed = scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="0a1b")

    assert "host" in signed_names(signed)
    assert lower_names(signed.headers)["host"] == scheme.request.host


@each_scheme
def test_a_time_of_another_zone_signs_alike(scheme: Scheme) -> None:
    china = NOW.astimezone(timezone(timedelta(hours=8)))

    assert (
        scheme.sign(scheme.request, PERMANENT, now=china, nonce="0a1b").headers
        == scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="0a1b").headers
    )


@each_scheme
def test_a_time_without_a_zone_signs_nothing(scheme: Scheme) -> None:
    with pytest.raises(Internal, match="zone"):
        scheme.sign(scheme.request, PERMANENT, now=NOW.replace(tzinfo=None), nonce="0a1b")


@each_scheme
def test_neither_secret_nor_token_shows_in_a_signed_requests_repr(scheme: Scheme) -> None:
    shown = repr(scheme.sign(scheme.request, TEMPORARY, now=NOW, nonce="0a1b"))

    assert "exampleSecret" not in shown
    assert "exampleToken" not in shown
    assert "Signature" not in shown


def test_acs3_signs_every_acs_header_and_the_content_type_but_not_accept() -> None:
    signed = acs3.sign(SCHEMES["acs3"].request, TEMPORARY, now=NOW, nonce="0a1b")

    sent = {name.lower() for name in signed.headers}
    assert set(signed_names(signed)) == sent - {"accept", "authorization"}


def test_acs3_sends_the_key_id_of_temporary_keys() -> None:
    signed = acs3.sign(SCHEMES["acs3"].request, TEMPORARY, now=NOW, nonce="0a1b")

    assert signed.headers["x-acs-accesskey-id"] == "STS.exampleid"


def test_tc3_signs_with_the_utc_date_of_the_last_second_of_a_day() -> None:
    late = datetime(2026, 11, 21, 23, 59, 59, 999999, tzinfo=timezone.utc)

    signed = tc3.sign(SCHEMES["tc3"].request, PERMANENT, now=late, nonce="0a", service="cwp")

    assert "/2026-11-21/cwp/tc3_request," in signed.headers["Authorization"]
    assert signed.headers["X-TC-Timestamp"] == "1795305599"


def test_tc3_sends_its_nonce_in_lower_case_so_that_both_readings_of_the_page_agree() -> None:
    signed = tc3.sign(SCHEMES["tc3"].request, PERMANENT, now=NOW, nonce="0A1B", service="cwp")

    assert signed.headers["X-Request-Nonce"] == "0a1b"


def test_tc3_names_the_header_it_cannot_do_without() -> None:
    with pytest.raises(KeyError, match="content-type"):
        tc3.sign(
            Request("POST", "https://cwp.tencentcloudapi.com", headers={"X-TC-Action": "A"}),
            PERMANENT,
            now=NOW,
            nonce="0a1b",
            service="cwp",
        )


def test_tc3_keys_of_two_secrets_or_two_services_are_not_mixed_up() -> None:
    request = SCHEMES["tc3"].request
    other = Keys("LTAIexampleid", Secret("otherSecret"))

    signatures = {
        signature_of(tc3.sign(request, keys, now=NOW, nonce="0a1b", service=service))
        for keys in (PERMANENT, other)
        for service in ("cwp", "sts")
    }

    assert len(signatures) == 4


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", None),
        ("application/json;charset=UTF-8", None),
        ("application/bson", None),
        ("application/xml", "UNSIGNED-PAYLOAD"),
    ],
)
def test_sdk_hmac_leaves_a_body_unsigned_only_if_it_is_neither_json_nor_bson(
    content_type: str, expected: str | None
) -> None:
    request = Request("POST", "https://h.example", headers={"Content-Type": content_type})

    signed = sdk_hmac.sign(request, PERMANENT, now=NOW, nonce="0a1b")

    assert signed.headers.get("X-Sdk-Content-Sha256") == expected


def test_sdk_hmac_signs_a_json_body() -> None:
    request = SCHEMES["sdk_hmac"].request
    other = Request(
        request.method, request.origin, request.path, request.query, request.headers, b"{}"
    )

    assert signature_of(sdk_hmac.sign(request, PERMANENT, now=NOW, nonce="0a1b")) != signature_of(
        sdk_hmac.sign(other, PERMANENT, now=NOW, nonce="0a1b")
    )


def test_sdk_hmac_sends_but_does_not_sign_a_header_with_an_underscore() -> None:
    request = Request("GET", "https://h.example", headers={"TEST_UNDERSCORE": "value"})

    signed = sdk_hmac.sign(request, PERMANENT, now=NOW, nonce="0a1b")

    assert signed.headers["TEST_UNDERSCORE"] == "value"
    assert signed_names(signed) == ["host", "x-request-nonce", "x-sdk-date"]


def test_sigv4_signs_every_amz_header_and_the_content_type_but_not_accept() -> None:
    signed = sigv4.sign(
        SCHEMES["sigv4"].request, TEMPORARY, now=NOW, region="eu-west-1", service="lambda"
    )

    sent = {name.lower() for name in signed.headers}
    assert set(signed_names(signed)) == sent - {"accept", "authorization"}
    assert "/20261121/eu-west-1/lambda/aws4_request," in signed.headers["Authorization"]


def test_sdk_hmac_ends_the_canonical_path_with_one_slash() -> None:
    assert sdk_hmac.canonical_uri("/a") == sdk_hmac.canonical_uri("/a/") == "/a/"
    assert sdk_hmac.canonical_uri("/") == sdk_hmac.canonical_uri("") == "/"
