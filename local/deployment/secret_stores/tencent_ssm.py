"""Tencent Cloud's Secrets Manager, SSM: the newest version of a secret, or the one that is named.

Source: SSM's API of 2019-09-23 <https://cloud.tencent.com/document/api/1140/40522>; the bodies are
those of tencentcloud-sdk-python-ssm 3.1.194.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.tencent.provider import TENCENT
from local.deployment.secret_stores.secret_store import SecretStore, StoredValue
from local.deployment.secret_stores.stored_secret import StoredSecret
from local.deployment.secret_stores.text_value import text_of
from shared.errors import BadResponse
from shared.models.error_code import ErrorCode, from_page, index_by_code
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api
from shared.models.operation import CallContext

VERSION = "2019-09-23"
CURRENT = "SSM_Current"
"""The version in use of a secret that SSM itself rotates."""

POLICY = "deploy/policies/tencent/read_secrets.json"


def host_of(_region: str | None, setting: GetSetting) -> str:
    """Return SSM's host, one for all regions, at the site that ``CWP_SITE`` names."""
    site = "intl." if setting("CWP_SITE") == "intl" else ""
    return f"ssm.{site}tencentcloudapi.com"


SSM = Service(
    name="ssm", label="SSM", endpoint_settings=("TENCENT_SSM_ENDPOINT_URL",), host_of=host_of
)


def reading(action: str, body: Mapping[str, object]) -> ApiCall:
    """Return a call that changes nothing."""
    return ApiCall(
        service=SSM,
        action=action,
        version=VERSION,
        method="POST",
        body=body,
        permission=f"ssm:{action}",
        secret_fields=(("SecretString",), ("SecretBinary",)),
    )


def read(secret: StoredSecret, _context: CallContext) -> Flow[StoredValue]:
    """Return a secret's value.

    SSM wants a version, and its list says no more of one than when it was made. So the one that SSM
    rotates to is taken, else the newest.
    """
    version = secret.version or (yield from newest_version(secret.name))
    body = {"SecretName": secret.name, "VersionId": version}
    answer = yield from call_api(reading("GetSecretValue", body))
    text = text_of(
        answer.body.get("SecretString"),
        secret.name,
        answer,
        is_binary=bool(answer.body.get("SecretBinary")),
    )
    return StoredValue(text, str(answer.body.get("VersionId") or version))


def newest_version(name: str) -> Flow[str]:
    """Return the version of a secret that is in use.

    Raises
    ------
    BadResponse: SSM lists none.
    """
    answer = yield from call_api(reading("ListSecretVersionIds", {"SecretName": name}))
    rows = versions_in(answer)
    if not rows:
        raise BadResponse(
            f"SSM lists no version of {name}", retryable=False, request_id=answer.request_id
        )
    ids = [str(row["VersionId"]) for row in rows]
    newest = max(rows, key=lambda row: int(row.get("CreateTime") or 0))
    return CURRENT if CURRENT in ids else str(newest["VersionId"])


def versions_in(answer: ApiResponse) -> list[Mapping[str, Any]]:
    """Return the versions in a response."""
    rows = answer.body.get("Versions") or []
    return [row for row in rows if isinstance(row, dict) and row.get("VersionId")]


RIGHTS = f"Allow `{{permission}}` for the identity that deploys; {POLICY} has it."
KEY_RIGHTS = (
    "SSM could not decrypt the secret with its KMS key. Check that the key is enabled, and allow "
    "the identity that deploys to decrypt with it (kms:Decrypt)."
)

ROWS: tuple[ErrorCode, ...] = from_page(
    "SSM's code list <https://github.com/TencentCloud/tencentcloud-sdk-python/blob/master/"
    "tencentcloud/ssm/v20190923/errorcodes.py>",
    ErrorCode(
        "ResourceNotFound",
        "not_found",
        "SSM has no such secret, or no such version, in this region. Compare the name with "
        "SSM's console, in the region of the platform.",
    ),
    ErrorCode(
        "ResourceUnavailable.ResourcePendingDeleted",
        "conflict",
        "The secret is scheduled for deletion. Restore and enable it in SSM's console, or name "
        "another one.",
    ),
    ErrorCode(
        "ResourceUnavailable.ResourceDisabled",
        "conflict",
        "The secret is disabled. Enable it in SSM's console, or name another one.",
    ),
    ErrorCode(
        "ResourceUnavailable.ResourceUninitialized",
        "conflict",
        "SSM is still making the secret. Wait a minute, then deploy again.",
    ),
    ErrorCode(
        "ResourceUnavailable.NotPurchased",
        "refused",
        "The account has not activated SSM, or is in arrears. Activate it in SSM's console.",
    ),
    ErrorCode("FailedOperation.AccessKmsError", "refused", KEY_RIGHTS),
    ErrorCode("UnauthorizedOperation.AccessKmsError", "forbidden", KEY_RIGHTS),
    ErrorCode("UnauthorizedOperation", "forbidden", RIGHTS),
    ErrorCode("AuthFailure.UnauthorizedOperation", "forbidden", RIGHTS),
)

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code."""

STORE = SecretStore(
    name="ssm",
    title="Tencent Cloud SSM",
    provider=TENCENT,
    service=SSM,
    permissions=("ssm:ListSecretVersionIds", "ssm:GetSecretValue"),
    policy=POLICY,
    read=read,
    error_codes=ERROR_CODES,
    forbidden_hint=RIGHTS,
)
