"""What serverless_wsgi gives back, made whole for all four platforms."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

SET_BY_PLATFORM = ("content-length", "date")


def complete(reply: Mapping[str, Any]) -> dict[str, object]:
    """Return a reply with all four keys, its body as text wherever it is text.

    serverless_wsgi leaves out an empty body, which FunctionGraph answers with HTTP 500, and
    takes ``application/problem+json`` for binary, which a REST API of AWS hands on undecoded.
    Length and date are the platform's own to say.
    """
    headers = dict(reply.get("headers", {}))
    body, encoded = reply.get("body", ""), reply.get("isBase64Encoded", False)
    named = {name.lower(): value for name, value in headers.items()}
    if encoded and named.get("content-type", "").partition(";")[0].endswith("+json"):
        body, encoded = base64.b64decode(body).decode(), False
    return {
        "statusCode": reply["statusCode"],
        "headers": {k: v for k, v in headers.items() if k.lower() not in SET_BY_PLATFORM},
        "body": body,
        "isBase64Encoded": encoded,
    }
