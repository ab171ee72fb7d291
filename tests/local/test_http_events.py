"""The builders of HTTP events have the shapes that the platforms document."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from local.http_samples import SAMPLES, file_name, sample_event, text
from local.samples import EVENTS
from local.serve import TOKEN
from shared.entrypoint import handle
from shared.runtime import Runtime

FULL = Http(
    path="/example",
    headers={"Content-Type": "application/json", "X-Example": "value"},
    query={"sync": "false"},
    body=b'{"sync": false}',
)
BARE = Http(method="GET")

# Each key with the types its documentation shows. "?" before a key: not in every event.
REST = {
    "resource": str,
    "path": str,
    "httpMethod": str,
    "headers": dict,
    "multiValueHeaders": dict,
    "queryStringParameters": (dict, None),
    "multiValueQueryStringParameters": (dict, None),
    "pathParameters": (dict, None),
    "stageVariables": (dict, None),
    "requestContext": dict,
    "body": (str, None),
    "isBase64Encoded": bool,
}
REST_CONTEXT = {
    "accountId": str,
    "apiId": str,
    "authorizer": (dict, None),
    "httpMethod": str,
    "identity": dict,
    "path": str,
    "protocol": str,
    "requestId": str,
    "stage": str,
}
V2 = {
    "version": str,
    "routeKey": str,
    "rawPath": str,
    "rawQueryString": str,
    "headers": dict,
    "?queryStringParameters": dict,
    "requestContext": dict,
    "?body": str,
    "isBase64Encoded": bool,
}
V2_CONTEXT = {
    "accountId": str,
    "apiId": str,
    "?authorizer": dict,
    "domainName": str,
    "http": dict,
    "requestId": str,
    "routeKey": str,
    "stage": str,
    "time": str,
    "timeEpoch": int,
}
V2_HTTP = {"method": str, "path": str, "protocol": str, "sourceIp": str, "userAgent": str}
FC = {
    "version": str,
    "rawPath": str,
    "headers": dict,
    "queryParameters": dict,
    "body": str,
    "isBase64Encoded": bool,
    "requestContext": dict,
}
FC_CONTEXT = {
    "accountId": str,
    "domainName": str,
    "domainPrefix": str,
    "http": dict,
    "requestId": str,
    "time": str,
    "timeEpoch": str,
}
SCF = {
    "body": str,
    "headers": dict,
    "httpMethod": str,
    "path": str,
    "queryString": dict,
    "?isBase64Encoded": bool,
}
APIG = {
    "body": str,
    "requestContext": dict,
    "queryStringParameters": dict,
    "httpMethod": str,
    "pathParameters": dict,
    "headers": dict,
    "path": str,
    "isBase64Encoded": bool,
}
APIG_CONTEXT = {"apiId": str, "requestId": str, "stage": str}

SHAPES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    # https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html and the sample event
    # tests/events/apiGatewayProxyEvent.json of aws-powertools/powertools-lambda-python.
    "aws-rest": (REST, REST_CONTEXT),
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    # and apiGatewayProxyV2Event.json of the same repository.
    "aws-http": (V2, V2_CONTEXT),
    # https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html and
    # lambdaFunctionUrlEvent.json of the same repository.
    "aws-url": (V2, V2_CONTEXT),
    # https://www.alibabacloud.com/help/en/functioncompute/fc/http-trigger-invoking-function
    "fc": (FC, FC_CONTEXT),
    # https://emulator.tencent.com/document/product/583/96099
    "scf": (SCF, {}),
    # functiongraph_02_0741 of Huawei's FunctionGraph developer guide.
    "functiongraph": (APIG, APIG_CONTEXT),
}


def built(trigger: str, http: Http = FULL) -> dict[str, Any]:
    """Return a trigger's event as its handler reads it."""
    event = TRIGGERS[trigger](http)
    read: dict[str, Any] = json.loads(event) if isinstance(event, bytes) else event
    return read


def unlike(event: Mapping[str, Any], shape: Mapping[str, Any]) -> list[str]:
    """Return the keys that are missing, unknown, or of another type than documented."""
    known = {name.lstrip("?"): kind for name, kind in shape.items()}
    wrong = [name for name in shape if name[0] != "?" and name not in event]
    wrong += [name for name in event if name not in known]
    for name in set(known) & set(event):
        kinds = known[name] if isinstance(known[name], tuple) else (known[name],)
        if event[name] is None:
            wrong += [] if None in kinds else [name]
        elif type(event[name]) not in kinds:
            wrong.append(name)
    return wrong


def test_every_trigger_has_a_documented_shape() -> None:
    assert set(SHAPES) == set(TRIGGERS) == set(SAMPLES) == set(CONTEXTS)


