"""Tencent SCF: ``Invoke`` with ``InvocationType`` ``Event``.

Source: https://cloud.tencent.com/document/api/583/17243 and, on finance regions, its English
edition; the model is that of tencentcloud-sdk-python-scf 3.1.100. The permission is named by
https://cloud.tencent.com/document/product/583/47934.
"""

from __future__ import annotations

from datetime import datetime

from functions.web.async_invoke import function_identity
from functions.web.async_invoke.api import rejected, undocumented_response
from shared.invocation import Invocation
from shared.models.credentials import AccessKey
from shared.models.error_code import ErrorCode, index_by_code
from shared.models.http import Request, Response, encode_json
from shared.models.provider_errors import parse_json_object
from shared.signing import tc3

NAME = "SCF's Invoke"
PERMISSION = "scf:InvokeFunction"
ENDPOINT = "TENCENT_SCF_ENDPOINT_URL"
KEY_SETTINGS = None
MAX_EVENT_BYTES = 128 * 1024

CODES = index_by_code(
    ErrorCode(code, category, "")
    for code, category in (
        ("AuthFailure", "unauthenticated"),
        ("AuthFailure.UnauthorizedOperation", "forbidden"),
        ("UnauthorizedOperation", "forbidden"),
        ("ResourceNotFound", "not_found"),
        ("RequestLimitExceeded", "throttled"),
        ("LimitExceeded", "throttled"),
        ("ResourceLimit", "throttled"),
        ("InternalError", "unavailable"),
        ("ResourceUnavailable", "unavailable"),
        ("ServiceUnavailable", "unavailable"),
    )
)
"""Every response has HTTP 200, so only the code decides; any other code is ``refused``."""


def request(
    invocation: Invocation,
    event: bytes,
    keys: AccessKey,
    *,
    now: datetime,
    nonce: str,  # noqa: ARG001 - this signature has no nonce
) -> Request:
    """Return the signed request, for the version that is running."""
    context = invocation.context
    region = function_identity.region(
        "tencentcloud_region in SCF's context",
        invocation.platform.region(context, invocation.settings),
    )
    body = {
        "FunctionName": function_identity.identifier(
            "function_name in SCF's context", context.get("function_name")
        ),
        "InvocationType": "Event",
        "Qualifier": function_identity.identifier(
            "function_version in SCF's context", context.get("function_version"), "$LATEST"
        ),
        "ClientContext": event.decode(),
        "Namespace": function_identity.identifier(
            "namespace in SCF's context", context.get("namespace"), "default"
        ),
    }
    unsigned = Request(
        "POST",
        function_identity.endpoint(ENDPOINT, invocation.settings, host(region)),
        headers={
            "X-TC-Action": "Invoke",
            "X-TC-Version": "2018-04-16",
            "X-TC-Region": region,
            "Content-Type": "application/json",
        },
        body=encode_json(body),
    )
    return tc3.sign(unsigned, keys, now=now, service="scf")


def host(region: str) -> str:
    """Return SCF's host: one for all regions, except the finance regions."""
    return f"scf.{region}.tencentcloudapi.com" if region.endswith("-fsi") else HOST


HOST = "scf.tencentcloudapi.com"


def parse_response(response: Response) -> str | None:
    """Return the invocation's ID, which is not that of the request."""
    body = parse_json_object(response, None) or {}
    inner = body.get("Response")
    inner = inner if isinstance(inner, dict) else {}
    request_id = inner.get("RequestId")
    request_id = request_id if isinstance(request_id, str) else None
    error = inner.get("Error")
    if isinstance(error, dict):
        raise rejected(
            response,
            CODES,
            code=error.get("Code"),
            message=error.get("Message"),
            request_id=request_id,
        )
    result = inner.get("Result")
    if 200 <= response.status < 300 and isinstance(result, dict):
        run = result.get("FunctionRequestId")
        return run if isinstance(run, str) and run else request_id
    if 200 <= response.status < 300:
        raise undocumented_response(NAME, response, request_id)
    raise rejected(response, CODES, code=None, message="", request_id=request_id)
