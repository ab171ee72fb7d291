"""Finds Alibaba Cloud's keys, in the order of the vendor's own SDKs.

Source: default credential chain of ``alibabacloud_credentials`` 1.0.12.
"""

from __future__ import annotations

from shared.client.credentials.chain import CredentialChain, ResolvedCredentials

SETTINGS_HINT = (
    "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET "
    "(for temporary keys, also ALIBABA_CLOUD_SECURITY_TOKEN)"
)


def find(chain: CredentialChain) -> ResolvedCredentials:
    """Try every source in turn.

    Raises :class:`shared.errors.Misconfigured` at the first unusable source, or if none has keys.
    """
    keys = chain.role_keys() or chain.settings_keys(
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
    )
    if keys is not None:
        return ResolvedCredentials(keys)
    if chain.reads_profiles:
        from shared.client.credentials.profiles import alibaba as profiles

        found = profiles.find(chain)
        if found is not None:
            return found
    raise chain.not_found_error(
        vendor="Alibaba Cloud",
        role_hint="Give the function a role in its Function Compute configuration.",
        settings_hint=SETTINGS_HINT,
        profile_hint="run `aliyun configure`",
    )
