"""A name that begins with ``no-such-`` is of nothing that exists, until a test names what does."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.emulator import Emulator
from tests.support.deployer import Deployer

FUNCTIONS = {
    "scf": ("ap-guangzhou", "tencent-sync-machines"),
    "fc": ("cn-hangzhou", "alibaba-synchronize-resource"),
    "functiongraph": ("cn-north-4", "huawei-sync-dev-servers"),
}
BUNDLES = {"scf": "tencent-scf", "fc": "alibaba-fc", "functiongraph": "huawei-functiongraph"}
CODES = {"scf": "ResourceNotFound.Role", "fc": "AccessDenied", "functiongraph": "FSS.1121"}


def deployer_of(emulator: Emulator, folder: Path, platform: str, role: str) -> Deployer:
    """Return what deploys one function of a platform, with a role."""
    region, function = FUNCTIONS[platform]
    deployer = Deployer(emulator, folder, platform=platform)
    deployer.describe(
        f'name = "production"\n[platforms.{platform}]\nregion = "{region}"\nrole = "{role}"\n'
        f"[platforms.{platform}.functions.{function}]\n"
    )
    deployer.build("first", BUNDLES[platform])
    return deployer


@pytest.mark.parametrize("platform", FUNCTIONS)
def test_any_other_role_exists(emulator: Emulator, tmp_path: Path, platform: str) -> None:
    ended = deployer_of(emulator, tmp_path, platform, "such-role").deploy("--yes")

    assert ended.code == 0, ended.out


@pytest.mark.parametrize("platform", FUNCTIONS)
def test_a_missing_role_is_refused(emulator: Emulator, tmp_path: Path, platform: str) -> None:
    ended = deployer_of(emulator, tmp_path, platform, "no-such-role").deploy("--yes")

    assert ended.code != 0
    assert f"{CODES[platform]}: " in ended.out


@pytest.mark.parametrize(
    ("project", "logstore", "missing"),
    [
        ("no-such-project", "functions", "project 'no-such-project'"),
        ("example-project", "no-such-logstore", "logstore 'no-such-logstore'"),
    ],
)
def test_a_missing_place_for_logs_is_refused(
    emulator: Emulator, tmp_path: Path, project: str, logstore: str, missing: str
) -> None:
    deployer = deployer_of(emulator, tmp_path, "fc", "cloud-sync-edas")
    text = (tmp_path / "deploy.toml").read_text(encoding="utf-8")
    log = f'[platforms.fc.log]\nproject = "{project}"\nlogstore = "{logstore}"\n'
    deployer.describe(text + log)

    ended = deployer.deploy("--yes")

    assert ended.code != 0
    assert f"{missing} does not exist" in " ".join(ended.out.split())


def test_a_name_that_a_test_lists_exists(emulator: Emulator, tmp_path: Path) -> None:
    emulator.tencent.deployed.roles = {"no-such-role"}

    ended = deployer_of(emulator, tmp_path, "scf", "no-such-role").deploy("--yes")

    assert ended.code == 0, ended.out
