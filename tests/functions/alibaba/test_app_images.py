"""E-HPC with a look: only regions that lack the application are written to."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from functions.alibaba.app_images import MAX_PAGES, PERMISSION_HINT
from functions.alibaba.synchronize_app import OPERATION
from shared.errors import Forbidden, NotFound, Rejected, TimedOut
from shared.models.flow import ApiResponse
from shared.models.result import Outcome
from tests.support.operation_runner import FlowRun, ProviderReply, keys_of, run_operation

APP = "ci-example"
LISTED: ProviderReply = {"Images": [{"AppId": APP, "ImageId": "m-1"}], "TotalCount": 1}
ACCEPTED: ProviderReply = {"RequestId": "example"}
AT = "2026-11-21T20:24:29.123Z"
BOTH = ("cn-shanghai", "cn-beijing")


def image(**words: str) -> ApiResponse:
    """The response of ``GetImage``: region, with ``_`` for ``-``, -> E-HPC's word."""
    rows = [
        {"RegionId": region.replace("_", "-"), "ImageId": "m-2", "Status": word}
        for region, word in words.items()
    ]
    body = {"Image": {"Name": "example image", "AdditionalRegionsInfo": rows}, "Success": True}
    return ApiResponse(body, request_id="example", received_at=AT)


def run(*replies: ProviderReply, regions: tuple[str, ...] = BOTH, wait: int = 0) -> FlowRun:
    parameters: dict[str, object] = {"app_id": APP, "wait_seconds": wait}
    if regions:
        parameters["target_region_ids"] = list(regions)
    return run_operation(OPERATION, parameters, *replies)


def effect(outcome: Outcome | Mapping[str, object]) -> object:
    data = outcome.data if isinstance(outcome, Outcome) else outcome
    found = data["verified"]
    return found["effect"] if isinstance(found, dict) else found


def test_regions_that_have_it_are_only_read() -> None:
    done = run(LISTED, image(cn_shanghai="Available", cn_beijing="Available"))

    assert done.actions == ["ListImages", "GetImage"]
    assert done.successful_outcome.status == "unchanged"
    assert done.successful_outcome.data["verified"] == {
        "effect": "seen",
        "by": ["ListImages", "GetImage"],
        "at": AT,
    }
    assert done.successful_outcome.data["triggered"] is False
    assert set(done.successful_outcome.data) == set(keys_of(OPERATION))


def test_only_a_region_that_lacks_it_is_requested() -> None:
    done = run(
        LISTED,
        image(cn_shanghai="Available"),
        ACCEPTED,
        image(cn_shanghai="Available", cn_beijing="Creating"),
    )

    (write,) = done.writes
    assert dict(write.query)["TargetRegionIds"] == '["cn-beijing"]'
    outcome = done.successful_outcome
    assert outcome.status == "running"
    assert outcome.data["regions"] == {"cn-shanghai": "unchanged", "cn-beijing": "running"}
    assert outcome.summary == f"E-HPC is copying {APP} to cn-beijing"
    assert (effect(outcome), outcome.data["triggered"]) == ("not_seen", True)


def test_a_run_waits_for_the_copies() -> None:
    done = run(
        LISTED,
        image(cn_shanghai="Available"),
        ACCEPTED,
        image(cn_shanghai="Available"),
        image(cn_shanghai="Available", cn_beijing="Creating"),
        image(cn_shanghai="Available", cn_beijing="Available"),
        wait=60,
    )

    assert done.successful_outcome.status == "succeeded"
    assert done.successful_outcome.summary == f"E-HPC copied {APP} to cn-beijing"
    assert effect(done.successful_outcome) == "seen"


def test_a_copy_on_its_way_is_not_requested_again() -> None:
    done = run(LISTED, image(cn_shanghai="Available", cn_beijing="Creating"))

    assert done.writes == []
    assert done.successful_outcome.status == "running"
    assert done.successful_outcome.data["triggered"] is False


def test_a_failed_copy_is_requested_again_and_fails_the_run_if_it_fails() -> None:
    failed = image(cn_shanghai="Available", cn_beijing="CreateFailed")

    done = run(LISTED, failed, ACCEPTED, failed)

    error = done.expected_error
    assert (error.category, error.code) == ("refused", "CopyFailed")
    assert "cn-beijing" in error.message
    assert "cn-beijing" in error.hint
    assert error.data["attention"] == [
        {"id": "cn-beijing", "name": "example image", "why": "the copy failed: CreateFailed"}
    ]
    assert error.data["attention_count"] == 1
    assert effect(error.data) == "not_seen"


