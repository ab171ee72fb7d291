"""A response that would take more memory than a function has is not parsed."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from shared.client.transport.body import MAX_BODY_BYTES
from shared.errors import BadResponse
from shared.models.http import Response
from shared.models.provider_errors import MAX_CONTAINERS, parse_json_object

MEGABYTE = 1024 * 1024
MAX_MEGABYTES = 180
"""Python and the bundle take some 30 MB of a function's 256 MB, the body and a copy another 16."""


def largest(unit: bytes) -> bytes:
    """Return the largest body that the transport accepts, a list of this unit."""
    head, tail = b'{"data":[', b"0]}"
    return head + unit * ((MAX_BODY_BYTES - len(head) - len(tail)) // len(unit)) + tail


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize(
    "unit",
    [
        b"[],",
        b"{},",
        b"[0],",
        b'{"a":0},',
        b"[" * 100 + b"]" * 100 + b",",
        b'{"a":' * 100 + b"0" + b"}" * 100 + b",",
    ],
)
def test_too_many_objects_and_lists_are_refused_unread(unit: bytes, status: int) -> None:
    def parse(_body: bytes) -> object:
        raise AssertionError("it was parsed")

    with pytest.raises(BadResponse, match="more than 250000 objects and lists") as refused:
        parse_json_object(Response(status, {}, largest(unit)), "r-1", parse)
    error = refused.value
    assert (error.retryable, error.outcome_unknown) == (False, status == 200)
    assert (error.http_status, error.request_id) == (status, "r-1")


@pytest.mark.parametrize(
    "unit",
    [b"0,", b"300,", b"0.1,", b'"a",', b'"ab",', '"\U0001f600",'.encode(), b"9" * 4000 + b","],
)
def test_the_largest_body_of_anything_else_fits_into_a_functions_memory(unit: bytes) -> None:
    response = Response(200, {}, largest(unit))
    tracemalloc.start()
    try:
        assert parse_json_object(response, None, json.loads) is not None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MAX_MEGABYTES * MEGABYTE


def test_as_many_objects_as_allowed_fit_into_a_functions_memory() -> None:
    body = json.dumps({"data": [{"a": 1.5} for _ in range(MAX_CONTAINERS - 2)]}).encode()
    tracemalloc.start()
    try:
        assert parse_json_object(Response(200, {}, body), None, json.loads) is not None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MAX_MEGABYTES * MEGABYTE
