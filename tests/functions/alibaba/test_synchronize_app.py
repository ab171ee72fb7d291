"""E-HPC without a look: acceptance only, and "already exists" may hide undone regions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import copy
from typing import Any

import pytest

from functions.alibaba.copy_requests import synchronize
from functions.alibaba.synchronize_app import OPERATION
from shared.errors import (
    BadResponse,
    DeadlineExceeded,
    Forbidden,
    NotFound,
    Rejected,
    SyncError,
    TimedOut,
    Unavailable,
)
from shared.models.flow import ApiCall, ApiResponse
from shared.models.operation import Operation
from tests.support import operation_runner
from tests.support.operation_runner import FlowRun, ProviderReply, keys_of

ACCEPTED = {"RequestId": "example-request"}
APP = {"app_id": "ci-example"}


def there(*, after_unknown_outcome: bool = False) -> SyncError:
    """The provider's ``ImageAlreadyExists``, as the API client raises it."""
    error = Rejected("the image is there", code="ImageAlreadyExists", http_status=400)
    error.after_unknown_outcome = after_unknown_outcome
    return error


def run_operation(
    operation: Operation, parameters: Mapping[str, object], *replies: ProviderReply
) -> FlowRun:
    """Run it without the permission to look."""
    run = operation_runner.run_operation(operation, parameters, Forbidden("example"), *replies)
    assert run.calls.pop(0).action == "ListImages"
    return run


def in_regions(*regions: str) -> dict[str, object]:
    return {**APP, "target_region_ids": list(regions)}


def requested_regions(run: FlowRun) -> list[list[str] | None]:
    """The target regions of each call."""
    regions = [dict(call.query).get("TargetRegionIds") for call in run.calls]
    return [None if text is None else json.loads(text) for text in regions]


def regions_of(data: Mapping[str, object]) -> dict[str, str]:
    regions = data["regions"]
    assert isinstance(regions, dict)
    return regions


@pytest.mark.parametrize(
    "parameters", [APP, in_regions("cn-shanghai"), in_regions("cn-shanghai", "cn-beijing")]
)
def test_a_request_id_is_accepted_in_one_request(parameters: dict[str, object]) -> None:
    run = run_operation(OPERATION, parameters, ACCEPTED)
    assert run.successful_outcome.status == "accepted"
    assert len(run.calls) == 1


def test_every_accepted_region_is_listed() -> None:
    outcome = run_operation(
        OPERATION, in_regions("cn-shanghai", "cn-beijing"), ACCEPTED
    ).successful_outcome
    assert regions_of(outcome.data) == {"cn-shanghai": "accepted", "cn-beijing": "accepted"}


def test_the_data_has_the_promised_keys() -> None:
    outcome = run_operation(OPERATION, APP, ACCEPTED).successful_outcome
    assert set(outcome.data) == set(keys_of(OPERATION))


def test_an_answer_without_any_request_id_is_a_bad_response() -> None:
    assert isinstance(run_operation(OPERATION, APP, ApiResponse({})).expected_error, BadResponse)


@pytest.mark.parametrize(
    "parameters",
    [
        APP,
        in_regions("cn-shanghai"),
        in_regions("all"),
        in_regions("cn-shanghai", "all"),
        in_regions("cn-shanghai", "cn-shanghai"),
    ],
)
def test_already_there_is_unchanged_with_no_one_or_all_regions(
    parameters: dict[str, object],
) -> None:
    run = run_operation(OPERATION, parameters, there())
    assert run.successful_outcome.status == "unchanged"
    assert len(run.calls) == 1


def test_already_there_in_one_of_several_is_retried_region_by_region() -> None:
    run = run_operation(
        OPERATION, in_regions("cn-shanghai", "cn-beijing"), there(), there(), ACCEPTED
    )
    assert run.successful_outcome.status == "accepted"
    assert requested_regions(run) == [
        ["cn-shanghai", "cn-beijing"],
        ["cn-shanghai"],
        ["cn-beijing"],
    ]
    assert regions_of(run.successful_outcome.data) == {
        "cn-shanghai": "unchanged",
        "cn-beijing": "accepted",
    }


def test_already_there_in_each_of_several_is_unchanged() -> None:
    run = run_operation(
        OPERATION, in_regions("cn-shanghai", "cn-beijing"), there(), there(), there()
    )
    assert run.successful_outcome.status == "unchanged"
    assert regions_of(run.successful_outcome.data) == {
        "cn-shanghai": "unchanged",
        "cn-beijing": "unchanged",
    }


def test_a_region_is_requested_once_however_often_it_was_named() -> None:
    parameters = in_regions("cn-shanghai", "cn-beijing", "cn-shanghai")
    run = run_operation(OPERATION, parameters, there(), ACCEPTED, ACCEPTED)
    assert requested_regions(run)[1:] == [["cn-shanghai"], ["cn-beijing"]]


