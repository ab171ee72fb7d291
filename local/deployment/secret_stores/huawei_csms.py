"""Huawei Cloud's Cloud Secret Management Service, CSMS of DEW: the latest version of a secret.

Source: ``ShowSecretVersion`` <https://support.huaweicloud.com/intl/en-us/api-dew/ShowSecretVersion.html>;
the request is that of huaweicloudsdkcsms 3.1.219.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.huawei.provider import HUAWEI, JSON, find_project_id
from local.deployment.secret_stores.secret_store import SecretStore, StoredValue
from local.deployment.secret_stores.stored_secret import StoredSecret
from local.deployment.secret_stores.text_value import text_of
from shared.models.error_code import ErrorCode, from_page, index_by_code
from shared.models.flow import ApiCall, Flow, GetSetting, Service, call_api
from shared.models.operation import CallContext

PERMISSION = "csms:secretVersion:get"
"""In policies of version 1.1; identity policies name it ``csms:secret:getVersion``."""

POLICY = "deploy/policies/huawei/read_secrets.json"


def host_of(region: str | None, _setting: GetSetting) -> str:
    """Return the host in a region, which CSMS shares with KMS."""
    return f"kms.{region}.myhuaweicloud.com"


CSMS = Service(
    name="csms", label="CSMS", endpoint_settings=("HUAWEI_CSMS_ENDPOINT_URL",), host_of=host_of
)


def show_secret_version(name: str, project: str) -> ApiCall:
    """Return ``GET …/secrets/{name}/versions/latest``: the newest version, with its value."""
    return ApiCall(
        service=CSMS,
        action="ShowSecretVersion",
        method="GET",
        path=f"/v1/{project}/secrets/{name}/versions/latest",
        headers=(("Content-Type", JSON), ("X-Project-Id", project)),
        permission=PERMISSION,
        secret_fields=(("version", "secret_string"), ("version", "secret_binary")),
    )


def read(secret: StoredSecret, context: CallContext) -> Flow[StoredValue]:
    """Return a secret's value; its project is looked up if it is not configured."""
    project = yield from find_project_id(None, context)
    answer = yield from call_api(show_secret_version(secret.name, project))
    body = answer.body if isinstance(answer.body, dict) else {}
    version: Mapping[str, Any] = body.get("version") or {}
    text = text_of(
        version.get("secret_string"),
        secret.name,
        answer,
        is_binary=bool(version.get("secret_binary")),
    )
    return StoredValue(text, str((version.get("version_metadata") or {}).get("id") or ""))


RIGHTS = (
    "Allow `{permission}` for the identity that deploys, and, for a key of your own, decryption "
    f"with the key that encrypts the secret; {POLICY} has both."
)
MISSING = (
    "CSMS has no such secret in this project. Compare the name with the console of DEW, in the "
    "region of the platform."
)
PENDING = (
    "The secret is scheduled for deletion. Cancel the deletion in the console of DEW, or name "
    "another secret."
)

ROWS: tuple[ErrorCode, ...] = from_page(
    "DEW's error codes <https://support.huaweicloud.com/intl/en-us/api-dew/ErrorCode.html>",
    ErrorCode(
        "CSMS.0002",
        "invalid_input",
        "CSMS does not accept the secret's name: letters, digits, - and _, at most 64.",
    ),
    ErrorCode("CSMS.0005", "not_found", MISSING),
    ErrorCode("CSMS.0103", "conflict", PENDING),
    ErrorCode("CSMS.0106", "not_found", MISSING),
    ErrorCode("CSMS.0107", "conflict", PENDING),
    ErrorCode("APIGW.0302", "forbidden", RIGHTS),
)

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code."""

STORE = SecretStore(
    name="csms",
    title="Huawei Cloud CSMS",
    provider=HUAWEI,
    service=CSMS,
    permissions=(PERMISSION,),
    policy=POLICY,
    read=read,
    error_codes=ERROR_CODES,
    forbidden_hint=RIGHTS,
)
