"""Bundles that were built, deployed to AWS Lambda by the real ``aws`` command, and run from S3."""

from __future__ import annotations

import io
import json
import re
import shlex
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local.bundling.plan import Bundle
from local.console import Console
from local.deployment.cloudformation.aws_command import Completed, run_command
from local.deployment.cloudformation.run import StackDeployment
from local.deployment.description.description import read_description
from local.emulator import Emulator
from local.http_events import Http, aws_url
from shared.runtime import Runtime
from tests.support.bundles import BundleCache, make_writable, unpack
from tests.support.console_pages import blocks, matches
from tests.support.deployer import Ended
from tests.support.doc_pages import page, section_of
from tests.support.lambda_process import LambdaProcess
from tests.support.moto_cloudformation import MotoServer, moto_server

TOKEN = "exampleBearerToken"
MACHINES, WEB = "tencent-sync-machines", "tencent-web"
SECTION = section_of("deploy-web.md", "On AWS Lambda")
OF_STACKS = page("deploy-lambda.md")
BUCKET = "example-code"

# The aws command takes a second or more to start; moto warns of resources that it does not know.
pytestmark = [pytest.mark.timeout(600), pytest.mark.filterwarnings("ignore::UserWarning")]


@dataclass
class UploadedFunctions:
    """The functions of moto's Lambda, which run the zips in moto's bucket.

    Parameters
    ----------
    moto: the server.
    emulator: the clouds that they call.
    client: the folder of AWS's runtime client.
    folder: where the zips are unpacked.
    processes: ends the functions' processes.
    """

    moto: MotoServer
    emulator: Emulator
    client: Path
    folder: Path
    processes: ExitStack
    _running: dict[str, LambdaProcess] = field(default_factory=dict)

    def zip_bytes(self, name: str) -> bytes:
        """Return the zip that the stack's template names for a function."""
        stacks = self.moto.client("cloudformation")
        body = stacks.get_template(StackName="cloud-sync-production")["TemplateBody"]
        (code,) = (
            each["Properties"]["Code"]
            for each in body["Resources"].values()
            if each["Properties"].get("FunctionName") == name
        )
        stored = self.moto.client("s3").get_object(Bucket=code["S3Bucket"], Key=code["S3Key"])
        content: bytes = stored["Body"].read()
        return content

    def invoke(self, name: str, event: object) -> object:
        """Run a function with its own handler and settings, and return what it returned."""
        if name not in self._running:
            self._running[name] = self.processes.enter_context(self._process(name))
        outcome = self._running[name].invoke(event)
        assert not outcome.failed, outcome.text
        return outcome.document

    def _process(self, name: str) -> LambdaProcess:
        root = self.folder / name
        with zipfile.ZipFile(io.BytesIO(self.zip_bytes(name))) as archive:
            unpack({each: archive.read(each) for each in archive.namelist()}, root)
        function = self.moto.client("lambda").get_function(FunctionName=name)["Configuration"]
        # The emulator's keys are in place of the references, which only AWS resolves.
        environ = {**function["Environment"]["Variables"], **self.emulator.environment()}
        return LambdaProcess(function["Handler"], root, self.client, environ)

    def run_aws(self, words: Sequence[str], given: bytes, environ: Mapping[str, str]) -> Completed:
        """Run the ``aws`` command; what a function is to return is found by running it first."""
        if tuple(words[1:3]) == ("lambda", "invoke"):
            name = words[words.index("--function-name") + 1]
            self.moto.return_from_functions([self.invoke(name, json.loads(given))])
        return run_command(words, given, environ)


@pytest.fixture
def functions(emulator: Emulator, client: Path, tmp_path: Path) -> Iterator[UploadedFunctions]:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    with moto_server() as moto, ExitStack() as processes:
        moto.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield UploadedFunctions(moto, emulator, client, folder, processes)
    make_writable(folder)


def deploy(functions: UploadedFunctions, bundles: BundleCache, folder: Path) -> Ended:
    """Deploy what the page describes."""
    (of_app,) = re.findall(r"```toml\n([^`]*)```", SECTION)
    (of_stack,) = re.findall(r"```toml\n([^`]*)```", OF_STACKS)
    path = folder / "deploy.toml"
    path.write_text(f'name = "production"\n\n{of_stack}\n{of_app}', encoding="utf-8")
    settings = {"HTTP_BEARER_TOKENS": TOKEN, "NOTIFY": "slack=https://hooks.slack.com/services/x"}
    out = io.StringIO()

    def zips(wanted: Sequence[Bundle], _bytecode: bool) -> dict[Bundle, bytes]:  # noqa: FBT001
        return {each: bundles.build(each).path.read_bytes() for each in wanted}

    deployment = StackDeployment(
        path=path,
        document=read_description(path),
        provider=None,
        zips=zips,
        console=Console(out, out, out, io.StringIO(), {"NO_COLOR": "1"}),
        process=Runtime(environ={**functions.moto.environment(folder), **settings}, home=folder),
        read_secret=lambda _question: "",
        yes=True,
        runner=functions.run_aws,
    )
    return Ended(deployment.deploy(), out.getvalue())


def test_what_was_deployed_is_what_was_built_and_works_for_its_callers(
    functions: UploadedFunctions, bundles: BundleCache, tmp_path: Path
) -> None:
    (shown,) = blocks(SECTION)
    assert shlex.split(shown.script) == ["make", "deploy", "PLATFORM=lambda", "ARGS=--yes"]

    ended = deploy(functions, bundles, tmp_path)

    assert ended.code == 0, ended.out
    assert matches(shown.output, ended.out), ended.out
    for name, bundle in (
        (MACHINES, Bundle("tencent", "lambda")),
        (WEB, Bundle("tencent", "lambda", web=True)),
    ):
        assert functions.zip_bytes(name) == bundles.build(bundle).path.read_bytes()

    functions.emulator.clear()
    operation = "/operations/tencent.cwp.SyncMachines"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    without = aws_url(Http(path=operation, body=b'{"sync": false}'))
    with_token = aws_url(Http(path=operation, headers=headers, body=b'{"sync": false}'))
    refused, ran = functions.invoke(WEB, without), functions.invoke(WEB, with_token)
    page = functions.invoke(WEB, aws_url(Http(method="GET", path="/")))

    assert isinstance(refused, dict)
    assert isinstance(ran, dict)
    assert isinstance(page, dict)
    assert refused["statusCode"] == 401
    assert (ran["statusCode"], json.loads(ran["body"])["error"]) == (200, None)
    assert page["body"].startswith("<!doctype html>")
    assert functions.emulator.received.of("cwp")
    assert all(each.accepted for each in functions.emulator.received)
