"""Huawei FunctionGraph: ``AsyncInvokeFunction``.

Source: https://support.huaweicloud.com/intl/en-us/api-functiongraph/functiongraph_06_0126.html;
hosts are those of huaweicloudsdkfunctiongraph 3.1.219. The permission is named in
opentelekomcloud-docs/function-graph.
"""

from __future__ import annotations

from datetime import datetime

from functions.web.async_invoke import function_identity
from functions.web.async_invoke.api import rejected, undocumented_response
from shared.invocation import Invocation
from shared.models.credentials import AccessKey
from shared.models.http import Request, Response
from shared.models.provider_errors import parse_json_object
from shared.platforms.functiongraph import call_getter
from shared.signing import sdk_hmac

NAME = "FunctionGraph's AsyncInvokeFunction"
PERMISSION = "functiongraph:function:invokeAsync"
ENDPOINT = "HUAWEI_FUNCTIONGRAPH_ENDPOINT_URL"
KEY_SETTINGS = None
MAX_EVENT_BYTES = 256 * 1024


def request(
    invocation: Invocation,
    event: bytes,
    keys: AccessKey,
    *,
    now: datetime,
    nonce: str,  # noqa: ARG001 - this signature has no nonce
) -> Request:
    """Return the signed request, for the version that is running."""
    settings, context = invocation.settings, invocation.context
    region = function_identity.region(
        "HUAWEICLOUD_REGION",
        settings.get("HUAWEICLOUD_REGION"),
        hint="Set HUAWEICLOUD_REGION to the function's own region: FunctionGraph lacks it.",
    )
    project = function_identity.identifier(
        "RUNTIME_PROJECT_ID",
        call_getter(context, "getProjectID"),
        settings.get("RUNTIME_PROJECT_ID"),
    )
    package = function_identity.identifier(
        "the function's package", call_getter(context, "getPackage"), "default"
    )
    name = function_identity.identifier(
        "RUNTIME_FUNC_NAME",
        call_getter(context, "getFunctionName"),
        settings.get("RUNTIME_FUNC_NAME"),
    )
    version = function_identity.identifier(
        "RUNTIME_FUNC_VERSION",
        call_getter(context, "getVersion"),
        settings.get("RUNTIME_FUNC_VERSION"),
        "latest",
    )
    urn = f"urn:fss:{region}:{project}:function:{package}:{name}:{version}"
    unsigned = Request(
        "POST",
        function_identity.endpoint(ENDPOINT, settings, f"functiongraph.{region}.myhuaweicloud.com"),
        f"/v2/{project}/fgs/functions/{urn}/invocations-async",
        headers={
            "Accept": "application/json",
            "Content-Type": "application/json",
            "X-Project-Id": project,
        },
        body=event,
    )
    return sdk_hmac.sign(unsigned, keys, now=now)


def parse_response(response: Response) -> str | None:
    """Return the invocation's ID; only 202 is a success, whatever its body is."""
    request_id = response.headers.get("x-request-id")
    if response.status == 202:
        return request_id_in_body(response) or request_id
    body = parse_json_object(response, request_id) or {}
    if 200 <= response.status < 300:
        raise undocumented_response(NAME, response, request_id)
    raise rejected(
        response,
        {},
        code=body.get("error_code"),
        message=body.get("error_msg"),
        request_id=request_id,
    )


def request_id_in_body(response: Response) -> str | None:
    """Return ``request_id`` or ``requestId`` in the body; both occur."""
    body = parse_json_object(response, None) or {}
    request_id = body.get("request_id") or body.get("requestId")
    return request_id if isinstance(request_id, str) else None
