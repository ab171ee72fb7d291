"""``docs/deploy.md`` and the pages of ``make deploy``: the commands print what they show."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.web.app import WebApp
from local import contexts
from local.__main__ import main
from local.console import Console
from local.deployment.alarms.alibaba_cms import rule_id
from local.emulator import Emulator
from local.emulator.invocations import Invocation
from local.emulator.scf_functions import ScfTrigger
from local.gateway import Gateway
from local.samples import ROOT
from shared.runtime import Runtime
from tests.support.console_pages import blocks, matches
from tests.support.deployer import MACHINES, Deployer, zip_with
from tests.support.descriptors import DEPLOY, read_body
from tests.support.doc_pages import page, section_of

EXAMPLE = (ROOT / "deploy.example.toml").read_text("utf-8")
APP, RESOURCE = "alibaba-synchronize-app", "alibaba-synchronize-resource"


ALARM_PART, FC_ALARM_PART = (
    section_of("deploy-alarms.md", title) for title in ("On SCF", "On Function Compute")
)
FC_PART = page("deploy-fc.md").partition("\n## ")[0]
FC_S_PART = section_of("deploy-fc.md", "Serverless Devs from the same description")
FC_WEB_PART = section_of("deploy-web.md", "On Function Compute")

BLOCKS, ALARM_BLOCKS = blocks(page("deploy.md")), blocks(ALARM_PART)
ALARMS = ALARM_PART.partition("```toml\n")[2].partition("```")[0]
LOG_BLOCKS = blocks(page("deploy-logs.md"))
LOG = page("deploy-logs.md").partition("```toml\n")[2].partition("```")[0]
FC_BLOCKS, FC_ALARM_BLOCKS, FC_WEB_BLOCKS = map(blocks, (FC_PART, FC_ALARM_PART, FC_WEB_PART))
FC_ALARMS = FC_ALARM_PART.partition("```toml\n")[2].partition("```")[0]
FC_WEB = FC_WEB_PART.partition("```toml\n")[2].partition("```")[0]


@pytest.fixture
def documented(emulator: Emulator, tmp_path: Path) -> Iterator[Deployer]:
    """An emulator whose functions run, and the example's description."""
    deployer = Deployer(emulator, tmp_path)
    deployer.describe(EXAMPLE)
    gateway = Gateway(emulator, {}).start()
    yield deployer
    gateway.stop()


def deploy_by_hand(documented: Deployer) -> None:
    """Replace a function by one that was made with the bodies of ``deploy/tencent-scf``."""
    described = read_body(DEPLOY / "tencent-scf" / "create-function.json")
    trigger = read_body(DEPLOY / "tencent-scf" / "create-trigger.json")
    variables = described["Environment"]["Variables"]
    made = documented.functions[MACHINES]
    made.environment = {each["Key"]: each["Value"] for each in variables}
    made.environment["LOG_LEVEL"] = "DEBUG"
    made.description = described["Description"]
    made.timeout, made.memory = described["Timeout"], described["MemorySize"]
    name = trigger["TriggerName"]
    made.triggers = {
        name: ScfTrigger(name, "timer", trigger["TriggerDesc"], trigger["CustomArgument"])
    }


def as_shown(out: str) -> str:
    """Return an output as a terminal shows it after a yes."""
    shown = re.sub(r"\r\x1b\[K[^\r\n]*(?=\r\x1b\[K)|\r\x1b\[K", "", out)
    return shown.replace("[y/N] ", "[y/N] y\n")


def without_digests(text: str) -> str:
    """Return a text without the digests of zips."""
    return re.sub(r"(sha256|crc64) [0-9a-f]{12}", r"\1 <digest>", text)


def test_the_commands_print_what_the_page_shows(documented: Deployer) -> None:
    assert len(BLOCKS) == 5
    for number, block in enumerate(BLOCKS):
        make, verb, platform, *more = shlex.split(block.script)
        assert (make, platform) == ("make", "PLATFORM=scf")
        options = [word for each in more for word in each.removeprefix("ARGS=").split()]
        if number == 2:
            documented.functions[MACHINES].timeout = 120
        if number == 3:
            deploy_by_hand(documented)

        ended = documented.run(verb, *options, typed="y\n")

        printed = without_digests(as_shown(ended.out))
        assert matches(without_digests(block.output), printed), ended.out
    assert documented.functions == {}


def test_the_alarms_are_shown_as_the_page_shows_them(documented: Deployer) -> None:
    assert documented.deploy("--yes").code == 0
    documented.describe(f"{EXAMPLE}\n{ALARMS}")
    assert len(ALARM_BLOCKS) == 2
    for number, block in enumerate(ALARM_BLOCKS):
        assert block.script == "make deploy PLATFORM=scf"
        if number == 1:
            made = documented.emulator.tencent.alarms.at().values()
            next(iter(made)).enabled = False

        ended = documented.deploy(typed="y\n")

        printed = as_shown(ended.out)
        assert matches(block.output, printed), ended.out


def test_the_example_has_the_alarms_in_comments(documented: Deployer) -> None:
    described = EXAMPLE.replace("# [platforms.scf.alarms]", "[platforms.scf.alarms]")
    documented.describe(described.replace("# notify =", "notify ="))

    ended = documented.deploy("--plan")

    assert ended.code == 0, ended.out
    assert ended.out.count("    alarm     ") == 4


def test_the_logs_are_shown_as_the_page_shows_them(documented: Deployer) -> None:
    documented.platform = "fc"
    functions = documented.emulator.alibaba.function_compute.at()
    assert documented.deploy("--yes").code == 0
    documented.describe(f"{EXAMPLE}\n{LOG}")
    assert len(LOG_BLOCKS) == 2
    for number, block in enumerate(LOG_BLOCKS):
        assert block.script == "make deploy PLATFORM=fc"
        if number == 1:
            functions[RESOURCE].config["logConfig"]["logstore"] = "other"

        ended = documented.deploy(typed="y\n")

        assert matches(block.output, as_shown(ended.out)), ended.out


