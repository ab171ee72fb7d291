"""The deployment descriptors, each read into the same facts about a function."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.deploy_files import filled
from tests.support.repository import ROOT

DEPLOY = ROOT / "deploy"

CHOSEN = {
    "CODE_BUCKET": "example-bucket",
    "HUAWEICLOUD_REGION": "cn-north-4",
    "OMS_TASK": "example-sync-task",
    "HUAWEICLOUD_SDK_PROJECT_ID": "example-project",
    "HUAWEICLOUD_SDK_AK": "exampleid",
    "HUAWEICLOUD_SDK_SK": "exampleSecret",
    "SOURCE_BUCKET": "example-source",
    "SOURCE_BUCKET_DOMAIN": "example-source-1250000000.cos.ap-guangzhou.myqcloud.com",
    "FAILED_EVENTS_BUCKET": "example-failed-events",
    "OMS_SRC_AK": "exampleid",
    "OMS_SRC_SK": "exampleSecret",
    "OMS_DST_AK": "exampleid",
    "OMS_DST_SK": "exampleSecret",
    "HTTP_BEARER_TOKENS": f"sha256:{'0' * 64}",
    "APIG_GROUP_ID": "0" * 32,
    "ehpcApp": "ci-example-app",
    "omsTask": "example-sync-task",
    "omsBucket": "example-source",
    "EhpcApp": "ci-example-app",
    "OmsTask": "example-sync-task",
}
"""Values of a deployment where the descriptors have no default."""


@dataclass(frozen=True)
class Timer:
    """A schedule: when, whether it is on, and its message."""

    cron: str
    on: bool
    payload: Mapping[str, object]
    text: str


@dataclass(frozen=True)
class DeployedFunction:
    """One function in a descriptor."""

    function: str
    artifact: str
    handler: str
    runtime: str
    seconds: int
    megabytes: int
    retries: int
    environment: Mapping[str, object]
    timers: tuple[Timer, ...]
    http: bool = False
    bucket: bool = False


class CloudFormationLoader(yaml.SafeLoader):
    """Reads the short forms of functions: ``!Ref x`` as ``{"Ref": "x"}``."""


def short_form(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, object]:
    """Return a short form as the long one."""
    value: object
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise TypeError(tag)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


CloudFormationLoader.add_multi_constructor("!", short_form)


@cache
def read_yaml(path: Path) -> Any:
    """Return a YAML document, not to be changed; short forms of CloudFormation are understood."""
    return yaml.load(path.read_text("utf-8"), CloudFormationLoader)


def read_json(path: Path) -> Any:
    """Return a JSON document."""
    return json.loads(path.read_text("utf-8"))


def read_body(path: Path) -> Any:
    """Return a request's body with every value filled in."""
    return filled(read_json(path), CHOSEN)


@cache
def serverless() -> Any:
    """Return ``serverless.yml`` with its parameters filled in: their defaults, or an example."""
    text = (ROOT / "serverless.yml").read_text("utf-8")
    defaults: Mapping[str, str] = yaml.safe_load(text)["params"]["default"]
    text = re.sub(r"\$\{strToBool\((\$\{param:\w+\})\)\}", r"\1", text)
    # Comments may contain anything; in values only parameters are replaced.
    return yaml.safe_load(
        re.sub(r"\$\{param:(\w+)\}", lambda m: defaults[m[1]] or CHOSEN[m[1]], text)
    )


@cache
def sam() -> Any:
    """Return ``template.yaml``."""
    return read_yaml(ROOT / "template.yaml")


@cache
def function_compute(file: str) -> Any:
    """Return ``s.yaml`` or ``s.web.yaml`` with its variables filled in, as Serverless Devs does."""
    text = (DEPLOY / "alibaba-fc" / file).read_text("utf-8")
    text = re.sub(r"\$\{env\('\w+', '([^']*)'\)\}", r"\1", text)
    values: Mapping[str, str] = yaml.safe_load(text)["vars"]
    return yaml.safe_load(re.sub(r"\$\{vars\.(\w+)\}", lambda m: str(values[m[1]]), text))


def timer(cron: str, text: str, *, on: bool) -> Timer:
    """Return a schedule with its message read."""
    return Timer(cron, on, json.loads(text), text)


