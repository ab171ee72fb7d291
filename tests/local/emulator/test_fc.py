"""Function Compute's calls that the vendor's client cannot send are refused by the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from local.emulator import Emulator, faults
from local.emulator.fc_functions import checksum_of
from shared.models.http import Request
from tests.support import signed_requests

ONE = "/2023-03-30/functions/example"

Make = Callable[[Emulator], Request]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda e: signed_requests.call_fc(e, body=b"{"), "InvalidArgument"),
        (lambda e: signed_requests.call_fc(e, body=b"[]"), "InvalidArgument"),
        (lambda e: signed_requests.call_fc(e, body=b'{"FunctionName": "a"}'), "InvalidArgument"),
        (
            lambda e: signed_requests.call_fc(e, content_type="application/x-www-form-urlencoded"),
            "InvalidArgument",
        ),
        (lambda e: signed_requests.call_fc(e, method="PUT"), "PathNotSupported"),
        (lambda e: signed_requests.call_fc(e, path="/2023-03-30/services"), "PathNotSupported"),
        (lambda e: signed_requests.call_fc(e, action="GetFunction"), "PathNotSupported"),
        (lambda e: signed_requests.call_fc(e, "ListLayers", "GET", ONE), "PathNotSupported"),
    ],
)
def test_a_call_that_is_not_as_documented_is_refused(
    emulator: Emulator, make: Make, code: str
) -> None:
    reply = signed_requests.send(make(emulator))

    assert (reply.status, reply.code) == (400, code)


def test_an_error_has_a_code_a_message_and_a_request_id(emulator: Emulator) -> None:
    request = signed_requests.call_fc(emulator, "GetFunction", "GET", ONE, b"")

    reply = signed_requests.send(request)

    assert reply.status == 404
    document = json.loads(reply.body)
    assert set(document) == {"Code", "Message", "RequestId"}
    assert document["Code"] == "FunctionNotFound"
    assert document["RequestId"] == reply.headers["x-fc-request-id"]


def test_a_changed_body_is_not_the_signed_one(emulator: Emulator) -> None:
    reply = signed_requests.send(signed_requests.call_fc(emulator), body=b'{"cpu": 1}')

    assert (reply.status, reply.code) == (400, "SignatureDoesNotMatch")


def test_a_fault_has_function_computes_document(emulator: Emulator) -> None:
    emulator.inject_fault("fc", faults.error("LimitExceededError"))

    reply = signed_requests.send(signed_requests.call_fc(emulator))

    assert (reply.status, reply.code) == (400, "LimitExceededError")


def test_a_checksum_is_the_check_value_that_is_published_for_it() -> None:
    assert checksum_of(b"123456789") == str(0x995DC9BBDF1939FA)
