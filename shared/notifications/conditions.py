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
    """Return whether the run failed, or a part of it did."""
    return body.get("status") in {"failed", "partial"}


def attention(body: ResultBody, since: str = "") -> bool:
    """Return whether something at the provider needs attention, or a part of the run failed.

    Parameters
    ----------
    body: the result.
    since: RFC 3339 in UTC; servers last updated before it do not count. Servers whose update time
        is unknown always count.
    """
    if body.get("status") == "partial":
        return True
    updated = update_times(body)
    return any(updated.get(item, since) >= since for item in attention_ids(body))


def changed(body: ResultBody, operation: Operation) -> bool:
    """Return whether the run changed something at the provider."""
    status = body.get("status")
    if status in NO_CHANGE:
        return False
    return result_data(body).get("triggered") is True or status in operation.changed_statuses


def result_data(body: ResultBody) -> ResultBody:
    """Return a result's ``data``, an empty object if it has none."""
    data = body.get("data")
    return data if isinstance(data, Mapping) else {}


def attention_ids(body: ResultBody) -> Sequence[str]:
    """Return the IDs in a result's data that need attention."""
    ids = result_data(body).get("attention")
    return [str(item) for item in ids] if isinstance(ids, list | tuple) else []


def servers_by_id(body: ResultBody) -> Mapping[str, Mapping[str, object]]:
    """Return the servers in a result's data by ID, empty if it lists none."""
    servers = result_data(body).get("servers")
    if not isinstance(servers, list | tuple):
        return {}
    return {str(server.get("id")): server for server in servers if isinstance(server, Mapping)}


def update_times(body: ResultBody) -> Mapping[str, str]:
    """Return the last update time of each server in a result's data, by ID, if it is known."""
    return {
        server_id: updated_at
        for server_id, server in servers_by_id(body).items()
        if isinstance(updated_at := server.get("updated_at"), str)
    }
