"""Profiles of Tencent Cloud's SDK and of its tccli tool."""

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

INI = "[default]\nsecret_id = AKIDexampleini\nsecret_key = exampleIniSecret\n"
TCCLI = {"secretId": "AKIDexampletool", "secretKey": "exampleToolSecret"}


def test_the_sdks_file_is_read(ask: Ask, write: Write) -> None:
    write(".tencentcloud/credentials", INI)
    assert ask("tencent").credentials == AccessKey(
        "AKIDexampleini",
        Secret("exampleIniSecret"),
        source="profile default of ~/.tencentcloud/credentials",
    )


def test_the_tools_file_is_read(ask: Ask, write: Write) -> None:
    write(".tccli/default.credential", {**TCCLI, "token": "exampleToken", "type": "default"})
    assert ask("tencent").credentials == AccessKey(
        "AKIDexampletool",
        Secret("exampleToolSecret"),
        Secret("exampleToken"),
        source="profile default of ~/.tccli/default.credential",
    )


def test_the_sdks_file_comes_before_the_tools(ask: Ask, write: Write) -> None:
    write(".tencentcloud/credentials", INI)
    write(".tccli/default.credential", TCCLI)
    assert ask("tencent").credentials.source.endswith("~/.tencentcloud/credentials")


@pytest.mark.parametrize("content", ["", "[other]\nsecret_id = AKIDother\n", "[default]\n"])
def test_an_sdks_file_without_a_default_profile_falls_through_to_the_tools(
    content: str, ask: Ask, write: Write
) -> None:
    write(".tencentcloud/credentials", content)
    write(".tccli/default.credential", TCCLI)
    assert ask("tencent").credentials.source.endswith("~/.tccli/default.credential")


def test_a_profile_of_the_tool_that_is_named_comes_first(ask: Ask, write: Write) -> None:
    write(".tencentcloud/credentials", INI)
    write(".tccli/work.credential", TCCLI)
    keys = ask("tencent", {"TCCLI_PROFILE": "work"}).credentials
    assert keys.source == "profile work of ~/.tccli/work.credential"


def test_a_profile_of_the_tool_that_is_named_and_not_there_is_refused(
    ask: Ask, write: Write
) -> None:
    write(".tencentcloud/credentials", INI)
    with pytest.raises(Misconfigured, match=r"work\.credential \(not found\)"):
        ask("tencent", {"TCCLI_PROFILE": "work"})


def test_a_profile_name_does_not_lead_out_of_the_tools_directory(ask: Ask, write: Write) -> None:
    write("elsewhere.credential", TCCLI)
    with pytest.raises(Misconfigured, match="TCCLI_PROFILE contains a path"):
        ask("tencent", {"TCCLI_PROFILE": "../elsewhere"})


def test_a_role_to_assume_in_the_sdks_file_is_refused(ask: Ask, write: Write) -> None:
    write(".tencentcloud/credentials", INI + "role_arn = qcs::cam::uin/1:roleName/example\n")
    with pytest.raises(Misconfigured, match="role_arn"):
        ask("tencent")


def test_an_empty_role_in_the_sdks_file_is_ignored(ask: Ask, write: Write) -> None:
    write(".tencentcloud/credentials", INI + "role_arn =\n")
    assert ask("tencent").credentials.source.endswith("~/.tencentcloud/credentials")


def test_a_role_to_assume_in_the_tools_file_is_refused(ask: Ask, write: Write) -> None:
    write(".tccli/default.credential", {**TCCLI, "role-arn": "qcs::cam::uin/1:roleName/example"})
    with pytest.raises(Misconfigured, match="role-arn"):
        ask("tencent")


@pytest.mark.parametrize("kind", ["cvm-role", "oauth", "sso"])
def test_keys_that_the_tool_fetches_itself_are_refused(kind: str, ask: Ask, write: Write) -> None:
    write(".tccli/default.credential", {**TCCLI, "type": kind})
    with pytest.raises(
        Misconfigured, match=f"of type {kind}; only profiles with keys are supported"
    ):
        ask("tencent")


@pytest.mark.parametrize("missing", ["secret_id", "secret_key"])
def test_an_incomplete_section_is_refused_though_the_tool_has_keys(
    missing: str, ask: Ask, write: Write
) -> None:
    write(".tencentcloud/credentials", INI.replace(f"{missing} =", f"not_{missing} ="))
    write(".tccli/default.credential", TCCLI)
    with pytest.raises(Misconfigured, match=f"{missing} in profile default .* is missing"):
        ask("tencent")


@pytest.mark.parametrize("missing", ["secretId", "secretKey"])
def test_an_incomplete_file_of_the_tool_is_refused(missing: str, ask: Ask, write: Write) -> None:
    write(".tccli/default.credential", {**TCCLI, missing: None})
    with pytest.raises(Misconfigured, match=f"{missing} in profile default .* is missing"):
        ask("tencent")


@pytest.mark.parametrize("content", ["", "[]", "{", '{"secretId": 1}', '{"type": ["sso"]}'])
def test_a_malformed_file_of_the_tool_is_refused(content: str, ask: Ask, write: Write) -> None:
    write(".tccli/default.credential", content)
    with pytest.raises(Misconfigured, match=r"~/\.tccli/default\.credential"):
        ask("tencent")


def test_the_keys_of_scfs_role_are_not_read_as_settings(ask: Ask) -> None:
    injected = {"TENCENTCLOUD_SECRETID": "AKIDrole", "TENCENTCLOUD_SECRETKEY": "exampleSecret"}
    with pytest.raises(Misconfigured, match="No credentials for Tencent Cloud"):
        ask("tencent", injected)
