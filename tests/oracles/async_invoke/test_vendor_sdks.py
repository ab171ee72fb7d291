"""The platforms' own SDKs request the same invocation: what they send and what we send agree."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest
from alibabacloud_fc20230330 import models as fc_models
from alibabacloud_fc20230330.client import Client as FcClient
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkfunctiongraph.v2 import AsyncInvokeFunctionRequest, FunctionGraphClient
from huaweicloudsdkfunctiongraph.v2.region.functiongraph_region import FunctionGraphRegion
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.scf.v20180416.models import InvokeRequest
from tencentcloud.scf.v20180416.scf_client import ScfClient

from functions.web.async_invoke import aws, invoke_self_async, scf
from local.emulator import Emulator, Key, Received
from local.emulator import keys as known
from local.emulator.huawei import PROJECT
from tests.support.async_invoke import FUNCTION, PLATFORMS

# Imported by name since they come without types.
botocore_session = importlib.import_module("botocore.session")
BotocoreConfig = importlib.import_module("botocore.config").Config

EVENT = {"deferred": {"operation": "tencent.cwp.SyncMachines", "text": "看 %2F \U0001f600"}}
PAYLOAD = json.dumps(EVENT, separators=(",", ":"))


def by_botocore(emulator: Emulator, key: Key) -> str:
    client = botocore_session.Session().create_client(
        "lambda",
        region_name="eu-west-1",
        aws_access_key_id=key.access_key_id,
        aws_secret_access_key=key.secret,
        aws_session_token=key.token,
        endpoint_url=emulator.url("lambda"),
        config=BotocoreConfig(retries={"max_attempts": 0}),
    )
    response = client.invoke(FunctionName=FUNCTION, InvocationType="Event", Payload=PAYLOAD)
    assert response["StatusCode"] == 202
    return str(response["ResponseMetadata"]["RequestId"])


def by_the_fc_client(emulator: Emulator, key: Key) -> str:
    client = FcClient(
        Config(
            access_key_id=key.access_key_id,
            access_key_secret=key.secret,
            security_token=key.token,
            endpoint=emulator.address("fc"),
            protocol="HTTP",
        )
    )
    response = client.invoke_function_with_options(
        FUNCTION,
        fc_models.InvokeFunctionRequest(body=PAYLOAD),
        fc_models.InvokeFunctionHeaders(x_fc_invocation_type="Async"),
        RuntimeOptions(),
    )
    assert response.status_code == 202
    return str(response.headers["x-fc-request-id"])


def by_the_scf_client(emulator: Emulator, key: Key) -> str:
    http = HttpProfile(endpoint=emulator.address("scf"), protocol="http")
    client = ScfClient(
        Credential(key.access_key_id, key.secret, key.token),
        "ap-guangzhou",
        ClientProfile(httpProfile=http),
    )
    request = InvokeRequest()
    request.FunctionName = FUNCTION
    request.InvocationType = "Event"
    request.Qualifier = "$LATEST"
    request.ClientContext = PAYLOAD
    request.Namespace = "default"
    return str(client.Invoke(request).Result.FunctionRequestId)


def by_the_functiongraph_client(emulator: Emulator, key: Key) -> str:
    credentials = (
        BasicCredentials(key.access_key_id, key.secret)
        .with_project_id(PROJECT)
        .with_security_token(key.token)
    )
    builder = FunctionGraphClient.new_builder().with_credentials(credentials)
    client = builder.with_endpoint(emulator.url("functiongraph")).build()
    urn = f"urn:fss:cn-north-4:{PROJECT}:function:default:{FUNCTION}:latest"
    response = client.async_invoke_function(
        AsyncInvokeFunctionRequest(function_urn=urn, body=EVENT)
    )
    return str(response.request_id)


SDKS = {
    "aws": (by_botocore, ("x-amz-invocation-type", "x-amz-security-token")),
    "fc": (
        by_the_fc_client,
        (
            "x-acs-action",
            "x-acs-version",
            "x-acs-content-sha256",
            "x-acs-accesskey-id",
            "x-acs-security-token",
            "x-fc-invocation-type",
            "content-type",
            "accept",
        ),
    ),
    "scf": (
        by_the_scf_client,
        ("x-tc-action", "x-tc-version", "x-tc-region", "x-tc-token", "content-type"),
    ),
    "functiongraph": (
        by_the_functiongraph_client,
        ("x-project-id", "x-security-token", "content-type"),
    ),
}


def content_of(request: Received) -> tuple[object, ...]:
    """Return the content of a request, its body as JSON, since SDKs write it with spaces."""
    return (request.method, request.path, request.query, request.json())


@pytest.mark.parametrize("name", SDKS)
def test_what_we_send_is_what_the_platforms_own_sdk_sends(emulator: Emulator, name: str) -> None:
    invoke, headers = SDKS[name]
    platform = PLATFORMS[name]

    their_run = invoke(emulator, platform.key)
    our_run = invoke_self_async(
        EVENT, invocation=platform.invocation(emulator.environment(temporary=True))
    )

    theirs, ours = emulator.received
    assert (theirs.accepted, ours.accepted) == (True, True)
    assert content_of(ours) == content_of(theirs)
    assert [ours.headers[header] for header in headers] == [
        theirs.headers[header] for header in headers
    ]
    begun = emulator.invocations.all()
    assert [invocation.request_id for invocation in begun] == [their_run, our_run]
    assert [invocation.event for invocation in begun] == [EVENT, EVENT]
    assert {invocation.function for invocation in begun} == {FUNCTION}


@pytest.mark.parametrize("name", ["aws", "fc"])
def test_a_version_is_named_as_the_platforms_own_sdk_names_it(
    emulator: Emulator, name: str
) -> None:
    environ = emulator.environment(temporary=True)
    invocation = PLATFORMS[name].invocation(environ)
    if name == "aws":
        invocation.context.invoked_function_arn += ":prod"
        client = botocore_session.Session().create_client(
            "lambda",
            region_name="eu-west-1",
            aws_access_key_id=known.AWS_ROLE.access_key_id,
            aws_secret_access_key=known.AWS_ROLE.secret,
            aws_session_token=known.AWS_ROLE.token,
            endpoint_url=emulator.url("lambda"),
        )
        client.invoke(
            FunctionName=FUNCTION, InvocationType="Event", Qualifier="prod", Payload=PAYLOAD
        )
    else:
        invocation.context.function.qualifier = "prod"
        key = known.ALIBABA_TEMPORARY
        config = Config(
            access_key_id=key.access_key_id,
            access_key_secret=key.secret,
            security_token=key.token,
            endpoint=emulator.address("fc"),
            protocol="HTTP",
        )
        FcClient(config).invoke_function_with_options(
            FUNCTION,
            fc_models.InvokeFunctionRequest(body=PAYLOAD, qualifier="prod"),
            fc_models.InvokeFunctionHeaders(x_fc_invocation_type="Async"),
            RuntimeOptions(),
        )

    invoke_self_async(EVENT, invocation=invocation)

    theirs, ours = emulator.received
    assert ours.raw_query == theirs.raw_query
    assert [run.qualifier for run in emulator.invocations.all()] == ["prod", "prod"]


def test_lambdas_hosts_are_those_of_the_sdks_own_endpoints() -> None:
    session = botocore_session.Session()
    resolver = session.get_component("endpoint_resolver")
    regions = [
        region
        for partition in ("aws", "aws-cn", "aws-us-gov")
        for region in session.get_available_regions("lambda", partition)
    ]

    assert len(regions) > 30
    assert [aws.host(region) for region in regions] == [
        resolver.construct_endpoint("lambda", region)["hostname"] for region in regions
    ]


def test_functiongraphs_hosts_are_those_of_the_sdks_own_regions() -> None:
    hosts: dict[str, Any] = {
        name: region.endpoints[0] for name, region in FunctionGraphRegion.static_fields.items()
    }

    assert len(hosts) > 20
    assert hosts == {name: f"https://functiongraph.{name}.myhuaweicloud.com" for name in hosts}


def test_scfs_host_is_the_sdks_own() -> None:
    assert scf.host("ap-guangzhou") == ScfClient._endpoint
