"""Roles: the vendors' own clients read what the emulator issues, and so does ours."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from local.emulator import Emulator, OidcToken
from shared.models.role import OidcIdentity, Role
from shared.models.secret import Secret
from tests.support.assumed_roles import (
    ALIBABA_ROLE,
    VENDORS,
    assume,
    key_of,
    register,
    state_of,
)
from tests.support.signed_requests import keys_of
from tests.support.sts_clients import CLIENTS

PROVIDER = "acs:ram::1000000000000002:oidc-provider/example"
TOKEN = "exampleHeader.exampleClaims.exampleSignature"
EACH = pytest.mark.parametrize("name", VENDORS)


@EACH
def test_a_vendors_client_and_ours_read_a_session_alike(emulator: Emulator, name: str) -> None:
    vendor = VENDORS[name]
    role = register(emulator, vendor)

    parts = CLIENTS[name](
        emulator.address(vendor.service), keys_of(vendor.key), vendor.role, "example-function-run-1"
    )
    session = assume(emulator, vendor)

    assert role.sessions_issued == 2
    theirs = state_of(emulator, vendor).keys.find(parts[0])
    assert (parts[1], parts[2]) == (theirs.secret, theirs.token)
    ours = state_of(emulator, vendor).keys.find(session.credentials.access_key_id)
    assert key_of(session.credentials, "prod") == key_of(keys_of(ours), "prod")
    assert session.caller == parts[3]


@EACH
def test_a_vendors_client_may_send_all_that_ours_may(emulator: Emulator, name: str) -> None:
    vendor = VENDORS[name]
    by_name = vendor.service == "iam"
    external_id = None if by_name else "example-external"
    registered = register(emulator, vendor, external_id=external_id)
    policy = '{"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["a:b:c"]}]}'
    role = vendor.role._replace(duration_seconds=1800, policy=policy, external_id=external_id)

    CLIENTS[name](emulator.address(vendor.service), keys_of(vendor.key), role, "example-run")
    assume(emulator, vendor, role)

    assert registered.sessions_issued == 2


def test_alibabas_client_assumes_a_role_with_a_token(emulator: Emulator) -> None:
    vendor = VENDORS["alibaba"]
    registered = register(emulator, vendor, oidc_provider=PROVIDER)
    emulator.alibaba.oidc_tokens[TOKEN] = OidcToken(PROVIDER)
    role = Role(ALIBABA_ROLE, oidc=OidcIdentity(PROVIDER, Secret(TOKEN)))

    parts = CLIENTS["alibaba"](
        emulator.address("alibaba-sts"), keys_of(vendor.key), role, "example-run"
    )

    assert registered.sessions_issued == 1
    assert parts[3] == f"{ALIBABA_ROLE}/example-run"


def test_alibabas_client_reads_the_documented_error(emulator: Emulator) -> None:
    vendor = VENDORS["alibaba"]
    with pytest.raises(Exception, match="Role not exists") as caught:
        CLIENTS["alibaba"](
            emulator.address("alibaba-sts"), keys_of(vendor.key), vendor.role, "example-run"
        )
    error: Any = caught.value
    assert (error.code, error.status_code) == ("EntityNotExist.Role", 404)


def test_tencents_client_reads_the_documented_error(emulator: Emulator) -> None:
    vendor = VENDORS["tencent"]
    register(emulator, vendor, trusted=frozenset())
    with pytest.raises(TencentCloudSDKException) as caught:
        CLIENTS["tencent"](
            emulator.address("tencent-sts"), keys_of(vendor.key), vendor.role, "example-run"
        )
    assert caught.value.code == "UnauthorizedOperation"


@pytest.mark.parametrize(
    ("name", "code"), [("huawei, by name", "IAM.0002"), ("huawei, by urn", "PAP5.0001")]
)
def test_huaweis_clients_read_the_documented_errors(
    emulator: Emulator, name: str, code: str
) -> None:
    vendor = VENDORS[name]
    register(emulator, vendor, trusted=frozenset())
    with pytest.raises(ClientRequestException) as caught:
        CLIENTS[name](
            emulator.address(vendor.service), keys_of(vendor.key), vendor.role, "example-run"
        )
    assert (caught.value.status_code, caught.value.error_code) == (403, code)
