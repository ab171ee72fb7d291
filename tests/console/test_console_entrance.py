"""Who comes in: the token is asked for, kept in memory only, forgotten when told to."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from playwright.sync_api import expect

from functions.web.version import VERSION
from local.serve import TOKEN
from tests.console.conftest import Open
from tests.console.desk import CWP, EDAS, MODELARTS, Desk

KEPT = """() => JSON.stringify([
  {...localStorage}, {...sessionStorage}, document.cookie, location.href,
  document.documentElement.outerHTML,
  [...document.querySelectorAll("input")].map((input) => input.value),
])"""


NO_TOKEN = "A token has no spaces and consists of ASCII letters, digits and symbols only."


def test_the_page_shows_no_operation_without_a_token(desk_at: Open) -> None:
    desk = desk_at()
    expect(desk.token_field).to_be_focused()
    expect(desk.token_field).to_have_attribute("type", "password")
    expect(desk.token_field).to_have_attribute("autocomplete", "current-password")
    assert desk.page.get_by_role("navigation").count() == 0
    assert "SyncMachines" not in desk.page.content()


@pytest.mark.parametrize(
    "trigger", ["aws-rest", "aws-http", "aws-url", "fc", "scf", "functiongraph"]
)
def test_behind_every_trigger_the_operations_are_shown(desk_at: Open, trigger: str) -> None:
    desk = desk_at(trigger).enter()
    expect(desk.page.get_by_role("navigation").get_by_role("link")).to_have_count(5)


def test_a_wrong_token_is_told_and_another_one_asked_for(desk_at: Open) -> None:
    desk = desk_at()
    desk.token_field.fill("exampleWrongToken")
    desk.press("Continue")
    expect(desk.page.get_by_role("heading", name="The token was not accepted")).to_be_visible()
    expect(desk.token_field).to_have_value("")
    desk.enter()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "Enter a token."),
        ("example token", NO_TOKEN),
        ("例え", NO_TOKEN),
    ],
)
def test_what_cannot_be_a_token_is_not_sent(desk_at: Open, given: str, said: str) -> None:
    desk = desk_at()
    sent: list[str] = []
    desk.page.on("request", lambda request: sent.append(request.url))
    desk.token_field.fill(given)
    desk.press("Continue")
    expect(desk.page.locator("#token-fault")).to_have_text(said)
    expect(desk.token_field).to_be_focused()
    assert sent == []


def test_the_token_is_in_memory_only(desk: Desk) -> None:
    desk.choose(CWP).plan()
    desk.press("Copy as curl")
    expect(desk.page.get_by_text("Set CLOUD_SYNC_TOKEN first")).to_be_visible()
    assert TOKEN not in desk.page.evaluate(KEPT)
    assert desk.page.context.cookies() == []
    assert desk.page.evaluate("indexedDB.databases()") == []


def test_a_reload_forgets_the_token(desk: Desk) -> None:
    desk.page.reload()
    expect(desk.token_field).to_be_focused()


def test_forgetting_takes_away_what_was_shown(desk: Desk) -> None:
    desk.choose(MODELARTS).run()
    desk.press("Sign out")
    expect(desk.token_field).to_be_focused()
    expect(desk.page.get_by_text("Signed in")).not_to_be_visible()
    assert "devserver-00001" not in desk.page.content()
    desk.enter().choose(MODELARTS)
    assert desk.page.get_by_role("heading", name="Result").count() == 0


def test_a_token_that_ends_is_asked_for_anew_and_the_run_goes_on(desk: Desk) -> None:
    desk.choose(EDAS)
    desk.page.get_by_label("all").check()
    headers = {"Authorization": "Bearer exampleEndedToken", "Content-Type": "application/json"}
    desk.meanwhile("run", headers=headers)
    desk.press("Run").press("Run it now")
    again = desk.page.get_by_role("dialog", name="The token was not accepted")
    expect(again).to_be_visible()
    desk.token_field.fill(TOKEN)
    desk.press("Continue")
    assert (desk.result.is_visible(), desk.status) == (True, "Succeeded")


def test_who_gives_no_other_token_is_told_the_refusal(desk: Desk) -> None:
    desk.choose(EDAS)
    desk.page.get_by_label("all").check()
    headers = {"Authorization": "Bearer exampleEndedToken", "Content-Type": "application/json"}
    desk.meanwhile("plan", headers=headers)
    desk.press("Plan")
    expect(desk.page.get_by_role("dialog", name="The token was not accepted")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.result).to_contain_text("HTTP 401")
    expect(desk.page.get_by_text("Signed in")).not_to_be_visible()
    expect(desk.page.get_by_role("button", name="Sign out")).not_to_be_visible()
    desk.press("Plan")
    expect(desk.page.get_by_role("dialog", name="Sign in")).to_be_visible()
    desk.token_field.fill(TOKEN)
    desk.press("Continue")
    assert (desk.result.is_visible(), desk.status) == (True, "Planned")
    expect(desk.page.get_by_text("Signed in")).to_be_visible()


def test_behind_the_platforms_authorizer_no_token_is_asked_for(desk_at: Open) -> None:
    desk = desk_at(settings={"HTTP_AUTH": "platform"})
    desk.choose(CWP).plan()
    assert desk.status == "Planned"
    assert not desk.token_field.is_visible()
    assert desk.page.get_by_role("button", name="Sign out").count() == 0


def rights(*rules: dict[str, Any]) -> dict[str, str]:
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    return {
        "HTTP_BEARER_TOKENS": f"ci=sha256:{digest}",
        "HTTP_RIGHTS": json.dumps([{"tokens": ["ci"], **rule} for rule in rules]),
    }


def test_only_what_the_caller_may_use_is_shown(desk_at: Open) -> None:
    settings = rights({"operations": ["tencent.*"], "actions": ["plan"]})
    desk = desk_at(settings=settings).enter()
    expect(desk.page.get_by_role("navigation").get_by_role("link")).to_have_text([CWP])
    assert desk.page.get_by_role("button", name="Run").count() == 0
    desk.plan()
    assert desk.status == "Planned"


def test_a_caller_without_any_right_is_told_so(desk_at: Open) -> None:
    desk = desk_at(settings=rights({"operations": ["none.*"], "actions": ["*"]}))
    desk.token_field.fill(TOKEN)
    desk.press("Continue")
    expect(desk.page.get_by_role("heading", name="Nothing to run")).to_be_visible()


def test_the_header_says_which_deployment_it_is_and_the_footer_which_release(
    desk_at: Open,
) -> None:
    desk = desk_at("fc", settings={"CONSOLE_LABEL": "production <b>"})
    header, footer = desk.page.locator("header"), desk.page.locator("footer")
    expect(footer).to_contain_text(f"Cloud sync functions {VERSION}")
    expect(header).not_to_contain_text("production")
    expect(footer).not_to_contain_text("Function Compute")
    desk.enter()
    expect(header).to_contain_text("production <b>")
    expect(header).to_contain_text("Function Compute · cn-hangzhou")
    expect(footer).to_contain_text("Function Compute · cn-hangzhou")
    assert desk.page.title() == f"{EDAS} | production <b> | Cloud sync console"
    desk.press("Sign out")
    expect(header).not_to_contain_text("production")
    assert desk.page.title() == "Cloud sync console"


def test_without_a_label_the_platform_is_shown(desk_at: Open) -> None:
    desk = desk_at("functiongraph").enter()
    expect(desk.page.locator(".deployment")).to_have_text("FunctionGraph")
    assert desk.page.locator(".label").count() == 0


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"HTTP_BEARER_TOKENS": f"ci= {TOKEN}"}, "the settings for HTTP callers are wrong"),
        ({"HTTP_AUTH": "nothing"}, "the settings for HTTP callers are wrong"),
    ],
)
def test_a_visitor_does_not_learn_which_setting_is_wrong(
    desk_at: Open, settings: dict[str, str], told: str
) -> None:
    desk = desk_at(settings=settings)
    trouble = desk.page.locator("#trouble")
    expect(trouble).to_contain_text(f"Internal Server Error (HTTP 500): {told}")
    expect(trouble).to_contain_text("Check the function's log for the cause.")
    assert "HTTP_" not in trouble.inner_text()
