"""A deployment reads a secret with the requests of the vendor's client."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from alibabacloud_kms20160120 import models as kms_models
from alibabacloud_kms20160120.client import Client as KmsClient
from alibabacloud_tea_openapi.utils_models import Config
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcsms import v1
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.ssm.v20190923 import models as ssm_models
from tencentcloud.ssm.v20190923.ssm_client import SsmClient

from local.deployment.client import PlatformClient
from local.deployment.secret_stores.stored_secret import StoredSecret
from local.deployment.secret_stores.stores import load_store
from shared.runtime import Runtime
from tests.support.wire import DIFFERENCES, differences, problems, recording_server

KEY_ID, SECRET, TOKEN = "AKexampleid", "exampleSecret", "exampleToken"
PROJECT, NAME = "0000000000000000000000000000aa01", "cloud-sync"


def ssm(endpoint: str, token: str | None) -> None:
    """Look for the version, and read it."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=endpoint, protocol="http"))
    client = SsmClient(Credential(KEY_ID, SECRET, token), "ap-guangzhou", profile)
    for action, parameters in (
        ("ListSecretVersionIds", {"SecretName": NAME}),
        ("GetSecretValue", {"SecretName": NAME, "VersionId": "v1"}),
    ):
        request = getattr(ssm_models, f"{action}Request")()
        request._deserialize(parameters)
        getattr(client, action)(request)


def kms(endpoint: str, token: str | None) -> None:
    """Read the current version."""
    client = KmsClient(
        Config(
            access_key_id=KEY_ID,
            access_key_secret=SECRET,
            security_token=token,
            endpoint=endpoint,
            region_id="cn-hangzhou",
            protocol="HTTP",
        )
    )
    client.get_secret_value(kms_models.GetSecretValueRequest(secret_name=NAME))


def csms(endpoint: str, token: str | None) -> None:
    """Read the latest version."""
    credentials = BasicCredentials(KEY_ID, SECRET, PROJECT)
    credentials = credentials.with_security_token(token) if token else credentials
    builder = v1.CsmsClient.new_builder().with_credentials(credentials)
    client = builder.with_endpoint(f"http://{endpoint}").build()
    client.show_secret_version(v1.ShowSecretVersionRequest(secret_name=NAME, version_id="latest"))


class Case(NamedTuple):
    """A store, and how its vendor's client reads a secret."""

    sdk: Callable[[str, str | None], None]
    region: str
    settings: Mapping[str, str]
    token_setting: str
    response: Mapping[str, Any]
    requests: int


CASES = {
    "ssm": Case(
        ssm,
        "ap-guangzhou",
        {"TENCENTCLOUD_SECRET_ID": KEY_ID, "TENCENTCLOUD_SECRET_KEY": SECRET},
        "TENCENTCLOUD_TOKEN",
        {
            "Response": {
                "SecretName": NAME,
                "Versions": [{"VersionId": "v1", "CreateTime": 1_700_000_000}],
                "SecretString": "value",
                "SecretBinary": "",
                "RequestId": "r",
            }
        },
        2,
    ),
    "kms": Case(
        kms,
        "cn-hangzhou",
        {"ALIBABA_CLOUD_ACCESS_KEY_ID": KEY_ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET},
        "ALIBABA_CLOUD_SECURITY_TOKEN",
        {"SecretData": "value", "SecretDataType": "text", "VersionId": "v1", "RequestId": "r"},
        1,
    ),
    "csms": Case(
        csms,
        "cn-north-4",
        {"HUAWEICLOUD_SDK_AK": KEY_ID, "HUAWEICLOUD_SDK_SK": SECRET},
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        {"version": {"version_metadata": {"id": "v1"}, "secret_string": "value"}},
        1,
    ),
}


@pytest.mark.parametrize("token", [None, TOKEN], ids=["permanent keys", "temporary keys"])
@pytest.mark.parametrize("name", CASES)
def test_requests_differ_from_the_sdks_only_as_listed(name: str, token: str | None) -> None:
    case, store = CASES[name], load_store(name)
    with recording_server(lambda _path: case.response) as (endpoint, received):
        case.sdk(endpoint, token)
        theirs = list(received)
        received.clear()
        environ = {
            **case.settings,
            store.service.endpoint_settings[0]: f"http://{endpoint}",
            **({case.token_setting: token} if token else {}),
        }
        client = PlatformClient(store, case.region, PROJECT, Runtime(environ=environ))
        value = client.run(store.read(StoredSecret(name, NAME), client.context))

    assert (value.text.get_secret_value(), value.version) == ("value", "v1")
    assert len(theirs) == len(received) == case.requests
    listed = DIFFERENCES[store.provider.name]
    for one, other in zip(theirs, received, strict=True):
        assert problems(differences(one, other), listed) == []
