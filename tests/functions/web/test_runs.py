"""A run behind the web app: its time, its secrets, its settings, its shared process."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.emulator import Emulator, faults
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from tests.support.platform_caller import TASK
from tests.support.web_client import CWP, RUN, TOKEN, WebClient

OMS = "/operations/huawei.oms.StartSyncTask"


class LateContext:
    """AWS's context of a function with little time left."""

    aws_request_id = "00000000-0000-4000-8000-00000000aaaa"

    def get_remaining_time_in_millis(self) -> int:
        return 1_500


@pytest.mark.parametrize("setting", ["platform", "HTTP_DEADLINE_SECONDS"])
def test_a_run_ends_before_the_caller_or_the_platform_times_out(
    client: WebClient, emulator: Emulator, setting: str
) -> None:
    emulator.inject_fault("cwp", faults.hang(5))
    event = TRIGGERS["aws-url"](
        Http(path=RUN, headers={"Authorization": f"Bearer {TOKEN}"}, query={"sync": "false"})
    )
    client.runtime.environ = dict(client.environ)
    context: Any = LateContext()
    if setting != "platform":
        client.runtime.environ[setting] = "1.5"
        context = CONTEXTS["aws-url"]("web", {}, {}, timer=False).context

    reply: Any = client.app.handle(event, context)

    assert reply["statusCode"] == 504
    assert json.loads(reply["body"])["error"]["category"] == "timeout"


def test_a_throttled_run_has_retry_after(client: WebClient, emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.throttled(retry_after=7), times=None)
    client.environ["HTTP_DEADLINE_SECONDS"] = "2"

    reply = client.request(RUN, {"sync": False})

    assert (reply.status, reply.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_callers_credentials_are_never_shown(
    client: WebClient, trigger: str, capfd: pytest.CaptureFixture[str]
) -> None:
    client.environ["OMS_TASKS"] = json.dumps({TASK: {}})
    keys = {"src_ak": "exampleSourceKey", "src_sk": "exampleSourceSecret"}

    replies = [
        client.request(OMS, {"sync_task_id": TASK, **keys}, trigger=trigger),
        client.request(RUN, {TOKEN: TOKEN}, trigger=trigger),
        client.request("/operations", trigger=trigger, token="exampleWrongToken"),
        client.request("/nowhere", trigger=trigger, query={"token": TOKEN}),
        client.request(f"/operations/{TOKEN}", trigger=trigger),
    ]

    shown = "".join(reply.text + str(reply.headers) for reply in replies)
    shown += "".join(capfd.readouterr())
    for secret in (TOKEN, "exampleWrongToken", *keys.values()):
        assert secret not in shown


def test_a_request_overrides_the_deployments_defaults(client: WebClient) -> None:
    client.environ["DEFAULT_PARAMETERS"] = json.dumps({CWP: {"sync": False}})

    assert client.request(RUN, {}).json["status"] == "idle"


def test_on_failure_in_a_body_is_ignored(client: WebClient, emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.error("FailedOperation"))

    reply = client.request(RUN, {"sync": False, "on_failure": "raise"})

    assert (reply.status, reply.json["status"]) == (502, "failed")
