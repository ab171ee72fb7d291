"""An HTTP request is read completely or refused; nothing of it is silently dropped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local import contexts
from local.emulator import Emulator
from local.http_events import TRIGGERS
from tests.support.http_reply import HttpReply
from tests.support.http_trigger_client import CWP, TOKEN, HttpTriggerClient

EDAS = "alibaba.edas.SynchronizeResource"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
LOAD_BALANCER = {
    "httpMethod": "POST",
    "path": "/",
    "body": "",
    "isBase64Encoded": False,
    "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:example"}},
    "multiValueHeaders": {name: [value] for name, value in HEADERS.items()},
}
REST = {
    "httpMethod": "POST",
    "path": "/",
    "headers": HEADERS,
    "body": None,
    "isBase64Encoded": False,
    "requestContext": {},
}
PAYLOAD_2 = {
    "version": "2.0",
    "rawPath": "/",
    "headers": HEADERS,
    "isBase64Encoded": False,
    "requestContext": {"http": {"method": "POST", "path": "/"}},
}


def send(client: HttpTriggerClient, event: dict[str, Any], operation: str = CWP) -> HttpReply:
    call = contexts.aws("example", {}, client.environ, timer=False)
    client.runtime.environ = call.environ
    return client.send_event(event, call.context, operation)


def planned_url(reply: HttpReply) -> str:
    assert reply.json["status"] == "planned", reply.json
    return str(reply.json["data"]["requests"][0]["url"])


def assert_invalid(reply: HttpReply, emulator: Emulator, *faults: str) -> None:
    assert reply.status == 400
    assert reply.json["error"]["category"] == "invalid_input"
    for fault in faults:
        assert fault in reply.json["error"]["message"]
    assert len(emulator.received) == 0


def test_a_query_that_comes_with_every_value_only_is_read(
    client: HttpTriggerClient, emulator: Emulator
) -> None:
    query = {"sync": ["false"], "dry_run": ["true"]}

    reply = send(client, LOAD_BALANCER | {"multiValueQueryStringParameters": query})

    assert reply.json["status"] == "planned"
    assert [each["body"] for each in reply.json["data"]["requests"]] == [{"Sync": False}]
    assert len(emulator.received) == 0


def test_a_load_balancers_query_is_decoded(client: HttpTriggerClient) -> None:
    query = {"type": "ecs", "resource%5Fids": "i-1%2Ci-2", "dry_run": "true"}

    reply = send(client, LOAD_BALANCER | {"queryStringParameters": query}, EDAS)

    assert planned_url(reply).endswith("ResourceIds=i-1%2Ci-2")


@pytest.mark.parametrize(
    "event",
    [
        REST
        | {
            "queryStringParameters": {"type": "ecs", "resource_ids": "i-2", "dry_run": "true"},
            "multiValueQueryStringParameters": {
                "type": ["ecs"],
                "resource_ids": ["i-1", "i-2"],
                "dry_run": ["true"],
            },
        },
        REST
        | {
            "queryStringParameters": {
                "type": "ecs",
                "resource_ids": ["i-1", "i-2"],
                "dry_run": "true",
            }
        },
        PAYLOAD_2 | {"rawQueryString": "type=ecs&resource_ids=i-1&resource_ids=i-2&dry_run=true"},
        PAYLOAD_2
        | {
            "rawQueryString": "type=ecs&resource_ids=i-1&resource_ids=i-2&dry_run=true",
            "queryStringParameters": {
                "type": "ecs",
                "resource_ids": "i-1,i-2",
                "dry_run": "true",
            },
        },
    ],
)
def test_a_list_may_come_in_several_parts(client: HttpTriggerClient, event: dict[str, Any]) -> None:
    assert planned_url(send(client, event, EDAS)).endswith("ResourceIds=i-1%2Ci-2")


@pytest.mark.parametrize(
    "event",
    [
        REST
        | {
            "queryStringParameters": {"dry_run": "false"},
            "multiValueQueryStringParameters": {"dry_run": ["true", "false"]},
        },
        LOAD_BALANCER | {"multiValueQueryStringParameters": {"dry_run": ["true", "false"]}},
        PAYLOAD_2 | {"rawQueryString": "dry_run=true&dry_run=false"},
    ],
)
def test_a_repeated_single_value_is_refused(
    client: HttpTriggerClient, emulator: Emulator, event: dict[str, Any]
) -> None:
    assert_invalid(send(client, event), emulator, "dry_run: is given more than once")


def test_a_repeated_name_and_every_other_error_are_named(
    client: HttpTriggerClient, emulator: Emulator
) -> None:
    query = "sync=true&sync=false&wait_seconds=soon&brand_new=1"

    reply = send(client, PAYLOAD_2 | {"rawQueryString": query})

    assert_invalid(reply, emulator, "sync: is given more than once", "wait_seconds:", "brand_new:")


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_two_spellings_in_a_query_are_refused(
    client: HttpTriggerClient, emulator: Emulator, trigger: str
) -> None:
    reply = client.call(trigger=trigger, query={"Sync": "false", "sync": "true"})

    assert_invalid(reply, emulator, "sync:")


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_query_with_an_empty_object_as_body_is_read(
    client: HttpTriggerClient, emulator: Emulator, trigger: str
) -> None:
    reply = client.call({}, trigger=trigger, query={"sync": "false", "dry_run": "true"})

    assert reply.json["status"] == "planned"
    assert len(emulator.received) == 0


@pytest.mark.parametrize("body", [{"sync": True}, {"dry_run": False}, [], "", None, 0, False])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_query_together_with_a_body_is_refused(
    client: HttpTriggerClient, emulator: Emulator, trigger: str, body: object
) -> None:
    reply = client.call(
        trigger=trigger,
        query={"dry_run": "true"},
        body=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )

    assert_invalid(reply, emulator, "both the body and the query string")


@pytest.mark.parametrize("body", ['{"dry_run": true, "dry_run": false}', '{"a": {"b": 1, "b": 2}}'])
def test_a_duplicate_name_in_the_body_is_refused(
    client: HttpTriggerClient, emulator: Emulator, body: str
) -> None:
    reply = client.call(body=body.encode(), headers={"Content-Type": "application/json"})

    assert_invalid(reply, emulator, "more than once")


@pytest.mark.parametrize("body", [{"dry_run": True}, [], {}, 1, True])
def test_a_body_that_is_not_text_is_refused(
    client: HttpTriggerClient, emulator: Emulator, body: object
) -> None:
    reply = send(client, REST | {"body": body})

    assert_invalid(reply, emulator, "the HTTP event's body is not a string")


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"queryStringParameters": {"dry_run": None}}, "something other than strings"),
        ({"queryStringParameters": {"dry_run": True}}, "something other than strings"),
        ({"queryStringParameters": {"dry_run": []}}, "something other than strings"),
        ({"multiValueQueryStringParameters": {"dry_run": [True]}}, "something other than strings"),
        ({"queryString": [["dry_run", "true"]]}, "queryString is not an object"),
        (
            {
                "queryStringParameters": {"dry_run": "true"},
                "multiValueQueryStringParameters": {"dry_run": ["false"]},
            },
            "two different values",
        ),
        (
            {"queryString": {"dry_run": "true"}, "queryStringParameters": {"dry_run": "false"}},
            "two different values",
        ),
        (
            {
                "rawQueryString": "dry_run=true",
                "multiValueQueryStringParameters": {"dry_run": ["false"]},
            },
            "differ",
        ),
    ],
)
def test_an_ambiguous_query_is_refused(
    client: HttpTriggerClient, emulator: Emulator, query: dict[str, Any], fault: str
) -> None:
    assert_invalid(send(client, REST | query), emulator, fault)


@pytest.mark.parametrize(
    "query",
    [
        {"queryString": "sync=false&dry_run=true"},
        {"queryStringParameters": {"sync": "false"}, "queryString": {"dry_run": "true"}},
        {
            "queryStringParameters": {"sync": "false"},
            "multiValueQueryStringParameters": {"dry_run": ["true"]},
        },
    ],
)
def test_a_value_that_only_one_part_of_the_event_has_counts(
    client: HttpTriggerClient, emulator: Emulator, query: dict[str, Any]
) -> None:
    reply = send(client, REST | query)

    assert reply.json["status"] == "planned"
    assert [each["body"] for each in reply.json["data"]["requests"]] == [{"Sync": False}]
    assert len(emulator.received) == 0


@pytest.mark.parametrize(
    "event",
    [
        REST | {"path": "/?sync=false&dry_run=true"},
        REST | {"path": "/?dry_run=true", "queryStringParameters": {"sync": "false"}},
        PAYLOAD_2 | {"rawPath": "/?sync=false&dry_run=true", "rawQueryString": ""},
        PAYLOAD_2 | {"rawPath": "/?dry_run=true", "rawQueryString": "dry_run=true&sync=false"},
        LOAD_BALANCER | {"path": "/?sync=false&dry_run=true"},
    ],
)
def test_a_query_in_the_path_is_read(
    client: HttpTriggerClient, emulator: Emulator, event: dict[str, Any]
) -> None:
    reply = send(client, event)

    assert reply.json["status"] == "planned"
    assert [each["body"] for each in reply.json["data"]["requests"]] == [{"Sync": False}]
    assert len(emulator.received) == 0


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (REST | {"path": "/?dry_run=true", "body": '{"sync": false}'}, "both the body and"),
        (
            PAYLOAD_2 | {"rawPath": "/?dry_run=true", "rawQueryString": "dry_run=false"},
            "two different values",
        ),
        (REST | {"path": "/?dry_run=true&dry_run=false"}, "dry_run: is given more than once"),
    ],
)
def test_an_ambiguous_query_in_the_path_is_refused(
    client: HttpTriggerClient, emulator: Emulator, event: dict[str, Any], fault: str
) -> None:
    assert_invalid(send(client, event), emulator, fault)
