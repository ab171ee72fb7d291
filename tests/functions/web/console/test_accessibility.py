"""Accessibility: keyboard, themes, small screens, large text, screen readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from local.emulator import Emulator, faults
from local.serve import TOKEN
from shared.models.result import STATUSES
from tests.functions.web.console.conftest import Open
from tests.support.console_page import CWP, EDAS, EHPC, MODELARTS, OMS, ConsolePage
from tests.support.prerequisites import skip
from tests.support.repository import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

FOUND = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary}`));
}"""


def at_sign_in(_console: ConsolePage) -> None:
    pass


def at_form(console: ConsolePage) -> None:
    console.sign_in().choose(OMS)
    console.page.get_by_text("More options").click()


def at_faults(console: ConsolePage) -> None:
    console.sign_in().choose(EDAS).press("Run")


def at_plan(console: ConsolePage) -> None:
    console.sign_in().choose(CWP).plan()


def at_question(console: ConsolePage) -> None:
    console.sign_in().choose(CWP).press("Run")
    expect(console.dialog).to_be_visible()


def at_servers(console: ConsolePage) -> None:
    console.sign_in().choose(MODELARTS).run()


def at_server(console: ConsolePage) -> None:
    at_servers(console)
    console.press("devserver-00005")


def at_failure(console: ConsolePage) -> None:
    console.sign_in().choose(EHPC)
    console.page.get_by_label("App ID").fill("ci-none-such")
    console.run()


def at_refusal(console: ConsolePage) -> None:
    console.page.route("**/operations?*", lambda route: route.fulfill(status=500, body="{}"))
    console.page.reload()
    expect(console.page.get_by_text("Could not load the operations")).to_be_visible()


def at_outdated(console: ConsolePage) -> None:
    at_servers(console)
    console.page.get_by_label("Owner").fill("!")
    console.press("Plan")
    expect(console.page.get_by_text("from the previous run")).to_be_visible()


def at_menu(console: ConsolePage) -> None:
    console.sign_in()
    console.page.set_viewport_size({"width": 360, "height": 640})
    console.page.get_by_role("button", name="Operation: ").click()


def at_running(console: ConsolePage) -> None:
    console.sign_in().choose(CWP)
    console.page.route("**/operations/**", lambda _route: None)
    console.press("Plan")
    expect(console.page.get_by_text("Planning…")).to_be_visible()


THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
STATES: list[Callable[[ConsolePage], None]] = [
    at_sign_in,
    at_form,
    at_faults,
    at_plan,
    at_question,
    at_servers,
    at_server,
    at_failure,
    at_refusal,
    at_outdated,
    at_menu,
    at_running,
]


def name_of(state: Any) -> str:
    return str(getattr(state, "__name__", state))


@pytest.mark.parametrize("state", STATES, ids=name_of)
def test_axe_finds_nothing_in_either_theme(
    open_console: Open, state: Callable[[ConsolePage], None]
) -> None:
    if not AXE.exists():
        skip("axe-core")
    # axe is added to the page as an inline script, which only this test allows.
    console = open_console(bypass_csp=True, settings={"CONSOLE_LABEL": "production"})
    state(console)
    console.page.evaluate(AXE.read_text("utf-8"))
    for theme in THEMES:
        console.page.emulate_media(color_scheme=theme)
        assert console.page.evaluate(FOUND) == []


@pytest.mark.parametrize("state", STATES, ids=name_of)
def test_nothing_extends_beyond_the_edge(
    open_console: Open, state: Callable[[ConsolePage], None]
) -> None:
    console = open_console()
    state(console)
    for width in (320, 640, 1280):  # 640 is a screen of 1,280 with letters of 200 %
        console.page.set_viewport_size({"width": width, "height": 640})
        assert (width, console.page.evaluate(WIDER)) == (width, 0)


def test_a_wide_table_scrolls_in_its_box(open_console: Open) -> None:
    console = open_console(viewport={"width": 320, "height": 640})
    at_servers(console)
    box = console.page.get_by_role("group", name="Table of DevServers")
    assert box.evaluate("(box) => box.scrollWidth > box.clientWidth") is True
    box.focus()
    expect(box).to_be_focused()


