"""How requests to Function Compute are signed, and what its responses are parsed to."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from functions.alibaba.sts import STS
from local.deployment.fc.calls import reading, writing
from local.deployment.fc.requests import host_of, parse_response, sign
from shared.errors import (
    BadResponse,
    Conflict,
    Forbidden,
    Misconfigured,
    NotFound,
    SyncError,
    Unauthenticated,
)
from shared.models.credentials import AccessKey, AuthToken
from shared.models.flow import ApiCall
from shared.models.http import Response
from shared.models.operation import CallContext
from shared.models.secret import Secret
from tests.support.operation_runner import NOW

PATH = "/2023-03-30/functions/alibaba-synchronize-resource"
CONTEXT = CallContext("cn-hangzhou", None, "direct", NOW)
INVOCATION = writing("InvokeFunction", "POST", f"{PATH}/invocations", {})
READING = reading("GetFunction", PATH)
FAILED = {"x-fc-error-type": "UnhandledInvocationError", "x-fc-request-id": "example-run"}


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("cn-hangzhou", "fcv3.cn-hangzhou.aliyuncs.com"),
        ("me-central-1", "me-central-1.fc.aliyuncs.com"),
        ("cn-shanghai-finance-1", "cn-shanghai-finance-1.fc.aliyuncs.com"),
    ],
)
def test_the_host_is_the_vendors_clients(region: str, host: str) -> None:
    assert host_of(region, lambda _name: None) == host


def parsed(call: ApiCall, status: int, body: bytes, headers: dict[str, str]) -> Any:
    return parse_response(call, Response(status, headers, body), json.loads).body


@pytest.mark.parametrize(
    ("body", "result"),
    [(b'{"a": 1}', {"a": 1}), (b"[1]", [1]), (b'"text"', "text"), (b"null", None), (b"", None)],
)
def test_a_result_may_be_any_json(body: bytes, result: object) -> None:
    assert parsed(INVOCATION, 200, body, {}) == {"result": result}


def test_a_result_that_is_not_json_is_a_bad_response() -> None:
    with pytest.raises(BadResponse) as caught:
        parsed(INVOCATION, 200, b"not JSON", {})

    assert caught.value.retryable is False


@pytest.mark.parametrize("status", [200, 404, 502])
@pytest.mark.parametrize("body", [b'{"errorMessage": "no module"}', b'"text"', b""])
def test_a_function_that_raises_is_a_failure(status: int, body: bytes) -> None:
    with pytest.raises(Conflict) as caught:
        parsed(INVOCATION, status, body, FAILED)

    assert (caught.value.code, caught.value.request_id) == ("FunctionFailed", "example-run")
    said = "no module" if b"module" in body else "no reason is given"
    assert said in caught.value.message


def test_an_error_of_the_platform_is_not_one_of_the_function() -> None:
    body = b'{"Code": "FunctionNotFound", "Message": "does not exist", "RequestId": "example"}'

    with pytest.raises(NotFound) as caught:
        parsed(INVOCATION, 404, body, {"x-fc-error-type": "FCCommonError"})

    assert (caught.value.code, caught.value.request_id) == ("FunctionNotFound", "example")


def test_a_response_without_a_body_is_an_empty_object() -> None:
    assert parsed(READING, 204, b"", {}) == {}


@pytest.mark.parametrize("body", [b"[]", b"<html>", b'{"a":'])
def test_a_response_that_is_no_object_is_a_bad_response(body: bytes) -> None:
    with pytest.raises(BadResponse):
        parsed(READING, 200, body, {})


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("SignatureNotMatch", 403, Unauthenticated),
        ("InvalidTimeStamp.Expired", 400, Unauthenticated),
        ("AccessDenied", 403, Forbidden),
        ("Unheard", 409, Conflict),
    ],
)
def test_an_errors_class_is_that_of_its_code(
    code: str, status: int, error: type[SyncError]
) -> None:
    body = json.dumps({"Code": code, "Message": "example", "RequestId": "example"}).encode()

    with pytest.raises(error) as caught:
        parsed(READING, status, body, {})

    assert (caught.value.code, caught.value.message) == (code, "example")


def test_an_error_without_a_body_is_that_of_its_status() -> None:
    with pytest.raises(NotFound):
        parsed(READING, 404, b"", {})


def test_only_access_keys_sign() -> None:
    with pytest.raises(Misconfigured):
        sign(READING, "https://example.com", AuthToken(Secret("example")), CONTEXT, NOW, "nonce")


def test_other_services_are_called_as_by_the_operations() -> None:
    call = ApiCall(STS, "GetCallerIdentity", "POST", version="2015-04-01")
    keys = AccessKey("exampleId", Secret("exampleSecret"))

    found = sign(
        call,
        "https://sts.aliyuncs.com",
        keys,
        CONTEXT,
        datetime(2026, 11, 27, tzinfo=timezone.utc),
        "nonce",
    )

    assert found.headers["x-acs-action"] == "GetCallerIdentity"
    assert parsed(call, 200, b'{"AccountId": "1"}', {}) == {"AccountId": "1"}
