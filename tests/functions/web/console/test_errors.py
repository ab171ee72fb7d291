"""Whatever goes wrong is shown with the next step."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from local.emulator import Emulator, faults
from local.serve import TOKEN
from tests.functions.web.console.conftest import Open
from tests.support.console_page import CWP, EDAS, EHPC, MODELARTS, OMS, ConsolePage

JSON = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("changes", "status", "message"),
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
def test_a_refusal_of_the_function_is_reported(
    console: ConsolePage, changes: dict[str, Any], status: int, message: str
) -> None:
    console.choose(CWP)
    console.change_response("plan", **changes)
    result = console.plan()
    assert console.status == "Refused"
    expect(result).to_contain_text(f"HTTP {status}")
    expect(result).to_contain_text(message)
    expect(result.get_by_role("heading", name="Next step")).to_be_visible()


def test_an_operation_that_is_gone_is_reported(console: ConsolePage) -> None:
    console.choose(CWP)
    console.change_response("plan", url=f"{console.url}operations/none.such.Operation")
    expect(console.plan()).to_contain_text("Not Found (HTTP 404)")


def test_a_missing_right_is_reported(open_console: Open) -> None:
    rule = {
        "tokens": ["ci"],
        "operations": ["*"],
        "actions": ["plan", "run"],
        "regions": ["cn-east-3"],
    }
    settings = {"HTTP_BEARER_TOKENS": f"ci={TOKEN}", "HTTP_RIGHTS": json.dumps([rule])}
    result = open_console(settings=settings).sign_in().choose(MODELARTS).press("Run").result
    expect(result.locator(".status")).to_have_text("Refused")
    expect(result).to_contain_text("HTTP_RIGHTS")
    expect(result).to_contain_text("Ask the function's owner for the permission")


def test_a_caller_who_may_not_plan_confirms_without_a_preview(
    open_console: Open, emulator: Emulator
) -> None:
    rule = {"tokens": ["ci"], "operations": ["*"], "actions": ["run"]}
    settings = {"HTTP_BEARER_TOKENS": f"ci={TOKEN}", "HTTP_RIGHTS": json.dumps([rule])}
    console = open_console(settings=settings).sign_in().choose(CWP).press("Run")
    expect(console.dialog).to_contain_text(
        "No preview: your token may run this operation but not plan it."
    )
    console.press("Run it now")
    assert (console.result.is_visible(), console.status) == (True, "Running")
    assert emulator.tencent.machines.started == 1


def test_a_failure_says_what_to_do(console: ConsolePage) -> None:
    console.choose(EHPC)
    console.page.get_by_label("App ID").fill("ci-none-such")
    result = console.run()
    assert console.status == "Failed"
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
def test_a_providers_failure_is_reported(
    console: ConsolePage, emulator: Emulator, fault: faults.Fault, reason: str, again: str
) -> None:
    emulator.inject_fault("cwp", fault, times=None)
    result = console.choose(CWP).run()
    assert console.status == "Failed"
    expect(result.locator(".error")).to_contain_text(reason)
    assert result.locator(".error dd").last.inner_text() == again


def test_an_invalid_setting_is_reported_as_the_deployers_to_fix(open_console: Open) -> None:
    console = open_console(settings={"DEFAULT_PARAMETERS": "{"}).sign_in().choose(CWP)
    result = console.plan()
    assert console.status == "Failed"
    expect(result).to_contain_text("DEFAULT_PARAMETERS is not JSON")
    expect(result).to_contain_text("Misconfigured")


def test_a_task_that_is_not_listed_is_refused(console: ConsolePage) -> None:
    console.choose(OMS)
    console.page.get_by_label("Sync task ID").fill("example-other-task")
    expect(console.check()).to_contain_text("OMS_TASKS")
    assert console.status == "Refused"


def test_a_refused_plan_asks_for_no_confirmation(console: ConsolePage) -> None:
    console.choose(CWP)
    body = json.dumps({"title": "Forbidden", "detail": "not listed"})
    console.page.route("**/operations/**", lambda route: route.fulfill(status=403, body=body))
    result = console.press("Run").result
    expect(result.locator(".sentence")).to_have_text("Forbidden (HTTP 403): not listed")
    expect(console.dialog).not_to_be_visible()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_own_answer_is_distinguished(console: ConsolePage, status: int) -> None:
    console.choose(CWP)
    console.page.route(
        "**/operations/**", lambda route: route.fulfill(status=status, body="<html>")
    )
    result = console.plan()
    assert console.status == "No response"
    expect(result).to_contain_text(f"The gateway, not the function, responded (HTTP {status})")
    expect(result).to_contain_text("The platform's gateway gave up")


def test_a_gateways_own_refusal_is_reported(console: ConsolePage) -> None:
    console.choose(CWP)
    body = json.dumps({"message": "Limit Exceeded"})
    console.page.route("**/operations/**", lambda route: route.fulfill(status=429, body=body))
    expect(console.plan()).to_contain_text("Limit Exceeded")
    assert console.status == "Refused"


def test_a_broken_connection_is_reported_with_the_next_step(console: ConsolePage) -> None:
    console.choose(CWP)
    # Chromium's own line about a failed request is in its log; nothing else may be.
    console.page.route("**/operations/**", lambda route: route.abort("connectionrefused"))
    result = console.plan()
    assert console.status == "No response"
    expect(result).to_contain_text("The function could not be reached")
    expect(result).to_contain_text("Check your network connection")
    assert all("ERR_CONNECTION_REFUSED" in line for line in console.errors)
    console.errors.clear()


def test_an_unreachable_list_of_operations_can_be_requested_again(open_console: Open) -> None:
    console = open_console()
    console.page.route("**/operations?*", lambda route: route.abort("connectionrefused"))
    console.page.reload()
    expect(console.page.get_by_text("Could not load the operations")).to_be_visible()
    console.page.unroute("**/operations?*")
    console.press("Try again").sign_in()
    console.errors.clear()


def test_an_answer_that_does_not_come_is_given_up(console: ConsolePage) -> None:
    console.page.clock.install()
    console.choose(EDAS)
    console.page.get_by_label("all").check()
    console.page.route("**/operations/**", lambda _route: None)
    console.press("Plan")
    console.page.clock.fast_forward(119_000)
    expect(console.page.get_by_text("119 seconds")).to_be_visible()
    console.page.clock.fast_forward(2_000)
    expect(console.result).to_contain_text("No response within 120 seconds")
    expect(console.result).not_to_contain_text("may have started")
    console.errors.clear()


MAY_HAVE_STARTED = (
    "The run may have started anyway: check the provider's console before you run it again."
)


@pytest.mark.parametrize("reads", [True, False], ids=["reads", "writes"])
def test_a_run_may_have_started_only_if_it_writes(console: ConsolePage, *, reads: bool) -> None:
    console.choose(CWP)

    def lose(route: Route) -> None:
        if '"dry_run":true' in (route.request.post_data or ""):
            route.continue_()
        else:
            route.fulfill(status=504, body="<html>")

    console.page.route("**/operations/**", lose)
    if reads:
        console.page.get_by_label("Sync", exact=True).uncheck()
        console.press("Run")
    else:
        console.press("Run").press("Run it now")
    step = console.result.locator(".todo")
    text = (
        "The platform's gateway gave up, or could not start the function: see the function's log."
    )
    expect(step).to_have_text(text if reads else f"{text} {MAY_HAVE_STARTED}")


@pytest.mark.parametrize("button", ["Plan", "Check status"])
def test_what_only_reads_did_not_start_anything(console: ConsolePage, button: str) -> None:
    console.choose(CWP)
    console.page.route("**/operations/**", lambda _route: None)
    console.press(button).press("Cancel")
    expect(console.result.locator(".todo")).to_have_text("Nothing was changed.")


def test_a_call_under_way_can_be_cancelled(console: ConsolePage, emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.hang(60), times=None)
    console.choose(CWP).press("Run").press("Run it now")
    expect(console.page.get_by_text("Running…")).to_be_visible()
    expect(console.page.get_by_role("button", name="Cancel")).to_be_focused()
    assert console.page.get_by_label("Sync", exact=True).is_disabled()
    console.press("Cancel")
    assert console.status == "Cancelled"
    expect(console.result.locator(".todo")).to_have_text(
        f"The function was not stopped. {MAY_HAVE_STARTED}"
    )
    expect(console.page.get_by_role("button", name="Run", exact=True)).to_be_visible()


def test_cancel_is_where_no_other_button_appears(console: ConsolePage) -> None:
    console.choose(CWP)
    console.page.route("**/operations/**", lambda _route: None)
    console.press("Plan")
    cancel = console.page.get_by_role("button", name="Cancel", exact=True)
    box = cancel.bounding_box()
    assert box is not None
    for name in ("Run", "Plan", "Check status", "Copy as curl"):
        button = console.page.get_by_role("button", name=name, exact=True)
        expect(button).to_be_disabled()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    console.page.mouse.dblclick(x, y)
    assert console.status == "Cancelled"
    assert console.page.locator(".shell").is_hidden()
    under = "([x, y]) => document.elementFromPoint(x, y).closest('button, a, input')"
    assert console.page.evaluate(under, [x, y]) is None
