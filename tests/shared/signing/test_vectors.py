"""Every published signature vector, step by step, so that a failure names the wrong step.

A published step that no walker knows is a failure too, so nothing is skipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl

import pytest

from shared.models.credentials import AccessKey
from shared.models.http import Request
from shared.models.secret import Secret
from shared.signing import acs3, sdk_hmac, sigv4, tc3
from shared.signing.canonical import canonical_query, lowercase_names, sha256_hex
from tests.support.repository import VECTORS
from tests.support.signing import signature_of

FILES = ("acs3.json", "sdk_hmac_sha256.json", "sigv4.json", "tc3.json")
ABOUT_A_VECTOR = {"id", "provider", "algorithm", "sources", "notes"}

Inputs = dict[str, Any]
Steps = dict[str, str]


def alibaba_query(inputs: Inputs) -> Steps:
    return {"canonical_query": canonical_query(inputs.pop("query").items())}


def alibaba(inputs: Inputs) -> Steps:
    path = inputs.pop("path", None) or inputs.pop("uri")
    headers = inputs.pop("signed_headers", None) or inputs.pop("headers")
    signed = acs3.signed_headers(headers)
    canonical = acs3.canonical_request(
        inputs.pop("method"),
        path,
        inputs.pop("query").items(),
        headers,
        signed,
        sha256_hex(inputs.pop("payload").encode()),
    )
    to_sign = acs3.string_to_sign(canonical)
    signature = acs3.signature(inputs.pop("access_key_secret"), to_sign)
    return {
        "canonical_request": canonical,
        "hashed_canonical_request": sha256_hex(canonical.encode()),
        "string_to_sign": to_sign,
        "signature": signature,
        "authorization": acs3.authorization(inputs.pop("access_key_id"), signed, signature),
    }


def tencent(inputs: Inputs) -> Steps:
    headers = inputs.pop("signed_headers")
    assert headers["host"] == inputs.pop("host")
    signed = sorted(headers)
    timestamp, service = inputs.pop("timestamp"), inputs.pop("service")
    hashed_payload = sha256_hex(inputs.pop("payload").encode())
    canonical = tc3.canonical_request(
        inputs.pop("method"),
        inputs.pop("uri"),
        parse_qsl(inputs.pop("query_string"), keep_blank_values=True),
        headers,
        signed,
        hashed_payload,
    )
    date = tc3.date_of(timestamp)
    scope = tc3.credential_scope(date, service)
    to_sign = tc3.string_to_sign(timestamp, scope, canonical)
    key = tc3.signing_key(inputs.pop("secret_key"), date, service)
    signature = tc3.signature(key, to_sign)
    return {
        "hashed_payload": hashed_payload,
        "hashed_canonical_request": sha256_hex(canonical.encode()),
        "string_to_sign": to_sign,
        "signing_key_hex": key.hex(),
        "signature": signature,
        "authorization": tc3.authorization(inputs.pop("secret_id"), scope, signed, signature),
    }


def as_text(value: object) -> str:
    """Format a number or a boolean as the vendor's SDK does; our queries are text already."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def flat(query: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for name, value in query:
        for item in value if isinstance(value, list) else [value]:
            yield name, as_text(item)


def huawei_query(inputs: Inputs) -> Steps:
    return {"canonical_query": canonical_query(flat(inputs.pop("query")))}


def huawei(inputs: Inputs) -> Steps:
    headers = lowercase_names(inputs.pop("signed_headers"))
    body = (inputs.pop("body") if "body" in inputs else inputs.pop("payload")).encode()
    path, query = inputs.pop("path"), list(flat(inputs.pop("query")))
    signed = sdk_hmac.signed_headers(headers)
    canonical = sdk_hmac.canonical_request(
        inputs.pop("method"),
        path,
        query,
        headers,
        signed,
        sdk_hmac.content_hash(headers, body),
    )
    to_sign = sdk_hmac.string_to_sign(headers["x-sdk-date"], canonical)
    signature = sdk_hmac.signature(inputs.pop("sk"), to_sign)
    return {
        "canonical_request": canonical,
        "hashed_canonical_request": sha256_hex(canonical.encode()),
        "string_to_sign": to_sign,
        "signature": signature,
        "authorization": sdk_hmac.authorization(inputs.pop("ak"), signed, signature),
        # The SDK leaves the path it sends as it was given, here in plain text.
        "uri_sent": f"{path}?{canonical_query(query)}" if query else path,
    }


def raw_request(text: str) -> tuple[str, str, list[tuple[str, str]], dict[str, str], bytes]:
    """Return method, path, query, headers and body of a request as the suite writes it."""
    head, _, body = text.partition("\n\n")
    first, *lines = head.rstrip("\n").split("\n")
    method, _, rest = first.partition(" ")
    path, _, query = rest.rpartition(" ")[0].partition("?")
    headers: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.startswith(" "):  # an obsolete folded header
            headers[name][-1] += line
            continue
        name, _, value = line.partition(":")
        name = name.lower()
        headers.setdefault(name, []).append(value.strip())
    joined = {name: ",".join(values) for name, values in headers.items()}
    return method, path, parse_qsl(query, keep_blank_values=True), joined, body.encode()


def amazon(inputs: Inputs) -> Steps:
    method, path, query, headers, body = raw_request(inputs.pop("raw_request"))
    assert headers["x-amz-date"] == inputs["date"]
    if "session_token" in inputs:  # the suite's request is the one before the signer adds it
        headers["x-amz-security-token"] = inputs.pop("session_token")
    signed = sorted(headers)
    canonical = sigv4.canonical_request(method, path, query, headers, signed, sha256_hex(body))
    moment = inputs.pop("date")
    scope = sigv4.credential_scope(moment[:8], inputs.pop("region"), inputs.pop("service"))
    to_sign = sigv4.string_to_sign(moment, scope, canonical)
    signature = sigv4.signature(sigv4.signing_key(inputs.pop("secret_key"), scope), to_sign)
    return {
        "canonical_request": canonical,
        "string_to_sign": to_sign,
        "signature": signature,
        "authorization": sigv4.authorization(inputs.pop("access_key"), scope, signed, signature),
    }


