"""Finds Huawei Cloud's token or keys, in the order of the vendor's own SDK.

Source: ``huaweicloudsdkcore.auth.provider`` 3.1.219.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.credentials.key_pair import header_text, key_pair
from shared.credentials.search import Advice, Identity, Search
from shared.models.identity import AuthToken
from shared.models.secret import Secret

if TYPE_CHECKING:
    from shared.credentials.profile_files import ProfileFile

ADVICE = Advice(
    vendor="Huawei Cloud",
    own_platform="Give the function an agency in its FunctionGraph configuration.",
    settings="HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK "
    "(for temporary keys, also HUAWEICLOUD_SDK_SECURITY_TOKEN)",
    profile="write ~/.huaweicloud/credentials with ak and sk in a [basic] section",
)

_SECTION = "basic"


def find(search: Search) -> Identity | None:
    """Try every source in turn; return None if none has a token or keys.

    Raises :class:`shared.errors.Misconfigured` at the first unusable source.
    """
    credentials = (
        _token(search)
        or search.role_keys()
        or search.settings_keys(
            "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"
        )
        or search.settings_keys("CLOUD_SDK_AK", "CLOUD_SDK_SK")
    )
    if credentials is not None:
        project = "HUAWEICLOUD_SDK_PROJECT_ID"
        project_id = header_text((project, search.settings.get(project)))
        return Identity(credentials, project_id=project_id or None)
    return None if search.on_platform else _in_profile(search)


def _token(search: Search) -> AuthToken | None:
    name = "HUAWEICLOUD_AUTH_TOKEN"
    secret = search.settings.secret(name)
    if secret is None:
        search.looked.append(f"the setting {name} (not set)")
        return None
    text = header_text((name, secret.reveal()))
    return AuthToken(Secret(text), source=f"{search.settings.where(name)} {name}")


def _in_profile(search: Search) -> Identity | None:
    from shared.credentials.profile_files import ProfileFile

    named = search.settings.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE")
    home = search.home_directory()
    if named:
        return _in_ini(
            search, ProfileFile.of_setting(home, "HUAWEICLOUD_SDK_CREDENTIALS_FILE", named)
        )
    if home is None:
        return None
    return _in_ini(search, ProfileFile.at_home(home, ".huaweicloud", "credentials"))


def _in_ini(search: Search, file: ProfileFile) -> Identity | None:
    sections = file.sections()
    if sections is None:
        search.looked.append(f"{file.shown} (not found)")
        return None
    section = sections.get(_SECTION, {})
    if section.get("idp_id") or section.get("id_token_file"):
        raise file.unusable(
            f"has a [{_SECTION}] section for an identity provider (idp_id, id_token_file); "
            "only ak with sk is supported",
            hint=f"Add ak and sk to it, or set {ADVICE.settings}.",
        )
    keys = key_pair(
        file.part("ak", section.get("ak"), _SECTION),
        file.part("sk", section.get("sk"), _SECTION),
        file.part("security_token", section.get("security_token"), _SECTION),
        source=f"profile {_SECTION} of {file.shown}",
    )
    if keys is None and file.named:
        raise file.unusable(f"has no [{_SECTION}] section with ak and sk")
    if keys is None:
        search.looked.append(f"{file.shown} (no [{_SECTION}] section with ak and sk)")
        return None
    project_id = header_text(file.part("project_id", section.get("project_id"), _SECTION))
    return Identity(keys, project_id=project_id or None)
