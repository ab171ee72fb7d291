"""Alibaba Cloud's own SDK signs thousands of random requests as this project does.

The strategies leave out what the SDK cannot do or does otherwise than documented:
a query of the SDK is a mapping, so no name repeats; its names are not percent-encoded, so they
are of unreserved characters only; and it signs whatever headers it is handed, so it is handed
those that the documents want signed.
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
from shared.signing import acs3
from shared.signing.canonical import percent_encode
from tests.support.examples import examples

# Imported by name since it comes without types.
sdk = importlib.import_module("alibabacloud_tea_openapi.utils").Utils

UNRESERVED = "ABCXYZabcxyz019-_.~"
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
one_line = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
spaced = st.builds("{}{}{}".format, st.sampled_from(["", " ", "\t "]), one_line, st.just("  "))
ascii_word = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=24)
header_name = st.one_of(
    st.sampled_from(["content-type", "Content-Type", "accept", "user-agent"]),
    st.from_regex(r"[xX]-[aA][cC][sS]-[a-zA-Z0-9-]{1,10}", fullmatch=True),
)
instants = st.integers(946_684_800, 4_102_444_800).map(
    partial(datetime.fromtimestamp, tz=timezone.utc)
)
requests = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    origin=st.sampled_from(["https://edas.cn-hangzhou.aliyuncs.com", "http://127.0.0.1:8080"]),
    path=anything.map("/{}".format),
    query=st.dictionaries(st.text(UNRESERVED, min_size=1, max_size=6), anything, max_size=6).map(
        lambda query: tuple(query.items())
    ),
    headers=st.lists(
        st.tuples(header_name, spaced), max_size=6, unique_by=lambda header: header[0].lower()
    ).map(dict),
    body=st.binary(max_size=40),
)
keys = st.builds(
    AccessKey, ascii_word, st.builds(Secret, anything), st.none() | st.builds(Secret, ascii_word)
)


@settings(max_examples=examples(2000), deadline=None, derandomize=True, database=None)
@given(requests, keys, instants, ascii_word)
def test_a_request_is_signed_as_the_sdk_signs_it(
    request: Request, keys: AccessKey, now: datetime, nonce: str
) -> None:
    signed = acs3.sign(request, keys, now=now, nonce=nonce)

    to_sign = {
        name: value
        for name, value in signed.headers.items()
        if name.lower() in {"host", "content-type"} or name.lower().startswith("x-acs-")
    }
    theirs = sdk.get_authorization(
        SimpleNamespace(
            method=request.method,
            pathname=sdk.get_encode_path(request.path),
            query=dict(request.query),
            headers=to_sign,
        ),
        "ACS3-HMAC-SHA256",
        sdk.hash(request.body, "ACS3-HMAC-SHA256").hex(),
        keys.access_key_id,
        keys.secret.get_secret_value(),
    )
    assert signed.headers["Authorization"] == theirs


@settings(max_examples=examples(2000), deadline=None, derandomize=True, database=None)
@given(anything)
def test_text_is_percent_encoded_as_the_sdk_does_it(text: str) -> None:
    assert percent_encode(text) == sdk.get_encode_param(text)
