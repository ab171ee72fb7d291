"""Deployments to the emulated Function Compute, of one function that is described."""

from __future__ import annotations

from pathlib import Path

from local import contexts
from local.contexts import Call
from local.deployment.marker import TIMER
from local.emulator import Emulator
from local.emulator.fc_functions import FcFunction
from local.emulator.fc_triggers import FcTrigger
from local.emulator.invocations import Invocation
from tests.support.deployments import PlatformDeployments

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


class Deployments(PlatformDeployments):
    """Deployments of one description to Function Compute from one folder."""

    platform, provider = "fc", "alibaba"
    description, files = DESCRIPTION, FILES

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        super().__init__(emulator, folder)
        self.environ["NOTIFY"] = NOTIFY

    def call_of(self, invocation: Invocation) -> Call:
        environ = {**self.emulator.environment(temporary=True), **self.function.environment}
        return contexts.function_compute(
            invocation.function, invocation.event, environ, timer=False
        )

    @property
    def functions(self) -> dict[str, FcFunction]:
        return self.emulator.alibaba.function_compute.at()

    @property
    def function(self) -> FcFunction:
        return self.functions[NAME]

    @property
    def timer(self) -> FcTrigger:
        return self.function.triggers[TIMER]
