"""AWS Lambda: ``Invoke`` with the invocation type ``Event``.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html; hosts and paths are
those of botocore 1.44's endpoints and of its model ``lambda/2015-03-31``.
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
from shared.signing import sigv4

NAME = "AWS Lambda's Invoke"
PERMISSION = "lambda:InvokeFunction"
ENDPOINT = "AWS_ENDPOINT_URL_LAMBDA"
KEY_SETTINGS = None
MAX_EVENT_BYTES = 256 * 1024
"""Lambda's limit before October 2025; now it is 1 MB, more than this project accepts."""

CODES = index_by_code(
    ErrorCode(code, category, "")
    for code, category in (
        ("ExpiredTokenException", "unauthenticated"),
        ("IncompleteSignatureException", "unauthenticated"),
        ("InvalidSignatureException", "unauthenticated"),
        ("MissingAuthenticationTokenException", "unauthenticated"),
        ("UnrecognizedClientException", "unauthenticated"),
        ("ThrottlingException", "throttled"),
    )
)
"""Codes whose category differs from that of their HTTP status, 400 or 403."""


def request(
    invocation: Invocation,
    event: bytes,
    keys: AccessKey,
    *,
    now: datetime,
    nonce: str,  # noqa: ARG001 - this signature has no nonce
) -> Request:
    """Return the signed request, for the version or alias that is running."""
    settings, context = invocation.settings, invocation.context
    arn = str(getattr(context, "invoked_function_arn", None) or "").split(":")
    name = function_identity.identifier(
        "AWS_LAMBDA_FUNCTION_NAME",
        settings.get("AWS_LAMBDA_FUNCTION_NAME"),
        getattr(context, "function_name", None),
    )
    region = function_identity.region("AWS_REGION", settings.get("AWS_REGION"), *arn[3:4])
    query: tuple[tuple[str, str], ...] = ()
    if len(arn) > 7:
        query = (("Qualifier", function_identity.identifier("the function's qualifier", arn[7])),)
    unsigned = Request(
        "POST",
        function_identity.endpoint(ENDPOINT, settings, host(region)),
        f"/2015-03-31/functions/{name}/invocations",
        query,
        {"X-Amz-Invocation-Type": "Event", "Content-Type": "application/json"},
        event,
    )
    return sigv4.sign(unsigned, keys, now=now, region=region, service="lambda")


def host(region: str) -> str:
    """Return Lambda's host in a region; China has its own domain."""
    return f"lambda.{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")


def parse_response(response: Response) -> str | None:
    """Return the invocation's ID; only 202 is a success."""
    request_id = response.headers.get("x-amzn-requestid")
    if response.status == 202:
        return request_id
    body = parse_json_object(response, request_id) or {}
    if 200 <= response.status < 300:
        raise undocumented_response(NAME, response, request_id)
    # "ResourceNotFoundException:http://…" in some responses, the bare name in others.
    error_type = response.headers.get("x-amzn-errortype") or body.get("__type") or ""
    raise rejected(
        response,
        CODES,
        code=str(error_type).partition(":")[0].rpartition("#")[2],
        message=body.get("message") or body.get("Message"),
        request_id=request_id,
    )
