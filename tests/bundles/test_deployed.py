"""Bundles that were built, deployed by the command, and run from what the platform received."""

from __future__ import annotations

import base64
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.bundling.plan import Bundle
from local.emulator import Emulator
from local.http_events import Http
from tests.support.bundles import BundleCache, make_writable
from tests.support.console_pages import blocks, matches
from tests.support.deployed_functions import DeployedFunctions
from tests.support.deployer import Deployer
from tests.support.doc_pages import page
from tests.support.prerequisites import reason
from tests.support.repository import ROOT

TOKEN = "exampleBearerToken"
MACHINES, WEB = "tencent-sync-machines", "tencent-web"
SECTION = page("deploy-web.md").partition("\n## ")[0]

pytestmark = pytest.mark.skipif(sys.version_info[:2] == (3, 10), reason=reason("Python 3.11"))


@pytest.fixture
def zips(bundles: BundleCache, tmp_path: Path) -> Path:
    """A folder with the two bundles for SCF."""
    folder = tmp_path / "zips"
    folder.mkdir()
    for bundle in (Bundle("tencent", "scf"), Bundle("tencent", "scf", web=True)):
        (folder / f"{bundle.name}.zip").write_bytes(bundles.build(bundle).path.read_bytes())
    return folder


@pytest.fixture
def unpacked(tmp_path: Path) -> Iterator[Path]:
    """A folder for what is unpacked read-only."""
    folder = tmp_path / "unpacked"
    folder.mkdir()
    yield folder
    make_writable(folder)


@pytest.fixture
def deployed(emulator: Emulator, unpacked: Path) -> DeployedFunctions:
    """An empty SCF that runs what it is given."""
    functions = DeployedFunctions("scf", emulator, unpacked)
    emulator.invocations.run_by(functions.invoke)
    emulator.tencent.deployed.looks = 0
    return functions


def deploy(emulator: Emulator, zips: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Deploy the example with the page's web app, in a process of its own."""
    (described,) = re.findall(r"```toml\n([^`]*platforms\.scf\.web[^`]*)```", SECTION)
    example = (ROOT / "deploy.example.toml").read_text("utf-8")
    file = zips.parent / "deploy.toml"
    file.write_text(f"{example}\n{described}", encoding="utf-8")
    words = [sys.executable, "-m", "local", "deploy", "--platform", "scf", "--file", str(file)]
    return subprocess.run(
        [*words, "--zips", str(zips), *more],
        cwd=ROOT,
        env={**emulator.environment(), "HTTP_BEARER_TOKENS": TOKEN, "NO_COLOR": "1"},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_command_prints_what_the_page_shows(
    emulator: Emulator, zips: Path, deployed: DeployedFunctions
) -> None:
    shown = blocks(SECTION)[0]
    make, verb, *more = shlex.split(shown.script)
    assert (make, verb, more) == ("make", "deploy", ["PLATFORM=scf", "ARGS=--yes"])

    ended = deploy(emulator, zips, "--yes")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert matches(shown.output, ended.stdout), ended.stdout
    assert deployed.named(WEB).zip_bytes == (zips / "web-tencent-scf.zip").read_bytes()
    assert deployed.named(MACHINES).zip_bytes == (zips / "tencent-scf.zip").read_bytes()


def test_what_was_deployed_works_for_its_timer_and_its_callers(
    emulator: Emulator, zips: Path, deployed: DeployedFunctions
) -> None:
    ended = deploy(emulator, zips, "--yes")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    emulator.clear()

    result = deployed.tick(MACHINES)
    operation = "/operations/tencent.cwp.SyncMachines"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    unauthenticated, ran, page = deployed.requests(
        WEB,
        Http(path=operation, body=b'{"sync": false}'),
        Http(path=operation, headers=headers, body=b'{"sync": false}'),
        Http(method="GET", path="/"),
    )

    assert (result["operation"], result["error"]) == ("tencent.cwp.SyncMachines", None)
    assert emulator.received.of("cwp")
    assert all(each.accepted for each in emulator.received)
    assert unauthenticated["statusCode"] == 401
    assert (ran["statusCode"], json.loads(ran["body"])["error"]) == (200, None)
    assert page["body"].startswith("<!doctype html>")
    assert "Nothing to do." in deploy(emulator, zips, "--yes").stdout


@pytest.mark.parametrize(
    ("platform", "web", "operation", "parameters"),
    [
        ("fc", "alibaba-web", "alibaba.edas.SynchronizeResource", b'{"type": "all"}'),
        ("functiongraph", "huawei-web", "huawei.modelarts.SyncDevServers", b"{}"),
    ],
)
def test_a_web_app_that_was_deployed_elsewhere_works_for_its_callers(
    platform: str,
    web: str,
    operation: str,
    parameters: bytes,
    emulator: Emulator,
    bundles: BundleCache,
    unpacked: Path,
) -> None:
    provider = web.removesuffix("-web")
    bundle = bundles.build(Bundle(provider, platform, web=True))
    deployer = Deployer(emulator, unpacked.parent, {"HTTP_BEARER_TOKENS": TOKEN}, platform=platform)
    deployer.describe(WEB_APPS[platform])
    (deployer.folder / f"{bundle.bundle.name}.zip").write_bytes(bundle.path.read_bytes())
    functions = DeployedFunctions(platform, emulator, unpacked)
    emulator.invocations.run_by(functions.invoke)

    ended = deployer.deploy("--yes")
    emulator.clear()
    path = f"/operations/{operation}"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    unauthenticated, ran, page = functions.requests(
        web,
        Http(path=path, body=parameters),
        Http(path=path, headers=headers, body=parameters),
        Http(method="GET", path="/"),
    )

    assert ended.code == 0, ended.out
    assert f"  {web}: GET /health as an event: HTTP 200, version " in ended.out
    assert functions.named(web).zip_bytes == bundle.path.read_bytes()
    assert unauthenticated["statusCode"] == 401
    assert (ran["statusCode"], json.loads(body_of(ran))["error"]) == (200, None)
    assert emulator.received.of({"fc": "edas", "functiongraph": "modelarts"}[platform])
    assert all(each.accepted for each in emulator.received)
    assert body_of(page).startswith("<!doctype html>")
    assert "Nothing to do." in deployer.deploy("--yes").out


def body_of(response: dict[str, Any]) -> str:
    """Return a response's body, which some platforms want in Base64."""
    if response.get("isBase64Encoded"):
        return base64.b64decode(response["body"]).decode()
    return str(response["body"])


WEB_APPS = {
    "fc": """\
name = "production"
[platforms.fc]
region = "cn-hangzhou"
[platforms.fc.web]
operations = "alibaba"
role = "cloud-sync-web"
[platforms.fc.web.secrets]
HTTP_BEARER_TOKENS = "env:HTTP_BEARER_TOKENS"
""",
    "functiongraph": """\
name = "production"
[platforms.functiongraph]
region = "cn-north-4"
[platforms.functiongraph.settings]
HUAWEICLOUD_REGION = "cn-north-4"
[platforms.functiongraph.web]
operations = "huawei"
role = "cloud-sync-web"
api_group = "0123456789abcdef0123456789abcdef"
[platforms.functiongraph.web.secrets]
HTTP_BEARER_TOKENS = "env:HTTP_BEARER_TOKENS"
""",
}
"""Descriptions of a web app alone: the functions of operations are deployed by other tests."""
