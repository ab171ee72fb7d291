"""Which source has precedence, for every provider, and the error if there is none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.client.credentials import PROVIDERS, ResolvedCredentials, resolve
from shared.errors import Misconfigured
from shared.models.credentials import AccessKey, AuthToken
from shared.models.secret import Secret
from shared.settings import Settings, environment_source, make_source
from tests.support.repository import ROOT

ResolveCredentials = Callable[..., ResolvedCredentials]
WriteFile = Callable[[str, object], Path]

ENVIRONMENT = {
    "alibaba": {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIexampleid",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "exampleSecret",
    },
    "tencent": {
        "TENCENTCLOUD_SECRET_ID": "AKIDexampleid",
        "TENCENTCLOUD_SECRET_KEY": "exampleSecret",
    },
    "huawei": {"HUAWEICLOUD_SDK_AK": "HPUAexampleid", "HUAWEICLOUD_SDK_SK": "exampleSecret"},
}
TOKEN = {
    "alibaba": "ALIBABA_CLOUD_SECURITY_TOKEN",
    "tencent": "TENCENTCLOUD_TOKEN",
    "huawei": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
}
FILES: dict[str, tuple[str, object]] = {
    "alibaba": (
        ".aliyun/config.json",
        {
            "current": "default",
            "profiles": [
                {
                    "name": "default",
                    "mode": "AK",
                    "access_key_id": "fileId",
                    "access_key_secret": "fileSecret",
                }
            ],
        },
    ),
    "tencent": (".tencentcloud/credentials", "[default]\nsecret_id=fileId\nsecret_key=fileSecret"),
    "huawei": (".huaweicloud/credentials", "[basic]\nak = fileId\nsk = fileSecret\n"),
}


def role() -> AccessKey:
    return AccessKey("roleId", Secret("roleSecret"), Secret("roleToken"), source="function role")


def no_role() -> None:
    return None


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_functions_role_comes_first(
    provider: str, resolve_credentials: ResolveCredentials
) -> None:
    identity = resolve_credentials(provider, ENVIRONMENT[provider], role=role, on_platform=True)
    assert identity.credentials == role()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_role_wins_even_over_incomplete_settings(
    provider: str, resolve_credentials: ResolveCredentials
) -> None:
    half = {TOKEN[provider]: "exampleToken"}
    assert resolve_credentials(provider, half, role=role, on_platform=True).credentials == role()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_settings_are_used_where_the_function_has_no_role(
    provider: str, resolve_credentials: ResolveCredentials
) -> None:
    keys = resolve_credentials(
        provider, ENVIRONMENT[provider], role=no_role, on_platform=True
    ).credentials
    assert isinstance(keys, AccessKey)
    assert keys.secret == Secret("exampleSecret")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_settings_come_before_profile_files(
    provider: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(*FILES[provider])
    keys = resolve_credentials(provider, ENVIRONMENT[provider]).credentials
    assert isinstance(keys, AccessKey)
    first = next(iter(ENVIRONMENT[provider]))
    assert keys.access_key_id == ENVIRONMENT[provider][first]
    assert keys.source == f"environment {first}"
    assert keys.token is None


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_token_makes_keys_of_settings_temporary(
    provider: str, resolve_credentials: ResolveCredentials
) -> None:
    keys = resolve_credentials(
        provider, {**ENVIRONMENT[provider], TOKEN[provider]: "exampleToken"}
    ).credentials
    assert isinstance(keys, AccessKey)
    assert keys.token == Secret("exampleToken")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_profile_files_come_last(
    provider: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(*FILES[provider])
    keys = resolve_credentials(provider).credentials
    assert isinstance(keys, AccessKey)
    assert (keys.access_key_id, keys.secret) == ("fileId", Secret("fileSecret"))
    assert keys.source.endswith(f"~/{FILES[provider][0]}")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_profile_files_are_not_read_on_a_platform(
    provider: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(*FILES[provider])
    with pytest.raises(Misconfigured):
        resolve_credentials(provider, on_platform=True)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_home_directory_is_the_one_of_the_settings_unless_given(
    provider: str, home: Path, write_file: WriteFile
) -> None:
    write_file(*FILES[provider])
    settings = Settings.from_environ({"HOME": str(home)})
    keys = resolve(provider, settings, role=None, on_platform=False).credentials
    assert isinstance(keys, AccessKey)
    assert keys.access_key_id == "fileId"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_a_home_directory_the_error_says_so(provider: str) -> None:
    with pytest.raises(Misconfigured, match="HOME is not set"):
        resolve(provider, Settings.from_environ({}), role=None, on_platform=False)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_incomplete_settings_are_refused_though_a_file_has_keys(
    provider: str, resolve_credentials: ResolveCredentials, write_file: WriteFile
) -> None:
    write_file(*FILES[provider])
    key_id, secret = ENVIRONMENT[provider]
    token = TOKEN[provider]
    for half in ((key_id,), (secret,), (token,), (key_id, token), (secret, token)):
        with pytest.raises(Misconfigured, match="Incomplete credentials") as caught:
            resolve_credentials(provider, dict.fromkeys(half, "exampleValue"))
        missing = {key_id, secret}.difference(half)
        assert all(name in caught.value.message for name in (*half, *missing))


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "keys", [AccessKey("", Secret("roleSecret")), AccessKey("roleId", Secret(""))]
)
def test_an_incomplete_role_is_refused(
    provider: str, keys: AccessKey, resolve_credentials: ResolveCredentials
) -> None:
    with pytest.raises(Misconfigured, match="role's"):
        resolve_credentials(provider, ENVIRONMENT[provider], role=lambda: keys, on_platform=True)


def test_temporary_keys_without_their_token_are_refused(
    resolve_credentials: ResolveCredentials,
) -> None:
    settings = {**ENVIRONMENT["alibaba"], "ALIBABA_CLOUD_ACCESS_KEY_ID": "STS.exampleid"}
    with pytest.raises(Misconfigured, match="ALIBABA_CLOUD_SECURITY_TOKEN is missing"):
        resolve_credentials("alibaba", settings)
    token = {"ALIBABA_CLOUD_SECURITY_TOKEN": "exampleToken"}
    keys = resolve_credentials("alibaba", {**settings, **token}).credentials
    assert isinstance(keys, AccessKey)
    assert keys.token == Secret("exampleToken")


ROLES_TO_ASSUME = [
    ("alibaba", "ALIBABA_CLOUD_ROLE_ARN"),
    ("tencent", "TENCENTCLOUD_ROLE_ARN"),
    ("tencent", "TKE_ROLE_ARN"),
    ("huawei", "HUAWEICLOUD_SDK_IDP_ID"),
    ("huawei", "HUAWEICLOUD_OIDC_AGENCY_URN"),
]


@pytest.mark.parametrize(("provider", "name"), ROLES_TO_ASSUME)
@pytest.mark.parametrize("source", ["settings", "role", "profile", "none"])
def test_where_the_vendors_tools_would_assume_a_role_no_other_identity_acts(
    provider: str,
    name: str,
    source: str,
    resolve_credentials: ResolveCredentials,
    write_file: WriteFile,
) -> None:
    settings = ENVIRONMENT[provider] if source == "settings" else {}
    if source == "profile":
        write_file(*FILES[provider])
    with pytest.raises(Misconfigured, match=f"^{name} names a role to assume"):
        resolve_credentials(
            provider,
            {**settings, name: "example-role"},
            role=role if source == "role" else None,
            on_platform=source == "role",
        )


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "inside", [" ", "\n", "\r\n", "\t", "\x00", "\x7f", "é", "\u3000", "\uff0c"]
)
def test_a_character_that_would_break_a_header_is_refused_by_name(
    provider: str, inside: str, resolve_credentials: ResolveCredentials
) -> None:
    for name in (*ENVIRONMENT[provider], TOKEN[provider]):
        values = {**ENVIRONMENT[provider], name: f"example{inside}Value"}
        with pytest.raises(Misconfigured, match=f"^{name} contains") as caught:
            resolve_credentials(provider, values)
        assert "Value" not in caught.value.message


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_value_in_quotes_is_refused_by_name(
    provider: str, quote: str, resolve_credentials: ResolveCredentials
) -> None:
    for name in ENVIRONMENT[provider]:
        values = {**ENVIRONMENT[provider], name: f"{quote}exampleValue{quote}"}
        with pytest.raises(Misconfigured, match=f"^{name} is in quotes"):
            resolve_credentials(provider, values)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_surrounding_whitespace_is_not_part_of_a_key(
    provider: str, resolve_credentials: ResolveCredentials
) -> None:
    padded = {name: f" {value}\n" for name, value in ENVIRONMENT[provider].items()}
    assert (
        resolve_credentials(provider, padded).credentials
        == resolve_credentials(provider, ENVIRONMENT[provider]).credentials
    )


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_credentials_every_source_is_named_in_order(
    provider: str, resolve_credentials: ResolveCredentials
) -> None:
    with pytest.raises(Misconfigured) as caught:
        resolve_credentials(provider)
    message = caught.value.message
    places = [*ENVIRONMENT[provider], FILES[provider][0]]
    assert [message.count(place) for place in places] == [1] * len(places)
    assert "~/" in caught.value.message
    settings = message.index(places[0])
    # Alibaba's tool comes before its SDKs' own file, so it is the first of the files.
    assert settings < message.index(places[-1])
    assert all(name in caught.value.hint for name in ENVIRONMENT[provider])


@pytest.mark.parametrize(
    ("provider", "advice"), [("alibaba", "role"), ("tencent", "role"), ("huawei", "agency")]
)
def test_without_credentials_on_the_providers_platform_a_role_is_suggested(
    provider: str, advice: str, resolve_credentials: ResolveCredentials
) -> None:
    with pytest.raises(Misconfigured) as caught:
        resolve_credentials(provider, role=no_role, on_platform=True)
    assert "the function's role (no credentials provided)" in caught.value.message
    assert advice in caught.value.hint


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_credentials_on_another_platform_settings_are_suggested(
    provider: str, resolve_credentials: ResolveCredentials
) -> None:
    with pytest.raises(Misconfigured) as caught:
        resolve_credentials(provider, on_platform=True)
    assert "role" not in caught.value.message
    assert all(name in caught.value.hint for name in ENVIRONMENT[provider])


def test_the_source_named_is_the_one_that_was_used() -> None:
    environ = ENVIRONMENT["huawei"]
    settings = Settings(environment_source({}), make_source("user data", environ, environ.get))
    identity = resolve("huawei", settings, role=None, on_platform=True)
    assert identity.credentials.source == "user data HUAWEICLOUD_SDK_AK"


def test_an_unknown_provider_is_an_internal_error(resolve_credentials: ResolveCredentials) -> None:
    with pytest.raises(ValueError, match="unknown provider"):
        resolve_credentials("other")


def test_a_huawei_token_wins_over_role_and_keys(resolve_credentials: ResolveCredentials) -> None:
    environment = {"HUAWEICLOUD_AUTH_TOKEN": "exampleToken", **ENVIRONMENT["huawei"]}
    identity = resolve_credentials("huawei", environment, role=role, on_platform=True)
    assert identity.credentials == AuthToken(
        Secret("exampleToken"), source="environment HUAWEICLOUD_AUTH_TOKEN"
    )


def test_a_huawei_token_with_a_space_is_refused(resolve_credentials: ResolveCredentials) -> None:
    with pytest.raises(Misconfigured, match=r"^HUAWEICLOUD_AUTH_TOKEN contains"):
        resolve_credentials("huawei", {"HUAWEICLOUD_AUTH_TOKEN": "example token"})


def test_a_token_that_is_too_long_for_its_header_is_refused_without_being_shown(
    resolve_credentials: ResolveCredentials,
) -> None:
    longest = "x" * 16_384
    assert resolve_credentials("huawei", {"HUAWEICLOUD_AUTH_TOKEN": longest})
    with pytest.raises(Misconfigured, match=r"^HUAWEICLOUD_AUTH_TOKEN has more than 16,384") as it:
        resolve_credentials("huawei", {"HUAWEICLOUD_AUTH_TOKEN": longest + "x"})
    assert "xxx" not in it.value.message + it.value.hint


COLD = """
import sys
sys.path.insert(0, ".")
from shared.client.credentials import resolve
from shared.models.credentials import AccessKey
from shared.models.secret import Secret
from shared.settings import Settings

