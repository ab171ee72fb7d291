"""Finds Alibaba Cloud's keys in the profile files of its SDKs and of ``aliyun``.

Source: ``alibabacloud_credentials`` 1.0.12 (Python reads ``credentials.ini``, the SDKs for Go
and others ``credentials``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.client.credentials.alibaba import SETTINGS_HINT
from shared.client.credentials.chain import ResolvedCredentials
from shared.client.credentials.key_pair import make_access_key, require_header_safe
from shared.client.credentials.profiles.profile_file import ProfileFile
from shared.errors import Misconfigured

if TYPE_CHECKING:
    from shared.client.credentials.chain import CredentialChain

_KEY_MODES = ("AK", "StsToken")
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


def find(chain: CredentialChain) -> ResolvedCredentials | None:
    """Try every profile file in turn; return None if none has keys.

    Raises :class:`shared.errors.Misconfigured` at the first unusable file, or if the profile
    that ALIBABA_CLOUD_PROFILE selects does not exist.
    """
    selected, selected_by = chain.selected_profile("ALIBABA_CLOUD_PROFILE")
    named = chain.settings.get("ALIBABA_CLOUD_CREDENTIALS_FILE")
    home = chain.profile_dir()
    if named:
        file = ProfileFile.from_setting(home, "ALIBABA_CLOUD_CREDENTIALS_FILE", named)
        found = _in_ini(chain, file, selected)
    elif home is not None:
        found = (
            _in_config_json(chain, ProfileFile.in_home(home, ".aliyun", "config.json"), selected)
            or _in_ini(chain, ProfileFile.in_home(home, ".alibabacloud", "credentials"), selected)
            or _in_ini(
                chain, ProfileFile.in_home(home, ".alibabacloud", "credentials.ini"), selected
            )
        )
    else:
        return None
    if found is None and selected:
        raise Misconfigured(
            f"The profile {selected} in {selected_by} does not exist or has no keys. "
            f"Tried, in this order: {'; '.join(chain.tried)}.",
            hint=f"Correct {selected_by}, or add the profile with `aliyun configure`.",
        )
    return found


def _in_ini(
    chain: CredentialChain, file: ProfileFile, selected: str | None
) -> ResolvedCredentials | None:
    name = selected or "default"
    sections = file.sections()
    if sections is None or name not in sections:
        chain.tried.append(f"{file.label} ({'not found' if sections is None else f'no [{name}]'})")
        return None
    # In the SDK, '#' starts a comment, also after a value.
    section = {key: value.split("#")[0].strip() for key, value in sections[name].items()}
    kind = section.get("type", "")
    if kind != "access_key":
        raise file.error(
            f"has a profile {name} {_type_phrase('type', kind, _INI_TYPES)}; "
            "only type access_key is supported",
            hint=f"Use a profile of type access_key, or set {SETTINGS_HINT}.",
        )
    keys = make_access_key(
        file.field("access_key_id", section.get("access_key_id"), name),
        file.field("access_key_secret", section.get("access_key_secret"), name),
        source=f"profile {name} of {file.label}",
    )
    if keys is None:
        chain.tried.append(f"{file.label} (no keys in [{name}])")
        return None
    return ResolvedCredentials(keys)


def _in_config_json(
    chain: CredentialChain, file: ProfileFile, selected: str | None
) -> ResolvedCredentials | None:
    config = file.json_object()
    profiles = (config or {}).get("profiles") or []
    if not isinstance(profiles, list) or not all(isinstance(each, dict) for each in profiles):
        raise file.error("has profiles that are not a list of objects")
    if not profiles:
        chain.tried.append(f"{file.label} ({'not found' if config is None else 'no profiles'})")
        return None
    name = selected or (config or {}).get("current") or "default"
    profile = next((each for each in profiles if each.get("name") == name), None)
    if profile is None:
        if selected:
            chain.tried.append(f"{file.label} (no profile {selected})")
            return None
        raise file.error(
            "has no profile with the name in its current field",
            hint="Choose one with `aliyun configure switch`, or set ALIBABA_CLOUD_PROFILE.",
        )
    mode = profile.get("mode")
    if mode not in _KEY_MODES:
        raise file.error(
            f"has a profile {name} {_type_phrase('mode', mode, _CLI_MODES)}; "
            "only the modes AK and StsToken are supported",
            hint=f"Use a profile of mode AK or StsToken, or set {SETTINGS_HINT}.",
        )
    temporary = mode == "StsToken"
    keys = make_access_key(
        file.field("access_key_id", profile.get("access_key_id"), str(name)),
        file.field("access_key_secret", profile.get("access_key_secret"), str(name)),
        # The tool keeps an old token when a profile is changed back to permanent keys.
        file.field("sts_token", profile.get("sts_token"), str(name)) if temporary else None,
        source=f"profile {name} of {file.label}",
        token_required=temporary,
    )
    if keys is None:
        chain.tried.append(f"{file.label} (no keys in profile {name})")
        return None
    region = require_header_safe(file.field("region_id", profile.get("region_id"), str(name)))
    return ResolvedCredentials(keys, region=region or None)


def _type_phrase(word: str, kind: object, known: tuple[str, ...]) -> str:
    """Return the phrase that names a profile's type; an unknown type is not quoted."""
    if not kind:
        return f"without a {word}"
    return f"of {word} {kind}" if kind in known else f"of an unknown {word}"
