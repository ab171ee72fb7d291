"""The accounts file: what it may hold, and how every fault in it is named."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from local.json_schemas.accounts import accounts_schema
from shared.accounts.account import Account, KeySource, OidcSource
from shared.accounts.accounts_file import ROOT, parse_accounts, read_accounts
from shared.accounts.entry_faults import SOURCES
from shared.errors import Misconfigured
from shared.models.role import Role
from shared.runtime import Runtime
from shared.settings import Settings

EXAMPLE = ROOT / "docs" / "accounts.example.json"
ALIBABA = {"provider": "alibaba", "settings_prefix": "PROD1"}
ROLE = {"arn": "acs:ram::1:role/x"}


def faults_of(document: object) -> list[str]:
    """Return the faults of a file, none if it is valid."""
    found: list[Misconfigured] = []
    try:
        parse_accounts(document if isinstance(document, str) else json.dumps(document))
    except Misconfigured as error:
        found.append(error)
    assert all(error.code == "BadAccountsFile" for error in found)
    assert all("docs/accounts.md" in error.hint for error in found)
    return [
        fault
        for error in found
        for fault in error.message.removeprefix("the accounts file: ").split("; ")
    ]


def account_faults(**entry: object) -> list[str]:
    """Return the faults of one account with the name ``a``."""
    return faults_of({"accounts": {"a": entry}})


def test_the_published_example_is_valid_and_has_every_source_of_keys() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    accounts = parse_accounts(text).accounts

    assert list(Draft202012Validator(accounts_schema()).iter_errors(json.loads(text))) == []
    assert {source for each in accounts.values() for source, value in _given(each.keys)} == {
        "prefix",
        "profile",
        "secret",
        "parameter",
        "role",
        "oidc",
    }


def _given(keys: KeySource) -> list[tuple[str, object]]:
    return [(name, value) for name, value in keys._asdict().items() if value is not None]


def test_an_account_has_the_values_of_its_entry() -> None:
    accounts = parse_accounts(EXAMPLE.read_text(encoding="utf-8"))

    assert accounts.accounts["prod-1"] == Account(
        "prod-1", "alibaba", KeySource(prefix="PROD1"), ("cn-hangzhou", "cn-shanghai"), {}
    )
    prod_2 = accounts.accounts["prod-2"].keys.role
    assert prod_2 is not None
    assert prod_2.policy is not None
    assert json.loads(prod_2.policy)["Version"] == "1"
    assert prod_2._replace(policy=None) == Role(
        "acs:ram::1000000000000002:role/cloud-sync",
        external_id="example-external-id",
        duration_seconds=3600,
    )
    assert accounts.accounts["prod-3"].keys.oidc == OidcSource(
        "acs:ram::1000000000000003:oidc-provider/ack-rrsa-example",
        "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token",
    )
    assert accounts.accounts["hw-1"].keys.role == Role("cloud-sync", domain="example-account")
    assert accounts.accounts["hw-1"].projects == {"cn-north-4": "0123456789abcdef0123456789abcdef"}
    assert accounts.sets == {"all-prod": {"accounts": ["prod-*"], "regions": ["cn-*"]}}


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"provider": "alibaba"}, "has no keys"),
        ({**ALIBABA, "profile": "x"}, "settings_prefix and profile"),
        ({**ALIBABA, "secret_id": "a", "parameter_name": "b"}, "one source only"),
        ({"settings_prefix": "PROD1"}, ", provider: is required"),
        ({**ALIBABA, "provider": "aws"}, ", provider: must be 'alibaba'"),
        ({**ALIBABA, "settings_prefix": "prod"}, ", settings_prefix: use capitals"),
        ({**ALIBABA, "regions": []}, ", regions: "),
        ({**ALIBABA, "regions": ["cn-hangzhou", "cn-*"]}, ", regions[1]: use a region ID"),
        ({**ALIBABA, "regions": "cn-hangzhou"}, ", regions: must be a list"),
        ({**ALIBABA, "projects": {"cn-north-4": "p"}}, ", projects: does not apply"),
        ({**ALIBABA, "brand_new": 1}, ", brand_new: is not a known key"),
        ({**ALIBABA, "role": None}, ", role: "),
        ({**ALIBABA, "role": {}}, ", role: names no role, add arn"),
        ({**ALIBABA, "role": {**ROLE, "urn": "x"}}, ", role.urn: does not apply to provider"),
        ({**ALIBABA, "role": {**ROLE, "domain": "x"}}, ", role.domain: applies to agency only"),
        ({**ALIBABA, "role": {**ROLE, "duration_seconds": "900"}}, "must be a whole number"),
        ({**ALIBABA, "role": {**ROLE, "duration_seconds": 899}}, "greater than or equal to 900"),
        ({**ALIBABA, "role": {**ROLE, "policy": "{}"}}, ", role.policy: "),
        ({**ALIBABA, "role": {"arn": "a b"}}, ", role.arn: use ASCII characters"),
        (
            {"provider": "alibaba", "role": {**ROLE, "oidc_provider_arn": "x"}},
            ", role.oidc_token_file: is required with oidc_provider_arn",
        ),
        (
            {**ALIBABA, "role": {**ROLE, "oidc_provider_arn": "x", "oidc_token_file": "/t"}},
            "needs no keys, remove settings_prefix",
        ),
        ({"provider": "huawei", "role": {"agency": "x"}}, ", role.domain: is required with agency"),
        ({"provider": "huawei", "role": {"arn": "x"}}, ", role.arn: does not apply to provider"),
        ({"provider": "huawei", "role": {"urn": "x"}}, ", role.urn: is not a URN"),
        (
            {"provider": "huawei", "role": {"agency": "iam::x:agency:y", "domain": "z"}},
            ", role.agency: is not an agency's name",
        ),
        (
            {
                "provider": "tencent",
                "role": {"arn": "x", "oidc_provider_arn": "y", "oidc_token_file": "/z"},
            },
            ", role.oidc_provider_arn: does not apply to provider tencent",
        ),
        (
            {"provider": "huawei", "role": {"agency": "x", "domain": "y", "urn": "z"}},
            ", role: has agency and urn",
        ),
        (
            {"provider": "huawei", "profile": "x", "projects": {"cn-north-4": "a/b"}},
            ", projects.cn-north-4: ",
        ),
        (
            {"provider": "huawei", "profile": "x", "projects": {"North": "a"}},
            ", projects: has a key that is not a region ID",
        ),
    ],
)
def test_a_fault_is_named_with_the_account_and_the_key(entry: dict[str, Any], fault: str) -> None:
    faults = account_faults(**entry)

    assert any(fault in each for each in faults), faults
    assert all(each.startswith("account a") for each in faults)


def test_all_faults_of_all_accounts_are_named_at_once() -> None:
    faults = faults_of(
        {
            "accounts": {"a": {"provider": "x"}, "b": {**ALIBABA, "regions": ["X"]}, "c": 5},
            "sets": {"s": "x"},
            "bogus": 1,
        }
    )

    assert faults == [
        "account a, provider: must be 'alibaba', 'tencent' or 'huawei'",
        "account b, regions[0]: use a region ID such as cn-north-4",
        "account c: must be a JSON object",
        "set s: must be a list of targets, or one JSON object",
        "bogus: is not a known key",
        f"account a: has no keys, add one of {', '.join(SOURCES)}, or a role",
    ]


@pytest.mark.parametrize(
    "entry",
    [
        {**ALIBABA, "sk": "exampleValue"},
        {**ALIBABA, "ak": "exampleValue"},
        {**ALIBABA, "secret": "exampleValue"},
        {**ALIBABA, "password": "exampleValue"},
        {**ALIBABA, "access_key_secret": "exampleValue"},
        {**ALIBABA, "security_token": "exampleValue"},
        {**ALIBABA, "role": {**ROLE, "secret_key": "exampleValue"}},
        {"provider": "alibaba", "profile": "LTAIexampleValue0001"},
        {"provider": "tencent", "secret_id": "AKIDexampleValue0001"},
        {**ALIBABA, "role": {**ROLE, "external_id": "whsec_exampleValue0001"}},
    ],
)
def test_what_looks_like_a_secret_is_refused_and_not_shown(entry: dict[str, Any]) -> None:
    faults = account_faults(**entry)

    assert any("looks like a secret" in each for each in faults), faults
    assert "exampleValue" not in "; ".join(faults)


@pytest.mark.parametrize("name", ["", "a b", "-a", "ä", "x" * 65, "a/b"])
def test_a_name_that_is_none_is_refused_by_its_number(name: str) -> None:
    faults = faults_of({"accounts": {"ok": ALIBABA, name: ALIBABA}})

    assert faults == [
        "account number 2: its name may have letters, digits, '.', '_' and '-' only, at most 64"
    ]


def test_default_is_not_a_name() -> None:
    [fault] = faults_of({"accounts": {"default": ALIBABA}})

    assert fault.startswith("account default: this name means the function's own account")


def test_a_name_that_is_given_twice_is_refused() -> None:
    entry = json.dumps(ALIBABA)

    assert faults_of(f'{{"accounts": {{"a": {entry}, "b": {entry}, "a": {entry}}}}}') == [
        "a: is given twice in one object"
    ]
    assert faults_of(f'{{"accounts": {{"a b": {entry}, "a b": {entry}}}}}')[0] == (
        "a key of 3 characters: is given twice in one object"
    )


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '"x"', "[" * 10_000])
def test_a_text_that_is_no_json_object_is_refused(text: str) -> None:
    assert faults_of(text) == ["the accounts file is not a JSON object"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["provider", "role", "arn", "agency", "regions", "projects", "sk", "profile", "x y"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(accounts=JSON_VALUES, sets=JSON_VALUES)
def test_any_json_is_either_valid_or_refused(accounts: object, sets: object) -> None:
    faults_of({"accounts": accounts, "sets": sets})
    faults_of({"accounts": {"a": accounts, "b": {"provider": "huawei", "role": accounts}}})


def settings_of(**environ: str) -> Settings:
    return Settings.from_environ(environ)


def test_without_a_file_there_are_no_accounts(tmp_path: Path) -> None:
    assert read_accounts(settings_of(), Runtime(environ={}), tmp_path).accounts == {}


def test_the_file_at_the_bundles_root_is_read_without_a_setting(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text(json.dumps({"accounts": {"a": ALIBABA}}))

    assert set(read_accounts(settings_of(), Runtime(environ={}), tmp_path).accounts) == {"a"}


def test_a_relative_path_is_below_the_root_or_else_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, other = tmp_path / "root", tmp_path / "other"
    for folder, name in ((root, "a"), (other, "b")):
        folder.mkdir()
        (folder / "mine.json").write_text(json.dumps({"accounts": {name: ALIBABA}}))
    monkeypatch.chdir(other)
    settings = settings_of(ACCOUNTS_FILE="mine.json")

    assert set(read_accounts(settings, Runtime(environ={}), root).accounts) == {"a"}
    (root / "mine.json").unlink()
    assert set(read_accounts(settings, Runtime(environ={}), root).accounts) == {"b"}


@pytest.mark.parametrize("name", ["missing.json", "no/such/folder.json", "a\0b"])
def test_a_file_that_is_not_there_is_misconfigured(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        read_accounts(settings_of(ACCOUNTS_FILE=name), Runtime(environ={}), tmp_path)

    assert caught.value.code == "NoAccountsFile"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "the accounts file is not UTF-8 text"),
        (b" " * (1024 * 1024 + 1), "the accounts file has more than 1,048,576 bytes"),
    ],
)
def test_a_file_that_cannot_be_used_is_misconfigured(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "accounts.json").write_bytes(content)

    with pytest.raises(Misconfigured) as caught:
        read_accounts(settings_of(), Runtime(environ={}), tmp_path)
    assert caught.value.message == message


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").mkdir()

    with pytest.raises(Misconfigured) as caught:
        read_accounts(settings_of(), Runtime(environ={}), tmp_path)
    assert caught.value.message == "the accounts file cannot be read"


def test_the_file_is_read_again_only_after_it_has_changed(tmp_path: Path) -> None:
    runtime, file = Runtime(environ={}), tmp_path / "accounts.json"
    file.write_text(json.dumps({"accounts": {"a": ALIBABA}}))
    first = read_accounts(settings_of(), runtime, tmp_path)

    assert read_accounts(settings_of(), runtime, tmp_path) is first
    file.write_text(json.dumps({"accounts": {"b": ALIBABA}}))
    os.utime(file, ns=(1, 1))
    assert set(read_accounts(settings_of(), runtime, tmp_path).accounts) == {"b"}


def test_a_file_with_a_fault_is_not_kept(tmp_path: Path) -> None:
    runtime, file = Runtime(environ={}), tmp_path / "accounts.json"
    file.write_text("{")
    for _ in range(2):
        with pytest.raises(Misconfigured):
            read_accounts(settings_of(), runtime, tmp_path)
    file.write_text(json.dumps({"accounts": {"a": ALIBABA}}))
    assert set(read_accounts(settings_of(), runtime, tmp_path).accounts) == {"a"}
