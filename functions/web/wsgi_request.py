"""Parses the request in a WSGI environment of a plain WSGI server, without a platform's event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.http_trigger.query import parse_query
from shared.http_trigger.request import MAX_BODY_BYTES, HttpRequest

UNPREFIXED_HEADERS = ("CONTENT_TYPE", "CONTENT_LENGTH")
"""The two headers whose WSGI keys have no ``HTTP_`` prefix (PEP 3333)."""


def from_wsgi(environ: Mapping[str, Any]) -> HttpRequest:
    """Return the request.

    Parameters
    ----------
    environ: as in PEP 3333; a repeated header is one value, joined by commas.
    """
    return HttpRequest(
        method=str(environ.get("REQUEST_METHOD", "")).upper(),
        headers=headers_in(environ),
        query=parse_query(environ.get("QUERY_STRING", "")),
        raw_body=read_body(environ),
        is_base64=False,
        authorizer=None,
    )


def headers_in(environ: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the headers by lower-case name."""
    return {
        key.removeprefix("HTTP_").replace("_", "-").lower(): (value,)
        for key, value in environ.items()
        if isinstance(value, str)
        and value
        and (key.startswith("HTTP_") or key in UNPREFIXED_HEADERS)
    }


def read_body(environ: Mapping[str, Any]) -> bytes:
    """Return the body, truncated one byte above the limit."""
    max_bytes = MAX_BODY_BYTES + 1
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isascii() and length.isdigit():
        digits = length.lstrip("0")
        if len(digits) < 10:  # Python does not convert thousands of digits
            max_bytes = min(int(digits or "0"), max_bytes)
    elif not environ.get("wsgi.input_terminated"):
        return b""
    body: bytes = environ["wsgi.input"].read(max_bytes)
    return body
