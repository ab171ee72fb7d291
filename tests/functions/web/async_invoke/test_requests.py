"""Which function a function asks for: itself, by what its platform tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from functions.web.async_invoke import invoke_self_async
from local.emulator import Emulator
from local.emulator.huawei import PROJECT
from shared.errors import Misconfigured, SyncError
from shared.invocation import Invocation
from shared.models.http import Request
from shared.runtime import Runtime
from tests.support.async_invoke import (
    FUNCTION,
    NO_CHANGES,
    PLATFORMS,
    Platform,
    RecordingTransport,
    each_platform,
    emulator_endpoints,
)


def recorded(
    platform: Platform, environ: dict[str, str], changed: Mapping[str, str | None] = NO_CHANGES
) -> Request:
    """Return what a deployed function would send."""
    return sent_by(platform.invocation(environ, changed, process=process()))


def process() -> Runtime:
    """Return a process that sends nothing."""
    recorder = RecordingTransport()
    return Runtime(transport_factory=lambda *_network: recorder)


def sent_by(invocation: Invocation) -> Request:
    with pytest.raises(AssertionError, match="nobody is asked"):
        invoke_self_async({"a": 1}, invocation=invocation)
    transport: Any = invocation.runtime.transport(invocation.settings)
    (request,) = transport.sent
    found: Request = request
    return found


URN = f"urn:fss:cn-north-4:{PROJECT}:function:default:{FUNCTION}:latest"
HOSTS = {
    "aws": (
        "https://lambda.eu-west-1.amazonaws.com",
        f"/2015-03-31/functions/{FUNCTION}/invocations",
    ),
    "fc": (
        "https://1000000000000000.cn-hangzhou.fc.aliyuncs.com",
        f"/2023-03-30/functions/{FUNCTION}/invocations",
    ),
    "scf": ("https://scf.tencentcloudapi.com", "/"),
    "functiongraph": (
        "https://functiongraph.cn-north-4.myhuaweicloud.com",
        f"/v2/{PROJECT}/fgs/functions/{URN}/invocations-async",
    ),
}


@pytest.mark.parametrize("name", HOSTS)
def test_a_deployed_function_calls_the_platforms_own_host(emulator: Emulator, name: str) -> None:
    request = recorded(PLATFORMS[name], emulator_endpoints(emulator))

    assert (request.method, request.origin, request.path) == ("POST", *HOSTS[name])


@each_platform
def test_the_hosts_certificate_is_always_checked_but_on_loopback(
    emulator: Emulator, platform: Platform
) -> None:
    far = {platform.setting: "http://10.0.0.1"}

    with pytest.raises(Misconfigured, match=platform.setting):
        invoke_self_async(
            {}, invocation=platform.invocation({**emulator_endpoints(emulator), **far})
        )


@each_platform
def test_a_private_endpoint_may_replace_the_host(emulator: Emulator, platform: Platform) -> None:
    private = {platform.setting: "https://vpce-example.internal.example:8443"}

    request = recorded(platform, {**emulator_endpoints(emulator), **private})

    assert request.origin == "https://vpce-example.internal.example:8443"


def test_lambda_in_china_has_a_domain_of_its_own(emulator: Emulator) -> None:
    request = recorded(PLATFORMS["aws"], emulator_endpoints(emulator), {"AWS_REGION": "cn-north-1"})

    assert request.origin == "https://lambda.cn-north-1.amazonaws.com.cn"


def test_lambdas_region_is_that_of_its_arn_without_a_setting(emulator: Emulator) -> None:
    request = recorded(PLATFORMS["aws"], emulator_endpoints(emulator), {"AWS_REGION": None})

    assert request.host == "lambda.eu-west-1.amazonaws.com"


def test_lambda_runs_the_unpublished_version_again_without_a_qualifier(emulator: Emulator) -> None:
    assert recorded(PLATFORMS["aws"], emulator_endpoints(emulator)).query == ()


def test_a_finance_region_of_scf_has_a_host_of_its_own(emulator: Emulator) -> None:
    environ = {**emulator_endpoints(emulator), "TENCENTCLOUD_REGION": "ap-shanghai-fsi"}

    request = recorded(PLATFORMS["scf"], environ)

    assert request.origin == "https://scf.ap-shanghai-fsi.tencentcloudapi.com"
    assert request.headers["X-TC-Region"] == "ap-shanghai-fsi"


def test_scf_is_called_with_the_running_version_and_namespace(emulator: Emulator) -> None:
    invocation = PLATFORMS["scf"].invocation(emulator_endpoints(emulator), process=process())
    invocation.context.update(function_version="3", namespace="jobs")

    asked = json.loads(sent_by(invocation).body)

    assert (asked["Qualifier"], asked["Namespace"]) == ("3", "jobs")


def test_functiongraph_is_called_with_the_running_version_and_package(
    emulator: Emulator,
) -> None:
    invocation = PLATFORMS["functiongraph"].invocation(
        emulator_endpoints(emulator), process=process()
    )
    invocation.context.getVersion = lambda: "v1"
    invocation.context.getPackage = lambda: "jobs"

    assert f":function:jobs:{FUNCTION}:v1/" in sent_by(invocation).path


def test_functiongraph_is_found_by_its_environment_where_getters_are_missing() -> None:
    secrets = {
        "getSecurityAccessKey": lambda: "HWSTexampleid",
        "getSecuritySecretKey": lambda: "exampleHuaweiTemporary",
        "getSecurityToken": lambda: "exampleHuaweiToken",
    }
    context = SimpleNamespace(
        getRequestID=lambda: "r", getUserData={"HUAWEICLOUD_REGION": "cn-east-3"}.get, **secrets
    )
    environ = {
        "RUNTIME_PROJECT_ID": "project-1",
        "RUNTIME_FUNC_NAME": "mine",
        "RUNTIME_FUNC_VERSION": "v2",
    }
    recorder = RecordingTransport()
    process = Runtime(environ=environ, transport_factory=lambda *_network: recorder)

    request = sent_by(Invocation.from_event({}, context, process))

    assert request.path == (
        "/v2/project-1/fgs/functions/"
        "urn:fss:cn-east-3:project-1:function:default:mine:v2/invocations-async"
    )


def test_function_compute_has_its_qualifier_in_the_service_on_older_runtimes(
    emulator: Emulator,
) -> None:
    invocation = PLATFORMS["fc"].invocation(emulator_endpoints(emulator), process=process())
    invocation.context.service.qualifier = "prod"

    assert sent_by(invocation).query == (("qualifier", "prod"),)


def test_function_compute_finds_its_role_in_the_environment_from_python_3_12_on(
    emulator: Emulator,
) -> None:
    invocation = PLATFORMS["fc"].invocation(emulator_endpoints(emulator), process=process())
    del invocation.context.credentials

    request = sent_by(invocation)

    assert request.headers["x-acs-accesskey-id"] == "STS.exampleid"
    assert request.headers["x-acs-security-token"] == "exampleAlibabaToken"


BAD = ["a/b", "a?b", "a b", "a\nb", "a#b", "..", "a:b", "-a", "á"]


@pytest.mark.parametrize("text", BAD)
@pytest.mark.parametrize("name", ["aws", "fc", "functiongraph"])
def test_a_name_that_could_redirect_the_request_is_refused(
    emulator: Emulator, name: str, text: str
) -> None:
    invocation = PLATFORMS[name].invocation(
        emulator_endpoints(emulator),
        {"AWS_LAMBDA_FUNCTION_NAME": text},
        function=text,
        process=process(),
    )

    with pytest.raises(Misconfigured) as caught:
        invoke_self_async({}, invocation=invocation)

    assert caught.value.code == "OwnFunctionUnknown"


@pytest.mark.parametrize("region", ["eu-west-1.evil.example", "eu-west-1/x", "mars", "EU-WEST-1"])
@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("aws", "AWS_REGION"),
        ("fc", "FC_REGION"),
        ("scf", "TENCENTCLOUD_REGION"),
        ("functiongraph", "HUAWEICLOUD_REGION"),
    ],
)
def test_an_invalid_region_is_refused(
    emulator: Emulator, name: str, setting: str, region: str
) -> None:
    invocation = PLATFORMS[name].invocation(
        emulator_endpoints(emulator), {setting: region}, process=process()
    )

    with pytest.raises(Misconfigured) as caught:
        invoke_self_async({}, invocation=invocation)

    assert caught.value.code in {"BadRegion", "OwnFunctionUnknown"}


def test_functiongraphs_region_must_be_set_since_the_platform_does_not_provide_it(
    emulator: Emulator,
) -> None:
    environ = emulator_endpoints(emulator)
    del environ["HUAWEICLOUD_REGION"]

    with pytest.raises(Misconfigured) as caught:
        invoke_self_async(
            {}, invocation=PLATFORMS["functiongraph"].invocation(environ, process=process())
        )

    assert "HUAWEICLOUD_REGION" in caught.value.hint


def test_outside_a_platform_nothing_can_be_invoked(emulator: Emulator) -> None:
    at_home = Invocation.from_event({}, None, Runtime(environ=emulator.environment()))

    with pytest.raises(Misconfigured, match="not a function platform") as caught:
        invoke_self_async({}, invocation=at_home)

    assert (caught.value.code, caught.value.fault) == ("NoPlatform", "deployer")


@each_platform
def test_an_event_of_the_largest_size_is_accepted_and_one_byte_more_is_not_sent(
    emulator: Emulator, platform: Platform
) -> None:
    largest = {"t": "x" * (platform.max_event_bytes - len('{"t":""}'))}
    invocation = platform.invocation(emulator.environment(temporary=True))

    invoke_self_async(largest, invocation=invocation)
    with pytest.raises(SyncError) as caught:
        invoke_self_async({"t": largest["t"] + "x"}, invocation=invocation)

    assert (caught.value.category, caught.value.code) == ("invalid_input", "DeferredEventTooLarge")
    assert [invocation.event for invocation in emulator.invocations.all()] == [largest]
    assert len(emulator.received) == 1


@pytest.mark.parametrize("event", [{"a": object()}, {"a": float("nan")}, {"a": {1, 2}}])
def test_an_event_that_is_not_json_is_an_internal_error(
    emulator: Emulator, event: dict[str, object]
) -> None:
    with pytest.raises(SyncError) as caught:
        invoke_self_async(event, invocation=PLATFORMS["aws"].invocation(emulator.environment()))

    assert (caught.value.category, caught.value.fault) == ("internal", "us")
    assert len(emulator.received) == 0
