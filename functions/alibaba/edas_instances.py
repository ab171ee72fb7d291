"""Which of the named ECS instances EDAS knows: those in no cluster, then clusters' members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from functions.alibaba.edas_lists import (
    ECS_CLUSTER,
    LIST_INSTANCES,
    LIST_VPCS,
    READ_CLUSTERS,
    list_cluster_members,
    list_clusters,
    list_instances_outside_clusters,
    list_vpcs,
    read_list,
)
from shared.errors import Forbidden, SyncError
from shared.models.effects import verified
from shared.models.flow import ApiCall, Flow

if TYPE_CHECKING:
    from shared.models.documents import Attention, Verified
else:
    Attention = dict

MAX_VPCS = 10
MAX_CLUSTERS = 10
"""A request each, which may take seconds; an account may have hundreds."""

PERMISSION_HINT = (
    f"allow `{LIST_VPCS}`, `{LIST_INSTANCES}` and `{READ_CLUSTERS}` so that runs see whether EDAS "
    "knows the instances"
)
NOT_FOUND = "EDAS lists it in no VPC and in no ECS cluster of the default namespace"


class Search(NamedTuple):
    """What came of the search for instances.

    Parameters
    ----------
    verified: ``data.verified``.
    missing: the instances that EDAS does not list; empty if the search did not end.
    warnings: why it did not end.
    hints: the permission that is missing.
    """

    verified: Verified | None
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


class Looks:
    """The lists that were read so far.

    Attributes
    ----------
    actions: their actions, in order.
    at: when the last of them was received.
    """

    def __init__(self) -> None:
        self.actions: list[str] = []
        self.at: str | None = None

    def read(self, call: ApiCall) -> Flow[list[Mapping[str, object]]]:
        """Return the rows of one more list; raises the error if the request fails."""
        self.actions.append(call.action)
        response = yield from read_list(call)
        self.at = response.received_at
        rows: list[Mapping[str, object]] = response.body
        return rows


def find_instances(ids: Collection[str]) -> Flow[Search]:
    """Return which instances EDAS lists; a failed look does not fail the run."""
    looks = Looks()
    missing = set(ids)
    try:
        is_complete = yield from search(missing, looks)
    except Forbidden:
        return Search(None, hints=(PERMISSION_HINT,))
    except SyncError as error:
        return not_known(looks, error.code)
    if missing and not is_complete:
        return not_known(looks, f"more than {MAX_VPCS} VPCs or {MAX_CLUSTERS} ECS clusters")
    effect = verified("not_seen" if missing else "seen", looks.actions, looks.at)
    return Search(effect, tuple(each for each in dict.fromkeys(ids) if each in missing))


def not_known(looks: Looks, why: str) -> Search:
    """Return what came of a search that did not end."""
    warning = f"EDAS does not show whether it knows all instances: {why}"
    return Search(verified("cannot_be_known", looks.actions, looks.at), warnings=(warning,))


def search(missing: set[str], looks: Looks) -> Flow[bool]:
    """Read one list after the other until every instance is found; return whether all were read.

    Parameters
    ----------
    missing: the instances; those that are found are removed.
    looks: reads the lists; raises the error of a request.
    """
    vpcs = ids_of((yield from looks.read(list_vpcs())), "VpcId")
    for vpc in [*vpcs[:MAX_VPCS], None]:
        outside = yield from looks.read(list_instances_outside_clusters(vpc))
        missing.difference_update(ids_of(outside, "InstanceId"))
        if not missing:
            return True
    rows = yield from looks.read(list_clusters())
    clusters = ids_of([row for row in rows if row.get("ClusterType") == ECS_CLUSTER], "ClusterId")
    for cluster in clusters[:MAX_CLUSTERS]:
        members = yield from looks.read(list_cluster_members(cluster))
        missing.difference_update(ids_of(members, "EcsId"))
        if not missing:
            break
    return len(vpcs) <= MAX_VPCS and len(clusters) <= MAX_CLUSTERS


def ids_of(rows: Iterable[Mapping[str, object]], key: str) -> list[str]:
    """Return the IDs in a list's rows, each once."""
    return list(dict.fromkeys(value for row in rows if isinstance(value := row.get(key), str)))


def attention_of(missing: Iterable[str]) -> list[Attention]:
    """Return an entry for each instance that EDAS does not list."""
    return [Attention(id=each, name=None, why=NOT_FOUND) for each in missing]
