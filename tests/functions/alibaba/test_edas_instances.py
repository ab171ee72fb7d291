"""EDAS: which of the named instances it knows."""

from __future__ import annotations

import pytest

from functions.alibaba.edas_instances import MAX_CLUSTERS, MAX_VPCS, NOT_FOUND
from functions.alibaba.synchronize_resource import OPERATION
from shared.errors import Forbidden, TimedOut, Unauthenticated
from shared.models.flow import ApiResponse
from shared.models.result import Outcome
from tests.support.operation_runner import FlowRun, ProviderReply, run_operation

GOOD: ProviderReply = {"Code": 200, "Success": True}
AT = "2026-11-21T20:24:29.123Z"


def vpcs(*names: str) -> ProviderReply:
    return {"Code": 200, "VpcList": {"VpcEntity": [{"VpcId": name} for name in names]}}


def outside(*ids: str) -> ApiResponse:
    """The response of ``ListEcsNotInCluster``."""
    rows = [{"InstanceId": each} for each in ids]
    return ApiResponse({"Code": 200, "EcsEntityList": {"EcsEntity": rows}}, received_at=AT)


def clusters(**types: int) -> ProviderReply:
    rows = [{"ClusterId": name, "ClusterType": kind} for name, kind in types.items()]
    return {"Code": 200, "ClusterList": {"Cluster": rows}}


def members(*ids: str) -> ApiResponse:
    rows = [{"EcsId": each} for each in ids]
    page = {"ClusterMemberList": {"ClusterMember": rows}}
    return ApiResponse({"Code": 200, "ClusterMemberPage": page}, received_at=AT)


def run(*replies: ProviderReply, ids: tuple[str, ...] = ("i-1", "i-2")) -> FlowRun:
    return run_operation(OPERATION, {"type": "ecs", "resource_ids": list(ids)}, GOOD, *replies)


def effect(outcome: Outcome) -> object:
    verified = outcome.data["verified"]
    return verified["effect"] if isinstance(verified, dict) else verified


def test_instances_in_no_cluster_are_seen() -> None:
    done = run(vpcs("vpc-1", "vpc-2"), outside("i-1"), outside("i-2"))

    outcome = done.successful_outcome
    assert outcome.data["verified"] == {
        "effect": "seen",
        "by": ["ListVpc", "ListEcsNotInCluster"],
        "at": AT,
    }
    assert outcome.data["attention"] == []
    assert outcome.summary == "EDAS synchronized 2 ECS instances for its ECS clusters"
    assert [dict(call.query) for call in done.calls[2:]] == [
        {"NetworkMode": "2", "VpcId": "vpc-1"},
        {"NetworkMode": "2", "VpcId": "vpc-2"},
    ]


def test_the_classic_network_is_looked_through_too() -> None:
    done = run(vpcs("vpc-1"), outside("i-1"), outside("i-2"))
    assert effect(done.successful_outcome) == "seen"
    assert dict(done.calls[-1].query) == {"NetworkMode": "1"}


def test_members_of_ecs_clusters_are_seen_and_other_clusters_are_left_out() -> None:
    done = run(
        vpcs(), outside("i-1"), clusters(kubernetes=5, first=2, second=2), members("i-9", "i-2")
    )
    assert effect(done.successful_outcome) == "seen"
    assert dict(done.calls[-1].query) == {"ClusterId": "first"}


def test_an_instance_that_edas_does_not_list_is_named() -> None:
    outcome = run(vpcs(), outside("i-1"), clusters(first=2), members()).successful_outcome

    assert outcome.status == "succeeded"
    assert effect(outcome) == "not_seen"
    assert outcome.data["attention"] == [{"id": "i-2", "name": None, "why": NOT_FOUND}]
    assert outcome.data["attention_count"] == 1
    assert outcome.summary.endswith("; it does not list i-2")


def test_an_instance_that_is_named_twice_is_missing_once() -> None:
    outcome = run(vpcs(), outside(), clusters(), ids=("i-1", "i-1")).successful_outcome
    assert outcome.data["attention_count"] == 1
    assert outcome.summary.startswith("EDAS synchronized 1 ECS instance for")


@pytest.mark.parametrize(
    "before",
    [(), (vpcs(),), (vpcs(), outside("i-1")), (vpcs(), outside(), clusters(first=2))],
    ids=["VPCs", "instances", "clusters", "members"],
)
def test_without_a_permission_nothing_is_missing_and_the_hint_names_it(
    before: tuple[ProviderReply, ...],
) -> None:
    outcome = run(*before, Forbidden("example")).successful_outcome
    assert (outcome.data["verified"], outcome.data["attention"]) == (None, [])
    (hint,) = outcome.hints
    for permission in ("edas:ListVpc", "edas:ListEcsNotInCluster", "edas:ReadCluster"):
        assert f"`{permission}`" in hint


@pytest.mark.parametrize(
    "failed", [TimedOut("example"), Unauthenticated("example"), {"Code": 500}, {"Code": 200}]
)
def test_a_search_that_does_not_end_says_so(failed: ProviderReply) -> None:
    outcome = run(vpcs(), outside("i-1"), failed).successful_outcome
    assert effect(outcome) == "cannot_be_known"
    assert outcome.data["attention"] == []
    (warning,) = outcome.warnings
    assert "whether it knows all instances" in warning


def test_hundreds_of_vpcs_and_clusters_are_not_all_looked_through() -> None:
    done = run(
        vpcs(*(f"vpc-{number}" for number in range(300))),
        *(outside() for _ in range(MAX_VPCS + 1)),
        clusters(**{f"cluster-{number}": 2 for number in range(300)}),
        *(members() for _ in range(MAX_CLUSTERS)),
    )
    outcome = done.successful_outcome
    assert effect(outcome) == "cannot_be_known"
    assert outcome.data["attention"] == []
    assert len(done.calls) == 1 + 2 + MAX_VPCS + 1 + MAX_CLUSTERS
