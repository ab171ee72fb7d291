"""A request to an operation is read once, in the same way for all triggers."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from functions.huawei.start_sync_task import OPERATION as OMS
from functions.tencent.sync_machines import OPERATION as CWP
from local.http_events import TRIGGERS, Http
from shared.errors import InvalidInput, Misconfigured
from shared.http_trigger.handler import handle_request
from shared.http_trigger.request import parse_request
from shared.invocation import Invocation
from shared.models.secret import Secret
from shared.operation_request import defaults_of, prepare
from shared.runtime import Runtime
from shared.settings import Settings, environment_source

KEYS = {"TENCENTCLOUD_SECRET_ID": "exampleId", "TENCENTCLOUD_SECRET_KEY": "exampleTencentKey"}
TOKEN = "exampleBearerToken"


class CountingSettings(Settings):
    """Counts how often each setting is read."""

    __slots__ = ("reads",)

    def __init__(self, environ: dict[str, str]) -> None:
        super().__init__(environment_source(environ))
        self.reads: Counter[str] = Counter()

    def get(self, name: str) -> str | None:
        self.reads[name] += 1
        return super().get(name)


def invocation_of(environ: dict[str, str], event: Any = None) -> Invocation:
    invocation = Invocation.from_event(event or {}, None, Runtime(environ=environ))
    invocation.settings = CountingSettings(environ)
    return invocation


def test_parameters_are_merged_with_the_defaults() -> None:
    invocation = invocation_of(
        {**KEYS, "DEFAULT_PARAMETERS": '{"region": "ap-guangzhou", "sync": false}'}
    )

    request = prepare(CWP, invocation, {"Sync": True})

    assert (request.params.sync, request.region, request.action) == (True, "ap-guangzhou", "run")
    assert request.raw == {"Sync": True}
    assert prepare(CWP, invocation, {}).action == "status"
    assert prepare(CWP, invocation, {"dry_run": True}).action == "plan"


def test_the_defaults_are_read_once_for_several_requests() -> None:
    environ = {**KEYS, "DEFAULT_PARAMETERS": '{"region": "ap-guangzhou"}'}
    invocation = invocation_of(environ)

    prepare(CWP, invocation, {})
    prepare(CWP, invocation.limited_to(5), {})
    defaults_of(CWP, invocation.replace(trigger="chat"))

    assert isinstance(invocation.settings, CountingSettings)
    assert invocation.settings.reads["DEFAULT_PARAMETERS"] == 1


def test_an_http_request_reads_each_decision_once() -> None:
    rule = {"tokens": ["*"], "operations": ["tencent.*"], "actions": ["plan"]}
    environ = {
        **KEYS,
        "HTTP_BEARER_TOKENS": TOKEN,
        "HTTP_RIGHTS": json.dumps([rule]),
        "TENCENTCLOUD_REGION": "ap-guangzhou",
    }
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    event = TRIGGERS["aws-url"](Http(headers=headers, body=b'{"dry_run": true}'))
    invocation = invocation_of(environ, event)

    response = handle_request(CWP, invocation, parse_request(event))

    assert response["statusCode"] == 200, response
    assert isinstance(invocation.settings, CountingSettings)
    reads = invocation.settings.reads
    decisions = ("HTTP_RIGHTS", "HTTP_AUTH", "HTTP_DEADLINE_SECONDS", "DEFAULT_PARAMETERS")
    assert {name: reads[name] for name in decisions} == dict.fromkeys(decisions, 1)
    assert reads["TENCENTCLOUD_REGION"] == 1


def test_a_listed_task_names_project_and_region() -> None:
    tasks = {"task-1": {"project_id": "project-1", "region": "cn-east-3"}}
    invocation = invocation_of({"OMS_TASKS": json.dumps(tasks)})

    request = prepare(OMS, invocation, {"sync_task_id": "task-1", "dry_run": True})

    assert (request.params.project_id, request.region) == ("project-1", "cn-east-3")


def test_the_project_of_the_settings_is_for_the_default_region() -> None:
    environ = {
        "HUAWEICLOUD_SDK_AK": "exampleAk",
        "HUAWEICLOUD_SDK_SK": "exampleHuaweiSecret",
        "HUAWEICLOUD_REGION": "cn-north-4",
        "HUAWEICLOUD_SDK_PROJECT_ID": "project-1",
    }
    event = {"sync_task_id": "task-1"}

    assert prepare(OMS, invocation_of(environ), event).context.project_id == "project-1"
    elsewhere = {**event, "region": "cn-east-3"}
    assert prepare(OMS, invocation_of(environ), elsewhere).context.project_id is None


def test_a_request_without_credentials_is_prepared_for_a_dry_run() -> None:
    request = prepare(CWP, invocation_of({"TENCENTCLOUD_REGION": "ap-guangzhou"}), {})

    assert isinstance(request.identity, Misconfigured)
    assert request.as_dry_run().params.dry_run is True
    assert request.as_dry_run().action == "plan"
    assert request.params.dry_run is False


def test_secrets_are_redacted_also_if_the_request_is_not_valid() -> None:
    invocation = invocation_of({})

    with pytest.raises(InvalidInput):
        prepare(OMS, invocation, {"src_sk": "exampleStorageSecret", "bogus": 1})

    assert "exampleStorageSecret" not in invocation.redactor.redact("sent exampleStorageSecret")


def test_secrets_in_the_defaults_are_redacted() -> None:
    defaults = {"dst_ak": "exampleDstAk", "dst_sk": "exampleDstSecret"}
    invocation = invocation_of(
        {"DEFAULT_PARAMETERS": json.dumps(defaults), "HUAWEICLOUD_REGION": "cn-north-4"}
    )

    request = prepare(OMS, invocation, {"sync_task_id": "task-1"})

    assert request.params.dst_sk == Secret("exampleDstSecret")
    assert "exampleDstSecret" not in invocation.redactor.redact("sent exampleDstSecret")
