"""Signs requests to Tencent Cloud and parses its responses.

Source: "Signature v3" and "Responses" of Tencent Cloud API 3.0's documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from shared.errors import BadResponse, Misconfigured, SyncError, Unauthenticated
from shared.models.credentials import AccessKey, Credentials
from shared.models.error_reason import find_reason
from shared.models.flow import ApiCall, ApiResponse, Flow
from shared.models.http import JsonParser, Request, Response, encode_json
from shared.models.operation import CallContext, Provider
from shared.models.provider_errors import error_from_code, parse_json_object, unexpected_body
from shared.signing import tc3

if TYPE_CHECKING:
    from shared.models.role import Role, RoleSession

EXPIRED = frozenset({"AuthFailure.SignatureExpire"})


def sign(
    call: ApiCall,
    origin: str,
    credentials: Credentials,
    context: CallContext,
    now: datetime,
    _nonce: str,
) -> Request:
    """Return a call as a request signed with TC3-HMAC-SHA256."""
    if not isinstance(credentials, AccessKey):
        raise Misconfigured("Tencent Cloud requires access keys, not a token")
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "X-TC-Action": call.action,
        "X-TC-Version": call.version,
        "X-TC-Language": "en-US",
    }
    if context.region is not None:
        headers["X-TC-Region"] = context.region
    headers.update(call.headers)
    request = Request(
        method=call.method,
        origin=origin,
        path=call.path,
        headers=headers,
        body=encode_json(call.body),
    )
    return tc3.sign(request, credentials, now=now, service=call.service.name)


def parse_response(call: ApiCall, response: Response, parse: JsonParser) -> ApiResponse:
    """Return the object under ``Response``; errors also arrive with HTTP 200.

    Raises
    ------
    SyncError: its class depends on the provider's code.
    BadResponse: XML, HTML, truncated JSON, another JSON type or a redirect.
    """
    header_id = response.headers.get("x-tc-requestid")
    outer = parse_json_object(response, header_id, parse)
    good = 200 <= response.status < 300
    body = outer.get("Response") if outer else None
    if not isinstance(body, dict):
        if good or outer is None:
            raise unexpected_body(response, header_id)
        raise error_from_response(call, outer, response.status, header_id)
    body_id = body.get("RequestId")
    request_id = body_id if isinstance(body_id, str) and body_id else header_id
    error_body = body.get("Error")
    if error_body is None and good:
        return ApiResponse(body=body, status=response.status, request_id=request_id)
    if not isinstance(error_body, dict):
        if good:
            raise BadResponse(
                "the Error in the response is not an object",
                outcome_unknown=True,
                http_status=response.status,
                request_id=request_id,
            )
        error_body = body
    raise error_from_response(call, error_body, response.status, request_id)


def error_from_response(
    call: ApiCall, error_body: Mapping[str, object], status: int, request_id: str | None
) -> SyncError:
    """Return the error for an error response.

    Errors also arrive with HTTP 200: the status means nothing then, and an unknown code is
    ``refused``.
    """
    from functions.tencent.error_codes import ERROR_CODES  # only needed for an error

    reason = find_reason(error_body)
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


def assume_role(role: Role, session_name: str, context: CallContext) -> Flow[RoleSession]:
    """Return the flow that assumes a CAM role."""
    from functions.tencent import assume_role as flow  # only needed for an account with a role

    return flow.assume_role(role, session_name, context)


TENCENT = Provider(
    name="tencent",
    region_setting="TENCENTCLOUD_REGION",
    sign=sign,
    parse_response=parse_response,
    assume_role=assume_role,
)
