"""Alibaba Cloud's KMS: the current version of a secret.

Source: ``GetSecretValue`` of KMS's API of 2016-01-20
<https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-getsecretvalue>;
the request is that of alibabacloud_kms20160120 3.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping

from functions.alibaba.provider import ALIBABA
from local.deployment.secret_stores.secret_store import SecretStore, StoredValue
from local.deployment.secret_stores.stored_secret import StoredSecret
from local.deployment.secret_stores.text_value import text_of
from shared.models.error_code import ErrorCode, from_page, index_by_code
from shared.models.flow import ApiCall, Flow, GetSetting, Service, call_api
from shared.models.operation import CallContext

VERSION = "2016-01-20"
PERMISSION = "kms:GetSecretValue"
POLICY = "deploy/policies/alibaba/read_secrets.json"


def host_of(region: str | None, _setting: GetSetting) -> str:
    """Return KMS's public host in a region."""
    return f"kms.{region}.aliyuncs.com"


KMS = Service(
    name="kms", label="KMS", endpoint_settings=("ALIBABA_KMS_ENDPOINT_URL",), host_of=host_of
)


def get_secret_value(name: str) -> ApiCall:
    """Return ``GetSecretValue``: the version with the stage ``ACSCurrent``."""
    return ApiCall(
        service=KMS,
        action="GetSecretValue",
        version=VERSION,
        method="POST",
        query=(("SecretName", name),),
        body={},
        permission=PERMISSION,
        secret_fields=(("SecretData",),),
    )


def read(secret: StoredSecret, _context: CallContext) -> Flow[StoredValue]:
    """Return a secret's value."""
    answer = yield from call_api(get_secret_value(secret.name))
    text = text_of(
        answer.body.get("SecretData"),
        secret.name,
        answer,
        is_binary=answer.body.get("SecretDataType") == "binary",
    )
    return StoredValue(text, str(answer.body.get("VersionId") or ""))


RIGHTS = f"Allow `{{permission}}` for the identity that deploys; {POLICY} has it."
KEY_RIGHTS = (
    "Allow `{permission}` for the identity that deploys, and, if the secret is encrypted by a key "
    f"of your own, kms:Decrypt for that key; {POLICY} has both."
)

ROWS: tuple[ErrorCode, ...] = from_page(
    "KMS <https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/"
    "common-error-codes-1>",
    ErrorCode(
        "Forbidden.ResourceNotFound",
        "not_found",
        "KMS has no such secret in this region. Compare the name with KMS's console, in the "
        "region of the platform.",
    ),
    ErrorCode(
        "Forbidden.KeyNotFound",
        "conflict",
        "The key that encrypts the secret is gone, and so is the secret's value: store it again.",
    ),
    ErrorCode("Forbidden.NoPermission", "forbidden", KEY_RIGHTS),
    ErrorCode("Forbidden.RAM", "forbidden", RIGHTS),
    ErrorCode("Forbidden", "forbidden", RIGHTS),
    ErrorCode("NoPermission", "forbidden", RIGHTS),
    ErrorCode(
        "Rejected",
        "conflict",
        "KMS does not give out the secret in its state, or in that of the key that encrypts it: "
        "restore what is scheduled for deletion, enable what is disabled, or name another secret.",
    ),
)

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code."""

STORE = SecretStore(
    name="kms",
    title="Alibaba Cloud KMS",
    provider=ALIBABA,
    service=KMS,
    permissions=(PERMISSION,),
    policy=POLICY,
    read=read,
    error_codes=ERROR_CODES,
    forbidden_hint=RIGHTS,
)
