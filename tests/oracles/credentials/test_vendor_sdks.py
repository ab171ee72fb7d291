"""The vendors' own SDKs find the same keys in the same settings and files.

The SDKs read the environment when they are imported, so each runs in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.client.credentials import ResolvedCredentials
from shared.models.credentials import AccessKey

ResolveCredentials = Callable[..., ResolvedCredentials]
WriteFile = Callable[[str, object], Path]

ALIBABA = """
import json
from alibabacloud_credentials.provider import {provider}
found = {provider}().get_credentials()
print(json.dumps([
    found.get_access_key_id(), found.get_access_key_secret(), found.get_security_token()
]))
"""
TENCENT = """
import json
from tencentcloud.common.credential import {provider}
found = {provider}().get_credential()
print(json.dumps([found.secret_id, found.secret_key, found.token]))
"""
HUAWEI = """
import json
from huaweicloudsdkcore.auth.provider import {provider}
found = {provider}.get_basic().get_credentials()
print(json.dumps([found.ak, found.sk, found.security_token, found.project_id]))
"""


def sdk(script: str, provider: str, environment: dict[str, str], home: Path) -> list[str | None]:
    run = subprocess.run(
        [sys.executable, "-c", script.format(provider=provider)],
        env={"HOME": str(home), **environment},
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str | None] = json.loads(run.stdout.splitlines()[-1])
    return [part or None for part in found]


def ours(identity: ResolvedCredentials) -> list[str | None]:
    keys = identity.credentials
    assert isinstance(keys, AccessKey)
    token = keys.token.get_secret_value() if keys.token else None
    return [keys.access_key_id, keys.secret.get_secret_value(), token]


CONFIG = {
    "current": "temporary",
    "profiles": [
        {
            "name": "permanent",
            "mode": "AK",
            "access_key_id": "LTAIexampleid",
            "access_key_secret": "exampleSecret",
            "sts_token": "leftOver",
        },
        {
            "name": "temporary",
            "mode": "StsToken",
            "access_key_id": "STS.exampleid",
            "access_key_secret": "exampleStsSecret",
            "sts_token": "exampleToken",
        },
    ],
}
INI = """\
[default]
type = access_key   # a remark
access_key_id=LTAIinidefault
access_key_secret : iniSecret # another

[other]
TYPE = access_key
Access_Key_Id = LTAIiniother
access_key_secret = other/Secret+=
"""


@pytest.mark.parametrize("token", ["", "exampleToken"])
def test_alibabas_settings(token: str, resolve_credentials: ResolveCredentials, home: Path) -> None:
    environment = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIexampleid",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "exampleSecret",
        "ALIBABA_CLOUD_SECURITY_TOKEN": token,
    }
    found = sdk(ALIBABA, "EnvironmentVariableCredentialsProvider", environment, home)
    assert ours(resolve_credentials("alibaba", environment)) == found


@pytest.mark.parametrize("profile", ["", "permanent", "temporary"])
def test_alibabas_tool_file(
    profile: str, resolve_credentials: ResolveCredentials, write_file: WriteFile, home: Path
) -> None:
    write_file(".aliyun/config.json", CONFIG)
    environment = {"ALIBABA_CLOUD_PROFILE": profile}
    found = sdk(ALIBABA, "CLIProfileCredentialsProvider", environment, home)
    assert ours(resolve_credentials("alibaba", environment)) == found


@pytest.mark.parametrize("profile", ["default", "other"])
def test_alibabas_ini_file(
    profile: str, resolve_credentials: ResolveCredentials, write_file: WriteFile, home: Path
) -> None:
    write_file(".alibabacloud/credentials.ini", INI)
    environment = {"ALIBABA_CLOUD_PROFILE": profile}
    found = sdk(ALIBABA, "ProfileCredentialsProvider", environment, home)
    assert ours(resolve_credentials("alibaba", environment)) == found


def test_alibabas_named_ini_file(
    resolve_credentials: ResolveCredentials, write_file: WriteFile, home: Path
) -> None:
    environment = {"ALIBABA_CLOUD_CREDENTIALS_FILE": str(write_file("keys", INI))}
    found = sdk(ALIBABA, "ProfileCredentialsProvider", environment, home)
    assert ours(resolve_credentials("alibaba", environment)) == found


def test_alibabas_order_of_files(
    resolve_credentials: ResolveCredentials, write_file: WriteFile, home: Path
) -> None:
    write_file(".aliyun/config.json", CONFIG)
    write_file(".alibabacloud/credentials.ini", INI)
    found = sdk(ALIBABA, "DefaultCredentialsProvider", {}, home)
    assert ours(resolve_credentials("alibaba")) == found


def test_tencents_settings(resolve_credentials: ResolveCredentials, home: Path) -> None:
    environment = {
        "TENCENTCLOUD_SECRET_ID": "AKIDexampleid",
        "TENCENTCLOUD_SECRET_KEY": "exampleSecret",
    }
    found = sdk(TENCENT, "EnvironmentVariableCredential", environment, home)
    assert ours(resolve_credentials("tencent", environment)) == found


def test_tencents_ini_file(
    resolve_credentials: ResolveCredentials, write_file: WriteFile, home: Path
) -> None:
    write_file(
        ".tencentcloud/credentials",
        "[default]\nsecret_id = AKIDexampleini\nsecret_key:example%Secret+/=\nrole_arn =\n",
    )
    found = sdk(TENCENT, "ProfileCredential", {}, home)
    assert ours(resolve_credentials("tencent")) == found


@pytest.mark.parametrize("token", ["", "exampleToken"])
@pytest.mark.parametrize("project", ["", "exampleproject"])
def test_huaweis_settings(
    token: str, project: str, resolve_credentials: ResolveCredentials, home: Path
) -> None:
    environment = {
        "HUAWEICLOUD_SDK_AK": "HPUAexampleid",
        "HUAWEICLOUD_SDK_SK": "exampleSecret",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": token,
        "HUAWEICLOUD_SDK_PROJECT_ID": project,
    }
    identity = resolve_credentials("huawei", environment)
    found = sdk(HUAWEI, "EnvCredentialProvider", environment, home)
    assert [*ours(identity), identity.project_id] == found


@pytest.mark.parametrize("rest", ["", "security_token = exampleToken\nproject_id = inside\n"])
@pytest.mark.parametrize("named", [False, True])
def test_huaweis_ini_file(
    rest: str,
    named: bool,  # noqa: FBT001 - a column of the table
    resolve_credentials: ResolveCredentials,
    write_file: WriteFile,
    home: Path,
) -> None:
    file = write_file(
        "keys" if named else ".huaweicloud/credentials",
        f"[global]\nak = other\nsk = other\n[basic]\nak = HPUAini\nsk = iniSecret\n{rest}",
    )
    environment = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file) if named else ""}
    identity = resolve_credentials("huawei", environment)
    found = sdk(HUAWEI, "ProfileCredentialProvider", environment, home)
    assert [*ours(identity), identity.project_id] == found
