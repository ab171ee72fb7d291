"""Finds Huawei Cloud's token or keys, in the order of the vendor's own SDK.

Source: ``huaweicloudsdkcore.auth.provider`` 3.1.219.
"""

from __future__ import annotations

from shared.client.credentials.chain import CredentialChain, ResolvedCredentials
from shared.client.credentials.key_pair import require_header_safe
from shared.errors import Misconfigured
from shared.models.credentials import AuthToken
from shared.models.secret import Secret

MAX_TOKEN_LENGTH = 16_384
"""The documented limit of the header ``X-Auth-Token``."""

VENDOR = "Huawei Cloud"
ROLE_HINT = "Give the function an agency in its FunctionGraph configuration."
PROFILE_HINT = "write ~/.huaweicloud/credentials with ak and sk in a [basic] section"
KEY_SETTINGS = (
    "HUAWEICLOUD_SDK_AK",
    "HUAWEICLOUD_SDK_SK",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN",
)
ROLE_SETTINGS = ("HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_OIDC_AGENCY_URN")
SETTINGS_HINT = (
    "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK "
    "(for temporary keys, also HUAWEICLOUD_SDK_SECURITY_TOKEN)"
)


def find(chain: CredentialChain) -> ResolvedCredentials | None:
    """Return the token or the keys of the role or in the settings, None if there are none.

    Raises :class:`shared.errors.Misconfigured` at the first unusable source.
    """
    credentials = (
        _token(chain)
        or chain.role_keys()
        or chain.settings_keys(*KEY_SETTINGS)
        or chain.settings_keys("CLOUD_SDK_AK", "CLOUD_SDK_SK")
    )
    if credentials is not None:
        project = "HUAWEICLOUD_SDK_PROJECT_ID"
        project_id = require_header_safe((project, chain.settings.get(project)))
        return ResolvedCredentials(credentials, project_id=project_id or None)
    return None


def _token(chain: CredentialChain) -> AuthToken | None:
    name = "HUAWEICLOUD_AUTH_TOKEN"
    secret = chain.settings.secret(name)
    if secret is None:
        chain.tried.append(f"the setting {name} (not set)")
        return None
    text = require_header_safe((name, secret.get_secret_value()))
    if len(text) > MAX_TOKEN_LENGTH:
        raise Misconfigured(
            f"{name} has more than {MAX_TOKEN_LENGTH:,} characters, so no service accepts it",
            hint=f"Set {name} to a token without the catalog (`nocatalog=true`), or use keys.",
        )
    return AuthToken(Secret(text), source=f"{chain.settings.source_of(name)} {name}")
