"""Every platform's HTTP trigger reaches every operation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator, faults
from local.http_events import TRIGGERS
from tests.support.http_trigger_client import CWP, HttpTriggerClient
from tests.support.platform_caller import DONE, EVENTS, RUNNING_TASK, SERVICE, TASK

EDAS = "alibaba.edas.SynchronizeResource"


@pytest.mark.parametrize("encoded", [False, True], ids=["plain", "base64"])
@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_post_with_a_json_body_runs_the_operation(
    client: HttpTriggerClient,
    operation: str,
    trigger: str,
    encoded: bool,  # noqa: FBT001 - a column of the table
) -> None:
    client.environ["OMS_TASKS"] = json.dumps({TASK: {}, RUNNING_TASK: {}})

    reply = client.call(EVENTS[operation], operation=operation, trigger=trigger, encoded=encoded)

    assert reply.json["status"] in DONE[operation], reply.json
    assert reply.json["trigger"] == "http"
    assert reply.status == (202 if reply.json["status"] in {"accepted", "running"} else 200)
    assert reply.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_with_an_empty_body_the_query_is_read_by_each_parameters_type(
    client: HttpTriggerClient, emulator: Emulator, trigger: str
) -> None:
    reply = client.call(trigger=trigger, query={"sync": "false", "wait_seconds": "0"})

    assert reply.status == 200
    assert reply.json["status"] == "idle"
    assert [json.loads(request.body) for request in emulator.received.of("cwp")] == [
        {"Sync": False}
    ]


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_runs_anything(
    client: HttpTriggerClient, emulator: Emulator, trigger: str, method: str
) -> None:
    reply = client.call({}, trigger=trigger, method=method)

    assert reply.status == 405
    assert reply.is_problem
    assert reply.headers["Allow"] == "POST"
    assert len(emulator.received) == 0


@pytest.mark.parametrize("body", [b"{", b"not json", b"\xff\xfe{}", b"[1]", b'"text"', b"null"])
@pytest.mark.parametrize("trigger", ["aws-url", "functiongraph"])
def test_a_body_that_is_not_a_json_object_is_a_full_result_of_invalid_input(
    client: HttpTriggerClient, emulator: Emulator, body: bytes, trigger: str
) -> None:
    reply = client.call(trigger=trigger, body=body, encoded=True)

    assert reply.status == 400
    assert reply.json["error"]["category"] == "invalid_input"
    assert reply.json["status"] == "failed"
    assert len(emulator.received) == 0


@pytest.mark.parametrize("size", [64 * 1024 - 20, 64 * 1024 + 1, 1024 * 1024])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_body_above_64_kb_is_refused(
    client: HttpTriggerClient, emulator: Emulator, trigger: str, size: int
) -> None:
    body = json.dumps({"bogus": "x" * (size - 12)}).encode()

    reply = client.call(trigger=trigger, body=body)

    assert reply.status == (413 if len(body) > 64 * 1024 else 400)
    assert reply.is_problem == (len(body) > 64 * 1024)
    assert len(emulator.received) == 0


@pytest.mark.parametrize(
    ("declared", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; Charset=UTF-8", 200),
        ("application/merge-patch+json", 200),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/json; charset=utf-16", 415),
    ],
)
def test_only_json_in_utf8_is_accepted(
    client: HttpTriggerClient, declared: str, status: int
) -> None:
    reply = client.call(body=b'{"sync": false}', headers={"Content-Type": declared})

    assert reply.status == status
    assert reply.is_problem == (status == 415)


def test_a_body_marked_as_base64_that_is_not_is_invalid_input(client: HttpTriggerClient) -> None:
    from local.contexts import aws
    from local.http_events import Http, aws_url

    event = aws_url(Http(headers={"authorization": "Bearer exampleBearerToken"}, body=b"{}"))
    event |= {"isBase64Encoded": True, "body": "not base64!"}
    call = aws("f", {}, client.environ, timer=False)
    client.runtime.environ = call.environ

    reply = client.send_event(event, call.context)

    assert reply.status == 400
    assert reply.json["error"]["code"] == "NotBase64"


LOOKS_LIKE_A_TIMER: list[dict[str, Any]] = [
    {"source": "aws.events", "detail-type": "Scheduled Event"},
    {"triggerTime": "2026-11-21T00:00:00Z", "triggerName": "x", "payload": "{}"},
    {"Type": "Timer", "TriggerName": "x", "Message": "{}"},
    {"trigger_type": "TIMER", "trigger_name": "x", "user_event": "{}"},
]


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("body", LOOKS_LIKE_A_TIMER)
def test_an_http_body_shaped_like_a_timer_stays_data(
    client: HttpTriggerClient, emulator: Emulator, trigger: str, body: dict[str, Any]
) -> None:
    reply = client.call(body, trigger=trigger)

    assert reply.status == 400
    assert reply.json["trigger"] == "http"
    assert len(emulator.received) == 0


def test_the_event_cannot_choose_its_trigger_or_how_it_fails_over_http(
    client: HttpTriggerClient,
) -> None:
    reply = client.call({"sync": False, "trigger": "timer", "on_failure": "raise"})
    assert reply.json["trigger"] == "http"

    bad = client.call({"bogus": 1, "on_failure": "raise"})
    assert bad.status == 400

    client.environ["ON_FAILURE"] = "raise"
    assert client.call({"bogus": 1}).status == 400


BY_FAULT = [
    (faults.error("InvalidParameterValue", status=200), 400, "invalid_input"),
    (faults.error("UnauthorizedOperation", status=200), 502, "forbidden"),
    (faults.error("AuthFailure.SecretIdNotFound", status=200), 502, "unauthenticated"),
    (faults.error("FailedOperation", status=200), 502, "refused"),
    (faults.error("InternalError", status=200), 503, "unavailable"),
    (faults.xml(), 502, "bad_response"),
    (faults.reset(work=False), 503, "unreachable"),
    (faults.status(404), 404, "not_found"),
    (faults.status(409), 409, "conflict"),
]


@pytest.mark.parametrize(("fault", "status", "category"), BY_FAULT)
def test_a_failed_run_has_the_status_of_its_category_and_the_full_result(
    client: HttpTriggerClient, emulator: Emulator, fault: faults.Fault, status: int, category: str
) -> None:
    emulator.inject_fault("cwp", fault, times=None)

    reply = client.call({})

    assert (reply.status, reply.json["error"]["category"]) == (status, category)
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.json["operation"] == CWP


@pytest.mark.parametrize(("configured", "seconds"), [(7, "7"), (0.2, "1"), (None, "60")])
def test_throttled_is_429_with_retry_after(
    client: HttpTriggerClient, emulator: Emulator, configured: float | None, seconds: str
) -> None:
    emulator.inject_fault("cwp", faults.throttled(configured), times=None)

    reply = client.call({})

    assert reply.status == 429
    assert reply.headers["Retry-After"] == seconds


def test_misconfigured_is_500_with_the_full_result(client: HttpTriggerClient) -> None:
    client.environ["TENCENTCLOUD_SECRET_KEY"] = ""

    reply = client.call({})

    assert reply.status == 500
    assert reply.json["error"]["category"] == "misconfigured"


def test_a_caller_is_answered_before_the_deadline_of_http(
    client: HttpTriggerClient, emulator: Emulator
) -> None:
    client.environ["HTTP_DEADLINE_SECONDS"] = "1.5"
    emulator.inject_fault("edas", faults.hang(20), times=None)

    reply = client.call({"type": "all"}, operation=EDAS)

    assert reply.status == 504
    assert reply.json["error"]["category"] == "timeout"
    assert reply.json["duration_ms"] < 1500


@pytest.mark.parametrize("value", ["soon", "0", "-1", "inf", "nan"])
def test_an_invalid_deadline_is_misconfigured(client: HttpTriggerClient, value: str) -> None:
    client.environ["HTTP_DEADLINE_SECONDS"] = value

    assert client.call({}).json["error"]["category"] == "misconfigured"


def test_a_dry_run_over_http_is_planned_and_sends_nothing(
    client: HttpTriggerClient, emulator: Emulator
) -> None:
    reply = client.call({"dry_run": True})

    assert (reply.status, reply.json["status"]) == (200, "planned")
    assert len(emulator.received) == 0


def test_the_services_are_those_of_the_emulator() -> None:
    assert set(SERVICE.values()) == {"edas", "ehpc", "cwp", "oms", "modelarts"}
