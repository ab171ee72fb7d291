"""EDAS: one request, which may be rejected with HTTP 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from functions.alibaba.models import SynchronizeResourceParams
from functions.alibaba.synchronize_resource import OPERATION, synchronize
from shared.errors import (
    BadResponse,
    DeadlineExceeded,
    SyncError,
    TimedOut,
    Unauthenticated,
    Unreachable,
)
from tests.support.operation_runner import FlowRun, ProviderReply, keys_of, run_operation

LISTS: Mapping[str, ProviderReply] = {
    "ListVpc": {"Code": 200, "VpcList": {"VpcEntity": []}},
    "ListSlb": {"Code": 200, "SlbList": {"SlbEntity": []}},
    "ListEcsNotInCluster": {"Code": 200, "EcsEntityList": {"EcsEntity": []}},
    "ListCluster": {"Code": 200, "ClusterList": {"Cluster": []}},
}
GOOD = {"Code": 200, "Data": "example data", "Message": "success", "Success": True}


def run(parameters: dict[str, object], reply: ProviderReply) -> FlowRun:
    return run_operation(OPERATION, parameters, reply, by_action=LISTS)


def test_a_success_is_succeeded() -> None:
    outcome = run({"type": "all"}, GOOD).successful_outcome
    assert outcome.status == "succeeded"


def test_the_data_has_the_promised_keys() -> None:
    outcome = run({"type": "ecs", "resource_ids": ["i-example"]}, GOOD).successful_outcome
    assert set(outcome.data) == set(keys_of(OPERATION))
    assert outcome.data["type"] == "ecs"
    assert outcome.data["resource_ids"] == ["i-example"]


@pytest.mark.parametrize(
    "body",
    [
        {**GOOD, "Success": False},
        {**GOOD, "Code": 500},
        {**GOOD, "Code": 500, "Success": False},
        {**GOOD, "Code": 401},
        {**GOOD, "Code": 0},
        {**GOOD, "Code": "404"},
        {"Success": False},
        {"Code": 403},
        {"code": 403, "message": "Not allowed."},
        {"success": False, "message": "Not allowed."},
    ],
)
def test_a_rejection_with_http_200_is_a_failure(body: dict[str, Any]) -> None:
    error = run({"type": "all"}, body).expected_error
    assert error.fault != "us"
    assert error.http_status == 200


@pytest.mark.parametrize(
    ("code", "category"),
    [
        (401, "unauthenticated"),
        (403, "forbidden"),
        (404, "not_found"),
        (429, "throttled"),
        (500, "unavailable"),
        (503, "unavailable"),
        (400, "refused"),
    ],
)
def test_a_code_in_the_body_is_read_like_an_http_status(code: int, category: str) -> None:
    body = {"Code": code, "Message": "example", "Success": False}
    error = run({"type": "all"}, body).expected_error
    assert (error.category, error.code) == (category, str(code))


def test_a_rejection_carries_the_providers_message_and_request_id() -> None:
    body = {"Code": 500, "Message": "the example broke", "Success": False}
    error = run({"type": "ram"}, body).expected_error
    assert error.message == "the example broke"
    assert error.request_id == "request-1"


@pytest.mark.parametrize("code", [403, "403"])
def test_a_rejection_is_read_in_lower_case_too(code: object) -> None:
    body = {"code": code, "message": "Not allowed.", "success": False}
    error = run({"type": "all"}, body).expected_error
    assert (error.category, error.code, error.message) == ("forbidden", "403", "Not allowed.")


def test_a_success_is_read_in_lower_case_too() -> None:
    body = {"code": 200, "message": "success", "success": True, "data": "example"}
    outcome = run({"type": "all"}, body).successful_outcome
    read = [outcome.data[name] for name in ("code", "message", "provider_data")]
    assert (outcome.status, *read) == ("succeeded", 200, "success", "example")


def test_a_success_without_a_code_is_a_success() -> None:
    assert run({"type": "all"}, {"Success": True}).successful_outcome.status == "succeeded"


def test_a_code_as_text_is_read_as_a_number() -> None:
    body = {"Code": "200", "Success": True}
    assert run({"type": "all"}, body).successful_outcome.status == "succeeded"


@pytest.mark.parametrize("body", [{}, {"Message": "success"}, {"Code": None, "Success": "true"}])
def test_an_answer_without_success_and_code_is_a_bad_response(body: dict[str, Any]) -> None:
    error = run({"type": "all"}, body).expected_error
    assert isinstance(error, BadResponse)
    assert error.is_unconfirmed_write, "it may have been done, so it did not fail"


def test_unknown_fields_and_odd_types_do_not_fail_a_success() -> None:
    body = {"Code": 200, "Success": True, "Message": 7, "Data": {"a": 1}, "New": []}
    assert run({"type": "all"}, body).successful_outcome.status == "succeeded"


@pytest.mark.parametrize(
    "error",
    [
        TimedOut("example", outcome_unknown=True),
        DeadlineExceeded("example", outcome_unknown=True),
        Unreachable("example", outcome_unknown=True),
    ],
)
def test_a_missing_response_ends_the_run(error: SyncError) -> None:
    result = run({"type": "all"}, error)
    assert result.expected_error is error
    assert len(result.writes) == 1


def test_a_rejection_of_ecs_without_ids_has_a_hint_about_resource_ids() -> None:
    error = run({"type": "ecs"}, {"Code": 400, "Success": False}).expected_error
    assert "resource_ids" in error.hint


def test_the_request_is_as_documented() -> None:
    call = synchronize(SynchronizeResourceParams(type="vpc"))
    assert (call.service.name, call.action, call.version) == (
        "edas",
        "SynchronizeResource",
        "2017-08-01",
    )
    assert (call.method, call.path) == ("GET", "/pop/v5/resource/pop_sync_resource")
    assert call.query == (("Type", "vpc"),)
    assert call.body is None
    assert call.writes


def test_the_ids_travel_comma_separated_in_one_parameter() -> None:
    call = synchronize(SynchronizeResourceParams(type="ecs", resource_ids=["i-1", "i-2"]))
    assert dict(call.query) == {"Type": "ecs", "ResourceIds": "i-1,i-2"}


def test_a_read_timeout_is_not_retried_and_a_reset_once() -> None:
    call = synchronize(SynchronizeResourceParams(type="all"))
    assert (call.on_unknown_outcome, call.on_connection_error) == ("fail", "retry_once")


def test_the_gateway_gets_the_thirty_seconds_its_page_asks_for() -> None:
    assert synchronize(SynchronizeResourceParams(type="all")).read_timeout == 30


@pytest.mark.parametrize("kind", ["ecs", "slb", "vpc", "ram", "all"])
def test_every_type_of_the_page_is_accepted(kind: str) -> None:
    (call,) = run({"type": kind}, GOOD).writes
    assert call.query == (("Type", kind),)


@pytest.mark.parametrize(
    ("kind", "lists"),
    [
        ("ecs", ["ListVpc"]),
        ("vpc", ["ListVpc"]),
        ("slb", ["ListSlb"]),
        ("all", ["ListVpc", "ListSlb"]),
        ("ram", []),
    ],
)
def test_what_edas_lists_is_read_before_and_after(kind: str, lists: list[str]) -> None:
    assert run({"type": kind}, GOOD).actions == [*lists, "SynchronizeResource", *lists]


def test_named_instances_are_looked_for_afterwards() -> None:
    done = run({"type": "ecs", "resource_ids": ["i-example"]}, GOOD)
    assert done.actions == [
        *("SynchronizeResource", "ListVpc", "ListEcsNotInCluster", "ListCluster"),
    ]


@pytest.mark.parametrize("kind", ["ecs", "slb", "vpc", "ram", "all"])
def test_the_summary_says_that_it_is_about_ecs_clusters(kind: str) -> None:
    assert "for its ECS clusters" in run({"type": kind}, GOOD).successful_outcome.summary


def test_ram_users_cannot_be_checked_and_the_summary_says_so() -> None:
    outcome = run({"type": "ram"}, GOOD).successful_outcome
    assert outcome.data["verified"] == {"effect": "cannot_be_known", "by": [], "at": None}
    assert outcome.data["changed"] is None
    assert outcome.summary.endswith("it lists no RAM users")


def test_wrong_credentials_end_the_run_at_the_first_list() -> None:
    wrong = Unauthenticated("example")
    result = run_operation(OPERATION, {"type": "vpc"}, wrong)
    assert result.expected_error is wrong
    assert not result.writes
