"""What each platform provides: its identity, limit, region, role's keys and settings."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from functions.alibaba.synchronize_resource import OPERATION as EDAS
from functions.huawei.sync_dev_servers import OPERATION as MODELARTS
from functions.tencent.sync_machines import OPERATION as CWP
from shared.models.credentials import AccessKey
from shared.platforms import detect_platform
from shared.settings import Settings
from tests.support.platform_contexts import (
    AwsContext,
    FcContext,
    FcContext310,
    FcCredentials,
    FcFunction,
    FunctionGraphContext,
    FunctionGraphWithoutTime,
    run_dry,
    scf_context,
)


def none_set() -> Settings:
    return Settings.from_environ({})


def revealed(keys: AccessKey | None) -> tuple[str, str, str | None]:
    assert keys is not None
    return (
        keys.access_key_id,
        keys.secret.get_secret_value(),
        keys.token.get_secret_value() if keys.token else None,
    )


@pytest.mark.parametrize(
    ("event", "context", "name"),
    [
        ({}, AwsContext(), "AWS Lambda"),
        (b"{}", FcContext(), "Function Compute"),
        (b"{}", FcContext310(), "Function Compute"),
        (bytearray(b"{}"), FcContext(), "Function Compute"),
        ({}, FcContext(), "Function Compute"),
        (b"{}", None, "Function Compute"),
        ({}, scf_context(), "SCF"),
        ({}, {}, "SCF"),
        ({}, FunctionGraphContext(), "FunctionGraph"),
        ({}, FunctionGraphWithoutTime(), "FunctionGraph"),
        ({}, None, "no platform"),
        ({}, object(), "no platform"),
    ],
)
def test_a_platform_is_recognized_by_event_and_context(
    event: object, context: Any, name: str
) -> None:
    assert detect_platform(event, context).name == name


@pytest.mark.parametrize(
    ("event", "context", "invocation"),
    [
        ({}, AwsContext(), "aws-request"),
        (b"{}", FcContext(), "fc-request"),
        ({}, scf_context(), "scf-request"),
        ({}, scf_context(request_id=None), None),
        ({}, FunctionGraphContext(), "fg-request"),
        ({}, None, None),
    ],
)
def test_the_invocation_has_the_platforms_id(
    event: object, context: Any, invocation: str | None
) -> None:
    assert detect_platform(event, context).invocation_id(context) == invocation


def limit(event: object, context: Any, **environ: str) -> float | None:
    platform = detect_platform(event, context)
    return platform.timeout_seconds(context, platform.settings(context, environ))


def test_awss_remaining_time_is_in_milliseconds() -> None:
    assert limit({}, AwsContext(remaining_ms=12_500)) == 12.5


@pytest.mark.parametrize(("timeout", "seconds"), [(60, 60), ("60", 60), (None, None), ("x", None)])
def test_function_computes_time_out_is_in_seconds(timeout: object, seconds: float | None) -> None:
    assert limit(b"{}", FcContext(function=FcFunction(timeout=timeout))) == seconds


@pytest.mark.parametrize(("milliseconds", "seconds"), [(3000, 3), (900_000, 900), (None, None)])
def test_scfs_limit_is_in_milliseconds(milliseconds: object, seconds: float | None) -> None:
    assert limit({}, scf_context(time_limit_in_ms=milliseconds)) == seconds


@pytest.mark.parametrize(
    ("remaining", "seconds"),
    [
        (30_000, 30),
        (12_000, 12),
        (12_000.5, 12.0005),
        (45_000, 30),
        (1000, 1),
        (999, 30),  # seconds mistaken for milliseconds
        (30, 30),
        (29, 30),
        (0, 30),
        (-5, 30),
        (-29_970, 30),
        (None, 30),
        ("30000", 30),
    ],
)
def test_function_graphs_remaining_time_is_used_only_if_plausible(
    remaining: object, seconds: float
) -> None:
    context = FunctionGraphContext(remaining_ms=remaining)
    assert limit({}, context, RUNTIME_TIMEOUT="30") == pytest.approx(seconds)


def test_function_graph_without_a_remaining_time_has_its_configured_one() -> None:
    assert limit({}, FunctionGraphWithoutTime(), RUNTIME_TIMEOUT="30") == 30


@pytest.mark.parametrize(
    ("remaining", "seconds"), [(20_000, 20), (1000, 1), (999, 999), (30, 30), (1, 1)]
)
def test_function_graph_without_a_configured_time_has_its_remaining_one(
    remaining: int, seconds: float
) -> None:
    assert limit({}, FunctionGraphContext(remaining_ms=remaining)) == seconds


@pytest.mark.parametrize("remaining", [0, -1, None])
def test_function_graph_without_any_time_sets_no_limit(remaining: object) -> None:
    assert limit({}, FunctionGraphContext(remaining_ms=remaining)) is None


@pytest.mark.parametrize("configured", ["", "soon", "30s"])
def test_function_graphs_unreadable_configuration_is_ignored(configured: str) -> None:
    context = FunctionGraphContext(remaining_ms=20_000)
    assert limit({}, context, RUNTIME_TIMEOUT=configured) == 20


def test_a_workstation_has_no_limit() -> None:
    assert limit({}, None) is None


# The role's keys


def test_function_computes_role_is_in_the_context_of_older_runtimes() -> None:
    context = FcContext310()
    keys = detect_platform(b"{}", context).role_credentials(context, none_set())
    assert revealed(keys) == ("STS.exampleRoleId", "exampleRoleSecret", "exampleRoleToken")


def test_function_computes_newer_context_has_no_keys() -> None:
    assert detect_platform(b"{}", FcContext()).role_credentials(FcContext(), none_set()) is None


def test_function_compute_without_a_role_has_no_keys() -> None:
    context = FcContext310(credentials=FcCredentials(None, None, None))
    assert detect_platform(b"{}", context).role_credentials(context, none_set()) is None


def test_function_compute_without_a_region_has_none() -> None:
    context = SimpleNamespace(request_id="fc-request", function=FcFunction())
    assert detect_platform(b"{}", context).region(context, none_set()) is None


SCF_ROLE = {
    "TENCENTCLOUD_SECRETID": "AKIDexampleRole",
    "TENCENTCLOUD_SECRETKEY": "exampleRoleSecret",
    "TENCENTCLOUD_SESSIONTOKEN": "exampleRoleToken",
}


def scf_role(environ: dict[str, str]) -> AccessKey | None:
    return detect_platform({}, scf_context()).role_credentials(
        scf_context(), Settings.from_environ(environ)
    )


def test_scfs_role_is_in_the_environment() -> None:
    keys = scf_role(SCF_ROLE)
    assert revealed(keys) == ("AKIDexampleRole", "exampleRoleSecret", "exampleRoleToken")


def test_scf_without_a_role_has_no_keys() -> None:
    assert scf_role({}) is None


def fg_role(context: Any) -> AccessKey | None:
    return detect_platform({}, context).role_credentials(context, none_set())


def test_function_graphs_agency_is_behind_getters() -> None:
    keys = fg_role(FunctionGraphContext())
    assert revealed(keys) == ("exampleAgencyId", "exampleAgencySecret", "exampleAgencyToken")


@pytest.mark.parametrize("empty", [None, ""])
def test_function_graph_without_an_agency_has_no_keys(empty: str | None) -> None:
    context = FunctionGraphContext(access=empty, secret=empty, token=empty)
    assert fg_role(context) is None


def test_getters_that_fail_without_an_agency_mean_no_keys() -> None:
    assert fg_role(FunctionGraphWithoutTime()) is None


@pytest.mark.parametrize("context", [AwsContext(), None])
def test_aws_and_a_workstation_have_no_role_of_a_provider(context: Any) -> None:
    assert detect_platform({}, context).role_credentials(context, none_set()) is None
    assert detect_platform({}, context).provider is None


# Regions


def test_function_computes_region_is_the_default_of_its_own_operations() -> None:
    result = run_dry(EDAS, b'{"type": "all"}', FcContext(), {"FC_REGION": "cn-beijing"})
    assert result["region"] == "cn-beijing"


def test_scfs_region_is_the_default_of_its_own_operations() -> None:
    assert run_dry(CWP, {}, scf_context())["region"] == "ap-guangzhou"


def test_no_platforms_region_is_the_default_of_another_providers_operations() -> None:
    result = run_dry(EDAS, {"type": "all"}, scf_context())
    assert (result["error"]["category"], result["region"]) == ("misconfigured", None)
    assert run_dry(CWP, {}, AwsContext(), {"AWS_REGION": "eu-west-1"})["region"] is None
    assert run_dry(CWP, b"{}", FcContext(), {"FC_REGION": "cn-beijing"})["region"] is None


def test_the_setting_overrides_the_platforms_region() -> None:
    environ = {"FC_REGION": "cn-beijing", "ALIBABA_CLOUD_REGION_ID": "cn-shanghai"}
    assert run_dry(EDAS, b'{"type": "all"}', FcContext(), environ)["region"] == "cn-shanghai"


def test_the_event_overrides_every_other_region() -> None:
    environ = {"FC_REGION": "cn-beijing", "ALIBABA_CLOUD_REGION_ID": "cn-shanghai"}
    event = b'{"type": "all", "region": "cn-qingdao"}'
    result = run_dry(EDAS, event, FcContext(), environ, {"region": "cn-hangzhou"})
    assert result["region"] == "cn-qingdao"


def test_the_default_parameters_override_the_setting() -> None:
    environ = {"ALIBABA_CLOUD_REGION_ID": "cn-shanghai"}
    result = run_dry(EDAS, b'{"type": "all"}', FcContext(), environ, {"region": "cn-hangzhou"})
    assert result["region"] == "cn-hangzhou"


# Settings


def test_function_graphs_user_data_are_its_settings() -> None:
    context = FunctionGraphContext(user_data={"HUAWEICLOUD_REGION": "cn-east-3"})
    result = run_dry(MODELARTS, {}, context, {"HUAWEICLOUD_REGION": "cn-north-4"})
    assert result["region"] == "cn-east-3"


def test_the_environment_is_used_where_user_data_have_nothing() -> None:
    context = FunctionGraphContext(user_data={"HUAWEICLOUD_REGION": ""})
    result = run_dry(MODELARTS, {}, context, {"HUAWEICLOUD_REGION": "cn-north-4"})
    assert result["region"] == "cn-north-4"


@pytest.mark.parametrize(
    ("event", "context"),
    [({}, AwsContext()), (b"{}", FcContext()), ({}, scf_context()), ({}, None)],
)
def test_everywhere_else_the_environment_holds_the_settings(event: object, context: Any) -> None:
    platform = detect_platform(event, context)
    assert platform.settings(context, {"CWP_SITE": "intl"}).get("CWP_SITE") == "intl"
