"""Assumes an agency of Huawei Cloud: IAM's by account and name, STS's by URN.

Sources: https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html,
https://support.huaweicloud.com/intl/en-us/api-iam5/AssumeAgency.html, and
``huaweicloudsdkiam`` and ``huaweicloudsdksts`` 3.1.219.
"""

from __future__ import annotations

import json

from functions.huawei.provider import IAM, JSON
from functions.huawei.sts import STS
from shared.errors import Misconfigured
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

LONGEST_SESSION_NAME = 128
LONGEST_USER_NAME = 64
TRUST_HINT = (
    "The agency must also trust the account of that identity; if a trust agency has an external "
    "ID, the account must have the same."
)
NEVER = "9999-12-31T23:59:59Z"


def assume_role(role: Role, session_name: str, _context: CallContext) -> Flow[RoleSession]:
    """Assume an agency with keys.

    Parameters
    ----------
    role: the agency; a name with colons is a URN, which STS takes, any other one IAM takes.
    session_name: for the audit log; characters that are not allowed in it are replaced.

    Raises
    ------
    Misconfigured: IAM has no such parameter, the agency's account is missing, or the policy is
        not a JSON object.
    BadResponse: the response has no complete keys, or no expiration.
    """
    reject_oidc(role, "Huawei Cloud")
    if ":" in role.name:
        return (yield from by_urn(role, session_name))
    return (yield from by_name(role, session_name))


def by_name(role: Role, session_name: str) -> Flow[RoleSession]:
    """Assume an agency by its account and name."""
    call = create_temporary_access_key(role, valid_user_name(session_name))
    response = yield from request_session(call, TRUST_HINT)
    keys = object_in(response.body, "credential")
    return read_session(
        response,
        role,
        keys,
        names=("access", "secret", "securitytoken"),
        expiration="expires_at",
    )


def by_urn(role: Role, session_name: str) -> Flow[RoleSession]:
    """Assume an agency, or a trust agency, by its URN."""
    call = assume_agency(role, valid_session_name(session_name))
    response = yield from request_session(call, TRUST_HINT)
    keys = object_in(response.body, "credentials")
    return read_session(
        response,
        role,
        keys,
        names=("access_key_id", "secret_access_key", "security_token"),
        expiration="expiration",
        caller=object_in(response.body, "assumed_agency").get("urn"),
    )


def valid_session_name(proposed: str) -> str:
    """Return a name of 2 to 128 letters, digits and ``_ + = , . @ -``, for STS."""
    return valid_name(proposed, r"[^A-Za-z0-9=,.@_+-]", LONGEST_SESSION_NAME).rjust(2, "-")


def valid_user_name(proposed: str) -> str:
    """Return a name of 5 to 64 letters, digits, ``-`` and ``_`` with a letter first, for IAM."""
    name = valid_name(proposed, r"[^A-Za-z0-9_-]", LONGEST_USER_NAME)
    if len(name) >= 5 and name[0].isalpha():
        return name
    return "sync-" + name[-(LONGEST_USER_NAME - 5) :]


def create_temporary_access_key(role: Role, user_name: str) -> ApiCall:
    """Return ``POST /v3.0/OS-CREDENTIAL/securitytokens``, which every region's IAM answers."""
    if not role.domain:
        raise Misconfigured(
            f"the agency {role.name} has no account",
            hint="Name the account that has the agency, or use the agency's URN "
            "(iam::<account ID>:agency:<name>).",
        )
    if role.external_id is not None:
        raise Misconfigured(
            f"IAM takes no external ID, which the agency {role.name} has",
            hint="Use the agency's URN (iam::<account ID>:agency:<name>), which STS takes together "
            "with an external ID.",
        )
    agency: dict[str, object] = {
        "agency_name": role.name,
        "domain_name": role.domain,
        "session_user": {"name": user_name},
    }
    if role.duration_seconds is not None:
        agency["duration_seconds"] = role.duration_seconds
    identity: dict[str, object] = {"methods": ["assume_role"], "assume_role": agency}
    if role.policy is not None:
        identity["policy"] = policy_document(role)
    return ApiCall(
        service=IAM,
        action="CreateTemporaryAccessKeyByAgency",
        method="POST",
        path="/v3.0/OS-CREDENTIAL/securitytokens",
        body={"auth": {"identity": identity}},
        permission="iam:agencies:assume",
        dry_run_response={
            "credential": {
                "access": "{access}",
                "secret": "{secret}",
                "securitytoken": "{securitytoken}",
                "expires_at": NEVER,
            }
        },
    )


def assume_agency(role: Role, session_name: str) -> ApiCall:
    """Return ``POST /v5/agencies/assume``."""
    body: dict[str, object] = {"agency_urn": role.name, "agency_session_name": session_name}
    if role.duration_seconds is not None:
        body["duration_seconds"] = role.duration_seconds
    if role.policy is not None:
        body["policy"] = role.policy
    if role.external_id is not None:
        body["external_id"] = role.external_id
    return ApiCall(
        service=STS,
        action="AssumeAgency",
        method="POST",
        path="/v5/agencies/assume",
        headers=(("Content-Type", JSON),),
        body=body,
        permission="sts:agencies:assume",
        dry_run_response={
            "assumed_agency": {"urn": "{agency_session}"},
            "credentials": {
                "access_key_id": "{access_key_id}",
                "secret_access_key": "{secret_access_key}",
                "security_token": "{security_token}",
                "expiration": NEVER,
            },
        },
    )


def policy_document(role: Role) -> dict[str, object]:
    """Return the role's policy, which IAM takes as an object.

    Raises
    ------
    Misconfigured: it is not a JSON object.
    """
    try:
        document: object = json.loads(role.policy or "")
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Misconfigured(
            f"the policy of the agency {role.name} is not a JSON object",
            hint="Copy a policy of version 1.1 from the IAM console, with Version and Statement.",
        )
    return document
