"""Runs ``deploy`` and ``remove`` against an emulator, with a description and a zip of the test."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local.__main__ import main
from local.console import Console
from local.emulator import Emulator, Invocation
from local.emulator.message import Received
from local.emulator.scf_functions import ScfFunction
from shared.clock import Clock
from shared.models.http import Transport
from shared.runtime import Runtime
from tests.support.clocks import SkippingClock
from tests.support.command import Terminal

MACHINES = "tencent-sync-machines"
ASSETS = "tencent-sync-asset-scan"

ONE = """\
name = "production"
[platforms.scf]
region = "ap-guangzhou"
role = "cloud-sync-cwp"
[platforms.scf.settings]
LOG_LEVEL = "INFO"
[platforms.scf.functions.tencent-sync-machines]
schedule = "0 10 2 * * * *"
parameters = { sync = true }
"""
"""A description of one function."""

TWO = f"""{ONE}
[platforms.scf.functions.tencent-sync-asset-scan]
schedule = "0 20 2 * * * *"
"""
"""A description of two functions."""


def planned(invocation: Invocation) -> object:
    """Return what a function returns for a dry run, and the web app for a request."""
    if not {"httpMethod", "rawPath"}.isdisjoint(invocation.event):
        health = {"status": "ok", "version": "0.1.0", "operations": ["example"]}
        return {"statusCode": 200, "body": json.dumps(health), "isBase64Encoded": False}
    return {"status": "planned", "summary": "Dry run: 1 request.", "error": None}


def from_call(number: int) -> Callable[[Received], bool]:
    """Return a condition that holds from the given call on, of whatever service."""
    seen: set[int] = set()

    def matches(request: Received) -> bool:
        seen.add(id(request))
        return len(seen) > number

    return matches


def zip_with(text: str) -> bytes:
    """Return a zip that differs for different texts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("sync_machines.py"), text)
    return file.getvalue()


@dataclass(frozen=True)
class Ended:
    """A command that ended: its exit code, and all that it printed."""

    code: int
    out: str


@dataclass
class Deployer:
    """Deploys to an emulator.

    Parameters
    ----------
    emulator: where.
    folder: where the description and the zip are.
    environ: the environment, besides the emulator's settings.
    builds: whether bundles are built, instead of taking the test's zip.
    platform: the platform that is deployed to.
    transport: sends the requests; None for HTTP.
    """

    emulator: Emulator
    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    builds: bool = False
    platform: str = "scf"
    transport: Transport | None = None

    def __post_init__(self) -> None:
        self.emulator.invocations.run_by(planned)
        self.describe(ONE)
        self.build("first")

    def describe(self, text: str) -> None:
        """Write the description."""
        (self.folder / "deploy.toml").write_text(text, encoding="utf-8")

    def build(self, text: str, *bundles: str) -> None:
        """Write the zips of bundles: those of the functions, if none are named."""
        for name in bundles or ("tencent-scf", "alibaba-fc"):
            (self.folder / f"{name}.zip").write_bytes(zip_with(text))

    @property
    def functions(self) -> dict[str, ScfFunction]:
        """The functions at the emulator."""
        return self.emulator.tencent.deployed.at()

    def deploy(self, *more: str, typed: str | None = None) -> Ended:
        """Run ``deploy``; without a terminal unless something is typed."""
        return self.run("deploy", *more, typed=typed)

    def remove(self, *more: str, typed: str | None = None) -> Ended:
        """Run ``remove``; without a terminal unless something is typed."""
        return self.run("remove", *more, typed=typed)

    def run(
        self, verb: str, *more: str, typed: str | None = None, clock: Clock | None = None
    ) -> Ended:
        """Run a command."""
        out = io.StringIO() if typed is None else Terminal()
        answers = io.StringIO() if typed is None else Terminal(typed)
        environ = {**self.emulator.environment(), **self.environ}
        console = Console(out, out, out, answers, {"NO_COLOR": "1"})
        process = Runtime(environ=environ, home=self.folder, clock=clock or SkippingClock())
        if self.transport is not None:
            transport = self.transport
            process.transport_factory = lambda *_settings: transport
        file = str(self.folder / "deploy.toml")
        words = [verb, "--platform", self.platform, "--file", file, *more]
        if not self.builds:
            words += ["--zips", str(self.folder)]
        code = main(words, console, process)
        return Ended(code, out.getvalue())
