"""Huawei Cloud's two sets of settings, its profile file, and the project next to the keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shared.client.credentials import ResolvedCredentials
from shared.errors import Misconfigured
from shared.models.credentials import AccessKey
from shared.models.secret import Secret

ResolveCredentials = Callable[..., ResolvedCredentials]
WriteFile = Callable[[str, object], Path]

SDK = {"HUAWEICLOUD_SDK_AK": "HPUAexampleid", "HUAWEICLOUD_SDK_SK": "exampleSecret"}
SAMPLES = {"CLOUD_SDK_AK": "HPUAsampleid", "CLOUD_SDK_SK": "sampleSecret"}
PROJECT = {"HUAWEICLOUD_SDK_PROJECT_ID": "exampleproject"}
INI = "[basic]\nak = HPUAinifile\nsk = iniSecret\nproject_id = iniproject\n"


def test_the_sdks_names_come_before_those_of_the_samples(
    resolve_credentials: ResolveCredentials,
) -> None:
    keys = resolve_credentials("huawei", {**SDK, **SAMPLES}).credentials
    assert keys.source == "environment HUAWEICLOUD_SDK_AK"


def test_the_names_of_the_samples_are_accepted(resolve_credentials: ResolveCredentials) -> None:
    assert resolve_credentials("huawei", SAMPLES).credentials == AccessKey(
        "HPUAsampleid", Secret("sampleSecret"), source="environment CLOUD_SDK_AK"
    )


def test_an_incomplete_pair_of_the_sdks_names_is_refused_though_the_samples_are_complete(
    resolve_credentials: ResolveCredentials,
) -> None:
    with pytest.raises(Misconfigured, match="HUAWEICLOUD_SDK_SK"):
        resolve_credentials("huawei", {"HUAWEICLOUD_SDK_AK": "HPUAexampleid", **SAMPLES})


@pytest.mark.parametrize("name", list(SAMPLES))
def test_an_incomplete_pair_of_the_samples_names_is_refused(
    name: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".huaweicloud/credentials", INI)
    with pytest.raises(Misconfigured, match="CLOUD_SDK_AK"):
        resolve_credentials("huawei", {name: "exampleValue"})


@pytest.mark.parametrize("place", [SDK, SAMPLES, {"HUAWEICLOUD_AUTH_TOKEN": "exampleToken"}])
def test_the_project_of_the_settings_is_used_with_keys_of_the_settings(
    place: dict[str, str], resolve_credentials: ResolveCredentials
) -> None:
    assert resolve_credentials("huawei", {**place, **PROJECT}).project_id == "exampleproject"
    assert resolve_credentials("huawei", place).project_id is None


def test_the_project_of_the_settings_is_used_with_the_functions_agency(
    resolve_credentials: ResolveCredentials,
) -> None:
    role = AccessKey("roleId", Secret("roleSecret"))
    identity = resolve_credentials("huawei", PROJECT, role=lambda: role, on_platform=True)
    assert identity.project_id == "exampleproject"


def test_a_project_id_that_would_break_a_header_is_refused(
    resolve_credentials: ResolveCredentials,
) -> None:
    with pytest.raises(Misconfigured, match=r"^HUAWEICLOUD_SDK_PROJECT_ID contains"):
        resolve_credentials("huawei", {**SDK, "HUAWEICLOUD_SDK_PROJECT_ID": "example\nproject"})


def test_a_profiles_project_is_used_with_its_keys(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".huaweicloud/credentials", INI)
    identity = resolve_credentials("huawei", PROJECT)
    assert identity.project_id == "iniproject"
    assert identity.credentials == AccessKey(
        "HPUAinifile", Secret("iniSecret"), source="profile basic of ~/.huaweicloud/credentials"
    )


def test_a_project_of_the_settings_is_not_used_with_a_profile(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".huaweicloud/credentials", INI.replace("project_id = iniproject", ""))
    assert resolve_credentials("huawei", PROJECT).project_id is None


def test_a_profiles_token_makes_its_keys_temporary(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".huaweicloud/credentials", INI + "security_token = exampleToken\n")
    keys = resolve_credentials("huawei").credentials
    assert isinstance(keys, AccessKey)
    assert keys.token == Secret("exampleToken")


def test_a_named_file_is_read_instead_of_the_one_at_home(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".huaweicloud/credentials", INI)
    file = write_file("keys", INI.replace("HPUAinifile", "HPUAother"))
    keys = resolve_credentials(
        "huawei", {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file)}
    ).credentials
    assert isinstance(keys, AccessKey)
    assert keys.access_key_id == "HPUAother"


def test_a_named_file_that_is_not_there_is_refused(
    resolve_credentials: ResolveCredentials, write_file: WriteFile, home: Path
) -> None:
    write_file(".huaweicloud/credentials", INI)
    with pytest.raises(Misconfigured, match="CREDENTIALS_FILE names does not exist"):
        resolve_credentials("huawei", {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(home / "absent")})


def test_a_named_file_without_the_section_is_refused(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    file = write_file("keys", "[global]\nak = HPUAglobal\nsk = globalSecret\n")
    with pytest.raises(Misconfigured, match=r"no \[basic\] section"):
        resolve_credentials("huawei", {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file)})


def test_a_file_without_the_section_is_named_among_what_was_tried(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".huaweicloud/credentials", "[global]\nak = HPUAglobal\nsk = globalSecret\n")
    with pytest.raises(Misconfigured, match=r"credentials \(no \[basic\] section"):
        resolve_credentials("huawei")


@pytest.mark.parametrize("missing", ["ak", "sk"])
def test_an_incomplete_section_is_refused(
    missing: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".huaweicloud/credentials", INI.replace(f"{missing} =", f"not_{missing} ="))
    with pytest.raises(Misconfigured, match=f"{missing} in profile basic"):
        resolve_credentials("huawei")


def test_a_section_for_an_identity_provider_is_refused(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".huaweicloud/credentials", "[basic]\nidp_id = example\nid_token_file = token\n")
    with pytest.raises(Misconfigured, match="only ak with sk is supported"):
        resolve_credentials("huawei")
