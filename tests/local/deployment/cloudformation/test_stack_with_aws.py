"""Stacks with a web app, and of one provider's functions, made by the real ``aws`` command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.__main__ import main
from local.bundling.plan import Bundle
from local.console import Console
from local.deployment.cloudformation.aws_command import Completed, run_command
from local.deployment.cloudformation.run import StackDeployment
from local.deployment.description.description import read_description
from shared.runtime import Runtime
from tests.support.command import Terminal
from tests.support.deployer import Ended
from tests.support.moto_cloudformation import MotoServer, moto_server
from tests.support.stack_web import TOKEN, WELL, with_platform_auth
from tests.support.zips import zip_of

# The aws command takes a second or more to start, and there are a hundred of its calls. moto warns
# of each resource that it does not know.
pytestmark = [pytest.mark.timeout(900), pytest.mark.filterwarnings("ignore::UserWarning")]

MACHINES = """\
name = "production"

[platforms.lambda]
region = "eu-west-1"
bucket = "example-code"

[platforms.lambda.functions.tencent-sync-machines]
schedule = "cron(10 2 * * ? *)"
timeout_seconds = 60
secrets = { TENCENTCLOUD_SECRET_KEY = "env:TENCENTCLOUD_SECRET_KEY" }
"""
WEB = """
[platforms.lambda.web]
operations = "huawei"
timeout_seconds = 60

[platforms.lambda.web.settings]
CONSOLE_LABEL = "production"

