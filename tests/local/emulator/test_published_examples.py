"""The providers' published signature examples pass; with another secret they do not."""

from __future__ import annotations

import json
from calendar import timegm
from collections.abc import Callable
from time import strptime
from typing import Any

import pytest

from local.emulator import Key, Received, alibaba, aws, huawei_gateway, tencent
from local.emulator.keys import KeyRing, NonceMemory
from local.emulator.service import Refusal
from local.emulator.verification import verify_acs3, verify_sdk_hmac, verify_sigv4, verify_tc3
from tests.support.repository import VECTORS


def vector(file: str, name: str) -> tuple[dict[str, Any], str]:
    """Return a published example's inputs and signature."""
    for case in json.loads((VECTORS / file).read_text(encoding="utf-8")):
        if case["id"] == name:
            return case["inputs"], case["expected"]["signature"]
    msg = f"{name} is not in {file}"
    raise LookupError(msg)


def acs3(more: str) -> Key:
    inputs, signature = vector("acs3.json", "acs3-doc-runinstances")
    headers = dict(inputs["headers"])
    access_key_id, names = inputs["access_key_id"], ";".join(sorted(headers))
    headers["authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={access_key_id},SignedHeaders={names},Signature={signature}"
    )
    query = tuple(inputs["query"].items())
    request = Received("ecs", inputs["method"], inputs["uri"], query=query, headers=headers)
    keys = KeyRing(Key(access_key_id, inputs["access_key_secret"] + more))
    now = timegm(strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ"))
    return verify_acs3(request, keys, NonceMemory(60), now, alibaba.failure)


def tc3(more: str) -> Key:
    inputs, signature = vector("tc3.json", "tc3-doc-current-masked32")
    names = ";".join(inputs["signed_headers"])
    scope = f"{inputs['secret_id']}/2019-02-25/{inputs['service']}/tc3_request"
    # On the wire the action has capitals; it is signed in lower case.
    headers = {
        **inputs["signed_headers"],
        "x-tc-action": "DescribeInstances",
        "x-tc-timestamp": str(inputs["timestamp"]),
        "authorization": f"TC3-HMAC-SHA256 Credential={scope}, "
        f"SignedHeaders={names}, Signature={signature}",
    }
    body = inputs["payload"].encode()
    request = Received("cvm", inputs["method"], inputs["uri"], headers=headers, body=body)
    keys = KeyRing(Key(inputs["secret_id"], inputs["secret_key"] + more))
    return verify_tc3(request, keys, inputs["service"], inputs["timestamp"], tencent.failure)


def sdk_hmac(more: str) -> Key:
    inputs, signature = vector("sdk_hmac_sha256.json", "huawei-doc-vpcs")
    headers = {name.lower(): value for name, value in inputs["signed_headers"].items()}
    names = ";".join(sorted(headers))
    headers["authorization"] = (
        f"SDK-HMAC-SHA256 Access={inputs['ak']}, SignedHeaders={names}, Signature={signature}"
    )
    query = tuple((name, value) for name, value in inputs["query"])
    request = Received("vpc", inputs["method"], inputs["path"], query=query, headers=headers)
    keys = KeyRing(Key(inputs["ak"], inputs["sk"] + more))
    now = timegm(strptime(headers["x-sdk-date"], "%Y%m%dT%H%M%SZ"))
    return verify_sdk_hmac(request, keys, now, huawei_gateway.failure)


def sigv4(more: str) -> Key:
    inputs, signature = vector("sigv4.json", "sigv4-post-vanilla-query")
    scope = f"{inputs['date'][:8]}/{inputs['region']}/{inputs['service']}/aws4_request"
    headers = {
        "host": "example.amazonaws.com",
        "x-amz-date": inputs["date"],
        "authorization": f"AWS4-HMAC-SHA256 Credential={inputs['access_key']}/{scope}, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}",
    }
    query = (("Param1", "value1"),)
    request = Received("service", "POST", "/", query=query, headers=headers)
    keys = KeyRing(Key(inputs["access_key"], inputs["secret_key"] + more))
    now = timegm(strptime(inputs["date"], "%Y%m%dT%H%M%SZ"))
    return verify_sigv4(request, keys, "service", now, aws.failure)


SCHEMES = pytest.mark.parametrize("verify", [acs3, tc3, sdk_hmac, sigv4])


@SCHEMES
def test_the_published_example_is_accepted(verify: Callable[[str], Key]) -> None:
    assert verify("").account == "default"


@SCHEMES
def test_the_published_example_needs_its_own_secret(verify: Callable[[str], Key]) -> None:
    with pytest.raises(Refusal, match="signature"):
        verify("x")
