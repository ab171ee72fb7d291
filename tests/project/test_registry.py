"""Catalog, files, events and README agree."""

from __future__ import annotations

import json
from importlib import import_module

import pytest

from functions.registry import OPERATIONS, load
from local.doc_tables import TABLES, regenerate
from shared.platforms import detect_platform
from tests.support.repository import ROOT

NAMES = {
    "alibaba.edas.SynchronizeResource": (
        "functions.alibaba.synchronize_resource",
        "alibaba-synchronize-resource",
        "EDAS_ENDPOINT_URL",
    ),
    "alibaba.ehpc.SynchronizeApp": (
        "functions.alibaba.synchronize_app",
        "alibaba-synchronize-app",
        "EHPC_ENDPOINT_URL",
    ),
    "tencent.cwp.SyncMachines": (
        "functions.tencent.sync_machines",
        "tencent-sync-machines",
        "CWP_ENDPOINT_URL",
    ),
    "tencent.cwp.SyncAssetScan": (
        "functions.tencent.sync_asset_scan",
        "tencent-sync-asset-scan",
        "CWP_ENDPOINT_URL",
    ),
    "huawei.oms.StartSyncTask": (
        "functions.huawei.start_sync_task",
        "huawei-start-sync-task",
        "OMS_ENDPOINT_URL",
    ),
    "huawei.oms.StopSyncTask": (
        "functions.huawei.stop_sync_task",
        "huawei-stop-sync-task",
        "OMS_ENDPOINT_URL",
    ),
    "huawei.oms.CreateSyncEvents": (
        "functions.huawei.create_sync_events",
        "huawei-create-sync-events",
        "OMS_ENDPOINT_URL",
    ),
    "huawei.modelarts.SyncDevServers": (
        "functions.huawei.sync_dev_servers",
        "huawei-sync-dev-servers",
        "MODELARTS_ENDPOINT_URL",
    ),
}
"""The contract's names, written out: deployments rely on them."""


def test_the_catalog_matches_the_contract() -> None:
    assert set(OPERATIONS) == set(NAMES)


@pytest.mark.parametrize("operation", NAMES)
def test_an_operation_has_the_names_of_the_contract(operation: str) -> None:
    module, function, override = NAMES[operation]
    loaded = load(operation)

    assert OPERATIONS[operation] == module
    assert (loaded.id, loaded.function) == (operation, function)
    assert loaded.service.endpoint_settings[0] == override
    assert callable(import_module(module).handler)


@pytest.mark.parametrize("operation", NAMES)
def test_an_operation_has_an_event_to_start_from(operation: str) -> None:
    provider, name = OPERATIONS[operation].split(".")[1:]
    event = json.loads((ROOT / "events" / provider / f"{name}.json").read_text())

    result = import_module(OPERATIONS[operation]).handler(
        {**event, "dry_run": True, "region": "cn-north-4"}
    )

    assert result["status"] == "planned"


def test_every_platform_has_a_timers_and_a_direct_event() -> None:
    names = {path.name for path in (ROOT / "events" / "platforms").glob("*.json")}

    for platform in ("aws", "fc", "scf", "functiongraph"):
        assert any(name.startswith(f"{platform}-timer") for name in names)
        assert f"{platform}-direct.json" in names


def test_without_a_context_an_event_of_any_platform_is_understood() -> None:
    for path in (ROOT / "events" / "platforms").glob("*-timer*.json"):
        event = json.loads(path.read_text())
        incoming = detect_platform(event, None).parse_event(event)
        assert incoming.trigger == "timer" or event["trigger"] == "timer"


@pytest.mark.parametrize("document", TABLES)
def test_a_documents_table_matches_the_code(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")

    assert regenerate(document, text) == text, "run `make docs`"
