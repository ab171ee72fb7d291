"""Finds Tencent Cloud's keys, in the order of the vendor's own tools.

Source: ``tencentcloud.common.credential`` 3.1.195 for the ini file, ``tccli`` 3.1.189 for the
JSON file and for TCCLI_PROFILE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.credentials.key_pair import key_pair
from shared.credentials.search import Advice, Identity, Search
from shared.errors import Misconfigured

if TYPE_CHECKING:
    from pathlib import Path

    from shared.credentials.profile_files import ProfileFile

ADVICE = Advice(
    vendor="Tencent Cloud",
    own_platform="Give the function a role in its SCF configuration. Keys cannot be set there, "
    "because SCF reserves names that start with TENCENTCLOUD_.",
    settings="TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY "
    "(for temporary keys, also TENCENTCLOUD_TOKEN)",
    profile="run `tccli configure`",
)

_TCCLI_TYPES = ("cvm-role", "oauth", "sso")
"""Profile types whose keys the tool itself fetches or renews."""


def find(search: Search) -> Identity | None:
    """Try every source in turn; return None if none has keys.

    Raises :class:`shared.errors.Misconfigured` at the first unusable source.
    """
    keys = search.role_keys() or search.settings_keys(
        "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"
    )
    if keys is not None:
        return Identity(keys)
    home = search.home_directory()
    return None if home is None else _in_profiles(search, home)


def _in_profiles(search: Search, home: Path) -> Identity | None:
    from shared.credentials.profile_files import ProfileFile

    wanted = search.settings.get("TCCLI_PROFILE")
    if wanted is None:
        ini = ProfileFile.at_home(home, ".tencentcloud", "credentials")
        tool = ProfileFile.at_home(home, ".tccli", "default.credential")
        return _in_ini(search, ini) or _in_tccli(search, tool, "default")
    if "/" in wanted or "\\" in wanted:
        raise Misconfigured(
            "TCCLI_PROFILE contains a path; it must be the name of a profile.",
            hint="Set it to a name that `tccli configure list --profile NAME` knows.",
        )
    tool = ProfileFile.at_home(home, ".tccli", f"{wanted}.credential")
    found = _in_tccli(search, tool, wanted)
    if found is None:
        raise Misconfigured(
            f"The profile {wanted} in TCCLI_PROFILE does not exist or has no keys. "
            f"Tried, in this order: {'; '.join(search.looked)}.",
            hint="Correct TCCLI_PROFILE, or add the profile with `tccli configure`.",
        )
    return found


def _in_ini(search: Search, file: ProfileFile) -> Identity | None:
    sections = file.sections()
    if sections is None or "default" not in sections:
        search.looked.append(
            f"{file.shown} ({'not found' if sections is None else 'no [default]'})"
        )
        return None
    section = sections["default"]
    _refuse_role(file, section.get("role_arn"), "role_arn")
    keys = key_pair(
        file.part("secret_id", section.get("secret_id"), "default"),
        file.part("secret_key", section.get("secret_key"), "default"),
        # The SDK ignores a token here, so temporary keys would be rejected.
        file.part("token", section.get("token"), "default"),
        source=f"profile default of {file.shown}",
    )
    if keys is None:
        search.looked.append(f"{file.shown} (no keys in [default])")
        return None
    return Identity(keys)


def _in_tccli(search: Search, file: ProfileFile, profile: str) -> Identity | None:
    document = file.json_object()
    if document is None:
        search.looked.append(f"{file.shown} (not found)")
        return None
    kind = document.get("type") or "default"
    if kind != "default":
        known = f"of type {kind}" if kind in _TCCLI_TYPES else "of an unknown type"
        raise file.unusable(
            f"is {known}; only profiles with keys are supported",
            hint=f"Store keys in it with `tccli configure`, or set {ADVICE.settings}.",
        )
    _refuse_role(file, document.get("role-arn"), "role-arn")
    keys = key_pair(
        file.part("secretId", document.get("secretId"), profile),
        file.part("secretKey", document.get("secretKey"), profile),
        file.part("token", document.get("token"), profile),
        source=f"profile {profile} of {file.shown}",
    )
    if keys is None:
        search.looked.append(f"{file.shown} (no keys in it)")
        return None
    return Identity(keys)


def _refuse_role(file: ProfileFile, value: object, name: str) -> None:
    """Refuse a profile with a role to assume: without it, the identity would be another one."""
    if value:
        raise file.unusable(
            f"names a role to assume ({name}); only profiles with nothing but keys are supported",
            hint=f"Use a profile without {name}, or set {ADVICE.settings}.",
        )
