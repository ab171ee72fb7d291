"""Caller identity: the vendors' own clients read the responses of STS and IAM."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkiam.v3 import IamClient, KeystoneListAuthDomainsRequest
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from local.emulator import Emulator, Key
from local.emulator import keys as known
from local.emulator.alibaba import ACCOUNT_ID as ALIBABA_ACCOUNT
from local.emulator.huawei import DOMAIN, DOMAIN_NAME
from local.emulator.tencent import ACCOUNT_ID as TENCENT_ACCOUNT
from shared.models.http import Request
from shared.signing import acs3, tc3
from tests.support import signed_requests


def alibaba(emulator: Emulator, key: Key) -> dict[str, Any]:
    """Call STS as Alibaba's own STS client does, with the client that it is built on."""
    client = OpenApiClient(
        Config(
            access_key_id=key.access_key_id,
            access_key_secret=key.secret,
            security_token=key.token,
            endpoint=emulator.address("alibaba-sts"),
            protocol="HTTP",
        )
    )
    params = Params(
        action="GetCallerIdentity",
        version="2015-04-01",
        protocol="HTTP",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )
    response: dict[str, Any] = client.call_api(params, OpenApiRequest(), RuntimeOptions())["body"]
    return response


def tencent(emulator: Emulator, key: Key) -> dict[str, Any]:
    profile = ClientProfile(
        httpProfile=HttpProfile(endpoint=emulator.address("tencent-sts"), protocol="http")
    )
    credential = Credential(key.access_key_id, key.secret, key.token)
    client = CommonClient("sts", "2018-08-13", credential, "ap-guangzhou", profile)
    response: dict[str, Any] = client.call_json("GetCallerIdentity", {})["Response"]
    return response


def test_alibabas_client_reads_a_users_identity(emulator: Emulator) -> None:
    response = alibaba(emulator, known.ALIBABA)
    assert (response["IdentityType"], response["AccountId"]) == ("RAMUser", ALIBABA_ACCOUNT)
    assert response["Arn"] == f"acs:ram::{ALIBABA_ACCOUNT}:user/example-user"
    assert {"UserId", "PrincipalId", "RequestId"} <= set(response)


def test_alibabas_client_reads_a_roles_identity(emulator: Emulator) -> None:
    response = alibaba(emulator, known.ALIBABA_TEMPORARY)
    assert (response["IdentityType"], response["AccountId"]) == ("AssumedRoleUser", ALIBABA_ACCOUNT)
    assert "RoleId" in response
    assert "UserId" not in response


def test_tencents_client_reads_a_users_identity(emulator: Emulator) -> None:
    response = tencent(emulator, known.TENCENT)
    assert (response["Type"], response["AccountId"]) == ("CAMUser", TENCENT_ACCOUNT)
    assert {"Arn", "UserId", "PrincipalId", "RequestId"} <= set(response)


def test_tencents_client_reads_a_roles_identity(emulator: Emulator) -> None:
    response = tencent(emulator, known.TENCENT_TEMPORARY)
    assert (response["Type"], response["AccountId"]) == ("CAMRole", TENCENT_ACCOUNT)
    assert response["Arn"].startswith(f"qcs::sts:{TENCENT_ACCOUNT}:assumed-role/")


@pytest.mark.parametrize("key", [known.HUAWEI, known.HUAWEI_TEMPORARY])
def test_huaweis_client_reads_the_account(emulator: Emulator, key: Key) -> None:
    credentials = GlobalCredentials(key.access_key_id, key.secret)
    if key.token:
        credentials = credentials.with_security_token(key.token)
    builder = IamClient.new_builder().with_credentials(credentials)
    client = builder.with_endpoint(emulator.url("iam")).build()
    domains = client.keystone_list_auth_domains(KeystoneListAuthDomainsRequest()).domains
    assert [(each.id, each.name, each.enabled) for each in domains] == [(DOMAIN, DOMAIN_NAME, True)]


def alibaba_request(
    emulator: Emulator,
    key: Key = known.ALIBABA,
    *,
    action: str = "GetCallerIdentity",
    version: str = "2015-04-01",
) -> Request:
    headers = {"x-acs-action": action, "x-acs-version": version}
    request = Request("POST", emulator.url("alibaba-sts"), "/", (), headers)
    return acs3.sign(
        request, signed_requests.keys_of(key), now=signed_requests.at(), nonce=uuid.uuid4().hex
    )


def tencent_request(
    emulator: Emulator,
    key: Key = known.TENCENT,
    *,
    body: bytes = b"{}",
    service: str = "sts",
    region: str | None = "ap-guangzhou",
) -> Request:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-TC-Action": "GetCallerIdentity",
        "X-TC-Version": "2018-08-13",
        **({"X-TC-Region": region} if region else {}),
    }
    request = Request("POST", emulator.url("tencent-sts"), "/", (), headers, body)
    keys = signed_requests.keys_of(key)
    return tc3.sign(request, keys, now=signed_requests.at(), service=service)


def test_what_our_own_signing_signs_is_answered(emulator: Emulator) -> None:
    assert signed_requests.send(alibaba_request(emulator)).json["AccountId"] == ALIBABA_ACCOUNT
    response = signed_requests.send(tencent_request(emulator)).json["Response"]
    assert response["AccountId"] == TENCENT_ACCOUNT
    domains = signed_requests.send(
        signed_requests.huawei(emulator, "iam", "GET", "/v3/auth/domains")
    ).json["domains"]
    assert domains[0]["id"] == DOMAIN


def test_each_account_has_its_own_id(emulator: Emulator) -> None:
    other = Key("LTAIexampleother", "exampleOther", account="other")
    emulator.alibaba.keys.add(other)
    emulator.alibaba.account_ids["other"] = "1000000000000002"
    assert (
        signed_requests.send(alibaba_request(emulator, other)).json["AccountId"]
        == "1000000000000002"
    )
    emulator.tencent.keys.add(other)
    emulator.tencent.account_ids["other"] = "100000000009"
    response = signed_requests.send(tencent_request(emulator, other)).json["Response"]
    assert response["AccountId"] == "100000000009"


def test_a_wrong_secret_is_refused(emulator: Emulator) -> None:
    wrong_key = Key(known.ALIBABA.access_key_id, "exampleWrongSecret")
    assert (
        signed_requests.send(alibaba_request(emulator, wrong_key)).code == "SignatureDoesNotMatch"
    )
    wrong_key = Key(known.TENCENT.access_key_id, "exampleWrongSecret")
    assert (
        signed_requests.send(tencent_request(emulator, wrong_key)).code
        == "AuthFailure.SignatureFailure"
    )


def test_an_alibaba_refusal_names_the_service_as_its_host(emulator: Emulator) -> None:
    reply = signed_requests.send(alibaba_request(emulator, version="2015-04-02"))
    assert reply.code == "InvalidVersion"
    assert reply.json["HostId"] == "sts.cn-hangzhou.aliyuncs.com"


def test_tencents_sts_wants_its_own_scope_a_region_and_no_parameters(emulator: Emulator) -> None:
    scope = signed_requests.send(tencent_request(emulator, service="cwp"))
    assert scope.code == "AuthFailure.InvalidAuthorization"
    assert signed_requests.send(tencent_request(emulator, region=None)).code == "MissingParameter"
    body = json.dumps({"Sync": True}).encode()
    assert signed_requests.send(tencent_request(emulator, body=body)).code == "UnknownParameter"


def test_another_action_is_refused(emulator: Emulator) -> None:
    reply = signed_requests.send(alibaba_request(emulator, action="GenerateSessionAccessKey"))
    assert reply.code == "InvalidAction.NotFound"
