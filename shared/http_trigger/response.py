"""Builds HTTP responses in the format that all four platforms accept."""

from __future__ import annotations

import math
from collections.abc import Mapping

from shared.http_trigger.problem import HttpProblem
from shared.models.http import dump_json_text
from shared.models.result import Result

HttpResponse = dict[str, object]
"""``statusCode``, ``headers``, ``body`` and ``isBase64Encoded``."""

HTTP_STATUS_BY_STATUS: Mapping[str, int] = {"accepted": 202, "running": 202}
"""Every other status except ``failed`` is 200."""

HTTP_STATUS_BY_CATEGORY: Mapping[str, int] = {
    "invalid_input": 400,
    "not_found": 404,
    "conflict": 409,
    "throttled": 429,
    "misconfigured": 500,
    "internal": 500,
    "unauthenticated": 502,
    "forbidden": 502,
    "refused": 502,
    "bad_response": 502,
    "unavailable": 503,
    "unreachable": 503,
    "timeout": 504,
}
DEFAULT_RETRY_AFTER = 60
"""In seconds; used if a provider throttles without a ``Retry-After``."""


def from_result(result: Result, retry_after: float | None) -> HttpResponse:
    """Return the response for a result.

    Parameters
    ----------
    result: the run's.
    retry_after: seconds that the provider asked to wait, None if it did not.
    """
    error = result.error
    headers = {"Content-Type": "application/json"}
    if error is None:
        return json_response(
            HTTP_STATUS_BY_STATUS.get(result.status, 200), headers, result.as_dict()
        )
    status = HTTP_STATUS_BY_CATEGORY[error.category]
    if status == 429:
        seconds = DEFAULT_RETRY_AFTER if retry_after is None else math.ceil(retry_after)
        headers["Retry-After"] = str(max(1, seconds))
    return json_response(status, headers, result.as_dict())


def from_problem(problem: HttpProblem) -> HttpResponse:
    """Return the response for a request that was rejected."""
    headers = {"Content-Type": "application/problem+json", **problem.headers}
    return json_response(problem.status, headers, problem.document())


def no_content() -> HttpResponse:
    """Return an empty response with status 200."""
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "text/plain", "Cache-Control": "no-store"},
        "body": "",
        "isBase64Encoded": False,
    }


def json_response(
    status: int, headers: Mapping[str, str], body: Mapping[str, object]
) -> HttpResponse:
    """Return a response with all four keys: FunctionGraph returns 500 if one is missing."""
    return {
        "statusCode": status,
        "headers": {**headers, "Cache-Control": "no-store"},
        "body": dump_json_text(body),
        "isBase64Encoded": False,
    }
