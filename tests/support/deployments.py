"""Deployments of one described function to the emulator of a platform."""

from __future__ import annotations

import argparse
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from functions.registry import OPERATIONS, load
from local.console import Console
from local.contexts import Call
from local.deployment import command
from local.emulator import Emulator
from local.emulator.invocations import Invocation
from shared.entrypoint import handle
from shared.models.http import Transport
from shared.runtime import Runtime
from tests.support.clocks import FastClock
from tests.support.zips import zip_of


class PlatformDeployments:
    """Deployments of one description from one folder; functions run as the platform runs them.

    Parameters
    ----------
    emulator: the platform's.
    folder: for the description and the bundle.

    Attributes
    ----------
    platform, provider: their names.
    description: the first description.
    files: the files of the first bundle.
    transport: sends the requests; None for HTTP.
    """

    platform: ClassVar[str]
    provider: ClassVar[str]
    description: ClassVar[str]
    files: ClassVar[Mapping[str, str]]

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator = emulator
        self.environ: dict[str, str] = emulator.environment()
        self.transport: Transport | None = None
        self._folder = folder
        self.describe(self.description)
        self.bundle(self.files)
        emulator.invocations.run_by(self.run)

    def describe(self, text: str) -> None:
        (self._folder / "deploy.toml").write_text(text)

    def bundle(self, files: Mapping[str, str]) -> None:
        (self._folder / f"{self.provider}-{self.platform}.zip").write_bytes(zip_of(files))

    def call_of(self, invocation: Invocation) -> Call:
        """Return the platform's call of the function, with the settings that were deployed."""
        raise NotImplementedError

    def run(self, invocation: Invocation) -> object:
        """Run an operation as the platform would."""
        operations = [load(each) for each in OPERATIONS]
        (operation,) = [each for each in operations if each.function == invocation.function]
        call = self.call_of(invocation)
        return handle(operation, call.event, call.context, Runtime(environ=call.environ))

    def command(self, verb: str = "deploy", **options: object) -> tuple[int, str]:
        """Run a command and return its exit code and what it wrote."""
        out = io.StringIO()
        chosen: dict[str, Any] = {
            "platform": self.platform,
            "provider": self.provider,
            "file": self._folder / "deploy.toml",
            "zips": self._folder,
            "plan": False,
            "yes": True,
            "overwrite": False,
            "adopt": [],
            **options,
        }
        console = Console(out, out, out, io.StringIO(), {})
        process = Runtime(environ=self.environ, home=self._folder, clock=FastClock())
        if self.transport is not None:
            transport = self.transport
            process.transport_factory = lambda *_settings: transport
        code = command.run(verb, argparse.Namespace(**chosen), console, process)
        return code, out.getvalue()

    @property
    def writes(self) -> list[str]:
        """The changes that the platform was asked for, but for runs."""
        received = self.emulator.received.of(self.platform)
        return [
            each.action
            for each in received
            if each.method != "GET" and each.action != "InvokeFunction"
        ]
