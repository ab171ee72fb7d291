"""The web app, deployed with its URL to the emulated SCF, FunctionGraph and Function Compute."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from functions.web.app import WebApp
from local import contexts
from local.console import Console
from local.deployment.description.description import DescriptionError, read_description
from local.deployment.run import Deployment
from local.deployment.scf.platform import PLATFORM
from local.emulator import Emulator, faults
from local.emulator.fc_functions import FcFunction
from local.emulator.fc_triggers import FcTrigger
from local.emulator.functiongraph import FunctionGraph
from local.emulator.functiongraph_triggers import Trigger
from local.emulator.huawei import PROJECT
from local.emulator.invocations import Invocation
from local.emulator.message import Received
from local.emulator.scf_functions import ScfFunctions, ScfTrigger
from shared.runtime import Runtime
from tests.support.clocks import SkippingClock
from tests.support.command import Terminal
from tests.support.deployer import Deployer, zip_with
from tests.support.direct_transport import DirectTransport
from tests.support.interruption import CloudState, interruptions

TOKEN = "exampleBearerToken"
GROUP = "0123456789abcdef0123456789abcdef"
DESCRIPTION = """\
name = "production"
[platforms.{platform}]
region = "{region}"
role = "cloud-sync-web"
[platforms.{platform}.web]
operations = "{provider}"
{more}
[platforms.{platform}.web.settings]
CONSOLE_LABEL = "production"
[platforms.{platform}.web.secrets]
HTTP_BEARER_TOKENS = "env:MY_TOKENS"
"""
SCF = DESCRIPTION.format(platform="scf", region="ap-guangzhou", provider="tencent", more="")
FUNCTIONGRAPH = DESCRIPTION.format(
    platform="functiongraph",
    region="cn-north-4",
    provider="huawei",
    more=f'api_group = "{GROUP}"',
)
FC = DESCRIPTION.format(platform="fc", region="cn-hangzhou", provider="alibaba", more="")
PROVIDERS = {"scf": "tencent", "functiongraph": "huawei", "fc": "alibaba"}
DESCRIPTIONS = {"scf": SCF, "functiongraph": FUNCTIONGRAPH, "fc": FC}
OPEN = {"scf": "NONE", "functiongraph": "NONE", "fc": "anonymous"}
BY_PLATFORM = {"scf": "CAM", "functiongraph": "IAM", "fc": "function"}


@dataclass
class Place:
    """A platform's emulator, with what differs between the platforms.

    Parameters
    ----------
    deployer: deploys there.
    description: a description of the web app alone.
    name: the function's name.
    """

    deployer: Deployer
    description: str
    name: str

    @property
    def platform(self) -> str:
        return self.deployer.platform

    @property
    def emulator(self) -> Emulator:
        return self.deployer.emulator

    @property
    def triggers(self) -> list[Any]:
        """The function's triggers."""
        if self.platform == "scf":
            return list(self.deployer.functions[self.name].triggers.values())
        if self.platform == "fc":
            return list(self.fc[self.name].triggers.values())
        return list(self.functiongraph.named(self.name).triggers.values())

    @property
    def functiongraph(self) -> FunctionGraph:
        return self.emulator.huawei.functiongraph

    @property
    def fc(self) -> dict[str, FcFunction]:
        return self.emulator.alibaba.function_compute.at()

    @property
    def names(self) -> list[str]:
        """The names of the functions that are there."""
        if self.platform == "scf":
            return list(self.deployer.functions)
        if self.platform == "fc":
            return list(self.fc)
        return [each.config["func_name"] for each in self.functiongraph.by_urn.values()]

    @property
    def auth(self) -> str:
        """Who authorizes the URL's callers."""
        (trigger,) = self.triggers
        if self.platform == "scf":
            return str(json.loads(trigger.description)["AuthType"])
        if self.platform == "fc":
            return str(trigger.parsed["authType"])
        return str(trigger.event_data["auth"])

    def change_auth(self, auth: str) -> None:
        """Change who authorizes them, as by hand."""
        (trigger,) = self.triggers
        if self.platform == "scf":
            trigger.description = trigger.description.replace('"NONE"', f'"{auth}"')
        elif self.platform == "fc":
            trigger.config = json.dumps({**trigger.parsed, "authType": auth})
        else:
            trigger.event_data["auth"] = auth

    def take_url_away(self) -> None:
        """Delete the URL, as by hand."""
        if self.platform == "scf":
            self.deployer.functions[self.name].triggers.clear()
        elif self.platform == "fc":
            self.fc[self.name].triggers.clear()
        else:
            self.functiongraph.named(self.name).triggers.clear()

    @property
    def writes(self) -> list[str]:
        """The changes that were asked for so far."""
        return [
            each.action
            for each in self.emulator.received.of(self.platform)
            if each.action.startswith(("Create", "Update", "Delete"))
        ]

    def empty(self) -> None:
        """Remove everything."""
        self.emulator.tencent.deployed = ScfFunctions()
        self.functiongraph.by_urn.clear()
        self.fc.clear()


