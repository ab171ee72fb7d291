"""The zips of the web app, run as the platforms run them: page, API and chat."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.web.assembly import assemble
from functions.web.static_files import CONSOLE_FOLDER
from functions.web.version import VERSION
from local.bundling.plan import Bundle
from local.emulator import Emulator
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from tests.support.bundle_runner import PLATFORMS, BundleRunner
from tests.support.bundles import BundleCache
from tests.support.lambda_process import Start

CONSOLE = assemble(CONSOLE_FOLDER)
SCRIPT = next(name for name in CONSOLE if name.endswith(".js"))
TOKEN = "exampleBearerToken"
SIGNING_SECRET = "exampleSigningSecret"
SETTINGS = {
    "HTTP_BEARER_TOKENS": TOKEN,
    "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    "CHAT_RIGHTS": json.dumps(
        [
            {
                "platform": "slack",
                "users": ["U0EXAMPLE"],
                "channels": ["*"],
                "operations": ["*"],
                "actions": ["*"],
            }
        ]
    ),
}


def slack_command(text: str) -> Http:
    """Return a slash command, signed as Slack documents it."""
    fields = {
        "command": "/sync",
        "text": text,
        "team_id": "T0EXAMPLE",
        "user_id": "U0EXAMPLE",
        "channel_id": "C0EXAMPLE",
        "trigger_id": f"1.2.{text}",
        "response_url": "https://hooks.slack.com/commands/T0EXAMPLE/1/example",
    }
    body, moment = urlencode(fields).encode(), str(int(time.time()))
    signed = f"v0:{moment}:".encode() + body
    signature = hmac.new(SIGNING_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={signature}",
    }
    return Http(path="/chat/slack", headers=headers, body=body)


def requests() -> list[Http]:
    """Return a request for each part of the app."""
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    operation = "/operations/tencent.cwp.SyncMachines"
    headers = {**bearer, "Content-Type": "application/json"}
    return [
        Http(method="GET", path="/"),
        Http(method="GET", path=f"/{SCRIPT}"),
        Http(method="GET", path="/openapi.json"),
        Http(method="GET", path="/operations", headers=bearer),
        Http(path=operation, headers=headers, body=b'{"sync": false}'),
        slack_command("status tencent-sync-machines"),
    ]


def assert_web_bundle_works(replies: list[Any], emulator: Emulator) -> None:
    """Check the replies to :func:`requests`."""
    assert [reply["statusCode"] for reply in replies] == [200] * len(replies), replies
    page, script, document, listed, ran, output = (reply["body"] for reply in replies)
    assert page.startswith("<!doctype html>")
    assert f'src="{SCRIPT}"' in page
    assert script.encode() == CONSOLE[SCRIPT]
    assert "/operations/tencent.cwp.SyncMachines" in json.loads(document)["paths"]
    assert json.loads(ran)["operation"] == "tencent.cwp.SyncMachines"
    assert "tencent.cwp.SyncMachines" in listed
    assert "huawei" not in listed
    assert json.loads(output)["response_type"] == "ephemeral"
    assert len(emulator.received) == 2


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_part_of_the_app_answers_from_the_zip_alone(
    bundles: BundleCache, platform: str, emulator: Emulator, tmp_path: Path
) -> None:
    bundle = Bundle("tencent", platform, web=True)
    environ = {**emulator.environment(), **SETTINGS}
    runner = BundleRunner(bundle, bundles.unpack(bundle), tmp_path, environ)
    call = CONTEXTS[platform]("web", {}, environ, timer=False)
    events = [TRIGGERS[platform](http) for http in requests()]

    run = runner.run([("web", event, call) for event in events])

    assert_web_bundle_works(run.results, emulator)
    assert run.foreign == []


def test_every_part_of_the_app_answers_from_the_zip_on_lambda(
    start: Start, emulator: Emulator
) -> None:
    process = start("web", "tencent", web=True, **SETTINGS)

    outcomes = [process.invoke(TRIGGERS["aws-url"](http)) for http in requests()]

    assert [outcome.text for outcome in outcomes if outcome.failed] == []
    assert_web_bundle_works([outcome.document for outcome in outcomes], emulator)


ALL_EIGHT = [
    "alibaba.edas.SynchronizeResource",
    "alibaba.ehpc.SynchronizeApp",
    "tencent.cwp.SyncMachines",
    "tencent.cwp.SyncAssetScan",
    "huawei.oms.StartSyncTask",
    "huawei.oms.StopSyncTask",
    "huawei.oms.CreateSyncEvents",
    "huawei.modelarts.SyncDevServers",
]


def assert_bundle_of_all_providers_works(replies: list[Any], emulator: Emulator) -> None:
    """Check the replies to :func:`requests_to_all`."""
    assert [reply["statusCode"] for reply in replies] == [200] * len(replies), replies
    health, listed, *ran = (json.loads(reply["body"]) for reply in replies)
    assert health == {"status": "ok", "version": VERSION, "operations": ALL_EIGHT}
    assert [each["id"] for each in listed["operations"]] == ALL_EIGHT
    assert [result["operation"] for result in ran] == list(ONE_OF_EACH)
    assert len(emulator.alibaba.synchronized) == 1
    assert [len(emulator.received.of(name)) for name in ("cwp", "modelarts")] == [1, 1]
    assert all(request.accepted for request in emulator.received)


ONE_OF_EACH = {
    "alibaba.edas.SynchronizeResource": b'{"type": "all"}',
    "tencent.cwp.SyncMachines": b'{"sync": false}',
    "huawei.modelarts.SyncDevServers": b"{}",
}


def requests_to_all() -> list[Http]:
    """Return requests for the lists of operations, and a run at each provider."""
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    headers = {**bearer, "Content-Type": "application/json"}
    return [
        Http(method="GET", path="/health"),
        Http(method="GET", path="/operations", headers=bearer),
        *(
            Http(path=f"/operations/{name}", headers=headers, body=body)
            for name, body in ONE_OF_EACH.items()
        ),
    ]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_one_web_app_has_the_operations_of_all_providers(
    bundles: BundleCache, platform: str, emulator: Emulator, tmp_path: Path
) -> None:
    bundle = Bundle("all", platform, web=True)
    # A role's keys are temporary on every platform.
    environ = {**emulator.environment(temporary=True), **SETTINGS}
    runner = BundleRunner(bundle, bundles.unpack(bundle), tmp_path, environ)
    call = CONTEXTS[platform]("web", {}, environ, timer=False)
    events = [TRIGGERS[platform](http) for http in requests_to_all()]

    run = runner.run([("web", event, call) for event in events])

    assert_bundle_of_all_providers_works(run.results, emulator)
    assert run.foreign == []


def test_one_web_app_has_the_operations_of_all_providers_on_lambda(
    start: Start, emulator: Emulator
) -> None:
    process = start("web", "all", web=True, **SETTINGS)

    outcomes = [process.invoke(TRIGGERS["aws-url"](http)) for http in requests_to_all()]

    assert [outcome.text for outcome in outcomes if outcome.failed] == []
    assert_bundle_of_all_providers_works([outcome.document for outcome in outcomes], emulator)
