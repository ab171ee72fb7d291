"""Where a run goes: the region and, at Huawei, the project of that region."""

from __future__ import annotations

import pytest

from functions.huawei.sync_task import REGIONS
from functions.registry import load
from shared.client.regions import resolve_project, resolve_region
from shared.errors import InvalidInput, Misconfigured
from shared.models.operation import Operation
from shared.settings import Settings

EDAS = load("alibaba.edas.SynchronizeResource")
CWP = load("tencent.cwp.SyncMachines")
OMS = load("huawei.oms.StartSyncTask")
MODELARTS = load("huawei.modelarts.SyncDevServers")


def region(
    operation: Operation = EDAS,
    *,
    event: str | None = None,
    default: str | None = None,
    fallback: str | None = None,
    **environ: str,
) -> str | None:
    settings = Settings.from_environ(environ)
    return resolve_region(
        operation,
        settings,
        requested=event or default,
        defaults={"region": default} if default else {},
        fallback=fallback,
    )


def test_the_first_that_names_a_region_wins() -> None:
    setting = "cn-c"
    found = [
        region(event="cn-a", default="cn-b", ALIBABA_CLOUD_REGION_ID=setting, fallback="cn-d"),
        region(default="cn-b", ALIBABA_CLOUD_REGION_ID=setting, fallback="cn-d"),
        region(ALIBABA_CLOUD_REGION_ID=setting, fallback="cn-d"),
        region(fallback="cn-d"),
    ]
    assert found == ["cn-a", "cn-b", "cn-c", "cn-d"]


@pytest.mark.parametrize(
    ("operation", "setting"),
    [
        (EDAS, "ALIBABA_CLOUD_REGION_ID"),
        (CWP, "TENCENTCLOUD_REGION"),
        (MODELARTS, "HUAWEICLOUD_REGION"),
    ],
)
def test_each_provider_has_its_own_setting(operation: Operation, setting: str) -> None:
    assert region(operation, **{setting: "cn-north-4"}) == "cn-north-4"


@pytest.mark.parametrize("operation", [EDAS, OMS, MODELARTS])
def test_no_region_is_misconfigured_and_the_setting_named(operation: Operation) -> None:
    with pytest.raises(Misconfigured) as caught:
        region(operation)
    assert operation.provider.region_setting in caught.value.hint


def test_cwp_needs_no_region() -> None:
    assert region(CWP) is None


@pytest.mark.parametrize(
    "value",
    ["evil.test/", "cn-x.evil.test", "CN-X", "cn", "cn-x\nhost: evil", "cn-x@evil.test", "a" * 70],
)
def test_a_setting_that_is_not_a_region_is_misconfigured(value: str) -> None:
    with pytest.raises(Misconfigured):
        region(ALIBABA_CLOUD_REGION_ID=value)
    with pytest.raises(Misconfigured):
        region(fallback=value)


@pytest.mark.parametrize("name", REGIONS)
def test_oms_is_served_in_the_pages_regions(name: str) -> None:
    assert region(OMS, event=name) == name


def test_oms_has_the_three_regions_of_its_page() -> None:
    assert set(REGIONS) == {"cn-north-4", "cn-east-3", "cn-southwest-2"}


def test_another_region_of_oms_in_the_event_is_invalid_input() -> None:
    with pytest.raises(InvalidInput) as caught:
        region(OMS, event="cn-south-1")
    assert "OMS_ENDPOINT_URL" in caught.value.hint


@pytest.mark.parametrize("place", ["HUAWEICLOUD_REGION", "default"])
def test_another_region_of_oms_in_the_settings_is_misconfigured(place: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        region(OMS, **{place: "cn-south-1"})
    assert "OMS_ENDPOINT_URL" in caught.value.hint


def test_an_endpoint_and_a_region_of_the_settings_override_the_list() -> None:
    environ = {"OMS_ENDPOINT_URL": "https://oms.example.test", "HUAWEICLOUD_REGION": "cn-south-1"}
    assert region(OMS, **environ) == "cn-south-1"


def test_an_endpoint_does_not_let_the_event_choose_any_region() -> None:
    with pytest.raises(InvalidInput):
        region(OMS, event="cn-south-1", OMS_ENDPOINT_URL="https://oms.example.test")


# Projects


def project(
    *, at: str, default: str | None = None, configured: str | None = None, **environ: str
) -> str | None:
    return resolve_project(
        MODELARTS,
        Settings.from_environ(environ),
        region=at,
        defaults={"region": default} if default else {},
        configured=configured,
    )


def test_a_configured_project_is_the_default_regions() -> None:
    found = project(at="cn-north-4", configured="p", HUAWEICLOUD_REGION="cn-north-4")
    assert found == "p"


def test_a_configured_project_is_not_another_regions() -> None:
    found = project(at="cn-east-3", configured="p", HUAWEICLOUD_REGION="cn-north-4")
    assert found is None


def test_the_default_region_may_be_in_the_default_parameters() -> None:
    more = {"HUAWEICLOUD_REGION": "cn-north-4"}
    assert project(at="cn-east-3", default="cn-east-3", configured="p", **more) == "p"
    assert project(at="cn-north-4", default="cn-east-3", configured="p", **more) is None


def test_function_graphs_own_project_holds_in_its_own_region_only() -> None:
    more = {"RUNTIME_PROJECT_ID": "own", "HUAWEICLOUD_REGION": "cn-north-4"}
    assert project(at="cn-north-4", **more) == "own"
    assert project(at="cn-east-3", **more) is None


def test_a_configured_project_overrides_function_graphs_own() -> None:
    more = {"RUNTIME_PROJECT_ID": "own", "HUAWEICLOUD_REGION": "cn-north-4"}
    assert project(at="cn-north-4", configured="p", **more) == "p"


@pytest.mark.parametrize("value", ["../x", "a/b", "a b", "a?b", "-a", "a\n", "a" * 65])
def test_a_project_that_would_redirect_the_request_is_misconfigured(value: str) -> None:
    with pytest.raises(Misconfigured):
        project(at="cn-north-4", configured=value, HUAWEICLOUD_REGION="cn-north-4")


@pytest.mark.parametrize("operation", [EDAS, CWP])
def test_other_providers_have_no_projects(operation: Operation) -> None:
    found = resolve_project(
        operation,
        Settings.from_environ({"HUAWEICLOUD_REGION": "cn-north-4"}),
        region="cn-north-4",
        defaults={},
        configured="p",
    )
    assert found is None
