"""Profiles of the aliyun tool and of Alibaba Cloud's SDKs."""

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

AK = {
    "name": "default",
    "mode": "AK",
    "access_key_id": "LTAIexampleid",
    "access_key_secret": "exampleSecret",
    "region_id": "cn-hangzhou",
    "sts_token": "leftOver",
}
STS = {
    "name": "temporary",
    "mode": "StsToken",
    "access_key_id": "STS.exampleid",
    "access_key_secret": "exampleStsSecret",
    "sts_token": "exampleToken",
}
INI = """\
# written by hand
[default]
enable = true
type = access_key                 # the kind
access_key_id = LTAIinidefault    # the key
access_key_secret = iniSecret

[other]
type = access_key
access_key_id = LTAIiniother
access_key_secret = iniOtherSecret

[assumed]
type = ram_role_arn
access_key_id = LTAIiniassumed
access_key_secret = iniAssumedSecret
role_arn = acs:ram::1:role/example
"""


def config(*profiles: dict[str, str], current: str = "default") -> dict[str, object]:
    return {"current": current, "profiles": list(profiles), "meta_path": ""}


def test_the_tools_current_profile_is_accepted(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config(AK, STS, current="temporary"))
    assert resolve_credentials("alibaba").credentials == AccessKey(
        "STS.exampleid",
        Secret("exampleStsSecret"),
        Secret("exampleToken"),
        source="profile temporary of ~/.aliyun/config.json",
    )


def test_a_named_profile_wins_over_the_current_one(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config(AK, STS))
    keys = resolve_credentials("alibaba", {"ALIBABA_CLOUD_PROFILE": "temporary"}).credentials
    assert keys.source == "profile temporary of ~/.aliyun/config.json"


def test_a_token_left_over_in_a_profile_of_permanent_keys_is_not_sent(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config(AK))
    keys = resolve_credentials("alibaba").credentials
    assert isinstance(keys, AccessKey)
    assert keys.token is None


def test_the_tools_profile_names_the_region(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config(AK))
    assert resolve_credentials("alibaba").region == "cn-hangzhou"


def test_a_profile_without_a_region_names_none(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config({**AK, "region_id": ""}))
    assert resolve_credentials("alibaba").region is None


