"""From a response to JSON or to an error: what the three providers have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping

from shared.errors import PROVIDER_ERRORS, BadResponse, SyncError
from shared.models.error_code import ErrorCode, by_status, find
from shared.models.wire import Parse, Response


def json_object(
    response: Response, request_id: str | None, parse: Parse = json.loads
) -> dict[str, object] | None:
    """Return the response's JSON object, None for an empty body.

    Parameters
    ----------
    response: from a provider.
    request_id: the provider's id of the request, for the error.
    parse: reads the body; raises a ValueError for what is no JSON.

    Raises
    ------
    BadResponse: a redirect, or a body that is no JSON object; ``lost`` under 2xx, since
        the work may have been done.
    """
    status = response.status
    if 300 <= status < 400:
        raise BadResponse(
            "the provider answered with a redirect, which is never followed",
            code="Redirect",
            http_status=status,
            retryable=False,
            request_id=request_id,
            hint="Check the endpoint settings and whether a proxy stands between.",
        )
    if not response.body.strip():
        return None
    body: object = None
    try:
        body = parse(response.body)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return body
    if by_status(status) in {"throttled", "unavailable"} and not 200 <= status < 300:
        return {}
    raise unreadable(response, request_id)


def unreadable(response: Response, request_id: str | None) -> SyncError:
    """Return the error for a body that is not the JSON object of the provider's page."""
    good = 200 <= response.status < 300
    if not good and not response.body.strip():
        return error_for({}, code=None, message="", status=response.status, request_id=request_id)
    return BadResponse(
        "the answer is not the JSON object that the provider documents: "
        f"{looks_like(response)}, {len(response.body)} bytes",
        lost=good,
        code="NotJson",
        http_status=response.status,
        retryable=good,
        request_id=request_id,
        hint="Check whether a proxy or a wrong endpoint answers instead of the provider; "
        "if not, report the request id to the provider.",
    )


def looks_like(response: Response) -> str:
    """Return what a body seems to be, without any of its text."""
    start = response.body[:64].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if start.startswith(b"<"):
        return "XML"
    if start.startswith((b"{", b"[")):
        return "incomplete JSON or another type"
    return "no JSON" if start else "empty"


def error_for(
    table: Mapping[str, ErrorCode],
    *,
    code: str | None,
    message: str,
    status: int,
    request_id: str | None,
) -> SyncError:
    """Return the error for a provider's code, by its HTTP status where the code is unknown.

    Parameters
    ----------
    table: the provider's codes.
    code: what the provider named, None if nothing.
    message: the provider's text.
    status: HTTP status.
    request_id: the provider's id of the request.
    """
    row = find(table, code, status) if code is not None else None
    category = row.category if row is not None else by_status(status)
    return PROVIDER_ERRORS[category](
        message or f"the provider answered with HTTP {status} and no explanation",
        code=code or f"HTTP{status}",
        hint=row.hint if row is not None else UNKNOWN_CODE.get(category, ASK),
        http_status=status,
        retryable=row.retryable if row is not None else None,
        request_id=request_id,
    )


ASK = "Look the code up on the provider's page; if it stays, ask them with the request id."

UNKNOWN_CODE = {
    "unauthenticated": "Check the access key, its secret and, for temporary keys, the token.",
    "forbidden": "Grant the identity the operation's permission at the provider.",
    "not_found": "Check the ids, the project and the region.",
    "throttled": "Run it less often; the next run tries again.",
    "unavailable": "Wait for the next run; if it stays, ask the provider with the request id.",
}
