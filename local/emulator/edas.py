"""EDAS as documented: what it knows of an account's resources, and their synchronization."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json

TYPES = ("ecs", "slb", "vpc", "ram", "all")
ECS_CLUSTER, KUBERNETES_CLUSTER = 2, 5
REGION = "cn-hangzhou"


@dataclass(frozen=True, slots=True)
class Synchronized:
    """One synchronization: its type, and its IDs if some were given."""

    type: str
    resource_ids: tuple[str, ...]
    account: str


@dataclass
class Resources:
    """VPCs with their ECS instances, and load balancers.

    Parameters
    ----------
    vpcs: VPC -> its instances.
    classic: the instances in the classic network.
    load_balancers: their IDs.
    """

    vpcs: dict[str, set[str]] = field(default_factory=dict)
    classic: set[str] = field(default_factory=set)
    load_balancers: set[str] = field(default_factory=set)

    @property
    def instances(self) -> set[str]:
        """All instances."""
        return self.classic.union(*self.vpcs.values())


class EdasError(Exception):
    """A rejection, by its code; the text, or the permission that is missing, is the argument."""

    def __init__(
        self, code: str, message: str | None = None, *, permission: str | None = None
    ) -> None:
        super().__init__(message)
        self.permission = permission
        self.code = code
        self.message = message


Operation = Callable[[dict[str, str], Key], dict[str, object]]


class Edas:
    """EDAS in one region.

    Attributes
    ----------
    account: what the account has.
    known: what EDAS knows of it.
    clusters: ECS cluster -> the instances that were imported into it.
    kubernetes_clusters: clusters of another type.
    synchronized: what was synchronized so far.
    denied: RAM actions that are refused; shared with the other services.
    body_request_id: whether a good answer to SynchronizeResource has ``RequestId`` in its body (the
        page's sample has none; the SDK's model has one).
    """

    def __init__(self, denied: set[str], lock: threading.RLock) -> None:
        self._lock = lock
        self.denied = denied
        self.account = Resources(
            {
                "vpc-example1": {"i-exampleinstance1", "i-exampleinstance2"},
                "vpc-example2": {"i-exampleinstance3"},
            },
            load_balancers={"lb-example1"},
        )
        self.known = Resources({"vpc-example1": {"i-exampleinstance1"}})
        self.clusters: dict[str, set[str]] = {"example-cluster1": {"i-exampleinstance1"}}
        self.kubernetes_clusters = ["example-kubernetes1"]
        self.synchronized: list[Synchronized] = []
        self.body_request_id = True

    def respond(self, request: Received, query: dict[str, str], key: Key, request_id: str) -> Reply:
        """Return the documented response.

        Raises
        ------
        EdasError: the request is not a documented one, or is refused.
        """
        routes: dict[tuple[str, str, str], tuple[str, Operation]] = {
            ("GET", "/pop/v5/resource/pop_sync_resource", "SynchronizeResource"): (
                "edas:SystemBase",
                self._synchronize,
            ),
            ("GET", "/pop/v5/vpc_list", "ListVpc"): ("edas:ListVpc", self._vpcs),
            ("GET", "/pop/v5/slb_list", "ListSlb"): ("edas:ListSlb", self._load_balancers),
            ("GET", "/pop/v5/resource/ecs_not_in_cluster", "ListEcsNotInCluster"): (
                "edas:ListEcsNotInCluster",
                self._outside_clusters,
            ),
            ("POST", "/pop/v5/resource/cluster_list", "ListCluster"): (
                "edas:ReadCluster",
                self._clusters,
            ),
            ("GET", "/pop/v5/resource/cluster_member_list", "ListClusterMembers"): (
                "edas:ReadCluster",
                self._members,
            ),
        }
        route = routes.get((request.method, request.path, request.action))
        if route is None:
            raise EdasError("InvalidAction.NotFound")
        permission, operation = route
        if permission in self.denied:
            raise EdasError("Forbidden.RAM", permission=permission)
        with self._lock:
            body = {"Code": 200, "Message": "success", **operation(query, key)}
        if request.action != "SynchronizeResource" or self.body_request_id:
            body["RequestId"] = request_id
        return Reply(body=to_json(body))

    def _synchronize(self, query: dict[str, str], key: Key) -> dict[str, object]:
        if "Type" not in query:
            raise EdasError("MissingParameter", "Type is mandatory for this action.")
        kind = query["Type"]
        if kind not in TYPES:
            raise EdasError("InvalidParameter", "Type is case-sensitive: " + ", ".join(TYPES))
        ids = tuple(query["ResourceIds"].split(",")) if "ResourceIds" in query else ()
        if ids and (kind != "ecs" or len(ids) > 50 or not all(ids)):
            raise EdasError("InvalidParameter", "ResourceIds: at most 50, only with ecs.")
        self.synchronized.append(Synchronized(kind, ids, key.account))
        if kind in {"vpc", "all"}:
            kept = {vpc: self.known.vpcs.get(vpc, set()) for vpc in self.account.vpcs}
            self.known.vpcs = kept
        if kind in {"slb", "all"}:
            self.known.load_balancers = set(self.account.load_balancers)
        if kind in {"ecs", "all"}:
            self._synchronize_instances(set(ids))
        return {"Data": "PopSyncResource success", "Success": True}

    def _synchronize_instances(self, ids: set[str]) -> None:
        """Copy the named instances, or all; the VPC of an instance becomes known with it."""
        for vpc, instances in self.account.vpcs.items():
            now = self.known.vpcs.get(vpc, set()) | (instances & ids) if ids else set(instances)
            if now or vpc in self.known.vpcs:
                self.known.vpcs[vpc] = now
        classic = self.account.classic
        self.known.classic = self.known.classic | (classic & ids) if ids else set(classic)

    def _vpcs(self, query: dict[str, str], _key: Key) -> dict[str, object]:
        _no_parameters(query, set())
        rows = [
            {"VpcId": vpc, "VpcName": f"name of {vpc}", "EcsNum": len(ids), "RegionId": REGION}
            for vpc, ids in sorted(self.known.vpcs.items())
        ]
        return {"VpcList": {"VpcEntity": rows}}

    def _load_balancers(self, query: dict[str, str], _key: Key) -> dict[str, object]:
        _no_parameters(query, {"VpcId", "AddressType", "SlbType"})
        rows = [
            {"SlbId": each, "SlbName": f"name of {each}", "RegionId": REGION}
            for each in sorted(self.known.load_balancers)
        ]
        return {"SlbList": {"SlbEntity": rows}}

    def _outside_clusters(self, query: dict[str, str], _key: Key) -> dict[str, object]:
        _no_parameters(query, {"NetworkMode", "VpcId"})
        mode = query.get("NetworkMode")
        if mode not in {"1", "2"} or (mode == "2" and "VpcId" not in query):
            raise EdasError("InvalidParameter", "NetworkMode is 1, or 2 with a VpcId.")
        vpc = query.get("VpcId", "")
        found = self.known.vpcs.get(vpc, set()) if mode == "2" else self.known.classic
        outside = found.difference(*self.clusters.values())
        rows = [{"InstanceId": each, "VpcId": vpc, "Status": "Running"} for each in sorted(outside)]
        return {"EcsEntityList": {"EcsEntity": rows}}

    def _clusters(self, query: dict[str, str], _key: Key) -> dict[str, object]:
        _no_parameters(query, {"LogicalRegionId", "ResourceGroupId"})
        kinds = {
            **dict.fromkeys(self.kubernetes_clusters, KUBERNETES_CLUSTER),
            **dict.fromkeys(self.clusters, ECS_CLUSTER),
        }
        rows = [
            {"ClusterId": cluster, "ClusterType": kind, "RegionId": REGION}
            for cluster, kind in sorted(kinds.items())
        ]
        return {"ClusterList": {"Cluster": rows}}

    def _members(self, query: dict[str, str], _key: Key) -> dict[str, object]:
        _no_parameters(query, {"ClusterId", "CurrentPage", "PageSize", "EcsList"})
        cluster = query.get("ClusterId", "")
        if cluster not in self.clusters:
            raise EdasError("InvalidParameter", "ClusterId is not an ECS cluster's ID.")
        rows = [
            {"ClusterId": cluster, "EcsId": each, "Status": 1}
            for each in sorted(self.clusters[cluster] & self.known.instances)
        ]
        page = {"CurrentPage": 1, "PageSize": len(rows), "TotalSize": len(rows)}
        return {"ClusterMemberPage": {**page, "ClusterMemberList": {"ClusterMember": rows}}}


def _no_parameters(query: dict[str, str], but: set[str]) -> None:
    if not set(query) <= but:
        raise EdasError("InvalidParameter", "There is no such parameter.")
