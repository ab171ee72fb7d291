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
from tests.functions.web.console.conftest import Open
from tests.support.console_page import MODELARTS, ConsolePage

FIRST, NAME = "tbody tr td:nth-child(1)", "tbody tr td:nth-child(2)"

SHOWN = """async (json) => {
  const { serversView } = await import("./source/servers.js");
  document.querySelector("main").append(serversView(JSON.parse(json)).node);
}"""


@pytest.fixture
def many(emulator: Emulator) -> Emulator:
    emulator.huawei.dev_servers = generate(250)
    return emulator


def shown(console: ConsolePage) -> Locator:
    return console.choose(MODELARTS).run()


def names(result: Locator) -> list[str]:
    return result.locator(f"{NAME} button").all_inner_texts()


def states(result: Locator) -> set[str]:
    return {state.strip() for state in result.locator(FIRST).all_inner_texts()}


def test_states_are_counted_in_words_and_shapes(console: ConsolePage) -> None:
    counts = shown(console).locator(".counts li")
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


def test_what_needs_attention_comes_first(console: ConsolePage) -> None:
    found = shown(console).locator(FIRST).all_inner_texts()
    assert [state.strip() for state in found[:5]] == [
        "START_FAILED",
        "ERROR",
        "START_FAILED",
        "ERROR",
        "CREATING",
    ]


def test_a_column_sorts_both_ways_by_the_keyboard(console: ConsolePage) -> None:
    result = shown(console)
    head = result.get_by_role("columnheader", name="Name")
    head.get_by_role("button").focus()
    console.page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert names(result)[0] == "devserver-00000"
    console.page.keyboard.press("Space")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert names(result)[0] == "devserver-00024"
    expect(result.locator("[aria-sort]")).to_have_count(1)


def test_a_filter_leaves_what_holds_every_word(console: ConsolePage) -> None:
    result = shown(console)
    result.get_by_label("Filter").fill("running 192.168.0.1")
    assert "devserver-00000" in names(result)
    assert states(result) == {"RUNNING"}
    result.get_by_label("Filter").fill("no such server")
    expect(result.get_by_text("No servers match.")).to_be_visible()


def test_only_those_that_need_attention(console: ConsolePage) -> None:
    result = shown(console)
    result.get_by_label("Needs attention only").check()
    expect(result.get_by_text("1 to 4 of 4 servers")).to_be_visible()


def test_a_success_with_servers_that_need_attention_is_not_green(console: ConsolePage) -> None:
    result = shown(console)
    banner = result.locator(".banner")
    expect(banner).to_have_class("banner busy")
    assert banner.locator("p").all_inner_texts() == [
        "Succeeded",
        "25 DevServers in cn-north-4",
        "4 need attention",
    ]
    result.get_by_label("Filter").fill("devserver-00000")
    console.press("4 need attention")
    expect(result.get_by_role("heading", name="Servers", exact=True)).to_be_focused()
    expect(result.get_by_label("Needs attention only")).to_be_checked()
    expect(result.get_by_label("Filter")).to_have_value("")
    assert states(result) == {"START_FAILED", "ERROR"}
    console.press("Clear filters")
    expect(result.get_by_text("1 to 25 of 25 servers")).to_be_visible()


def test_a_success_without_them_is_green(console: ConsolePage, emulator: Emulator) -> None:
    emulator.huawei.dev_servers = generate(3)
    banner = shown(console).locator(".banner")
    expect(banner).to_have_class("banner good")
    assert banner.locator("p").all_inner_texts() == [
        "Succeeded",
        "3 DevServers in cn-north-4",
        "Done.",
    ]


def test_no_server_at_all_is_stated_with_region_and_project(
    console: ConsolePage, emulator: Emulator
) -> None:
    emulator.huawei.dev_servers = []
    project = emulator.huawei.projects[0].id
    result = shown(console)
    expect(result.locator(".banner")).to_have_class("banner calm")
    assert result.locator(".banner p").all_inner_texts() == [
        "Succeeded",
        f"No DevServers in cn-north-4 (project …{project[-4:]})",
        "Check the region, the project and the filters.",
    ]
    assert result.locator("h4").all_inner_texts() == ["For logs and support"]


def test_the_bar_of_a_state_filters_by_it(console: ConsolePage) -> None:
    result = shown(console)
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


def test_a_state_without_listed_servers_is_not_a_filter(console: ConsolePage) -> None:
    console.choose(MODELARTS)
    console.page.get_by_label("Include servers").select_option("attention")
    result = console.run()
    assert result.locator(".counts button").all_inner_texts() == ["START_FAILED\n2", "ERROR\n2"]


def test_a_time_is_next_to_how_long_ago_it_was(console: ConsolePage, emulator: Emulator) -> None:
    server = generate(1)[0]
    moment = datetime.now(timezone.utc) - timedelta(hours=3, minutes=1)
    server["update_at"] = int(moment.timestamp() * 1000)
    emulator.huawei.dev_servers = [server]
    time = shown(console).locator("tbody time")
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
def test_how_long_ago_is_shown_in_words(console: ConsolePage, before: int, words: str) -> None:
    texts = console.serve_modules().page.evaluate(
        """async (seconds) => {
          const { ago } = await import("./source/words.js");
          return ago("2026-11-25T12:00:00Z", Date.parse("2026-11-25T12:00:00Z") + seconds * 1000);
        }""",
        before,
    )
    assert texts == words