@pytest.mark.parametrize("http", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("trigger", SHAPES)
def test_an_event_has_the_documented_keys_and_types(trigger: str, http: Http) -> None:
    assert unlike(built(trigger, http), SHAPES[trigger][0]) == []


@pytest.mark.parametrize("trigger", SHAPES)
def test_a_request_context_has_the_documented_keys_and_types(trigger: str) -> None:
    assert unlike(built(trigger).get("requestContext", {}), SHAPES[trigger][1]) == []


@pytest.mark.parametrize("trigger", ["aws-http", "aws-url", "fc"])
def test_the_method_is_in_the_request_contexts_http(trigger: str) -> None:
    http = built(trigger)["requestContext"]["http"]
    assert unlike(http, V2_HTTP) == []
    assert (http["method"], http["path"]) == ("POST", "/example")


@pytest.mark.parametrize("trigger", ["aws-rest", "scf", "functiongraph"])
def test_the_method_is_at_the_top(trigger: str) -> None:
    event = built(trigger)
    assert (event["httpMethod"], event["path"]) == ("POST", "/example")


@pytest.mark.parametrize(
    ("trigger", "key"),
    [
        ("aws-rest", "queryStringParameters"),
        ("aws-http", "queryStringParameters"),
        ("aws-url", "queryStringParameters"),
        ("fc", "queryParameters"),
        ("scf", "queryString"),
        ("functiongraph", "queryStringParameters"),
    ],
)
def test_the_query_is_where_the_platform_puts_it(trigger: str, key: str) -> None:
    assert built(trigger)[key] == {"sync": "false"}


@pytest.mark.parametrize(
    ("trigger", "version"), [("aws-http", "2.0"), ("aws-url", "2.0"), ("fc", "v1")]
)
def test_the_version_is_the_platforms(trigger: str, version: str) -> None:
    assert built(trigger)["version"] == version


def test_function_compute_passes_bytes() -> None:
    assert isinstance(TRIGGERS["fc"](FULL), bytes)


def test_a_function_url_is_recognized_by_its_domain() -> None:
    domain = built("aws-url")["requestContext"]["domainName"]
    assert domain.split(".")[1] == "lambda-url"


@pytest.mark.parametrize("trigger", ["aws-http", "aws-url", "scf", "functiongraph"])
def test_header_names_come_in_lower_case(trigger: str) -> None:
    assert set(built(trigger)["headers"]) == {"content-type", "x-example"}


def test_the_rest_api_keeps_the_spelling_and_shows_every_value() -> None:
    headers = built("aws-rest")["multiValueHeaders"]
    assert headers == {"Content-Type": ["application/json"], "X-Example": ["value"]}


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_function_graphs_body_is_base64_even_when_it_is_empty(body: bytes) -> None:
    event = built("functiongraph", Http(body=body))
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


@pytest.mark.parametrize("trigger", SHAPES)
def test_an_encoded_body_is_marked_as_base64(trigger: str) -> None:
    event = built(trigger, Http(body=b"\xff", encoded=True))
    assert (event["isBase64Encoded"], event["body"]) == (True, "/w==")


def test_the_rest_apis_authorizer_is_in_the_request_context() -> None:
    event = built("aws-rest", Http(authorizer={"claims": {"sub": "example"}}))
    assert event["requestContext"]["authorizer"] == {"claims": {"sub": "example"}}


# The files in events/platforms


@pytest.mark.parametrize("trigger", SAMPLES)
def test_a_sample_is_what_its_builder_makes(trigger: str) -> None:
    path = EVENTS / "platforms" / file_name(trigger)
    assert path.read_text("utf-8") == text(trigger), "run python -m local.http_samples"


def answered(trigger: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the handler's reply to a sample on its platform."""
    function, _ = SAMPLES[trigger]
    operation = next(one for one in map(load, OPERATIONS) if one.function == function)
    keys = {"HUAWEICLOUD_SDK_SECURITY_TOKEN": "example", "HUAWEICLOUD_SDK_AK": "example"}
    settings = {**keys, "HUAWEICLOUD_SDK_SK": "exampleSecret", **environ}
    call = CONTEXTS[trigger](function, {}, settings, timer=False)
    event: object = sample_event(trigger)
    if trigger == "fc":
        event = json.dumps(event).encode()
    process = Runtime(environ={**call.environ, "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou"})
    return handle(operation, event, call.context, process)


@pytest.mark.parametrize("trigger", SAMPLES)
def test_a_sample_is_answered_where_its_token_is_set(trigger: str) -> None:
    reply = answered(trigger, {"HTTP_BEARER_TOKENS": TOKEN})
    assert reply["statusCode"] == 200
    assert json.loads(str(reply["body"]))["status"] == "planned"


@pytest.mark.parametrize("trigger", SAMPLES)
def test_a_sample_is_refused_where_no_caller_is_set_up(trigger: str) -> None:
    assert answered(trigger, {})["statusCode"] == 403
