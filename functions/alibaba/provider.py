"""Signs requests to Alibaba Cloud and parses its responses.

Source: "V3 request structure and signature" of Alibaba's OpenAPI documentation.
"""

from __future__ import annotations

import json
from datetime import datetime

from shared.errors import Misconfigured, SyncError, Unauthenticated
from shared.models.answer import error_for, json_object, unreadable
from shared.models.identity import Credentials, Keys
from shared.models.operation import Dialect, Target
from shared.models.steps import Answer, Call
from shared.models.wire import Parse, Request, Response
from shared.signing import acs3

EXPIRED = frozenset({"InvalidTimeStamp.Expired"})


def sign(
    call: Call, origin: str, credentials: Credentials, _target: Target, now: datetime, nonce: str
) -> Request:
    """Return a call as a request signed with ACS3-HMAC-SHA256."""
    if not isinstance(credentials, Keys):
        raise Misconfigured("Alibaba Cloud requires access keys, not a token")
    request = Request(
        method=call.method,
        origin=origin,
        path=call.path,
        query=call.query,
        headers={
            "accept": "application/json",
            "x-acs-action": call.action,
            "x-acs-version": call.version,
        },
    )
    return acs3.sign(request, credentials, now=now, nonce=nonce)


def parse_response(call: Call, response: Response, parse: Parse) -> Answer:
    """Return a response's JSON object.

    Raises
    ------
    SyncError: its class depends on the provider's code, then on the HTTP status.
    BadResponse: XML, HTML, truncated JSON, another JSON type or a redirect.
    """
    request_id = response.headers.get("x-acs-request-id")
    body = json_object(response, request_id, parse)
    if body is None:
        raise unreadable(response, request_id)
    named = body.get("RequestId")
    if isinstance(named, str) and named:
        request_id = named
    if not 200 <= response.status < 300:
        raise error_from_response(call, body, response.status, request_id)
    return Answer(body=body, status=response.status, request_id=request_id)


def error_from_response(
    call: Call, body: dict[str, object], status: int, request_id: str | None
) -> SyncError:
    """Return the error for an error response."""
    from functions.alibaba.error_codes import ERROR_CODES  # only needed for an error

    code, message = body.get("Code"), body.get("Message")
    error = error_for(
        ERROR_CODES,
        code=str(code) if code is not None else None,
        message=str(message) if message is not None else "",
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


ALIBABA = Dialect(
    provider="alibaba",
    region_setting="ALIBABA_CLOUD_REGION_ID",
    sign=sign,
    read=parse_response,
)