def from_serverless() -> Iterator[DeployedFunction]:
    """Read ``serverless.yml``."""
    document = serverless()
    provider = document["provider"]
    for function in document["functions"].values():
        section = re.fullmatch(r"\$\{self:custom\.(\w+)\}", function["environment"])
        assert section
        schedules = [event["schedule"] for event in function["events"]]
        permissions = read_yaml(DEPLOY / "aws-lambda" / "resources.yml")["OmsBucketPermission"]
        assert all(schedule["method"] == "scheduler" for schedule in schedules)
        yield DeployedFunction(
            function["name"],
            function["package"]["artifact"],
            function["handler"],
            provider["runtime"],
            provider["timeout"],
            provider["memorySize"],
            function["maximumRetryAttempts"],
            {**provider["environment"], **document["custom"][section[1]]},
            tuple(
                timer(each["rate"][0], json.dumps(each["input"]), on=each["enabled"])
                for each in schedules
            ),
            bucket=permissions["Properties"]["FunctionName"]
            == {"Fn::GetAtt": [function_name_of_osls(function["name"]), "Arn"]},
        )


def function_name_of_osls(name: str) -> str:
    """Return the name that osls gives to a function's resource."""
    return f"{name[0].upper()}{name[1:]}LambdaFunction".replace("-", "Dash")


def from_sam() -> Iterator[DeployedFunction]:
    """Read ``template.yaml``; its code is what ``deploy/aws-sam/Makefile`` unpacks."""
    document = sam()
    shared = document["Globals"]["Function"]
    makefile = (DEPLOY / "aws-sam" / "Makefile").read_text("utf-8")
    providers = {
        target: provider
        for targets, provider in re.findall(
            r"^(build-.*): provider = (\w+)$", makefile, re.MULTILINE
        )
        for target in targets.split()
    }
    for name, resource in document["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        yield DeployedFunction(
            properties["FunctionName"],
            f"dist/{providers[f'build-{name}']}-lambda.zip",
            properties["Handler"],
            shared["Runtime"],
            shared["Timeout"],
            shared["MemorySize"],
            {**shared, **properties}["EventInvokeConfig"]["MaximumRetryAttempts"],
            {
                **shared["Environment"]["Variables"],
                **properties["Environment"]["Variables"],
            },
            tuple(
                sam_timer(event["Properties"]) for event in properties.get("Events", {}).values()
            ),
            bucket=document["Resources"]["OmsBucketPermission"]["Properties"]["FunctionName"]
            == {"Fn::GetAtt": f"{name}.Arn"},
        )


def from_sam_of_the_web(file: str = "template.yaml") -> Iterator[DeployedFunction]:
    """Read a template in ``deploy/aws-web``, which takes the zips as they are."""
    folder = DEPLOY / "aws-web"
    document = read_yaml(folder / file)
    shared = document["Globals"]["Function"]
    for resource in document["Resources"].values():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        code = (folder / properties["CodeUri"]).resolve()
        yield DeployedFunction(
            properties["FunctionName"],
            str(code.relative_to(ROOT.resolve())),
            shared["Handler"],
            shared["Runtime"],
            shared["Timeout"],
            shared["MemorySize"],
            shared["EventInvokeConfig"]["MaximumRetryAttempts"],
            {**shared["Environment"]["Variables"], **properties["Environment"]["Variables"]},
            (),
            properties["FunctionUrlConfig"] == {"AuthType": "NONE"},
        )


def sam_timer(schedule: Mapping[str, Any]) -> Timer:
    """Return a ScheduleV2 with its parameters' defaults filled in."""
    parameters = sam()["Parameters"]
    text = schedule["Input"]
    if isinstance(text, dict):
        text = re.sub(
            r"\$\{(\w+)\}", lambda m: parameters[m[1]]["Default"] or CHOSEN[m[1]], text["Fn::Sub"]
        )
    condition = schedule["State"]["Fn::If"][0]
    switch = sam()["Conditions"][condition]["Fn::Equals"][0]["Ref"]
    return timer(schedule["ScheduleExpression"], text, on=parameters[switch]["Default"] == "true")


def from_sam_of_the_web_of_all() -> Iterator[DeployedFunction]:
    """Read ``deploy/aws-web/all.yaml``."""
    return from_sam_of_the_web("all.yaml")


def from_function_compute() -> Iterator[DeployedFunction]:
    """Read ``deploy/alibaba-fc/s.yaml`` and ``s.events.yaml``."""
    yield from from_function_compute_file("s.yaml")
    yield from from_function_compute_file("s.events.yaml")


def from_function_compute_of_the_web() -> Iterator[DeployedFunction]:
    """Read ``deploy/alibaba-fc/s.web.yaml``."""
    return from_function_compute_file("s.web.yaml")


