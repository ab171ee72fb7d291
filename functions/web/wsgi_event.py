"""An HTTP event of any platform in the one shape that serverless_wsgi reads without fail.

serverless_wsgi 3.1.0 knows AWS's shapes. It loses SCF's query, fails on Function Compute's
``version`` and on an authorizer that is null, swallows whatever has a ``source`` of EventBridge,
and answers an event with ``multiValueHeaders`` without ``headers``: so it is always given a
payload 2.0 with nothing of the caller's but what belongs there.
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
    """Return an event that becomes the WSGI environment of a request.

    Parameters
    ----------
    event: the platform's own.
    request: what it says.
    path: where the app stands, and what is asked of it.
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
    """Return a text that could stand in a request: an event made by hand may hold anything."""
    return re.sub(r"[\r\n]", " ", text.encode("utf-8", "replace").decode())


def read_body(request: HttpRequest) -> bytes:
    """Return the body; none where it is refused, for which the door has its own words."""
    try:
        return request.body()
    except (HttpProblem, InvalidInput):
        return b""


def query_string(event: Mapping[str, Any], request: HttpRequest) -> str:
    """Return the query string, as it came where the platform shows that."""
    raw = event.get("rawQueryString")
    if isinstance(raw, str):
        return raw
    return urlencode(request.query.parameters, doseq=True, errors="replace")


def cookies_in(event: Mapping[str, Any], request: HttpRequest) -> list[str]:
    """Return the cookies, which payload 2.0 keeps beside the headers."""
    cookies = event.get("cookies")
    if isinstance(cookies, list):
        return [item for item in cookies if isinstance(item, str)]
    return list(request.headers.get("cookie", ()))


def source_ip(event: Mapping[str, Any]) -> str:
    """Return the caller's address as the platform saw it; empty where it does not say.

    API Gateway and Function Compute say it in ``requestContext``, each in its own place, SCF's
    function URL at the top of it, FunctionGraph's APIG in the header ``x-real-ip``.
    """
    about, headers = event.get("requestContext"), event.get("headers")
    about = about if isinstance(about, Mapping) else {}
    for place in (about.get("http"), about.get("identity"), about):
        address = place.get("sourceIp") if isinstance(place, Mapping) else None
        if isinstance(address, str):
            return address
    address = headers.get("x-real-ip") if isinstance(headers, Mapping) else None
    return address if isinstance(address, str) else ""
