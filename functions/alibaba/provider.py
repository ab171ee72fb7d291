"""Signs requests to Alibaba Cloud and parses its responses.

Source: "V3 request structure and signature" of Alibaba's OpenAPI documentation.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from shared.errors import Misconfigured, SyncError, Unauthenticated
from shared.models.credentials import AccessKey, Anonymous, Credentials
from shared.models.error_reason import find_reason, first_text
from shared.models.flow import ApiCall, ApiResponse, Flow
from shared.models.http import JsonParser, Request, Response, encode_form
from shared.models.operation import CallContext, Provider
from shared.models.provider_errors import error_from_code, parse_json_object, unexpected_body
from shared.signing import acs3

if TYPE_CHECKING:
    from shared.models.role import Role, RoleSession

FORM = "application/x-www-form-urlencoded"
EXPIRED = frozenset({"InvalidTimeStamp.Expired"})
REQUEST_ID_KEYS = ("RequestId", "requestId", "request_id", "RequestID")
"""How services spell it: the SDK reads the first two (alibabacloud_tea_openapi 0.4.6)."""


def sign(
    call: ApiCall,
    origin: str,
    credentials: Credentials,
    _context: CallContext,
    now: datetime,
    nonce: str,
) -> Request:
    """Return a call as a request signed with ACS3-HMAC-SHA256, or unsigned if it is anonymous."""
    headers = {
        "accept": "application/json",
        "x-acs-action": call.action,
        "x-acs-version": call.version,
    }
    if call.body is not None:
        headers["content-type"] = FORM
    request = Request(
        method=call.method,
        origin=origin,
        path=call.path,
        query=call.query,
        headers=headers,
        body=encode_form(call.body),
    )
    if isinstance(credentials, Anonymous):
        return unsigned(request, call, now, nonce)
    if not isinstance(credentials, AccessKey):
        raise Misconfigured("Alibaba Cloud requires access keys, not a token")
    return acs3.sign(request, credentials, now=now, nonce=nonce)


def unsigned(request: Request, call: ApiCall, now: datetime, nonce: str) -> Request:
    """Return a request without a signature; its query names what the signature's headers would.

    Source: ``do_rpcrequest`` of ``alibabacloud_tea_openapi`` 0.4.6.
    """
    query = (
        ("Action", call.action),
        ("Format", "json"),
        ("Version", call.version),
        ("Timestamp", acs3.acs_date(now)),
        ("SignatureNonce", nonce),
        *request.query,
    )
    return request._replace(query=query, headers={"host": request.host, **request.headers})


def assume_role(role: Role, session_name: str, context: CallContext) -> Flow[RoleSession]:
    """Return the flow that assumes a RAM role."""
    from functions.alibaba import assume_role as flow  # only needed for an account with a role

    return flow.assume_role(role, session_name, context)


def parse_response(call: ApiCall, response: Response, parse: JsonParser) -> ApiResponse:
    """Return a response's JSON object.

    Raises
    ------
    SyncError: its class depends on the provider's code, then on the HTTP status.
    BadResponse: XML, HTML, truncated JSON, another JSON type or a redirect.
    """
    request_id = response.headers.get("x-acs-request-id")
    body = parse_json_object(response, request_id, parse)
    if body is None:
        raise unexpected_body(response, request_id)
    request_id = first_text(body, REQUEST_ID_KEYS) or request_id
    if not 200 <= response.status < 300:
        raise error_from_response(call, body, response.status, request_id)
    return ApiResponse(body=body, status=response.status, request_id=request_id)


def error_from_response(
    call: ApiCall, body: dict[str, object], status: int, request_id: str | None
) -> SyncError:
    """Return the error for an error response."""
    from functions.alibaba.error_codes import ERROR_CODES  # only needed for an error

    reason = find_reason(body)
    error = error_from_code(
        ERROR_CODES,
        code=reason.code,
        message=reason.message,
        status=status,
        request_id=request_id,
        call=call,
    )
    if isinstance(error, Unauthenticated):
        error.expired_signature = error.code in EXPIRED
    return error


def json_array_param(values: tuple[str, ...]) -> str:
    """Return an array parameter as the RPC gateway expects it: one JSON string."""
    return json.dumps(list(values), separators=(",", ":"))


ALIBABA = Provider(
    name="alibaba",
    region_setting="ALIBABA_CLOUD_REGION_ID",
    sign=sign,
    parse_response=parse_response,
    assume_role=assume_role,
)