@pytest.fixture(params=PROVIDERS)
def place(request: pytest.FixtureRequest, emulator: Emulator, tmp_path: Path) -> Place:
    provider = PROVIDERS[request.param]
    deployer = Deployer(emulator, tmp_path, {"MY_TOKENS": TOKEN}, platform=request.param)
    description = DESCRIPTIONS[request.param]
    deployer.describe(description)
    deployer.build("web", f"web-{provider}-{request.param}")
    return Place(deployer, description, f"{provider}-web")


def test_the_app_is_made_of_its_own_bundle_with_its_url(place: Place) -> None:
    ended = place.deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert place.names == [place.name]
    (trigger,) = place.triggers
    if place.platform == "scf":
        made = place.deployer.functions[place.name]
        assert (made.handler, made.memory, made.zip_bytes) == ("web.handler", 512, zip_with("web"))
        assert (trigger.kind, trigger.enabled) == ("http", True)
        assert json.loads(trigger.description)["NetConfig"] == {
            "EnableIntranet": False,
            "EnableExtranet": True,
        }
    elif place.platform == "fc":
        app = place.fc[place.name]
        assert (app.config["handler"], app.config["memorySize"]) == ("web.handler", 512)
        assert app.zip_bytes == zip_with("web")
        assert (trigger.name, trigger.kind, trigger.qualifier) == (
            "cloud-sync-http",
            "http",
            "LATEST",
        )
        assert trigger.parsed == {
            "authType": "anonymous",
            "disableURLInternet": False,
            "methods": ["GET", "HEAD", "POST"],
        }
    else:
        stored = place.functiongraph.named(place.name)
        assert (stored.config["handler"], stored.config["memory_size"]) == ("web.handler", 512)
        assert stored.code == zip_with("web")
        data = trigger.event_data
        assert (data["group_id"], data["path"], data["match_mode"]) == (GROUP, "/", "SWA")
    assert place.auth == OPEN[place.platform]


def test_the_plan_says_that_there_will_be_a_public_url_and_what_guards_it(place: Place) -> None:
    ended = place.deployer.deploy("--plan")

    assert ended.code == 0
    assert "url       new, public, for all callers" in ended.out
    assert "callers   authenticate by HTTP_BEARER_TOKENS" in ended.out
    assert place.writes == []


def test_it_ends_with_a_request_by_an_event_and_with_the_address(place: Place) -> None:
    out = place.deployer.deploy("--yes").out

    [run] = place.emulator.invocations.all()
    if place.platform == "fc":
        assert run.event["requestContext"]["http"]["method"] == "GET"
        assert (run.event["version"], run.event["rawPath"]) == ("v1", "/health")
    else:
        assert (run.event["httpMethod"], run.event["path"]) == ("GET", "/health")
    answer = "GET /health as an event: HTTP 200, version 0.1.0, 1 operation\n"
    assert f"  {place.name}: {answer}" in out
    assert f"  {place.name}: URL set" in out
    domain = {
        "scf": "ap-guangzhou.tencentscf.com",
        "functiongraph": "apic.example.com/",
        "fc": "cn-hangzhou.fcapp.run",
    }
    (line,) = [line for line in out.splitlines() if line.startswith("  url ")]
    assert line.startswith("  url       https://")
    assert line.endswith(domain[place.platform])
    assert TOKEN not in out


