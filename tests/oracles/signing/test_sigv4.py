"""AWS's own SDK signs thousands of random requests as this project does."""

from __future__ import annotations

import importlib
from datetime import datetime, timezone
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.models.credentials import AccessKey
from shared.models.http import Request
from shared.models.secret import Secret
from shared.signing import sigv4
from shared.signing.canonical import (
    encode_path,
    iso_basic,
    lowercase_names,
    request_target,
    sha256_hex,
)
from tests.support.examples import examples

# Imported by name since they come without types.
SigV4Auth = importlib.import_module("botocore.auth").SigV4Auth
AWSRequest = importlib.import_module("botocore.awsrequest").AWSRequest
Credentials = importlib.import_module("botocore.credentials").Credentials

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plain = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=16)
word = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=24)
names = st.from_regex(r"[a-zA-Z][a-zA-Z0-9-]{0,9}", fullmatch=True).map("x-amz-t-{}".format)
segments = st.lists(anything.map(lambda text: text.replace("/", "")) | st.sampled_from([".", ".."]))
paths = segments.map(lambda parts: "/" + "/".join(parts))
queries = st.lists(st.tuples(anything.filter(bool), anything), max_size=4)
hosts = st.sampled_from(["lambda.eu-west-1.amazonaws.com", "127.0.0.1:8080"])
regions = st.sampled_from(["eu-west-1", "cn-north-1", "us-gov-west-1"])
services = st.sampled_from(["lambda", "sts"])
instants = st.integers(946_684_800, 4_102_444_800).map(
    partial(datetime.fromtimestamp, tz=timezone.utc)
)


def signed_by_the_sdk(
    request: Request, sent: str, keys: AccessKey, now: datetime, region: str, service: str
) -> Any:
    """Return the SDK's request after it signed what ours would put on the wire."""
    theirs = AWSRequest(
        method=request.method,
        url=f"{request.origin}{sent}",
        headers=dict(request.headers),
        data=request.body,
    )
    theirs.context["timestamp"] = iso_basic(now)
    token = keys.token.get_secret_value() if keys.token else None
    auth = SigV4Auth(
        Credentials(keys.access_key_id, keys.secret.get_secret_value(), token), service, region
    )
    auth._modify_request_before_signing(theirs)
    canonical = auth.canonical_request(theirs)
    to_sign = auth.string_to_sign(theirs, canonical)
    auth._inject_signature_to_request(theirs, auth.signature(to_sign, theirs))
    return theirs


@settings(max_examples=examples(2000), deadline=None, derandomize=True, database=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    path=paths,
    query=queries,
    headers=st.dictionaries(names, plain, max_size=3),
    host=hosts,
    body=st.binary(max_size=40),
    keys=st.builds(AccessKey, word, st.builds(Secret, word), st.none() | st.builds(Secret, word)),
    now=instants,
    region=regions,
    service=services,
)
def test_a_request_carries_the_signature_that_the_sdk_gives_it(
    method: str,
    path: str,
    query: list[tuple[str, str]],
    headers: dict[str, str],
    host: str,
    body: bytes,
    keys: AccessKey,
    now: datetime,
    region: str,
    service: str,
) -> None:
    given_headers = {**lowercase_names(headers), "content-type": "application/json"}
    request = Request(method, f"https://{host}", path, tuple(query), given_headers, body)

    signed = sigv4.sign(request, keys, now=now, region=region, service=service)

    sent = request_target(request.path, request.query)
    theirs = signed_by_the_sdk(request, sent, keys, now, region, service)
    assert signed.headers["Authorization"] == theirs.headers["Authorization"]
    assert signed.headers["X-Amz-Date"] == theirs.headers["X-Amz-Date"]
    assert signed.headers.get("X-Amz-Security-Token") == theirs.headers.get("X-Amz-Security-Token")


@settings(max_examples=examples(500), deadline=None, derandomize=True, database=None)
@given(path=paths, query=queries, value=plain)
def test_the_canonical_request_is_the_sdks(
    path: str, query: list[tuple[str, str]], value: str
) -> None:
    headers = {"host": "127.0.0.1:8080", "x-amz-note": value}
    request = Request("PUT", "https://127.0.0.1:8080", path, tuple(query), headers)
    theirs = AWSRequest(
        method="PUT",
        url=f"{request.origin}{request_target(path, query)}",
        headers=headers,
        data=b"",
    )

    auth = SigV4Auth(Credentials("AKIDEXAMPLE", "exampleSecret"), "lambda", "eu-west-1")

    assert sigv4.canonical_request(
        "PUT", encode_path(path), query, headers, ["host", "x-amz-note"], sha256_hex(b"")
    ) == auth.canonical_request(theirs)
