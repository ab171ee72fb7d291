"""Finds Tencent Cloud's keys, in the order of the vendor's own tools."""

from __future__ import annotations

from shared.client.credentials.chain import CredentialChain, ResolvedCredentials

VENDOR = "Tencent Cloud"
ROLE_HINT = (
    "Give the function a role in its SCF configuration. Keys cannot be set there, because SCF "
    "reserves names that start with TENCENTCLOUD_."
)
PROFILE_HINT = "run `tccli configure`"
KEY_SETTINGS = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN")
ROLE_SETTINGS = ("TENCENTCLOUD_ROLE_ARN", "TKE_ROLE_ARN")
SETTINGS_HINT = (
    "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY "
    "(for temporary keys, also TENCENTCLOUD_TOKEN)"
)


def find(chain: CredentialChain) -> ResolvedCredentials | None:
    """Return the keys of the function's role or in the settings, None if there are none.

    Raises :class:`shared.errors.Misconfigured` at the first unusable source.
    """
    keys = chain.role_keys() or chain.settings_keys(*KEY_SETTINGS)
    if keys is not None:
        return ResolvedCredentials(keys)
    return None
