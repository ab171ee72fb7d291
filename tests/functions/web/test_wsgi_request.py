"""The app under a plain WSGI server, without any platform."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import pytest
import serverless_wsgi

from functions.web.wsgi_request import from_wsgi, read_body
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from shared.http_trigger.request import MAX_BODY_BYTES
from tests.support.web_client import RUN, TOKEN, WebClient

AUTHORIZED = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


class SilentRequestHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Log nothing."""


@pytest.fixture
def address(client: WebClient) -> Iterator[str]:
    """A server of the standard library, with its PEP 3333 validator in front of the app."""
    client.runtime.environ = client.environ
    server = make_server("127.0.0.1", 0, validator(client.app), handler_class=SilentRequestHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def request(
    address: str, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    with closing(HTTPConnection(address, timeout=20)) as connection:
        connection.request(method, path, body, {**AUTHORIZED, **headers})
        response = connection.getresponse()
        return response, response.read()


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/health", 200), ("/operations", 200), ("/nowhere", 404)]
)
def test_a_read_is_answered(address: str, path: str, status: int) -> None:
    assert request(address, path)[0].status == status


def test_an_operation_is_run(address: str) -> None:
    response, body = request(address, RUN, "POST", b'{"sync": false}')

    assert response.status == 200
    result = json.loads(body)
    assert (result["status"], result["invocation_id"]) == ("idle", None)


def test_the_query_is_read(address: str) -> None:
    _, body = request(address, f"{RUN}?sync=false&dry_run=true", "POST", b"")

    assert json.loads(body)["status"] == "planned"


def test_head_has_no_body(address: str) -> None:
    response, body = request(address, "/", "HEAD")

    assert (response.status, body) == (200, b"")


def test_another_token_is_refused(address: str) -> None:
    assert request(address, "/operations", Authorization="Bearer wrong")[0].status == 401


def test_a_large_body_is_refused(address: str) -> None:
    assert request(address, RUN, "POST", b" " * (MAX_BODY_BYTES + 1))[0].status == 413


@pytest.mark.parametrize(
    ("environ", "read"),
    [
        ({"CONTENT_LENGTH": "3"}, 3),
        ({"CONTENT_LENGTH": ""}, 0),
        ({}, 0),
        ({"CONTENT_LENGTH": "-1"}, 0),
        ({"CONTENT_LENGTH": "many"}, 0),
        ({"CONTENT_LENGTH": "9999999"}, MAX_BODY_BYTES + 1),
        ({"CONTENT_LENGTH": "9" * 5_000}, MAX_BODY_BYTES + 1),
        ({"CONTENT_LENGTH": "0" * 5_000}, 0),
        ({"CONTENT_LENGTH": "0" * 5_000 + "3"}, 3),
        ({"wsgi.input_terminated": True}, MAX_BODY_BYTES + 1),
    ],
)
def test_no_more_of_a_body_is_read_than_is_needed(environ: dict[str, Any], read: int) -> None:
    stream = io.BytesIO(b" " * 200_000)

    assert len(read_body({**environ, "wsgi.input": stream})) == read
    assert stream.tell() == read


def test_a_repeated_name_in_the_query_is_a_list() -> None:
    request = from_wsgi({"QUERY_STRING": "a=1&a=2&b=", "REQUEST_METHOD": "POST"})

    assert request.query.values() == {"a": ("1", "2"), "b": ("",)}


def test_under_serverless_wsgi_alone_the_platforms_event_is_found(client: WebClient) -> None:
    call = CONTEXTS["aws-rest"]("web", {}, client.environ, timer=False)
    client.runtime.environ = call.environ
    event = TRIGGERS["aws-rest"](Http(path=RUN, headers=AUTHORIZED, body=b'{"sync": false}'))

    reply = serverless_wsgi.handle_request(client.app, event, call.context)

    assert reply["statusCode"] == 200
    assert json.loads(reply["body"])["invocation_id"] == call.context.aws_request_id
