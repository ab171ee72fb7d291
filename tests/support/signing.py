"""The signature schemes, each with a request to sign and a way to verify its signature."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.models.credentials import AccessKey
from shared.models.http import Request
from shared.models.secret import Secret
from shared.signing import acs3, sdk_hmac, sigv4, tc3
from shared.signing.canonical import encode_path, lowercase_names, request_target, sha256_hex

NOW = datetime(2026, 11, 21, 20, 24, 29, 123456, tzinfo=timezone.utc)
PERMANENT = AccessKey("LTAIexampleid", Secret("exampleSecret"))
TEMPORARY = AccessKey("STS.exampleid", Secret("exampleSecret"), Secret("exampleToken"))


class Sign(Protocol):
    def __call__(
        self, request: Request, keys: AccessKey, *, now: datetime, nonce: str
    ) -> Request: ...


@dataclass(frozen=True)
class Scheme:
    """One scheme as these tests use it: a request to sign, and how its signature is verified."""

    sign: Sign
    request: Request
    recompute: Callable[[Request, list[str]], str]
    token_header: str


def as_received(request: Request) -> tuple[str, list[tuple[str, str]], dict[str, str]]:
    """Return path, query and headers as a server reads them off the wire."""
    parts = urlsplit(request_target(request.path, request.query))
    query = parse_qsl(parts.query, keep_blank_values=True)
    return unquote(parts.path), query, lowercase_names(request.headers)


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


def sign_tc3(request: Request, keys: AccessKey, *, now: datetime, nonce: str) -> Request:
    """TC3-HMAC-SHA256 has no nonce."""
    return tc3.sign(request, keys, now=now, service="cwp")


def sign_sdk_hmac(request: Request, keys: AccessKey, *, now: datetime, nonce: str) -> Request:
    """SDK-HMAC-SHA256 has no nonce."""
    return sdk_hmac.sign(request, keys, now=now)


def sign_sigv4(request: Request, keys: AccessKey, *, now: datetime, nonce: str) -> Request:
    """Signature Version 4 has no nonce."""
    return sigv4.sign(request, keys, now=now, region="eu-west-1", service="lambda")


def recompute_sigv4(request: Request, signed: list[str]) -> str:
    path, query, headers = as_received(request)
    canonical = sigv4.canonical_request(
        request.method, encode_path(path), query, headers, signed, sha256_hex(request.body)
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
        sign_tc3,
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
        sign_sdk_hmac,
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


def signed_names(request: Request) -> list[str]:
    """Return the names of the signed headers of a request."""
    found = re.search("SignedHeaders=([^,]+)", request.headers["Authorization"])
    assert found
    return found[1].split(";")


def signature_of(request: Request) -> str:
    """Return the signature of a request."""
    return request.headers["Authorization"].rpartition("Signature=")[2]
