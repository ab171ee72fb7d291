"""Whatever goes wrong is told with the next step."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from local.emulator import Emulator, faults
from local.serve import TOKEN
from tests.console.conftest import Open
from tests.console.desk import CWP, EDAS, EHPC, MODELARTS, OMS, Desk

JSON = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        pytest.param({"method": "DELETE"}, 405, "this path takes", id="405"),
        pytest.param(
            {"headers": JSON | {"Content-Type": "text/plain"}},
            415,
            "not application/json",
            id="415",
        ),
        pytest.param({"post_data": json.dumps({"x": "y" * 70_000})}, 413, "", id="413"),
    ],
)
def test_a_refusal_of_the_function_is_told(
    desk: Desk, changes: dict[str, Any], status: int, said: str
) -> None:
    desk.choose(CWP)
    desk.meanwhile("plan", **changes)
    result = desk.plan()
    assert desk.status == "Refused"
    expect(result).to_contain_text(f"HTTP {status}")
    expect(result).to_contain_text(said)
    expect(result.get_by_role("heading", name="What to do")).to_be_visible()


def test_an_operation_that_is_gone_is_told(desk: Desk) -> None:
    desk.choose(CWP)
    desk.meanwhile("plan", url=f"{desk.url}operations/none.such.Operation")
    expect(desk.plan()).to_contain_text("Not Found (HTTP 404)")


def test_a_missing_right_is_told(desk_at: Open) -> None:
    rule = {
        "tokens": ["ci"],
        "operations": ["*"],
        "actions": ["plan", "run"],
        "regions": ["cn-east-3"],
    }
    settings = {"HTTP_BEARER_TOKENS": f"ci={TOKEN}", "HTTP_RIGHTS": json.dumps([rule])}
    desk = desk_at(settings=settings).enter().choose(MODELARTS).press("Run")
    expect(desk.dialog).to_contain_text("The plan cannot be shown")
    result = desk.press("Run it now").result
    assert desk.status == "Refused"
    expect(result).to_contain_text("HTTP_RIGHTS does not allow this caller to use run on")


def test_a_failure_says_what_to_do(desk: Desk) -> None:
    desk.choose(EHPC)
    desk.page.get_by_label("App ID").fill("ci-none-such")
    result = desk.run()
    assert desk.status == "Failed"
    expect(result).to_contain_text("ImageNotFound")
    expect(result).to_contain_text("Check that app_id is in the application list")
    expect(result).to_contain_text("will not help")


@pytest.mark.parametrize(
    ("fault", "reason", "again"),
    [
        (faults.error("UnauthorizedOperation"), "Forbidden", "will not help"),
        (faults.error("FailedOperation"), "Refused", "will not help"),
        (faults.error("InternalError"), "Unavailable", "may help"),
        (faults.throttled(7), "Throttled", "may help, after 7 seconds"),
        (faults.html(), "Unavailable", "may help"),
        (faults.hang_up(work=False), "Unreachable", "may help"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_providers_failure_is_told(
    desk: Desk, cloud: Emulator, fault: faults.Fault, reason: str, again: str
) -> None:
    cloud.misbehave("cwp", fault, times=None)
    result = desk.choose(CWP).run()
    assert desk.status == "Failed"
    expect(result.locator(".error")).to_contain_text(reason)
    expect(result.locator(".error")).to_contain_text(again)


def test_a_wrong_setting_is_told_as_the_deployers_matter(desk_at: Open) -> None:
    desk = desk_at(settings={"DEFAULT_PARAMETERS": "{"}).enter().choose(CWP)
    result = desk.plan()
    assert desk.status == "Failed"
    expect(result).to_contain_text("DEFAULT_PARAMETERS is not JSON")
    expect(result).to_contain_text("Misconfigured")


def test_a_task_that_is_not_listed_is_refused(desk: Desk) -> None:
    desk.choose(OMS)
    desk.page.get_by_label("Sync task ID").fill("example-other-task")
    expect(desk.run()).to_contain_text('Task "example-other-task" isn\'t listed in OMS_TASKS')


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_own_answer_is_told_apart(desk: Desk, status: int) -> None:
    desk.choose(CWP)
    desk.page.route("**/operations/**", lambda route: route.fulfill(status=status, body="<html>"))
    result = desk.plan()
    assert desk.status == "No answer"
    expect(result).to_contain_text(
        f"Something in between answered instead of the function (HTTP {status})"
    )
    expect(result).to_contain_text("gateway gave up")


def test_a_gateways_own_refusal_is_told(desk: Desk) -> None:
    desk.choose(CWP)
    body = json.dumps({"message": "Limit Exceeded"})
    desk.page.route("**/operations/**", lambda route: route.fulfill(status=429, body=body))
    expect(desk.plan()).to_contain_text("Limit Exceeded")
    assert desk.status == "Refused"


def test_a_broken_connection_is_told_with_the_next_step(desk: Desk) -> None:
    desk.choose(CWP)
    # Chromium's own line about a failed request stands in its log; nothing else may.
    desk.page.route("**/operations/**", lambda route: route.abort("connectionrefused"))
    result = desk.plan()
    assert desk.status == "No answer"
    expect(result).to_contain_text("The function could not be reached")
    expect(result).to_contain_text("Check this device's connection")
    assert all("ERR_CONNECTION_REFUSED" in line for line in desk.complaints)
    desk.complaints.clear()


def test_an_unreachable_list_of_operations_can_be_asked_for_again(desk_at: Open) -> None:
    desk = desk_at()
    desk.page.route("**/operations", lambda route: route.abort("connectionrefused"))
    desk.page.reload()
    expect(desk.page.get_by_text("The operations cannot be shown")).to_be_visible()
    desk.page.unroute("**/operations")
    desk.press("Try again").enter()
    desk.complaints.clear()


def test_an_answer_that_does_not_come_is_given_up(desk: Desk) -> None:
    desk.page.clock.install()
    desk.choose(EDAS)
    desk.page.get_by_label("all").check()
    desk.page.route("**/operations/**", lambda _route: None)
    desk.press("Plan")
    desk.page.clock.fast_forward(119_000)
    expect(desk.page.get_by_text("119 seconds")).to_be_visible()
    desk.page.clock.fast_forward(2_000)
    expect(desk.result).to_contain_text("No answer came within 120 seconds")
    expect(desk.result).to_contain_text("The run may have begun all the same")
    desk.complaints.clear()


def test_a_call_under_way_can_be_cancelled(desk: Desk, cloud: Emulator) -> None:
    cloud.misbehave("cwp", faults.hang(60), times=None)
    desk.choose(CWP).press("Run").press("Run it now")
    expect(desk.page.get_by_text("Running…")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Cancel")).to_be_focused()
    assert desk.page.get_by_label("Sync", exact=True).is_disabled()
    desk.press("Cancel")
    assert desk.status == "Cancelled"
    expect(desk.result).to_contain_text("The function is not told to stop")
    expect(desk.page.get_by_role("button", name="Run", exact=True)).to_be_visible()