before = set(sys.modules)
for provider, environment in {environments!r}.items():
    settings = Settings.from_environ(environment)
    resolve(provider, settings, role=None, on_platform=False)
    resolve(
        provider,
        Settings.from_environ({{}}),
        role=lambda: AccessKey("roleId", Secret("roleSecret")),
        on_platform=True,
    )
print(*sorted({{"configparser", "json", "pathlib", "re"}} & set(sys.modules) - before))
print(*sorted({{"configparser", "json"}} & set(sys.modules)))
"""


def test_a_cold_start_with_role_or_settings_imports_no_parser() -> None:
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", COLD.format(environments=ENVIRONMENT)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == []


WITHOUT_PROFILES = """
import sys
sys.path.insert(0, ".")
from pathlib import Path
from shared.client.credentials import PROVIDERS, resolve
from shared.errors import Misconfigured
from shared.settings import Settings

for provider in PROVIDERS:
    settings = Settings.from_environ({"HOME": sys.argv[1]})
    try:
        resolve(provider, settings, role=None, on_platform=False)
    except Misconfigured as error:
        print(error.code)
"""


@pytest.mark.parametrize(
    ("module", "codes"), [("nothing", []), ("profiles", ["CredentialsMissing"] * 3)]
)
def test_without_the_profile_package_no_profile_file_is_read(
    module: str, codes: list[str], tmp_path: Path, home: Path, write_file: WriteFile
) -> None:
    for name, content in FILES.values():
        write_file(name, content)
    ignored = shutil.ignore_patterns(module, "__pycache__")
    shutil.copytree(ROOT / "shared", tmp_path / "app/shared", ignore=ignored)
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", WITHOUT_PROFILES, home],
        cwd=tmp_path / "app",
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == codes
