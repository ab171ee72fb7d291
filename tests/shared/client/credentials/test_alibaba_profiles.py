"""Profiles of the aliyun tool and of Alibaba Cloud's SDKs."""

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


def test_the_tools_current_profile_is_accepted(ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", config(AK, STS, current="temporary"))
    assert ask("alibaba").credentials == AccessKey(
        "STS.exampleid",
        Secret("exampleStsSecret"),
        Secret("exampleToken"),
        source="profile temporary of ~/.aliyun/config.json",
    )


def test_a_named_profile_wins_over_the_current_one(ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", config(AK, STS))
    keys = ask("alibaba", {"ALIBABA_CLOUD_PROFILE": "temporary"}).credentials
    assert keys.source == "profile temporary of ~/.aliyun/config.json"


def test_a_token_left_over_in_a_profile_of_permanent_keys_is_not_sent(
    ask: Ask, write: Write
) -> None:
    write(".aliyun/config.json", config(AK))
    keys = ask("alibaba").credentials
    assert isinstance(keys, AccessKey)
    assert keys.token is None


def test_the_tools_profile_names_the_region(ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", config(AK))
    assert ask("alibaba").region == "cn-hangzhou"


def test_a_profile_without_a_region_names_none(ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", config({**AK, "region_id": ""}))
    assert ask("alibaba").region is None


@pytest.mark.parametrize("file", ["credentials", "credentials.ini"])
def test_the_sdks_file_is_read_under_both_its_names(file: str, ask: Ask, write: Write) -> None:
    write(f".alibabacloud/{file}", INI)
    keys = ask("alibaba").credentials
    assert isinstance(keys, AccessKey)
    assert keys.access_key_id == "LTAIinidefault"
    assert keys.secret == Secret("iniSecret")
    assert keys.source == f"profile default of ~/.alibabacloud/{file}"


def test_the_tools_file_comes_before_the_sdks(ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", config(AK))
    write(".alibabacloud/credentials", INI)
    assert ask("alibaba").credentials.source == "profile default of ~/.aliyun/config.json"


def test_a_named_profile_is_searched_for_in_every_file(ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", config(AK))
    write(".alibabacloud/credentials", INI)
    keys = ask("alibaba", {"ALIBABA_CLOUD_PROFILE": "other"}).credentials
    assert keys.source == "profile other of ~/.alibabacloud/credentials"


def test_a_named_profile_that_is_nowhere_is_refused(ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", config(AK))
    with pytest.raises(Misconfigured, match="profile absent") as caught:
        ask("alibaba", {"ALIBABA_CLOUD_PROFILE": "absent"})
    assert "~/.aliyun/config.json (no profile absent)" in caught.value.message


def test_a_named_file_is_read_instead_of_those_at_home(ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", config(AK))
    file = write("elsewhere/keys", INI)
    keys = ask("alibaba", {"ALIBABA_CLOUD_CREDENTIALS_FILE": str(file)}).credentials
    assert isinstance(keys, AccessKey)
    assert keys.access_key_id == "LTAIinidefault"
    assert keys.source == "profile default of the file that ALIBABA_CLOUD_CREDENTIALS_FILE names"


def test_a_tilde_in_a_named_file_is_the_home_directory(ask: Ask, write: Write) -> None:
    write("keys", INI)
    keys = ask("alibaba", {"ALIBABA_CLOUD_CREDENTIALS_FILE": "~/keys"}).credentials
    assert isinstance(keys, AccessKey)
    assert keys.access_key_id == "LTAIinidefault"


def test_a_named_file_that_is_not_there_is_refused(ask: Ask, write: Write, home: Path) -> None:
    write(".aliyun/config.json", config(AK))
    with pytest.raises(Misconfigured, match="CREDENTIALS_FILE names does not exist"):
        ask("alibaba", {"ALIBABA_CLOUD_CREDENTIALS_FILE": str(home / "absent")})


def test_a_named_file_without_the_profile_is_refused(ask: Ask, write: Write) -> None:
    file = write("keys", "[somebody]\n")
    with pytest.raises(Misconfigured, match=r"no \[default\]"):
        ask("alibaba", {"ALIBABA_CLOUD_CREDENTIALS_FILE": str(file)})


@pytest.mark.parametrize("mode", ["RamRoleArn", "EcsRamRole", "OIDC", "CloudSSO", "OAuth"])
def test_a_mode_that_needs_another_call_is_refused_by_name(
    mode: str, ask: Ask, write: Write
) -> None:
    write(".aliyun/config.json", config({**AK, "mode": mode}))
    with pytest.raises(Misconfigured, match=f"of mode {mode}; only the modes AK and StsToken"):
        ask("alibaba")


def test_an_unknown_mode_is_refused_without_repeating_it(ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", config({**AK, "mode": "exampleSecret"}))
    with pytest.raises(Misconfigured, match="of an unknown mode") as caught:
        ask("alibaba")
    assert "exampleSecret" not in caught.value.message


def test_a_type_that_needs_another_call_is_refused_by_name(ask: Ask, write: Write) -> None:
    write(".alibabacloud/credentials", INI)
    with pytest.raises(Misconfigured, match="of type ram_role_arn; only type access_key"):
        ask("alibaba", {"ALIBABA_CLOUD_PROFILE": "assumed"})


def test_a_section_without_a_type_is_refused(ask: Ask, write: Write) -> None:
    write(".alibabacloud/credentials", "[default]\naccess_key_id = LTAIexampleid\n")
    with pytest.raises(Misconfigured, match="without a type"):
        ask("alibaba")


@pytest.mark.parametrize("missing", ["access_key_id", "access_key_secret", "sts_token"])
def test_an_incomplete_profile_is_refused_though_another_file_has_keys(
    missing: str, ask: Ask, write: Write
) -> None:
    write(".aliyun/config.json", config({**STS, missing: ""}, current="temporary"))
    write(".alibabacloud/credentials", INI)
    with pytest.raises(Misconfigured, match=f"{missing} in profile temporary of ~/.aliyun"):
        ask("alibaba")


def test_an_incomplete_section_is_refused(ask: Ask, write: Write) -> None:
    write(".alibabacloud/credentials", "[default]\ntype=access_key\naccess_key_id=LTAIexampleid\n")
    with pytest.raises(Misconfigured, match="Incomplete credentials"):
        ask("alibaba")


def test_an_empty_current_profile_falls_through_to_the_next_file(ask: Ask, write: Write) -> None:
    empty = {**AK, "access_key_id": "", "access_key_secret": ""}
    write(".aliyun/config.json", config(empty))
    write(".alibabacloud/credentials", INI)
    assert ask("alibaba").credentials.source == "profile default of ~/.alibabacloud/credentials"


def test_a_current_profile_that_is_not_there_is_refused(ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", config(AK, current="absent"))
    with pytest.raises(Misconfigured, match="the name in its current field"):
        ask("alibaba")


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
def test_a_malformed_file_of_the_tool_is_refused(content: str, ask: Ask, write: Write) -> None:
    write(".aliyun/config.json", content)
    with pytest.raises(Misconfigured, match=r"~/\.aliyun/config\.json"):
        ask("alibaba")


@pytest.mark.parametrize("content", ["no section\n", "[default]\na=1\na=2\n", "[default\n"])
def test_a_malformed_ini_file_is_refused(content: str, ask: Ask, write: Write) -> None:
    write(".alibabacloud/credentials", content)
    with pytest.raises(Misconfigured, match="is not a valid ini file"):
        ask("alibaba")


def test_a_file_that_is_not_utf8_is_refused(ask: Ask, write: Write) -> None:
    write(".alibabacloud/credentials", "").write_bytes(b"[default]\ntype=\xff\xfe\n")
    with pytest.raises(Misconfigured, match="is not UTF-8 text"):
        ask("alibaba")


def test_a_directory_in_the_place_of_a_file_is_refused(ask: Ask, home: Path) -> None:
    (home / ".aliyun" / "config.json").mkdir(parents=True)
    with pytest.raises(Misconfigured, match="cannot be read"):
        ask("alibaba")


def test_a_byte_order_mark_does_no_harm(ask: Ask, write: Write) -> None:
    write(".alibabacloud/credentials", "\ufeff" + INI)
    assert ask("alibaba").credentials.source == "profile default of ~/.alibabacloud/credentials"
