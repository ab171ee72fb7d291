"""Signs requests to Function Compute and parses its responses.

Unlike Alibaba Cloud's other services that are called here, it takes JSON, and runs a function with
the very bytes of the body. Source: the client of alibabacloud_fc20230330 4.8.3.
"""

from __future__ import annotations

from datetime import datetime

from functions.alibaba.provider import (
    ALIBABA,
    REQUEST_ID_KEYS,
    error_from_response,
)
from functions.alibaba.provider import parse_response as parse_other_services
from functions.alibaba.provider import sign as sign_other_services
from local.deployment.fc.error_codes import ERROR_CODES
from shared.errors import BadResponse, Conflict, Misconfigured
from shared.models.credentials import AccessKey, Credentials
from shared.models.error_code import lookup
from shared.models.error_reason import find_reason, first_text
from shared.models.flow import ApiCall, ApiResponse, GetSetting, Service
from shared.models.http import JsonParser, Request, Response, encode_json
from shared.models.operation import CallContext
from shared.models.provider_errors import error_from_code, parse_json_object, unexpected_body
from shared.signing import acs3

JSON = "application/json; charset=utf-8"
BYTES = "application/octet-stream"
INVOKE = "InvokeFunction"
RESULT = "result"
"""The key under which what a function returned is returned, since it may be no JSON object."""

FAILED_RUNS = frozenset({"HandledInvocationError", "UnhandledInvocationError"})
"""``x-fc-error-type`` of a run whose function failed; other types are the platform's own."""

OTHER_HOSTS = {
    "cn-hangzhou-finance": "cn-hangzhou-finance.fc.aliyuncs.com",
    "cn-heyuan-acdr-1": "cn-heyuan-acdr-1.fc.aliyuncs.com",
    "cn-shanghai-finance-1": "cn-shanghai-finance-1.fc.aliyuncs.com",
    "me-central-1": "me-central-1.fc.aliyuncs.com",
}


def host_of(region: str | None, _setting: GetSetting) -> str:
    """Return Function Compute's host in a region, which finds the account by the key.

    That is the vendor's client's. The account's own host, ``<account>.<region>.fc.aliyuncs.com``,
    would take the same requests, but needs the account's ID.
    """
    region = region or ""
    return OTHER_HOSTS.get(region, f"fcv3.{region}.aliyuncs.com")


FC = Service(
    name="fc",
    label="Function Compute",
    endpoint_settings=("ALIBABA_FC_ENDPOINT_URL",),
    host_of=host_of,
)


def sign(
    call: ApiCall,
    origin: str,
    credentials: Credentials,
    context: CallContext,
    now: datetime,
    nonce: str,
) -> Request:
    """Return a call as a request signed with ACS3-HMAC-SHA256.

    Raises
    ------
    Misconfigured: the credentials are no access keys.
    """
    if call.service is not FC:
        return sign_other_services(call, origin, credentials, context, now, nonce)
    if not isinstance(credentials, AccessKey):
        raise Misconfigured("Function Compute requires access keys, not a token")
    headers = {
        "accept": "application/json",
        "x-acs-action": call.action,
        "x-acs-version": call.version,
        **dict(call.headers),
    }
    if call.body is not None:
        headers["content-type"] = BYTES if call.action == INVOKE else JSON
    request = Request(
        method=call.method,
        origin=origin,
        path=call.path,
        query=call.query,
        headers=headers,
        body=encode_json(call.body),
    )
    return acs3.sign(request, credentials, now=now, nonce=nonce)


def parse_response(call: ApiCall, response: Response, parse: JsonParser) -> ApiResponse:
    """Return a response's JSON object; an empty one for a response without a body.

    Raises
    ------
    SyncError: its class depends on Function Compute's code, then on the HTTP status.
    BadResponse: XML, HTML, truncated JSON, another JSON type or a redirect.
    """
    if call.service is not FC:
        return parse_other_services(call, response, parse)
    headers = response.headers
    request_id = headers.get("x-fc-request-id") or headers.get("x-acs-request-id")
    is_success = 200 <= response.status < 300
    if call.action == INVOKE and (is_success or headers.get("x-fc-error-type") in FAILED_RUNS):
        return parse_result(response, request_id, parse)
    body = parse_json_object(response, request_id, parse)
    if is_success:
        return ApiResponse(body=body or {}, status=response.status, request_id=request_id)
    if body is None:
        raise unexpected_body(response, request_id)
    request_id = first_text(body, REQUEST_ID_KEYS) or request_id
    reason = find_reason(body)
    if reason.code is None or lookup(ERROR_CODES, reason.code) is None:
        raise error_from_response(call, body, response.status, request_id)
    raise error_from_code(
        ERROR_CODES,
        code=reason.code,
        message=reason.message,
        status=response.status,
        request_id=request_id,
        call=call,
    )


def parse_result(response: Response, request_id: str | None, parse: JsonParser) -> ApiResponse:
    """Return what a function returned, under the key ``result``.

    Raises
    ------
    Conflict: the function raised, or could not be started.
    BadResponse: its result is not JSON.
    """
    try:
        result = parse(response.body) if response.body.strip() else None
    except (ValueError, RecursionError):
        raise BadResponse(
            "the function's result is not JSON", retryable=False, request_id=request_id
        ) from None
    if "x-fc-error-type" in response.headers:
        said = find_reason(result).message if isinstance(result, dict) else ""
        raise Conflict(
            f"the function failed: {said or 'no reason is given'}",
            code="FunctionFailed",
            hint="The function exists but could not run: see its log.",
            request_id=request_id,
        )
    return ApiResponse(body={RESULT: result}, status=response.status, request_id=request_id)


PROVIDER = ALIBABA._replace(sign=sign, parse_response=parse_response)
"""Alibaba Cloud, with Function Compute's requests and responses."""