def test_a_second_deployment_changes_nothing(place: Place) -> None:
    place.deployer.deploy("--yes")
    before = place.writes

    ended = place.deployer.deploy("--yes")

    assert (ended.code, place.writes) == (0, before)
    assert "Nothing to do." in ended.out


@pytest.mark.parametrize("change", ["open to others", "gone"])
def test_a_url_that_was_changed_by_hand_is_shown_and_kept_unless_asked(
    place: Place, change: str
) -> None:
    place.deployer.deploy("--yes")
    if change == "gone":
        place.take_url_away()
    else:
        place.change_auth({**BY_PLATFORM, "functiongraph": "APP"}[place.platform])
    before = place.writes

    refused = place.deployer.deploy("--yes")

    assert (refused.code, place.writes) == (3, before)
    old = "none" if change == "gone" else "for callers the platform authorizes"
    assert f"url       {old}" in refused.out
    assert "(changed by hand)" in refused.out
    assert place.deployer.deploy("--yes", "--overwrite").code == 0
    assert place.auth == OPEN[place.platform]
    assert "Nothing to do." in place.deployer.deploy("--yes").out


def test_whatever_else_was_changed_of_a_url_is_shown(place: Place) -> None:
    place.deployer.deploy("--yes")
    (trigger,) = place.triggers
    if place.platform == "scf":
        net = {"EnableIntranet": True, "EnableExtranet": False}
        description = {"AuthType": "NONE", "NetConfig": net, "CorsConfig": {"Enable": True}}
        trigger.description, trigger.enabled = json.dumps(description), False
        shown = "EnableIntranet True, EnableExtranet False, CORS on, off"
    elif place.platform == "fc":
        cors = {"allowOrigins": ["*"]}
        changed = {"methods": ["GET", "PUT"], "disableURLInternet": True, "corsConfig": cors}
        trigger.config = json.dumps({**trigger.parsed, **changed})
        shown = "methods GET PUT, off, CORS on"
    else:
        trigger.event_data |= {"path": "/app", "protocol": "HTTP"}
        shown = f"group {GROUP}, protocol HTTP, path /app"

    refused = place.deployer.deploy("--yes")

    group = f", group {GROUP}" if place.platform == "functiongraph" else ""
    line = f"url       for all callers, {shown} → for all callers{group}  (changed by hand)"
    assert (refused.code, line in refused.out) == (3, True), refused.out
    assert place.deployer.deploy("--yes", "--overwrite").code == 0
    assert "Nothing to do." in place.deployer.deploy("--yes").out


def test_an_address_that_is_not_known_yet_is_no_failure(place: Place) -> None:
    action = "ListFunctionTriggers" if place.platform == "functiongraph" else "ListTriggers"
    place.deployer.deploy("--yes")
    place.deployer.describe(
        place.description.replace('CONSOLE_LABEL = "production"', 'CONSOLE_LABEL = "test"')
    )

    def is_tried(_request: Received) -> bool:
        return len(place.emulator.invocations.all()) == 2

    fault = {
        "scf": faults.error("UnauthorizedOperation", "no"),
        "functiongraph": faults.error("APIGW.0302", "no", status=403),
        "fc": faults.error("AccessDenied", "no", status=403),
    }[place.platform]
    place.emulator.inject_fault(place.platform, fault, times=None, action=action, when=is_tried)

    ended = place.deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert "url       could not be read (" in ended.out


def test_a_changed_url_keeps_its_address(place: Place) -> None:
    before = address_in(place.deployer.deploy("--yes").out)
    place.change_auth(BY_PLATFORM[place.platform])

    after = address_in(place.deployer.deploy("--yes", "--overwrite").out)

    assert after == before


def address_in(out: str) -> str:
    (found,) = [line for line in out.splitlines() if line.startswith("  url ")]
    return found