@pytest.mark.parametrize(
    ("platform", "log"),
    [
        ("fc", "your-project/functions"),
        ("scf", "00000000-0000-0000-0000-000000000000/00000000-0000-0000-0000-000000000000"),
        (
            "functiongraph",
            "00000000-0000-0000-0000-000000000000/00000000-0000-0000-0000-000000000000",
        ),
    ],
)
def test_the_example_has_the_logs_in_comments(
    documented: Deployer, platform: str, log: str
) -> None:
    before, mark, rest = EXAMPLE.partition(f"# [platforms.{platform}.log]")
    table, gap, after = rest.partition("\n\n")
    described = (mark + table).replace("\n# ", "\n")
    documented.platform = platform
    keys = ("OMS_SRC_AK", "OMS_SRC_SK", "OMS_DST_AK", "OMS_DST_SK")
    documented.environ = dict.fromkeys(keys, "exampleKey")
    documented.build("first", "tencent-scf", "alibaba-fc", "huawei-functiongraph")
    documented.describe(before + described.removeprefix("# ") + gap + after)

    ended = documented.deploy("--plan")

    assert ended.code == 0, ended.out
    assert f"    log       {log}\n" in ended.out


def test_the_example_has_a_bucket_in_comments(documented: Deployer) -> None:
    before, mark, rest = EXAMPLE.partition("# [platforms.functiongraph.functions.huawei-create")
    table, gap, after = rest.partition("\n\n")
    documented.platform = "functiongraph"
    keys = ("OMS_SRC_AK", "OMS_SRC_SK", "OMS_DST_AK", "OMS_DST_SK")
    documented.environ = dict.fromkeys(keys, "exampleKey")
    documented.build("first", "huawei-functiongraph")
    described = (mark + table).replace("\n# ", "\n").removeprefix("# ")
    documented.describe(before + described + gap + after)

    ended = documented.deploy("--plan")

    assert ended.code == 0, ended.out
    assert "    bucket    your-bucket, ObjectCreated\n" in ended.out
    assert "    retries   3, kept 86400 s, then in your-failed-events\n" in ended.out


def test_the_commands_for_function_compute_print_what_the_page_shows(documented: Deployer) -> None:
    documented.platform = "fc"
    functions = documented.emulator.alibaba.function_compute.at()

    assert len(FC_BLOCKS) == 3
    for number, block in enumerate(FC_BLOCKS):
        make, verb, platform, *more = shlex.split(block.script)
        assert (make, platform, more) == ("make", "PLATFORM=fc", [])
        if number == 1:
            functions[RESOURCE].zip_bytes = zip_with("thirt")

        ended = documented.run(verb, typed="y\n")

        printed = without_digests(as_shown(ended.out))
        assert matches(without_digests(block.output), printed), ended.out
        assert verb == "remove" or set(functions) == {APP, RESOURCE}
    assert functions == {}


def test_the_alarms_of_function_compute_are_shown_as_the_page_shows_them(
    documented: Deployer,
) -> None:
    documented.platform = "fc"
    assert documented.deploy("--yes").code == 0
    documented.describe(f"{EXAMPLE}\n{FC_ALARMS}")
    assert len(FC_ALARM_BLOCKS) == 2
    for number, block in enumerate(FC_ALARM_BLOCKS):
        assert block.script == "make deploy PLATFORM=fc"
        if number == 1:
            failed = rule_id("cn-hangzhou", RESOURCE, "failed")
            documented.emulator.alibaba.metric_rules[failed]["EnableState"] = False

        ended = documented.deploy(typed="y\n")

        printed = as_shown(ended.out)
        assert matches(block.output, printed), ended.out


def test_the_web_app_on_function_compute_is_shown_as_the_page_shows_it(
    documented: Deployer,
) -> None:
    documented.platform = "fc"
    assert documented.deploy("--yes").code == 0
    documented.describe(f"{EXAMPLE}\n{FC_WEB}")
    documented.environ = {"HTTP_BEARER_TOKENS": "exampleBearerToken"}
    documented.build("web", "web-alibaba-fc")
    (block,) = FC_WEB_BLOCKS
    assert block.script == "make deploy PLATFORM=fc"

    with Gateway(documented.emulator, {}) as gateway:

        def run(invocation: Invocation) -> object:
            if invocation.function != "alibaba-web":
                return gateway.invoke(invocation)
            environ = {**documented.emulator.environment(temporary=True), **documented.environ}
            call = contexts.function_compute(
                invocation.function, invocation.event, environ, timer=False
            )
            return WebApp(Runtime(environ=call.environ)).handle(call.event, call.context)

        documented.emulator.invocations.run_by(run)
        ended = documented.deploy(typed="y\n")

    assert matches(block.output, as_shown(ended.out)), ended.out


def test_the_file_of_serverless_devs_is_shown_as_the_page_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deploy.toml").write_text(f"{EXAMPLE}\n{FC_WEB}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (block,) = blocks(FC_S_PART)
    make, verb, *more = shlex.split(block.script)
    assert (make, more) == ("make", [])
    out = io.StringIO()
    console = Console(out, out, out, io.StringIO(), {})

    code = main([verb], console, Runtime(environ={}))

    assert code == 0, out.getvalue()
    assert matches(block.output, out.getvalue()), out.getvalue()
    text = (tmp_path / "s.yaml").read_text("utf-8")
    assert FC_S_PART.partition("```yaml\n")[2].partition("```")[0] in text
