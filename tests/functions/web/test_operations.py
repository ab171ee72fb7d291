"""The operations: listed to authorized callers, described, and run as by their own functions."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from functions.registry import OPERATIONS, load
from local.emulator import Emulator
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from shared.entrypoint import handle
from tests.support.platform_caller import DONE, EVENTS, RUNNING_TASK, TASK
from tests.support.web_client import CWP, RUN, TOKEN, WebClient
from tests.support.webhook_sender import signed_headers

OMS = "huawei.oms.StartSyncTask"
STOP = "huawei.oms.StopSyncTask"
EDAS = "alibaba.edas.SynchronizeResource"
SERVERS = "huawei.modelarts.SyncDevServers"
HERE = {"label": None, "platform": "AWS Lambda", "region": "eu-west-1"}
SECRET = "whsec_" + base64.b64encode(b"an example webhook secret, 32 b").decode()
BODY = b'{"sync": false}'


# Listed and described


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_the_operations_of_the_bundle_are_listed(client: WebClient, trigger: str) -> None:
    reply = client.request("/operations", trigger=trigger)

    assert reply.status == 200
    listed = {entry["id"]: entry for entry in reply.json["operations"]}
    assert list(listed) == list(OPERATIONS)
    assert listed[CWP]["function"] == "tencent-sync-machines"
    assert listed[CWP]["actions"] == ["plan", "status", "run"]
    assert listed[OMS]["actions"] == ["plan", "status", "run"]
    assert listed[SERVERS]["actions"] == ["plan", "status", "run"]
    assert listed["alibaba.edas.SynchronizeResource"]["actions"] == ["plan", "run"]
    assert listed["alibaba.ehpc.SynchronizeApp"]["actions"] == ["plan", "status", "run"]


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_description_has_the_schemas(client: WebClient, trigger: str, operation: str) -> None:
    client.environ["OMS_TASKS"] = json.dumps({TASK: {}, RUNNING_TASK: {}})

    described = client.request(f"/operations/{operation}", trigger=trigger).json
    answered = client.request(f"/operations/{operation}", EVENTS[operation], trigger=trigger).json

    assert described["id"] == operation
    Draft202012Validator(described["parameters"]).validate(EVENTS[operation])
    Draft202012Validator(described["result"]).validate(answered)


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("path", ["/operations", RUN])
@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x"])
def test_without_a_valid_token_nothing_is_revealed(
    client: WebClient, trigger: str, path: str, token: str | None
) -> None:
    reply = client.request(path, trigger=trigger, token=token)

    assert reply.status == 401
    assert reply.is_problem
    assert "Bearer" in reply.headers["WWW-Authenticate"]


def test_with_nothing_configured_nothing_is_revealed(client: WebClient) -> None:
    del client.environ["HTTP_BEARER_TOKENS"]

    assert client.request("/operations").status == 403


def test_a_signed_read_is_answered(client: WebClient) -> None:
    client.environ["HTTP_WEBHOOK_SECRETS"] = SECRET

    assert client.request("/operations", token=None, headers=signed(b"")).status == 200


@pytest.mark.parametrize("trigger", ["aws-rest", "aws-http", "aws-url"])
def test_on_aws_the_platforms_authorizer_is_accepted(client: WebClient, trigger: str) -> None:
    del client.environ["HTTP_BEARER_TOKENS"]
    client.environ["HTTP_AUTH"] = "platform"
    found = {"principalId": "example", "iam": {"userArn": "arn:aws:iam::111122223333:user/a"}}

    for path in ("/operations", RUN):
        assert client.request(path, trigger=trigger, token=None, authorizer=found).status == 200
        assert client.request(path, trigger=trigger, token=None).status == 401
    assert client.request(
        RUN, {"sync": False}, trigger=trigger, token=None, authorizer=found
    ).status == (200)


def test_wrong_rights_are_named_to_a_caller_with_a_token_and_not_shown(client: WebClient) -> None:
    client.environ["HTTP_RIGHTS"] = "exampleNoRights"

    for path in ("/operations", RUN):
        reply = client.request(path)
        assert reply.status == 500
        assert reply.is_problem
        assert "HTTP_RIGHTS" in reply.json["detail"]
        assert client.request(path, token="exampleWrongToken").status == 401


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_BEARER_TOKENS", f"{TOKEN} sha256:exampleDigest"),
        ("HTTP_WEBHOOK_SECRETS", "exampleNoSecret"),
        ("HTTP_AUTH", "exampleNoWay"),
    ],
)
@pytest.mark.parametrize("token", [TOKEN, None], ids=["token", "no token"])
def test_a_wrong_setting_about_callers_is_named_in_a_runs_result_and_in_the_log_only(
    client: WebClient, name: str, value: str, token: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    client.environ[name] = value

    for path in ("/operations", RUN):
        reply = client.request(path, token=token)
        assert reply.status == 500
        assert reply.is_problem
        assert reply.json["detail"] == (
            "the settings for HTTP callers are wrong. "
            "The function's log names the setting to correct."
        )
        logged = capfd.readouterr().out
        assert value not in logged
        lines = [json.loads(line) for line in logged.splitlines()]
        (line,) = [line for line in lines if name in line["message"]]
        assert line["level"] == "ERROR"
        assert line["code"] in {"BadSetting", "WeakSecret"}
        assert line["hint"]
    ran = client.request(RUN, {"sync": False}, token=token)
    assert (ran.status, ran.json["error"]["category"]) == (500, "misconfigured")
    assert name in ran.json["error"]["message"]
    assert value not in ran.text


def test_how_to_set_up_callers_is_for_the_log_only(
    client: WebClient, capfd: pytest.CaptureFixture[str]
) -> None:
    del client.environ["HTTP_BEARER_TOKENS"]

    for path, parameters in (("/operations", None), (RUN, None), (RUN, {"sync": False})):
        reply = client.request(path, parameters)
        assert reply.status == 403
        assert "HTTP_" not in reply.text
        assert "set HTTP_BEARER_TOKENS or HTTP_WEBHOOK_SECRETS" in capfd.readouterr().out


def set_rights(client: WebClient, **rule: Any) -> None:
    client.environ["HTTP_BEARER_TOKENS"] = f"ci={TOKEN}"
    client.environ["HTTP_RIGHTS"] = json.dumps(
        [{"tokens": ["ci"], "operations": ["tencent.*"], "actions": ["plan", "status"]} | rule]
    )


def test_only_what_a_rule_allows_is_listed(client: WebClient) -> None:
    set_rights(client)

    entries = client.request("/operations").json["operations"]

    assert [(entry["id"], entry["actions"]) for entry in entries] == [
        (CWP, ["plan", "status"]),
        ("tencent.cwp.SyncAssetScan", ["plan", "status"]),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        {"tokens": ["night"]},
        {"operations": ["alibaba.*"]},
        {"actions": []},
        {"regions": []},
        {"accounts": []},
        {"platform": "slack", "users": ["*"], "channels": ["*"]},
    ],
)
def test_what_no_rule_names_is_not_described(client: WebClient, rule: dict[str, Any]) -> None:
    set_rights(client, **rule)

    assert CWP not in client.request("/operations").text
    reply = client.request(RUN)
    assert reply.status == 403
    assert reply.is_problem


def test_an_action_that_an_operation_lacks_does_not_count(client: WebClient) -> None:
    set_rights(client, operations=["alibaba.edas.*"], actions=["status"])

    assert client.request("/operations").json == {"operations": [], "deployment": HERE}


def test_a_named_token_without_rules_sees_nothing(client: WebClient) -> None:
    client.environ["HTTP_BEARER_TOKENS"] = f"ci={TOKEN}"

    assert client.request("/operations").json == {"operations": [], "deployment": HERE}
    assert client.request(RUN).status == 403
    assert client.request(RUN, {"sync": False}).status == 403


# Which deployment


@pytest.mark.parametrize(
    ("trigger", "platform", "region"),
    [
        ("aws-url", "AWS Lambda", "eu-west-1"),
        ("fc", "Function Compute", "cn-hangzhou"),
        ("scf", "SCF", "ap-guangzhou"),
        ("functiongraph", "FunctionGraph", None),
    ],
)
def test_a_caller_sees_which_deployment_it_is(
    client: WebClient, trigger: str, platform: str, region: str | None
) -> None:
    client.environ["CONSOLE_LABEL"] = "production"

    deployment = client.request("/operations", trigger=trigger).json["deployment"]

    assert deployment == {"label": "production", "platform": platform, "region": region}
    assert "production" not in client.request("/operations", trigger=trigger, token=None).text
    assert "production" not in client.request("/", trigger=trigger, token=None).text


# What a form needs


def test_the_list_holds_what_every_form_needs_if_requested(client: WebClient) -> None:
    client.environ["OMS_TASKS"] = json.dumps({TASK: {}})

    listed = client.request("/operations", query={"include": "parameters"}).json["operations"]

    assert [entry["id"] for entry in listed] == list(OPERATIONS)
    for entry in listed:
        described = client.request(f"/operations/{entry['id']}").json
        assert "result" not in entry
        assert {**entry, "result": described["result"]} == described


def test_another_addition_to_the_list_is_refused(client: WebClient) -> None:
    reply = client.request("/operations", query={"include": "result"})

    assert (reply.status, reply.is_problem) == (400, True)
    assert reply.json["detail"] == "include supports only parameters"


TASKS = json.dumps({"task-north": {"region": "cn-north-4"}, "task-east": {"region": "cn-east-3"}})


def choices(client: WebClient, operation: str = OMS) -> Any:
    return client.request(f"/operations/{operation}").json["choices"]


def test_the_listed_tasks_and_the_regions_are_offered(client: WebClient) -> None:
    client.environ["OMS_TASKS"] = TASKS

    assert choices(client) == {
        "sync_task_id": ["task-north", "task-east"],
        "region": ["cn-north-4", "cn-east-3", "cn-southwest-2"],
    }


def test_the_configured_region_is_offered(client: WebClient) -> None:
    client.environ["HUAWEICLOUD_REGION"] = "cn-south-1"

    assert choices(client, SERVERS) == {"region": ["cn-south-1"]}


def test_only_tasks_and_regions_that_a_rule_allows_are_offered(client: WebClient) -> None:
    client.environ["OMS_TASKS"] = TASKS
    set_rights(client, operations=["huawei.oms.*"], actions=["status"], regions=["cn-east-*"])

    assert choices(client) == {"sync_task_id": ["task-east"], "region": ["cn-east-3"]}


def test_a_task_without_a_region_is_in_the_configured_one(client: WebClient) -> None:
    client.environ["OMS_TASKS"] = json.dumps({TASK: {}})
    client.environ["HUAWEICLOUD_REGION"] = "cn-north-4"
    set_rights(client, operations=["huawei.oms.*"], regions=["cn-east-*"])
    assert choices(client) == {"region": ["cn-east-3"]}
    set_rights(client, operations=["huawei.oms.*"], regions=["cn-north-*"])
    assert choices(client) == {"sync_task_id": [TASK], "region": ["cn-north-4"]}


def test_the_accounts_that_a_caller_may_use_are_choices(client: WebClient, tmp_path: Path) -> None:
    assert "account" not in choices(client, EDAS)
    file = tmp_path / "accounts.json"
    names = {"prod-1": "alibaba", "prod-2": "alibaba", "tc-1": "tencent"}
    listed = {name: {"provider": cloud, "profile": "x"} for name, cloud in names.items()}
    file.write_text(json.dumps({"accounts": listed}), encoding="utf-8")
    client.environ["ACCOUNTS_FILE"] = str(file)

    assert choices(client, EDAS)["account"] == ["default", "prod-1", "prod-2"]
    assert choices(client, CWP)["account"] == ["default", "tc-1"]
    rule = {"tokens": ["*"], "operations": ["*"], "actions": ["run"], "accounts": ["prod-2"]}
    client.environ["HTTP_RIGHTS"] = json.dumps([rule])
    assert choices(client, EDAS)["account"] == ["prod-2"]
    file.write_text("{", encoding="utf-8")
    assert "account" not in choices(client, EDAS)


@pytest.mark.parametrize("name", ["OMS_TASKS", "DEFAULT_PARAMETERS"])
def test_an_invalid_setting_of_a_run_does_not_prevent_the_description(
    client: WebClient, name: str
) -> None:
    client.environ[name] = "{"

    assert client.request(f"/operations/{OMS}").status == 200


# Status checks


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize(
    ("operation", "parameters", "summary"),
    [
        (CWP, {}, "CWP: no sync in progress."),
        (CWP, {"sync": True}, "CWP: no sync in progress."),
        (OMS, {"sync_task_id": TASK}, f"task {TASK} is STOPPED"),
        (OMS, {"sync_task_id": "stopped"}, f"stopped: {TASK}"),
        (STOP, {"sync_task_id": TASK}, f"task {TASK} is STOPPED"),
        (SERVERS, {"include_servers": "none"}, "25 DevServers"),
    ],
)
def test_a_status_check_reads_and_changes_nothing(
    client: WebClient,
    emulator: Emulator,
    trigger: str,
    operation: str,
    parameters: Any,
    summary: str,
) -> None:
    client.environ["OMS_TASKS"] = json.dumps({TASK: {}, RUNNING_TASK: {}})
    client.environ |= dict.fromkeys(("OMS_SRC_AK", "OMS_SRC_SK", "OMS_DST_AK", "OMS_DST_SK"), "")

    reply = client.request(f"/operations/{operation}/status", parameters, trigger=trigger)

    assert reply.status == 200, reply.text
    assert reply.json["operation"] == operation
    assert summary in reply.json["summary"]
    schema = client.request(f"/operations/{operation}").json["result"]
    Draft202012Validator(schema).validate(reply.json)
    assert emulator.tencent.machines.started == 0
    assert [task.status for task in emulator.huawei.tasks.values()] == ["STOPPED", "SYNCHRONIZING"]


def test_an_operation_without_a_status_is_a_404(client: WebClient) -> None:
    reply = client.request(f"/operations/{EDAS}/status", {})

    assert (reply.status, reply.is_problem) == (404, True)
    assert reply.json["detail"] == (
        f"{EDAS} has no status: the provider's API cannot report one. Use dry_run."
    )


def test_the_status_of_an_unknown_operation_is_a_404(client: WebClient) -> None:
    assert client.request("/operations/tencent.cwp.Other/status", {}).status == 404


def test_a_status_check_needs_the_right_to_the_status(client: WebClient) -> None:
    set_rights(client, actions=["plan", "run"])
    assert client.request(f"{RUN}/status", {}).status == 403
    set_rights(client, actions=["status"])
    assert client.request(f"{RUN}/status", {}).status == 200
    assert client.request(f"{RUN}/status", {}, token="wrong").status == 401


# Run


def signed(body: bytes) -> dict[str, str]:
    moment = datetime.now(timezone.utc)
    return signed_headers(SECRET, body, message_id=f"msg_{moment.timestamp()}", moment=moment)


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_post_runs_the_operation(client: WebClient, trigger: str, operation: str) -> None:
    client.environ["OMS_TASKS"] = json.dumps({TASK: {}, RUNNING_TASK: {}})

    reply = client.request(f"/operations/{operation}", EVENTS[operation], trigger=trigger)

    assert reply.json["status"] in DONE[operation], reply.text
    assert (reply.json["operation"], reply.json["trigger"]) == (operation, "http")
    assert reply.json["invocation_id"]


JSON = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
REQUESTS: dict[str, dict[str, Any]] = {
    "a read": {"body": BODY, "headers": JSON},
    "a read by webhook": {"body": BODY, "headers": "signed"},
    "a dry run in the query": {"query": {"dry_run": "true"}, "headers": JSON},
    "no token": {"body": BODY, "headers": {"Content-Type": "application/json"}},
    "a wrong token": {"body": BODY, "headers": JSON | {"Authorization": "Bearer wrong"}},
    "a form": {"body": b"sync=false", "headers": JSON | {"Content-Type": "text/plain"}},
    "another charset": {
        "body": BODY,
        "headers": JSON | {"Content-Type": "application/json; charset=utf-16"},
    },
    "too much": {"body": b" " * 70_000, "headers": JSON},
    "no JSON": {"body": b"{", "headers": JSON},
    "no object": {"body": b"[]", "headers": JSON},
    "every fault": {"body": b'{"sync": 1, "speed": 9}', "headers": JSON},
    "a storage key": {"body": b'{"src_ak": "exampleAk"}', "headers": JSON},
    "two tokens": {"body": BODY, "headers": JSON | {"authorization": "Bearer other"}},
    "a timer's envelope": {
        "body": b'{"Type": "Timer", "TriggerName": "a", "Message": ""}',
        "headers": JSON,
    },
    "EventBridge's source": {
        "body": b'{"source": "aws.events", "detail-type": "a"}',
        "headers": JSON,
    },
    "no body": {"query": {"sync": "false"}, "headers": JSON | {"Content-Type": "text/plain"}},
}
CHANGING = ("started_at", "duration_ms", "invocation_id", "provider_request_ids")


def content_of(reply: dict[str, Any]) -> Any:
    document = json.loads(reply["body"])
    return {name: value for name, value in document.items() if name not in CHANGING}


@pytest.mark.parametrize("encoded", [False, True], ids=["plain", "base64"])
@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("requested", REQUESTS)
def test_a_post_is_answered_as_by_the_operations_own_function(
    client: WebClient,
    trigger: str,
    requested: str,
    encoded: bool,  # noqa: FBT001 - a column of the table
) -> None:
    client.environ["HTTP_WEBHOOK_SECRETS"] = SECRET
    operation = OMS if requested == "a storage key" else CWP

    def request(path: str) -> Any:
        http = dict(REQUESTS[requested])
        if http["headers"] == "signed":
            http["headers"] = signed(BODY)
        return TRIGGERS[trigger](Http(path=path, encoded=encoded, **http))

    ours: Any = client.call(request(f"/operations/{operation}"), trigger)
    call = CONTEXTS[trigger]("web", {}, client.environ, timer=False)
    theirs: Any = handle(load(operation), request("/"), call.context, client.runtime)

    assert ours["statusCode"] == theirs["statusCode"]
    assert content_of(ours) == content_of(theirs)
    assert theirs["headers"].items() <= ours["headers"].items()
    assert ours["isBase64Encoded"] is False


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_body_that_is_not_base64_though_the_platform_says_so(
    client: WebClient, trigger: str
) -> None:
    event = TRIGGERS[trigger](Http(path=RUN, headers=JSON, body=BODY, encoded=True))
    event = json.loads(event) if isinstance(event, bytes) else event
    event["body"] = "%%%"

    reply = client.send_event(json.dumps(event).encode() if trigger == "fc" else event, trigger)

    assert reply.status == 400
    assert reply.json["error"]["code"] == "NotBase64"


def test_a_duplicate_authorization_header_is_refused(client: WebClient) -> None:
    event = TRIGGERS["aws-rest"](Http(path=RUN, headers=JSON, body=BODY))
    event["multiValueHeaders"]["Authorization"] = [f"Bearer {TOKEN}", "Bearer other"]

    assert client.send_event(event, "aws-rest").status == 401


def test_a_read_of_an_unknown_operation_requires_a_token_first(client: WebClient) -> None:
    assert client.request("/operations/tencent.cwp.Other", token=None).status == 401
