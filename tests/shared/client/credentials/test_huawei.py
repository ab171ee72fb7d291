"""Huawei Cloud's two sets of settings, its profile file, and the project beside the keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shared.client.credentials import ResolvedCredentials
from shared.errors import Misconfigured
from shared.models.credentials import AccessKey
from shared.models.secret import Secret

Ask = Callable[..., ResolvedCredentials]
Write = Callable[[str, object], Path]

SDK = {"HUAWEICLOUD_SDK_AK": "HPUAexampleid", "HUAWEICLOUD_SDK_SK": "exampleSecret"}
SAMPLES = {"CLOUD_SDK_AK": "HPUAsampleid", "CLOUD_SDK_SK": "sampleSecret"}
PROJECT = {"HUAWEICLOUD_SDK_PROJECT_ID": "exampleproject"}
INI = "[basic]\nak = HPUAinifile\nsk = iniSecret\nproject_id = iniproject\n"


def test_the_sdks_names_come_before_those_of_the_samples(ask: Ask) -> None:
    keys = ask("huawei", {**SDK, **SAMPLES}).credentials
    assert keys.source == "environment HUAWEICLOUD_SDK_AK"


def test_the_names_of_the_samples_are_accepted(ask: Ask) -> None:
    assert ask("huawei", SAMPLES).credentials == AccessKey(
        "HPUAsampleid", Secret("sampleSecret"), source="environment CLOUD_SDK_AK"
    )


def test_an_incomplete_pair_of_the_sdks_names_is_refused_though_the_samples_are_complete(
    ask: Ask,
) -> None:
    with pytest.raises(Misconfigured, match="HUAWEICLOUD_SDK_SK"):
        ask("huawei", {"HUAWEICLOUD_SDK_AK": "HPUAexampleid", **SAMPLES})


@pytest.mark.parametrize("name", list(SAMPLES))
def test_an_incomplete_pair_of_the_samples_names_is_refused(
    name: str, ask: Ask, write: Write
) -> None:
    write(".huaweicloud/credentials", INI)
    with pytest.raises(Misconfigured, match="CLOUD_SDK_AK"):
        ask("huawei", {name: "exampleValue"})


@pytest.mark.parametrize("place", [SDK, SAMPLES, {"HUAWEICLOUD_AUTH_TOKEN": "exampleToken"}])
def test_the_project_of_the_settings_is_used_with_keys_of_the_settings(
    place: dict[str, str], ask: Ask
) -> None:
    assert ask("huawei", {**place, **PROJECT}).project_id == "exampleproject"
    assert ask("huawei", place).project_id is None


def test_the_project_of_the_settings_is_used_with_the_functions_agency(ask: Ask) -> None:
    role = AccessKey("roleId", Secret("roleSecret"))
    identity = ask("huawei", PROJECT, role=lambda: role, on_platform=True)
    assert identity.project_id == "exampleproject"


def test_a_project_id_that_would_break_a_header_is_refused(ask: Ask) -> None:
    with pytest.raises(Misconfigured, match=r"^HUAWEICLOUD_SDK_PROJECT_ID contains"):
        ask("huawei", {**SDK, "HUAWEICLOUD_SDK_PROJECT_ID": "example\nproject"})


def test_a_profiles_project_is_used_with_its_keys(ask: Ask, write: Write) -> None:
    write(".huaweicloud/credentials", INI)
    identity = ask("huawei", PROJECT)
    assert identity.project_id == "iniproject"
    assert identity.credentials == AccessKey(
        "HPUAinifile", Secret("iniSecret"), source="profile basic of ~/.huaweicloud/credentials"
    )


def test_a_project_of_the_settings_is_not_used_with_a_profile(ask: Ask, write: Write) -> None:
    write(".huaweicloud/credentials", INI.replace("project_id = iniproject", ""))
    assert ask("huawei", PROJECT).project_id is None


def test_a_profiles_token_makes_its_keys_temporary(ask: Ask, write: Write) -> None:
    write(".huaweicloud/credentials", INI + "security_token = exampleToken\n")
    keys = ask("huawei").credentials
    assert isinstance(keys, AccessKey)
    assert keys.token == Secret("exampleToken")


def test_a_named_file_is_read_instead_of_the_one_at_home(ask: Ask, write: Write) -> None:
    write(".huaweicloud/credentials", INI)
    file = write("keys", INI.replace("HPUAinifile", "HPUAother"))
    keys = ask("huawei", {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file)}).credentials
    assert isinstance(keys, AccessKey)
    assert keys.access_key_id == "HPUAother"


def test_a_named_file_that_is_not_there_is_refused(ask: Ask, write: Write, home: Path) -> None:
    write(".huaweicloud/credentials", INI)
    with pytest.raises(Misconfigured, match="CREDENTIALS_FILE names does not exist"):
        ask("huawei", {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(home / "absent")})


def test_a_named_file_without_the_section_is_refused(ask: Ask, write: Write) -> None:
    file = write("keys", "[global]\nak = HPUAglobal\nsk = globalSecret\n")
    with pytest.raises(Misconfigured, match=r"no \[basic\] section"):
        ask("huawei", {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file)})


def test_a_file_without_the_section_is_named_among_what_was_tried(ask: Ask, write: Write) -> None:
    write(".huaweicloud/credentials", "[global]\nak = HPUAglobal\nsk = globalSecret\n")
    with pytest.raises(Misconfigured, match=r"credentials \(no \[basic\] section"):
        ask("huawei")


@pytest.mark.parametrize("missing", ["ak", "sk"])
def test_an_incomplete_section_is_refused(missing: str, ask: Ask, write: Write) -> None:
    write(".huaweicloud/credentials", INI.replace(f"{missing} =", f"not_{missing} ="))
    with pytest.raises(Misconfigured, match=f"{missing} in profile basic"):
        ask("huawei")


def test_a_section_for_an_identity_provider_is_refused(ask: Ask, write: Write) -> None:
    write(".huaweicloud/credentials", "[basic]\nidp_id = example\nid_token_file = token\n")
    with pytest.raises(Misconfigured, match="only ak with sk is supported"):
        ask("huawei")
