"""The vendors' clients create, rotate and read secrets at the emulated stores."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from alibabacloud_kms20160120 import models as kms_models
from alibabacloud_kms20160120.client import Client as KmsClient
from alibabacloud_tea_openapi.utils_models import Config
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcsms import v1
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.ssm.v20190923 import models as ssm_models
from tencentcloud.ssm.v20190923.ssm_client import SsmClient

from local.emulator import Emulator
from local.emulator import keys as known
from local.emulator.huawei import PROJECT

NAME, OLD, NEW = "cloud-sync", "exampleSecretOfTests", "anotherSecretOfTests"
BINARY = b64encode(b"\x00\x01").decode()


class Ssm:
    """Tencent Cloud's Secrets Manager."""

    MISSING = "ResourceNotFound.SecretNotExist"
    PENDING = "ResourceUnavailable.ResourcePendingDeleted"
    FORBIDDEN = "UnauthorizedOperation"

    def __init__(self, emulator: Emulator) -> None:
        self.cloud: Any = emulator.tencent
        self.secrets = emulator.tencent.secrets
        self.right = "GetSecretValue"
        http = HttpProfile(endpoint=emulator.address("ssm"), protocol="http")
        keys = Credential(known.TENCENT.access_key_id, known.TENCENT.secret)
        self._client = SsmClient(keys, "ap-guangzhou", ClientProfile(httpProfile=http))

    def _call(self, action: str, **parameters: str) -> Any:
        request = getattr(ssm_models, f"{action}Request")()
        request._deserialize(parameters)
        return getattr(self._client, action)(request)

    def create(self, value: str) -> None:
        self._call("CreateSecret", SecretName=NAME, VersionId="v1", SecretString=value)

    def create_binary(self) -> None:
        self._call("CreateSecret", SecretName=NAME, VersionId="v1", SecretBinary=BINARY)

    def rotate(self, value: str) -> None:
        self._call("PutSecretValue", SecretName=NAME, VersionId="v2", SecretString=value)

    def read(self) -> tuple[str, str]:
        listed = self._call("ListSecretVersionIds", SecretName=NAME).Versions
        newest = max(listed, key=lambda row: row.CreateTime).VersionId
        found = self._call("GetSecretValue", SecretName=NAME, VersionId=newest)
        return found.VersionId, found.SecretString or found.SecretBinary

    def code_of_read(self) -> str:
        with pytest.raises(TencentCloudSDKException) as caught:
            self._call("GetSecretValue", SecretName=NAME, VersionId="v1")
        return str(caught.value.code)


class Kms:
    """Alibaba Cloud's KMS."""

    MISSING = "Forbidden.ResourceNotFound"
    PENDING = "Rejected.PendingDeletion"
    FORBIDDEN = "Forbidden.NoPermission"

    def __init__(self, emulator: Emulator) -> None:
        self.cloud: Any = emulator.alibaba
        self.secrets = emulator.alibaba.secrets
        self.right = "kms:GetSecretValue"
        self._client = KmsClient(
            Config(
                access_key_id=known.ALIBABA.access_key_id,
                access_key_secret=known.ALIBABA.secret,
                endpoint=emulator.address("kms"),
                region_id="cn-hangzhou",
                protocol="HTTP",
            )
        )

    def create(self, value: str, kind: str = "text") -> None:
        request = kms_models.CreateSecretRequest(
            secret_name=NAME, version_id="v1", secret_data=value, secret_data_type=kind
        )
        self._client.create_secret(request)

    def create_binary(self) -> None:
        self.create(BINARY, "binary")

    def rotate(self, value: str) -> None:
        request = kms_models.PutSecretValueRequest(
            secret_name=NAME, version_id="v2", secret_data=value
        )
        self._client.put_secret_value(request)

    def read(self) -> tuple[str, str]:
        found = self._client.get_secret_value(kms_models.GetSecretValueRequest(secret_name=NAME))
        return found.body.version_id, found.body.secret_data

    def code_of_read(self) -> str:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - the client has several kinds
            self.read()
        return str(getattr(caught.value, "code", ""))


class Csms:
    """Huawei Cloud's CSMS."""

    MISSING = "CSMS.0106"
    PENDING = "CSMS.0103"
    FORBIDDEN = "APIGW.0302"

    def __init__(self, emulator: Emulator) -> None:
        self.cloud: Any = emulator.huawei
        self.secrets = emulator.huawei.csms.secrets
        self.right = "csms:secretVersion:get"
        credentials = BasicCredentials(known.HUAWEI.access_key_id, known.HUAWEI.secret, PROJECT)
        builder = v1.CsmsClient.new_builder().with_credentials(credentials)
        self._client = builder.with_endpoint(emulator.url("csms")).build()

    def create(self, value: str) -> None:
        body = v1.CreateSecretRequestBody(name=NAME, secret_string=value)
        self._client.create_secret(v1.CreateSecretRequest(body=body))

    def create_binary(self) -> None:
        body = v1.CreateSecretRequestBody(name=NAME, secret_binary=BINARY)
        self._client.create_secret(v1.CreateSecretRequest(body=body))

    def rotate(self, value: str) -> None:
        body = v1.CreateSecretVersionRequestBody(secret_string=value)
        self._client.create_secret_version(
            v1.CreateSecretVersionRequest(secret_name=NAME, body=body)
        )

    def read(self) -> tuple[str, str]:
        request = v1.ShowSecretVersionRequest(secret_name=NAME, version_id="latest")
        found = self._client.show_secret_version(request).version
        return found.version_metadata.id, found.secret_string or found.secret_binary

    def code_of_read(self) -> str:
        with pytest.raises(ClientRequestException) as caught:
            self.read()
        return str(caught.value.error_code)


Store = Ssm | Kms | Csms


@pytest.fixture(params=[Ssm, Kms, Csms], ids=["ssm", "kms", "csms"])
def store(request: pytest.FixtureRequest, emulator: Emulator) -> Store:
    made: Store = request.param(emulator)
    return made


def test_a_secret_is_created_rotated_and_read(store: Store) -> None:
    store.create(OLD)
    first = store.read()
    store.rotate(NEW)

    assert (first, store.read()) == (("v1", OLD), ("v2", NEW))


def test_a_binary_secret_is_read_as_base64(store: Store) -> None:
    store.create_binary()

    assert store.read() == ("v1", BINARY)


def test_a_missing_secret_is_refused(store: Store) -> None:
    assert store.code_of_read() == store.MISSING


def test_a_secret_that_is_scheduled_for_deletion_is_refused(store: Store) -> None:
    store.create(OLD)
    store.secrets[NAME].state = "pending_deletion"

    assert store.code_of_read() == store.PENDING


def test_a_missing_right_is_refused(store: Store) -> None:
    store.create(OLD)
    store.cloud.denied.add(store.right)

    assert store.code_of_read() == store.FORBIDDEN
