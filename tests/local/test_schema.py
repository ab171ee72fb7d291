"""The published schemas: generated, up to date, and valid for the results of runs."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from functions.registry import OPERATIONS, load
from local.emulator import Emulator, Received, faults
from local.emulator.huawei import TASK
from local.json_schemas.parameters import parameters_schema
from local.samples import sample
from local.schema import FOLDER, as_text, documents
from shared.entrypoint import handle
from shared.errors import CATEGORIES, InvalidInput
from shared.models.result import STATUSES, TRIGGERS
from shared.runtime import Runtime
from shared.validation import parse_parameters
from tests.support.command import CommandRun, command

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    """RFC 3339 with an offset; jsonschema itself would need one more package for it."""
    if not isinstance(value, str):
        return True
    moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return moment.tzinfo is not None and "T" in value


EVENTS: dict[str, dict[str, object]] = {
    "alibaba.edas.SynchronizeResource": {"type": "all"},
    "alibaba.ehpc.SynchronizeApp": {
        "app_id": "ci-vm-exampleapp01",
        "target_region_ids": ["cn-beijing", "cn-shanghai"],
    },
    "tencent.cwp.SyncMachines": {},
    "tencent.cwp.SyncAssetScan": {},
    "huawei.oms.StartSyncTask": {"sync_task_id": TASK},
    "huawei.oms.StopSyncTask": {"sync_task_id": TASK},
    "huawei.oms.CreateSyncEvents": {"sync_task_id": TASK, "object_keys": ["a%20b"]},
    "huawei.modelarts.SyncDevServers": {},
}


DOCUMENTS = documents()
RESULTS = Draft202012Validator(DOCUMENTS["result.schema.json"], format_checker=FORMATS)


def faults_of(result: object) -> list[str]:
    return [error.message for error in RESULTS.iter_errors(result)]


def run_operation(emulator: Emulator, operation_id: str, **more: object) -> dict[str, Any]:
    process = Runtime(environ=emulator.environment())
    return handle(load(operation_id), {**EVENTS[operation_id], **more}, None, process)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_published_file_is_what_the_code_generates(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == as_text(DOCUMENTS[name])


def test_no_other_schema_is_published() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(DOCUMENTS)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_schema_is_a_schema(name: str) -> None:
    schema = DOCUMENTS[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def test_every_key_of_a_result_is_required_and_no_other_accepted() -> None:
    schema = DOCUMENTS["result.schema.json"]
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False


def test_the_words_of_a_result_are_those_of_the_code() -> None:
    schema = DOCUMENTS["result.schema.json"]
    assert schema["properties"]["status"]["enum"] == list(STATUSES)
    assert schema["properties"]["trigger"]["enum"] == list(TRIGGERS)
    category = schema["$defs"]["ErrorBody"]["properties"]["category"]
    assert category["enum"] == list(CATEGORIES)


def test_the_results_of_a_run_are_valid(demo_run: CommandRun) -> None:
    assert [faults_of(result) for result in demo_run.results] == [[]] * len(demo_run.results)


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_dry_run_is_valid(emulator: Emulator, operation_id: str) -> None:
    result = run_operation(emulator, operation_id, dry_run=True)
    assert (result["status"], faults_of(result)) == ("planned", [])


@pytest.mark.parametrize(
    ("operation_id", "service"),
    [
        ("alibaba.edas.SynchronizeResource", "edas"),
        ("alibaba.ehpc.SynchronizeApp", "ehpc"),
        ("tencent.cwp.SyncMachines", "cwp"),
        ("tencent.cwp.SyncAssetScan", "cwp"),
        ("huawei.oms.StartSyncTask", "oms"),
        ("huawei.oms.StopSyncTask", "oms"),
        ("huawei.oms.CreateSyncEvents", "oms"),
        ("huawei.modelarts.SyncDevServers", "modelarts"),
    ],
)
def test_a_failed_run_is_valid(emulator: Emulator, operation_id: str, service: str) -> None:
    emulator.inject_fault(service, faults.html(404), times=None)
    result = run_operation(emulator, operation_id)
    assert (result["status"], faults_of(result)) == ("failed", [])


@pytest.mark.parametrize(
    ("operation_id", "service", "action"),
    [
        ("tencent.cwp.SyncMachines", "cwp", "SyncMachines"),
        ("huawei.oms.StartSyncTask", "oms", "StartSyncTask"),
    ],
)
def test_a_run_that_fails_midway_is_valid(
    emulator: Emulator, operation_id: str, service: str, action: str
) -> None:
    def writes(request: Received) -> bool:
        return b"false" not in request.body

    emulator.inject_fault(service, faults.status(401), times=None, action=action, when=writes)
    result = run_operation(emulator, operation_id)
    assert (result["status"], faults_of(result)) == ("failed", [])


def test_a_refused_event_is_valid(emulator: Emulator) -> None:
    result = run_operation(emulator, "tencent.cwp.SyncMachines", unknown=1)
    assert (result["error"]["category"], faults_of(result)) == ("invalid_input", [])


@pytest.mark.parametrize(
    "change",
    [
        {"status": "done"},
        {"trigger": "cron"},
        {"started_at": "yesterday"},
        {"schema_version": "1"},
        {"data": {}},
        {"data": {"state": "FINISHED"}},
        {"error": {"category": "nobody"}},
        {"attempts": -1},
        {"operation": "tencent.cwp.Nothing"},
        {"more": 1},
    ],
)
def test_a_result_that_breaks_the_contract_is_found(
    emulator: Emulator, change: dict[str, object]
) -> None:
    good = run_operation(emulator, "tencent.cwp.SyncMachines")
    assert faults_of(good) == []
    assert faults_of({**good, **change}) != []


@pytest.mark.parametrize("key", sorted(DOCUMENTS["result.schema.json"]["required"]))
def test_a_result_without_one_of_its_keys_is_found(emulator: Emulator, key: str) -> None:
    result = run_operation(emulator, "tencent.cwp.SyncMachines", sync=False)
    del result[key]
    assert faults_of(result) != []


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_the_sample_events_fit_the_parameters(operation_id: str) -> None:
    validator = Draft202012Validator(parameters_schema(load(operation_id)))
    assert [error.message for error in validator.iter_errors(sample(operation_id))] == []


EDAS, EHPC, CWP, CWP_ASSETS, OMS, OMS_STOP, OMS_EVENTS, MODELARTS = OPERATIONS
IDS = ",".join(["i-1"] * 3)


@pytest.mark.parametrize(
    ("operation_id", "event"),
    [
        (EDAS, {"type": "all"}),
        (EDAS, {"Type": "all"}),
        (EDAS, {"Type": "ecs", "ResourceIds": ["i-1"]}),
        (EDAS, {"type": "ecs", "resource_ids": IDS}),
        (EDAS, {"type": "all", "Type": "all"}),
        (EDAS, {"type": "ALL"}),
        (EDAS, {}),
        (EDAS, {"type": "ecs", "resource_ids": []}),
        (EDAS, {"type": "ecs", "resource_ids": ["i-1"] * 51}),
        (EDAS, {"type": "ecs", "resource_ids": ["../x"]}),
        (EHPC, {"app_id": "ci-1", "target_region_ids": ["all"]}),
        (EHPC, {"app_id": "ci-1", "target_region_ids": ["cn-hangzhou.evil"]}),
        (EHPC, {"AppId": 7}),
        (CWP, {}),
        (CWP, {"Sync": False}),
        (CWP, {"sync": "false"}),
        (CWP, {"sync": None}),
        (CWP, {"wait_seconds": 0.5}),
        (CWP, {"wait_seconds": -1}),
        (CWP, {"wait_seconds": 86_401}),
        (CWP, {"region": "ap-guangzhou"}),
        (CWP, {"region": "guangzhou"}),
        (CWP, {"trigger": "http"}),
        (CWP, {"on_failure": "return"}),
        (CWP, {"unknown": 1}),
        (CWP_ASSETS, {"Sync": False}),
        (CWP_ASSETS, {"sync": "no"}),
        (OMS, {"sync_task_id": "t-1"}),
        (OMS, {"sync_task_id": "t-1", "src_kms_key_id": "x" * 35}),
        (OMS, {"sync_task_id": "t-1", "src_crypto_type": "NONE"}),
        (OMS, {"sync_task_id": "t/1"}),
        (
            OMS,
            {"sync_task_id": "t-1", "src_ak": "a&b", "src_sk": "c", "dst_ak": "d", "dst_sk": "e"},
        ),
        (OMS, {"sync_task_id": "t-1", "since_seconds": 60}),
        (OMS_STOP, {"sync_task_id": "t-1"}),
        (OMS_STOP, {"sync_task_id": "t/1"}),
        (OMS_EVENTS, {"sync_task_id": "t-1", "object_keys": ["a%20b", "c/d"]}),
        (OMS_EVENTS, {"sync_task_id": "t-1", "object_keys": "a,b"}),
        (OMS_EVENTS, {"sync_task_id": "t-1", "object_keys": []}),
        (OMS_EVENTS, {"sync_task_id": "t-1", "object_keys": ["a b"]}),
        (OMS_EVENTS, {"sync_task_id": "t-1", "object_keys": ["a"], "ignored_records": -1}),
        (MODELARTS, {"limit": 1024}),
        (MODELARTS, {"limit": 0}),
        (MODELARTS, {"limit": 1025}),
        (MODELARTS, {"offset": 1.5}),
        (MODELARTS, {"sort_key": "createTime,updateTime"}),
        (MODELARTS, {"sort_dir": "asc"}),
    ],
)
def test_the_parameters_schema_accepts_what_the_handlers_accept(
    operation_id: str, event: dict[str, object]
) -> None:
    operation = load(operation_id)
    try:
        parse_parameters(event, {}, operation)
        accepted = True
    except InvalidInput:
        accepted = False
    assert Draft202012Validator(parameters_schema(operation)).is_valid(event) is accepted


def test_a_secret_parameter_is_write_only() -> None:
    fields = parameters_schema(load(OMS))["properties"]
    assert {name for name, field in fields.items() if field.get("writeOnly")} == {
        "src_ak",
        "src_sk",
        "dst_ak",
        "dst_sk",
        "source_cdn_authentication_key",
    }


def test_the_command_writes_every_file_and_finds_the_differing_one(tmp_path: Path) -> None:
    assert command(tmp_path, "schema", "--into", tmp_path).code == 0
    assert command(tmp_path, "schema", "--into", tmp_path, "--check").code == 0
    (tmp_path / "result.schema.json").write_text("{}")
    ran = command(tmp_path, "schema", "--into", tmp_path, "--check")
    assert ran.code == 1
    assert "result.schema.json differs" in ran.errors


def test_the_command_prints_one_schema(tmp_path: Path) -> None:
    printed = command(tmp_path, "schema", "--print", "tencent.cwp.SyncMachines").out
    assert json.loads(printed) == parameters_schema(load("tencent.cwp.SyncMachines"))