def tab_to(page: Page, name: str, max_presses: int = 40) -> None:
    """Press Tab until the element of this name has the focus, and check that it shows."""
    for _ in range(max_presses):
        page.keyboard.press("Tab")
        if name in page.evaluate(
            "document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText"
            " || ''"
        ):
            outline = page.evaluate(
                """() => {
                  const shown = document.activeElement.closest(".choice") ?? document.activeElement;
                  const width = (one) => {
                    const { outlineStyle, outlineWidth } = getComputedStyle(one);
                    return outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
                  };
                  return Math.max(width(shown), width(document.activeElement));
                }"""
            )
            assert outline >= 2, f"no ring around {name}"
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def test_everything_is_reached_by_the_keyboard(open_console: Open) -> None:
    console = open_console()
    page = console.page
    expect(console.token_field).to_be_focused()
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=EDAS)).to_be_focused()
    tab_to(page, "ecs")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("slb")).to_be_checked()
    tab_to(page, "More options")
    page.keyboard.press("Enter")
    tab_to(page, "Region")
    page.keyboard.type("cn-shanghai")
    tab_to(page, "Run")
    page.keyboard.press("Enter")
    expect(console.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert console.status == "Succeeded"
    expect(page.get_by_role("heading", name="Result")).to_be_focused()
    tab_to(page, "Download JSON")


def test_enter_in_a_field_plans_and_never_runs(console: ConsolePage, emulator: Emulator) -> None:
    console.choose(OMS)
    console.page.get_by_label("Sync task ID").fill("example-sync-task")
    console.page.keyboard.press("Enter")
    assert (console.result.is_visible(), console.status) == (True, "Planned")
    assert list(emulator.received) == []


def test_the_skip_link_leads_to_the_content(open_console: Open) -> None:
    console = open_console().sign_in().choose(CWP)
    console.page.get_by_role("link", name="Skip to the content").focus()
    console.page.keyboard.press("Enter")
    expect(console.page).to_have_url(f"{console.url}#main")
    expect(console.page.get_by_role("main")).to_be_focused()
    expect(console.page.get_by_role("heading", name=CWP)).to_be_visible()


def test_the_theme_follows_the_system(open_console: Open) -> None:
    grounds = {
        theme: open_console(color_scheme=theme).page.evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for theme in ("light", "dark")
    }
    assert grounds == {"light": "rgb(244, 246, 248)", "dark": "rgb(15, 20, 27)"}


def test_nothing_spins_with_reduced_motion(open_console: Open) -> None:
    for motion, name in (("no-preference", "turn"), ("reduce", "none")):
        console = open_console(reduced_motion=motion)
        at_running(console)
        spinner = console.page.locator(".spinner")
        assert spinner.evaluate("(one) => getComputedStyle(one).animationName") == name


def test_a_focused_heading_has_a_bar_and_no_box(open_console: Open) -> None:
    console = open_console()
    console.token_field.fill(TOKEN)
    console.page.keyboard.press("Enter")
    heading = console.page.get_by_role("heading", name=EDAS)
    expect(heading).to_be_focused()
    shown = heading.evaluate(
        """(one) => {
          const { outlineColor, boxShadow } = getComputedStyle(one);
          return [outlineColor, one.matches(":focus-visible"), boxShadow];
        }"""
    )
    assert shown == [
        "rgba(0, 0, 0, 0)",
        True,
        "rgb(255, 255, 255) -8px 0px 0px 0px, rgb(29, 91, 184) -12px 0px 0px 0px",
    ]


def test_on_a_small_screen_the_menu_is_folded_and_the_header_one_row(open_console: Open) -> None:
    label = {"CONSOLE_LABEL": "production"}
    console = open_console(settings=label, viewport={"width": 360, "height": 640})
    console.token_field.fill(TOKEN)
    console.press("Continue")
    page = console.page
    menu = page.get_by_role("button", name=f"Operation: {EDAS}")
    expect(menu).to_be_visible()
    heights = page.evaluate(
        """() => [".top", "#operations", ".label"].map(
          (one) => document.querySelector(one).getBoundingClientRect().height)"""
    )
    assert heights[0] < 60  # one row
    assert heights[1] < 80
    label_box = page.locator(".label")
    assert label_box.evaluate("(one) => one.scrollWidth - one.clientWidth") == 0
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("link", name=CWP)).not_to_be_visible()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.get_by_role("link", name=CWP).click()
    expect(page.get_by_role("heading", name=CWP)).to_be_focused()
    expect(page.get_by_role("link", name=EDAS)).not_to_be_visible()
    page.get_by_role("button", name=f"Operation: {CWP}").press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=f"Operation: {CWP}")).to_be_focused()
    expect(page.get_by_role("link", name=EDAS)).not_to_be_visible()


def test_an_error_card_keeps_its_parts_apart(open_console: Open) -> None:
    console = open_console()
    at_refusal(console)
    gaps = console.page.locator("#failure").evaluate(
        """(card) => [...card.children].slice(1).map((one, place) =>
          one.getBoundingClientRect().top - card.children[place].getBoundingClientRect().bottom)"""
    )
    assert [gap >= 16 for gap in gaps] == [True, True, True]
    console.errors.clear()


def test_headings_are_in_order(console: ConsolePage) -> None:
    console.choose(MODELARTS).run()
    levels = console.page.evaluate(
        """() => [...document.querySelectorAll("main :is(h1, h2, h3, h4)")]
          .filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"""
    )
    assert levels == [2, 3, 4, 4, 4]


def test_results_are_announced_to_screen_readers(console: ConsolePage, emulator: Emulator) -> None:
    announcements = console.page.locator("#announcements")
    expect(announcements).to_have_attribute("role", "status")
    console.choose(CWP).plan()
    expect(announcements).to_have_text("Planned: Dry run: 4 requests, 1 of which makes a change.")
    emulator.inject_fault("cwp", faults.error("FailedOperation"), times=None)
    console.run()
    expect(announcements).to_contain_text("Failed: SyncMachines failed")


def test_a_status_is_recognized_by_word_and_shape(console: ConsolePage) -> None:
    rows = console.serve_modules().page.evaluate(
        """async (names) => {
          const { statusOf } = await import("./source/statuses.js");
          return names.map((name) => statusOf(name));
        }""",
        [*STATUSES, "brand-new"],
    )
    assert len({one["shape"] for one in rows}) == 9
    assert [one["word"] for one in rows][-1] == "Brand-new"
    assert all(one["meaning"] for one in rows[:-1])
