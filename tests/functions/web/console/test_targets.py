"""Several targets in the console: entered as JSON, shown as a table."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.console_page import CWP, ConsolePage


def enter(console: ConsolePage, targets: str) -> None:
    console.choose(CWP)
    console.page.get_by_text("More options").click()
    console.page.get_by_label("Targets").fill(targets)


def test_the_targets_are_a_table_with_those_that_need_a_person_first(console: ConsolePage) -> None:
    enter(console, '[{"region": "ap-beijing", "sync": false}, {"region": "BAD"}]')
    console.page.get_by_role("button", name="Check status").click()
    table = console.page.get_by_role("table", name="Targets")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Failed")
    expect(rows.nth(0)).to_contain_text("use a region ID")
    expect(rows.nth(1)).to_contain_text("default/ap-beijing")
    expect(rows.nth(1)).to_contain_text("Idle")


def test_what_is_no_json_is_said_at_the_field(console: ConsolePage) -> None:
    enter(console, "set:all-prod")
    console.page.get_by_role("button", name="Check status").click()
    expect(console.page.get_by_text("Enter a JSON list or object.")).to_be_visible()


def test_a_run_is_confirmed_with_the_requests_of_the_first_target(console: ConsolePage) -> None:
    enter(console, '{"regions": ["ap-beijing", "ap-shanghai"]}')
    console.page.get_by_role("button", name="Run", exact=True).click()
    dialog = console.page.get_by_role("dialog")
    expect(dialog).to_contain_text("For 2 targets. The requests for default/ap-beijing:")
    expect(dialog).to_contain_text("writes")
    dialog.get_by_role("button", name="Run it now").click()
    rows = console.page.get_by_role("table", name="Targets").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("default/ap-shanghai")


def test_a_run_that_only_reads_is_not_confirmed(console: ConsolePage) -> None:
    enter(console, '[{"region": "ap-beijing", "sync": false}]')
    console.page.get_by_role("button", name="Run", exact=True).click()
    rows = console.page.get_by_role("table", name="Targets").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.nth(0)).to_contain_text("Idle")
