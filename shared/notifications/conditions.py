"""The conditions under which a result is sent to a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

Body = Mapping[str, object]
"""A result as a JSON object."""

WORKED: Mapping[str, frozenset[str]] = {
    "alibaba.edas.SynchronizeResource": frozenset({"succeeded"}),
    "alibaba.ehpc.SynchronizeApp": frozenset({"accepted"}),
}
"""For operations without ``triggered`` in their data: the statuses that mean a change."""

QUIET = frozenset({"unchanged", "idle", "planned"})


def failed(body: Body) -> bool:
    """Return whether the run failed, or some of its targets did."""
    return body.get("status") in {"failed", "partial"}


def attention(body: Body, since: str = "") -> bool:
    """Return whether something at the provider needs attention, or some targets were not done.

    Parameters
    ----------
    body: the result.
    since: RFC 3339 in UTC; what was last updated before it does not count. What has no known
        time of update always counts.
    """
    if body.get("status") == "partial":
        return True
    updated = updates_of(body)
    if any(updated.get(each, since) >= since for each in attention_of(body)):
        return True
    return any(attention(part, since) for part in parts_of(body))


def changed(body: Body) -> bool:
    """Return whether the run changed something at the provider."""
    status = body.get("status")
    parts = parts_of(body)
    if parts:
        return any(changed(part) for part in parts)
    if status in QUIET:
        return False
    if data_of(body).get("triggered") is True:
        return True
    return status in WORKED.get(str(body.get("operation")), frozenset())


def always(_body: Body) -> bool:
    """Return True: every run meets this condition."""
    return True


def servers_of(body: Body) -> Mapping[str, Mapping[str, object]]:
    """Return the servers in a result's data by ID, none if it lists none."""
    found = data_of(body).get("servers")
    if not isinstance(found, list | tuple):
        return {}
    return {str(each.get("id")): each for each in found if isinstance(each, Mapping)}


def updates_of(body: Body) -> Mapping[str, str]:
    """Return when each server in a result's data was last updated, if that is known."""
    return {
        name: updated
        for name, server in servers_of(body).items()
        if isinstance(updated := server.get("updated_at"), str)
    }


def attention_of(body: Body) -> Sequence[str]:
    """Return the IDs in a result's data that need attention."""
    found = data_of(body).get("attention")
    return [str(each) for each in found] if isinstance(found, list | tuple) else []


CONDITIONS: Mapping[str, Callable[[Body], bool]] = {
    "failed": failed,
    "attention": attention,
    "changed": changed,
    "always": always,
}
"""The words that ``on`` may contain."""

DEFAULT = frozenset({"failed", "attention"})


def wanted(on: frozenset[str], body: Body, since: str = "") -> bool:
    """Return whether a result meets any of a channel's conditions.

    Parameters
    ----------
    on: the conditions.
    body: the result.
    since: see :func:`attention`.
    """
    return any(
        attention(body, since) if name == "attention" else CONDITIONS[name](body) for name in on
    )


def data_of(body: Body) -> Body:
    """Return a result's ``data``, an empty object if it has none."""
    data = body.get("data")
    return data if isinstance(data, Mapping) else {}


def parts_of(body: Body) -> Sequence[Body]:
    """Return the results of a fleet's targets, none for a single run."""
    found = data_of(body).get("results")
    if not isinstance(found, list | tuple):
        return ()
    return [part for part in found if isinstance(part, Mapping)]
