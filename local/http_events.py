"""HTTP requests as the platforms' HTTP triggers hand them to a function.

One function a trigger, each with the keys that the platform documents.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

MOMENT = "2026-11-21T02:00:00Z"
EPOCH_MS = 1795226400000
SOURCE = "192.0.2.10"


@dataclass(frozen=True, slots=True)
class Http:
    """A request on its way to a function.

    Parameters
    ----------
    method, path: as in the request line.
    headers: as they were sent.
    query: decoded; each name once.
    body: the bytes.
    encoded: whether the platform hands the body in as base64.
    authorizer: what a platform's authorizer found, None without one.
    """

    method: str = "POST"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    encoded: bool = False
    authorizer: Any = None

    def text(self, *, encoded: bool | None = None) -> str:
        """Return the body as it appears in an event."""
        if self.encoded if encoded is None else encoded:
            return base64.b64encode(self.body).decode()
        return self.body.decode("utf-8", "surrogateescape")


def aws_rest(http: Http) -> dict[str, Any]:
    """API Gateway REST API, proxy integration (payload 1.0)."""
    return {
        "resource": "/{proxy+}",
        "path": http.path,
        "httpMethod": http.method,
        "headers": dict(http.headers),
        "multiValueHeaders": {name: [value] for name, value in http.headers.items()},
        "queryStringParameters": dict(http.query) or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in http.query.items()}
        or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "111122223333",
            "apiId": "example",
            "authorizer": http.authorizer,
            "httpMethod": http.method,
            "identity": {"sourceIp": SOURCE},
            "path": http.path,
            "protocol": "HTTP/1.1",
            "requestId": "example-request",
            "stage": "prod",
        },
        "body": http.text() or None,
        "isBase64Encoded": http.encoded,
    }


def aws_http(http: Http) -> dict[str, Any]:
    """API Gateway HTTP API (payload 2.0); header names come in lower case."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": http.path,
        "rawQueryString": urlencode(http.query),
        "headers": {name.lower(): value for name, value in http.headers.items()},
        "requestContext": {
            "accountId": "111122223333",
            "apiId": "example",
            "domainName": "example.execute-api.eu-west-1.amazonaws.com",
            "http": {
                "method": http.method,
                "path": http.path,
                "protocol": "HTTP/1.1",
                "sourceIp": SOURCE,
                "userAgent": "example",
            },
            "requestId": "example-request",
            "routeKey": "$default",
            "stage": "$default",
            "time": MOMENT,
            "timeEpoch": EPOCH_MS,
        },
        "isBase64Encoded": http.encoded,
    }
    if http.query:
        event["queryStringParameters"] = dict(http.query)
    if http.body:
        event["body"] = http.text()
    if http.authorizer is not None:
        event["requestContext"]["authorizer"] = http.authorizer
    return event


def aws_url(http: Http) -> dict[str, Any]:
    """Lambda function URL: the shape of an HTTP API."""
    event = aws_http(http)
    event["requestContext"]["domainName"] = "example.lambda-url.eu-west-1.on.aws"
    return event


def fc_event(http: Http) -> dict[str, Any]:
    """Function Compute 3.0's HTTP trigger, its query in ``queryParameters``."""
    return {
        "version": "v1",
        "rawPath": http.path,
        "headers": {name.title(): value for name, value in http.headers.items()},
        "queryParameters": dict(http.query),
        "body": http.text(),
        "isBase64Encoded": http.encoded,
        "requestContext": {
            "accountId": "1000000000000000",
            "domainName": "example.cn-hangzhou.fcapp.run",
            "domainPrefix": "example",
            "requestId": "1-example",
            "time": MOMENT,
            "timeEpoch": str(EPOCH_MS),
            "http": {
                "method": http.method,
                "path": http.path,
                "protocol": "HTTP/1.1",
                "sourceIp": SOURCE,
                "userAgent": "example",
            },
        },
    }


def fc(http: Http) -> bytes:
    """Function Compute 3.0's HTTP trigger, in the bytes in which a function gets it."""
    return json.dumps(fc_event(http)).encode()


def scf(http: Http) -> dict[str, Any]:
    """SCF's function URL as documented: no ``requestContext``, its query in ``queryString``."""
    event: dict[str, Any] = {
        "headers": {name.lower(): value for name, value in http.headers.items()},
        "httpMethod": http.method,
        "path": http.path,
        "queryString": dict(http.query),
        "body": http.text(),
    }
    if http.encoded:
        event["isBase64Encoded"] = True
    return event


def functiongraph(http: Http) -> dict[str, Any]:
    """FunctionGraph's APIG trigger: the body is base64 even when it is empty."""
    return {
        "body": http.text(encoded=True),
        "requestContext": {"apiId": "example", "requestId": "example-request", "stage": "RELEASE"},
        "queryStringParameters": dict(http.query),
        "httpMethod": http.method,
        "pathParameters": {},
        "headers": {name.lower(): value for name, value in http.headers.items()},
        "path": http.path,
        "isBase64Encoded": True,
    }


TRIGGERS: Mapping[str, Callable[[Http], Any]] = {
    "aws-rest": aws_rest,
    "aws-http": aws_http,
    "aws-url": aws_url,
    "fc": fc,
    "scf": scf,
    "functiongraph": functiongraph,
}
"""The HTTP triggers by name."""