def test_other_triggers_are_left_alone(place: Place) -> None:
    place.deployer.deploy("--yes")
    other: ScfTrigger | Trigger | FcTrigger
    if place.platform == "scf":
        other = ScfTrigger("example-bucket", "cos", "{}")
        place.deployer.functions[place.name].triggers[other.name] = other
    elif place.platform == "fc":
        # Before the deployment's own in the order of the names.
        config = json.dumps({"authType": "function", "methods": ["PUT"]})
        other = FcTrigger("a-person", "example", config, "LATEST", "", "", "http")
        place.fc[place.name].triggers[other.name] = other
    else:
        data = {"name": "of_a_person", "group_id": GROUP, "env_id": "other", "path": "/mine"}
        other = Trigger("example", "APIG", "ACTIVE", data, "", "")
        place.functiongraph.named(place.name).triggers[other.id] = other
    assert "Nothing to do." in place.deployer.deploy("--yes").out

    place.deployer.describe(with_platform_auth(place))
    place.deployer.deploy("--yes")

    assert other in place.triggers
    place.deployer.remove("--yes")
    assert place.names == []


def test_the_platform_authorizes_the_callers_if_the_app_is_told_so(place: Place) -> None:
    place.deployer.describe(with_platform_auth(place))

    ended = place.deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert "public, for callers the platform authorizes" in ended.out
    assert place.auth == BY_PLATFORM[place.platform]


def test_its_alarm_is_that_of_a_failed_run_alone(place: Place) -> None:
    receiver = {
        "scf": "notice-example",
        "functiongraph": f"urn:smn:cn-north-4:{PROJECT}:on-call",
        "fc": "on-call",
    }[place.platform]
    table = f'[platforms.{place.platform}.alarms]\nnotify = ["{receiver}"]\n'
    place.deployer.describe(place.description + table)

    ended = place.deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f'  {place.name}: alarm "run failed" set' in ended.out
    assert 'alarm "no run"' not in ended.out
    assert "Nothing to do." in place.deployer.deploy("--yes").out
    place.deployer.describe(place.description)
    assert place.deployer.deploy("--yes").code == 0
    assert "Nothing to do." in place.deployer.deploy("--yes").out


def test_the_app_itself_answers_the_event(place: Place) -> None:
    def answer(run: Invocation) -> object:
        make = {
            "scf": contexts.scf,
            "functiongraph": contexts.functiongraph,
            "fc": contexts.function_compute,
        }[place.platform]
        environ = {**place.emulator.environment(temporary=True), "HTTP_BEARER_TOKENS": TOKEN}
        call = make(run.function, run.event, environ, timer=False)
        return WebApp(Runtime(environ=call.environ)).handle(call.event, call.context)

    place.emulator.invocations.run_by(answer)

    ended = place.deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert re.search(r"/health as an event: HTTP 200, version [0-9.]+, \d+ operations", ended.out)


def test_a_removal_leaves_nothing(place: Place) -> None:
    place.deployer.deploy("--yes")

    removed = place.deployer.remove("--yes")

    assert (removed.code, place.names) == (0, []), removed.out
    assert "will be deleted" in removed.out
    # A function that is deleted first could leave its URL behind.
    deletions = [each for each in place.writes if not each.endswith("AsyncInvokeConfig")]
    assert deletions[-2:] in (
        ["DeleteTrigger", "DeleteFunction"],
        ["DeleteFunctionTrigger", "DeleteFunction"],
    )
    assert "Nothing to do." in place.deployer.remove("--yes").out


def test_an_app_that_the_description_does_not_name_any_more_is_removed(place: Place) -> None:
    place.deployer.deploy("--yes")
    text, _, _ = place.description.partition(f"[platforms.{place.platform}.web]")
    provider = place.name.partition("-")[0]
    function = {
        "tencent": "tencent-sync-machines",
        "huawei": "huawei-sync-dev-servers",
        "alibaba": "alibaba-synchronize-resource",
    }[provider]
    place.deployer.describe(f"{text}[platforms.{place.platform}.functions.{function}]\n")
    place.deployer.build("functions", f"{provider}-{place.platform}")

    ended = place.deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f"remove    {place.name}: no longer in the description" in ended.out
    assert place.names == [function]


