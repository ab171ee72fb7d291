"""Converts an HTTP event of any platform to the one format that serverless_wsgi always handles.

serverless_wsgi 3.1.0 supports AWS's formats. It loses SCF's query, fails on Function Compute's
``version`` and on an authorizer that is null, drops any event with a ``source`` of EventBridge,
and mishandles an event with ``multiValueHeaders``: so it always gets a payload 2.0 with only the
documented keys.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from functions.web.base_path import SplitPath
from shared.errors import InvalidInput
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest


def to_payload_v2(
    event: Mapping[str, Any], request: HttpRequest, path: SplitPath
) -> dict[str, Any]:
    """Return a payload 2.0 event from which serverless_wsgi builds the WSGI environment.

    Parameters
    ----------
    event: the platform's event.
    request: the request in it.
    path: its path, split at the app's prefix.
    """
    return {
        "version": "2.0",
        "rawPath": sanitize(path.own),
        "rawQueryString": sanitize(query_string(event, request)),
        "headers": {name: sanitize(",".join(values)) for name, values in request.headers.items()},
        "cookies": [sanitize(cookie) for cookie in cookies_in(event, request)],
        "requestContext": {
            "http": {"method": sanitize(request.method), "sourceIp": sanitize(source_ip(event))}
        },
        "body": base64.b64encode(read_body(request)).decode(),
        "isBase64Encoded": True,
    }


def sanitize(text: str) -> str:
    """Return a text that is valid in a request: a handmade event may contain anything."""
    return re.sub(r"[\r\n]", " ", text.encode("utf-8", "replace").decode())


def read_body(request: HttpRequest) -> bytes:
    """Return the body, empty if it is not valid; the handler reports the error."""
    try:
        return request.body()
    except (HttpProblem, InvalidInput):
        return b""


def query_string(event: Mapping[str, Any], request: HttpRequest) -> str:
    """Return the query string, unchanged if the platform passes the original."""
    raw = event.get("rawQueryString")
    if isinstance(raw, str):
        return raw
    return urlencode(request.query.parameters, doseq=True, errors="replace")


def cookies_in(event: Mapping[str, Any], request: HttpRequest) -> list[str]:
    """Return the cookies, which payload 2.0 passes separately from the headers."""
    cookies = event.get("cookies")
    if isinstance(cookies, list):
        return [item for item in cookies if isinstance(item, str)]
    return list(request.headers.get("cookie", ()))


def source_ip(event: Mapping[str, Any]) -> str:
    """Return the caller's IP address as the platform saw it, empty if it is not known.

    API Gateway, Function Compute and SCF pass it in ``requestContext``, each under another key,
    FunctionGraph's APIG in the header ``x-real-ip``.
    """
    context, headers = event.get("requestContext"), event.get("headers")
    context = context if isinstance(context, Mapping) else {}
    for parent in (context.get("http"), context.get("identity"), context):
        address = parent.get("sourceIp") if isinstance(parent, Mapping) else None
        if isinstance(address, str):
            return address
    address = headers.get("x-real-ip") if isinstance(headers, Mapping) else None
    return address if isinstance(address, str) else ""
