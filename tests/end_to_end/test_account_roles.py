"""Runs of accounts with a role, through the handlers and the emulated STS and IAM."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from functions.registry import load
from local.emulator import Emulator
from local.emulator.roles import OidcToken
from shared.entrypoint import handle
from shared.runtime import Runtime
from tests.support.assumed_roles import (
    ALIBABA_ROLE,
    HUAWEI_ACCOUNT,
    HUAWEI_ROLE,
    TENCENT_ROLE,
    VENDORS,
    Vendor,
    register,
)
from tests.support.clocks import FastClock

ROLES: Mapping[str, dict[str, str]] = {
    "alibaba": {"arn": ALIBABA_ROLE},
    "tencent": {"arn": TENCENT_ROLE},
    "huawei, by name": {"agency": "example-agency", "domain": HUAWEI_ACCOUNT},
    "huawei, by urn": {"urn": HUAWEI_ROLE},
}
EVENTS: Mapping[str, dict[str, object]] = {"alibaba": {"type": "all"}, "tencent": {"sync": False}}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.tencent.requests_per_second = None
        yield running


class Process:
    """One warm process with an account ``prod`` that has a vendor's role."""

    def __init__(self, emulator: Emulator, folder: Path, name: str, **role: object) -> None:
        self.vendor: Vendor = VENDORS[name]
        self.emulator = emulator
        account = {
            "provider": self.vendor.name,
            "regions": ["cn-hangzhou" if name == "alibaba" else "cn-north-4"],
            "role": {**ROLES[name], **role},
        }
        if name == "tencent":
            account["regions"] = ["ap-guangzhou"]
        file = folder / "accounts.json"
        file.write_text(json.dumps({"accounts": {"prod": account}}), encoding="utf-8")
        self.environ = emulator.environment() | {"ACCOUNTS_FILE": str(file)}
        self.runtime = Runtime(environ=self.environ, home=folder, clock=FastClock())

    def run(self, **event: object) -> dict[str, Any]:
        """Return the result of one run of the vendor's operation in the account."""
        operation = load(self.vendor.operation)
        parameters = EVENTS.get(self.vendor.name, {})
        return handle(operation, {**parameters, "account": "prod", **event}, None, self.runtime)


@pytest.mark.parametrize("name", ROLES)
def test_a_role_is_assumed_once_for_two_runs_and_the_result_says_who_acted(
    emulator: Emulator, tmp_path: Path, name: str
) -> None:
    process = Process(emulator, tmp_path, name)
    role = register(emulator, process.vendor)

    first, second = process.run(), process.run()

    assert first["error"] is None, first["error"]
    assert (first["account"], second["account"]) == ("prod", "prod")
    assert isinstance(first["data"]["caller"], str)
    assert first["data"]["caller"] == second["data"]["caller"]
    assert role.sessions_issued == 1


@pytest.mark.parametrize("name", ROLES)
def test_a_role_that_does_not_exist_fails_the_run_with_what_to_do(
    emulator: Emulator, tmp_path: Path, name: str
) -> None:
    result = Process(emulator, tmp_path, name).run()

    assert result["status"] == "failed"
    assert result["error"]["message"].startswith("account prod: ")
    assert result["error"]["hint"]
    assert result["attempts"] == 0


@pytest.mark.parametrize("name", ROLES)
def test_a_dry_run_assumes_no_role(emulator: Emulator, tmp_path: Path, name: str) -> None:
    process = Process(emulator, tmp_path, name)
    role = register(emulator, process.vendor)

    assert process.run(dry_run=True)["status"] == "planned"
    assert role.sessions_issued == 0


def test_a_role_is_assumed_with_a_token_and_without_keys(
    emulator: Emulator, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("example-oidc-token", encoding="utf-8")
    process = Process(
        emulator,
        tmp_path,
        "alibaba",
        oidc_provider_arn="example-idp",
        oidc_token_file=str(tmp_path / "token"),
    )
    register(emulator, process.vendor, oidc_provider="example-idp")
    emulator.alibaba.oidc_tokens["example-oidc-token"] = OidcToken("example-idp")
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        del process.environ[name]

    result = process.run()

    assert (result["status"], result["account"]) == ("succeeded", "prod")
    assert "example-role" in result["data"]["caller"]


def test_the_targets_of_one_account_share_a_session(emulator: Emulator, tmp_path: Path) -> None:
    process = Process(emulator, tmp_path, "alibaba")
    role = register(emulator, process.vendor)
    regions = ["cn-hangzhou", "cn-shanghai", "cn-beijing", "cn-shenzhen"]
    targets = [{"account": "prod", "region": region} for region in regions]

    operation = load(process.vendor.operation)
    result = handle(operation, {"type": "all", "targets": targets}, None, process.runtime)

    assert result["status"] == "succeeded"
    data: Any = result["data"]
    assert [each["account"] for each in data["results"]] == ["prod"] * 4
    assert all("example-role" in each["data"]["caller"] for each in data["results"])
    assert role.sessions_issued == 1
