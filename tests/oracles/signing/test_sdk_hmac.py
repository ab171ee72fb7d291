"""Huawei Cloud's own SDK signs thousands of random requests as this project does.

Two things are left out. The SDK percent-decodes the path before it encodes it, so it is handed
the encoded path, as a path in plain text that holds a ``%`` would be decoded by it. It looks at
a content type before it trims it and only under the name ``Content-Type``, so content types have
that spelling and no leading space here.
"""

from __future__ import annotations

import importlib
from datetime import datetime, timezone
from functools import partial
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.models.credentials import AccessKey
from shared.models.http import Request
from shared.models.secret import Secret
from shared.signing import sdk_hmac
from shared.signing.canonical import canonical_query, encode_path
from tests.support.examples import examples

# Imported by name since they come without types.
Signer = importlib.import_module("huaweicloudsdkcore.signer.signer").Signer
SdkRequest = importlib.import_module("huaweicloudsdkcore.sdk_request").SdkRequest

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
one_line = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
spaced = st.builds("{}{}{}".format, st.sampled_from(["", " ", "\t "]), one_line, st.just("  "))
word = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=24)
content_types = st.none() | st.sampled_from(
    [
        "application/json",
        "application/json;charset=UTF-8",
        "application/json ",
        "application/bson",
        "application/xml",
        "application/x-www-form-urlencoded",
        "Application/JSON",
        "text/plain; charset=utf-8 ",
    ]
)
header_name = st.one_of(
    st.sampled_from(["X-Project-Id", "x-domain-id", "Accept", "User-Agent"]),
    st.from_regex(r"[xX]-[a-zA-Z0-9_-]{1,10}", fullmatch=True),
).filter(lambda name: name.lower() not in sdk_hmac.RESERVED_HEADERS)
instants = st.integers(946_684_800, 4_102_444_800).map(
    partial(datetime.fromtimestamp, tz=timezone.utc)
)
requests = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    origin=st.sampled_from(["https://oms.cn-north-4.myhuaweicloud.com", "http://127.0.0.1:8080"]),
    path=anything.map("/{}".format),
    # Names repeat, and often do: half of them come from three.
    query=st.lists(st.tuples(st.sampled_from("abA") | anything, anything), max_size=6).map(tuple),
    headers=st.lists(
        st.tuples(header_name, spaced), max_size=5, unique_by=lambda header: header[0].lower()
    ).map(dict),
    body=st.binary(max_size=40),
)
keys = st.builds(
    AccessKey,
    word,
    st.builds(Secret, anything.filter(bool)),
    st.none() | st.builds(Secret, word),
)


@settings(max_examples=examples(2000), deadline=None, derandomize=True, database=None)
@given(requests, content_types, keys, instants)
def test_a_request_is_signed_as_the_sdk_signs_it(
    plain: Request, content_type: str | None, keys: AccessKey, now: datetime
) -> None:
    headers = dict(plain.headers)
    if content_type is not None:
        headers["Content-Type"] = content_type
    request = Request(plain.method, plain.origin, plain.path, plain.query, headers, plain.body)

    signed = sdk_hmac.sign(request, keys, now=now)

    with_date = headers | {"X-Sdk-Date": now.strftime("%Y%m%dT%H%M%SZ")}
    if keys.token is not None:
        with_date["X-Security-Token"] = keys.token.get_secret_value()
    theirs = Signer(SimpleNamespace(ak=keys.access_key_id, sk=keys.secret.get_secret_value())).sign(
        SdkRequest(
            method=request.method,
            host=request.host,
            resource_path=encode_path(request.path),
            query_params=list(request.query),
            header_params=dict(with_date),
            body=request.body,
        )
    )
    assert signed.headers["Authorization"] == theirs.header_params["Authorization"]
    assert signed.headers.keys() == theirs.header_params.keys()
    assert signed.headers.get("X-Sdk-Content-Sha256") == theirs.header_params.get(
        "X-Sdk-Content-Sha256"
    )


@settings(max_examples=examples(2000), deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.sampled_from("abA") | anything, anything), max_size=6))
def test_a_query_is_spelled_as_the_sdk_spells_it(query: list[tuple[str, str]]) -> None:
    theirs = Signer.process_canonical_query_string(SdkRequest(query_params=list(query)))

    assert canonical_query(query) == theirs
