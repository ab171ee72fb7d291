"""Reading the request in an HTTP event, whatever is in the event."""

from __future__ import annotations

from typing import Any

import pytest

from shared.http_trigger.request import parse_request

NAMES = ["null", "number", "long integer", "tuple", "bytes"]


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [None, 7, 10**5_000, ["POST"], {"POST": 1}, nested(100_000), b"POST", float("nan")],
    ids=["null", "number", "long integer", "list", "object", "deep", "bytes", "nan"],
)
@pytest.mark.parametrize("envelope", ["v1", "v2"])
def test_a_method_that_is_not_a_string_is_no_method(value: Any, envelope: str) -> None:
    event: dict[str, Any] = (
        {"httpMethod": value, "path": "/"}
        if envelope == "v1"
        else {"requestContext": {"http": {"method": value}}}
    )
    assert parse_request(event).method == ""


@pytest.mark.parametrize("name", [None, 7, 10**5_000, (), b"a"], ids=NAMES)
@pytest.mark.parametrize("key", ["headers", "multiValueHeaders"])
def test_a_header_whose_name_is_not_a_string_is_left_out(name: Any, key: str) -> None:
    request = parse_request({"httpMethod": "POST", key: {name: "x", "Host": "example.com"}})
    assert request.headers == {"host": ("example.com",)}


@pytest.mark.parametrize("name", [None, 7, 10**5_000, (), b"a"], ids=NAMES)
@pytest.mark.parametrize("key", ["queryString", "queryStringParameters", "queryParameters"])
@pytest.mark.parametrize("context", [{}, {"elb": {}}])
def test_a_query_with_a_name_that_is_not_a_string_is_ambiguous(
    name: Any, key: str, context: dict[str, Any]
) -> None:
    request = parse_request({"httpMethod": "POST", "requestContext": context, key: {name: "x"}})
    assert request.query.error == (f"the HTTP event's {key} contains something other than strings")