def test_no_column_is_cut_without_a_sign(open_console: Open) -> None:
    console = open_console(viewport={"width": 1280, "height": 800}).sign_in()
    result = shown(console)
    box = console.page.get_by_role("group", name="Table of DevServers")
    sign = result.get_by_text("Scroll sideways to see every column.")
    assert box.evaluate("(box) => box.scrollWidth - box.clientWidth") == 0
    expect(sign).not_to_be_visible()
    console.page.set_viewport_size({"width": 360, "height": 800})
    expect(sign).to_be_visible()


def test_many_are_shown_page_by_page(many: Emulator, console: ConsolePage) -> None:
    result = shown(console)
    expect(result.locator("tbody tr")).to_have_count(25)
    expect(result.get_by_role("button", name="Previous")).to_be_disabled()
    console.press("Next")
    expect(result.get_by_text("26 to 50 of 250 servers")).to_be_visible()
    expect(result.get_by_role("heading", name="Servers", exact=True)).to_be_focused()
    for _ in range(8):
        console.press("Next")
    expect(result.get_by_text("226 to 250 of 250 servers")).to_be_visible()
    expect(result.locator("tbody tr")).to_have_count(25)
    expect(result.get_by_role("button", name="Next")).to_be_disabled()


def test_ten_thousand_are_never_in_the_page_at_once(console: ConsolePage) -> None:
    servers = [read_server(server) for server in generate(10_000)]
    failed = [
        {"id": server["id"], "name": server["name"], "why": server["status"]}
        for server in servers
        if server["health"] == "failed"
    ]
    data = {
        "total": 10_000,
        "by_status": {"RUNNING": 10_000},
        "attention": failed,
        "attention_count": len(failed),
        "complete": True,
        "truncated": False,
        "servers": servers,
    }
    console.serve_modules().page.evaluate(SHOWN, json.dumps(data))
    expect(console.page.get_by_text("1 to 25 of 10,000 servers")).to_be_visible()
    console.page.get_by_label("Filter").fill("devserver-09999")
    expect(console.page.locator("tbody tr")).to_have_count(1)
    console.page.get_by_label("Filter").fill("")
    console.press("Name")
    assert names(console.page.locator("main"))[0] == "devserver-00000"
    assert console.page.locator("*").count() < 3_000


def test_one_server_is_shown_whole(console: ConsolePage) -> None:
    result = shown(console)
    name = result.get_by_role("button", name="devserver-00005")
    name.click()
    dialog = console.page.get_by_role("dialog", name="devserver-00005")
    expect(dialog).to_contain_text("example-image-2")
    expect(dialog).to_contain_text("Subnet ID")
    expect(dialog.get_by_role("heading")).to_be_focused()
    console.page.keyboard.press("Escape")
    expect(name).to_be_focused()


def test_a_result_without_servers_names_what_needs_attention(console: ConsolePage) -> None:
    console.choose(MODELARTS)
    console.page.get_by_label("Include servers").select_option("none")
    result = console.run()
    expect(result.get_by_role("heading", name="4 servers need attention")).to_be_visible()
    expect(result.locator(".ids li")).to_have_count(4)


def test_what_was_not_read_is_reported(many: Emulator, console: ConsolePage) -> None:
    console.choose(MODELARTS)
    console.page.get_by_text("More options").click()
    console.page.get_by_label("Limit").fill("10")
    expect(console.run()).to_contain_text(
        "The provider reports 250 servers; not all of them were read."
    )


def test_the_result_can_be_saved(console: ConsolePage) -> None:
    shown(console)
    with console.page.expect_download() as download:
        console.press("Download JSON")
    saved: dict[str, Any] = json.loads(download.value.path().read_text("utf-8"))
    assert download.value.suggested_filename == "huawei.modelarts.SyncDevServers.json"
    assert (saved["status"], len(saved["data"]["servers"])) == ("succeeded", 25)


def test_a_result_that_lists_some_of_the_ids_counts_the_others(console: ConsolePage) -> None:
    data = {
        "total": 5_000,
        "by_status": {"ERROR": 5_000},
        "attention": [
            {"id": "server-1", "name": "first", "why": "ERROR"},
            {"id": "server-2", "name": None, "why": "ERROR"},
        ],
        "attention_count": 5_000,
        "complete": True,
        "truncated": False,
        "servers": [],
    }
    console.serve_modules().page.evaluate(SHOWN, json.dumps(data))
    expect(console.page.get_by_role("heading", name="5,000 servers need attention")).to_be_visible()
    assert console.page.locator(".ids li").all_inner_texts() == [
        "first server-1ERROR",
        "server-2ERROR",
    ]
    expect(console.page.get_by_text("… and 4,998 more")).to_be_visible()
