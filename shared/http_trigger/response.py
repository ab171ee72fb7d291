"""What an HTTP caller is answered, in the shape that all four platforms take."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from shared.http_trigger.problem import Problem
from shared.models.result import Result

Reply = dict[str, object]
"""``statusCode``, ``headers``, ``body`` and ``isBase64Encoded``."""

BY_STATUS: Mapping[str, int] = {"accepted": 202, "running": 202}
"""Any other status but ``failed`` is 200."""

BY_CATEGORY: Mapping[str, int] = {
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
USUAL_RETRY_AFTER = 60
"""Seconds, where a provider throttles and does not say for how long."""


def of_result(result: Result, retry_after: float | None) -> Reply:
    """Return the reply that carries a result.

    Parameters
    ----------
    result: what came of the run.
    retry_after: seconds the provider asked to wait, None if it did not.
    """
    error = result.error
    headers = {"Content-Type": "application/json"}
    if error is None:
        return reply(BY_STATUS.get(result.status, 200), headers, result.as_dict())
    status = BY_CATEGORY[error.category]
    if status == 429:
        seconds = USUAL_RETRY_AFTER if retry_after is None else math.ceil(retry_after)
        headers["Retry-After"] = str(max(1, seconds))
    return reply(status, headers, result.as_dict())


def of_problem(problem: Problem) -> Reply:
    """Return the reply that carries a refusal of ours."""
    headers = {"Content-Type": "application/problem+json", **problem.headers}
    return reply(problem.status, headers, problem.document())


def empty() -> Reply:
    """Return the reply that says nothing but that all is well."""
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "text/plain", "Cache-Control": "no-store"},
        "body": "",
        "isBase64Encoded": False,
    }


def reply(status: int, headers: Mapping[str, str], body: Mapping[str, object]) -> Reply:
    """Return all four keys: FunctionGraph answers 500 where one is missing."""
    return {
        "statusCode": status,
        "headers": {**headers, "Cache-Control": "no-store"},
        "body": json.dumps(body, ensure_ascii=False),
        "isBase64Encoded": False,
    }
