"""Finds Alibaba Cloud's keys, in the order of the vendor's own SDKs.

Source: default credential chain of ``alibabacloud_credentials`` 1.0.12 (Python reads
``credentials.ini``, the SDKs for Go and others ``credentials``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.credentials.key_pair import header_text, key_pair
from shared.credentials.search import Advice, Identity, Search
from shared.errors import Misconfigured

if TYPE_CHECKING:
    from shared.credentials.profile_files import ProfileFile

ADVICE = Advice(
    vendor="Alibaba Cloud",
    own_platform="Give the function a role in its Function Compute configuration.",
    settings="ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET "
    "(for temporary keys, also ALIBABA_CLOUD_SECURITY_TOKEN)",
    profile="run `aliyun configure`",
)

_TAKEN_MODES = ("AK", "StsToken")
_INI_TYPES = ("ecs_ram_role", "ram_role_arn", "oidc_role_arn", "rsa_key_pair")
_CLI_MODES = (
    "RamRoleArn",
    "RamRoleArnWithEcs",
    "ChainableRamRoleArn",
    "EcsRamRole",
    "OIDC",
    "RsaKeyPair",
    "CredentialsURI",
    "CloudSSO",
    "OAuth",
    "External",
)
"""Profile types that need another request, or another program, to get keys."""


def find(search: Search) -> Identity | None:
    """Try every source in turn; return None if none has keys.

    Raises :class:`shared.errors.Misconfigured` at the first unusable source.
    """
    keys = search.role_keys() or search.settings_keys(
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
    )
    if keys is not None:
        return Identity(keys)
    return None if search.on_platform else _in_profiles(search)


def _in_profiles(search: Search) -> Identity | None:
    from shared.credentials.profile_files import ProfileFile

    wanted = search.settings.get("ALIBABA_CLOUD_PROFILE")
    named = search.settings.get("ALIBABA_CLOUD_CREDENTIALS_FILE")
    home = search.home_directory()
    if named:
        file = ProfileFile.of_setting(home, "ALIBABA_CLOUD_CREDENTIALS_FILE", named)
        found = _in_ini(search, file, wanted)
    elif home is not None:
        found = (
            _in_config_json(search, ProfileFile.at_home(home, ".aliyun", "config.json"), wanted)
            or _in_ini(search, ProfileFile.at_home(home, ".alibabacloud", "credentials"), wanted)
            or _in_ini(
                search, ProfileFile.at_home(home, ".alibabacloud", "credentials.ini"), wanted
            )
        )
    else:
        return None
    if found is None and wanted:
        raise Misconfigured(
            f"The profile {wanted} in ALIBABA_CLOUD_PROFILE does not exist or has no keys. "
            f"Tried, in this order: {'; '.join(search.looked)}.",
            hint="Correct ALIBABA_CLOUD_PROFILE, or add the profile with `aliyun configure`.",
        )
    return found


def _in_ini(search: Search, file: ProfileFile, wanted: str | None) -> Identity | None:
    name = wanted or "default"
    sections = file.sections()
    if sections is None or name not in sections:
        search.looked.append(
            f"{file.shown} ({'not found' if sections is None else f'no [{name}]'})"
        )
        return None
    # In the SDK, '#' starts a comment, also after a value.
    section = {key: value.split("#")[0].strip() for key, value in sections[name].items()}
    kind = section.get("type", "")
    if kind != "access_key":
        raise file.unusable(
            f"has a profile {name} {_of('type', kind, _INI_TYPES)}; "
            "only type access_key is supported",
            hint=f"Use a profile of type access_key, or set {ADVICE.settings}.",
        )
    keys = key_pair(
        file.part("access_key_id", section.get("access_key_id"), name),
        file.part("access_key_secret", section.get("access_key_secret"), name),
        source=f"profile {name} of {file.shown}",
    )
    if keys is None:
        search.looked.append(f"{file.shown} (no keys in [{name}])")
        return None
    return Identity(keys)


def _in_config_json(search: Search, file: ProfileFile, wanted: str | None) -> Identity | None:
    config = file.json_object()
    profiles = (config or {}).get("profiles") or []
    if not isinstance(profiles, list) or not all(isinstance(each, dict) for each in profiles):
        raise file.unusable("has profiles that are not a list of objects")
    if not profiles:
        search.looked.append(f"{file.shown} ({'not found' if config is None else 'no profiles'})")
        return None
    name = wanted or (config or {}).get("current") or "default"
    profile = next((each for each in profiles if each.get("name") == name), None)
    if profile is None:
        if wanted:
            search.looked.append(f"{file.shown} (no profile {wanted})")
            return None
        raise file.unusable(
            "has no profile with the name in its current field",
            hint="Choose one with `aliyun configure switch`, or set ALIBABA_CLOUD_PROFILE.",
        )
    mode = profile.get("mode")
    if mode not in _TAKEN_MODES:
        raise file.unusable(
            f"has a profile {name} {_of('mode', mode, _CLI_MODES)}; "
            "only the modes AK and StsToken are supported",
            hint=f"Use a profile of mode AK or StsToken, or set {ADVICE.settings}.",
        )
    temporary = mode == "StsToken"
    keys = key_pair(
        file.part("access_key_id", profile.get("access_key_id"), str(name)),
        file.part("access_key_secret", profile.get("access_key_secret"), str(name)),
        # The tool keeps an old token when a profile is changed back to permanent keys.
        file.part("sts_token", profile.get("sts_token"), str(name)) if temporary else None,
        source=f"profile {name} of {file.shown}",
        token_required=temporary,
    )
    if keys is None:
        search.looked.append(f"{file.shown} (no keys in profile {name})")
        return None
    region = header_text(file.part("region_id", profile.get("region_id"), str(name)))
    return Identity(keys, region=region or None)


def _of(word: str, kind: object, known: tuple[str, ...]) -> str:
    """Return a profile's type in words; an unknown type is not quoted."""
    if not kind:
        return f"without a {word}"
    return f"of {word} {kind}" if kind in known else f"of an unknown {word}"
