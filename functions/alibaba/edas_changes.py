"""What a synchronization changed in EDAS's lists of VPCs, ECS instances and load balancers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from functions.alibaba.edas_lists import list_load_balancers, list_vpcs, read_list
from shared.errors import Forbidden, SyncError
from shared.models.effects import verified
from shared.models.flow import ApiCall, Flow
from shared.models.provider_errors import as_count

if TYPE_CHECKING:
    from functions.alibaba.models import ResourceChange
    from shared.models.documents import Verified
else:
    ResourceChange = dict

LISTS: Mapping[str, tuple[ApiCall, ...]] = {
    "ecs": (list_vpcs(),),
    "vpc": (list_vpcs(),),
    "slb": (list_load_balancers(),),
    "all": (list_vpcs(), list_load_balancers()),
}
"""``type`` -> the lists that show it; EDAS lists no RAM users."""

MAX_CHANGES = 100
"""The result lists this many; ``changed_count`` has all."""

NOUNS = {"ecs": "ECS instance", "vpc": "VPC", "slb": "load balancer"}

Kind = Literal["ecs", "vpc", "slb"]


class Snapshot(NamedTuple):
    """What EDAS lists at one time, or why that is not known.

    Parameters
    ----------
    counts: kind and ID -> how many: 1 for a VPC or a load balancer, for ``ecs`` the number of
        instances in the VPC with this ID. None if a list could not be read.
    at: when the last list was received, RFC 3339.
    error: why it could not be read.
    """

    counts: Mapping[tuple[Kind, str], int] | None
    at: str | None = None
    error: SyncError | None = None


def take_snapshot(kind: str) -> Flow[Snapshot]:
    """Return what EDAS lists of a type; a failed look does not fail the run."""
    counts: dict[tuple[Kind, str], int] = {}
    at: str | None = None
    for call in LISTS[kind]:
        try:
            listed = yield from read_list(call)
        except SyncError as error:
            return Snapshot(None, at, error)
        at = listed.received_at
        for row in listed.body:
            vpc, balancer = row.get("VpcId"), row.get("SlbId")
            if call.action == "ListSlb":
                if isinstance(balancer, str):
                    counts["slb", balancer] = 1
            elif isinstance(vpc, str):
                counts["vpc", vpc] = 1
                counts["ecs", vpc] = as_count(row.get("EcsNum")) or 0
    return Snapshot(counts, at)


def changes_between(before: Snapshot, after: Snapshot) -> list[ResourceChange] | None:
    """Return what changed, None if one of the two is not known."""
    if before.counts is None or after.counts is None:
        return None
    return [
        ResourceChange(
            type=kind, id=name, before=before.counts.get(key, 0), after=after.counts.get(key, 0)
        )
        for key in sorted({*before.counts, *after.counts})
        for kind, name in [key]
        if before.counts.get(key, 0) != after.counts.get(key, 0)
    ]


def describe(changes: Iterable[ResourceChange]) -> str:
    """Return the changes for people, such as ``2 VPCs and 7 ECS instances added``."""
    phrases = []
    for sign, word in ((1, "added"), (-1, "removed")):
        counts = {
            kind: sum(
                max(0, sign * (each["after"] - each["before"]))
                for each in changes
                if each["type"] == kind
            )
            for kind in ("vpc", "ecs", "slb")
        }
        parts = [f"{n} {NOUNS[kind]}{'s' * (n != 1)}" for kind, n in counts.items() if n]
        if parts:
            listed = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
            phrases.append(f"{listed} {word}")
    return ", ".join(phrases)


def hint_of(kind: str) -> str:
    """Return which permissions show what changed."""
    needed = " and ".join(f"`{call.permission}`" for call in LISTS[kind])
    return f"allow {needed} so that runs see what a synchronization changed in EDAS"


def notes_of(kind: str, snapshot: Snapshot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the warnings and the hints about a snapshot."""
    if snapshot.error is None:
        return (), ()
    if isinstance(snapshot.error, Forbidden):
        return (), (hint_of(kind),)
    return (f"EDAS does not show what changed: {snapshot.error.code}",), ()


def not_verified(kind: str, snapshot: Snapshot) -> Verified | None:
    """Return ``data.verified`` after the last snapshot: EDAS's lists do not show what is missing.

    It is None if the permission to read them is missing.
    """
    if isinstance(snapshot.error, Forbidden):
        return None
    asked = [call.action for call in LISTS[kind]]
    return verified("cannot_be_known", asked, snapshot.at)
