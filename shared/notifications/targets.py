"""Renders the text of one notification for all targets: only what needs a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from shared.notifications.conditions import (
    ResultBody,
    attention_count,
    attention_items,
    failed,
    result_data,
    target_results,
)
from shared.notifications.rendering import (
    Message,
    attention_label,
    error_reason,
    id_lines,
    join_limited,
    join_lines,
    safe_id,
    single_line,
    timing_line,
)

if TYPE_CHECKING:
    from shared.models.operation import Operation

MAX_ITEMS = 5
"""How many items that need attention are named for each target."""

MAX_HINTS = 5
MAX_NOT_STARTED = 20
CONTINUE_HINT = (
    "Run the event in data.continue_with of the result; if this happens often, give the function "
    "more time or raise max_concurrency."
)


def render_targets(body: ResultBody, operation: Operation) -> Message:
    """Return the message about the result of several targets.

    Parameters
    ----------
    body: the result as a JSON object; untrusted text in it is sanitized.
    operation: the operation that ran.
    """
    data: Mapping[str, Any] = result_data(body)
    hints = [f"What to do: {hint}" for hint in next_steps(body, operation)]
    return Message(
        head=join_lines(
            f"{operation.id}: {headline(body, operation)}",
            f"Where: {safe_id(body.get('provider'))}, {target_count(data)}",
        ),
        detail=join_lines(
            f"What: {single_line(str(body.get('summary') or ''))}",
            *target_lines(body),
            not_started_line(data),
        ),
        tail=join_lines(*hints, *id_lines(body), timing_line(body)),
    )


def headline(body: ResultBody, operation: Operation) -> str:
    """Return what happened to how many targets."""
    data: Mapping[str, Any] = result_data(body)
    phrases = []
    if count := data["counts"].get("failed"):
        phrases.append(f"{count:,} of {target_count(data)} failed")
    if count := attention_count(body):
        phrases.append(f"{count:,} {operation.items_noun} need attention")
    if count := data["not_started_count"]:
        phrases.append(f"{count:,} of {target_count(data)} not started")
    return "; ".join(phrases) or f"{target_count(data)}, none needs attention"


def target_count(data: Mapping[str, Any]) -> str:
    """Return how many targets there are."""
    count = sum(data["counts"].values()) + data["not_started_count"]
    return f"{count:,} target" if count == 1 else f"{count:,} targets"


def target_lines(body: ResultBody) -> Iterator[str]:
    """Yield a line for each target that needs a person."""
    listed = 0
    for each in target_results(body):
        if failed(each):
            listed += 1
            yield f"- {target_label(each)} failed: {error_reason(each)}"
        if count := attention_count(each):
            labels = [attention_label(item) for item in attention_items(each)[:MAX_ITEMS]]
            yield f"- {target_label(each)} needs attention ({count:,}): " + join_limited(
                labels, count
            )
    data: Mapping[str, Any] = result_data(body)
    more = data["counts"].get("failed", 0) - listed
    if more > 0:
        yield f"\u2026 and {more:,} more that failed; the log has a line for each."


def target_label(body: ResultBody) -> str:
    """Return a target's account and region, as far as they are known."""
    return "/".join(safe_id(body[key]) for key in ("account", "region") if body.get(key)) or "?"


def not_started_line(data: Mapping[str, Any]) -> str:
    """Return the line that lists the targets that were not started, empty if all were."""
    count = data["not_started_count"]
    if not count:
        return ""
    labels = [
        target_label({"account": each.get("account", "default"), "region": each.get("region")})
        for each in data["not_started"][:MAX_NOT_STARTED]
    ]
    return f"Not started ({count:,}): {join_limited(labels, count)}"


def next_steps(body: ResultBody, operation: Operation | None = None) -> list[str]:
    """Return what a person should do, each step once.

    Parameters
    ----------
    body: the result.
    operation: the operation that ran, for its service and the noun of its items; None if unknown.
    """
    hints = {
        single_line(str(error["hint"])): None
        for each in target_results(body)
        if isinstance(error := each.get("error"), Mapping) and error.get("hint")
    }
    steps = list(hints)[:MAX_HINTS]
    if attention_count(body):
        steps.append(
            "Check them in the provider's console."
            if operation is None
            else f"Check these {operation.items_noun} in the {operation.service.label} console."
        )
    if result_data(body).get("continue_with"):
        steps.append(CONTINUE_HINT)
    return steps
