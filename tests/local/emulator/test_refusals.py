"""A request that was changed after signing, or is too old, is rejected as by the provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local.emulator import Emulator, Key
from local.emulator import keys as known
from shared.models.http import Request
from tests.support import signed_requests

WRONG_ALIBABA = Key(known.ALIBABA.access_key_id, "exampleWrongSecret")
WRONG_TENCENT = Key(known.TENCENT.access_key_id, "exampleWrongSecret")
WRONG_HUAWEI = Key(known.HUAWEI.access_key_id, "exampleWrongSecret")
NO_TOKEN_ALIBABA = Key(known.ALIBABA_TEMPORARY.access_key_id, known.ALIBABA_TEMPORARY.secret)
NO_TOKEN_TENCENT = Key(known.TENCENT_TEMPORARY.access_key_id, known.TENCENT_TEMPORARY.secret)
NO_TOKEN_HUAWEI = Key(known.HUAWEI_TEMPORARY.access_key_id, known.HUAWEI_TEMPORARY.secret)
UNKNOWN_KEY = Key("AKIDexamplenobody", "exampleNobody")

Make = Callable[[Emulator], Request]


@pytest.mark.parametrize(
    "make",
    [
        signed_requests.edas,
        signed_requests.ehpc,
        signed_requests.cwp,
        signed_requests.show_task,
        signed_requests.dev_servers,
    ],
    ids=["edas", "ehpc", "cwp", "oms", "modelarts"],
)
def test_what_our_own_signing_signs_is_accepted(emulator: Emulator, make: Make) -> None:
    signed_requests.send(make(emulator))
    assert emulator.received[0].accepted


@pytest.mark.parametrize("text", [" ~/*-+", "新", "a b&c=d", "%2F"])
def test_reserved_characters_in_a_query_keep_the_signature_valid(
    emulator: Emulator, text: str
) -> None:
    signed_requests.send(signed_requests.edas(emulator, (("Type", text), ("ResourceIds", text))))
    signed_requests.send(signed_requests.dev_servers(emulator, ("owner", text)))
    assert [request.accepted for request in emulator.received] == [True, True]


@pytest.mark.parametrize(
    ("make", "status", "code"),
    [
        (lambda e: signed_requests.edas(e, key=WRONG_ALIBABA), 400, "SignatureDoesNotMatch"),
        (lambda e: signed_requests.edas(e, late=16 * 60), 400, "InvalidTimeStamp.Expired"),
        (lambda e: signed_requests.edas(e, late=-16 * 60), 400, "InvalidTimeStamp.Expired"),
        (
            lambda e: signed_requests.edas(e, key=NO_TOKEN_ALIBABA),
            404,
            "InvalidAccessKeyId.NotFound",
        ),
        (lambda e: signed_requests.edas(e, key=UNKNOWN_KEY), 404, "InvalidAccessKeyId.NotFound"),
        (
            lambda e: signed_requests.edas(e, key=known.ALIBABA_EXPIRED),
            400,
            "InvalidSecurityToken.Expired",
        ),
        (lambda e: signed_requests.cwp(e, key=WRONG_TENCENT), 200, "AuthFailure.SignatureFailure"),
        (lambda e: signed_requests.cwp(e, late=6 * 60), 200, "AuthFailure.SignatureExpire"),
        (lambda e: signed_requests.cwp(e, key=NO_TOKEN_TENCENT), 200, "AuthFailure.TokenFailure"),
        (lambda e: signed_requests.cwp(e, key=UNKNOWN_KEY), 200, "AuthFailure.SecretIdNotFound"),
        (
            lambda e: signed_requests.cwp(e, key=known.TENCENT_EXPIRED),
            200,
            "AuthFailure.TokenFailure",
        ),
        (lambda e: signed_requests.cwp(e, service="cvm"), 200, "AuthFailure.InvalidAuthorization"),
        (lambda e: signed_requests.dev_servers(e, key=WRONG_HUAWEI), 401, "APIGW.0301"),
        (lambda e: signed_requests.dev_servers(e, late=16 * 60), 401, "APIGW.0301"),
        (lambda e: signed_requests.dev_servers(e, key=NO_TOKEN_HUAWEI), 401, "APIGW.0301"),
        (lambda e: signed_requests.dev_servers(e, key=UNKNOWN_KEY), 401, "APIGW.0301"),
        (lambda e: signed_requests.dev_servers(e, key=known.HUAWEI_EXPIRED), 401, "APIGW.0301"),
    ],
)
def test_a_wrong_key_time_or_token_is_refused(
    emulator: Emulator, make: Make, status: int, code: str
) -> None:
    reply = signed_requests.send(make(emulator))
    assert (reply.status, reply.code) == (status, code)
    assert not emulator.received[0].accepted


@pytest.mark.parametrize(
    ("make", "changes", "code"),
    [
        (signed_requests.edas, {"query": (("Type", "ecs"),)}, "SignatureDoesNotMatch"),
        (signed_requests.edas, {"body": b"{}"}, "SignatureDoesNotMatch"),
        (
            signed_requests.edas,
            {"headers": {"x-acs-version": "2017-08-02"}},
            "SignatureDoesNotMatch",
        ),
        (signed_requests.edas, {"headers": {"x-acs-more": "unsigned"}}, "IncompleteSignature"),
        (signed_requests.edas, {"headers": {"Authorization": None}}, "IncompleteSignature"),
        (signed_requests.cwp, {"body": b'{"Sync":true}'}, "AuthFailure.SignatureFailure"),
        (signed_requests.cwp, {"query": (("a", "b"),)}, "AuthFailure.SignatureFailure"),
        (
            signed_requests.cwp,
            {"headers": {"X-TC-Action": "Other"}},
            "AuthFailure.SignatureFailure",
        ),
        (
            signed_requests.cwp,
            {"headers": {"Authorization": None}},
            "AuthFailure.InvalidAuthorization",
        ),
        (signed_requests.cwp, {"headers": {"X-TC-Token": "unknown"}}, "AuthFailure.TokenFailure"),
        (signed_requests.start_task, {"body": b'{"src_ak":"x"}'}, "APIGW.0301"),
        (signed_requests.dev_servers, {"query": (("limit", "5"),)}, "APIGW.0301"),
        (signed_requests.dev_servers, {"headers": {"Content-Type": "text/plain"}}, "APIGW.0301"),
        (signed_requests.dev_servers, {"headers": {"Authorization": None}}, "APIGW.0301"),
        (signed_requests.dev_servers, {"headers": {"X-Security-Token": "unknown"}}, "APIGW.0301"),
    ],
)
def test_a_request_changed_after_signing_is_refused(
    emulator: Emulator, make: Make, changes: dict[str, Any], code: str
) -> None:
    assert signed_requests.send(make(emulator), **changes).code == code
    assert not emulator.received[0].processed


def test_a_nonce_is_good_for_one_request_only(emulator: Emulator) -> None:
    request = signed_requests.edas(emulator)
    assert signed_requests.send(request).status == 200
    reply = signed_requests.send(request)
    assert (reply.status, reply.code) == (400, "SignatureNonceUsed")


def test_an_expired_huawei_signature_is_reported_with_both_times(emulator: Emulator) -> None:
    text = signed_requests.send(signed_requests.dev_servers(emulator, late=16 * 60)).json[
        "error_msg"
    ]
    assert "signature expired" in text
    assert "server time:" in text


def test_a_ready_huawei_token_replaces_a_signature(emulator: Emulator) -> None:
    token = {"Authorization": None, "X-Auth-Token": known.HUAWEI_AUTH_TOKEN}
    assert signed_requests.send(signed_requests.dev_servers(emulator), headers=token).status == 200


def test_an_unknown_huawei_token_is_refused(emulator: Emulator) -> None:
    token = {"Authorization": None, "X-Auth-Token": "exampleUnknown"}
    assert (
        signed_requests.send(signed_requests.dev_servers(emulator), headers=token).code
        == "APIGW.0301"
    )


@pytest.mark.parametrize(
    ("make", "status", "code"),
    [
        (lambda e: signed_requests.edas(e, ()), 400, "MissingParameter"),
        (lambda e: signed_requests.edas(e, (("Type", "ECS"),)), 400, "InvalidParameter"),
        (lambda e: signed_requests.edas(e, (("Type", "slb"), ("ResourceIds", "i-1"))), 400, None),
        (lambda e: signed_requests.edas(e, version="2016-01-01"), 400, "InvalidVersion"),
        (signed_requests.ehpc, 403, "InvalidParams"),
        (lambda e: signed_requests.ehpc(e, ("AppId", "nowhere")), 404, "ImageNotFound"),
        (lambda e: signed_requests.cwp(e, b"{"), 200, "InvalidParameter"),
        (lambda e: signed_requests.cwp(e, b'{"Sync":"true"}'), 200, "InvalidParameter"),
        (lambda e: signed_requests.cwp(e, b'{"Snyc":true}'), 200, "UnknownParameter"),
        (
            lambda e: signed_requests.cwp(e, headers={"X-TC-Action": "Nothing"}),
            200,
            "InvalidAction",
        ),
        (
            lambda e: signed_requests.cwp(e, headers={"X-TC-Version": "2017-01-01"}),
            200,
            "NoSuchVersion",
        ),
        (lambda e: signed_requests.show_task(e, "nowhere"), 404, "OMS.0002"),
        (lambda e: signed_requests.show_task(e, project="unknown"), 403, "APIGW.0302"),
        (
            lambda e: signed_requests.start_task(
                e, {**signed_requests.STORAGE_KEYS, "src_ak": None}
            ),
            400,
            "OMS.0001",
        ),
        (lambda e: signed_requests.start_task(e, {"dst_ak": "a", "dst_sk": "b"}), 400, "OMS.0001"),
        (
            lambda e: signed_requests.start_task(e, {**signed_requests.STORAGE_KEYS, "dst_sk": ""}),
            400,
            "OMS.0001",
        ),
        (lambda e: signed_requests.dev_servers(e, ("limit", "1025")), 400, "ModelArts.0104"),
        (lambda e: signed_requests.dev_servers(e, ("sort_dir", "asc")), 400, "ModelArts.0104"),
        (lambda e: signed_requests.dev_servers(e, ("owner", "Someone")), 400, "ModelArts.0104"),
        (lambda e: signed_requests.huawei(e, "oms", "GET", "/v2/nothing"), 404, "APIGW.0101"),
    ],
)
def test_parameters_outside_the_page_are_refused(
    emulator: Emulator, make: Make, status: int, code: str | None
) -> None:
    reply = signed_requests.send(make(emulator))
    assert (reply.status, reply.code) == (status, code or reply.code)
    assert not emulator.received[0].processed


def test_an_error_has_the_shape_of_its_provider(emulator: Emulator) -> None:
    alibaba = signed_requests.send(signed_requests.edas(emulator, ()))
    assert set(alibaba.json) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    assert alibaba.headers["x-acs-request-id"] == alibaba.json["RequestId"]
    tencent = signed_requests.send(signed_requests.cwp(emulator, b"{"))
    assert set(tencent.json["Response"]) == {"Error", "RequestId"}
    huawei = signed_requests.send(signed_requests.show_task(emulator, "nowhere"))
    assert set(huawei.json) == {"error_code", "error_msg"}
    assert len(huawei.headers["x-request-id"]) == 32
