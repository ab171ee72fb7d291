"""A parameter is accepted in the vendor's spelling too, but not in both spellings at once."""

from __future__ import annotations

from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from local.operation_models import model_of
from shared.errors import InvalidInput
from shared.validation import parse_parameters

EDAS = load("alibaba.edas.SynchronizeResource")
EHPC = load("alibaba.ehpc.SynchronizeApp")
CWP = load("tencent.cwp.SyncMachines")


def test_the_vendors_spelling_means_the_same_as_ours() -> None:
    vendors = parse_parameters({"Type": "ecs", "ResourceIds": ["i-1"]}, {}, EDAS)
    assert vendors == parse_parameters({"type": "ecs", "resource_ids": ["i-1"]}, {}, EDAS)


def test_a_line_of_the_ehpc_page_can_be_pasted() -> None:
    params = parse_parameters(
        {"AppId": "ci-example", "TargetRegionIds": ["cn-shanghai", "all"]}, {}, EHPC
    )
    assert (params.app_id, params.target_region_ids) == ("ci-example", ["cn-shanghai", "all"])


def test_a_line_of_the_cwp_page_can_be_pasted() -> None:
    assert parse_parameters({"Sync": False}, {}, CWP).sync is False


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        (EDAS, {"type": "ecs", "Type": "ecs"}),
        (EDAS, {"Type": "ecs", "type": "all"}),
        (EHPC, {"app_id": "ci-a", "AppId": "ci-a"}),
        (CWP, {"Sync": True, "sync": False}),
    ],
)
def test_one_parameter_in_two_spellings_is_refused(
    operation: Any, parameters: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput, match=r"given twice \(also under the provider's name\)"):
        parse_parameters(parameters, {}, operation)


@pytest.mark.parametrize("key", ["TYPE", "tYpe", "resourceIds", "Resource_Ids", " type"])
def test_no_other_spelling_is_accepted(key: str) -> None:
    with pytest.raises(InvalidInput):
        parse_parameters({"type": "all", key: "all"}, {}, EDAS)


def test_the_vendors_spelling_in_the_event_overrides_ours_in_the_defaults() -> None:
    assert parse_parameters({"Type": "vpc"}, {"type": "all"}, EDAS).type == "vpc"


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_parameter_is_explained(operation: str) -> None:
    assert all(field.description for field in model_of(operation).model_fields.values())


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ("alibaba.edas.SynchronizeResource", {"type"}),
        ("alibaba.ehpc.SynchronizeApp", {"app_id"}),
        ("tencent.cwp.SyncMachines", set()),
        ("huawei.oms.StartSyncTask", {"sync_task_id"}),
        ("huawei.modelarts.SyncDevServers", set()),
    ],
)
def test_what_is_required_is_what_the_contract_says(operation: str, names: set[str]) -> None:
    assert load(operation).params.required == names


@pytest.mark.parametrize("name", [7, None, ("type",), 10**5_000], ids=["7", "None", "()", "long"])
def test_a_name_that_is_not_a_string_is_refused(name: Any) -> None:
    with pytest.raises(InvalidInput, match="every name must be a string"):
        parse_parameters({"sync": False, name: 1}, {}, load("tencent.cwp.SyncMachines"))
