"""Deployments to the emulated Function Compute, of one function that is described."""

from __future__ import annotations

import argparse
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from functions.registry import OPERATIONS, load
from local import contexts
from local.console import Console
from local.deployment import command
from local.deployment.marker import TIMER
from local.emulator import Emulator
from local.emulator.fc_functions import FcFunction, FcTrigger
from local.emulator.invocations import Invocation
from shared.entrypoint import handle
from shared.runtime import Runtime
from tests.support.clocks import FastClock
from tests.support.zips import zip_of

NAME = "alibaba-synchronize-resource"
FILES = {"synchronize_resource.py": "# example"}
DESCRIPTION = """\
name = "example"

[platforms.fc]
region = "cn-hangzhou"
role = "cloud-sync-edas"
bytecode = false

[platforms.fc.settings]
LOG_LEVEL = "INFO"

[platforms.fc.functions.alibaba-synchronize-resource]
schedule = "CRON_TZ=Asia/Shanghai 0 7 * * * *"
parameters = { type = "all" }

[platforms.fc.functions.alibaba-synchronize-resource.secrets]
NOTIFY = "env:NOTIFY"
"""
NOTIFY = '[{"kind": "slack", "url": "https://127.0.0.1/exampleNotifySecret", "on": ["failed"]}]'


class Deployments:
    """Deployments of one description from one folder; functions run as Function Compute runs them.

    Parameters
    ----------
    emulator: Function Compute.
    folder: for the description and the bundle.
    """

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator = emulator
        self.environ = {**emulator.environment(), "NOTIFY": NOTIFY}
        self._folder = folder
        self.describe(DESCRIPTION)
        self.bundle(FILES)
        emulator.invocations.run_by(self.run)

    def describe(self, text: str) -> None:
        (self._folder / "deploy.toml").write_text(text)

    def bundle(self, files: Mapping[str, str]) -> None:
        (self._folder / "alibaba-fc.zip").write_bytes(zip_of(files))

    def run(self, invocation: Invocation) -> object:
        """Run an operation as Function Compute would, with the deployed function's settings."""
        operations = [load(each) for each in OPERATIONS]
        (operation,) = [each for each in operations if each.function == invocation.function]
        call = contexts.function_compute(
            invocation.function,
            invocation.event,
            {**self.emulator.environment(temporary=True), **self.function.environment},
            timer=False,
        )
        return handle(operation, call.event, call.context, Runtime(environ=call.environ))

    def command(self, verb: str = "deploy", **options: object) -> tuple[int, str]:
        """Run a command and return its exit code and what it wrote."""
        out = io.StringIO()
        chosen: dict[str, Any] = {
            "platform": "fc",
            "provider": "alibaba",
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
        code = command.run(verb, argparse.Namespace(**chosen), console, process)
        return code, out.getvalue()

    @property
    def functions(self) -> dict[str, FcFunction]:
        return self.emulator.alibaba.function_compute.at()

    @property
    def function(self) -> FcFunction:
        return self.functions[NAME]

    @property
    def timer(self) -> FcTrigger:
        return self.function.triggers[TIMER]

    @property
    def writes(self) -> list[str]:
        """The changes that Function Compute was asked for, but for runs."""
        received = self.emulator.received.of("fc")
        return [
            each.action
            for each in received
            if each.method != "GET" and each.action != "InvokeFunction"
        ]