@pytest.mark.parametrize("work", [True, False], ids=["the work was done", "it was not done"])
@pytest.mark.parametrize("verb", ["deploy", "change", "remove"])
def test_whatever_was_interrupted_is_taken_up_again(place: Place, verb: str, work: bool) -> None:  # noqa: FBT001
    command = "remove" if verb == "remove" else "deploy"

    if verb != "deploy":
        assert place.deployer.deploy("--yes").code == 0
    if verb == "change":
        place.deployer.describe(with_platform_auth(place))
    place.emulator.clear()
    begun = CloudState(place.emulator)
    assert place.deployer.run(command, "--yes").code == 0
    calls = len(place.emulator.received.of(place.platform))
    assert calls > 5
    wanted = "" if verb == "remove" else place.auth

    def run() -> None:
        place.deployer.run(command, "--yes")

    place.deployer.transport = DirectTransport(place.emulator)
    fault = faults.reset(work=work)
    for number in interruptions(place.emulator, fault, [place.platform], run, begun, range(calls)):
        again = place.deployer.run(command, "--yes")

        assert again.code == 0, (number, again.out)
        if verb == "remove":
            assert place.names == [], number
        else:
            assert (place.names, place.auth) == ([place.name], wanted), number
        assert "Nothing to do." in place.deployer.run(command, "--yes").out, number


def with_platform_auth(place: Place) -> str:
    """Return the description with the platform in place of the tokens."""
    text, _, _ = place.description.partition(f"[platforms.{place.platform}.web.secrets]")
    return text.replace('CONSOLE_LABEL = "production"', 'HTTP_AUTH = "platform"')


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"statusCode": 500, "body": "{}"}, "HTTP 500, but not the app's own answer"),
        ({"statusCode": 200, "body": "[]"}, "HTTP 200, but not the app's own answer"),
        ("nothing", "the function did not return an HTTP response"),
    ],
)
def test_an_app_that_does_not_answer_is_a_failure(place: Place, answer: object, said: str) -> None:
    place.emulator.invocations.run_by(lambda _run: answer)

    ended = place.deployer.deploy("--yes")

    assert ended.code == 1
    assert said in ended.out


def test_an_encoded_answer_is_read_too(place: Place) -> None:
    body = "eyJzdGF0dXMiOiAib2siLCAidmVyc2lvbiI6ICIxIiwgIm9wZXJhdGlvbnMiOiBbXX0="
    answer = {"statusCode": 200, "body": body, "isBase64Encoded": True}
    place.emulator.invocations.run_by(lambda _run: answer)

    assert "HTTP 200, version 1, 0 operations" in place.deployer.deploy("--yes").out


def test_a_weak_token_is_refused_before_anything_is_sent_and_not_shown(place: Place) -> None:
    place.deployer.environ = {"MY_TOKENS": "weakOne"}

    ended = place.deployer.deploy("--yes")

    assert ended.code == 2
    assert "token 1 of HTTP_BEARER_TOKENS is shorter than 16 characters" in ended.out
    assert "weakOne" not in ended.out
    assert place.writes == []


def test_a_plan_needs_no_prompted_token(place: Place) -> None:
    place.deployer.describe(place.description.replace("env:MY_TOKENS", "prompt"))

    assert place.deployer.deploy("--plan").code == 0


def test_only_the_app_of_a_provider_is_deployed(place: Place) -> None:
    provider = place.name.partition("-")[0]
    other = "huawei" if provider == "alibaba" else "alibaba"
    assert place.deployer.deploy("--yes", "--provider", other).code == 2
    assert place.deployer.deploy("--yes", "--provider", provider).code == 0


