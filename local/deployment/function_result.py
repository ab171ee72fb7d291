"""What a function that was run at once returned."""

from __future__ import annotations

import json
from typing import Any

from shared.errors import BadResponse


def parse_function_result(text: str, request_id: str | None) -> Any:
    """Return what a function returned, from the JSON text in the platform's response.

    Raises
    ------
    BadResponse: it is not JSON.
    """
    try:
        return json.loads(text)
    except ValueError:
        raise BadResponse(
            "the function's result is not JSON", retryable=False, request_id=request_id
        ) from None


def result_of(result: Any) -> tuple[str, str]:
    """Return status and summary of an operation's result; another answer counts as failed."""
    if not isinstance(result, dict) or not isinstance(result.get("status"), str):
        return "failed", "the function did not return a result"
    error = result.get("error")
    text = error.get("message") if isinstance(error, dict) else result.get("summary")
    return result["status"], str(text)
