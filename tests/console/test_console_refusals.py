"""Whatever goes wrong is told with the next step."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from local.emulator import Emulator, faults
from local.serve import TOKEN
from tests.console.conftest import Open
from tests.console.desk import CWP, EDAS, EHPC, MODELARTS, OMS, Desk

JSON = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        pytest.param({"method": "DELETE"}, 405, "Methods allowed here: GET, HEAD, POST", id="405"),
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
    expect(result.get_by_role("heading", name="Next step")).to_be_visible()


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
    result = desk_at(settings=settings).enter().choose(MODELARTS).press("Run").result
    expect(result.locator(".status")).to_have_text("Refused")
    expect(result).to_contain_text("HTTP_RIGHTS")
    expect(result).to_contain_text("Ask the function's owner for the permission")


def test_who_may_not_plan_is_asked_without_a_preview(desk_at: Open, cloud: Emulator) -> None:
    rule = {"tokens": ["ci"], "operations": ["*"], "actions": ["run"]}
    settings = {"HTTP_BEARER_TOKENS": f"ci={TOKEN}", "HTTP_RIGHTS": json.dumps([rule])}
    desk = desk_at(settings=settings).enter().choose(CWP).press("Run")
    expect(desk.dialog).to_contain_text(
        "No preview: your token may run this operation but not plan it."
    )
    desk.press("Run it now")
    assert (desk.result.is_visible(), desk.status) == (True, "Running")
    assert cloud.tencent.started == 1


def test_a_failure_says_what_to_do(desk: Desk) -> None:
    desk.choose(EHPC)
    desk.page.get_by_label("App ID").fill("ci-none-such")
    result = desk.run()
    assert desk.status == "Failed"
    expect(result).to_contain_text("ImageNotFound")
    expect(result).to_contain_text("Check that app_id is in the application list")
    expect(result).to_contain_text("no, fix the cause first")


@pytest.mark.parametrize(
    ("fault", "reason", "again"),
    [
        (faults.error("UnauthorizedOperation"), "Forbidden", "no, fix the cause first"),
        (faults.error("FailedOperation"), "Refused", "no, fix the cause first"),
        (faults.error("InternalError"), "Unavailable", "yes"),
        (faults.throttled(7), "Throttled", "yes, after 7 seconds"),
        (faults.html(), "Unavailable", "yes"),
        (faults.hang_up(work=False), "Unreachable", "yes"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_providers_failure_is_told(
    desk: Desk, cloud: Emulator, fault: faults.Fault, reason: str, again: str
) -> None:
    cloud.inject_fault("cwp", fault, times=None)
    result = desk.choose(CWP).run()
    assert desk.status == "Failed"
    expect(result.locator(".error")).to_contain_text(reason)
    assert result.locator(".error dd").last.inner_text() == again


def test_a_wrong_setting_is_told_as_the_deployers_matter(desk_at: Open) -> None:
    desk = desk_at(settings={"DEFAULT_PARAMETERS": "{"}).enter().choose(CWP)
    result = desk.plan()
    assert desk.status == "Failed"
    expect(result).to_contain_text("DEFAULT_PARAMETERS is not JSON")
    expect(result).to_contain_text("Misconfigured")


def test_a_task_that_is_not_listed_is_refused(desk: Desk) -> None:
    desk.choose(OMS)
    desk.page.get_by_label("Sync task ID").fill("example-other-task")
    expect(desk.check()).to_contain_text("OMS_TASKS")
    assert desk.status == "Refused"


def test_a_refused_plan_asks_nobody_whether_to_run(desk: Desk) -> None:
    desk.choose(CWP)
    body = json.dumps({"title": "Forbidden", "detail": "not listed"})
    desk.page.route("**/operations/**", lambda route: route.fulfill(status=403, body=body))
    result = desk.press("Run").result
    expect(result.locator(".sentence")).to_have_text("Forbidden (HTTP 403): not listed")
    expect(desk.dialog).not_to_be_visible()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_own_answer_is_told_apart(desk: Desk, status: int) -> None:
    desk.choose(CWP)
    desk.page.route("**/operations/**", lambda route: route.fulfill(status=status, body="<html>"))
    result = desk.plan()
    assert desk.status == "No response"
    expect(result).to_contain_text(f"The gateway, not the function, responded (HTTP {status})")
    expect(result).to_contain_text("The platform's gateway gave up")


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
    assert desk.status == "No response"
    expect(result).to_contain_text("The function could not be reached")
    expect(result).to_contain_text("Check your network connection")
    assert all("ERR_CONNECTION_REFUSED" in line for line in desk.complaints)
    desk.complaints.clear()


def test_an_unreachable_list_of_operations_can_be_asked_for_again(desk_at: Open) -> None:
    desk = desk_at()
    desk.page.route("**/operations?*", lambda route: route.abort("connectionrefused"))
    desk.page.reload()
    expect(desk.page.get_by_text("Could not load the operations")).to_be_visible()
    desk.page.unroute("**/operations?*")
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
    expect(desk.result).to_contain_text("No response within 120 seconds")
    expect(desk.result).not_to_contain_text("may have started")
    desk.complaints.clear()


MAY_HAVE_STARTED = (
    "The run may have started anyway: check the provider's console before you run it again."
)


@pytest.mark.parametrize("reads", [True, False], ids=["reads", "writes"])
def test_a_run_may_have_started_only_if_it_writes(desk: Desk, *, reads: bool) -> None:
    desk.choose(CWP)

    def lose(route: Route) -> None:
        if '"dry_run":true' in (route.request.post_data or ""):
            route.continue_()
        else:
            route.fulfill(status=504, body="<html>")

    desk.page.route("**/operations/**", lose)
    if reads:
        desk.page.get_by_label("Sync", exact=True).uncheck()
        desk.press("Run")
    else:
        desk.press("Run").press("Run it now")
    step = desk.result.locator(".todo")
    text = (
        "The platform's gateway gave up, or could not start the function: see the function's log."
    )
    expect(step).to_have_text(text if reads else f"{text} {MAY_HAVE_STARTED}")


@pytest.mark.parametrize("button", ["Plan", "Check status"])
def test_what_only_reads_did_not_start_anything(desk: Desk, button: str) -> None:
    desk.choose(CWP)
    desk.page.route("**/operations/**", lambda _route: None)
    desk.press(button).press("Cancel")
    expect(desk.result.locator(".todo")).to_have_text("Nothing was changed.")


def test_a_call_under_way_can_be_cancelled(desk: Desk, cloud: Emulator) -> None:
    cloud.inject_fault("cwp", faults.hang(60), times=None)
    desk.choose(CWP).press("Run").press("Run it now")
    expect(desk.page.get_by_text("Running…")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Cancel")).to_be_focused()
    assert desk.page.get_by_label("Sync", exact=True).is_disabled()
    desk.press("Cancel")
    assert desk.status == "Cancelled"
    expect(desk.result.locator(".todo")).to_have_text(
        f"The function was not stopped. {MAY_HAVE_STARTED}"
    )
    expect(desk.page.get_by_role("button", name="Run", exact=True)).to_be_visible()


def test_cancel_stands_where_no_other_button_appears(desk: Desk) -> None:
    desk.choose(CWP)
    desk.page.route("**/operations/**", lambda _route: None)
    desk.press("Plan")
    cancel = desk.page.get_by_role("button", name="Cancel", exact=True)
    box = cancel.bounding_box()
    assert box is not None
    for name in ("Run", "Plan", "Check status", "Copy as curl"):
        button = desk.page.get_by_role("button", name=name, exact=True)
        expect(button).to_be_disabled()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    desk.page.mouse.dblclick(x, y)
    assert desk.status == "Cancelled"
    assert desk.page.locator(".shell").is_hidden()
    under = "([x, y]) => document.elementFromPoint(x, y).closest('button, a, input')"
    assert desk.page.evaluate(under, [x, y]) is None
