"""The gateway runs what ``deploy`` made at the emulator, under whatever names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from local.emulator import Emulator, Invocation
from local.emulator.huawei import PROJECT
from local.gateway import Gateway
from local.http_events import TRIGGERS, Http
from local.serve import TOKEN, http_settings
from shared.models.http import Request
from shared.models.operation import Operation
from tests.support.deployer import Deployer
from tests.support.signed_requests import invoke_fc, invoke_functiongraph, invoke_scf, send

PREFIXES = ["", "int-"]
FUNCTIONS = {
    "scf": ["tencent-sync-machines", "tencent-sync-asset-scan"],
    "fc": ["alibaba-synchronize-resource"],
    "functiongraph": ["huawei-sync-dev-servers"],
}
PROVIDERS = {"scf": "tencent", "fc": "alibaba", "functiongraph": "huawei"}
MORE = {
    "scf": "",
    "fc": '\nschedule = "CRON_TZ=Asia/Shanghai 0 0 2 * * *"\nparameters = { type = "all" }',
    "functiongraph": "",
}
DESCRIPTION = """\
name = "production"
[platforms.{platform}]
{name_prefix}
region = "{region}"
role = "cloud-sync"
[platforms.{platform}.web]
operations = "{provider}"
{api_group}
[platforms.{platform}.web.secrets]
HTTP_BEARER_TOKENS = "env:MY_TOKENS"
"""
REGIONS = {"scf": "ap-guangzhou", "fc": "cn-hangzhou", "functiongraph": "cn-north-4"}


def asynchronous(emulator: Emulator, platform: str, name: str) -> Request:
    """Return a signed request for an asynchronous run of a function."""
    if platform == "scf":
        return invoke_scf(emulator, FunctionName=name)
    if platform == "fc":
        return invoke_fc(emulator, function=name)
    urn = f"urn:fss:cn-north-4:{PROJECT}:function:default:{name}:latest"
    return invoke_functiongraph(emulator, urn=urn)


def deployed(emulator: Emulator, folder: Path, platform: str, prefix: str) -> Deployer:
    """Return what deploys some functions of a platform and its web app."""
    deployer = Deployer(emulator, folder, {"MY_TOKENS": TOKEN}, platform=platform)
    provider = PROVIDERS[platform]
    text = DESCRIPTION.format(
        name_prefix=f'name_prefix = "{prefix}"' if prefix else "",
        platform=platform,
        region=REGIONS[platform],
        provider=provider,
        api_group='api_group = "0123456789abcdef0123456789abcdef"'
        if platform == "functiongraph"
        else "",
    )
    for name in FUNCTIONS[platform]:
        text += f"[platforms.{platform}.functions.{name}]{MORE[platform]}\n"
    deployer.describe(text)
    deployer.build("first", f"{provider}-{platform}", f"web-{provider}-{platform}")
    return deployer


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("platform", FUNCTIONS)
def test_every_deployed_function_passes_its_dry_run(
    emulator: Emulator, tmp_path: Path, platform: str, prefix: str
) -> None:
    deployer = deployed(emulator, tmp_path, platform, prefix)

    with Gateway(emulator, http_settings(emulator, {})):
        ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    for name in FUNCTIONS[platform]:
        assert f"  {prefix}{name}: planned: Dry run: " in ended.out
    web = f"  {prefix}{PROVIDERS[platform]}-web: GET /health as an event: "
    assert web in ended.out


def reply_of(gateway: Gateway, platform: str, event: Any) -> Any:
    """Return what a web app replies that was deployed as ``int-web``."""
    payload = event if isinstance(event, bytes) else json.dumps(event).encode()
    invocation = Invocation(platform, "int-web", None, payload, "example", "web.handler")
    return gateway.invoke(invocation)


@pytest.mark.parametrize("platform", FUNCTIONS)
def test_a_web_app_replies_to_any_request(emulator: Emulator, platform: str) -> None:
    known = Http("GET", "/operations", {"Authorization": f"Bearer {TOKEN}"})
    unknown = Http("GET", "/operations", {"Authorization": "Bearer exampleWrong"})

    with Gateway(emulator, http_settings(emulator, {})) as gateway:
        replies = [
            reply_of(gateway, platform, TRIGGERS[platform](each))
            for each in (Http("GET", "/"), known, unknown)
        ]

    assert [each["statusCode"] for each in replies] == [200, 200, 401]


@pytest.mark.parametrize("platform", FUNCTIONS)
def test_an_asynchronous_run_is_that_of_the_deployed_function(
    emulator: Emulator, tmp_path: Path, platform: str
) -> None:
    deployer = deployed(emulator, tmp_path, platform, "int-")
    name = FUNCTIONS[platform][0]
    ran: list[str] = []

    def handle(operation: Operation, *_more: object) -> object:
        ran.append(operation.function)
        return {"status": "planned", "summary": "Dry run.", "error": None}

    with Gateway(emulator, http_settings(emulator, {}), handle=handle):
        deployer.deploy("--yes")
        ran.clear()
        send(asynchronous(emulator, platform, f"int-{name}"))
        emulator.invocations.all()[-1].outcome.result(timeout=10)

    assert ran == [name]


def test_every_operation_is_found_by_its_handler(emulator: Emulator) -> None:
    ran: list[str] = []

    def handle(operation: Operation, *_more: object) -> object:
        ran.append(operation.id)
        return None

    with Gateway(emulator, {}, handle=handle) as gateway:
        for name in OPERATIONS:
            handler = f"{load(name).function.partition('-')[2].replace('-', '_')}.handler"
            gateway.invoke(Invocation("scf", "int-example", None, b"{}", "example", handler))

    assert ran == list(OPERATIONS)


@pytest.mark.parametrize(
    ("function", "handler", "named"),
    [
        ("tencent-sync-machines", "index.handler", "index.handler"),
        ("int-tencent-sync-machines", None, "int-tencent-sync-machines"),
    ],
)
def test_another_function_is_refused_by_what_it_was_looked_up_by(
    emulator: Emulator, function: str, handler: str | None, named: str
) -> None:
    with (
        Gateway(emulator, {}) as gateway,
        pytest.raises(LookupError, match=f"runs no function {named}, only "),
    ):
        gateway.invoke(Invocation("scf", function, None, b"{}", "example", handler))