def from_function_compute_file(file: str) -> Iterator[DeployedFunction]:
    """Read a file of ``deploy/alibaba-fc``."""
    for resource in function_compute(file)["resources"].values():
        props = resource["props"]
        yield DeployedFunction(
            props["functionName"],
            str((DEPLOY / "alibaba-fc" / props["code"]).resolve().relative_to(ROOT.resolve())),
            props["handler"],
            props["runtime"],
            props["timeout"],
            props["memorySize"],
            props["asyncInvokeConfig"]["maxAsyncRetryAttempts"],
            props["environmentVariables"],
            tuple(
                timer(
                    each["triggerConfig"]["cronExpression"],
                    each["triggerConfig"]["payload"],
                    on=each["triggerConfig"]["enable"],
                )
                for each in props["triggers"]
                if each["triggerType"] == "timer"
            ),
            any(each["triggerType"] == "http" for each in props["triggers"]),
            any(each["triggerType"] == "oss" for each in props["triggers"]),
        )


def from_scf() -> Iterator[DeployedFunction]:
    """Read the bodies in ``deploy/tencent-scf``."""
    for folder in ("", "huawei-create-sync-events", "tencent-sync-asset-scan", "tencent-web"):
        yield from_scf_folder(DEPLOY / "tencent-scf" / folder)


def from_scf_folder(folder: Path) -> DeployedFunction:
    """Read the three bodies of one function."""
    function = read_body(folder / "create-function.json")
    trigger = read_body(folder / "create-trigger.json")
    invoke = read_body(folder / "update-function-event-invoke-config.json")
    assert trigger["FunctionName"] == invoke["FunctionName"] == function["FunctionName"]
    (retry,) = invoke["AsyncTriggerConfig"]["RetryConfig"]
    timers = (
        ()
        if trigger["Type"] != "timer"
        else (
            timer(
                trigger["TriggerDesc"], trigger["CustomArgument"], on=trigger["Enable"] == "OPEN"
            ),
        )
    )
    return DeployedFunction(
        function["FunctionName"],
        "dist" + function["Code"]["CosObjectName"],
        function["Handler"],
        function["Runtime"],
        function["Timeout"],
        function["MemorySize"],
        retry["RetryNum"],
        {each["Key"]: each["Value"] for each in function["Environment"]["Variables"]},
        timers,
        trigger["Type"] == "http",
        trigger["Type"] == "cos",
    )


def from_functiongraph() -> Iterator[DeployedFunction]:
    """Read the bodies in ``deploy/huawei-functiongraph``, a folder a function."""
    for path in sorted((DEPLOY / "huawei-functiongraph").glob("*/create-function.json")):
        function = read_body(path)
        assert function["func_name"] == path.parent.name
        trigger = read_body(path.with_name("create-trigger.json"))
        invoke = read_body(path.with_name("async-invoke-config.json"))
        event, kind = trigger["event_data"], trigger["trigger_type_code"]
        on = trigger["trigger_status"] == "ACTIVE"
        yield DeployedFunction(
            function["func_name"],
            "dist/" + function["code_url"].rpartition("/")[2],
            function["handler"],
            function["runtime"],
            function["timeout"],
            function["memory_size"],
            invoke["max_async_retry_attempts"],
            {
                **json.loads(function["user_data"]),
                **json.loads(function.get("encrypted_user_data", "{}")),
            },
            (timer(event["schedule"], event["user_event"], on=on),) if kind == "TIMER" else (),
            kind == "APIG",
            kind == "OBS",
        )


DESCRIPTORS = {
    "serverless.yml": ("lambda", from_serverless),
    "template.yaml": ("lambda", from_sam),
    "aws-web": ("lambda", from_sam_of_the_web),
    "aws-web-all": ("lambda", from_sam_of_the_web_of_all),
    "alibaba-fc": ("fc", from_function_compute),
    "alibaba-fc-web": ("fc", from_function_compute_of_the_web),
    "tencent-scf": ("scf", from_scf),
    "huawei-functiongraph": ("functiongraph", from_functiongraph),
}
"""Descriptor -> its platform and its reader."""


def deployed() -> list[tuple[str, str, DeployedFunction]]:
    """Return every function of every descriptor: descriptor, platform, facts."""
    return [
        (name, platform, function)
        for name, (platform, read) in DESCRIPTORS.items()
        for function in read()
    ]
