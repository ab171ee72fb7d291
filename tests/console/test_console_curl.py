"""The same call from a shell, without the token in it."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from playwright.sync_api import expect

from local.serve import TOKEN
from tests.console.conftest import Open
from tests.console.desk import CWP, EDAS, Desk
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


def line_of(desk: Desk) -> str:
    desk.press("Copy as curl")
    return desk.page.get_by_label("The curl command").inner_text()


def test_the_line_runs_in_a_shell_and_holds_no_token(desk: Desk) -> None:
    desk.choose(EDAS)
    desk.page.get_by_label("ecs").check()
    desk.page.get_by_label("Resource IDs").fill("i-exampleinstance1,i-exampleinstance2")
    line = line_of(desk)
    assert TOKEN not in line
    result = json.loads(shell(line, TOKEN))
    assert result["summary"] == "EDAS synchronized 2 ECS instances"


def test_behind_the_platforms_authorizer_the_line_asks_for_no_token(desk_at: Open) -> None:
    desk = desk_at(settings={"HTTP_AUTH": "platform"}).choose(CWP)
    desk.page.get_by_label("Sync", exact=True).uncheck()
    line = line_of(desk)
    assert "Authorization" not in line
    assert json.loads(shell(line))["status"] == "idle"


def test_the_line_comes_onto_the_clipboard(desk: Desk) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.choose(CWP)
    line = line_of(desk)
    assert desk.page.evaluate("navigator.clipboard.readText()") == line


def test_where_the_clipboard_is_closed_the_line_is_shown(desk: Desk) -> None:
    desk.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(1); }")
    line_of(desk.choose(CWP))
    expect(desk.page.locator(".shell")).to_contain_text(
        "The browser blocked copying: select the command and copy it by hand."
    )


def test_parameters_that_are_wrong_make_no_line(desk: Desk) -> None:
    desk.choose(EDAS).press("Copy as curl")
    expect(desk.page.get_by_text("Required: choose one.")).to_be_visible()
    assert desk.page.get_by_label("The curl command").count() == 0


def test_any_text_is_one_word_of_a_shell(desk: Desk) -> None:
    quoted = desk.source().page.evaluate(
        "async (texts) => texts.map((await import('./source/curl.js')).quoted)",
        AWKWARD,
    )
    assert shell(f"printf '%s|' {' '.join(quoted)}") == "".join(f"{text}|" for text in AWKWARD)
