"""``docs/deploy-lambda.md``: the commands print what it shows.

All of them against a stand-in, and those that moto can serve with the real ``aws`` command.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from local.__main__ import main
from local.console import Console
from local.deployment.cloudformation.template import TAG
from shared.runtime import Runtime
from tests.support.cloudformation_stand_in import CloudFormationStandIn
from tests.support.command import Terminal
from tests.support.console_pages import ConsoleBlock, blocks, matches
from tests.support.deployer import Ended
from tests.support.doc_pages import page
from tests.support.moto_cloudformation import MotoServer, moto_server
from tests.support.stack_deployer import StackDeployer
from tests.support.zips import zip_of

PAGE = page("deploy-lambda.md")
DEPLOY, AGAIN, CHANGE, OF_ONE, BY_HAND, REMOVE = blocks(PAGE)
(TABLE,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
DESCRIPTION = f'name = "production"\n\n{TABLE}'
LARGER = DESCRIPTION.replace("bucket =", "memory_mb = 512\nbucket =")

NOTIFY = "slack=https://hooks.slack.com/services/example"
RESULT = {"status": "planned", "summary": "Dry run: 4 requests, 1 of which makes a change."}
CONTENT = {"sync_machines.py": "example"}


def shows(block: ConsoleBlock, ended: Ended) -> bool:
    """Return whether a command printed what its block shows."""
    printed = re.sub(r"\r\x1b\[K[^\r\n]*(?=\r\x1b\[K)|\r\x1b\[K", "", ended.out)
    printed = printed.replace("[y/N] ", "[y/N] y\n")
    digests = re.compile(r"sha256 [0-9a-f]{12}")
    return matches(digests.sub("sha256 …", block.output), printed)


def verb(block: ConsoleBlock) -> str:
    make, found, platform, *_provider = shlex.split(block.script)
    assert (make, platform) == ("make", "PLATFORM=lambda")
    return found


def provider(block: ConsoleBlock) -> str | None:
    """Return the provider whose functions alone a command deploys."""
    more = shlex.split(block.script)[3:]
    assert more in ([], ["PROVIDER=tencent"])
    return more[0].partition("=")[2] if more else None


def test_a_stand_in_prints_what_the_page_shows(tmp_path: Path) -> None:
    aws = CloudFormationStandIn(returned=RESULT)
    deployer = StackDeployer(tmp_path, aws, {"NOTIFY": NOTIFY})
    timeout = {"PropertyPath": "/Timeout", "ExpectedValue": "60", "ActualValue": "120"}
    for block in (DEPLOY, AGAIN, CHANGE, OF_ONE, BY_HAND, REMOVE):
        deployer.describe(DESCRIPTION if block in {DEPLOY, AGAIN} else LARGER)
        if block is BY_HAND:
            aws.drifts = [
                {
                    "LogicalResourceId": "TencentSyncMachines",
                    "ResourceType": "AWS::Lambda::Function",
                    "StackResourceDriftStatus": "MODIFIED",
                    "PropertyDifferences": [{**timeout, "DifferenceType": "NOT_EQUAL"}],
                }
            ]

        ended = deployer.run(verb(block), typed="y\n", provider=provider(block))

        assert shows(block, ended), ended.out
    assert aws.status is None


@pytest.fixture
def moto() -> Any:
    with moto_server() as server:
        yield server


def run(server: MotoServer, folder: Path, block: ConsoleBlock) -> Ended:
    """Run a command with the real ``aws`` command, and say yes."""
    (folder / "tencent-lambda.zip").write_bytes(zip_of(CONTENT))
    out = Terminal()
    console = Console(out, out, out, Terminal("y\n"), {"NO_COLOR": "1"})
    environ = {**server.environment(folder), "NOTIFY": NOTIFY}
    words = [verb(block), "--platform", "lambda", "--file", str(folder / "deploy.toml")]
    words += ["--zips", str(folder)]
    if only := provider(block):
        words += ["--provider", only]
    return Ended(main(words, console, Runtime(environ=environ, home=folder)), out.getvalue())


# The aws command takes a second or more to start, and there are fifty of its calls.
@pytest.mark.timeout(900)
# moto warns of each resource that it does not know.
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_aws_command_makes_changes_and_removes_a_stack(
    moto: MotoServer, tmp_path: Path
) -> None:
    moto.client("s3").create_bucket(
        Bucket="example-code", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    # moto resolves no references inside of a function's variables.
    keys = {
        name: f"{{{{resolve:secretsmanager:cloud-sync:SecretString:{name}}}}}"
        for name in ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY")
    }
    moto.return_from_functions([RESULT] * 4)
    lambda_, stacks = moto.client("lambda"), moto.client("cloudformation")
    for block in (DEPLOY, AGAIN, CHANGE, OF_ONE, REMOVE):
        text = DESCRIPTION if block in {DEPLOY, AGAIN} else LARGER
        (tmp_path / "deploy.toml").write_text(text)

        ended = run(moto, tmp_path, block)

        assert ended.code == 0, ended.out
        assert shows(block, ended), ended.out
        if block is DEPLOY:
            made = lambda_.get_function(FunctionName="tencent-sync-machines")
            variables = made["Configuration"]["Environment"]["Variables"]
            assert variables == {"LOG_LEVEL": "INFO", "NOTIFY": NOTIFY, **keys}
            [stack] = stacks.describe_stacks(StackName="cloud-sync-production")["Stacks"]
            assert stack["Tags"] == [{"Key": TAG, "Value": "production"}]
            [stored] = moto.client("s3").list_objects_v2(Bucket="example-code")["Contents"]
            assert re.fullmatch(r"cloud-sync/tencent-lambda-[0-9a-f]{64}\.zip", stored["Key"])
            template = stacks.get_template(StackName="cloud-sync-production")["TemplateBody"]
            assert NOTIFY not in str(template)
        if block is CHANGE:
            changed = lambda_.get_function(FunctionName="tencent-sync-machines")
            assert changed["Configuration"]["MemorySize"] == 512
    assert lambda_.list_functions()["Functions"] == []
