"""Deploys to FunctionGraph's emulator, from a description and a zip of the test."""

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
from local.emulator import Emulator
from local.emulator.functiongraph import StoredFunction
from local.emulator.invocations import Invocation
from shared.entrypoint import handle
from shared.runtime import Runtime
from tests.support.clocks import FastClock
from tests.support.zips import zip_of

NAME = "huawei-start-sync-task"
FILES = {"start_sync_task.py": "# example"}
DESCRIPTION = """\
name = "example"

[platforms.functiongraph]
region = "cn-north-4"
role = "cloud-sync-oms"
bytecode = false

[platforms.functiongraph.settings]
LOG_LEVEL = "INFO"
HUAWEICLOUD_REGION = "cn-north-4"

[platforms.functiongraph.functions.huawei-start-sync-task]
schedule = "@every 15m"
parameters = { sync_task_id = "example-sync-task", wait_seconds = 10 }

[platforms.functiongraph.functions.huawei-start-sync-task.secrets]
OMS_SRC_AK = "env:OMS_SRC_AK"
OMS_SRC_SK = "env:OMS_SRC_SK"
OMS_DST_AK = "env:OMS_DST_AK"
OMS_DST_SK = "env:OMS_DST_SK"
"""


class Deployments:
    """Deployments of one description from one folder.

    Parameters
    ----------
    emulator: FunctionGraph.
    folder: for the description and the bundle.
    """

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator = emulator
        self.environ = emulator.environment()
        self._folder = folder
        self.describe(DESCRIPTION)
        self.bundle(FILES)
        emulator.invocations.run_by(self.run)

    def describe(self, text: str) -> None:
        (self._folder / "deploy.toml").write_text(text)

    def bundle(self, files: Mapping[str, str]) -> None:
        (self._folder / "huawei-functiongraph.zip").write_bytes(zip_of(files))

    def run(self, invocation: Invocation) -> object:
        """Run an operation as FunctionGraph would, with the settings of the deployed function."""
        operations = [load(each) for each in OPERATIONS]
        (operation,) = [each for each in operations if each.function == invocation.function]
        call = contexts.functiongraph(
            invocation.function,
            invocation.event,
            self.function.environment,
            timer=False,
        )
        return handle(operation, call.event, call.context, Runtime(environ=call.environ))

    def command(self, verb: str = "deploy", **options: object) -> tuple[int, str]:
        """Run a command and return its exit code and what it wrote."""
        out = io.StringIO()
        chosen: dict[str, Any] = {
            "platform": "functiongraph",
            "provider": "huawei",
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
    def function(self) -> StoredFunction:
        return self.emulator.huawei.functiongraph.named(NAME)

    @property
    def writes(self) -> list[str]:
        """The changes that FunctionGraph was asked for, but for runs."""
        received = self.emulator.received.of("functiongraph")
        return [
            each.action
            for each in received
            if each.method != "GET" and each.action != "InvokeFunction"
        ]
