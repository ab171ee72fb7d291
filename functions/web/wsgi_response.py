"""Completes serverless_wsgi's response for all four platforms."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

SET_BY_PLATFORM = ("content-length", "date")


def complete(response: Mapping[str, Any]) -> dict[str, object]:
    """Return a response with all four keys, and with its body as text if it is text.

    serverless_wsgi omits an empty body, which FunctionGraph turns into HTTP 500, and treats
    ``application/problem+json`` as binary, which an AWS REST API passes on without decoding it.
    The platform itself sets length and date.
    """
    headers = dict(response.get("headers", {}))
    body, encoded = response.get("body", ""), response.get("isBase64Encoded", False)
    lowered = {name.lower(): value for name, value in headers.items()}
    if encoded and lowered.get("content-type", "").partition(";")[0].endswith("+json"):
        body, encoded = base64.b64decode(body).decode(), False
    return {
        "statusCode": response["statusCode"],
        "headers": {k: v for k, v in headers.items() if k.lower() not in SET_BY_PLATFORM},
        "body": body,
        "isBase64Encoded": encoded,
    }