@pytest.mark.parametrize("regions", [(), ("all",)])
def test_a_copy_to_all_regions_tells_where_it_came_to(regions: tuple[str, ...]) -> None:
    done = run(
        LISTED,
        image(cn_shanghai="Available"),
        ACCEPTED,
        image(cn_shanghai="Available", cn_beijing="Creating"),
        regions=regions,
    )

    assert done.successful_outcome.status == "running"
    assert done.successful_outcome.data["regions"] == {
        "cn-north-4": "unchanged",
        "cn-shanghai": "unchanged",
        "cn-beijing": "running",
    }


def test_all_regions_that_e_hpc_says_have_it_cannot_be_checked() -> None:
    there = Rejected("example", code="ImageAlreadyExists", http_status=400)
    listed = image(cn_shanghai="Available")

    outcome = run(LISTED, listed, there, listed, regions=("all",)).successful_outcome

    assert (outcome.status, effect(outcome)) == ("unchanged", "cannot_be_known")


def test_without_the_permission_the_hint_names_it() -> None:
    outcome = run(LISTED, Forbidden("example"), ACCEPTED).successful_outcome

    assert (outcome.status, outcome.hints) == ("accepted", (PERMISSION_HINT,))
    assert outcome.data["verified"] is None


@pytest.mark.parametrize(
    "replies",
    [
        [TimedOut("example", outcome_unknown=True)],
        [{}],
        [{"Images": [], "TotalCount": 0}],
        [
            {"Images": [{"AppId": APP, "ImageId": "a"}, {"AppId": APP, "ImageId": "b"}]},
            {"Images": []},
        ],
        [{"Success": False, "Code": "DbError"}],
        [LISTED, {"RequestId": "example"}],
        [LISTED, {"Image": {}}],
        [LISTED, TimedOut("example", outcome_unknown=True)],
    ],
)
def test_a_failed_look_does_not_fail_the_run(replies: list[ProviderReply]) -> None:
    outcome = run(*replies, ACCEPTED).successful_outcome

    assert outcome.status == "accepted"
    assert effect(outcome) == "cannot_be_known"
    assert len(outcome.warnings) == 1


def test_an_unknown_word_is_a_warning_and_the_region_is_requested() -> None:
    odd = image(cn_shanghai="Available", cn_beijing="Resting")

    done = run(LISTED, odd, ACCEPTED, odd)

    assert len(done.writes) == 1
    outcome = done.successful_outcome
    assert (outcome.status, effect(outcome)) == ("accepted", "cannot_be_known")
    assert outcome.data["regions"]["cn-beijing"] == "accepted"  # type: ignore[index]
    assert outcome.warnings == (
        "E-HPC reports an unknown state of the copy in cn-beijing: Resting",
    )


def test_a_failed_second_look_is_a_warning() -> None:
    done = run(LISTED, image(), ACCEPTED, TimedOut("example", outcome_unknown=True))

    assert done.successful_outcome.status == "accepted"
    assert effect(done.successful_outcome) == "cannot_be_known"


def test_a_failed_request_reports_the_regions_that_have_it() -> None:
    refused = NotFound("example", code="ImageNotFound", http_status=404)

    error = run(LISTED, image(cn_shanghai="Available"), refused).expected_error

    assert error is refused
    assert error.data["target_region_ids"] == list(BOTH)
    assert error.data["regions"] == {"cn-shanghai": "unchanged"}


def test_success_false_under_http_200_is_a_failure() -> None:
    refused: ProviderReply = {"Success": False, "Code": "ImageNotFound", "RequestId": "example"}

    error = run(LISTED, image(), refused).expected_error

    assert (error.category, error.code) == ("not_found", "ImageNotFound")


def test_the_list_is_searched_within_a_bound() -> None:
    other: ProviderReply = {"Images": [{"AppId": "ci-other", "ImageId": "m"}], "TotalCount": 1000}

    done = run(*[other] * MAX_PAGES, ACCEPTED)

    pages = [dict(call.query)["PageNumber"] for call in done.calls[:-1]]
    assert pages == [str(page) for page in range(1, MAX_PAGES + 1)]
    assert done.successful_outcome.status == "accepted"


def test_a_status_only_reads() -> None:
    reading = OPERATION.read_only_variant()
    assert reading is not None
    parameters: dict[str, object] = {"app_id": APP, "target_region_ids": list(BOTH)}

    done = run_operation(reading, parameters, LISTED, image(cn_shanghai="Available"))

    assert done.writes == []
    assert done.successful_outcome.status == "succeeded"
    assert done.successful_outcome.summary == f"{APP}: in cn-shanghai; not in cn-beijing"
    assert done.successful_outcome.data["verified"] is None


def test_a_status_of_an_application_in_no_list_fails() -> None:
    reading = OPERATION.read_only_variant()
    assert reading is not None

    done = run_operation(reading, {"app_id": APP}, {"Images": [], "TotalCount": 0})

    assert done.expected_error.category == "not_found"
