"""DevServers as a table with a count of states."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from functions.huawei.dev_server import read_server
from local.emulator import Emulator
from local.emulator.dev_servers import generate
from tests.console.desk import MODELARTS, Desk

FIRST, NAME = "tbody tr td:nth-child(1)", "tbody tr td:nth-child(2)"

SHOWN = """async (json) => {
  const { serversView } = await import("./servers.js");
  document.querySelector("main").append(serversView(JSON.parse(json)));
}"""


@pytest.fixture
def many(cloud: Emulator) -> Emulator:
    cloud.huawei.dev_servers = generate(250)
    return cloud


def shown(desk: Desk) -> Locator:
    return desk.choose(MODELARTS).run()


def test_states_are_counted_in_words_and_shapes(desk: Desk) -> None:
    counts = shown(desk).locator(".counts li")
    assert [" ".join(one.split()) for one in counts.all_inner_texts()] == [
        "RUNNING 13",
        "STOPPED 3",
        "CREATING 3",
        "START_FAILED 2",
        "REBOOTING 2",
        "ERROR 2",
    ]
    shapes = {row.locator(".icon path").first.get_attribute("d") for row in counts.all()}
    assert len(shapes) == 4  # running, stopped, changing, failed


def test_what_needs_attention_stands_first(desk: Desk) -> None:
    states = shown(desk).locator(FIRST).all_inner_texts()
    assert [state.strip() for state in states[:5]] == [
        "START_FAILED",
        "ERROR",
        "START_FAILED",
        "ERROR",
        "CREATING",
    ]


def test_a_column_sorts_both_ways_by_the_keyboard(desk: Desk) -> None:
    result = shown(desk)
    head = result.get_by_role("columnheader", name="Name")
    head.get_by_role("button").focus()
    desk.page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert result.locator(NAME).first.inner_text() == "devserver-00000"
    desk.page.keyboard.press("Space")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert result.locator(NAME).first.inner_text() == "devserver-00024"
    expect(result.locator("[aria-sort]")).to_have_count(1)


def test_a_filter_leaves_what_holds_every_word(desk: Desk) -> None:
    result = shown(desk)
    result.get_by_label("Filter").fill("running 192.168.0.1")
    names = result.locator(NAME).all_inner_texts()
    assert "devserver-00000" in names
    assert all(state.strip() == "RUNNING" for state in result.locator(FIRST).all_inner_texts())
    result.get_by_label("Filter").fill("no such server")
    expect(result.get_by_text("No server fits the filter.")).to_be_visible()


def test_only_those_that_need_attention(desk: Desk) -> None:
    result = shown(desk)
    result.get_by_label("Only those that need attention").check()
    expect(result.get_by_text("1 to 4 of 4 servers")).to_be_visible()


def test_many_are_shown_page_by_page(many: Emulator, desk: Desk) -> None:
    result = shown(desk)
    expect(result.locator("tbody tr")).to_have_count(100)
    expect(result.get_by_role("button", name="Previous")).to_be_disabled()
    desk.press("Next").press("Next")
    expect(result.get_by_text("201 to 250 of 250 servers")).to_be_visible()
    expect(result.locator("tbody tr")).to_have_count(50)
    expect(result.get_by_role("button", name="Next")).to_be_disabled()


def test_ten_thousand_are_never_in_the_page_at_once(desk: Desk) -> None:
    servers = [read_server(server) for server in generate(10_000)]
    failed = [server["id"] for server in servers if server["health"] == "failed"]
    data = {
        "total": 10_000,
        "by_status": {"RUNNING": 10_000},
        "attention": failed,
        "complete": True,
        "truncated": False,
        "servers": servers,
    }
    desk.page.evaluate(SHOWN, json.dumps(data))
    expect(desk.page.get_by_text("1 to 100 of 10,000 servers")).to_be_visible()
    desk.page.get_by_label("Filter").fill("devserver-09999")
    expect(desk.page.locator("tbody tr")).to_have_count(1)
    desk.page.get_by_label("Filter").fill("")
    desk.press("Name")
    assert desk.page.locator(NAME).first.inner_text() == "devserver-00000"
    assert desk.page.locator("*").count() < 3_000


def test_one_server_is_shown_whole(desk: Desk) -> None:
    result = shown(desk)
    name = result.get_by_role("button", name="devserver-00005")
    name.click()
    dialog = desk.page.get_by_role("dialog", name="devserver-00005")
    expect(dialog).to_contain_text("example-image-2")
    expect(dialog).to_contain_text("Subnet ID")
    expect(dialog.get_by_role("heading")).to_be_focused()
    desk.page.keyboard.press("Escape")
    expect(name).to_be_focused()


def test_a_result_without_servers_names_what_needs_attention(desk: Desk) -> None:
    desk.choose(MODELARTS)
    desk.page.get_by_label("Include servers").select_option("none")
    result = desk.run()
    expect(result.get_by_role("heading", name="4 servers need attention")).to_be_visible()
    expect(result.locator(".ids li")).to_have_count(4)


def test_what_was_not_read_is_told(many: Emulator, desk: Desk) -> None:
    desk.choose(MODELARTS)
    desk.page.get_by_text("More options").click()
    desk.page.get_by_label("Limit").fill("10")
    expect(desk.run()).to_contain_text("The provider counts 250 servers; not all of them were read")


def test_the_result_can_be_saved(desk: Desk) -> None:
    shown(desk)
    with desk.page.expect_download() as download:
        desk.press("Download JSON")
    saved: dict[str, Any] = json.loads(download.value.path().read_text("utf-8"))
    assert download.value.suggested_filename == "huawei.modelarts.SyncDevServers.json"
    assert (saved["status"], len(saved["data"]["servers"])) == ("succeeded", 25)
