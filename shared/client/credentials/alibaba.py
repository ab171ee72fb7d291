"""Finds Alibaba Cloud's keys, in the order of the vendor's own SDKs.

Source: default credential chain of ``alibabacloud_credentials`` 1.0.12.
"""

from __future__ import annotations

from shared.client.credentials.chain import CredentialChain, ResolvedCredentials

VENDOR = "Alibaba Cloud"
ROLE_HINT = "Give the function a role in its Function Compute configuration."
PROFILE_HINT = "run `aliyun configure`"
KEY_SETTINGS = (
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
)
ROLE_SETTINGS = ("ALIBABA_CLOUD_ROLE_ARN",)
SETTINGS_HINT = (
    "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET "
    "(for temporary keys, also ALIBABA_CLOUD_SECURITY_TOKEN)"
)


def find(chain: CredentialChain) -> ResolvedCredentials | None:
    """Return the keys of the function's role or in the settings, None if there are none.

    Raises :class:`shared.errors.Misconfigured` at the first unusable source.
    """
    keys = chain.role_keys() or chain.settings_keys(*KEY_SETTINGS)
    if keys is not None:
        return ResolvedCredentials(keys)
    return None
