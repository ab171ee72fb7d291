"""Assuming a CAM role: what is sent to STS, and what is read from its response."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from functions.tencent.assume_role import assume_role, valid_session_name
from functions.tencent.provider import TENCENT
from functions.tencent.sts import STS
from shared.errors import BadResponse, Forbidden, Misconfigured
from shared.models.credentials import AccessKey, Anonymous
from shared.models.role import OidcIdentity, Role
from shared.models.secret import Secret
from tests.support.role_flow import CONTEXT, NOW, call_of, session_of

ARN = "qcs::cam::uin/100000000009:roleName/example-role"
POLICY = '{"version":"2.0","statement":[{"effect":"allow","action":["cwp:*"],"resource":["*"]}]}'
ROLE = Role(ARN)
KEYS = {"TmpSecretId": "AKIDexampleid", "TmpSecretKey": "exampleSecret", "Token": "exampleToken"}
REPLY: Mapping[str, Any] = {
    "Credentials": KEYS,
    "ExpiredTime": int((NOW + timedelta(hours=2)).timestamp()),
    "Expiration": "2026-11-21T22:24:29Z",
    "RequestId": "r",
}


def test_a_role_is_assumed_with_its_arn_and_a_session_name() -> None:
    call = call_of(assume_role(ROLE, "run-1", CONTEXT))

    assert (call.action, call.version, call.method) == ("AssumeRole", "2018-08-13", "POST")
    assert call.body == {"RoleArn": ARN, "RoleSessionName": "run-1"}
    assert (call.writes, call.permission) == (False, "sts:AssumeRole")


def test_what_the_account_has_besides_is_sent_too_and_the_policy_url_encoded() -> None:
    role = Role(ARN, external_id="example-external", duration_seconds=900, policy=POLICY)

    body = call_of(assume_role(role, "run-1", CONTEXT)).body

    assert body is not None
    assert (body["DurationSeconds"], body["ExternalId"]) == (900, "example-external")
    assert str(body["Policy"]).startswith("%7B%22version%22%3A%222.0%22%2C")


@pytest.mark.parametrize(("region", "sent"), [("ap-beijing", "ap-beijing"), (None, "ap-guangzhou")])
def test_a_region_is_sent_and_signed_for_sts(region: str | None, sent: str) -> None:
    context = CONTEXT._replace(region=region)
    call = call_of(assume_role(ROLE, "run-1", context))
    keys = AccessKey("AKIDexampleid", Secret("exampleSecret"))
    request = TENCENT.sign(call, "https://sts.example.com", keys, context, NOW, "")

    assert request.headers["X-TC-Region"] == sent
    assert "/2026-11-21/sts/tc3_request" in request.headers["Authorization"]
    assert json.loads(request.body) == {"RoleArn": ARN, "RoleSessionName": "run-1"}


def test_the_session_has_the_keys_and_the_expiration_but_no_caller() -> None:
    session = session_of(assume_role(ROLE, "run-1", CONTEXT), REPLY)

    assert session.credentials == AccessKey(
        "AKIDexampleid", Secret("exampleSecret"), Secret("exampleToken"), f"role {ARN}"
    )
    assert session.expires_at == NOW + timedelta(hours=2)
    assert session.caller is None


@pytest.mark.parametrize("name", KEYS)
def test_a_part_that_is_missing_is_named(name: str) -> None:
    reply = {**REPLY, "Credentials": {**KEYS, name: ""}}

    with pytest.raises(BadResponse) as caught:
        session_of(assume_role(ROLE, "run-1", CONTEXT), reply)

    assert caught.value.message == f"the response has no usable {name}"


@pytest.mark.parametrize("value", [None, 0, -1, True, 10**30, "later", 1.5])
def test_a_time_that_is_not_a_number_of_seconds_is_not_read(value: object) -> None:
    with pytest.raises(BadResponse, match="no usable ExpiredTime"):
        session_of(assume_role(ROLE, "run-1", CONTEXT), {**REPLY, "ExpiredTime": value})


def test_a_refusal_says_what_the_trust_policy_must_have() -> None:
    with pytest.raises(Forbidden) as caught:
        session_of(assume_role(ROLE, "run-1", CONTEXT), Forbidden("no", hint="Allow it."))

    assert caught.value.hint.startswith("Allow it. The role's trust policy must also name")


def test_a_token_assumes_no_role_here() -> None:
    role = Role(ARN, oidc=OidcIdentity("example", Secret("exampleToken")))

    with pytest.raises(Misconfigured, match="cannot be assumed with an OpenID Connect token"):
        call_of(assume_role(role, "run-1", CONTEXT))


def test_without_keys_nothing_is_sent() -> None:
    call = call_of(assume_role(ROLE, "run-1", CONTEXT))

    with pytest.raises(Misconfigured, match="requires access keys"):
        TENCENT.sign(call, "https://sts.example.com", Anonymous(), CONTEXT, NOW, "")


@pytest.mark.parametrize(
    ("proposed", "name"),
    [
        ("tencent-sync-machines 1f0d", "tencent-sync-machines-1f0d"),
        ("a=b,c.d@e_f+g-h", "a=b,c.d@e_f+g-h"),
        ("a/b:c", "a-b-c"),
        ("x", "-x"),
        ("", "session"),
        ("a" * 130 + "1", "a" * 127 + "1"),
    ],
)
def test_a_session_name_has_only_what_sts_allows(proposed: str, name: str) -> None:
    assert valid_session_name(proposed) == name


@pytest.mark.parametrize(
    ("site", "host"),
    [(None, "sts.tencentcloudapi.com"), ("intl", "sts.intl.tencentcloudapi.com")],
)
def test_each_site_has_its_own_host(site: str | None, host: str) -> None:
    assert STS.host_of("ap-beijing", {"CWP_SITE": site}.get) == host


def test_the_provider_has_the_flow_and_a_plan_reads_its_own_response() -> None:
    assert TENCENT.assume_role is not None
    planned = call_of(TENCENT.assume_role(ROLE, "run-1", CONTEXT)).dry_run_response

    session = session_of(TENCENT.assume_role(ROLE, "run-1", CONTEXT), planned)

    assert session.expires_at.year == 9999
