"""Finds Huawei Cloud's keys in the profile file of its SDK.

Source: ``huaweicloudsdkcore.auth.provider`` 3.1.219.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.client.credentials.chain import ResolvedCredentials
from shared.client.credentials.huawei import SETTINGS_HINT
from shared.client.credentials.key_pair import make_access_key, require_header_safe
from shared.client.credentials.profiles.profile_file import ProfileFile

if TYPE_CHECKING:
    from shared.client.credentials.chain import CredentialChain

DEFAULT_SECTION = "basic"
"""The only one that the SDK reads; an account may name another."""


def find(chain: CredentialChain) -> ResolvedCredentials | None:
    """Return the keys in the profile file, None if it has none.

    Raises :class:`shared.errors.Misconfigured` if the file cannot be used.
    """
    named = chain.settings.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE")
    home = chain.profile_dir()
    if named:
        return _in_ini(
            chain, ProfileFile.from_setting(home, "HUAWEICLOUD_SDK_CREDENTIALS_FILE", named)
        )
    if home is None:
        return None
    return _in_ini(chain, ProfileFile.in_home(home, ".huaweicloud", "credentials"))


def _in_ini(chain: CredentialChain, file: ProfileFile) -> ResolvedCredentials | None:
    name = chain.profile or DEFAULT_SECTION
    sections = file.sections()
    if sections is None:
        chain.tried.append(f"{file.label} (not found)")
        return None
    section = sections.get(name, {})
    if section.get("idp_id") or section.get("id_token_file"):
        raise file.error(
            f"has a [{name}] section for an identity provider (idp_id, id_token_file); "
            "only ak with sk is supported",
            hint=f"Add ak and sk to it, or set {SETTINGS_HINT}.",
        )
    keys = make_access_key(
        file.field("ak", section.get("ak"), name),
        file.field("sk", section.get("sk"), name),
        file.field("security_token", section.get("security_token"), name),
        source=f"profile {name} of {file.label}",
    )
    if keys is None and file.is_required:
        raise file.error(f"has no [{name}] section with ak and sk")
    if keys is None:
        chain.tried.append(f"{file.label} (no [{name}] section with ak and sk)")
        return None
    project_id = require_header_safe(file.field("project_id", section.get("project_id"), name))
    return ResolvedCredentials(keys, project_id=project_id or None)
