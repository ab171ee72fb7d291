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