WALKERS: dict[tuple[str, str], Callable[[Inputs], Steps]] = {
    ("alibaba", "ACS3-HMAC-SHA256"): alibaba,
    ("alibaba", "ACS3 canonical query"): alibaba_query,
    ("tencent", "TC3-HMAC-SHA256"): tencent,
    ("huawei", "SDK-HMAC-SHA256"): huawei,
    ("huawei", "canonical query"): huawei_query,
    ("aws", "AWS4-HMAC-SHA256"): amazon,
}


def vectors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for file in FILES:
        found += json.loads((VECTORS / file).read_text(encoding="utf-8"))
    return found


def walk(vector: dict[str, Any]) -> tuple[Steps, Inputs]:
    """Return every step's value, and the inputs that no step took."""
    inputs = dict(vector["inputs"])
    return WALKERS[vector["provider"], vector["algorithm"]](inputs), inputs


def published_steps() -> Iterator[Any]:
    for vector in vectors():
        for group in ("intermediates", "expected"):
            for step, value in vector.get(group, {}).items():
                yield pytest.param(vector, step, value, id=f"{vector['id']}-{group}-{step}")


@pytest.mark.parametrize(("vector", "step", "value"), list(published_steps()))
def test_a_step_gives_the_published_value(vector: dict[str, Any], step: str, value: str) -> None:
    steps, _ = walk(vector)

    assert steps[step] == value


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["id"])
def test_nothing_in_a_vector_is_left_unread(vector: dict[str, Any]) -> None:
    steps, unread = walk(vector)

    assert not unread
    assert steps.keys() & vector["expected"].keys()
    assert vector.keys() - ABOUT_A_VECTOR <= {"inputs", "intermediates", "expected"}


def test_every_scheme_has_vectors() -> None:
    assert {(vector["provider"], vector["algorithm"]) for vector in vectors()} == set(WALKERS)
    assert len(vectors()) == 8 + 11 + 14 + 34


@pytest.mark.parametrize(
    "vector",
    [v for v in vectors() if v["algorithm"] == "ACS3-HMAC-SHA256"],
    ids=lambda vector: vector["id"],
)
def test_signing_a_request_whole_gives_the_published_authorization(
    vector: dict[str, Any],
) -> None:
    inputs = vector["inputs"]
    published = inputs.get("signed_headers") or inputs["headers"]
    headers = {
        name: value for name, value in published.items() if name not in acs3.RESERVED_HEADERS
    }
    token = published.get("x-acs-security-token")
    request = Request(
        inputs["method"],
        f"https://{published['host']}",
        inputs.get("path") or inputs["uri"],
        tuple(inputs["query"].items()),
        headers,
        inputs["payload"].encode(),
    )
    keys = AccessKey(
        inputs["access_key_id"],
        Secret(inputs["access_key_secret"]),
        None if token is None else Secret(token),
    )

    signed = acs3.sign(
        request,
        keys,
        now=datetime.fromisoformat(published["x-acs-date"].replace("Z", "+00:00")),
        nonce=published["x-acs-signature-nonce"],
    )

    assert signed.headers == {**published, "Authorization": vector["expected"]["authorization"]}


@pytest.mark.parametrize(
    "vector",
    [
        vector
        for vector in vectors()
        if vector["algorithm"] == tc3.ALGORITHM
        and tuple(vector["inputs"]["signed_headers"]) == tc3.SIGNED_HEADERS
    ],
    ids=lambda vector: vector["id"],
)
def test_signing_a_tc3_request_whole_gives_the_published_signature(
    vector: dict[str, Any],
) -> None:
    inputs = vector["inputs"]
    request = Request(
        inputs["method"],
        f"https://{inputs['host']}",
        headers=inputs["signed_headers"],
        body=inputs["payload"].encode(),
    )
    now = datetime.fromtimestamp(inputs["timestamp"], timezone.utc)
    keys = AccessKey(inputs["secret_id"], Secret(inputs["secret_key"]))

    signed = tc3.sign(request, keys, now=now, service=inputs["service"])

    assert signature_of(signed) == vector["expected"]["signature"]


@pytest.mark.parametrize(
    "vector",
    [
        vector
        for vector in vectors()
        if vector["algorithm"] == sdk_hmac.ALGORITHM
        and {"host", "x-sdk-date"}
        <= lowercase_names(vector["inputs"].get("signed_headers", {})).keys()
    ],
    ids=lambda vector: vector["id"],
)
def test_signing_an_sdk_hmac_request_whole_gives_the_published_signature(
    vector: dict[str, Any],
) -> None:
    inputs = vector["inputs"]
    headers = lowercase_names(inputs["signed_headers"])
    token = headers.get("x-security-token")
    request = Request(
        inputs["method"],
        f"https://{headers['host']}",
        inputs["path"],
        tuple(map(tuple, inputs["query"])),
        headers,
        (inputs.get("body") or inputs.get("payload") or "").encode(),
    )
    keys = AccessKey(inputs["ak"], Secret(inputs["sk"]), None if token is None else Secret(token))
    date = headers["x-sdk-date"]
    now = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)

    signed = sdk_hmac.sign(request, keys, now=now)

    expected = vector["expected"]
    published = expected.get("signature") or expected["authorization"].rpartition("Signature=")[2]
    assert signature_of(signed) == published
