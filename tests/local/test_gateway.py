"""The gateway: a real HTTP request becomes a platform's event, a reply a real response."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest

from local.emulator import Emulator
from local.gateway import Gateway, Request, event_of
from local.http_events import TRIGGERS
from local.serve import TOKEN, http_settings

CWP = "tencent-sync-machines"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
FOUR = {"statusCode": 200, "headers": {"X-Example": "yes"}, "body": "ok", "isBase64Encoded": False}


@pytest.fixture
def gateway(emulator: Emulator) -> Iterator[Gateway]:
    """A gateway as ``serve`` opens it, with nothing set by the caller."""
    with Gateway(emulator, http_settings(emulator, {})) as running:
        yield running


def ask(
    gateway: Gateway, path: str, body: str | bytes = "", method: str = "POST", **headers: str
) -> tuple[HTTPResponse, bytes]:
    """Send one request."""
    with closing(HTTPConnection(gateway.address, timeout=20)) as connection:
        connection.request(method, path, body, {**AUTHORIZED, **headers})
        response = connection.getresponse()
        return response, response.read()


def replying(emulator: Emulator, reply: object) -> Gateway:
    """Return a gateway before a handler that always replies so, or raises it."""

    def handle(*_args: object) -> object:
        if isinstance(reply, Exception):
            raise reply
        return reply

    return Gateway(emulator, {}, handle=handle)


def event(trigger: str, **changed: Any) -> dict[str, Any]:
    """Return a trigger's event for a request."""
    usual: dict[str, Any] = {
        "method": "POST",
        "path": "/",
        "raw_query": "",
        "headers": (("CONTENT-type", "application/json"),),
        "body": b"{}",
    }
    made = event_of(trigger, Request(**{**usual, **changed}))
    read: dict[str, Any] = json.loads(made) if isinstance(made, bytes) else made
    return read


# Through to the handler and back


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_call_through_a_platforms_trigger_is_answered(gateway: Gateway, trigger: str) -> None:
    response, body = ask(gateway, f"/{trigger}/{CWP}", '{"sync": false}')
    assert (response.status, response.getheader("Content-Type")) == (200, "application/json")
    result = json.loads(body)
    assert (result["status"], result["trigger"]) == ("idle", "http")


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_functions_invocation_has_its_platforms_id(gateway: Gateway, trigger: str) -> None:
    _, body = ask(gateway, f"/{trigger}/{CWP}", '{"sync": false}')
    assert json.loads(body)["invocation_id"]


@pytest.mark.parametrize(
    ("trigger", "function", "body"),
    [
        ("fc", "alibaba-synchronize-resource", {"type": "all"}),
        ("fc", "alibaba-synchronize-app", {"app_id": "ci-example-app", "dry_run": True}),
        ("functiongraph", "huawei-start-sync-task", {"sync_task_id": "example-sync-task"}),
        ("functiongraph", "huawei-sync-dev-servers", {}),
        ("aws-url", "huawei-sync-dev-servers", {}),
    ],
)
def test_every_function_is_there(
    gateway: Gateway, trigger: str, function: str, body: dict[str, object]
) -> None:
    response, _ = ask(gateway, f"/{trigger}/{function}", json.dumps(body))
    assert response.status == 200


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_parameters_in_the_query_string_reach_the_handler(gateway: Gateway, trigger: str) -> None:
    _, body = ask(gateway, f"/{trigger}/{CWP}?sync=false&dry_run=true")
    assert len(json.loads(body)["data"]["requests"]) == 1


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_refusal_of_the_http_trigger_comes_through(gateway: Gateway, trigger: str) -> None:
    response, body = ask(gateway, f"/{trigger}/{CWP}", "{}", Authorization="Bearer wrong")
    assert (response.status, json.loads(body)["status"]) == (401, 401)
    assert response.getheader("WWW-Authenticate") is not None


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_is_passed_in(gateway: Gateway, trigger: str, method: str) -> None:
    response, _ = ask(gateway, f"/{trigger}/{CWP}", method=method)
    assert (response.status, response.getheader("Allow")) == (405, "POST")


def test_a_response_to_head_has_no_body(gateway: Gateway) -> None:
    response, body = ask(gateway, f"/scf/{CWP}", method="HEAD")
    assert (response.status, body) == (405, b"")


def test_one_connection_takes_several_requests(gateway: Gateway) -> None:
    with closing(HTTPConnection(gateway.address, timeout=20)) as connection:
        statuses = []
        for _ in range(3):
            connection.request("POST", f"/scf/{CWP}", '{"sync": false}', AUTHORIZED)
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
    assert statuses == [200, 200, 200]


def test_a_functions_process_stays_warm(emulator: Emulator) -> None:
    seen: list[object] = []

    def handle(_operation: object, _event: object, _context: object, process: object) -> object:
        seen.append(process)
        return FOUR

    with Gateway(emulator, {}, handle=handle) as running:
        for trigger in ("scf", "scf", "fc"):
            ask(running, f"/{trigger}/{CWP}")
    assert seen[0] is seen[1]
    assert seen[0] is not seen[2]


# What the event shows of the request


@pytest.mark.parametrize(
    ("trigger", "name"),
    [
        ("aws-rest", "CONTENT-type"),
        ("aws-http", "content-type"),
        ("aws-url", "content-type"),
        ("fc", "Content-Type"),
        ("scf", "content-type"),
        ("functiongraph", "content-type"),
    ],
)
def test_a_header_is_spelled_as_the_platform_spells_it(trigger: str, name: str) -> None:
    assert event(trigger)["headers"] == {name: "application/json"}


