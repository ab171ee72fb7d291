"""``run --live``, with the emulator in place of the clouds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.emulator import Emulator, faults
from local.emulator.huawei import DOMAIN, DOMAIN_NAME, TASK
from local.fake_chats import FakeChats
from tests.support.command import CommandRun, event_file, run

CWP = "tencent.cwp.SyncMachines"
EDAS = "alibaba.edas.SynchronizeResource"
EHPC = "alibaba.ehpc.SynchronizeApp"
OMS = "huawei.oms.StartSyncTask"
CWP_ASSETS = "tencent.cwp.SyncAssetScan"
OMS_STOP = "huawei.oms.StopSyncTask"
OMS_EVENTS = "huawei.oms.CreateSyncEvents"
MODELARTS = "huawei.modelarts.SyncDevServers"


def live(folder: Path, emulator: Emulator, *arguments: str | Path, **more: Any) -> CommandRun:
    environ = {**emulator.environment(), **more.pop("environ", {})}
    return run(folder, "--live", *arguments, environ=environ, **more)


def run_live(
    folder: Path, emulator: Emulator, operation: str, event: object, *rest: str, **more: Any
) -> CommandRun:
    return live(
        folder,
        emulator,
        "--operation",
        operation,
        "--event",
        event_file(folder, event),
        *rest,
        **more,
    )


def without(emulator: Emulator, *prefixes: str) -> dict[str, str]:
    return {name: "" for name in emulator.environment() if name.startswith(prefixes)}


def test_what_changes_something_is_not_run_without_a_terminal_for_the_confirmation(
    tmp_path: Path, emulator: Emulator
) -> None:
    ran = run_live(tmp_path, emulator, CWP, {"sync": True})
    assert ran.code == 3
    assert "--yes" in ran.errors
    assert list(emulator.received.of("cwp")) == []


def test_what_only_reads_is_run_without_a_question(tmp_path: Path, emulator: Emulator) -> None:
    ran = run_live(tmp_path, emulator, CWP, {"sync": False})
    assert (ran.code, ran.results[0]["status"]) == (0, "idle")
    assert "[y/N]" not in ran.errors


def test_a_yes_runs_the_operation(tmp_path: Path, emulator: Emulator) -> None:
    ran = run_live(tmp_path, emulator, EDAS, {"type": "all"}, typed_answers="y\n", terminal=True)
    assert (ran.code, ran.results[0]["status"]) == (0, "succeeded")
    assert "makes EDAS reload the account's resources for its ECS clusters. [y/N]" in ran.errors


@pytest.mark.parametrize("typed", ["n\n", "\n", "", "perhaps\n"])
def test_anything_but_a_yes_is_a_no_and_not_a_failure(
    tmp_path: Path, emulator: Emulator, typed: str
) -> None:
    ran = run_live(tmp_path, emulator, EDAS, {"type": "all"}, typed_answers=typed, terminal=True)
    assert (ran.code, ran.results) == (0, [])
    assert list(emulator.received.of("edas")) == []
    assert ran.errors.endswith(
        f"Not run:\n  {EDAS}: \x1b[33mdeclined\x1b[0m: you did not answer yes\n\nNothing was run.\n"
    )
    assert ran.not_run == [
        {"operation": EDAS, "status": "declined", "reason": "you did not answer yes", "hint": ""}
    ]


def test_without_a_visible_prompt_nothing_is_asked(tmp_path: Path, emulator: Emulator) -> None:
    ran = run_live(tmp_path, emulator, EDAS, {"type": "all"}, typed_answers="y\n", terminal=False)
    assert (ran.code, ran.results) == (3, [])


def test_each_operation_is_confirmed_separately(tmp_path: Path, emulator: Emulator) -> None:
    event = event_file(tmp_path, {EDAS: {"type": "all"}, MODELARTS: {}})
    ran = live(tmp_path, emulator, "--event", event, typed_answers="n\ny\n", terminal=True)
    assert [result["operation"] for result in ran.results] == [MODELARTS]


def test_the_yes_option_runs_all_without_a_question(tmp_path: Path, emulator: Emulator) -> None:
    event = event_file(
        tmp_path,
        {
            EDAS: {"type": "all"},
            EHPC: {"app_id": "ci-vm-exampleapp01", "target_region_ids": "all"},
            CWP: {},
            OMS: {"sync_task_id": TASK},
            MODELARTS: {},
        },
    )
    ran = live(tmp_path, emulator, "--event", event, "--yes")
    assert ran.code == 0
    assert [result["operation"] for result in ran.results] == [EDAS, EHPC, CWP, OMS, MODELARTS]


def test_a_live_run_lists_its_calls_and_identity_beforehand(
    tmp_path: Path, emulator: Emulator
) -> None:
    ran = run_live(tmp_path, emulator, OMS, {"sync_task_id": TASK})
    url = f"{emulator.url('oms')}/v2/{{project_id}}/sync-tasks/{TASK}"
    assert f"reads   GET {url}?query_time=" in ran.errors
    assert f"writes  POST {url}/start" in ran.errors
    assert "makes a change: it starts the task" in ran.errors
    assert (
        f"huawei: account {DOMAIN} ({DOMAIN_NAME})\n"
        "    environment HUAWEICLOUD_SDK_AK, key ****leid\n"
    ) in ran.errors


@pytest.mark.parametrize(
    ("operation", "event", "shown"),
    [
        (EDAS, {"type": "all"}, "alibaba: account 1000000000000001 (RAMUser user/example-user)"),
        (CWP, {"sync": False}, "tencent: account 100000000001 (CAMUser 100000000002)"),
    ],
)
def test_a_live_run_names_the_account(
    tmp_path: Path, emulator: Emulator, operation: str, event: object, shown: str
) -> None:
    assert shown in run_live(tmp_path, emulator, operation, event).errors


def test_an_account_that_cannot_be_read_is_reported_and_the_run_goes_on(
    tmp_path: Path, emulator: Emulator
) -> None:
    fault = faults.error("InternalError", status=500)
    emulator.inject_fault("tencent-sts", fault, times=None)
    ran = run_live(tmp_path, emulator, CWP, {"sync": False})
    assert (ran.code, ran.results[0]["status"]) == (0, "idle")
    assert "tencent: account not known" in ran.errors


def test_requests_to_one_url_are_distinguished_by_action_and_body(
    tmp_path: Path, emulator: Emulator
) -> None:
    output = run_live(tmp_path, emulator, CWP, {"sync": True}).errors
    url = emulator.url("cwp")
    assert output.count(f'    reads   POST {url}/  SyncMachines {{"Sync": false}}\n') == 2
    assert output.count(f'    writes  POST {url}/  SyncMachines {{"Sync": true}}\n') == 1


def test_secrets_in_a_shown_body_are_masked(tmp_path: Path, emulator: Emulator) -> None:
    output = run_live(tmp_path, emulator, OMS, {"sync_task_id": TASK}).errors
    masked = '"src_ak": "***", "src_sk": "***", "dst_ak": "***", "dst_sk": "***"'
    assert f"StartSyncTask {{{masked}}}" in " ".join(output.split())


def test_before_the_question_only_the_account_is_read(tmp_path: Path, emulator: Emulator) -> None:
    run_live(tmp_path, emulator, OMS, {"sync_task_id": TASK}, typed_answers="n\n", terminal=True)
    assert [(each.service, each.action) for each in emulator.received] == [
        ("iam", "KeystoneListAuthDomains")
    ]


def test_without_credentials_it_says_where_it_searched_and_runs_nothing(
    tmp_path: Path, emulator: Emulator
) -> None:
    environ = dict.fromkeys(emulator.environment(), "")
    ran = live(tmp_path, emulator, "--yes", environ=environ)
    assert (ran.code, ran.results) == (3, [])
    assert ran.errors.endswith("\nNothing was run.\n")
    for place in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "TENCENTCLOUD_SECRET_ID", "HUAWEICLOUD_SDK_AK"):
        assert place in ran.errors
    assert len(emulator.received) == 0


def test_a_provider_without_credentials_is_skipped_and_the_others_run(
    tmp_path: Path, emulator: Emulator
) -> None:
    event = event_file(tmp_path, {EDAS: {"type": "all"}, CWP: {"sync": False}})
    environ = without(emulator, "ALIBABA_CLOUD_ACCESS")
    ran = live(tmp_path, emulator, "--event", event, "--yes", environ=environ)
    assert [result["operation"] for result in ran.results] == [CWP]
    assert f"{EDAS}: skipped: no credentials for alibaba" in ran.errors
    after_the_table = ran.errors.partition("\nResults: ")[2]
    assert (
        f"\n\nNot run:\n  {EDAS}: skipped: no credentials for alibaba\n\n1 of 2 operations ran.\n"
    ) in after_the_table
    reason = "no credentials for alibaba"
    assert ran.not_run == [{"operation": EDAS, "status": "skipped", "reason": reason, "hint": ""}]


def test_skipping_a_requested_operation_is_not_a_success(
    tmp_path: Path, emulator: Emulator
) -> None:
    environ = without(emulator, "ALIBABA_CLOUD_ACCESS")
    event = event_file(tmp_path, {EDAS: {"type": "all"}, CWP: {"sync": False}})
    assert live(tmp_path, emulator, "--event", event, "--yes", environ=environ).code == 3


def test_a_failed_run_counts_before_a_skipped_one(tmp_path: Path, emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.error("FailedOperation"))
    environ = without(emulator, "ALIBABA_CLOUD_ACCESS")
    event = event_file(tmp_path, {EDAS: {"type": "all"}, CWP: {"sync": False}})
    assert live(tmp_path, emulator, "--event", event, "--yes", environ=environ).code == 1


def test_incomplete_credentials_are_reported_and_never_skipped(
    tmp_path: Path, emulator: Emulator
) -> None:
    environ = {"TENCENTCLOUD_SECRET_KEY": ""}
    ran = live(tmp_path, emulator, "--yes", environ=environ)
    assert ran.code == 3
    assert "TENCENTCLOUD_SECRET_KEY is missing" in ran.errors
    assert MODELARTS in [result["operation"] for result in ran.results]


def test_missing_parameters_are_listed_with_how_to_give_them(
    tmp_path: Path, emulator: Emulator
) -> None:
    ran = live(tmp_path, emulator, "--operation", EHPC, "--yes")
    assert ran.code == 3
    assert f"{EHPC}: skipped: app_id: is required" in ran.errors
    assert f"--operation {EHPC} --event FILE" in " ".join(ran.errors.split())


def test_placeholder_values_of_a_sample_are_never_sent(tmp_path: Path, emulator: Emulator) -> None:
    ran = live(tmp_path, emulator, "--yes")
    assert {result["operation"] for result in ran.results} == {CWP, CWP_ASSETS, MODELARTS}
    assert {request.service for request in emulator.received} == {
        "alibaba-sts",
        "cwp",
        "iam",
        "modelarts",
        "tencent-sts",
    }


def test_operations_that_could_not_run_make_the_exit_code_three(
    tmp_path: Path, emulator: Emulator
) -> None:
    ran = live(tmp_path, emulator, "--yes")
    assert ran.code == 3
    assert [each["operation"] for each in ran.not_run] == [EDAS, EHPC, OMS, OMS_STOP, OMS_EVENTS]
    assert "3 of 8 operations ran." in ran.errors


def test_default_parameters_apply_to_a_live_run(tmp_path: Path, emulator: Emulator) -> None:
    defaults = json.dumps({OMS: {"sync_task_id": TASK}})
    ran = live(
        tmp_path, emulator, "--operation", OMS, "--yes", environ={"DEFAULT_PARAMETERS": defaults}
    )
    assert (ran.code, ran.results[0]["status"]) == (0, "succeeded")


def test_a_named_account_is_shown_and_needs_no_keys_of_the_function(
    tmp_path: Path, emulator: Emulator
) -> None:
    file = tmp_path / "accounts.json"
    accounts = {"prod-1": {"provider": "tencent", "settings_prefix": "PROD1"}}
    file.write_text(json.dumps({"accounts": accounts}), encoding="utf-8")
    names = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY")
    keys = {f"PROD1_{name}": emulator.environment()[name] for name in names}
    environ = without(emulator, "TENCENTCLOUD_SECRET") | keys | {"ACCOUNTS_FILE": str(file)}

    event = {"sync": False, "account": "prod-1"}
    ran = run_live(tmp_path, emulator, CWP, event, environ=environ)

    assert (ran.code, ran.results[0]["account"]) == (0, "prod-1")
    assert f"{CWP} (parameters: the event file, account prod-1)" in ran.errors


def test_a_samples_region_does_not_override_the_users(tmp_path: Path, emulator: Emulator) -> None:
    environ = {"TENCENTCLOUD_REGION": "ap-shanghai"}
    ran = live(tmp_path, emulator, "--operation", CWP, "--yes", environ=environ)
    assert ran.results[0]["region"] == "ap-shanghai"


def test_missing_storage_keys_are_found_before_the_question(
    tmp_path: Path, emulator: Emulator
) -> None:
    ran = run_live(
        tmp_path,
        emulator,
        OMS,
        {"sync_task_id": TASK},
        environ={"OMS_DST_SK": ""},
        typed_answers="y\n",
        terminal=True,
    )
    assert ran.code == 3
    assert "OMS_DST_SK" in ran.errors
    assert "[y/N]" not in ran.errors


def test_a_listed_tasks_own_storage_keys_are_required(tmp_path: Path, emulator: Emulator) -> None:
    environ = {
        **without(emulator, "OMS_SRC", "OMS_DST"),
        "OMS_TASKS": f'{{"{TASK}": {{"keys": "MY"}}}}',
    }
    environ |= {"MY_SRC_AK": "exampleAk", "MY_SRC_SK": "exampleSk", "MY_DST_AK": "exampleAk"}
    lacking = run_live(tmp_path, emulator, OMS, {"sync_task_id": TASK}, "--yes", environ=environ)
    assert "MY_DST_SK" in lacking.errors
    environ["MY_DST_SK"] = "exampleSk"
    assert (
        run_live(tmp_path, emulator, OMS, {"sync_task_id": TASK}, "--yes", environ=environ).code
        == 0
    )


def test_a_wrong_parameter_is_found_before_anything_is_sent(
    tmp_path: Path, emulator: Emulator
) -> None:
    ran = run_live(tmp_path, emulator, EDAS, {"type": "everything"}, "--yes")
    assert ran.code == 3
    assert f"{EDAS}: skipped: type:" in ran.errors
    assert list(emulator.received.of("edas")) == []


def test_a_dry_run_needs_no_confirmation(tmp_path: Path, emulator: Emulator) -> None:
    ran = run_live(tmp_path, emulator, EDAS, {"type": "all", "dry_run": True})
    assert (ran.code, ran.results[0]["status"]) == (0, "planned")


def test_a_failed_live_run_ends_with_one(tmp_path: Path, emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.error("FailedOperation"))
    ran = run_live(tmp_path, emulator, CWP, {"sync": False})
    assert ran.code == 1
    assert f"{CWP} failed: refused, FailedOperation" in ran.errors


def test_a_timers_failure_is_in_the_table_like_any_other(
    tmp_path: Path, emulator: Emulator
) -> None:
    emulator.inject_fault("cwp", faults.error("FailedOperation"))
    ran = run_live(tmp_path, emulator, CWP, {"sync": False, "trigger": "timer"})
    assert (ran.code, ran.results[0]["trigger"]) == (1, "timer")


def test_no_secret_is_in_any_byte_of_a_live_run(tmp_path: Path, emulator: Emulator) -> None:
    event = {"sync_task_id": TASK, "dst_ak": "exampleGivenAk", "dst_sk": "exampleGivenSk"}
    ran = run_live(tmp_path, emulator, OMS, event, "--yes", environ={"LOG_LEVEL": "DEBUG"})
    secrets = ("exampleHuaweiSecret", "exampleSource", "exampleGiven", "HWAKexampleid")
    assert ran.code == 0
    assert [secret for secret in secrets if secret in ran.all_output] == []


def test_json_of_a_live_run_is_separate_from_the_prompts(
    tmp_path: Path, emulator: Emulator
) -> None:
    ran = run_live(tmp_path, emulator, CWP, {"sync": False}, "--json")
    assert [result["status"] for result in json.loads(ran.out)] == ["idle"]
    assert "As whom:" in ran.errors


def test_a_timers_event_notifies_once_and_not_of_the_plan(
    tmp_path: Path, emulator: Emulator
) -> None:
    with FakeChats() as receiver:
        environ = {"NOTIFY": receiver.setting("always", kinds=("slack",))}
        event = {"sync": False, "trigger": "timer"}
        ran = run_live(tmp_path, emulator, CWP, event, environ=environ)
        assert (ran.code, len(receiver.received)) == (0, 1)
