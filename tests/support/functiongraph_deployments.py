"""Deploys to FunctionGraph's emulator, from a description and a zip of the test."""

from __future__ import annotations

from local import contexts
from local.contexts import Call
from local.emulator.functiongraph_functions import StoredFunction
from local.emulator.invocations import Invocation
from tests.support.deployments import PlatformDeployments

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


class Deployments(PlatformDeployments):
    """Deployments of one description to FunctionGraph from one folder."""

    platform, provider = "functiongraph", "huawei"
    description, files = DESCRIPTION, FILES

    def call_of(self, invocation: Invocation) -> Call:
        return contexts.functiongraph(
            invocation.function, invocation.event, self.function.environment, timer=False
        )

    @property
    def function(self) -> StoredFunction:
        return self.emulator.huawei.functiongraph.named(NAME)
