"""The operations: listed to who may, described, and run as by their own functions."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook

from functions.registry import OPERATIONS, load
from local.emulator import Emulator
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from shared.entrypoint import handle
from tests.support.platform_caller import DONE, EVENTS, TASK
from tests.web.site import CWP, RUN, TOKEN, Site

OMS = "huawei.oms.StartSyncTask"
EDAS = "alibaba.edas.SynchronizeResource"
SERVERS = "huawei.modelarts.SyncDevServers"
HERE = {"label": None, "platform": "AWS Lambda", "region": "eu-west-1"}
SECRET = "whsec_" + base64.b64encode(b"an example webhook secret, 32 b").decode()
BODY = b'{"sync": false}'


# Listed and described


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_the_operations_of_the_bundle_are_listed(site: Site, trigger: str) -> None:
    reply = site.ask("/operations", trigger=trigger)

    assert reply.status == 200
    listed = {entry["id"]: entry for entry in reply.json["operations"]}
    assert list(listed) == list(OPERATIONS)
    assert listed[CWP]["function"] == "tencent-sync-machines"
    assert listed[CWP]["actions"] == ["plan", "status", "run"]
    assert listed[OMS]["actions"] == ["plan", "status", "run"]
    assert listed[SERVERS]["actions"] == ["plan", "status", "run"]
    assert listed["alibaba.edas.SynchronizeResource"]["actions"] == ["plan", "run"]
    assert listed["alibaba.ehpc.SynchronizeApp"]["actions"] == ["plan", "run"]


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_description_has_the_schemas(site: Site, trigger: str, operation: str) -> None:
    site.environ["OMS_TASKS"] = json.dumps({TASK: {}})

    described = site.ask(f"/operations/{operation}", trigger=trigger).json
    answered = site.ask(f"/operations/{operation}", EVENTS[operation], trigger=trigger).json

    assert described["id"] == operation
    Draft202012Validator(described["parameters"]).validate(EVENTS[operation])
    Draft202012Validator(described["result"]).validate(answered)


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("path", ["/operations", RUN])
@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x"])
def test_without_a_right_token_nothing_is_told(
    site: Site, trigger: str, path: str, token: str | None
) -> None:
    reply = site.ask(path, trigger=trigger, token=token)

    assert reply.status == 401
    assert reply.is_problem
    assert "Bearer" in reply.headers["WWW-Authenticate"]


def test_with_nothing_set_up_nothing_is_told(site: Site) -> None:
    del site.environ["HTTP_BEARER_TOKENS"]

    assert site.ask("/operations").status == 403


def test_a_signed_reading_is_answered(site: Site) -> None:
    site.environ["HTTP_WEBHOOK_SECRETS"] = SECRET

    assert site.ask("/operations", token=None, headers=signed(b"")).status == 200


@pytest.mark.parametrize("trigger", ["aws-rest", "aws-http", "aws-url"])
def test_on_aws_the_platforms_authorizer_opens(site: Site, trigger: str) -> None:
    del site.environ["HTTP_BEARER_TOKENS"]
    site.environ["HTTP_AUTH"] = "platform"
    found = {"principalId": "example", "iam": {"userArn": "arn:aws:iam::111122223333:user/a"}}

    for path in ("/operations", RUN):
        assert site.ask(path, trigger=trigger, token=None, authorizer=found).status == 200
        assert site.ask(path, trigger=trigger, token=None).status == 401
    assert site.ask(RUN, {"sync": False}, trigger=trigger, token=None, authorizer=found).status == (
        200
    )


def test_wrong_rights_are_named_to_a_caller_with_a_token_and_not_shown(site: Site) -> None:
    site.environ["HTTP_RIGHTS"] = "exampleNoRights"

    for path in ("/operations", RUN):
        reply = site.ask(path)
        assert reply.status == 500
        assert reply.is_problem
        assert "HTTP_RIGHTS" in reply.json["detail"]
        assert site.ask(path, token="exampleWrongToken").status == 401


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
    site: Site, name: str, value: str, token: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    site.environ[name] = value

    for path in ("/operations", RUN):
        reply = site.ask(path, token=token)
        assert reply.status == 500
        assert reply.is_problem
        assert reply.json["detail"] == (
            "the settings for HTTP callers are wrong. "
            "The function's log says which setting to correct."
        )
        logged = capfd.readouterr().out
        assert name in logged
        assert value not in logged
    ran = site.ask(RUN, {"sync": False}, token=token)
    assert (ran.status, ran.json["error"]["category"]) == (500, "misconfigured")
    assert name in ran.json["error"]["message"]
    assert value not in ran.text


def test_how_to_set_up_callers_is_for_the_log_only(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    del site.environ["HTTP_BEARER_TOKENS"]

    for path, given in (("/operations", None), (RUN, None), (RUN, {"sync": False})):
        reply = site.ask(path, given)
        assert reply.status == 403
        assert "HTTP_" not in reply.text
        assert "set HTTP_BEARER_TOKENS or HTTP_WEBHOOK_SECRETS" in capfd.readouterr().out


def give(site: Site, **rule: Any) -> None:
    site.environ["HTTP_BEARER_TOKENS"] = f"ci={TOKEN}"
    site.environ["HTTP_RIGHTS"] = json.dumps(
        [{"tokens": ["ci"], "operations": ["tencent.*"], "actions": ["plan", "status"]} | rule]
    )


def test_only_what_a_rule_allows_is_listed(site: Site) -> None:
    give(site)

    entries = site.ask("/operations").json["operations"]

    assert [(entry["id"], entry["actions"]) for entry in entries] == [(CWP, ["plan", "status"])]


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
def test_what_no_rule_speaks_of_is_not_described(site: Site, rule: dict[str, Any]) -> None:
    give(site, **rule)

    assert CWP not in site.ask("/operations").text
    reply = site.ask(RUN)
    assert reply.status == 403
    assert reply.is_problem


def test_an_action_that_an_operation_has_not_does_not_count(site: Site) -> None:
    give(site, operations=["alibaba.*"], actions=["status"])

    assert site.ask("/operations").json == {"operations": [], "deployment": HERE}


def test_a_named_token_without_rules_sees_nothing(site: Site) -> None:
    site.environ["HTTP_BEARER_TOKENS"] = f"ci={TOKEN}"

    assert site.ask("/operations").json == {"operations": [], "deployment": HERE}
    assert site.ask(RUN).status == 403
    assert site.ask(RUN, {"sync": False}).status == 403


# Which deployment it is


@pytest.mark.parametrize(
    ("trigger", "platform", "region"),
    [
        ("aws-url", "AWS Lambda", "eu-west-1"),
        ("fc", "Function Compute", "cn-hangzhou"),
        ("scf", "SCF", "ap-guangzhou"),
        ("functiongraph", "FunctionGraph", None),
    ],
)
def test_a_caller_is_told_which_deployment_it_is(
    site: Site, trigger: str, platform: str, region: str | None
) -> None:
    site.environ["CONSOLE_LABEL"] = "production"

    told = site.ask("/operations", trigger=trigger).json["deployment"]

    assert told == {"label": "production", "platform": platform, "region": region}
    assert "production" not in site.ask("/operations", trigger=trigger, token=None).text
    assert "production" not in site.ask("/", trigger=trigger, token=None).text


# What a form needs


def test_the_list_holds_what_every_form_needs_if_asked(site: Site) -> None:
    site.environ["OMS_TASKS"] = json.dumps({TASK: {}})

    listed = site.ask("/operations", query={"include": "parameters"}).json["operations"]

    assert [entry["id"] for entry in listed] == list(OPERATIONS)
    for entry in listed:
        described = site.ask(f"/operations/{entry['id']}").json
        assert "result" not in entry
        assert {**entry, "result": described["result"]} == described


def test_another_addition_to_the_list_is_refused(site: Site) -> None:
    reply = site.ask("/operations", query={"include": "result"})

    assert (reply.status, reply.is_problem) == (400, True)
    assert reply.json["detail"] == "include supports only parameters"


TASKS = json.dumps({"task-north": {"region": "cn-north-4"}, "task-east": {"region": "cn-east-3"}})


def choices(site: Site, operation: str = OMS) -> Any:
    return site.ask(f"/operations/{operation}").json["choices"]


def test_the_listed_tasks_and_the_regions_are_offered(site: Site) -> None:
    site.environ["OMS_TASKS"] = TASKS

    assert choices(site) == {
        "sync_task_id": ["task-north", "task-east"],
        "region": ["cn-north-4", "cn-east-3", "cn-southwest-2"],
    }


def test_the_configured_region_is_offered(site: Site) -> None:
    site.environ["HUAWEICLOUD_REGION"] = "cn-south-1"

    assert choices(site, SERVERS) == {"region": ["cn-south-1"]}


def test_only_tasks_and_regions_that_a_rule_allows_are_offered(site: Site) -> None:
    site.environ["OMS_TASKS"] = TASKS
    give(site, operations=["huawei.oms.*"], actions=["status"], regions=["cn-east-*"])

    assert choices(site) == {"sync_task_id": ["task-east"], "region": ["cn-east-3"]}


def test_a_task_without_a_region_is_in_the_configured_one(site: Site) -> None:
    site.environ["OMS_TASKS"] = json.dumps({TASK: {}})
    site.environ["HUAWEICLOUD_REGION"] = "cn-north-4"
    give(site, operations=["huawei.oms.*"], regions=["cn-east-*"])
    assert choices(site) == {"region": ["cn-east-3"]}
    give(site, operations=["huawei.oms.*"], regions=["cn-north-*"])
    assert choices(site) == {"sync_task_id": [TASK], "region": ["cn-north-4"]}


@pytest.mark.parametrize("name", ["OMS_TASKS", "DEFAULT_PARAMETERS"])
def test_a_wrong_setting_of_a_run_does_not_close_the_description(site: Site, name: str) -> None:
    site.environ[name] = "{"

    assert site.ask(f"/operations/{OMS}").status == 200


# Check the status


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize(
    ("operation", "given", "summary"),
    [
        (CWP, {}, "CWP: no sync in progress."),
        (CWP, {"sync": True}, "CWP: no sync in progress."),
        (OMS, {"sync_task_id": TASK}, f"task {TASK} is STOPPED"),
        (SERVERS, {"include_servers": "none"}, "25 DevServers"),
    ],
)
def test_a_status_check_reads_and_changes_nothing(
    site: Site, emulator: Emulator, trigger: str, operation: str, given: Any, summary: str
) -> None:
    site.environ["OMS_TASKS"] = json.dumps({TASK: {}})
    site.environ |= dict.fromkeys(("OMS_SRC_AK", "OMS_SRC_SK", "OMS_DST_AK", "OMS_DST_SK"), "")

    reply = site.ask(f"/operations/{operation}/status", given, trigger=trigger)

    assert reply.status == 200, reply.text
    assert reply.json["operation"] == operation
    assert summary in reply.json["summary"]
    schema = site.ask(f"/operations/{operation}").json["result"]
    Draft202012Validator(schema).validate(reply.json)
    assert emulator.tencent.started == 0
    assert {task.status for task in emulator.huawei.tasks.values()} == {"STOPPED"}


@pytest.mark.parametrize("operation", [EDAS, "alibaba.ehpc.SynchronizeApp"])
def test_an_operation_without_a_status_is_a_404(site: Site, operation: str) -> None:
    reply = site.ask(f"/operations/{operation}/status", {})

    assert (reply.status, reply.is_problem) == (404, True)
    assert reply.json["detail"] == (
        f"{operation} has no status: the provider's API cannot report one. Use dry_run."
    )


def test_the_status_of_an_unknown_operation_is_a_404(site: Site) -> None:
    assert site.ask("/operations/tencent.cwp.Other/status", {}).status == 404


def test_a_status_check_takes_the_right_to_the_status(site: Site) -> None:
    give(site, actions=["plan", "run"])
    assert site.ask(f"{RUN}/status", {}).status == 403
    give(site, actions=["status"])
    assert site.ask(f"{RUN}/status", {}).status == 200
    assert site.ask(f"{RUN}/status", {}, token="wrong").status == 401


# Run


def signed(body: bytes) -> dict[str, str]:
    moment = datetime.now(timezone.utc)
    return {
        "webhook-id": f"msg_{moment.timestamp()}",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(
            f"msg_{moment.timestamp()}", moment, body.decode()
        ),
        "content-type": "application/json",
    }


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_post_runs_the_operation(site: Site, trigger: str, operation: str) -> None:
    site.environ["OMS_TASKS"] = json.dumps({TASK: {}})

    reply = site.ask(f"/operations/{operation}", EVENTS[operation], trigger=trigger)

    assert reply.json["status"] in DONE[operation], reply.text
    assert (reply.json["operation"], reply.json["trigger"]) == (operation, "http")
    assert reply.json["invocation_id"]


JSON = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
ASKED: dict[str, dict[str, Any]] = {
    "a look": {"body": BODY, "headers": JSON},
    "a look by webhook": {"body": BODY, "headers": "signed"},
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
@pytest.mark.parametrize("asked", ASKED)
def test_a_post_is_answered_as_by_the_operations_own_function(
    site: Site,
    trigger: str,
    asked: str,
    encoded: bool,  # noqa: FBT001 - a column of the table
) -> None:
    site.environ["HTTP_WEBHOOK_SECRETS"] = SECRET
    operation = OMS if asked == "a storage key" else CWP

    def request(path: str) -> Any:
        http = dict(ASKED[asked])
        if http["headers"] == "signed":
            http["headers"] = signed(BODY)
        return TRIGGERS[trigger](Http(path=path, encoded=encoded, **http))

    ours: Any = site.call(request(f"/operations/{operation}"), trigger)
    call = CONTEXTS[trigger]("web", {}, site.environ, timer=False)
    theirs: Any = handle(load(operation), request("/"), call.context, site.process)

    assert ours["statusCode"] == theirs["statusCode"]
    assert content_of(ours) == content_of(theirs)
    assert theirs["headers"].items() <= ours["headers"].items()
    assert ours["isBase64Encoded"] is False


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_body_that_is_not_base64_though_the_platform_says_so(site: Site, trigger: str) -> None:
    event = TRIGGERS[trigger](Http(path=RUN, headers=JSON, body=BODY, encoded=True))
    event = json.loads(event) if isinstance(event, bytes) else event
    event["body"] = "%%%"

    reply = site.hand_in(json.dumps(event).encode() if trigger == "fc" else event, trigger)

    assert reply.status == 400
    assert reply.json["error"]["code"] == "NotBase64"


def test_a_header_that_came_twice_is_seen_twice(site: Site) -> None:
    event = TRIGGERS["aws-rest"](Http(path=RUN, headers=JSON, body=BODY))
    event["multiValueHeaders"]["Authorization"] = [f"Bearer {TOKEN}", "Bearer other"]

    assert site.hand_in(event, "aws-rest").status == 401


def test_a_reading_of_an_unknown_operation_asks_for_a_token_first(site: Site) -> None:
    assert site.ask("/operations/tencent.cwp.Other", token=None).status == 401
