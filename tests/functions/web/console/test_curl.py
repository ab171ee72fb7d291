"""The same call from a shell, without the token in it."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from playwright.sync_api import expect

from local.serve import TOKEN
from tests.functions.web.console.conftest import Open
from tests.support.console_page import CWP, EDAS, ConsolePage
from tests.support.prerequisites import program

AWKWARD = [
    "it's",
    "''",
    "$HOME `id` $(id) \\ \\n !!",
    'a "quoted" one',
    "two\nlines",
    "*?[a] ~ #; & | < >",
    "-n",
    "新 \U0001f600",
]


def shell(command: str, token: str | None = None) -> str:
    environ = {"PATH": os.environ["PATH"]} | ({"CLOUD_SYNC_TOKEN": token} if token else {})
    ran = subprocess.run(
        ["sh", "-c", command], env=environ, capture_output=True, text=True, check=True, timeout=30
    )
    return ran.stdout


@pytest.fixture(autouse=True)
def curl() -> None:
    program("curl", "curl")


def line_of(console: ConsolePage) -> str:
    console.press("Copy as curl")
    return console.page.get_by_label("The curl command").inner_text()


def test_the_line_runs_in_a_shell_and_holds_no_token(console: ConsolePage) -> None:
    console.choose(EDAS)
    console.page.get_by_label("ecs").check()
    console.page.get_by_label("Resource IDs").fill("i-exampleinstance1,i-exampleinstance2")
    line = line_of(console)
    assert TOKEN not in line
    result = json.loads(shell(line, TOKEN))
    assert result["summary"] == "EDAS synchronized 2 ECS instances for its ECS clusters"


def test_behind_the_platforms_authorizer_the_line_asks_for_no_token(open_console: Open) -> None:
    console = open_console(settings={"HTTP_AUTH": "platform"}).choose(CWP)
    console.page.get_by_label("Sync", exact=True).uncheck()
    line = line_of(console)
    assert "Authorization" not in line
    assert json.loads(shell(line))["status"] == "idle"


def test_the_line_is_copied_to_the_clipboard(console: ConsolePage) -> None:
    console.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    console.choose(CWP)
    line = line_of(console)
    assert console.page.evaluate("navigator.clipboard.readText()") == line


def test_without_clipboard_access_the_line_is_shown(console: ConsolePage) -> None:
    console.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(1); }")
    line_of(console.choose(CWP))
    expect(console.page.locator(".shell")).to_contain_text(
        "The browser blocked copying: select the command and copy it by hand."
    )


def test_invalid_parameters_give_no_line(console: ConsolePage) -> None:
    console.choose(EDAS).press("Copy as curl")
    expect(console.page.get_by_text("Required: choose one.")).to_be_visible()
    assert console.page.get_by_label("The curl command").count() == 0


def test_any_text_is_quoted_as_one_shell_word(console: ConsolePage) -> None:
    quoted = console.serve_modules().page.evaluate(
        "async (texts) => texts.map((await import('./source/curl.js')).quoted)",
        AWKWARD,
    )
    assert shell(f"printf '%s|' {' '.join(quoted)}") == "".join(f"{text}|" for text in AWKWARD)
