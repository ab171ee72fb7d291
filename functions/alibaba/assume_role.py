"""Assumes a RAM role with Alibaba Cloud's STS: ``AssumeRole``, ``AssumeRoleWithOIDC``.

Sources: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole,
https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc
and ``alibabacloud_sts20150401`` 1.2.0.
"""

from __future__ import annotations

from functions.alibaba.sts import STS, VERSION
from shared.errors import Misconfigured
from shared.models.flow import ApiCall, Flow
from shared.models.operation import CallContext
from shared.models.role import OidcIdentity, Role, RoleSession
from shared.models.role_session import object_in, read_session, request_session, valid_name

LONGEST_NAME = 64
TRUST_HINT = (
    "The role's trust policy must name that identity as a principal; if it has a condition on "
    "sts:ExternalId, the account must have that external ID."
)
OIDC_TRUST_HINT = (
    "The role's trust policy must name the identity provider as a federated principal, and its "
    "conditions on oidc:iss, oidc:aud and oidc:sub must match the token."
)
DRY_RUN_RESPONSE = {
    "AssumedRoleUser": {"Arn": "{role_session}"},
    "Credentials": {
        "AccessKeyId": "{access_key_id}",
        "AccessKeySecret": "{access_key_secret}",
        "SecurityToken": "{security_token}",
        "Expiration": "9999-12-31T23:59:59Z",
    },
}


def assume_role(role: Role, session_name: str, _context: CallContext) -> Flow[RoleSession]:
    """Assume a role with keys, or with a token if the role has one.

    Parameters
    ----------
    role: the role.
    session_name: for the audit log; characters that are not allowed in it are replaced.

    Raises
    ------
    Misconfigured: the role has an external ID and a token.
    BadResponse: the response has no complete keys, or no expiration.
    """
    name = valid_session_name(session_name)
    if role.oidc is None:
        response = yield from request_session(with_keys(role, name), TRUST_HINT)
    else:
        response = yield from request_session(with_token(role, role.oidc, name), OIDC_TRUST_HINT)
    keys = object_in(response.body, "Credentials")
    return read_session(
        response,
        role,
        keys,
        names=("AccessKeyId", "AccessKeySecret", "SecurityToken"),
        expiration="Expiration",
        caller=object_in(response.body, "AssumedRoleUser").get("Arn"),
    )


def valid_session_name(proposed: str) -> str:
    """Return a name of 2 to 64 letters, digits and ``. @ - _``."""
    return valid_name(proposed, r"[^A-Za-z0-9.@_-]", LONGEST_NAME).rjust(2, "-")


def with_keys(role: Role, session_name: str) -> ApiCall:
    """Return ``AssumeRole``, which the keys of the caller sign."""
    parameters = _parameters(role, session_name)
    if role.external_id is not None:
        parameters["ExternalId"] = role.external_id
    return ApiCall(
        service=STS,
        action="AssumeRole",
        version=VERSION,
        method="POST",
        query=tuple(parameters.items()),
        permission="sts:AssumeRole",
        dry_run_response=DRY_RUN_RESPONSE,
    )


def with_token(role: Role, oidc: OidcIdentity, session_name: str) -> ApiCall:
    """Return ``AssumeRoleWithOIDC``, which is not signed: the token authenticates it.

    The parameters are sent in a form, as by the vendor's credentials library for Go, since a URL
    with the token would be in the log of every proxy.
    """
    if role.external_id is not None:
        raise Misconfigured(
            f"AssumeRoleWithOIDC has no external ID, which the role {role.name} has",
            hint="Remove the external ID; the conditions of the trust policy restrict the token.",
        )
    return ApiCall(
        service=STS,
        action="AssumeRoleWithOIDC",
        version=VERSION,
        method="POST",
        body={
            **_parameters(role, session_name),
            "OIDCProviderArn": oidc.provider,
            "OIDCToken": oidc.token,
        },
        permission="sts:AssumeRole",
        dry_run_response=DRY_RUN_RESPONSE,
    )


def _parameters(role: Role, session_name: str) -> dict[str, str]:
    """Return the parameters of both, without those that are not set."""
    parameters = {"RoleArn": role.name, "RoleSessionName": session_name}
    if role.duration_seconds is not None:
        parameters["DurationSeconds"] = str(role.duration_seconds)
    if role.policy is not None:
        parameters["Policy"] = role.policy
    return parameters
