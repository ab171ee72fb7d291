"""Roles: the emulator issues temporary keys to whom a role trusts, and refuses anyone else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from functions.registry import load
from local.emulator import Emulator, OidcToken, faults
from local.emulator import keys as known
from shared.client.api_client import CallStats
from shared.entrypoint import handle
from shared.errors import SyncError
from shared.models.credentials import Anonymous, AuthToken
from shared.models.role import OidcIdentity, Role, RoleSession
from shared.models.secret import Secret
from shared.runtime import Runtime
from tests.support import signed_requests
from tests.support.assumed_roles import (
    ALIBABA_ROLE,
    VENDORS,
    Vendor,
    assume,
    key_of,
    register,
    state_of,
)

EACH = pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)

PROVIDER = "acs:ram::1000000000000002:oidc-provider/example"
TOKEN = "exampleHeader.exampleClaims.exampleSignature"
WITH_TOKEN = Role(ALIBABA_ROLE, oidc=OidcIdentity(PROVIDER, Secret(TOKEN)))
NOBODY = Anonymous()


def refusal(emulator: Emulator, vendor: Vendor, **changes: Any) -> SyncError:
    """Return the error with which a role is refused."""
    with pytest.raises(SyncError) as caught:
        assume(emulator, vendor, vendor.role._replace(**changes))
    return caught.value


def run_with(emulator: Emulator, operation: str, session: RoleSession) -> Mapping[str, Any]:
    """Run an operation with the keys of a session."""
    keys = session.credentials
    assert keys.token is not None
    secret, token = keys.secret.get_secret_value(), keys.token.get_secret_value()
    environ = emulator.environment() | {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": keys.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": token,
        "TENCENTCLOUD_SECRET_ID": keys.access_key_id,
        "TENCENTCLOUD_SECRET_KEY": secret,
        "TENCENTCLOUD_TOKEN": token,
        "HUAWEICLOUD_SDK_AK": keys.access_key_id,
        "HUAWEICLOUD_SDK_SK": secret,
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": token,
    }
    event = {"type": "all"} if operation.startswith("alibaba") else {}
    result: Mapping[str, Any] = handle(load(operation), event, None, Runtime(environ=environ))
    return result


@EACH
def test_the_keys_of_a_role_do_the_work_of_its_account(emulator: Emulator, vendor: Vendor) -> None:
    role = register(emulator, vendor)

    session = assume(emulator, vendor)
    emulator.received.clear()
    result = run_with(emulator, vendor.operation, session)

    assert result["status"] != "failed", result
    assert role.sessions_issued == 1
    assert {request.account for request in emulator.received} == {"prod"}


def test_a_synchronization_belongs_to_the_account_of_the_role(emulator: Emulator) -> None:
    vendor = VENDORS["alibaba"]
    register(emulator, vendor)

    run_with(emulator, vendor.operation, assume(emulator, vendor))

    (done,) = emulator.alibaba.synchronized
    assert (done.account, emulator.alibaba.account_ids["prod"]) == ("prod", "1000000000000002")


@EACH
def test_a_session_is_issued_each_time_and_no_attempt_of_the_operation(
    emulator: Emulator, vendor: Vendor
) -> None:
    role = register(emulator, vendor)
    stats = CallStats()

    first = assume(emulator, vendor, stats=stats)
    second = assume(emulator, vendor, stats=stats)

    assert first.credentials.access_key_id != second.credentials.access_key_id
    assert (role.sessions_issued, stats.attempts) == (2, 0)
    assert len(emulator.received.of(vendor.service)) == 2


@EACH
def test_a_session_lasts_as_long_as_requested(emulator: Emulator, vendor: Vendor) -> None:
    register(emulator, vendor)
    emulator.clock_offset = 60.0

    session = assume(emulator, vendor, vendor.role._replace(duration_seconds=1000))

    left = session.expires_at.timestamp() - emulator.now()
    assert 990 < left <= 1000
    assert session.expires_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("alibaba", 3600), ("tencent", 7200), ("huawei, by name", 900), ("huawei, by urn", 3600)],
)
def test_each_provider_has_its_own_default_duration(
    emulator: Emulator, name: str, seconds: int
) -> None:
    vendor = VENDORS[name]
    register(emulator, vendor)

    left = assume(emulator, vendor).expires_at.timestamp() - emulator.now()

    assert seconds - 10 < left <= seconds


@pytest.mark.parametrize(
    ("name", "send", "code"),
    [
        ("alibaba", signed_requests.edas, "InvalidSecurityToken.Expired"),
        ("tencent", signed_requests.cwp, "AuthFailure.TokenFailure"),
        ("huawei, by urn", signed_requests.dev_servers, "APIGW.0301"),
    ],
)
def test_expired_keys_are_refused(emulator: Emulator, name: str, send: Any, code: str) -> None:
    vendor = VENDORS[name]
    register(emulator, vendor)
    key = key_of(assume(emulator, vendor).credentials)

    signed_requests.send(send(emulator, key=key))
    emulator.clock_offset = 8000.0
    signed_requests.send(send(emulator, key=key, late=-8000.0))

    assert [request.code for request in emulator.received][-2:] == [None, code]


@pytest.mark.parametrize(
    ("name", "registered", "requested", "category", "code"),
    [
        ("alibaba", {"trusted": {"other"}}, {}, "forbidden", "NoPermission"),
        ("alibaba", {"external_id": "a1"}, {"external_id": "b2"}, "forbidden", "NoPermission"),
        ("alibaba", {"external_id": "a1"}, {}, "forbidden", "NoPermission"),
        ("alibaba", {}, {"name": "acs:ram::1:role/x"}, "not_found", "EntityNotExist.Role"),
        (
            "alibaba",
            {"longest_seconds": 3600},
            {"duration_seconds": 3601},
            "misconfigured",
            "InvalidParameter.DurationSeconds",
        ),
        (
            "alibaba",
            {},
            {"duration_seconds": 899},
            "misconfigured",
            "InvalidParameter.DurationSeconds",
        ),
        ("alibaba", {}, {"policy": "{"}, "misconfigured", "InvalidParameter.PolicyGrammar"),
        ("tencent", {"trusted": {"other"}}, {}, "forbidden", "UnauthorizedOperation"),
        (
            "tencent",
            {"external_id": "a1"},
            {"external_id": "b2"},
            "forbidden",
            "UnauthorizedOperation",
        ),
        (
            "tencent",
            {},
            {"name": "qcs::cam::uin/1:roleName/x"},
            "not_found",
            "InternalError.GetRoleError",
        ),
        (
            "tencent",
            {"longest_seconds": 7200},
            {"duration_seconds": 7201},
            "misconfigured",
            "InvalidParameter.OverTimeError",
        ),
        ("tencent", {}, {"policy": "{"}, "misconfigured", "InvalidParameter.StrategyFormatError"),
        ("huawei, by name", {"trusted": {"other"}}, {}, "forbidden", "IAM.0002"),
        ("huawei, by name", {"external_id": "a1"}, {}, "forbidden", "IAM.0002"),
        ("huawei, by name", {}, {"name": "nowhere"}, "not_found", "IAM.0004"),
        ("huawei, by name", {}, {"domain": "nobody"}, "not_found", "IAM.0004"),
        ("huawei, by name", {}, {"duration_seconds": 899}, "invalid_input", "IAM.0007"),
        ("huawei, by name", {}, {"policy": "{}"}, "invalid_input", "IAM.0007"),
        ("huawei, by urn", {"trusted": {"other"}}, {}, "forbidden", "PAP5.0001"),
        ("huawei, by urn", {"external_id": "a1"}, {"external_id": "b2"}, "forbidden", "PAP5.0001"),
        ("huawei, by urn", {}, {"name": "iam::1:agency:x"}, "not_found", "STS5.0404"),
        ("huawei, by urn", {}, {"duration_seconds": 43_201}, "refused", "STS5.0400"),
        ("huawei, by urn", {}, {"policy": "{}"}, "misconfigured", "PAP5.0011"),
    ],
)
def test_what_a_role_does_not_allow_is_refused(
    emulator: Emulator,
    name: str,
    registered: Mapping[str, Any],
    requested: Mapping[str, Any],
    category: str,
    code: str,
) -> None:
    vendor = VENDORS[name]
    role = register(emulator, vendor, **registered)

    error = refusal(emulator, vendor, **requested)

    assert (error.category, error.code) == (category, code)
    assert not error.retryable
    assert role.sessions_issued == 0


@pytest.mark.parametrize("name", ["alibaba", "tencent", "huawei, by urn"])
def test_the_right_external_id_is_taken(emulator: Emulator, name: str) -> None:
    vendor = VENDORS[name]
    role = register(emulator, vendor, external_id="a1")

    assume(emulator, vendor, vendor.role._replace(external_id="a1"))

    assert role.sessions_issued == 1


@pytest.mark.parametrize(
    ("name", "permission"),
    [
        ("alibaba", "sts:AssumeRole"),
        ("tencent", "AssumeRole"),
        ("huawei, by name", "iam:agencies:assume"),
        ("huawei, by urn", "sts:agencies:assume"),
    ],
)
def test_a_caller_without_the_permission_is_told_of_it_and_of_the_trust(
    emulator: Emulator, name: str, permission: str
) -> None:
    vendor = VENDORS[name]
    register(emulator, vendor)
    state_of(emulator, vendor).denied.add(permission)

    error = refusal(emulator, vendor)

    assert error.category == "forbidden"
    assert "trust" in error.hint


@pytest.mark.parametrize("name", ["alibaba", "tencent", "huawei, by urn"])
def test_a_policy_that_is_a_policy_is_taken(emulator: Emulator, name: str) -> None:
    vendor = VENDORS[name]
    role = register(emulator, vendor)
    key = "statement" if name == "tencent" else "Statement"

    assume(emulator, vendor, vendor.role._replace(policy=json.dumps({"version": "2", key: []})))

    assert role.sessions_issued == 1


def test_keys_of_a_role_may_assume_another_role_for_an_hour(emulator: Emulator) -> None:
    vendor = VENDORS["huawei, by urn"]
    register(emulator, vendor, trusted={"default", "prod"})
    first = assume(emulator, vendor)

    second = assume(emulator, vendor, credentials=first.credentials)
    too_long = vendor.role._replace(duration_seconds=3601)
    with pytest.raises(SyncError) as caught:
        assume(emulator, vendor, too_long, first.credentials)

    assert second.credentials.access_key_id != first.credentials.access_key_id
    assert caught.value.code == "STS5.0400"


def test_an_auth_token_assumes_an_agency_too(emulator: Emulator) -> None:
    vendor = VENDORS["huawei, by name"]
    role = register(emulator, vendor)

    assume(emulator, vendor, credentials=AuthToken(Secret(known.HUAWEI_AUTH_TOKEN)))

    assert role.sessions_issued == 1


def test_the_session_of_an_agency_names_both(emulator: Emulator) -> None:
    vendor = VENDORS["huawei, by urn"]
    register(emulator, vendor)

    session = assume(emulator, vendor)

    assert session.caller == (
        "sts::000000000000000000000000000d0002:assumed-agency:example-agency/example-function-run-1"
    )


def test_a_token_assumes_a_role_without_any_signature(emulator: Emulator) -> None:
    vendor = VENDORS["alibaba"]
    role = register(emulator, vendor, oidc_provider=PROVIDER)
    emulator.alibaba.oidc_tokens[TOKEN] = OidcToken(PROVIDER)

    session = assume(emulator, vendor, WITH_TOKEN, NOBODY)

    (request,) = emulator.received.of("alibaba-sts", "AssumeRoleWithOIDC")
    assert (request.authorization, request.accepted) == (None, True)
    assert TOKEN not in request.raw_query
    assert parse_qs(request.body.decode())["OIDCToken"] == [TOKEN]
    assert (role.sessions_issued, session.caller) == (
        1,
        f"{ALIBABA_ROLE}/example-function-run-1",
    )
    assert run_with(emulator, vendor.operation, session)["status"] == "succeeded"


def test_neither_the_token_nor_the_keys_are_logged(
    emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    vendor = VENDORS["alibaba"]
    register(emulator, vendor, oidc_provider=PROVIDER)
    emulator.alibaba.oidc_tokens[TOKEN] = OidcToken(PROVIDER)
    emulator.inject_fault("alibaba-sts", faults.throttled())

    session = assume(emulator, vendor, WITH_TOKEN, NOBODY, {"LOG_LEVEL": "DEBUG"})

    logged = "".join(capsys.readouterr())
    key = key_of(session.credentials)
    assert "AssumeRoleWithOIDC" in logged
    for secret in (TOKEN, key.secret, key.token):
        assert str(secret) not in logged


@pytest.mark.parametrize(
    ("registered", "expires_in", "category", "code"),
    [
        (None, 60.0, "unauthenticated", "AuthenticationFail.OIDCToken.Invalid"),
        (
            "acs:ram::1:oidc-provider/x",
            60.0,
            "unauthenticated",
            "AuthenticationFail.OIDCToken.Invalid",
        ),
        (PROVIDER, -1.0, "unauthenticated", "AuthenticationFail.OIDCToken.Expired"),
    ],
)
def test_a_token_that_is_not_good_is_refused_and_never_shown(
    emulator: Emulator, registered: str | None, expires_in: float, category: str, code: str
) -> None:
    vendor = VENDORS["alibaba"]
    register(emulator, vendor, oidc_provider=PROVIDER)
    if registered is not None:
        emulator.alibaba.oidc_tokens[TOKEN] = OidcToken(registered, emulator.now() + expires_in)

    with pytest.raises(SyncError) as caught:
        assume(emulator, vendor, WITH_TOKEN, NOBODY)

    assert (caught.value.category, caught.value.code) == (category, code)
    assert TOKEN not in f"{caught.value} {caught.value.hint}"


def test_a_token_of_a_provider_that_the_role_does_not_trust_is_refused(emulator: Emulator) -> None:
    vendor = VENDORS["alibaba"]
    register(emulator, vendor)
    emulator.alibaba.oidc_tokens[TOKEN] = OidcToken(PROVIDER)

    with pytest.raises(SyncError) as caught:
        assume(emulator, vendor, WITH_TOKEN, NOBODY)

    assert (caught.value.category, caught.value.code) == (
        "forbidden",
        "AuthenticationFail.NoPermission",
    )
    assert "oidc:aud" in caught.value.hint


def test_an_unsigned_request_is_corrected_for_a_wrong_clock_too(emulator: Emulator) -> None:
    vendor = VENDORS["alibaba"]
    register(emulator, vendor, oidc_provider=PROVIDER)
    emulator.alibaba.oidc_tokens[TOKEN] = OidcToken(PROVIDER)
    emulator.clock_offset = 3600.0

    assume(emulator, vendor, WITH_TOKEN, NOBODY)

    codes = [request.code for request in emulator.received.of("alibaba-sts")]
    assert codes == ["InvalidTimeStamp.Expired", None]


def test_without_a_signature_nothing_else_is_answered(emulator: Emulator) -> None:
    vendor = VENDORS["alibaba"]
    register(emulator, vendor)

    with pytest.raises(SyncError) as caught:
        assume(emulator, vendor, credentials=NOBODY)

    assert caught.value.code == "IncompleteSignature"


@EACH
def test_a_lost_response_is_requested_again(emulator: Emulator, vendor: Vendor) -> None:
    role = register(emulator, vendor)
    emulator.inject_fault(vendor.service, faults.reset(work=True))

    assume(emulator, vendor)

    assert role.sessions_issued == 2


@EACH
def test_a_response_without_keys_is_a_bad_response(emulator: Emulator, vendor: Vendor) -> None:
    register(emulator, vendor)

    def strip(body: Any) -> Any:
        return {"Response": {"RequestId": "r"}} if "Response" in body else {"RequestId": "r"}

    emulator.inject_fault(vendor.service, faults.edited(strip))

    error = refusal(emulator, vendor)

    assert error.category == "bad_response"
    assert error.message.startswith("the response has no usable ")
