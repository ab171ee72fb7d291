"""When a result is worth a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Body = Mapping[str, object]
"""A result as JSON object."""

WORKED: Mapping[str, frozenset[str]] = {
    "alibaba.edas.SynchronizeResource": frozenset({"succeeded"}),
    "alibaba.ehpc.SynchronizeApp": frozenset({"accepted"}),
}
"""Operations that cannot say ``triggered``: the states in which they did something."""

QUIET = frozenset({"unchanged", "idle", "planned"})


def failed(body: Body) -> bool:
    """The run failed, or some of its targets did."""
    return body.get("status") in {"failed", "partial"}


def attention(body: Body) -> bool:
    """Something at the provider needs a person, or some targets were not done."""
    if body.get("status") == "partial" or data_of(body).get("attention"):
        return True
    return any(attention(part) for part in parts_of(body))


def changed(body: Body) -> bool:
    """The run made something happen at the provider."""
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
    """Every run."""
    return True


CONDITIONS = {"failed": failed, "attention": attention, "changed": changed, "always": always}
"""Every word that ``on`` may hold."""

DEFAULT = frozenset({"failed", "attention"})


def wanted(on: frozenset[str], body: Body) -> bool:
    """Return whether a result meets any of a channel's conditions."""
    return any(CONDITIONS[name](body) for name in on)


def data_of(body: Body) -> Body:
    """Return a result's ``data``, empty where it is none."""
    data = body.get("data")
    return data if isinstance(data, Mapping) else {}


def parts_of(body: Body) -> Sequence[Body]:
    """Return the results of a fleet's targets; none for a single run."""
    found = data_of(body).get("results")
    if not isinstance(found, list | tuple):
        return ()
    return [part for part in found if isinstance(part, Mapping)]
