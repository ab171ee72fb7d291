"""The texts of replies about several targets: what needs a person, target by target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.web.chat.message import Reply
from functions.web.chat.replies import STATUS_ICONS, request_lines
from shared.notifications.conditions import ResultBody, result_data, target_results
from shared.notifications.rendering import id_lines, safe_id, single_line, timing_line
from shared.notifications.targets import (
    next_steps,
    not_started_line,
    target_count,
    target_label,
    target_lines,
)

MAX_NAMED = 20
"""How many targets a request to confirm names."""


def targets_text(body: ResultBody) -> Reply:
    """Return the reply with the result of several targets."""
    data: Mapping[str, Any] = result_data(body)
    summary = single_line(str(body.get("summary") or ""))
    lines = [
        f"{STATUS_ICONS.get(body.get('status'), '')} {safe_id(body.get('operation'))}: {summary}",
        f"Where: {safe_id(body.get('provider'))}, {target_count(data)}",
        *(f"What to do: {step}" for step in next_steps(body)),
        *target_lines(body),
        not_started_line(data),
        *id_lines(body),
        timing_line(body),
    ]
    if body.get("status") == "planned":
        first = target_results(body)[0]
        lines += [f"For {target_label(first)}, as an example:"]
        lines += request_lines(result_data(first))
    return Reply(tuple(line for line in lines if line))


def where_lines(body: ResultBody) -> list[str]:
    """Return where a run would be, and the line before the requests of its first target.

    Parameters
    ----------
    body: the result of a dry run for several targets.
    """
    data: Mapping[str, Any] = result_data(body)
    results = target_results(body)
    labels = ", ".join(target_label(each) for each in results[:MAX_NAMED])
    more = len(results) - MAX_NAMED
    return [
        f"Where: {safe_id(body.get('provider'))}, {target_count(data)}: {labels}"
        + (f" and {more:,} more" if more > 0 else ""),
        *target_lines(body),
        f"For each of them, such as {target_label(results[0])}, a run sends:",
    ]
