"""Every operation from its form to its result."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from local.emulator import Emulator
from tests.functions.web.console.conftest import Open
from tests.support.console_page import CWP, EDAS, EHPC, MODELARTS, OMS, ConsolePage

APP = "ci-example-app"
TASK = "example-sync-task"


def edas(page: Page) -> None:
    page.get_by_label("ecs").check()
    page.get_by_label("Resource IDs").fill("i-exampleinstance1, i-exampleinstance2")


def ehpc(page: Page) -> None:
    page.get_by_label("App ID").fill(APP)
    page.get_by_label("Target region IDs").fill("cn-shanghai")


def cwp(_page: Page) -> None:
    pass


def oms(page: Page) -> None:
    page.get_by_label("Sync task ID").fill(TASK)


def modelarts(page: Page) -> None:
    page.get_by_label("Include servers").select_option("attention")


FLOWS = [
    pytest.param(
        "aws-url", EDAS, edas, "Succeeded", "EDAS synchronized 2 ECS instances", id="edas"
    ),
    pytest.param("fc", EHPC, ehpc, "Running", f"E-HPC is copying {APP} to cn-shanghai", id="ehpc"),
    pytest.param("scf", CWP, cwp, "Running", "CWP is synchronizing its machine list", id="cwp"),
    pytest.param("functiongraph", OMS, oms, "Succeeded", f"task {TASK} is synchronizing", id="oms"),
    pytest.param("aws-rest", MODELARTS, modelarts, "Succeeded", "4 need attention", id="modelarts"),
]


@pytest.mark.parametrize(("trigger", "title", "fill_in", "status", "sentence"), FLOWS)
def test_an_operation_is_run_and_described_in_words(
    open_console: Open,
    trigger: str,
    title: str,
    fill_in: Callable[[Page], None],
    status: str,
    sentence: str,
) -> None:
    console = open_console(trigger).sign_in().choose(title)
    fill_in(console.page)
    result = console.run()
    assert console.status == status
    expect(result).to_contain_text(sentence)
    expect(result).to_contain_text("Region:")
    expect(result).to_contain_text("Took")
    expect(console.page.get_by_role("heading", name="Result")).to_be_focused()


@pytest.mark.parametrize(("trigger", "title", "fill_in", "status", "sentence"), FLOWS)
def test_a_plan_shows_the_requests_and_sends_none(
    open_console: Open,
    emulator: Emulator,
    trigger: str,
    title: str,
    fill_in: Callable[[Page], None],
    status: str,
    sentence: str,
) -> None:
    console = open_console(trigger).sign_in().choose(title)
    fill_in(console.page)
    result = console.plan()
    assert console.status == "Planned"
    assert status not in result.inner_text()
    assert sentence not in result.inner_text()
    expect(result.get_by_text("writes", exact=True)).to_have_count(1)
    assert list(emulator.received) == []


def test_nothing_is_sent_before_the_confirmation(console: ConsolePage, emulator: Emulator) -> None:
    console.choose(CWP).press("Run")
    expect(console.dialog).to_contain_text("Makes CWP reload the list of machines.")
    expect(console.dialog).to_contain_text("Region: ap-guangzhou")
    expect(console.dialog.get_by_text("writes", exact=True)).to_be_visible()
    expect(console.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    assert list(emulator.received) == []


@pytest.mark.parametrize("no", ["Cancel", "Escape"])
def test_declining_the_confirmation_runs_nothing(
    console: ConsolePage, emulator: Emulator, no: str
) -> None:
    console.choose(CWP).press("Run")
    expect(console.dialog).to_be_visible()
    if no == "Escape":
        console.page.keyboard.press("Escape")
    else:
        console.press("Cancel")
    expect(console.dialog).not_to_be_visible()
    expect(console.page.get_by_role("button", name="Run", exact=True)).to_be_focused()
    assert list(emulator.received) == []


def test_a_run_that_only_reads_needs_no_confirmation(console: ConsolePage) -> None:
    console.choose(CWP)
    console.page.get_by_label("Sync", exact=True).uncheck()
    console.press("Run")
    assert console.status == "Idle"


def test_what_is_left_empty_is_not_sent(console: ConsolePage, emulator: Emulator) -> None:
    console.choose(EHPC)
    console.page.get_by_label("App ID").fill(APP)
    console.run()
    (sent,) = [each for each in emulator.received if each.action == "SynchronizeApp"]
    assert dict(sent.query) == {"AppId": APP}


def test_more_options_hold_region_and_waiting(console: ConsolePage) -> None:
    console.choose(CWP)
    region = console.page.get_by_label("Region")
    expect(region).not_to_be_visible()
    console.page.get_by_text("More options").click()
    expect(region).to_be_visible()
    expect(console.page.get_by_label("Wait seconds")).to_have_attribute("max", "86400")
    region.fill("ap-shanghai")
    expect(console.plan()).to_contain_text("Region: ap-shanghai")


def test_waiting_is_not_offered_where_it_means_nothing(console: ConsolePage) -> None:
    console.choose(EDAS)
    assert console.page.get_by_label("Wait seconds").count() == 0


def test_storage_keys_and_vendor_spellings_are_never_offered(console: ConsolePage) -> None:
    console.choose(OMS)
    console.page.get_by_text("More options").click()
    labels = console.page.locator("label:visible").all_inner_texts()
    assert labels[0].split() == ["Sync", "task", "ID", "required"]
    unwanted = ("ak", "sk", "authentication", "dry run", "trigger", "on failure")
    assert [label for label in labels if label.lower().split(" ")[-1] in unwanted] == []
    console.choose(EHPC)
    assert console.page.get_by_label("AppId").count() == 0


def test_every_fault_is_shown_at_its_field_at_once(
    console: ConsolePage, emulator: Emulator
) -> None:
    console.choose(MODELARTS)
    console.page.get_by_text("More options").click()
    console.page.get_by_label("Limit").fill("5000")
    console.page.get_by_label("Region").fill("nowhere!")
    console.page.get_by_text("More options").click()
    console.press("Plan")
    expect(console.page.get_by_text("Fix 2 fields.")).to_be_visible()
    limit, region = console.page.get_by_label("Limit"), console.page.get_by_label("Region")
    expect(limit).to_have_attribute("aria-invalid", "true")
    expect(limit).to_be_focused()
    expect(region).to_have_attribute("aria-invalid", "true")
    limit.fill("5")
    region.fill("")
    console.plan()
    assert console.status == "Planned"
    assert console.page.locator("[aria-invalid]").count() == 0
    assert list(emulator.received) == []


def test_a_required_choice_must_be_made(console: ConsolePage) -> None:
    console.choose(EDAS).press("Run")
    expect(console.page.get_by_text("Required: choose one.")).to_be_visible()
    expect(console.page.get_by_label("ecs")).to_be_focused()
    assert [one.inner_text() for one in console.page.locator(".fault:visible").all()] == [
        "Required: choose one."
    ]


def test_an_error_that_only_the_function_finds_is_shown_at_its_field(console: ConsolePage) -> None:
    console.choose(EDAS)
    console.page.get_by_label("slb").check()
    console.page.get_by_label("Resource IDs").fill("i-exampleinstance1")
    console.press("Run")
    assert console.status == "Failed"
    expect(console.page.get_by_text("Requires type ecs", exact=True)).to_be_visible()
    expect(console.page.get_by_label("Resource IDs")).to_have_attribute("aria-invalid", "true")


def test_a_form_keeps_what_was_given_while_another_one_is_shown(console: ConsolePage) -> None:
    console.choose(EHPC)
    console.page.get_by_label("App ID").fill(APP)
    console.choose(CWP).choose(EHPC)
    expect(console.page.get_by_label("App ID")).to_have_value(APP)


def test_an_operation_has_an_address_of_its_own(console: ConsolePage) -> None:
    console.page.goto(f"{console.url}#/tencent.cwp.SyncMachines")
    expect(console.page.get_by_role("heading", name=CWP)).to_be_focused()
    expect(console.page.get_by_role("link", name=CWP)).to_have_attribute("aria-current", "page")
    assert console.page.title() == f"{CWP} | Cloud sync console"


def test_choosing_an_operation_sends_no_request(console: ConsolePage) -> None:
    sent: list[str] = []
    console.page.on("request", lambda request: sent.append(request.url))
    for title in (EHPC, CWP, OMS, MODELARTS, EDAS):
        console.choose(title)
    assert sent == []


def test_an_id_of_the_result_can_be_copied(console: ConsolePage) -> None:
    console.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    result = console.choose(CWP).run()
    shown = result.locator(".id code").first.inner_text()
    result.get_by_role("button", name=f"Copy the ID {shown}").click()
    expect(result.get_by_text("Copied")).to_be_visible()
    assert console.page.evaluate("navigator.clipboard.readText()") == shown


@pytest.mark.parametrize("app", ["ci-example-app", "task", "e"])
def test_an_id_at_the_start_of_a_sentence_is_not_changed(
    console: ConsolePage, emulator: Emulator, app: str
) -> None:
    emulator.alibaba.apps[app] = {"cn-hangzhou", "cn-shanghai"}
    console.choose(EHPC)
    console.page.get_by_label("App ID").fill(app)
    console.page.get_by_label("Target region IDs").fill("cn-shanghai")
    result = console.run()
    expect(result.locator(".sentence")).to_have_text(f"{app} is already in cn-shanghai")
    style = result.locator(".sentence").evaluate("(one) => getComputedStyle(one).textTransform")
    assert style == "none"


def test_an_id_that_is_a_key_is_not_changed(console: ConsolePage) -> None:
    terms = console.serve_modules().page.evaluate(
        """async () => {
          const { factsOf } = await import("./source/facts.js");
          const node = factsOf({ target_region_ids: ["b"], regions: { abc: "accepted" } });
          return [...node.querySelectorAll("dt")].map((one) => one.textContent);
        }"""
    )
    assert terms == ["Target region IDs", "Regions", "abc"]


def test_the_listed_tasks_and_regions_are_offered(open_console: Open) -> None:
    tasks = {"task-north": {"region": "cn-north-4"}, "task-east": {"region": "cn-east-3"}}
    console = open_console(settings={"OMS_TASKS": json.dumps(tasks)}).sign_in().choose(OMS)
    console.page.get_by_text("More options").click()
    offered = {
        label: console.page.get_by_label(label).evaluate(
            "(one) => [...one.list.options].map((option) => option.value)"
        )
        for label in ("Sync task ID", "Region")
    }
    assert offered == {
        "Sync task ID": ["task-north", "task-east"],
        "Region": ["cn-north-4", "cn-east-3", "cn-southwest-2"],
    }


def test_the_accounts_are_offered_where_there_are_several(
    open_console: Open, tmp_path: Path
) -> None:
    console = open_console().sign_in().choose(CWP)
    console.page.get_by_text("More options").click()
    expect(console.page.get_by_label("Region")).to_be_visible()
    assert console.page.get_by_label("Account").count() == 0

    file = tmp_path / "accounts.json"
    accounts = {"prod-1": {"provider": "tencent", "settings_prefix": "PROD1"}}
    file.write_text(json.dumps({"accounts": accounts}), encoding="utf-8")
    console = open_console(settings={"ACCOUNTS_FILE": str(file)}).sign_in().choose(CWP)
    console.page.get_by_text("More options").click()
    field = console.page.get_by_label("Account")
    offered = field.evaluate("(one) => [...one.list.options].map((option) => option.value)")
    assert offered == ["default", "prod-1"]
    field.fill("prod-1")
    expect(console.check().locator(".sentence")).to_have_text("CWP: no sync in progress.")
    expect(console.result).to_contain_text("prod-1")


def test_invalid_values_of_a_form_are_explained(console: ConsolePage) -> None:
    console.choose(OMS)
    console.page.get_by_label("Sync task ID").fill("a b")
    console.press("Plan")
    expect(console.page.get_by_text("Use only letters and digits and: . _ -")).to_be_visible()
    console.page.get_by_label("Sync task ID").fill("-")
    console.press("Plan")
    expect(console.page.get_by_text("Not in the expected format.")).to_be_visible()


def test_a_changed_form_marks_the_result_as_the_previous_one(console: ConsolePage) -> None:
    console.choose(CWP).run()
    note = console.page.get_by_text("from the previous run")
    expect(note).not_to_be_visible()
    console.page.get_by_label("Sync", exact=True).uncheck()
    expect(note).to_be_visible()
    expect(console.result).to_have_css("filter", "grayscale(1)")
    console.plan()
    expect(note).not_to_be_visible()
    expect(console.result).to_have_css("filter", "none")


def test_a_refused_form_marks_the_result_as_the_previous_one(console: ConsolePage) -> None:
    console.choose(EHPC)
    app = console.page.get_by_label("App ID")
    app.fill(APP)
    console.plan()
    app.evaluate("(one) => { one.value = ''; }")
    console.press("Run")
    expect(console.page.get_by_text("from the previous plan")).to_be_visible()


def test_declining_the_confirmation_keeps_the_previous_result(console: ConsolePage) -> None:
    console.choose(CWP).plan()
    console.press("Run")
    console.dialog.get_by_role("button", name="Cancel").click()
    expect(console.page.get_by_text("from the previous plan")).to_be_visible()
    assert console.status == "Planned"


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        (CWP, "CWP: no sync in progress."),
        (OMS, f"task {TASK} is STOPPED"),
        (MODELARTS, "25 DevServers in cn-north-4"),
    ],
)
def test_a_status_is_checked_without_a_question_and_changes_nothing(
    console: ConsolePage, emulator: Emulator, title: str, sentence: str
) -> None:
    console.choose(title)
    if title == OMS:
        oms(console.page)
    expect(console.check().locator(".sentence")).to_have_text(sentence)
    assert console.status == ("Idle" if title == CWP else "Succeeded")
    assert emulator.tencent.machines.started == 0
    assert {request.method for request in emulator.received} <= {"GET", "POST"}
    expect(console.page.get_by_role("heading", name="Result")).to_be_focused()


def test_without_a_status_there_is_no_button_for_it(console: ConsolePage) -> None:
    console.choose(EDAS)
    assert console.page.get_by_role("button", name="Check status").count() == 0
