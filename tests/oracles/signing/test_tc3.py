"""Tencent Cloud's own SDK signs thousands of random requests as this project does.

The SDK signs ``content-type;host`` only, and takes their values as they are, where the page says
lower case: content types and hosts here are in lower case, as all that the SDK sends are.
It writes a GET's query as a form (a space becomes ``+``), where the page wants RFC 3986, so
values of a GET hold no space here.
"""

from __future__ import annotations

import hashlib
import importlib
from datetime import datetime, timezone
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.models.credentials import AccessKey
from shared.models.http import Request
from shared.models.secret import Secret
from shared.signing import tc3
from shared.signing.canonical import lowercase_names, sha256_hex
from tests.support.examples import examples

# Imported by name since they come without types.
Sign = importlib.import_module("tencentcloud.common.sign").Sign
AbstractClient = importlib.import_module("tencentcloud.common.abstract_client").AbstractClient
Credential = importlib.import_module("tencentcloud.common.credential").Credential
RequestInternal = importlib.import_module("tencentcloud.common.http.request").RequestInternal

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
no_space = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" "), max_size=12)
word = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=24)
lower_case = st.text("abcxyz019-/; =", max_size=12)
spaced = st.builds("{}{}{}".format, st.sampled_from(["", " ", "\t "]), lower_case, st.just(" "))
hosts = st.sampled_from(
    ["cwp.tencentcloudapi.com", "cwp.intl.tencentcloudapi.com", "127.0.0.1:8080"]
)
services = st.sampled_from(["cwp", "sts", "cvm"])
tokens = st.none() | word
parameters = st.dictionaries(
    anything, st.booleans() | st.integers() | anything | st.lists(anything, max_size=3), max_size=4
)
instants = st.integers(946_684_800, 4_102_444_800).map(
    partial(datetime.fromtimestamp, tz=timezone.utc)
)


def authorization(
    method: str,
    query: list[tuple[str, str]],
    headers: dict[str, str],
    body: bytes,
    keys: tuple[str, str, str],
) -> str:
    """Recompute a received request's ``Authorization``, as a verifier would."""
    secret_id, secret, service = keys
    received = lowercase_names(headers)
    signed = ["content-type", "host"]
    timestamp = int(received["x-tc-timestamp"])
    date = tc3.date_of(timestamp)
    scope = tc3.credential_scope(date, service)
    canonical = tc3.canonical_request(method, "/", query, received, signed, sha256_hex(body))
    signature = tc3.signature(
        tc3.signing_key(secret, date, service), tc3.string_to_sign(timestamp, scope, canonical)
    )
    return tc3.authorization(secret_id, scope, signed, signature)


@pytest.fixture(scope="module")
def client() -> Any:
    return AbstractClient(Credential("AKIDexample", "exampleSecret"), "ap-guangzhou")


def built_by(client: Any, method: str, host: str, service: str, params: dict[str, Any]) -> Any:
    """Return a request signed by the SDK's own client, at the current time."""
    client.profile.httpProfile.endpoint = host
    client._service = service
    client._apiVersion = "2018-02-28"
    request = RequestInternal(host, method, "/")
    client._build_req_with_tc3_signature("SyncMachines", params, request)
    return request


@pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")
@settings(max_examples=examples(2000), deadline=None, derandomize=True, database=None)
@given(params=parameters, host=hosts, service=services, secret_id=word, secret=word, token=tokens)
def test_a_post_of_the_sdk_verifies_with_the_checkpoints(
    client: Any,
    params: dict[str, Any],
    host: str,
    service: str,
    secret_id: str,
    secret: str,
    token: str | None,
) -> None:
    client.credential = Credential(secret_id, secret, token)

    theirs = built_by(client, "POST", host, service, params)

    assert theirs.header["Authorization"] == authorization(
        "POST", [], theirs.header, theirs.data.encode(), (secret_id, secret, service)
    )


@pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")
@settings(max_examples=examples(2000), deadline=None, derandomize=True, database=None)
@given(params=st.dictionaries(no_space, no_space, max_size=4), host=hosts)
def test_a_get_of_the_sdk_verifies_with_the_checkpoints(
    client: Any, params: dict[str, str], host: str
) -> None:
    client.credential = Credential("AKIDexample", "exampleSecret")

    theirs = built_by(client, "GET", host, "cwp", params)

    query = parse_qsl(theirs.data, keep_blank_values=True)
    assert theirs.header["Authorization"] == authorization(
        "GET", query, theirs.header, b"", ("AKIDexample", "exampleSecret", "cwp")
    )


@settings(max_examples=examples(2000), deadline=None, derandomize=True, database=None)
@given(
    action=st.text("SyncMahines", min_size=1),
    content_type=spaced,
    host=hosts,
    body=st.binary(max_size=40) | anything.map(str.encode),
    service=services,
    keys=st.builds(
        AccessKey, word, st.builds(Secret, anything), st.none() | st.builds(Secret, word)
    ),
    now=instants,
)
def test_a_request_carries_the_signature_that_the_sdk_gives_it(
    action: str,
    content_type: str,
    host: str,
    body: bytes,
    service: str,
    keys: AccessKey,
    now: datetime,
) -> None:
    headers = {"X-TC-Action": action, "Content-Type": content_type, "X-TC-Region": "ap-guangzhou"}
    request = Request("POST", f"https://{host}", headers=headers, body=body)

    signed = tc3.sign(request, keys, now=now, service=service)

    # Written out by hand from the page, not with the code under test.
    names = "content-type;host;x-tc-action"
    canonical = (
        f"POST\n/\n\ncontent-type:{content_type.strip()}\nhost:{host}\n"
        f"x-tc-action:{action.lower()}\n\n"
        f"{names}\n{hashlib.sha256(body).hexdigest()}"
    )
    date = now.strftime("%Y-%m-%d")
    scope = f"{date}/{service}/tc3_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    theirs = Sign.sign_tc3(
        keys.secret.get_secret_value(),
        date,
        service,
        f"TC3-HMAC-SHA256\n{signed.headers['X-TC-Timestamp']}\n{scope}\n{hashed}",
    )
    assert signed.headers["X-TC-Timestamp"] == str(int(now.timestamp()))
    assert signed.headers["Authorization"] == (
        f"TC3-HMAC-SHA256 Credential={keys.access_key_id}/{scope}, "
        f"SignedHeaders={names}, Signature={theirs}"
    )
