"""Assumes roles with the vendors' own clients."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from alibabacloud_sts20150401 import models as sts_models
from alibabacloud_sts20150401.client import Client as AlibabaStsClient
from alibabacloud_tea_openapi.utils_models import Config
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkiam.v3 import (
    AgencyAuth,
    AgencyAuthIdentity,
    AssumeroleSessionuser,
    CreateTemporaryAccessKeyByAgencyRequest,
    CreateTemporaryAccessKeyByAgencyRequestBody,
    IamClient,
    IdentityAssumerole,
    ServicePolicy,
)
from huaweicloudsdksts.v1 import AssumeAgencyReqBody, AssumeAgencyRequest, StsClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sts.v20180813.models import AssumeRoleRequest
from tencentcloud.sts.v20180813.sts_client import StsClient as TencentStsClient

from local.emulator.oms import PROJECT
from shared.models.credentials import AccessKey
from shared.models.role import Role

Parts = tuple[str, str, str, str | None]
"""Key ID, secret, token and caller of a session."""

Client = Callable[[str, AccessKey, Role, str], Parts]
"""Assumes a role at an endpoint, with keys and a session name."""


def token_of(keys: AccessKey) -> str | None:
    """Return the token of temporary keys, None of permanent ones."""
    return keys.token.get_secret_value() if keys.token else None


def alibaba(endpoint: str, keys: AccessKey, role: Role, name: str) -> Parts:
    """Call ``AssumeRole``, or ``AssumeRoleWithOIDC`` if the role has a token."""
    config = Config(endpoint=endpoint, protocol="HTTP", region_id="cn-hangzhou")
    if role.oidc is None:
        config.access_key_id = keys.access_key_id
        config.access_key_secret = keys.secret.get_secret_value()
        config.security_token = token_of(keys)
    common = {
        "role_arn": role.name,
        "role_session_name": name,
        "duration_seconds": role.duration_seconds,
        "policy": role.policy,
    }
    client = AlibabaStsClient(config)
    if role.oidc is None:
        request = sts_models.AssumeRoleRequest(external_id=role.external_id, **common)
        body = client.assume_role(request).body
    else:
        request = sts_models.AssumeRoleWithOIDCRequest(
            oidcprovider_arn=role.oidc.provider,
            oidctoken=role.oidc.token.get_secret_value(),
            **common,
        )
        body = client.assume_role_with_oidc(request).body
    found = body.credentials
    return (
        found.access_key_id,
        found.access_key_secret,
        found.security_token,
        body.assumed_role_user.arn,
    )


def tencent(endpoint: str, keys: AccessKey, role: Role, name: str) -> Parts:
    """Call ``AssumeRole``."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=endpoint, protocol="http"))
    credential = Credential(keys.access_key_id, keys.secret.get_secret_value(), token_of(keys))
    request = AssumeRoleRequest()
    request.RoleArn = role.name
    request.RoleSessionName = name
    request.DurationSeconds = role.duration_seconds
    request.Policy = None if role.policy is None else quote(role.policy, safe="")
    request.ExternalId = role.external_id
    response = TencentStsClient(credential, "ap-guangzhou", profile).AssumeRole(request)
    found = response.Credentials
    return found.TmpSecretId, found.TmpSecretKey, found.Token, None


def huawei_client(client: Any, endpoint: str, keys: AccessKey) -> Any:
    """Return a client of Huawei Cloud."""
    kind = GlobalCredentials if client is IamClient else BasicCredentials
    credentials = kind(keys.access_key_id, keys.secret.get_secret_value())
    if kind is BasicCredentials:
        credentials = credentials.with_project_id(PROJECT)
    token = token_of(keys)
    if token:
        credentials = credentials.with_security_token(token)
    builder = client.new_builder().with_credentials(credentials)
    return builder.with_endpoint(f"http://{endpoint}").build()


def huawei_iam(endpoint: str, keys: AccessKey, role: Role, name: str) -> Parts:
    """Call ``POST /v3.0/OS-CREDENTIAL/securitytokens``."""
    policy = json.loads(role.policy) if role.policy else None
    identity = AgencyAuthIdentity(
        methods=["assume_role"],
        assume_role=IdentityAssumerole(
            agency_name=role.name,
            domain_name=role.domain,
            duration_seconds=role.duration_seconds,
            session_user=AssumeroleSessionuser(name=name),
        ),
        policy=policy and ServicePolicy(version=policy["Version"], statement=policy["Statement"]),
    )
    body = CreateTemporaryAccessKeyByAgencyRequestBody(auth=AgencyAuth(identity=identity))
    client = huawei_client(IamClient, endpoint, keys)
    found = client.create_temporary_access_key_by_agency(
        CreateTemporaryAccessKeyByAgencyRequest(body=body)
    ).credential
    return found.access, found.secret, found.securitytoken, None


def huawei_sts(endpoint: str, keys: AccessKey, role: Role, name: str) -> Parts:
    """Call ``POST /v5/agencies/assume``."""
    body = AssumeAgencyReqBody(
        agency_urn=role.name,
        agency_session_name=name,
        duration_seconds=role.duration_seconds,
        policy=role.policy,
        external_id=role.external_id,
    )
    client = huawei_client(StsClient, endpoint, keys)
    response = client.assume_agency(AssumeAgencyRequest(body=body))
    found = response.credentials
    return (
        found.access_key_id,
        found.secret_access_key,
        found.security_token,
        response.assumed_agency.urn,
    )


CLIENTS: Mapping[str, Client] = MappingProxyType(
    {
        "alibaba": alibaba,
        "tencent": tencent,
        "huawei, by name": huawei_iam,
        "huawei, by urn": huawei_sts,
    }
)
"""The vendors' clients, by the names of ``tests.support.assumed_roles.VENDORS``."""