@pytest.mark.parametrize("file", ["credentials", "credentials.ini"])
def test_the_sdks_file_is_read_under_both_its_names(
    file: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(f".alibabacloud/{file}", INI)
    keys = resolve_credentials("alibaba").credentials
    assert isinstance(keys, AccessKey)
    assert keys.access_key_id == "LTAIinidefault"
    assert keys.secret == Secret("iniSecret")
    assert keys.source == f"profile default of ~/.alibabacloud/{file}"


def test_the_tools_file_comes_before_the_sdks(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config(AK))
    write_file(".alibabacloud/credentials", INI)
    assert (
        resolve_credentials("alibaba").credentials.source
        == "profile default of ~/.aliyun/config.json"
    )


def test_a_named_profile_is_searched_for_in_every_file(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config(AK))
    write_file(".alibabacloud/credentials", INI)
    keys = resolve_credentials("alibaba", {"ALIBABA_CLOUD_PROFILE": "other"}).credentials
    assert keys.source == "profile other of ~/.alibabacloud/credentials"


def test_a_named_profile_that_is_nowhere_is_refused(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config(AK))
    with pytest.raises(Misconfigured, match="profile absent") as caught:
        resolve_credentials("alibaba", {"ALIBABA_CLOUD_PROFILE": "absent"})
    assert "~/.aliyun/config.json (no profile absent)" in caught.value.message


def test_a_named_file_is_read_instead_of_those_at_home(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config(AK))
    file = write_file("elsewhere/keys", INI)
    keys = resolve_credentials("alibaba", {"ALIBABA_CLOUD_CREDENTIALS_FILE": str(file)}).credentials
    assert isinstance(keys, AccessKey)
    assert keys.access_key_id == "LTAIinidefault"
    assert keys.source == "profile default of the file that ALIBABA_CLOUD_CREDENTIALS_FILE names"


def test_a_tilde_in_a_named_file_is_the_home_directory(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file("keys", INI)
    keys = resolve_credentials("alibaba", {"ALIBABA_CLOUD_CREDENTIALS_FILE": "~/keys"}).credentials
    assert isinstance(keys, AccessKey)
    assert keys.access_key_id == "LTAIinidefault"


def test_a_named_file_that_is_not_there_is_refused(
    resolve_credentials: ResolveCredentials, write_file: WriteFile, home: Path
) -> None:
    write_file(".aliyun/config.json", config(AK))
    with pytest.raises(Misconfigured, match="CREDENTIALS_FILE names does not exist"):
        resolve_credentials("alibaba", {"ALIBABA_CLOUD_CREDENTIALS_FILE": str(home / "absent")})


def test_a_named_file_without_the_profile_is_refused(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    file = write_file("keys", "[someone-else]\n")
    with pytest.raises(Misconfigured, match=r"no \[default\]"):
        resolve_credentials("alibaba", {"ALIBABA_CLOUD_CREDENTIALS_FILE": str(file)})


@pytest.mark.parametrize("mode", ["RamRoleArn", "EcsRamRole", "OIDC", "CloudSSO", "OAuth"])
def test_a_mode_that_needs_another_call_is_refused_by_name(
    mode: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config({**AK, "mode": mode}))
    with pytest.raises(Misconfigured, match=f"of mode {mode}; only the modes AK and StsToken"):
        resolve_credentials("alibaba")


def test_an_unknown_mode_is_refused_without_repeating_it(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config({**AK, "mode": "exampleSecret"}))
    with pytest.raises(Misconfigured, match="of an unknown mode") as caught:
        resolve_credentials("alibaba")
    assert "exampleSecret" not in caught.value.message


def test_a_type_that_needs_another_call_is_refused_by_name(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".alibabacloud/credentials", INI)
    with pytest.raises(Misconfigured, match="of type ram_role_arn; only type access_key"):
        resolve_credentials("alibaba", {"ALIBABA_CLOUD_PROFILE": "assumed"})


def test_a_section_without_a_type_is_refused(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".alibabacloud/credentials", "[default]\naccess_key_id = LTAIexampleid\n")
    with pytest.raises(Misconfigured, match="without a type"):
        resolve_credentials("alibaba")


@pytest.mark.parametrize("missing", ["access_key_id", "access_key_secret", "sts_token"])
def test_an_incomplete_profile_is_refused_though_another_file_has_keys(
    missing: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config({**STS, missing: ""}, current="temporary"))
    write_file(".alibabacloud/credentials", INI)
    with pytest.raises(Misconfigured, match=f"{missing} in profile temporary of ~/.aliyun"):
        resolve_credentials("alibaba")


def test_an_incomplete_section_is_refused(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(
        ".alibabacloud/credentials", "[default]\ntype=access_key\naccess_key_id=LTAIexampleid\n"
    )
    with pytest.raises(Misconfigured, match="Incomplete credentials"):
        resolve_credentials("alibaba")


def test_an_empty_current_profile_falls_through_to_the_next_file(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    empty = {**AK, "access_key_id": "", "access_key_secret": ""}
    write_file(".aliyun/config.json", config(empty))
    write_file(".alibabacloud/credentials", INI)
    assert (
        resolve_credentials("alibaba").credentials.source
        == "profile default of ~/.alibabacloud/credentials"
    )


def test_a_current_profile_that_is_not_there_is_refused(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", config(AK, current="absent"))
    with pytest.raises(Misconfigured, match="the name in its current field"):
        resolve_credentials("alibaba")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '"text"',
        '{"profiles": 1}',
        '{"profiles": [1]}',
        '{"profiles": [{"name": "default", "mode": []}]}',
        '{"profiles": [{"name": "default", "mode": "AK", "access_key_id": 1}]}',
        "[" * 100_000,
    ],
)
def test_a_malformed_file_of_the_tool_is_refused(
    content: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".aliyun/config.json", content)
    with pytest.raises(Misconfigured, match=r"~/\.aliyun/config\.json"):
        resolve_credentials("alibaba")


@pytest.mark.parametrize("content", ["no section\n", "[default]\na=1\na=2\n", "[default\n"])
def test_a_malformed_ini_file_is_refused(
    content: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".alibabacloud/credentials", content)
    with pytest.raises(Misconfigured, match="is not a valid ini file"):
        resolve_credentials("alibaba")


def test_a_file_that_is_not_utf8_is_refused(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".alibabacloud/credentials", "").write_bytes(b"[default]\ntype=\xff\xfe\n")
    with pytest.raises(Misconfigured, match="is not UTF-8 text"):
        resolve_credentials("alibaba")


def test_a_directory_in_the_place_of_a_file_is_refused(
    resolve_credentials: ResolveCredentials, home: Path
) -> None:
    (home / ".aliyun" / "config.json").mkdir(parents=True)
    with pytest.raises(Misconfigured, match="cannot be read"):
        resolve_credentials("alibaba")


def test_a_byte_order_mark_does_no_harm(
    resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(".alibabacloud/credentials", "\ufeff" + INI)
    assert (
        resolve_credentials("alibaba").credentials.source
        == "profile default of ~/.alibabacloud/credentials"
    )
