"""Assuming a RAM role: what is sent to STS, and what is read from its response."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

import pytest

from functions.alibaba.assume_role import assume_role, valid_session_name
from functions.alibaba.provider import ALIBABA
from functions.alibaba.sts import STS
from shared.client.dry_run import describe_call
from shared.errors import BadResponse, Forbidden, Misconfigured, NotFound
from shared.models.credentials import AccessKey, Anonymous, AuthToken
from shared.models.role import OidcIdentity, Role
from shared.models.secret import Secret
from shared.redaction import Redactor
from tests.support.role_flow import CONTEXT, NOW, call_of, session_of

ARN = "acs:ram::1000000000000002:role/example-role"
TOKEN = "exampleHeader.exampleClaims.exampleSignature"
PROVIDER = "acs:ram::1000000000000002:oidc-provider/example"
POLICY = '{"Version":"1","Statement":[]}'
ROLE = Role(ARN)
WITH_TOKEN = Role(ARN, oidc=OidcIdentity(PROVIDER, Secret(TOKEN)))
KEYS = {
    "AccessKeyId": "STS.exampleid",
    "AccessKeySecret": "exampleSecret",
    "SecurityToken": "exampleToken",
    "Expiration": "2026-11-21T21:24:29Z",
}
USER = {"Arn": "acs:ram::1000000000000002:role/example-role/run-1", "AssumedRoleId": "3:run-1"}
REPLY: Mapping[str, Any] = {"RequestId": "r", "Credentials": KEYS, "AssumedRoleUser": USER}


def test_a_role_is_assumed_with_its_arn_and_a_session_name() -> None:
    call = call_of(assume_role(ROLE, "run-1", CONTEXT))

    assert (call.action, call.version, call.method, call.path) == (
        "AssumeRole",
        "2015-04-01",
        "POST",
        "/",
    )
    assert call.query == (("RoleArn", ARN), ("RoleSessionName", "run-1"))
    assert (call.body, call.writes, call.permission) == (None, False, "sts:AssumeRole")


def test_what_the_account_has_besides_is_sent_too() -> None:
    role = Role(ARN, external_id="example-external", duration_seconds=900, policy=POLICY)

    assert dict(call_of(assume_role(role, "run-1", CONTEXT)).query) == {
        "RoleArn": ARN,
        "RoleSessionName": "run-1",
        "DurationSeconds": "900",
        "Policy": POLICY,
        "ExternalId": "example-external",
    }


def test_the_session_has_the_keys_the_expiration_and_the_assumed_roles_arn() -> None:
    session = session_of(assume_role(ROLE, "run-1", CONTEXT), REPLY)

    assert session.credentials == AccessKey(
        "STS.exampleid", Secret("exampleSecret"), Secret("exampleToken"), f"role {ARN}"
    )
    assert session.expires_at == NOW + timedelta(hours=1)
    assert session.expires_at.utcoffset() == timedelta(0)
    assert session.caller == USER["Arn"]


def test_no_secret_is_shown_by_a_session() -> None:
    shown = repr(session_of(assume_role(ROLE, "run-1", CONTEXT), REPLY))

    assert "exampleSecret" not in shown
    assert "exampleToken" not in shown


def test_an_assumed_role_that_is_not_named_is_not_known() -> None:
    reply = {"Credentials": KEYS}

    assert session_of(assume_role(ROLE, "run-1", CONTEXT), reply).caller is None


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("value", [None, "", [], "two\nlines", "two words", "Schlüssel"])
def test_a_part_that_is_missing_or_unusable_is_named_without_a_value(
    name: str, value: object
) -> None:
    reply = {**REPLY, "Credentials": {**KEYS, name: value}}

    with pytest.raises(BadResponse) as caught:
        session_of(assume_role(ROLE, "run-1", CONTEXT), reply)

    assert caught.value.message == f"the response has no usable {name}"
    assert (caught.value.retryable, caught.value.request_id) == (False, "request-1")


@pytest.mark.parametrize("reply", [{}, {"Credentials": None}, {"Credentials": "STS.exampleid"}])
def test_all_that_is_missing_is_named(reply: Mapping[str, Any]) -> None:
    with pytest.raises(BadResponse) as caught:
        session_of(assume_role(ROLE, "run-1", CONTEXT), reply)

    assert caught.value.message == (
        "the response has no usable AccessKeyId and no usable AccessKeySecret and no usable "
        "SecurityToken and no usable Expiration"
    )


@pytest.mark.parametrize("text", ["soon", "2026-11-21", "2026-11-21T21:24:29", "2026-13-01T00:00Z"])
def test_an_expiration_without_an_offset_or_a_date_is_not_read(text: str) -> None:
    reply = {**REPLY, "Credentials": {**KEYS, "Expiration": text}}

    with pytest.raises(BadResponse, match="no usable Expiration"):
        session_of(assume_role(ROLE, "run-1", CONTEXT), reply)


def test_a_refusal_says_what_the_trust_policy_must_have() -> None:
    refusal = Forbidden("You are not authorized", code="NoPermission", hint="Allow it.")

    with pytest.raises(Forbidden) as caught:
        session_of(assume_role(ROLE, "run-1", CONTEXT), refusal)

    assert caught.value.hint.startswith("Allow it. The role's trust policy must name")
    assert "sts:ExternalId" in caught.value.hint


def test_another_error_is_passed_on() -> None:
    with pytest.raises(NotFound) as caught:
        session_of(assume_role(ROLE, "run-1", CONTEXT), NotFound("no role", hint="Check it."))

    assert caught.value.hint == "Check it."


def test_a_token_is_sent_in_a_form_and_never_in_the_url() -> None:
    role = WITH_TOKEN._replace(duration_seconds=900, policy=POLICY)
    call = call_of(assume_role(role, "run-1", CONTEXT))
    request = ALIBABA.sign(call, "https://sts.example.com", Anonymous(), CONTEXT, NOW, "nonce")

    assert request.query == (
        ("Action", "AssumeRoleWithOIDC"),
        ("Format", "json"),
        ("Version", "2015-04-01"),
        ("Timestamp", "2026-11-21T20:24:29Z"),
        ("SignatureNonce", "nonce"),
    )
    assert dict(parse_qsl(request.body.decode())) == {
        "RoleArn": ARN,
        "RoleSessionName": "run-1",
        "DurationSeconds": "900",
        "Policy": POLICY,
        "OIDCProviderArn": PROVIDER,
        "OIDCToken": TOKEN,
    }
    assert dict(request.headers) == {
        "host": "sts.example.com",
        "accept": "application/json",
        "content-type": "application/x-www-form-urlencoded",
        "x-acs-action": "AssumeRoleWithOIDC",
        "x-acs-version": "2015-04-01",
    }


def test_a_token_is_shown_nowhere() -> None:
    call = call_of(assume_role(WITH_TOKEN, "run-1", CONTEXT))
    request = ALIBABA.sign(call, "https://sts.example.com", Anonymous(), CONTEXT, NOW, "nonce")
    planned = describe_call(call, "https://sts.example.com", Redactor())

    assert planned["body"] == {
        "RoleArn": ARN,
        "RoleSessionName": "run-1",
        "OIDCProviderArn": PROVIDER,
        "OIDCToken": "***",
    }
    assert TOKEN not in f"{call!r} {request!r} {planned!r} {WITH_TOKEN!r}"


def test_a_token_may_be_refused_by_the_roles_conditions() -> None:
    with pytest.raises(Forbidden) as caught:
        session_of(assume_role(WITH_TOKEN, "run-1", CONTEXT), Forbidden("no", hint="Allow it."))

    assert "oidc:aud" in caught.value.hint


def test_a_token_has_no_external_id() -> None:
    role = WITH_TOKEN._replace(external_id="example-external")

    with pytest.raises(Misconfigured, match="has no external ID"):
        call_of(assume_role(role, "run-1", CONTEXT))


def test_a_session_of_a_token_is_read_as_any_other() -> None:
    session = session_of(assume_role(WITH_TOKEN, "run-1", CONTEXT), REPLY)

    assert session.credentials.access_key_id == "STS.exampleid"


def test_a_form_may_be_signed_as_well() -> None:
    call = call_of(assume_role(WITH_TOKEN, "run-1", CONTEXT))
    keys = AccessKey("LTAIexampleid", Secret("exampleSecret"))
    request = ALIBABA.sign(call, "https://sts.example.com", keys, CONTEXT, NOW, "nonce")

    assert "content-type;" in request.headers["Authorization"]
    assert not request.query


def test_an_auth_token_of_another_provider_signs_nothing() -> None:
    call = call_of(assume_role(ROLE, "run-1", CONTEXT))

    with pytest.raises(Misconfigured, match="requires access keys"):
        ALIBABA.sign(call, "https://sts.example.com", AuthToken(Secret("x")), CONTEXT, NOW, "n")


@pytest.mark.parametrize(
    ("proposed", "name"),
    [
        ("alibaba-synchronize-app 1f0d", "alibaba-synchronize-app-1f0d"),
        ("a/b:c+d=e,f", "a-b-c-d-e-f"),
        ("me@example.com_1", "me@example.com_1"),
        ("猫", "--"),
        ("x", "-x"),
        ("", "session"),
        ("a" * 60 + "-1234567890", "a" * 53 + "-1234567890"),
    ],
)
def test_a_session_name_has_only_what_sts_allows(proposed: str, name: str) -> None:
    assert valid_session_name(proposed) == name


def test_the_provider_has_the_flow_and_sts_its_own_name() -> None:
    assert ALIBABA.assume_role is not None
    assert call_of(ALIBABA.assume_role(ROLE, "run 1", CONTEXT)) == call_of(
        assume_role(ROLE, "run-1", CONTEXT)
    )
    assert (STS.name, STS.host_of("cn-hangzhou", lambda _name: None)) == (
        "sts",
        "sts.aliyuncs.com",
    )


def test_a_plan_shows_the_request_and_reads_its_own_response() -> None:
    steps = assume_role(ROLE, "run-1", CONTEXT)
    planned = call_of(assume_role(ROLE, "run-1", CONTEXT)).dry_run_response

    session = session_of(steps, planned)

    assert session.expires_at > datetime(2100, 1, 1, tzinfo=timezone.utc)
