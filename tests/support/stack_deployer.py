"""Deploys to a stand-in for AWS Lambda, with a description and a zip of the test."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local.bundling.plan import Bundle
from local.console import Console
from local.deployment.cloudformation.run import StackDeployment
from local.deployment.description.description import read_description
from shared.runtime import Runtime
from tests.support.clocks import SkippingClock
from tests.support.cloudformation_stand_in import CloudFormationStandIn
from tests.support.command import Terminal
from tests.support.deployer import Ended
from tests.support.zips import zip_of

LAMBDA_ONE = """\
name = "production"

[platforms.lambda]
region = "eu-west-1"
bucket = "example-code"
timezone = "Asia/Shanghai"

[platforms.lambda.alarms]
notify = ["you@example.com"]

[platforms.lambda.settings]
LOG_LEVEL = "INFO"

[platforms.lambda.secrets]
TENCENTCLOUD_SECRET_ID = "secretsmanager:cloud-sync#TENCENTCLOUD_SECRET_ID"
TENCENTCLOUD_SECRET_KEY = "env:TENCENTCLOUD_SECRET_KEY"

[platforms.lambda.functions.tencent-sync-machines]
schedule = "cron(10 2 * * ? *)"
parameters = { sync = true, wait_seconds = 30 }
"""
"""A description of one function."""

SECRET = "exampleSecretKeyOfTencent"


@dataclass
class StackDeployer:
    """Deploys to the stand-in.

    Parameters
    ----------
    folder: where the description is.
    aws: the stand-in.
    environ: the environment.
    entered: what is entered for each secret that is asked for.
    """

    folder: Path
    aws: CloudFormationStandIn = field(default_factory=CloudFormationStandIn)
    environ: Mapping[str, str] = field(default_factory=lambda: {"TENCENTCLOUD_SECRET_KEY": SECRET})
    entered: Sequence[str] = ()
    asked: list[str] = field(default_factory=list)
    content: str = "first"

    def __post_init__(self) -> None:
        self.describe(LAMBDA_ONE)

    @property
    def path(self) -> Path:
        """The description's file."""
        return self.folder / "deploy.toml"

    def describe(self, text: str) -> None:
        """Write the description."""
        self.path.write_text(text, encoding="utf-8")

    def zips(self, bundles: Sequence[Bundle], _bytecode: bool) -> Mapping[Bundle, bytes]:  # noqa: FBT001
        """Return a zip for each bundle."""
        return {each: zip_of({"sync_machines.py": self.content}) for each in bundles}

    def run(
        self,
        verb: str = "deploy",
        *,
        typed: str | None = None,
        yes: bool = True,
        only_plan: bool = False,
        overwrite: bool = False,
        provider: str | None = None,
    ) -> Ended:
        """Run a command; without a terminal unless something is typed."""
        out = io.StringIO() if typed is None else Terminal()
        answers = io.StringIO() if typed is None else Terminal(typed)
        secrets = iter(self.entered)

        def read_secret(question: str) -> str:
            self.asked.append(question)
            return next(secrets)

        deployment = StackDeployment(
            path=self.path,
            document=read_description(self.path),
            provider=provider,
            zips=self.zips,
            console=Console(out, out, out, answers, {"NO_COLOR": "1"}),
            process=Runtime(environ=self.environ, home=self.folder, clock=SkippingClock()),
            read_secret=read_secret,
            yes=yes and typed is None,
            only_plan=only_plan,
            overwrite=overwrite,
            runner=self.aws,
        )
        code = deployment.deploy() if verb == "deploy" else deployment.remove()
        return Ended(code, out.getvalue())