def test_one_failing_region_fails_the_run_and_the_others_are_requested_all_the_same() -> None:
    failing = Unavailable("example", code="EcsError", http_status=406)
    parameters = in_regions("cn-shanghai", "cn-beijing", "cn-hangzhou")
    run = run_operation(OPERATION, parameters, there(), there(), failing, ACCEPTED)
    assert run.expected_error.code == "EcsError"
    assert regions_of(run.expected_error.data) == {
        "cn-shanghai": "unchanged",
        "cn-beijing": "failed",
        "cn-hangzhou": "accepted",
    }


def test_no_time_left_ends_the_regions_and_reports_what_is_known() -> None:
    parameters = in_regions("cn-shanghai", "cn-beijing", "cn-hangzhou")
    run = run_operation(OPERATION, parameters, there(), ACCEPTED, DeadlineExceeded("example"))
    assert run.expected_error.category == "timeout"
    assert regions_of(run.expected_error.data)["cn-shanghai"] == "accepted"
    assert "cn-hangzhou" not in regions_of(run.expected_error.data)


def test_already_there_after_an_unknown_outcome_was_created_by_this_run() -> None:
    run = run_operation(OPERATION, in_regions("cn-shanghai"), there(after_unknown_outcome=True))
    assert run.successful_outcome.status == "accepted"


def test_already_there_after_an_unknown_outcome_in_one_region_of_several_is_accepted() -> None:
    parameters = in_regions("cn-shanghai", "cn-beijing")
    run = run_operation(OPERATION, parameters, there(), there(after_unknown_outcome=True), there())
    assert run.successful_outcome.status == "accepted"
    assert regions_of(run.successful_outcome.data) == {
        "cn-shanghai": "accepted",
        "cn-beijing": "unchanged",
    }


def test_already_there_after_an_unknown_outcome_may_hide_regions_that_are_not_done() -> None:
    parameters = in_regions("cn-hangzhou", "cn-shanghai")
    run = run_operation(OPERATION, parameters, there(after_unknown_outcome=True), there(), ACCEPTED)
    assert requested_regions(run)[1:] == [["cn-hangzhou"], ["cn-shanghai"]]
    assert regions_of(run.successful_outcome.data) == {
        "cn-hangzhou": "accepted",  # the lost request may be why it is there
        "cn-shanghai": "accepted",
    }


@pytest.mark.parametrize(
    "ends", [(DeadlineExceeded("no time"),), (Forbidden("no"), Forbidden("no"))], ids=["time", "no"]
)
def test_copies_that_a_lost_attempt_may_have_begun_are_told_whatever_ends_the_run(
    ends: tuple[SyncError, ...],
) -> None:
    run = run_operation(
        OPERATION,
        in_regions("cn-shanghai", "cn-beijing"),
        there(after_unknown_outcome=True),
        *map(copy, ends),
    )
    assert run.expected_error.is_unconfirmed_write
    assert OPERATION.unknown_outcome_hint in run.expected_error.hint
    assert run.expected_error.data["triggered"] is None


def test_a_region_whose_outcome_is_unknown_is_told_rather_than_one_that_was_refused() -> None:
    refusal = NotFound("example", code="ImageNotFound", http_status=404)
    unknown = TimedOut("no response", outcome_unknown=True)
    parameters = in_regions("cn-shanghai", "cn-beijing", "cn-hangzhou")
    run = run_operation(OPERATION, parameters, there(), refusal, unknown, refusal)
    assert run.expected_error is unknown


def test_another_refusal_fails_the_run() -> None:
    refusal = NotFound("example", code="ImageNotFound", http_status=404)
    assert run_operation(OPERATION, in_regions("cn-shanghai"), refusal).expected_error is refusal


def test_the_request_is_as_documented() -> None:
    call = synchronize("ci-example", ())
    assert (call.service.name, call.action, call.version) == (
        "ehpc",
        "SynchronizeApp",
        "2023-07-01",
    )
    assert (call.method, call.path, call.body) == ("POST", "/", None)
    assert call.query == (("AppId", "ci-example"),)
    assert call.writes


def test_the_regions_travel_as_one_json_array() -> None:
    call: ApiCall = synchronize("ci-example", ("cn-shanghai", "all"))
    assert dict(call.query)["TargetRegionIds"] == '["cn-shanghai","all"]'


def test_a_missing_response_may_be_repeated() -> None:
    assert synchronize("ci-example", ()).on_unknown_outcome == "retry"


@pytest.mark.parametrize("body", [{"RequestId": "x", "New": 1}, {"RequestId": "x", "Code": None}])
def test_unknown_fields_do_not_fail_a_run(body: Any) -> None:
    reply: ProviderReply = body
    assert run_operation(OPERATION, APP, reply).successful_outcome.status == "accepted"
