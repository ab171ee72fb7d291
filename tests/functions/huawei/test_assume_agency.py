"""Assuming an agency: by account and name in IAM, by URN in STS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from functions.huawei.assume_agency import assume_role, valid_session_name, valid_user_name
from functions.huawei.provider import HUAWEI, IAM
from functions.huawei.sts import STS
from shared.errors import BadResponse, Forbidden, Misconfigured
from shared.models.credentials import AccessKey, Anonymous
from shared.models.role import OidcIdentity, Role
from shared.models.secret import Secret
from tests.support.role_flow import CONTEXT, NOW, call_of, session_of

URN = "iam::000000000000000000000000000d0002:agency:example-agency"
AGENCY = Role("example-agency", domain="example-account")
TRUST_AGENCY = Role(URN)
POLICY = '{"Version": "1.1", "Statement": []}'
KEYS = {
    "access": "HSTexampleid",
    "secret": "exampleSecret",
    "securitytoken": "exampleToken",
    "expires_at": "2026-11-21T20:39:29.587000Z",
}
REPLY: Mapping[str, Any] = {"credential": KEYS}
STS_KEYS = {
    "access_key_id": "HSTexampleid",
    "secret_access_key": "exampleSecret",
    "security_token": "exampleToken",
    "expiration": "2026-11-21T21:24:29Z",
}
STS_REPLY: Mapping[str, Any] = {
    "assumed_agency": {"urn": "sts::d0002:assumed-agency:example-agency/run-1", "id": "a:run-1"},
    "credentials": STS_KEYS,
}


def test_an_agency_is_assumed_by_account_and_name_in_iam() -> None:
    call = call_of(assume_role(AGENCY, "run-1", CONTEXT))

    assert (call.service, call.method, call.path) == (
        IAM,
        "POST",
        "/v3.0/OS-CREDENTIAL/securitytokens",
    )
    assert call.body == {
        "auth": {
            "identity": {
                "methods": ["assume_role"],
                "assume_role": {
                    "agency_name": "example-agency",
                    "domain_name": "example-account",
                    "session_user": {"name": "run-1"},
                },
            }
        }
    }
    assert (call.writes, call.permission) == (False, "iam:agencies:assume")


def test_iam_takes_a_duration_and_a_policy_as_an_object() -> None:
    role = AGENCY._replace(duration_seconds=900, policy=POLICY)

    body: Any = call_of(assume_role(role, "run-1", CONTEXT)).body

    assert body["auth"]["identity"]["policy"] == {"Version": "1.1", "Statement": []}
    assert body["auth"]["identity"]["assume_role"]["duration_seconds"] == 900


def test_the_session_of_iam_has_the_keys_and_the_expiration_but_no_caller() -> None:
    session = session_of(assume_role(AGENCY, "run-1", CONTEXT), REPLY)

    assert session.credentials == AccessKey(
        "HSTexampleid", Secret("exampleSecret"), Secret("exampleToken"), "role example-agency"
    )
    assert session.expires_at == NOW + timedelta(minutes=15)
    assert session.caller is None


def test_an_agency_is_assumed_by_urn_in_sts() -> None:
    role = TRUST_AGENCY._replace(
        duration_seconds=900, policy=POLICY, external_id="example-external"
    )

    call = call_of(assume_role(role, "run-1", CONTEXT))

    assert (call.service, call.method, call.path) == (STS, "POST", "/v5/agencies/assume")
    assert call.body == {
        "agency_urn": URN,
        "agency_session_name": "run-1",
        "duration_seconds": 900,
        "policy": POLICY,
        "external_id": "example-external",
    }
    assert (call.writes, call.permission) == (False, "sts:agencies:assume")


def test_what_is_not_set_is_not_sent() -> None:
    body = call_of(assume_role(TRUST_AGENCY, "run-1", CONTEXT)).body

    assert body == {"agency_urn": URN, "agency_session_name": "run-1"}


def test_the_session_of_sts_has_the_keys_the_expiration_and_the_sessions_urn() -> None:
    session = session_of(assume_role(TRUST_AGENCY, "run-1", CONTEXT), STS_REPLY)

    assert session.credentials == AccessKey(
        "HSTexampleid", Secret("exampleSecret"), Secret("exampleToken"), f"role {URN}"
    )
    assert session.expires_at == NOW + timedelta(hours=1)
    assert session.caller == "sts::d0002:assumed-agency:example-agency/run-1"


@pytest.mark.parametrize("name", KEYS)
def test_a_part_that_iam_left_out_is_named(name: str) -> None:
    with pytest.raises(BadResponse) as caught:
        session_of(assume_role(AGENCY, "run-1", CONTEXT), {"credential": {**KEYS, name: None}})

    assert caught.value.message == f"the response has no usable {name}"


@pytest.mark.parametrize("name", STS_KEYS)
def test_a_part_that_sts_left_out_is_named(name: str) -> None:
    with pytest.raises(BadResponse) as caught:
        session_of(
            assume_role(TRUST_AGENCY, "run-1", CONTEXT),
            {**STS_REPLY, "credentials": {**STS_KEYS, name: None}},
        )

    assert caught.value.message == f"the response has no usable {name}"


def test_iam_takes_no_external_id() -> None:
    role = AGENCY._replace(external_id="example-external")

    with pytest.raises(Misconfigured, match="IAM takes no external ID") as caught:
        call_of(assume_role(role, "run-1", CONTEXT))

    assert "URN" in caught.value.hint


def test_an_agencys_name_needs_its_account() -> None:
    with pytest.raises(Misconfigured, match="the agency example-agency has no account"):
        call_of(assume_role(Role("example-agency"), "run-1", CONTEXT))


@pytest.mark.parametrize("policy", ["", "{", "[]", '"text"', "null"])
def test_a_policy_that_is_no_object_is_not_sent_to_iam(policy: str) -> None:
    with pytest.raises(Misconfigured, match="is not a JSON object"):
        call_of(assume_role(AGENCY._replace(policy=policy), "run-1", CONTEXT))


def test_a_token_assumes_no_agency_here() -> None:
    role = TRUST_AGENCY._replace(oidc=OidcIdentity("example", Secret("exampleToken")))

    with pytest.raises(Misconfigured, match="cannot be assumed with an OpenID Connect token"):
        call_of(assume_role(role, "run-1", CONTEXT))


@pytest.mark.parametrize("role", [AGENCY, TRUST_AGENCY])
def test_a_refusal_says_whom_the_agency_must_trust(role: Role) -> None:
    with pytest.raises(Forbidden) as caught:
        session_of(assume_role(role, "run-1", CONTEXT), Forbidden("no", hint="Allow it."))

    assert caught.value.hint.startswith("Allow it. The agency must also trust")


def test_without_keys_nothing_is_sent() -> None:
    call = call_of(assume_role(AGENCY, "run-1", CONTEXT))

    with pytest.raises(Misconfigured, match="requires access keys or a token"):
        HUAWEI.sign(call, "https://iam.example.com", Anonymous(), CONTEXT, NOW, "")


@pytest.mark.parametrize(
    ("proposed", "name"),
    [
        ("huawei-start-sync-task 1f0d", "huawei-start-sync-task-1f0d"),
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
    ("proposed", "name"),
    [
        ("huawei-start-sync-task 1f0d", "huawei-start-sync-task-1f0d"),
        ("run.1@x", "run-1-x"),
        ("abcd", "sync-abcd"),
        ("1f0d9c", "sync-1f0d9c"),
        ("", "session"),
        ("a" * 70, "a" * 64),
        ("1" * 70, "sync-" + "1" * 59),
    ],
)
def test_a_user_name_has_only_what_iam_allows(proposed: str, name: str) -> None:
    assert valid_user_name(proposed) == name


@pytest.mark.parametrize(
    ("region", "sts", "iam"),
    [
        ("cn-east-3", "sts.cn-east-3.myhuaweicloud.com", "iam.cn-east-3.myhuaweicloud.com"),
        (None, "sts.cn-north-4.myhuaweicloud.com", "iam.myhuaweicloud.com"),
    ],
)
def test_both_have_a_host_in_each_region(region: str | None, sts: str, iam: str) -> None:
    assert STS.host_of(region, lambda _name: None) == sts
    assert IAM.host_of(region, lambda _name: None) == iam


@pytest.mark.parametrize("role", [AGENCY, TRUST_AGENCY])
def test_the_provider_has_the_flow_and_a_plan_reads_its_own_response(role: Role) -> None:
    assert HUAWEI.assume_role is not None
    planned = call_of(HUAWEI.assume_role(role, "run-1", CONTEXT)).dry_run_response

    session = session_of(HUAWEI.assume_role(role, "run-1", CONTEXT), planned)

    assert session.expires_at > datetime(2100, 1, 1, tzinfo=timezone.utc)
