"""Signing in: the token is requested, kept in memory only, and forgotten on request."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from playwright.sync_api import expect

from functions.registry import OPERATIONS
from functions.web.version import VERSION
from local.serve import TOKEN
from tests.functions.web.console.conftest import Open
from tests.support.console_page import CWP, EDAS, MODELARTS, ConsolePage

KEPT = """() => JSON.stringify([
  {...localStorage}, {...sessionStorage}, document.cookie, location.href,
  document.documentElement.outerHTML,
  [...document.querySelectorAll("input")].map((input) => input.value),
])"""


NO_TOKEN = "A token has no spaces and consists of ASCII letters, digits and symbols only."


def test_the_page_shows_no_operation_without_a_token(open_console: Open) -> None:
    console = open_console()
    expect(console.token_field).to_be_focused()
    expect(console.token_field).to_have_attribute("type", "password")
    expect(console.token_field).to_have_attribute("autocomplete", "current-password")
    assert console.page.get_by_role("navigation").count() == 0
    assert "SyncMachines" not in console.page.content()


@pytest.mark.parametrize(
    "trigger", ["aws-rest", "aws-http", "aws-url", "fc", "scf", "functiongraph"]
)
def test_behind_every_trigger_the_operations_are_shown(open_console: Open, trigger: str) -> None:
    console = open_console(trigger).sign_in()
    expect(console.page.get_by_role("navigation").get_by_role("link")).to_have_count(
        len(OPERATIONS)
    )


def test_a_wrong_token_is_reported_and_another_one_requested(open_console: Open) -> None:
    console = open_console()
    console.token_field.fill("exampleWrongToken")
    console.press("Continue")
    expect(console.page.get_by_role("heading", name="The token was not accepted")).to_be_visible()
    expect(console.token_field).to_have_value("")
    console.sign_in()


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "Enter a token."),
        ("example token", NO_TOKEN),
        ("例え", NO_TOKEN),
    ],
)
def test_what_cannot_be_a_token_is_not_sent(open_console: Open, token: str, message: str) -> None:
    console = open_console()
    sent: list[str] = []
    console.page.on("request", lambda request: sent.append(request.url))
    console.token_field.fill(token)
    console.press("Continue")
    expect(console.page.locator("#token-fault")).to_have_text(message)
    expect(console.token_field).to_be_focused()
    assert sent == []


def test_the_token_is_in_memory_only(console: ConsolePage) -> None:
    console.choose(CWP).plan()
    console.press("Copy as curl")
    expect(console.page.get_by_text("Set CLOUD_SYNC_TOKEN first")).to_be_visible()
    assert TOKEN not in console.page.evaluate(KEPT)
    assert console.page.context.cookies() == []
    assert console.page.evaluate("indexedDB.databases()") == []


def test_a_reload_forgets_the_token(console: ConsolePage) -> None:
    console.page.reload()
    expect(console.token_field).to_be_focused()


def test_signing_out_removes_what_was_shown(console: ConsolePage) -> None:
    console.choose(MODELARTS).run()
    console.press("Sign out")
    expect(console.token_field).to_be_focused()
    expect(console.page.get_by_text("Signed in")).not_to_be_visible()
    assert "devserver-00001" not in console.page.content()
    console.sign_in().choose(MODELARTS)
    assert console.page.get_by_role("heading", name="Result").count() == 0


def test_after_a_token_expires_it_is_requested_again_and_the_run_continues(
    console: ConsolePage,
) -> None:
    console.choose(EDAS)
    console.page.get_by_label("all").check()
    headers = {"Authorization": "Bearer exampleEndedToken", "Content-Type": "application/json"}
    console.change_response("run", headers=headers)
    console.press("Run").press("Run it now")
    again = console.page.get_by_role("dialog", name="The token was not accepted")
    expect(again).to_be_visible()
    console.token_field.fill(TOKEN)
    console.press("Continue")
    assert (console.result.is_visible(), console.status) == (True, "Succeeded")


def test_without_another_token_the_refusal_is_shown(console: ConsolePage) -> None:
    console.choose(EDAS)
    console.page.get_by_label("all").check()
    headers = {"Authorization": "Bearer exampleEndedToken", "Content-Type": "application/json"}
    console.change_response("plan", headers=headers)
    console.press("Plan")
    expect(console.page.get_by_role("dialog", name="The token was not accepted")).to_be_visible()
    console.page.keyboard.press("Escape")
    expect(console.result).to_contain_text("HTTP 401")
    expect(console.page.get_by_text("Signed in")).not_to_be_visible()
    expect(console.page.get_by_role("button", name="Sign out")).not_to_be_visible()
    console.press("Plan")
    expect(console.page.get_by_role("dialog", name="Sign in")).to_be_visible()
    console.token_field.fill(TOKEN)
    console.press("Continue")
    assert (console.result.is_visible(), console.status) == (True, "Planned")
    expect(console.page.get_by_text("Signed in")).to_be_visible()


def test_behind_the_platforms_authorizer_no_token_is_requested(open_console: Open) -> None:
    console = open_console(settings={"HTTP_AUTH": "platform"})
    console.choose(CWP).plan()
    assert console.status == "Planned"
    assert not console.token_field.is_visible()
    assert console.page.get_by_role("button", name="Sign out").count() == 0


def rights(*rules: dict[str, Any]) -> dict[str, str]:
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    return {
        "HTTP_BEARER_TOKENS": f"ci=sha256:{digest}",
        "HTTP_RIGHTS": json.dumps([{"tokens": ["ci"], **rule} for rule in rules]),
    }


def test_only_what_the_caller_may_use_is_shown(open_console: Open) -> None:
    settings = rights({"operations": ["tencent.cwp.SyncMachines"], "actions": ["plan"]})
    console = open_console(settings=settings).sign_in()
    expect(console.page.get_by_role("navigation").get_by_role("link")).to_have_text([CWP])
    assert console.page.get_by_role("button", name="Run").count() == 0
    console.plan()
    assert console.status == "Planned"


def test_a_caller_without_any_right_sees_a_message(open_console: Open) -> None:
    console = open_console(settings=rights({"operations": ["none.*"], "actions": ["*"]}))
    console.token_field.fill(TOKEN)
    console.press("Continue")
    expect(console.page.get_by_role("heading", name="Nothing to run")).to_be_visible()


def test_the_header_says_which_deployment_it_is_and_the_footer_which_release(
    open_console: Open,
) -> None:
    console = open_console("fc", settings={"CONSOLE_LABEL": "production <b>"})
    header, footer = console.page.locator("header"), console.page.locator("footer")
    expect(footer).to_contain_text(f"Cloud sync functions {VERSION}")
    expect(header).not_to_contain_text("production")
    expect(footer).not_to_contain_text("Function Compute")
    console.sign_in()
    expect(header).to_contain_text("production <b>")
    expect(header).to_contain_text("Function Compute · cn-hangzhou")
    expect(footer).to_contain_text("Function Compute · cn-hangzhou")
    assert console.page.title() == f"{EDAS} | production <b> | Cloud sync console"
    console.press("Sign out")
    expect(header).not_to_contain_text("production")
    assert console.page.title() == "Cloud sync console"


def test_without_a_label_the_platform_is_shown(open_console: Open) -> None:
    console = open_console("functiongraph").sign_in()
    expect(console.page.locator(".deployment")).to_have_text("FunctionGraph")
    assert console.page.locator(".label").count() == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"HTTP_BEARER_TOKENS": f"ci= {TOKEN}"}, "the settings for HTTP callers are wrong"),
        ({"HTTP_AUTH": "nothing"}, "the settings for HTTP callers are wrong"),
    ],
)
def test_a_caller_does_not_learn_which_setting_is_wrong(
    open_console: Open, settings: dict[str, str], message: str
) -> None:
    console = open_console(settings=settings)
    failure = console.page.locator("#failure")
    expect(failure).to_contain_text(f"Internal Server Error (HTTP 500): {message}")
    expect(failure).to_contain_text("Check the function's log for the cause.")
    assert "HTTP_" not in failure.inner_text()
