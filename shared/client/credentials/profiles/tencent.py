"""Finds Tencent Cloud's keys in the profile files of its SDKs and of ``tccli``.

Source: ``tencentcloud.common.credential`` 3.1.195 for the ini file, ``tccli`` 3.1.189 for the
JSON file and for TCCLI_PROFILE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.client.credentials.chain import ResolvedCredentials
from shared.client.credentials.key_pair import make_access_key
from shared.client.credentials.profiles.profile_file import ProfileFile
from shared.client.credentials.tencent import SETTINGS_HINT
from shared.errors import Misconfigured

if TYPE_CHECKING:
    from shared.client.credentials.chain import CredentialChain

_TCCLI_TYPES = ("cvm-role", "oauth", "sso")
"""Profile types whose keys the tool itself fetches or renews."""


def find(chain: CredentialChain) -> ResolvedCredentials | None:
    """Try every profile file in turn; return None if none has keys.

    Raises :class:`shared.errors.Misconfigured` at the first unusable file, or if the profile
    that TCCLI_PROFILE selects does not exist.
    """
    home = chain.profile_dir()
    if home is None:
        return None
    selected, selected_by = chain.selected_profile("TCCLI_PROFILE")
    if selected is None:
        ini = ProfileFile.in_home(home, ".tencentcloud", "credentials")
        tool = ProfileFile.in_home(home, ".tccli", "default.credential")
        return _in_ini(chain, ini) or _in_tccli(chain, tool, "default")
    if "/" in selected or "\\" in selected:
        raise Misconfigured(
            "TCCLI_PROFILE contains a path; it must be the name of a profile.",
            hint="Set it to a name that `tccli configure list --profile NAME` knows.",
        )
    tool = ProfileFile.in_home(home, ".tccli", f"{selected}.credential")
    found = _in_tccli(chain, tool, selected)
    if found is None:
        raise Misconfigured(
            f"The profile {selected} in {selected_by} does not exist or has no keys. "
            f"Tried, in this order: {'; '.join(chain.tried)}.",
            hint=f"Correct {selected_by}, or add the profile with `tccli configure`.",
        )
    return found


def _in_ini(chain: CredentialChain, file: ProfileFile) -> ResolvedCredentials | None:
    sections = file.sections()
    if sections is None or "default" not in sections:
        chain.tried.append(f"{file.label} ({'not found' if sections is None else 'no [default]'})")
        return None
    section = sections["default"]
    _reject_role(file, section.get("role_arn"), "role_arn")
    keys = make_access_key(
        file.field("secret_id", section.get("secret_id"), "default"),
        file.field("secret_key", section.get("secret_key"), "default"),
        # The SDK ignores a token here, so temporary keys would be rejected.
        file.field("token", section.get("token"), "default"),
        source=f"profile default of {file.label}",
    )
    if keys is None:
        chain.tried.append(f"{file.label} (no keys in [default])")
        return None
    return ResolvedCredentials(keys)


def _in_tccli(
    chain: CredentialChain, file: ProfileFile, profile: str
) -> ResolvedCredentials | None:
    document = file.json_object()
    if document is None:
        chain.tried.append(f"{file.label} (not found)")
        return None
    kind = document.get("type") or "default"
    if kind != "default":
        known = f"of type {kind}" if kind in _TCCLI_TYPES else "of an unknown type"
        raise file.error(
            f"is {known}; only profiles with keys are supported",
            hint=f"Store keys in it with `tccli configure`, or set {SETTINGS_HINT}.",
        )
    _reject_role(file, document.get("role-arn"), "role-arn")
    keys = make_access_key(
        file.field("secretId", document.get("secretId"), profile),
        file.field("secretKey", document.get("secretKey"), profile),
        file.field("token", document.get("token"), profile),
        source=f"profile {profile} of {file.label}",
    )
    if keys is None:
        chain.tried.append(f"{file.label} (no keys in it)")
        return None
    return ResolvedCredentials(keys)


def _reject_role(file: ProfileFile, value: object, name: str) -> None:
    """Reject a profile with a role to assume: without it, the identity would be another one."""
    if value:
        raise file.error(
            f"names a role to assume ({name}); only profiles with nothing but keys are supported",
            hint=f"Use a profile without {name}, or set {SETTINGS_HINT}.",
        )
