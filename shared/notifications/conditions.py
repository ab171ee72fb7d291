"""The conditions under which a result is sent to a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from shared.models.operation import Operation

ResultBody = Mapping[str, object]
"""A result as a JSON object."""

NO_CHANGE = frozenset({"unchanged", "idle", "planned"})
"""The statuses that mean that nothing was changed, for any operation."""

Condition = Literal["failed", "attention", "changed", "always"]

CONDITIONS: tuple[Condition, ...] = get_args(Condition)

DEFAULT_CONDITIONS: tuple[Condition, ...] = ("failed", "attention")


def matches(on: frozenset[str], body: ResultBody, operation: Operation, since: str = "") -> bool:
    """Return whether a result meets any of a channel's conditions.

    Parameters
    ----------
    on: the conditions.
    body: the result.
    operation: the operation that ran.
    since: see :func:`attention`.
    """
    return (
        "always" in on
        or ("failed" in on and failed(body))
        or ("attention" in on and attention(body, since))
        or ("changed" in on and changed(body, operation))
    )


def failed(body: ResultBody) -> bool:
    """Return whether the run failed, or that of one of its targets did."""
    if body.get("status") != "partial":
        return body.get("status") == "failed"
    counts = result_data(body).get("counts")
    return not isinstance(counts, Mapping) or bool(counts.get("failed"))


def attention(body: ResultBody, since: str = "") -> bool:
    """Return whether something at the provider needs attention, or a target was not finished.

    Parameters
    ----------
    body: the result.
    since: RFC 3339 in UTC; servers last updated before it do not count. What has no known update
        time always counts, and so does what did not fit into the result.
    """
    if body.get("status") == "partial":
        return True
    results = target_results(body)
    if results:
        listed = sum(map(attention_count, results))
        return attention_count(body) > listed or any(attention(each, since) for each in results)
    items = attention_items(body)
    if attention_count(body) > len(items):
        return True
    updated = update_times(body)
    return any(updated.get(str(item.get("id")), since) >= since for item in items)


def changed(body: ResultBody, operation: Operation) -> bool:
    """Return whether the run changed something at the provider.

    Of several targets, one whose result was left out because of its size counts as changed.
    """
    results = target_results(body)
    if results:
        left_out = result_data(body).get("results_left_out")
        return bool(left_out) or any(changed(each, operation) for each in results)
    status = body.get("status")
    if status in NO_CHANGE:
        return False
    return result_data(body).get("triggered") is True or status in operation.changed_statuses


def result_data(body: ResultBody) -> ResultBody:
    """Return a result's ``data``, an empty object if it has none."""
    data = body.get("data")
    return data if isinstance(data, Mapping) else {}


def target_results(body: ResultBody) -> Sequence[ResultBody]:
    """Return the results of the targets in a result, none if it is the result of one target."""
    results = result_data(body).get("results")
    if body.get("account") is not None or not isinstance(results, list | tuple):
        return []
    return [each for each in results if isinstance(each, Mapping)]


def attention_items(body: ResultBody) -> Sequence[Mapping[str, object]]:
    """Return what a result's data lists as needing attention: ``id``, ``name`` and ``why``."""
    items = result_data(body).get("attention")
    if not isinstance(items, list | tuple):
        return []
    return [item for item in items if isinstance(item, Mapping)]


def attention_count(body: ResultBody) -> int:
    """Return how many items need attention, whether a result's data lists them or not."""
    count = result_data(body).get("attention_count")
    return count if isinstance(count, int) else len(attention_items(body))


def update_times(body: ResultBody) -> Mapping[str, str]:
    """Return the last update time of each server in a result's data, by ID, if it is known."""
    servers = result_data(body).get("servers")
    if not isinstance(servers, list | tuple):
        return {}
    return {
        str(server.get("id")): updated_at
        for server in servers
        if isinstance(server, Mapping) and isinstance(updated_at := server.get("updated_at"), str)
    }
