"""Parses an HTTP event of any of the four platforms.

Formats: AWS REST (v1), HTTP API and function URL (v2), Function Compute 3.0 (v2-like, its
query in ``queryParameters``), SCF function URL (v1-like, its query in ``queryString``),
FunctionGraph's APIG (v1-like, its body base64 even if empty), AWS load balancer (v1-like).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.errors import InvalidInput
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.query import Query, read_query

MAX_BODY_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request as it was received.

    Parameters
    ----------
    method: upper case.
    headers: names in lower case, each with all its values.
    query: the query string's parameters.
    raw_body: the body as the platform passed it; None if it is neither a string nor bytes.
    is_base64: whether the body is base64.
    authorizer: the claims of the platform's authorizer, empty without one.
    """

    method: str
    headers: Mapping[str, tuple[str, ...]] = field(repr=False)
    query: Query = field(repr=False)
    raw_body: str | bytes | None = field(repr=False)
    is_base64: bool
    authorizer: object = field(repr=False)

    def header(self, name: str) -> str | None:
        """Return a header's only value, None if it is missing.

        Raises
        ------
        HttpProblem: it has several values.
        """
        values = self.headers.get(name, ())
        if len(values) > 1:
            raise HttpProblem(415, f"the {name} header was sent more than once")
        return values[0] if values else None

    def body(self) -> bytes:
        """Return the body's bytes, exactly as they were sent.

        Raises
        ------
        HttpProblem: it is too large.
        InvalidInput: it is not a string, or not base64 although it should be.
        """
        if self.raw_body is None:
            raise InvalidInput(
                "the HTTP event's body is not a string",
                code="BodyNotText",
                hint="Configure the gateway to pass the body unchanged, without a template.",
            )
        raw = (
            self.raw_body.encode("utf-8", "surrogatepass")
            if isinstance(self.raw_body, str)
            else self.raw_body
        )
        max_length = MAX_BODY_BYTES if not self.is_base64 else MAX_BODY_BYTES * 4 // 3 + 4
        if len(raw) <= max_length and self.is_base64:
            try:
                raw = base64.b64decode(raw, validate=True)
            except (binascii.Error, ValueError):
                raise InvalidInput(
                    "isBase64Encoded is true, but the body is not valid base64",
                    code="NotBase64",
                    hint="Check the trigger's configuration; callers send plain JSON.",
                ) from None
        if len(raw) > MAX_BODY_BYTES:
            raise HttpProblem(413, f"the body is larger than {MAX_BODY_BYTES // 1024} KB")
        return raw


def parse_request(event: Mapping[str, Any]) -> HttpRequest:
    """Return the request in an HTTP event."""
    context = event.get("requestContext")
    context = context if isinstance(context, Mapping) else {}
    http = context.get("http")
    method = http.get("method") if isinstance(http, Mapping) else event.get("httpMethod")
    body = event.get("body")
    return HttpRequest(
        method=method.upper() if isinstance(method, str) else "",
        headers=parse_headers(event),
        query=read_query(event),
        raw_body="" if body is None else body if isinstance(body, str | bytes) else None,
        is_base64=event.get("isBase64Encoded") is True,
        authorizer=context.get("authorizer"),
    )


def parse_headers(event: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the headers by lower-case name; names that differ in case are merged."""
    merged: dict[str, dict[str, None]] = {}
    for key in ("multiValueHeaders", "headers"):
        headers = event.get(key)
        if not isinstance(headers, Mapping):
            continue
        for name, value in headers.items():
            if not isinstance(name, str):
                continue
            values = value if isinstance(value, list) else [value]
            merged.setdefault(name.lower(), {}).update(
                dict.fromkeys(item for item in values if isinstance(item, str))
            )
    return {name: tuple(values) for name, values in merged.items() if values}
