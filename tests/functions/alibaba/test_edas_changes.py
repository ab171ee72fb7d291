"""EDAS: what a synchronization changed in its lists."""

from __future__ import annotations

import pytest

from functions.alibaba.edas_changes import MAX_CHANGES
from functions.alibaba.synchronize_resource import OPERATION
from shared.errors import BadResponse, Forbidden, SyncError, TimedOut, Unauthenticated
from shared.models.flow import ApiResponse
from tests.support.operation_runner import FlowRun, ProviderReply, run_operation

GOOD: ProviderReply = {"Code": 200, "Success": True}
AT = "2026-11-21T20:24:29.123Z"


def vpcs(**counts: int) -> ApiResponse:
    """The response of ``ListVpc``: VPC -> its number of instances."""
    rows = [{"VpcId": f"vpc-{name}", "EcsNum": count} for name, count in counts.items()]
    return ApiResponse({"Code": 200, "VpcList": {"VpcEntity": rows}}, received_at=AT)


def balancers(*names: str) -> ApiResponse:
    rows = [{"SlbId": f"lb-{name}"} for name in names]
    return ApiResponse({"Code": 200, "SlbList": {"SlbEntity": rows}}, received_at=AT)


def run(kind: str, *replies: ProviderReply) -> FlowRun:
    return run_operation(OPERATION, {"type": kind}, *replies)


def test_what_was_added_and_removed_is_listed_and_summed_up() -> None:
    before = (vpcs(a=2, b=1), balancers("x"))
    after = (vpcs(a=5, c=1), balancers("x", "y"))

    outcome = run("all", *before, GOOD, *after).successful_outcome

    assert outcome.status == "succeeded"
    assert outcome.data["changed"] == [
        {"type": "ecs", "id": "vpc-a", "before": 2, "after": 5},
        {"type": "ecs", "id": "vpc-b", "before": 1, "after": 0},
        {"type": "ecs", "id": "vpc-c", "before": 0, "after": 1},
        {"type": "slb", "id": "lb-y", "before": 0, "after": 1},
        {"type": "vpc", "id": "vpc-b", "before": 1, "after": 0},
        {"type": "vpc", "id": "vpc-c", "before": 0, "after": 1},
    ]
    assert outcome.data["changed_count"] == 6
    assert outcome.summary == (
        "EDAS synchronized all resources for its ECS clusters; "
        "1 VPC, 4 ECS instances and 1 load balancer added, 1 VPC and 1 ECS instance removed"
    )


def test_no_change_is_no_failure() -> None:
    outcome = run("vpc", vpcs(a=1), GOOD, vpcs(a=1)).successful_outcome
    assert (outcome.status, outcome.data["changed"]) == ("succeeded", [])
    assert outcome.summary.endswith("nothing changed in its lists")


def test_the_lists_do_not_show_what_the_account_has_beyond_them() -> None:
    outcome = run("all", vpcs(), balancers(), GOOD, vpcs(), balancers()).successful_outcome
    assert outcome.data["verified"] == {
        "effect": "cannot_be_known",
        "by": ["ListVpc", "ListSlb"],
        "at": AT,
    }


def test_without_the_permission_the_run_synchronizes_and_the_hint_names_it() -> None:
    outcome = run("all", Forbidden("example"), GOOD).successful_outcome
    assert (outcome.status, outcome.data["verified"]) == ("succeeded", None)
    assert outcome.data["changed"] is None
    assert not outcome.warnings
    (hint,) = outcome.hints
    assert "`edas:ListVpc` and `edas:ListSlb`" in hint


@pytest.mark.parametrize(
    "failed",
    [
        TimedOut("example"),
        BadResponse("example"),
        {"Code": 500, "Message": "example"},
        {},
        {"Code": 200, "VpcList": 7},
        {"Code": 200, "VpcList": {"VpcEntity": "x"}},
    ],
)
@pytest.mark.parametrize("is_before", [True, False])
def test_a_list_that_cannot_be_read_is_a_warning(failed: ProviderReply, *, is_before: bool) -> None:
    replies = [failed, GOOD] if is_before else [vpcs(), GOOD, failed]
    outcome = run("vpc", *replies).successful_outcome
    assert outcome.status == "succeeded"
    assert outcome.data["changed"] is None
    verified = outcome.data["verified"]
    assert isinstance(verified, dict)
    assert verified["effect"] == "cannot_be_known"
    (warning,) = outcome.warnings
    assert warning.startswith("EDAS does not show what changed: ")


def test_credentials_that_expire_in_between_do_not_fail_a_run_that_is_done() -> None:
    expired: SyncError = Unauthenticated("example")
    assert run("vpc", vpcs(), GOOD, expired).successful_outcome.status == "succeeded"


@pytest.mark.parametrize("empty", [None, {}, {"VpcEntity": None}, {"VpcEntity": []}])
def test_a_list_without_rows_is_empty_however_it_is_spelled(empty: object) -> None:
    outcome = run("vpc", {"Code": 200, "VpcList": empty}, GOOD, vpcs(a=0)).successful_outcome
    assert outcome.data["changed"] == [{"type": "vpc", "id": "vpc-a", "before": 0, "after": 1}]


def test_rows_of_another_form_are_left_out() -> None:
    rows = ["x", None, {}, {"VpcId": 7}, {"VpcId": "vpc-a", "EcsNum": "many"}]
    odd = ApiResponse({"Code": 200, "VpcList": {"VpcEntity": rows}})
    outcome = run("ecs", odd, GOOD, vpcs(a=1)).successful_outcome
    assert outcome.data["changed"] == [{"type": "ecs", "id": "vpc-a", "before": 0, "after": 1}]


def test_a_result_lists_a_hundred_changes_and_counts_all() -> None:
    many = vpcs(**{f"n{number:03}": 0 for number in range(150)})
    data = run("vpc", vpcs(), GOOD, many).successful_outcome.data
    changed = data["changed"]
    assert isinstance(changed, list)
    assert (len(changed), data["changed_count"]) == (MAX_CHANGES, 150)
