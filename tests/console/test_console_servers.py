"""DevServers as a table with a count of states."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from functions.huawei.dev_server import read_server
from local.emulator import Emulator
from local.emulator.dev_servers import generate
from tests.console.conftest import Open
from tests.console.desk import MODELARTS, Desk

FIRST, NAME = "tbody tr td:nth-child(1)", "tbody tr td:nth-child(2)"

SHOWN = """async (json) => {
  const { serversView } = await import("./source/servers.js");
  document.querySelector("main").append(serversView(JSON.parse(json)).node);
}"""


@pytest.fixture
def many(cloud: Emulator) -> Emulator:
    cloud.huawei.dev_servers = generate(250)
    return cloud


def shown(desk: Desk) -> Locator:
    return desk.choose(MODELARTS).run()


def names(result: Locator) -> list[str]:
    return result.locator(f"{NAME} button").all_inner_texts()


def states(result: Locator) -> set[str]:
    return {state.strip() for state in result.locator(FIRST).all_inner_texts()}


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
    found = shown(desk).locator(FIRST).all_inner_texts()
    assert [state.strip() for state in found[:5]] == [
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
    assert names(result)[0] == "devserver-00000"
    desk.page.keyboard.press("Space")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert names(result)[0] == "devserver-00024"
    expect(result.locator("[aria-sort]")).to_have_count(1)


def test_a_filter_leaves_what_holds_every_word(desk: Desk) -> None:
    result = shown(desk)
    result.get_by_label("Filter").fill("running 192.168.0.1")
    assert "devserver-00000" in names(result)
    assert states(result) == {"RUNNING"}
    result.get_by_label("Filter").fill("no such server")
    expect(result.get_by_text("No servers match.")).to_be_visible()


def test_only_those_that_need_attention(desk: Desk) -> None:
    result = shown(desk)
    result.get_by_label("Needs attention only").check()
    expect(result.get_by_text("1 to 4 of 4 servers")).to_be_visible()


def test_a_success_with_servers_that_need_attention_is_no_green_one(desk: Desk) -> None:
    result = shown(desk)
    banner = result.locator(".banner")
    expect(banner).to_have_class("banner busy")
    assert banner.locator("p").all_inner_texts() == [
        "Succeeded",
        "25 DevServers in cn-north-4",
        "4 need attention",
    ]
    result.get_by_label("Filter").fill("devserver-00000")
    desk.press("4 need attention")
    expect(result.get_by_role("heading", name="Servers", exact=True)).to_be_focused()
    expect(result.get_by_label("Needs attention only")).to_be_checked()
    expect(result.get_by_label("Filter")).to_have_value("")
    assert states(result) == {"START_FAILED", "ERROR"}
    desk.press("Clear filters")
    expect(result.get_by_text("1 to 25 of 25 servers")).to_be_visible()


def test_a_success_without_them_is_a_green_one(desk: Desk, cloud: Emulator) -> None:
    cloud.huawei.dev_servers = generate(3)
    banner = shown(desk).locator(".banner")
    expect(banner).to_have_class("banner good")
    assert banner.locator("p").all_inner_texts() == [
        "Succeeded",
        "3 DevServers in cn-north-4",
        "Done.",
    ]


def test_no_server_at_all_is_said_with_region_and_project(desk: Desk, cloud: Emulator) -> None:
    cloud.huawei.dev_servers = []
    project = cloud.huawei.projects[0].id
    result = shown(desk)
    expect(result.locator(".banner")).to_have_class("banner calm")
    assert result.locator(".banner p").all_inner_texts() == [
        "Succeeded",
        f"No DevServers in cn-north-4 (project …{project[-4:]})",
        "Check the region, the project and the filters.",
    ]
    assert result.locator("h4").all_inner_texts() == ["For logs and support"]


def test_the_bar_of_a_state_filters_by_it(desk: Desk) -> None:
    result = shown(desk)
    running = result.get_by_role("button", name="RUNNING 13")
    running.click()
    expect(running).to_have_attribute("aria-pressed", "true")
    expect(result.get_by_text("1 to 13 of 13 servers")).to_be_visible()
    assert states(result) == {"RUNNING"}
    result.get_by_role("button", name="ERROR 2", exact=True).click()
    expect(running).to_have_attribute("aria-pressed", "false")
    assert states(result) == {"ERROR"}
    result.get_by_role("button", name="ERROR 2", exact=True).click()
    expect(result.get_by_text("1 to 25 of 25 servers")).to_be_visible()
    expect(result.locator("[aria-pressed=true]")).to_have_count(0)


def test_a_state_without_listed_servers_is_no_filter(desk: Desk) -> None:
    desk.choose(MODELARTS)
    desk.page.get_by_label("Include servers").select_option("attention")
    result = desk.run()
    assert result.locator(".counts button").all_inner_texts() == ["START_FAILED\n2", "ERROR\n2"]


def test_a_time_stands_beside_how_long_ago_it_was(desk: Desk, cloud: Emulator) -> None:
    server = generate(1)[0]
    moment = datetime.now(timezone.utc) - timedelta(hours=3, minutes=1)
    server["update_at"] = int(moment.timestamp() * 1000)
    cloud.huawei.dev_servers = [server]
    time = shown(desk).locator("tbody time")
    assert time.inner_text().split("\n") == ["3 hours ago", moment.strftime("%Y-%m-%d %H:%M UTC")]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (0, "now"),
        (59, "59 seconds ago"),
        (60, "1 minute ago"),
        (7_199, "1 hour ago"),
        (86_400, "yesterday"),
        (86_400 * 29, "29 days ago"),
        (86_400 * 370, "last year"),
        (-120, "in 2 minutes"),
    ],
)
def test_how_long_ago_is_said_in_words(desk: Desk, before: int, words: str) -> None:
    said = desk.source().page.evaluate(
        """async (seconds) => {
          const { ago } = await import("./source/words.js");
          return ago("2026-11-25T12:00:00Z", Date.parse("2026-11-25T12:00:00Z") + seconds * 1000);
        }""",
        before,
    )
    assert said == words


def test_no_column_is_cut_without_a_sign(desk_at: Open) -> None:
    desk = desk_at(viewport={"width": 1280, "height": 800}).enter()
    result = shown(desk)
    box = desk.page.get_by_role("group", name="Table of DevServers")
    sign = result.get_by_text("Scroll sideways to see every column.")
    assert box.evaluate("(box) => box.scrollWidth - box.clientWidth") == 0
    expect(sign).not_to_be_visible()
    desk.page.set_viewport_size({"width": 360, "height": 800})
    expect(sign).to_be_visible()


def test_many_are_shown_page_by_page(many: Emulator, desk: Desk) -> None:
    result = shown(desk)
    expect(result.locator("tbody tr")).to_have_count(25)
    expect(result.get_by_role("button", name="Previous")).to_be_disabled()
    desk.press("Next")
    expect(result.get_by_text("26 to 50 of 250 servers")).to_be_visible()
    expect(result.get_by_role("heading", name="Servers", exact=True)).to_be_focused()
    for _ in range(8):
        desk.press("Next")
    expect(result.get_by_text("226 to 250 of 250 servers")).to_be_visible()
    expect(result.locator("tbody tr")).to_have_count(25)
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
    desk.source().page.evaluate(SHOWN, json.dumps(data))
    expect(desk.page.get_by_text("1 to 25 of 10,000 servers")).to_be_visible()
    desk.page.get_by_label("Filter").fill("devserver-09999")
    expect(desk.page.locator("tbody tr")).to_have_count(1)
    desk.page.get_by_label("Filter").fill("")
    desk.press("Name")
    assert names(desk.page.locator("main"))[0] == "devserver-00000"
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
    expect(desk.run()).to_contain_text(
        "The provider reports 250 servers; not all of them were read."
    )


def test_the_result_can_be_saved(desk: Desk) -> None:
    shown(desk)
    with desk.page.expect_download() as download:
        desk.press("Download JSON")
    saved: dict[str, Any] = json.loads(download.value.path().read_text("utf-8"))
    assert download.value.suggested_filename == "huawei.modelarts.SyncDevServers.json"
    assert (saved["status"], len(saved["data"]["servers"])) == ("succeeded", 25)
