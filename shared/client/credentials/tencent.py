"""Finds Tencent Cloud's keys, in the order of the vendor's own tools."""

from __future__ import annotations

from shared.client.credentials.chain import CredentialChain, ResolvedCredentials

SETTINGS_HINT = (
    "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY "
    "(for temporary keys, also TENCENTCLOUD_TOKEN)"
)


def find(chain: CredentialChain) -> ResolvedCredentials:
    """Try every source in turn.

    Raises :class:`shared.errors.Misconfigured` at the first unusable source, or if none has keys.
    """
    keys = chain.role_keys() or chain.settings_keys(
        "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"
    )
    if keys is not None:
        return ResolvedCredentials(keys)
    if chain.reads_profiles:
        from shared.client.credentials.profiles import tencent as profiles

        found = profiles.find(chain)
        if found is not None:
            return found
    raise chain.not_found_error(
        vendor="Tencent Cloud",
        role_hint="Give the function a role in its SCF configuration. Keys cannot be set there, "
        "because SCF reserves names that start with TENCENTCLOUD_.",
        settings_hint=SETTINGS_HINT,
        profile_hint="run `tccli configure`",
    )
