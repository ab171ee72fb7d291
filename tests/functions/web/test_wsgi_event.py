"""What the platforms' events look like as WSGI environments, and where the app stands in them."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import serverless_wsgi
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.web.app import WebApp
from functions.web.base_path import SplitPath, split_path
from functions.web.wsgi_event import to_payload_v2
from functions.web.wsgi_response import complete
from local import contexts
from local.gateway import CONTEXTS, Request, event_of
from local.http_events import SOURCE, TRIGGERS, Http
from shared.http_trigger.request import parse_request
from shared.runtime import Runtime
from tests.support.examples import examples
from tests.support.http_reply import KEYS
from tests.support.web_client import RUN, TOKEN, WebClient


def environ_of(event: Any) -> dict[str, Any]:
    """Return the WSGI environment that an app is called with."""
    event = json.loads(event) if isinstance(event, bytes) else event
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("204 No Content", [])
        return []

    made = to_payload_v2(event, parse_request(event), split_path(event))
    serverless_wsgi.handle_request(app, made, None)
    return seen


def received(trigger: str, **changed: Any) -> Any:
    """Return a request's event as the local gateway hands it in."""
    usual: dict[str, Any] = {
        "method": "POST",
        "path": "/deeper/d%C3%B6wn",
        "raw_query": "a=1&b=%C3%B6",
        "headers": (
            ("Content-Type", "application/json"),
            ("X-Twice", "1"),
            ("x-twice", "2"),
            ("Cookie", "a=1; b=2"),
            ("X-Real-IP", SOURCE),
        ),
        "body": b'{"a": "\xc3\xb6"}',
    }
    return event_of(trigger, Request(**{**usual, **changed}))


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_request_is_the_same_environment_on_every_platform(trigger: str) -> None:
    environ = environ_of(received(trigger))

    assert environ["REQUEST_METHOD"] == "POST"
    assert environ["PATH_INFO"] == "/deeper/döwn".encode().decode("latin-1")
    assert environ["QUERY_STRING"] == "a=1&b=%C3%B6"
    assert environ["CONTENT_TYPE"] == "application/json"
    assert environ["HTTP_X_TWICE"] == "1,2"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["wsgi.input"].read() == b'{"a": "\xc3\xb6"}'
    assert environ["CONTENT_LENGTH"] == "11"


@pytest.mark.parametrize("trigger", sorted(set(TRIGGERS) - {"scf"}))
def test_the_callers_address_is_the_one_the_platform_saw(trigger: str) -> None:
    assert environ_of(received(trigger))["REMOTE_ADDR"] == SOURCE


def test_scfs_captured_event_has_the_callers_address() -> None:
    event = received("scf") | {"requestContext": {"sourceIp": "192.0.2.104"}}

    assert environ_of(event)["REMOTE_ADDR"] == "192.0.2.104"


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_bytes_come_through_as_they_are(trigger: str) -> None:
    assert environ_of(received(trigger, body=b"\xff\x00"))["wsgi.input"].read() == b"\xff\x00"


def test_cookies_of_payload_2_are_kept() -> None:
    event = received("aws-http")

    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]


@pytest.mark.parametrize("trigger", ["aws-http", "aws-url"])
def test_a_null_authorizer_is_no_authorizer(client: WebClient, trigger: str) -> None:
    event = TRIGGERS[trigger](Http(method="GET", path="/health"))
    event["requestContext"]["authorizer"] = None

    assert client.send_event(event, trigger).status == 200


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("source", ["aws.events", "serverless-plugin-warmup"])
def test_a_source_next_to_an_http_envelope_hides_nothing(
    client: WebClient, trigger: str, source: str
) -> None:
    event = TRIGGERS[trigger](Http(method="GET", path="/health"))
    event = (json.loads(event) if isinstance(event, bytes) else event) | {"source": source}

    reply = client.send_event(json.dumps(event).encode() if trigger == "fc" else event, trigger)

    assert reply.json["status"] == "ok"


def test_a_key_of_the_serverless_plugin_is_data(client: WebClient) -> None:
    event = TRIGGERS["aws-url"](Http(method="GET", path="/health"))
    event["_serverless-wsgi"] = {"command": "exec", "data": "raise SystemExit"}

    assert client.send_event(event).status == 200


# Where the app stands


