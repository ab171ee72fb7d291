"""Alibaba Function Compute 3.0: ``InvokeFunction`` with ``x-fc-invocation-type: Async``.

Source: https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-invokefunction;
path, query and header names are those of alibabacloud_fc20230330 4.8.3. That SDK's own hosts
(``fcv3.<region>.aliyuncs.com``) determine the account by the key; the account's own host, which
Serverless Devs uses with the same API, cannot reach a function of that name in another account.
"""

from __future__ import annotations

from datetime import datetime

from functions.web.async_invoke import function_identity
from functions.web.async_invoke.api import rejected, undocumented_response
from shared.invocation import Invocation
from shared.models.credentials import AccessKey
from shared.models.error_code import ErrorCode, index_by_code
from shared.models.http import Request, Response
from shared.models.provider_errors import parse_json_object
from shared.signing import acs3

NAME = "Function Compute's InvokeFunction"
PERMISSION = "fc:InvokeFunction"
ENDPOINT = "ALIBABA_FC_ENDPOINT_URL"
KEY_SETTINGS = (
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
)
"""Since Python 3.12 the runtime sets these instead of the context's keys."""

MAX_EVENT_BYTES = 128 * 1024

LATEST = "LATEST"

CODES = index_by_code(
    (
        *(
            ErrorCode(code, "unauthenticated", "")
            for code in (
                "IncompleteSignature",
                "InvalidAccessKeyId",
                "InvalidAccessKeyID",
                "InvalidSecurityToken",
                "InvalidTimeStamp",
                "SignatureDoesNotMatch",
                "SignatureNonceUsed",
                "SignatureNotMatch",
            )
        ),
        ErrorCode("Throttling", "throttled", ""),
    )
)
"""Gateway codes whose category differs from that of their HTTP status."""


def request(
    invocation: Invocation, event: bytes, keys: AccessKey, *, now: datetime, nonce: str
) -> Request:
    """Return the signed request, for the version or alias that is running."""
    settings, context = invocation.settings, invocation.context
    function = getattr(context, "function", None)
    name = function_identity.identifier(
        "FC_FUNCTION_NAME", getattr(function, "name", None), settings.get("FC_FUNCTION_NAME")
    )
    account = function_identity.identifier(
        "FC_ACCOUNT_ID", getattr(context, "account_id", None), settings.get("FC_ACCOUNT_ID")
    )
    region = function_identity.region("FC_REGION", invocation.platform.region(context, settings))
    # The Python 3.12 runtime has it in the function, earlier ones in the service.
    qualifier = function_identity.identifier(
        "the function's qualifier",
        getattr(function, "qualifier", None),
        getattr(getattr(context, "service", None), "qualifier", None),
        LATEST,
    )
    unsigned = Request(
        "POST",
        function_identity.endpoint(ENDPOINT, settings, f"{account}.{region}.fc.aliyuncs.com"),
        f"/2023-03-30/functions/{name}/invocations",
        () if qualifier == LATEST else (("qualifier", qualifier),),
        {
            "x-acs-action": "InvokeFunction",
            "x-acs-version": "2023-03-30",
            "x-fc-invocation-type": "Async",
            "accept": "application/json",
            "content-type": "application/octet-stream",
        },
        event,
    )
    return acs3.sign(unsigned, keys, now=now, nonce=nonce)


def parse_response(response: Response) -> str | None:
    """Return the invocation's ID; only 202 is a success."""
    request_id = response.headers.get("x-fc-request-id")
    if response.status == 202:
        return request_id
    request_id = request_id or response.headers.get("x-acs-request-id")
    body = parse_json_object(response, request_id) or {}
    if 200 <= response.status < 300:
        raise undocumented_response(NAME, response, request_id)
    raise rejected(
        response,
        CODES,
        code=body.get("Code") or body.get("ErrorCode"),
        message=body.get("Message") or body.get("ErrorMessage"),
        request_id=request_id or str(body.get("RequestId") or "") or None,
    )
