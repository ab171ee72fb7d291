"""What a chat's answer means: delivered, throttled or refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from shared.models.wire import Response

Fate = Literal["delivered", "throttled", "refused"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one post.

    Parameters
    ----------
    fate: ``throttled`` also stands for a receiver that is unwell: later it may take it.
    code: the receiver's number or ours, for the log; never its text.
    """

    fate: Fate
    code: str


def by_status(response: Response) -> Verdict:
    """Return what the HTTP status alone tells; 2xx is delivered."""
    code = f"HTTP{response.status}"
    if 200 <= response.status < 300:
        return Verdict("delivered", code)
    if response.status == 429 or response.status >= 500:
        return Verdict("throttled", code)
    return Verdict("refused", code)


def by_code(response: Response, key: str, busy: frozenset[int]) -> Verdict:
    """Return what the number in a JSON answer tells: 0 under HTTP 200 is delivered.

    Parameters
    ----------
    response: of one of the Chinese chats, which answer 200 to refusals too.
    key: ``errcode`` or ``code``.
    busy: the numbers that ask to come back later.
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
    """Return an answer's JSON object, empty where it is none."""
    try:
        body: object = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
