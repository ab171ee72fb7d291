"""Parses responses and builds errors: what the three providers have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping

from shared.errors import PROVIDER_ERRORS, BadResponse, SyncError
from shared.models.error_code import ErrorCode, category_of_status, lookup
from shared.models.flow import ApiCall
from shared.models.http import JsonParser, Response

MAX_TEXT_LENGTH = 1000
"""In characters: texts in a response are short, and a result may only have 256 KB."""


MAX_CONTAINERS = 250_000
"""Objects and lists in a response. Each takes up to 250 bytes once it is parsed, however short it
is in the body; a page of 1,024 servers has some 30,000."""


def as_text(value: object) -> str | None:
    """Return a value of a response if it is a string, truncated to 1,000 characters, else None."""
    return value[:MAX_TEXT_LENGTH] if isinstance(value, str) else None


def as_count(value: object) -> int | None:
    """Return a value of a response if it is a whole number from 0 on, else None."""
    return value if type(value) is int and value >= 0 else None  # True is an int too


def parse_json_object(
    response: Response, request_id: str | None, parse: JsonParser = json.loads
) -> dict[str, object] | None:
    """Return the response's JSON object, None for an empty body.

    Parameters
    ----------
    response: from a provider.
    request_id: the provider's ID of the request, for the error.
    parse: parses the body; raises a ValueError if it is not JSON.

    Raises
    ------
    BadResponse: a redirect, or a body that is not a JSON object or has too many in it;
        ``outcome_unknown`` under 2xx, since the request may have been processed.
    """
    status = response.status
    if 300 <= status < 400:
        raise BadResponse(
            "the provider returned a redirect; redirects are not followed",
            code="Redirect",
            http_status=status,
            retryable=False,
            request_id=request_id,
            hint="Check the endpoint settings, and whether a proxy intercepts the request.",
        )
    if not response.body.strip():
        return None
    if response.body.count(b"{") + response.body.count(b"[") > MAX_CONTAINERS:
        raise BadResponse(
            f"the response has more than {MAX_CONTAINERS} objects and lists",
            outcome_unknown=200 <= status < 300,
            http_status=status,
            retryable=False,
            request_id=request_id,
        )
    body: object = None
    try:
        body = parse(response.body)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return body
    if category_of_status(status) in {"throttled", "unavailable"} and not 200 <= status < 300:
        return {}
    raise unexpected_body(response, request_id)


def unexpected_body(response: Response, request_id: str | None) -> SyncError:
    """Return the error for a body that is not the documented JSON object."""
    good = 200 <= response.status < 300
    if not good and not response.body.strip():
        return error_from_code(
            {}, code=None, message="", status=response.status, request_id=request_id
        )
    return BadResponse(
        "the response is not the JSON object that the provider documents: "
        f"{sniff_content(response)}, {len(response.body)} bytes",
        outcome_unknown=good,
        code="NotJson",
        http_status=response.status,
        retryable=good,
        request_id=request_id,
    )


def sniff_content(response: Response) -> str:
    """Return what a body seems to contain, without quoting it."""
    start = response.body[:64].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if start.startswith(b"<"):
        return "XML"
    if start.startswith((b"{", b"[")):
        return "incomplete JSON or another type"
    return "not JSON" if start else "empty"


def error_from_code(
    table: Mapping[str, ErrorCode],
    *,
    code: str | None,
    message: str,
    status: int,
    request_id: str | None,
    call: ApiCall | None = None,
) -> SyncError:
    """Return the error for a provider's code, or for its HTTP status if the code is unknown.

    Parameters
    ----------
    table: the provider's codes.
    code: the code in the response, None if there is none.
    message: the provider's text.
    status: HTTP status.
    request_id: the provider's ID of the request.
    call: the rejected call; its permission and endpoint setting complete the hint.
    """
    row = lookup(table, code, status) if code is not None else None
    category = row.category if row is not None else category_of_status(status)
    hint = row.hint if row is not None else HINTS_BY_CATEGORY.get(category, "")
    return PROVIDER_ERRORS[category](
        message or f"the provider returned HTTP {status} without an explanation",
        code=code or f"HTTP{status}",
        hint=fill_hint(hint, call),
        http_status=status,
        retryable=row.retryable if row is not None else None,
        request_id=request_id,
    )


def fill_hint(hint: str, call: ApiCall | None) -> str:
    """Return a hint that names the permission and the endpoint setting of a call."""
    permission = f"`{call.permission}`" if call is not None and call.permission else ""
    endpoint = (
        call.service.endpoint_settings[0]
        if call is not None and call.service.endpoint_settings
        else ""
    )
    return hint.replace("`{permission}`", permission or "the operation").replace(
        "{endpoint}", endpoint or "the endpoint setting"
    )


HINTS_BY_CATEGORY = {
    "unauthenticated": "Check the access key, its secret and, for temporary keys, the token.",
    "forbidden": "Allow `{permission}` for the identity that the function uses.",
    "not_found": "Check the IDs, the project and the region.",
    "throttled": "Run the schedule less often; the next run retries.",
    "unavailable": "Usually temporary. If it persists, give the request ID to the provider's "
    "support.",
}
