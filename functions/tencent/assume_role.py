"""Assumes a CAM role with Tencent Cloud's STS: ``AssumeRole``.

Sources: https://www.tencentcloud.com/document/product/1150/49456 and
``tencentcloud-sdk-python-sts`` 3.0.1459.
"""

from __future__ import annotations

from urllib.parse import quote

from functions.tencent.sts import DEFAULT_REGION, STS, VERSION
from shared.models.flow import ApiCall, Flow
from shared.models.operation import CallContext
from shared.models.role import Role, RoleSession
from shared.models.role_session import (
    object_in,
    read_session,
    reject_oidc,
    request_session,
    valid_name,
)

LONGEST_NAME = 128
TRUST_HINT = (
    "The role's trust policy must also name that identity or its account as a principal; if it "
    "has an external ID, the account must have the same."
)


def assume_role(role: Role, session_name: str, context: CallContext) -> Flow[RoleSession]:
    """Assume a role with keys.

    Parameters
    ----------
    role: the role.
    session_name: for the audit log; characters that are not allowed in it are replaced.
    context: the region, which STS requires but does not depend on.

    Raises
    ------
    Misconfigured: the role has a token.
    BadResponse: the response has no complete keys, or no expiration.
    """
    reject_oidc(role, "Tencent Cloud")
    call = request(role, valid_session_name(session_name), context.region or DEFAULT_REGION)
    response = yield from request_session(call, TRUST_HINT)
    body = response.body if isinstance(response.body, dict) else {}
    keys = {**object_in(body, "Credentials"), "ExpiredTime": body.get("ExpiredTime")}
    return read_session(
        response,
        role,
        keys,
        names=("TmpSecretId", "TmpSecretKey", "Token"),
        expiration="ExpiredTime",
    )


def valid_session_name(proposed: str) -> str:
    """Return a name of 2 to 128 letters, digits and ``= , . @ _ - +``."""
    return valid_name(proposed, r"[^A-Za-z0-9=,.@_+-]", LONGEST_NAME).rjust(2, "-")


def request(role: Role, session_name: str, region: str) -> ApiCall:
    """Return the request; its policy is URL-encoded within the JSON, as the page demands."""
    body: dict[str, object] = {"RoleArn": role.name, "RoleSessionName": session_name}
    if role.duration_seconds is not None:
        body["DurationSeconds"] = role.duration_seconds
    if role.policy is not None:
        body["Policy"] = quote(role.policy, safe="")
    if role.external_id is not None:
        body["ExternalId"] = role.external_id
    return ApiCall(
        service=STS,
        action="AssumeRole",
        version=VERSION,
        method="POST",
        headers=(("X-TC-Region", region),),
        body=body,
        permission="sts:AssumeRole",
        dry_run_response={
            "Credentials": {
                "TmpSecretId": "{secret_id}",
                "TmpSecretKey": "{secret_key}",
                "Token": "{token}",
            },
            "ExpiredTime": 253402300799,
        },
    )