TWICE = (("X-One", "a"), ("x-one", "b"))


@pytest.mark.parametrize("trigger", sorted(set(TRIGGERS) - {"aws-rest"}))
def test_a_repeated_header_is_joined_with_commas(trigger: str) -> None:
    assert list(event(trigger, headers=TWICE)["headers"].values()) == ["a,b"]


def test_the_rest_api_shows_the_last_value_and_all_of_them() -> None:
    made = event("aws-rest", headers=TWICE, raw_query="a=1&a=2&b=3")
    assert made["headers"] == {"X-One": "b"}
    assert made["multiValueHeaders"] == {"X-One": ["a", "b"]}
    assert made["queryStringParameters"] == {"a": "2", "b": "3"}
    assert made["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["3"]}


@pytest.mark.parametrize("trigger", ["aws-http", "aws-url"])
def test_a_raw_query_stays_as_it_was_sent(trigger: str) -> None:
    made = event(trigger, raw_query="a=1&a=%32")
    assert made["rawQueryString"] == "a=1&a=%32"
    assert made["queryStringParameters"] == {"a": "1,2"}


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_binary_body_comes_as_base64(trigger: str) -> None:
    made = event(trigger, body=b"\xff\xfe")
    assert made["isBase64Encoded"] is True
    assert base64.b64decode(made["body"]) == b"\xff\xfe"


@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        ("application/json; charset=utf-8", False),
        ("application/problem+json", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", True),
        ("application/octet-stream", True),
    ],
)
def test_awss_http_api_encodes_by_the_declared_type(kind: str, *, encoded: bool) -> None:
    assert event("aws-http", headers=(("Content-Type", kind),))["isBase64Encoded"] is encoded


def test_the_function_sees_the_path_after_its_own_name(emulator: Emulator) -> None:
    seen: list[Any] = []

    def handle(_operation: object, handed_in: object, *_more: object) -> object:
        seen.append(handed_in)
        return FOUR

    with Gateway(emulator, {}, handle=handle) as running:
        ask(running, f"/scf/{CWP}/deeper/down?a=1")
    assert (seen[0]["path"], seen[0]["queryString"]) == ("/deeper/down", {"a": "1"})


# What becomes of the reply


def test_a_reply_is_written_back_whole(emulator: Emulator) -> None:
    with replying(emulator, {**FOUR, "statusCode": 202}) as running:
        response, body = ask(running, f"/scf/{CWP}")
    assert (response.status, response.getheader("X-Example"), body) == (202, "yes", b"ok")
    assert response.getheader("Content-Length") == "2"


def test_a_base64_reply_is_decoded(emulator: Emulator) -> None:
    with replying(emulator, {**FOUR, "body": "/w==", "isBase64Encoded": True}) as running:
        _, body = ask(running, f"/scf/{CWP}")
    assert body == b"\xff"


def test_an_exception_of_the_handler_is_a_502_without_its_text(emulator: Emulator) -> None:
    with replying(emulator, ValueError("exampleSecret in a message")) as running:
        response, body = ask(running, f"/scf/{CWP}")
    assert response.status == 502
    assert json.loads(body)["detail"] == "gateway: the handler raised ValueError"


@pytest.mark.parametrize(
    "reply",
    [
        None,
        "text",
        {"status": "succeeded"},
        *({name: value for name, value in FOUR.items() if name != left} for left in FOUR),
        {**FOUR, "statusCode": "200"},
        {**FOUR, "statusCode": 99},
        {**FOUR, "headers": {"X-Example": "a\r\nX-Other: b"}},
        {**FOUR, "headers": {"X-Example": 1}},
        {**FOUR, "body": "?", "isBase64Encoded": True},
    ],
)
def test_a_reply_that_is_not_an_http_response_is_a_502(emulator: Emulator, reply: object) -> None:
    with replying(emulator, reply) as running:
        response, body = ask(running, f"/scf/{CWP}")
    assert (response.status, json.loads(body)["status"]) == (502, 502)


# What the gateway itself refuses


@pytest.mark.parametrize("path", ["/", f"/{CWP}", f"/azure/{CWP}", "/scf/dance", "/scf"])
def test_an_unknown_path_is_a_404_that_names_the_known_ones(gateway: Gateway, path: str) -> None:
    response, body = ask(gateway, path)
    assert response.status == 404
    assert CWP in json.loads(body)["detail"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Transfer-Encoding: chunked", 400),
        ("Content-Length: many", 400),
        ("Content-Length: -1", 400),
        ("Content-Length: 1\r\nContent-Length: 2", 400),
        ("Content-Length: 6291457", 413),
    ],
)
def test_a_body_of_no_known_length_is_refused_and_the_connection_closed(
    gateway: Gateway, headers: str, status: int
) -> None:
    host, port = gateway.address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(f"POST /scf/{CWP} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n\r\n".encode())
        received = b"".join(iter(lambda: line.recv(4096), b""))
    assert received.startswith(f"HTTP/1.1 {status} ".encode())


def test_the_gateway_listens_on_loopback_only(gateway: Gateway) -> None:
    assert gateway.address.startswith("127.0.0.1:")
