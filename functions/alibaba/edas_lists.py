"""The lists of what EDAS knows: VPCs, load balancers, ECS instances and ECS clusters.

Source: alibabacloud_edas20170801 2.0.0 and the pages of the five operations, such as
https://www.alibabacloud.com/help/en/edas/developer-reference/api-edas-2017-08-01-listecsnotincluster
"""

from __future__ import annotations

from collections.abc import Mapping

from functions.alibaba.edas import EDAS, VERSION, call_edas
from shared.errors import BadResponse
from shared.models.flow import ApiCall, ApiResponse, Flow
from shared.models.http import QueryParams

RESPONSE_SECONDS = 5.0
"""Maximum time for a response: a look must not cost the time that a synchronization needs."""

CLASSIC_NETWORK, VPC_NETWORK = "1", "2"
ECS_CLUSTER = 2
"""``ClusterType`` of an ECS cluster."""

LIST_VPCS = "edas:ListVpc"
LIST_LOAD_BALANCERS = "edas:ListSlb"
LIST_INSTANCES = "edas:ListEcsNotInCluster"
READ_CLUSTERS = "edas:ReadCluster"

KEYS: Mapping[str, tuple[str, ...]] = {
    "ListVpc": ("VpcList", "VpcEntity"),
    "ListSlb": ("SlbList", "SlbEntity"),
    "ListEcsNotInCluster": ("EcsEntityList", "EcsEntity"),
    "ListCluster": ("ClusterList", "Cluster"),
    "ListClusterMembers": ("ClusterMemberPage", "ClusterMemberList", "ClusterMember"),
}
"""Action -> the keys that lead to the list in its response."""


def list_vpcs() -> ApiCall:
    """Return ``ListVpc``: the VPCs, each with its number of ECS instances."""
    row = {"VpcId": "{vpc_id}", "EcsNum": 1}
    return list_call("ListVpc", LIST_VPCS, "/pop/v5/vpc_list", planned=row)


def list_load_balancers() -> ApiCall:
    """Return ``ListSlb``: the load balancers."""
    return list_call("ListSlb", LIST_LOAD_BALANCERS, "/pop/v5/slb_list")


def list_instances_outside_clusters(vpc: str | None) -> ApiCall:
    """Return ``ListEcsNotInCluster``: the ECS instances that were not imported into a cluster.

    Parameters
    ----------
    vpc: the VPC that they are in, None for the classic network.
    """
    query = (("NetworkMode", VPC_NETWORK if vpc else CLASSIC_NETWORK),)
    return list_call(
        "ListEcsNotInCluster",
        LIST_INSTANCES,
        "/pop/v5/resource/ecs_not_in_cluster",
        query=(*query, ("VpcId", vpc)) if vpc else query,
    )


def list_clusters() -> ApiCall:
    """Return ``ListCluster``: without a namespace, the clusters of the default one."""
    row = {"ClusterId": "{cluster_id}", "ClusterType": ECS_CLUSTER}
    path = "/pop/v5/resource/cluster_list"
    return list_call("ListCluster", READ_CLUSTERS, path, method="POST", planned=row)


def list_cluster_members(cluster: str) -> ApiCall:
    """Return ``ListClusterMembers``: without a page size, all ECS instances in a cluster."""
    return list_call(
        "ListClusterMembers",
        READ_CLUSTERS,
        "/pop/v5/resource/cluster_member_list",
        query=(("ClusterId", cluster),),
    )


def list_call(
    action: str,
    permission: str,
    path: str,
    *,
    method: str = "GET",
    query: QueryParams = (),
    planned: Mapping[str, object] | None = None,
) -> ApiCall:
    """Return the request for a list.

    Parameters
    ----------
    action, permission, path, method, query: as documented.
    planned: the row that a dry run assumes, None for none.
    """
    response: object = [planned] if planned else []
    for key in reversed(KEYS[action]):
        response = {key: response}
    return ApiCall(
        service=EDAS,
        action=action,
        permission=permission,
        version=VERSION,
        method=method,
        path=path,
        query=query,
        on_unknown_outcome="fail",
        read_timeout=RESPONSE_SECONDS,
        is_optional=True,
        dry_run_response=response,
    )


def read_list(call: ApiCall) -> Flow[ApiResponse]:
    """Return the response with the list's rows as its body, without those that are no objects.

    Raises
    ------
    BadResponse: the response has no such list.
    SyncError: the request failed.
    """
    response = yield from call_edas(call)
    first, *rest = KEYS[call.action]
    found: object = response.body.get(first)
    for key in rest:
        found = found.get(key) if isinstance(found, dict) else found
    if found is None:
        found = []  # how EDAS spells a list without rows is not documented
    if first not in response.body or not isinstance(found, list):
        raise BadResponse(
            f"EDAS's response to {call.action} has no {'.'.join(KEYS[call.action])}",
            http_status=response.status,
            request_id=response.request_id,
            retryable=False,
        )
    return response._replace(body=[row for row in found if isinstance(row, dict)])
