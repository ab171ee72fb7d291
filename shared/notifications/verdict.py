"""What a chat's response means: delivered, throttled or refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from shared.models.wire import Response

Fate = Literal["delivered", "throttled", "refused"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one post was delivered.

    Parameters
    ----------
    fate: ``throttled`` also covers a receiver that is unavailable: a retry may help.
    code: the receiver's number or this project's code, for the log; never its text.
    """

    fate: Fate
    code: str


def by_status(response: Response) -> Verdict:
    """Return the verdict by HTTP status alone; 2xx is delivered."""
    code = f"HTTP{response.status}"
    if 200 <= response.status < 300:
        return Verdict("delivered", code)
    if response.status == 429 or response.status >= 500:
        return Verdict("throttled", code)
    return Verdict("refused", code)


def by_code(response: Response, key: str, busy: frozenset[int]) -> Verdict:
    """Return the verdict by the number in a JSON response: 0 under HTTP 200 is delivered.

    Parameters
    ----------
    response: of one of the Chinese chats, which return 200 for errors too.
    key: ``errcode`` or ``code``.
    busy: the numbers that mean to retry later.
    """
    status = by_status(response)
    number = json_object(response).get(key)
    if not isinstance(number, int) or isinstance(number, bool):
        return Verdict("refused", "NotJson") if status.fate == "delivered" else status
    if number in busy:
        return Verdict("throttled", f"{key} {number}")
    if status.fate == "throttled":
        return status
    if number == 0 and response.status == 200:
        return Verdict("delivered", f"{key} 0")
    return Verdict("refused", f"{key} {number}" if number else status.code)


def json_object(response: Response) -> dict[str, object]:
    """Return a response's JSON object, empty if it has none."""
    try:
        body: object = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
