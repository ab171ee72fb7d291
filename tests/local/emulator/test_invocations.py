"""The emulated invoke APIs accept documented requests and reject all others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from local.emulator import Emulator, Key
from local.emulator import keys as known
from local.emulator.huawei import PROJECT
from shared.models.http import Request
from tests.support import signed_requests

WRONG_ROLE = Key(known.AWS_ROLE.access_key_id, "exampleWrongSecret", known.AWS_ROLE.token)
NO_TOKEN = Key(known.AWS_ROLE.access_key_id, known.AWS_ROLE.secret)
UNKNOWN_KEY = Key("ASIAexamplenobody", "exampleNobody")

Make = Callable[[Emulator], Request]


@pytest.mark.parametrize(
    ("make", "platform", "status"),
    [
        (signed_requests.invoke_lambda, "lambda", 202),
        (signed_requests.invoke_fc, "fc", 202),
        (signed_requests.invoke_scf, "scf", 200),
        (signed_requests.invoke_functiongraph, "functiongraph", 202),
    ],
)
def test_an_asynchronous_run_is_accepted(
    emulator: Emulator, make: Make, platform: str, status: int
) -> None:
    reply = signed_requests.send(make(emulator))

    (invocation,) = emulator.invocations.all()
    assert reply.status == status
    assert (invocation.platform, invocation.function) == (platform, "example")
    assert invocation.event == {}
    assert invocation.request_id in f"{dict(reply.headers)} {reply.body!r}"
    assert invocation.outcome.result(timeout=5) is None


@pytest.mark.parametrize(
    ("make", "status", "code"),
    [
        (
            lambda e: signed_requests.invoke_lambda(e, key=WRONG_ROLE),
            403,
            "InvalidSignatureException",
        ),
        (lambda e: signed_requests.invoke_lambda(e, late=6 * 60), 403, "InvalidSignatureException"),
        (
            lambda e: signed_requests.invoke_lambda(e, late=-6 * 60),
            403,
            "InvalidSignatureException",
        ),
        (
            lambda e: signed_requests.invoke_lambda(e, key=NO_TOKEN),
            403,
            "UnrecognizedClientException",
        ),
        (
            lambda e: signed_requests.invoke_lambda(e, key=UNKNOWN_KEY),
            403,
            "UnrecognizedClientException",
        ),
        (
            lambda e: signed_requests.invoke_lambda(e, key=known.AWS_EXPIRED),
            403,
            "ExpiredTokenException",
        ),
        (
            lambda e: signed_requests.invoke_lambda(e, service="sts"),
            403,
            "IncompleteSignatureException",
        ),
        (
            lambda e: signed_requests.invoke_scf(e, service="cwp"),
            200,
            "AuthFailure.InvalidAuthorization",
        ),
    ],
)
def test_a_wrong_key_time_token_or_service_is_refused(
    emulator: Emulator, make: Make, status: int, code: str
) -> None:
    reply = signed_requests.send(make(emulator))

    assert (reply.status, reply.code) == (status, code)
    assert not emulator.received[0].accepted


@pytest.mark.parametrize(
    ("make", "changes", "code"),
    [
        (signed_requests.invoke_lambda, {"body": b'{"a":1}'}, "InvalidSignatureException"),
        (
            signed_requests.invoke_lambda,
            {"query": (("Qualifier", "1"),)},
            "InvalidSignatureException",
        ),
        (
            signed_requests.invoke_lambda,
            {"path": "/2015-03-31/functions/other/invocations"},
            "InvalidSignatureException",
        ),
        (
            signed_requests.invoke_lambda,
            {"headers": {"X-Amz-Invocation-Type": "DryRun"}},
            "InvalidSignatureException",
        ),
        (
            signed_requests.invoke_lambda,
            {"headers": {"X-Amz-More": "a"}},
            "IncompleteSignatureException",
        ),
        (
            signed_requests.invoke_lambda,
            {"headers": {"Authorization": None}},
            "MissingAuthenticationTokenException",
        ),
        (
            signed_requests.invoke_lambda,
            {"headers": {"Authorization": "AWS4-HMAC-SHA256 a"}},
            "IncompleteSignatureException",
        ),
        (signed_requests.invoke_fc, {"body": b"[]"}, "SignatureDoesNotMatch"),
        (signed_requests.invoke_scf, {"body": b"{}"}, "AuthFailure.SignatureFailure"),
        (signed_requests.invoke_functiongraph, {"body": b'{"a":1}'}, "APIGW.0301"),
    ],
)
def test_an_invocation_changed_after_signing_is_refused(
    emulator: Emulator, make: Make, changes: dict[str, Any], code: str
) -> None:
    assert signed_requests.send(make(emulator), **changes).code == code
    assert emulator.invocations.all() == []


LARGE = json.dumps("x" * 128 * 1024)
LARGER = "x" * 256 * 1024


@pytest.mark.parametrize(
    ("make", "status", "code"),
    [
        (
            lambda e: signed_requests.invoke_lambda(e, kind="RequestResponse"),
            400,
            "InvalidParameterValueException",
        ),
        (
            lambda e: signed_requests.invoke_lambda(e, function="a%b"),
            400,
            "InvalidParameterValueException",
        ),
        (lambda e: signed_requests.invoke_lambda(e, b"{"), 400, "InvalidRequestContentException"),
        (
            lambda e: signed_requests.invoke_lambda(e, json.dumps(LARGER * 4).encode()),
            413,
            "RequestTooLargeException",
        ),
        (lambda e: signed_requests.invoke_fc(e, kind="Later"), 400, "InvalidArgument"),
        (lambda e: signed_requests.invoke_fc(e, kind="Sync"), 404, "FunctionNotFound"),
        (lambda e: signed_requests.invoke_fc(e, LARGE.encode()), 413, "RequestTooLarge"),
        (lambda e: signed_requests.invoke_fc(e, version="2021-04-06"), 400, "InvalidVersion"),
        (lambda e: signed_requests.invoke_scf(e, kind="DryRun"), 200, "InvalidParameterValue"),
        (
            lambda e: signed_requests.invoke_scf(e, kind="RequestResponse"),
            200,
            "ResourceNotFound.Function",
        ),
        (
            lambda e: signed_requests.invoke_scf(e, LARGE),
            200,
            "InvalidParameterValue.ClientContext",
        ),
        (lambda e: signed_requests.invoke_scf(e, "{"), 200, "InvalidParameterValue.ClientContext"),
        (lambda e: signed_requests.invoke_scf(e, None), 200, "InvalidParameter"),
        (lambda e: signed_requests.invoke_scf(e, FunctionName=""), 200, "MissingParameter"),
        (lambda e: signed_requests.invoke_scf(e, Event="{}"), 200, "UnknownParameter"),
        (lambda e: signed_requests.invoke_functiongraph(e, [1]), 400, "FSS.0400"),
        (lambda e: signed_requests.invoke_functiongraph(e, {"a": LARGER}), 413, "FSS.0413"),
        (lambda e: signed_requests.invoke_functiongraph(e, urn="urn:fss:x"), 404, "FSS.1051"),
        (
            lambda e: signed_requests.invoke_functiongraph(
                e, urn="urn:fss:cn-north-4:another:function:default:example:latest"
            ),
            404,
            "FSS.1051",
        ),
        (lambda e: signed_requests.invoke_functiongraph(e, project="another"), 403, "APIGW.0302"),
    ],
)
def test_an_invocation_outside_the_page_is_refused(
    emulator: Emulator, make: Make, status: int, code: str
) -> None:
    reply = signed_requests.send(make(emulator))

    assert (reply.status, reply.code) == (status, code)
    assert emulator.received[0].accepted
    assert emulator.invocations.all() == []


def test_a_function_that_is_listed_is_found(emulator: Emulator) -> None:
    emulator.huawei.functions = {"example"}

    urn = f"urn:fss:cn-north-4:{PROJECT}:function:default:example"
    signed_requests.send(signed_requests.invoke_functiongraph(emulator, urn=urn))

    (invocation,) = emulator.invocations.all()
    assert invocation.qualifier is None