FAULTS: Mapping[str, tuple[str, str, str, str]] = {
    "no authentication": (
        'HTTP_BEARER_TOKENS = "env:MY_TOKENS"',
        "",
        "web.secrets",
        (
            "nothing authenticates the callers of its public URL: name the source of "
            "HTTP_BEARER_TOKENS"
        ),
    ),
    "a token in clear": (
        "CONSOLE_LABEL",
        "HTTP_WEBHOOK_SECRETS",
        "web.settings.HTTP_WEBHOOK_SECRETS",
        "is a secret and must not be in plain text here",
    ),
    "chat without its secret": (
        "CONSOLE_LABEL",
        "CHAT_RIGHTS",
        "web.settings.CHAT_RIGHTS",
        "is of no use without SLACK_SIGNING_SECRET or DINGTALK_APP_SECRET",
    ),
    "chat without rights": (
        "HTTP_BEARER_TOKENS",
        "SLACK_SIGNING_SECRET",
        "web.settings",
        "CHAT_RIGHTS is missing",
    ),
    "DingTalk without its organization": (
        'CONSOLE_LABEL = "production"\n[platforms.scf.web.secrets]\nHTTP_BEARER_TOKENS',
        'CHAT_RIGHTS = "rights.json"\n[platforms.scf.web.secrets]\nDINGTALK_APP_SECRET',
        "web.settings",
        "DINGTALK_CORP_ID is missing",
    ),
    "chat behind the platform": (
        'CONSOLE_LABEL = "production"\n[platforms.scf.web.secrets]\nHTTP_BEARER_TOKENS',
        (
            'HTTP_AUTH = "platform"\nCHAT_RIGHTS = "rights.json"\n'
            "[platforms.scf.web.secrets]\nSLACK_SIGNING_SECRET"
        ),
        "web.settings.HTTP_AUTH",
        "keeps chats out",
    ),
    "an unknown provider": ('"tencent"', '"aws"', "web.operations", "Input should be 'alibaba'"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_named_with_what_to_set(tmp_path: Path, case: str) -> None:
    old, new, place, reason = FAULTS[case]
    assert old in SCF
    path = tmp_path / "deploy.toml"
    path.write_text(SCF.replace(old, new))

    with pytest.raises(DescriptionError) as caught:
        read_description(path)

    found = dict(caught.value.faults)
    assert found[f"platforms.scf.{place}"].startswith(reason), found


def test_a_platform_without_functions_and_app_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "deploy.toml"
    path.write_text(SCF.partition("[platforms.scf.web]")[0])

    with pytest.raises(DescriptionError) as caught:
        read_description(path)

    assert caught.value.faults == [("platforms.scf.functions", "there is none, and no web app")]


def test_an_api_group_belongs_to_functiongraph_alone(place: Place) -> None:
    group = f'api_group = "{GROUP}"'
    has_group = group in place.description
    text = place.description.replace(group if has_group else "operations", f"{group}\noperations")
    place.deployer.describe(place.description.replace(group, "") if has_group else text)

    ended = place.deployer.deploy("--yes")

    assert ended.code == 2
    assert f"platforms.{place.platform}.web.api_group: " in ended.out
    assert place.writes == []


def test_a_platform_that_makes_no_urls_refuses_the_app(emulator: Emulator, tmp_path: Path) -> None:
    deployer = Deployer(emulator, tmp_path)
    deployer.describe(SCF)
    path, out = tmp_path / "deploy.toml", Terminal()
    environ = {**emulator.environment(), "MY_TOKENS": TOKEN}
    deployment = Deployment(
        path=path,
        document=read_description(path),
        platform=PLATFORM._replace(http=None),
        provider=None,
        zips=lambda bundles, _bytecode: dict.fromkeys(bundles, zip_with("web")),
        console=Console(out, out, out, Terminal(), {"NO_COLOR": "1"}),
        process=Runtime(environ=environ, home=tmp_path, clock=SkippingClock()),
        read_secret=lambda _question: "",
        yes=True,
    )

    with pytest.raises(DescriptionError) as caught:
        deployment.deploy()

    [(where, reason)] = caught.value.faults
    assert where == "platforms.scf.web"
    assert reason.startswith("no URL can be made on Tencent SCF")
    assert emulator.received.of("scf") == []