[platforms.lambda.web.secrets]
HTTP_BEARER_TOKENS = "env:HTTP_BEARER_TOKENS"
"""
BOTH = MACHINES + WEB
SLOWER = BOTH.replace("timeout_seconds = 60", "timeout_seconds = 120")
PLANNED = {"status": "planned", "summary": "Dry run: 4 requests, 1 of which makes a change."}
OWN_SECRET = {"TENCENTCLOUD_SECRET_KEY": "exampleTencentKey"}


@dataclass
class Account:
    """An account at moto, deployed to by the command with the real ``aws``.

    Parameters
    ----------
    moto: the server.
    folder: where the description and the zips are.
    """

    moto: MotoServer
    folder: Path

    def run(self, verb: str, text: str, *more: str, **environ: str) -> Ended:
        """Run a command with a description, and say yes."""
        (self.folder / "deploy.toml").write_text(text)
        out = Terminal()
        console = Console(out, out, out, Terminal("y\n"), {"NO_COLOR": "1"})
        words = [verb, "--platform", "lambda", "--file", str(self.folder / "deploy.toml")]
        words += ["--zips", str(self.folder), *more]
        whole = {**self.moto.environment(self.folder), **environ}
        return Ended(main(words, console, Runtime(environ=whole, home=self.folder)), out.getvalue())

    def interrupted_after(self, operation: str, text: str, **environ: str) -> None:
        """Deploy with a description, and be interrupted when AWS has answered a call."""
        path = self.folder / "deploy.toml"
        path.write_text(text)
        out = Terminal()

        def zips(bundles: Sequence[Bundle], _bytecode: bool) -> dict[Bundle, bytes]:  # noqa: FBT001
            return {each: (self.folder / f"{each.name}.zip").read_bytes() for each in bundles}

        def run_aws(words: Sequence[str], given: bytes, environ: Mapping[str, str]) -> Completed:
            ended = run_command(words, given, environ)
            if words[2] == operation:
                raise KeyboardInterrupt
            return ended

        whole = {**self.moto.environment(self.folder), **environ}
        deployment = StackDeployment(
            path=path,
            document=read_description(path),
            provider=None,
            zips=zips,
            console=Console(out, out, out, Terminal(), {"NO_COLOR": "1"}),
            process=Runtime(environ=whole, home=self.folder),
            read_secret=lambda _question: "",
            yes=True,
            runner=run_aws,
        )
        with pytest.raises(KeyboardInterrupt):
            deployment.deploy()

    def configuration(self, name: str) -> dict[str, Any] | None:
        """Return what Lambda has of a function; None if there is none of that name."""
        functions = self.moto.client("lambda").list_functions()["Functions"]
        return next((each for each in functions if each["FunctionName"] == name), None)

    def url(self, name: str) -> dict[str, Any]:
        """Return the URL of a function."""
        found: dict[str, Any] = self.moto.client("lambda").get_function_url_config(
            FunctionName=name
        )
        return found


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    for name in ("tencent-lambda", "web-huawei-lambda"):
        (tmp_path / f"{name}.zip").write_bytes(zip_of({"web.py": name}))
    with moto_server() as server:
        server.client("s3").create_bucket(
            Bucket="example-code", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield Account(server, tmp_path)


def test_an_app_is_made_changed_and_removed_with_its_url(account: Account) -> None:
    secrets = {**OWN_SECRET, "HTTP_BEARER_TOKENS": TOKEN}
    account.moto.return_from_functions([PLANNED, WELL])

    made = account.run("deploy", BOTH, **secrets)

    assert made.code == 0, made.out
    url = account.url("huawei-web")
    assert url["AuthType"] == "NONE"
    assert "huawei-web: GET /health as an event: HTTP 200, version 0.1.0, 2 operations" in made.out
    assert f"  url       {url['FunctionUrl']}\n" in made.out
    app = account.configuration("huawei-web")
    assert app is not None
    assert (app["Handler"], app["MemorySize"]) == ("web.handler", 512)
    assert app["Environment"]["Variables"]["HTTP_BEARER_TOKENS"] == TOKEN

    assert "Nothing to do.\n" in account.run("deploy", BOTH, **secrets).out

    account.moto.return_from_functions([PLANNED, WELL])
    authorized = account.run("deploy", with_platform_auth(BOTH), **OWN_SECRET)

    assert authorized.code == 0, authorized.out
    assert "url       AuthType NONE → AWS_IAM" in authorized.out
    after = account.url("huawei-web")
    assert (after["AuthType"], after["FunctionUrl"]) == ("AWS_IAM", url["FunctionUrl"])

    account.moto.return_from_functions([PLANNED])
    without = account.run("deploy", MACHINES, **OWN_SECRET)

    assert without.code == 0, without.out
    # moto's change sets make no outputs, from which the plan has the address.
    assert "remove    url HuaweiWebUrl" in without.out
    assert account.configuration("huawei-web") is None
    assert account.configuration("tencent-sync-machines") is not None

    removed = account.run("remove", MACHINES)
    assert removed.code == 0, removed.out
    assert account.configuration("tencent-sync-machines") is None


def test_an_interrupted_deployment_of_an_app_goes_on(account: Account) -> None:
    secrets = {**OWN_SECRET, "HTTP_BEARER_TOKENS": TOKEN}
    account.interrupted_after("execute-change-set", BOTH, **secrets)
    # CloudFormation went on by itself.
    assert account.url("huawei-web")["AuthType"] == "NONE"
    assert "Nothing to do.\n" in account.run("deploy", BOTH, **secrets).out

    # moto would make a second stack of a second change set that creates one.
    account.interrupted_after("create-change-set", with_platform_auth(BOTH), **OWN_SECRET)
    assert account.url("huawei-web")["AuthType"] == "NONE"
    account.moto.return_from_functions([PLANNED, WELL])

    ended = account.run("deploy", with_platform_auth(BOTH), **OWN_SECRET)

    assert ended.code == 0, ended.out
    assert account.url("huawei-web")["AuthType"] == "AWS_IAM"
    stacks = account.moto.client("cloudformation")
    left = stacks.list_change_sets(StackName="cloud-sync-production")["Summaries"]
    assert [each for each in left if each["ExecutionStatus"] != "EXECUTE_COMPLETE"] == []


def test_one_providers_functions_are_deployed_and_removed_beside_the_others(
    account: Account,
) -> None:
    token = {"HTTP_BEARER_TOKENS": TOKEN}
    account.moto.return_from_functions([PLANNED])
    first = account.run("deploy", BOTH, "--provider", "tencent", **OWN_SECRET)
    assert first.code == 0, first.out
    assert account.configuration("huawei-web") is None

    account.moto.return_from_functions([WELL])
    second = account.run("deploy", BOTH, "--provider", "huawei", **token)
    assert second.code == 0, second.out
    machines = account.configuration("tencent-sync-machines")
    assert machines is not None
    assert machines["Environment"]["Variables"] == OWN_SECRET
    # The two made what one deployment of all makes.
    assert "Nothing to do.\n" in account.run("deploy", BOTH, **OWN_SECRET, **token).out
    address = account.url("huawei-web")["FunctionUrl"]

    account.moto.return_from_functions([PLANNED])
    changed = account.run("deploy", SLOWER, "--provider", "tencent", **OWN_SECRET)

    assert changed.code == 0, changed.out
    assert "1 to change." in changed.out
    assert timeouts(account) == {"tencent-sync-machines": 120, "huawei-web": 60}
    app = account.configuration("huawei-web")
    assert app is not None
    assert app["Environment"]["Variables"]["HTTP_BEARER_TOKENS"] == TOKEN

    removed = account.run("remove", SLOWER, "--provider", "tencent")

    assert removed.code == 0, removed.out
    assert timeouts(account) == {"huawei-web": 60}
    assert account.url("huawei-web")["FunctionUrl"] == address
    assert account.run("remove", SLOWER, "--provider", "tencent").out.endswith("Nothing to do.\n")

    last = account.run("remove", SLOWER, "--provider", "huawei")
    assert last.code == 0, last.out
    assert "remove    stack cloud-sync-production" in last.out
    with pytest.raises(ClientError, match="does not exist"):
        account.moto.client("cloudformation").describe_stacks(StackName="cloud-sync-production")


def timeouts(account: Account) -> dict[str, int]:
    """Return the functions that are there, with their timeouts."""
    functions = account.moto.client("lambda").list_functions()["Functions"]
    return {each["FunctionName"]: each["Timeout"] for each in functions}