REST = {"httpMethod": "GET", "headers": {}}


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (
            {**REST, "path": "/health", "requestContext": {"path": "/prod/health"}},
            SplitPath("/prod", "/health"),
        ),
        ({**REST, "path": "/", "requestContext": {"path": "/prod/"}}, SplitPath("/prod", "/")),
        ({**REST, "path": "/", "requestContext": {"path": "/prod"}}, SplitPath("/prod", "")),
        (
            {**REST, "path": "/health", "requestContext": {"path": "/health"}},
            SplitPath("", "/health"),
        ),
        ({**REST, "path": "/health", "requestContext": {}}, SplitPath("", "/health")),
        ({**REST, "path": "/health"}, SplitPath("", "/health")),
        ({**REST, "path": None, "requestContext": {"path": 5}}, SplitPath("", "")),
        (
            {"rawPath": "/prod/health", "requestContext": {"stage": "prod", "http": {}}},
            SplitPath("/prod", "/health"),
        ),
        (
            {"rawPath": "/prod", "requestContext": {"stage": "prod", "http": {}}},
            SplitPath("/prod", ""),
        ),
        (
            {"rawPath": "/production", "requestContext": {"stage": "prod", "http": {}}},
            SplitPath("", "/production"),
        ),
        (
            {"rawPath": "/health", "requestContext": {"stage": "$default", "http": {}}},
            SplitPath("", "/health"),
        ),
        ({"rawPath": "/health", "requestContext": {"http": {}}}, SplitPath("", "/health")),
    ],
)
def test_a_stage_is_not_part_of_the_path(event: dict[str, Any], path: SplitPath) -> None:
    assert split_path(event) == path


@pytest.mark.parametrize("base", ["/cloud-sync", "cloud-sync", "/cloud-sync/"])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_configured_base_path_is_not_part_of_the_path(
    client: WebClient, trigger: str, base: str
) -> None:
    client.environ["WEB_BASE_PATH"] = base

    assert client.request("/cloud-sync/health", trigger=trigger).status == 200
    assert client.request("/cloud-sync/", trigger=trigger).status == 200
    assert client.request("/health", trigger=trigger).status == 200
    assert client.request("/cloud-synchealth", trigger=trigger).status == 404


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_url_without_its_slash_leads_to_the_one_with_it(client: WebClient, trigger: str) -> None:
    client.environ["WEB_BASE_PATH"] = "/tools/cloud-sync"

    reply = client.request("/tools/cloud-sync", trigger=trigger)

    assert (reply.status, reply.headers["Location"]) == (308, "cloud-sync/")


# Replies


def test_a_reply_without_a_body_gets_an_empty_one() -> None:
    made = complete({"statusCode": 204, "headers": {"Content-Length": "0", "Date": "…"}})

    assert made == {"statusCode": 204, "headers": {}, "body": "", "isBase64Encoded": False}


def test_bytes_stay_base64() -> None:
    reply = {
        "statusCode": 200,
        "headers": {"Content-Type": "image/png"},
        "body": "/w==",
        "isBase64Encoded": True,
    }

    assert complete(reply) == reply


# Whatever comes in


ANYTHING: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
TEXTS = st.text(max_size=30) | st.sampled_from(["/", "/health", RUN, "/operations", "GET", "POST"])


@st.composite
def events(draw: Any) -> Any:
    event = TRIGGERS[draw(st.sampled_from([name for name in TRIGGERS if name != "fc"]))](
        Http(method=draw(TEXTS), path=draw(TEXTS), query=draw(st.dictionaries(TEXTS, TEXTS)))
    )
    for name in draw(st.lists(st.sampled_from(sorted(event)), max_size=2)):
        event[name] = draw(ANYTHING | TEXTS)
    event["headers"] = draw(st.dictionaries(TEXTS, TEXTS | st.none()) | ANYTHING)
    return event


@settings(max_examples=examples(200), deadline=None)
@given(event=events() | ANYTHING, trigger=st.sampled_from(sorted(TRIGGERS)))
def test_no_event_makes_the_handler_raise_or_fail(event: Any, trigger: str) -> None:
    call = CONTEXTS[trigger]("web", {}, {}, timer=False)
    app = WebApp(Runtime(environ={"HTTP_BEARER_TOKENS": "exampleBearerToken"}))

    reply: Any = app.handle(event, call.context)

    json.dumps(reply)
    if "statusCode" in reply:
        assert set(reply) == KEYS
        assert reply["statusCode"] in {200, 308, 304, 401, 404, 405, 413, 415, 400}, reply


@pytest.mark.parametrize("path", ["/operations", RUN])
def test_functiongraphs_user_data_is_read_once_for_each_setting(
    client: WebClient, path: str
) -> None:
    method = "POST" if path == RUN else "GET"
    http = Http(
        method=method,
        path=path,
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        body=b'{"sync": false}' if path == RUN else b"",
    )
    context = contexts.functiongraph("web", {}, client.environ, timer=False).context
    get_user_data, asked = context.getUserData, Counter[str]()

    def counting(name: str) -> object:
        asked[name] += 1
        return get_user_data(name)

    context.getUserData = counting
    reply = WebApp(client.runtime).handle(TRIGGERS["functiongraph"](http), context)

    assert reply["statusCode"] == 200, reply
    assert asked["HTTP_BEARER_TOKENS"] == 1
    assert {name: count for name, count in asked.items() if count > 1} == {}
