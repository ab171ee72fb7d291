"""Every operation from its form to its result."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from local.emulator import Emulator
from tests.console.conftest import Open
from tests.console.desk import CWP, EDAS, EHPC, MODELARTS, OMS, Desk

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
    pytest.param(
        "fc", EHPC, ehpc, "Accepted", f"E-HPC accepted the copy of {APP} to cn-shanghai", id="ehpc"
    ),
    pytest.param("scf", CWP, cwp, "Running", "CWP is synchronizing its machine list", id="cwp"),
    pytest.param("functiongraph", OMS, oms, "Succeeded", f"task {TASK} is synchronizing", id="oms"),
    pytest.param("aws-rest", MODELARTS, modelarts, "Succeeded", "4 need attention", id="modelarts"),
]


@pytest.mark.parametrize(("trigger", "title", "give", "status", "sentence"), FLOWS)
def test_an_operation_is_run_and_told_in_words(
    desk_at: Open,
    trigger: str,
    title: str,
    give: Callable[[Page], None],
    status: str,
    sentence: str,
) -> None:
    desk = desk_at(trigger).enter().choose(title)
    give(desk.page)
    result = desk.run()
    assert desk.status == status
    expect(result).to_contain_text(sentence)
    expect(result).to_contain_text("Region:")
    expect(result).to_contain_text("Took")
    expect(desk.page.get_by_role("heading", name="Result")).to_be_focused()


@pytest.mark.parametrize(("trigger", "title", "give", "status", "sentence"), FLOWS)
def test_a_plan_shows_the_requests_and_sends_none(
    desk_at: Open,
    cloud: Emulator,
    trigger: str,
    title: str,
    give: Callable[[Page], None],
    status: str,
    sentence: str,
) -> None:
    desk = desk_at(trigger).enter().choose(title)
    give(desk.page)
    result = desk.plan()
    assert desk.status == "Planned"
    assert status not in result.inner_text()
    assert sentence not in result.inner_text()
    expect(result.get_by_text("writes", exact=True)).to_have_count(1)
    assert list(cloud.received) == []


def test_nothing_is_sent_before_somebody_agrees(desk: Desk, cloud: Emulator) -> None:
    desk.choose(CWP).press("Run")
    expect(desk.dialog).to_contain_text("Makes CWP reload the list of machines.")
    expect(desk.dialog).to_contain_text("Region: ap-guangzhou")
    expect(desk.dialog.get_by_text("writes", exact=True)).to_be_visible()
    expect(desk.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    assert list(cloud.received) == []


@pytest.mark.parametrize("no", ["Cancel", "Escape"])
def test_who_does_not_agree_runs_nothing(desk: Desk, cloud: Emulator, no: str) -> None:
    desk.choose(CWP).press("Run")
    expect(desk.dialog).to_be_visible()
    if no == "Escape":
        desk.page.keyboard.press("Escape")
    else:
        desk.press("Cancel")
    expect(desk.dialog).not_to_be_visible()
    expect(desk.page.get_by_role("button", name="Run", exact=True)).to_be_focused()
    assert list(cloud.received) == []


def test_a_run_that_only_reads_is_not_asked_about(desk: Desk) -> None:
    desk.choose(CWP)
    desk.page.get_by_label("Sync", exact=True).uncheck()
    desk.press("Run")
    assert desk.status == "Idle"


def test_what_is_left_empty_is_not_sent(desk: Desk, cloud: Emulator) -> None:
    desk.choose(EHPC)
    desk.page.get_by_label("App ID").fill(APP)
    desk.run()
    assert [dict(request.query) for request in cloud.received] == [{"AppId": APP}]


def test_more_options_hold_region_and_waiting(desk: Desk) -> None:
    desk.choose(CWP)
    region = desk.page.get_by_label("Region")
    expect(region).not_to_be_visible()
    desk.page.get_by_text("More options").click()
    expect(region).to_be_visible()
    expect(desk.page.get_by_label("Wait seconds")).to_have_attribute("max", "86400")
    region.fill("ap-shanghai")
    expect(desk.plan()).to_contain_text("Region: ap-shanghai")


def test_waiting_is_not_offered_where_it_means_nothing(desk: Desk) -> None:
    desk.choose(EDAS)
    assert desk.page.get_by_label("Wait seconds").count() == 0


def test_storage_keys_and_vendor_spellings_are_never_offered(desk: Desk) -> None:
    desk.choose(OMS)
    desk.page.get_by_text("More options").click()
    labels = desk.page.locator("label:visible").all_inner_texts()
    assert labels[0].split() == ["Sync", "task", "ID", "required"]
    unwanted = ("ak", "sk", "authentication", "dry run", "trigger", "on failure")
    assert [label for label in labels if label.lower().split(" ")[-1] in unwanted] == []
    desk.choose(EHPC)
    assert desk.page.get_by_label("AppId").count() == 0


def test_every_fault_is_shown_at_its_field_at_once(desk: Desk, cloud: Emulator) -> None:
    desk.choose(MODELARTS)
    desk.page.get_by_text("More options").click()
    desk.page.get_by_label("Limit").fill("5000")
    desk.page.get_by_label("Region").fill("nowhere!")
    desk.page.get_by_text("More options").click()
    desk.press("Plan")
    expect(desk.page.get_by_text("Fix 2 fields.")).to_be_visible()
    limit, region = desk.page.get_by_label("Limit"), desk.page.get_by_label("Region")
    expect(limit).to_have_attribute("aria-invalid", "true")
    expect(limit).to_be_focused()
    expect(region).to_have_attribute("aria-invalid", "true")
    limit.fill("5")
    region.fill("")
    desk.plan()
    assert desk.status == "Planned"
    assert desk.page.locator("[aria-invalid]").count() == 0
    assert list(cloud.received) == []


def test_a_required_choice_must_be_made(desk: Desk) -> None:
    desk.choose(EDAS).press("Run")
    expect(desk.page.get_by_text("Required: choose one.")).to_be_visible()
    expect(desk.page.get_by_label("ecs")).to_be_focused()
    assert [one.inner_text() for one in desk.page.locator(".fault:visible").all()] == [
        "Required: choose one."
    ]


def test_a_fault_that_only_the_function_sees_is_shown_at_its_field(desk: Desk) -> None:
    desk.choose(EDAS)
    desk.page.get_by_label("slb").check()
    desk.page.get_by_label("Resource IDs").fill("i-exampleinstance1")
    desk.press("Run")
    assert desk.status == "Failed"
    expect(desk.page.get_by_text("Requires type ecs", exact=True)).to_be_visible()
    expect(desk.page.get_by_label("Resource IDs")).to_have_attribute("aria-invalid", "true")


def test_a_form_keeps_what_was_given_while_another_one_is_shown(desk: Desk) -> None:
    desk.choose(EHPC)
    desk.page.get_by_label("App ID").fill(APP)
    desk.choose(CWP).choose(EHPC)
    expect(desk.page.get_by_label("App ID")).to_have_value(APP)


def test_an_operation_has_an_address_of_its_own(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}#/tencent.cwp.SyncMachines")
    expect(desk.page.get_by_role("heading", name=CWP)).to_be_focused()
    expect(desk.page.get_by_role("link", name=CWP)).to_have_attribute("aria-current", "page")
    assert desk.page.title() == f"{CWP} | Cloud sync console"


def test_choosing_an_operation_sends_no_request(desk: Desk) -> None:
    sent: list[str] = []
    desk.page.on("request", lambda request: sent.append(request.url))
    for title in (EHPC, CWP, OMS, MODELARTS, EDAS):
        desk.choose(title)
    assert sent == []


def test_an_id_of_the_result_can_be_copied(desk: Desk) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    result = desk.choose(CWP).run()
    shown = result.locator(".id code").first.inner_text()
    result.get_by_role("button", name=f"Copy the ID {shown}").click()
    expect(result.get_by_text("Copied")).to_be_visible()
    assert desk.page.evaluate("navigator.clipboard.readText()") == shown


@pytest.mark.parametrize("app", ["ci-example-app", "task", "e"])
def test_an_id_at_the_start_of_a_sentence_is_not_changed(
    desk: Desk, cloud: Emulator, app: str
) -> None:
    cloud.alibaba.apps[app] = {"cn-hangzhou", "cn-shanghai"}
    desk.choose(EHPC)
    desk.page.get_by_label("App ID").fill(app)
    desk.page.get_by_label("Target region IDs").fill("cn-shanghai")
    result = desk.run()
    expect(result.locator(".sentence")).to_have_text(f"{app} is already in cn-shanghai")
    style = result.locator(".sentence").evaluate("(one) => getComputedStyle(one).textTransform")
    assert style == "none"


def test_an_id_that_is_a_key_is_not_changed(desk: Desk) -> None:
    terms = desk.source().page.evaluate(
        """async () => {
          const { factsOf } = await import("./source/facts.js");
          const node = factsOf({ target_region_ids: ["b"], regions: { abc: "accepted" } });
          return [...node.querySelectorAll("dt")].map((one) => one.textContent);
        }"""
    )
    assert terms == ["Target region IDs", "Regions", "abc"]


def test_the_listed_tasks_and_regions_are_offered(desk_at: Open) -> None:
    tasks = {"task-north": {"region": "cn-north-4"}, "task-east": {"region": "cn-east-3"}}
    desk = desk_at(settings={"OMS_TASKS": json.dumps(tasks)}).enter().choose(OMS)
    desk.page.get_by_text("More options").click()
    offered = {
        label: desk.page.get_by_label(label).evaluate(
            "(one) => [...one.list.options].map((option) => option.value)"
        )
        for label in ("Sync task ID", "Region")
    }
    assert offered == {
        "Sync task ID": ["task-north", "task-east"],
        "Region": ["cn-north-4", "cn-east-3", "cn-southwest-2"],
    }


def test_what_a_form_does_not_allow_is_said(desk: Desk) -> None:
    desk.choose(OMS)
    desk.page.get_by_label("Sync task ID").fill("a b")
    desk.press("Plan")
    expect(desk.page.get_by_text("Use only letters and digits and: . _ -")).to_be_visible()
    desk.page.get_by_label("Sync task ID").fill("-")
    desk.press("Plan")
    expect(desk.page.get_by_text("Not in the expected form.")).to_be_visible()


def test_a_changed_form_marks_the_result_as_the_previous_one(desk: Desk) -> None:
    desk.choose(CWP).run()
    note = desk.page.get_by_text("from the previous run")
    expect(note).not_to_be_visible()
    desk.page.get_by_label("Sync", exact=True).uncheck()
    expect(note).to_be_visible()
    expect(desk.result).to_have_css("filter", "grayscale(1)")
    desk.plan()
    expect(note).not_to_be_visible()
    expect(desk.result).to_have_css("filter", "none")


def test_a_refused_form_marks_the_result_as_the_previous_one(desk: Desk) -> None:
    desk.choose(EHPC)
    app = desk.page.get_by_label("App ID")
    app.fill(APP)
    desk.plan()
    app.evaluate("(one) => { one.value = ''; }")
    desk.press("Run")
    expect(desk.page.get_by_text("from the previous plan")).to_be_visible()


def test_who_does_not_agree_still_sees_the_previous_result(desk: Desk) -> None:
    desk.choose(CWP).plan()
    desk.press("Run")
    desk.dialog.get_by_role("button", name="Cancel").click()
    expect(desk.page.get_by_text("from the previous plan")).to_be_visible()
    assert desk.status == "Planned"


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        (CWP, "CWP: no sync in progress."),
        (OMS, f"task {TASK} is STOPPED"),
        (MODELARTS, "25 DevServers in cn-north-4"),
    ],
)
def test_a_status_is_checked_without_a_question_and_changes_nothing(
    desk: Desk, cloud: Emulator, title: str, sentence: str
) -> None:
    desk.choose(title)
    if title == OMS:
        oms(desk.page)
    expect(desk.check().locator(".sentence")).to_have_text(sentence)
    assert desk.status == ("Idle" if title == CWP else "Succeeded")
    assert cloud.tencent.started == 0
    assert {request.method for request in cloud.received} <= {"GET", "POST"}
    expect(desk.page.get_by_role("heading", name="Result")).to_be_focused()


@pytest.mark.parametrize("title", [EDAS, EHPC])
def test_without_a_status_there_is_no_button_for_it(desk: Desk, title: str) -> None:
    desk.choose(title)
    assert desk.page.get_by_role("button", name="Check status").count() == 0
