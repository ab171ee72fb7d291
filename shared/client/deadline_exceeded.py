"""Builds the error of a run that reached its time limit, with how to raise the limit.

Imported only if a run reaches it.
"""

from __future__ import annotations

from math import ceil

from shared.clock import Deadline
from shared.errors import DeadlineExceeded

FUNCTION_TIMEOUT = "the function's timeout"
HTTP_TIMEOUT_SETTING = "HTTP_DEADLINE_SECONDS"


def deadline_exceeded(
    deadline: Deadline, *, service: str, needs_seconds: int, sent: bool
) -> DeadlineExceeded:
    """Return the error for a request that got no response in time, or was never sent.

    Parameters
    ----------
    deadline: the run's, with what set its limit.
    service: the service's name, for people.
    needs_seconds: how long a run of the operation may take.
    sent: whether the request was sent.
    """
    limit = describe_limit(deadline)
    return DeadlineExceeded(
        f"No response from {service} within {limit}"
        if sent
        else f"No time left for a request to {service} within {limit}",
        outcome_unknown=sent,
        hint=hint_for(deadline, needs_seconds),
    )


def describe_limit(deadline: Deadline) -> str:
    """Return how long a run had, and what set that limit."""
    limit, source = deadline.timeout or 0.0, deadline.set_by or FUNCTION_TIMEOUT
    reserved = limit * deadline.reserve
    if not reserved:
        return f"{format_seconds(limit)} ({source})"
    return (
        f"{format_seconds(limit - reserved)} ({source} of {format_seconds(limit)} "
        f"less {format_seconds(reserved)} reserved for {deadline.reserved_for})"
    )


def hint_for(deadline: Deadline, needs_seconds: int) -> str:
    """Return how to raise the limit that a run reached."""
    limit, source = deadline.timeout or 0.0, deadline.set_by or FUNCTION_TIMEOUT
    needed = ceil(needs_seconds / (1 - deadline.reserve))
    amount = f"to {needed} s or more" if limit < needed else f"above {format_seconds(limit)}"
    if source == HTTP_TIMEOUT_SETTING:
        return f"Raise {source} {amount}, if the gateway in front waits that long."
    if deadline.reserve:
        return (
            f"Raise {source} {amount}: {deadline.reserve:.0%} of it is reserved for "
            f"{deadline.reserved_for}."
        )
    return f"Raise {source} {amount}."


def format_seconds(seconds: float) -> str:
    """Return seconds as text, rounded to a tenth."""
    return f"{round(seconds, 1):g} s"
