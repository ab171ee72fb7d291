"""Descriptors, catalog, events and README deploy the same functions."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from functions.web.async_invoke import aws
from shared.models.operation import Operation
from shared.settings import SETTINGS
from shared.settings.definitions import PLATFORM
from shared.validation import validation_errors
from tests.support.descriptors import DEPLOY, DeployedFunction, deployed, read_yaml, serverless
from tests.support.doc_pages import page
from tests.support.repository import ROOT

FUNCTIONS = {load(operation_id).function: operation_id for operation_id in OPERATIONS}
WEB = {
    "alibaba-web": "alibaba",
    "tencent-web": "tencent",
    "huawei-web": "huawei",
    "cloud-sync-web": "all",
}
"""The web app's functions, each with its provider."""

DEPLOYED = deployed()
ALL = [each for each in DEPLOYED if each[2].function not in WEB]
WEB_APPS = [each for each in DEPLOYED if each[2].function in WEB]
IDS = [f"{name}:{function.function}" for name, _, function in ALL]
EACH = pytest.mark.parametrize(("descriptor", "platform", "function"), ALL, ids=IDS)


def operation_of(function: DeployedFunction) -> Operation:
    return load(FUNCTIONS[function.function])


@pytest.mark.parametrize("descriptor", ["serverless.yml", "template.yaml"])
def test_aws_lambda_gets_every_function_of_the_catalog(descriptor: str) -> None:
    assert [each.function for name, _, each in ALL if name == descriptor] == list(FUNCTIONS)


@pytest.mark.parametrize(
    ("descriptor", "provider"),
    [("alibaba-fc", "alibaba"), ("tencent-scf", "tencent"), ("huawei-functiongraph", "huawei")],
)
def test_a_providers_own_platform_gets_its_functions(descriptor: str, provider: str) -> None:
    own = {name for name, operation in FUNCTIONS.items() if operation.startswith(provider + ".")}
    of_buckets = {name for name, operation in FUNCTIONS.items() if takes_bucket_events(operation)}

    assert {each.function for name, _, each in ALL if name == descriptor} == own | of_buckets


def takes_bucket_events(operation: str) -> bool:
    """Return whether it runs where the buckets are, on any platform."""
    return load(operation).parameters_from_event is not None


@EACH
def test_the_code_is_the_bundle_of_provider_and_platform(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    provider = operation_of(function).provider.name

    assert function.artifact == f"dist/{provider}-{platform}.zip", descriptor


@EACH
def test_the_handler_is_the_entry_of_the_operations_module(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    module = OPERATIONS[FUNCTIONS[function.function]].rpartition(".")[2]

    assert function.handler == f"{module}.handler", (descriptor, platform)


@EACH
def test_the_runtime_is_the_bundles_python(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    expected = "python3.13" if platform == "lambda" else "python3.10"

    assert function.runtime.lower() == expected, descriptor


@EACH
def test_a_function_has_60_seconds_256_mb_and_no_retry_of_the_platforms_but_for_buckets(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    limits = (function.seconds, function.megabytes, function.retries)
    # The most that each platform offers: no next tick repeats what a bucket event's run left.
    most = {"lambda": 2, "fc": 3, "scf": 2, "functiongraph": 3}[platform]

    assert limits == (60, 256, most if function.bucket else 0), (descriptor, platform)


@EACH
def test_a_bucket_calls_what_takes_bucket_events_and_nothing_else(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    takes = takes_bucket_events(FUNCTIONS[function.function])

    assert function.bucket == takes, (descriptor, platform)
    assert bool(function.timers) != takes


@EACH
def test_every_variable_is_a_setting_that_a_person_may_set(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    rows = [SETTINGS.get(name) for name in function.environment]

    assert function.environment
    assert all(row is not None and row.group != PLATFORM for row in rows), descriptor
    if platform == "scf":
        assert not any(
            name.startswith(("TENCENTCLOUD_", "SCF_", "QCLOUD_")) for name in function.environment
        )


@EACH
def test_a_function_is_not_given_another_providers_settings(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    provider = operation_of(function).provider.name
    foreign = {
        "alibaba": r"TENCENT|CWP|HUAWEI|CLOUD_SDK|OMS",
        "tencent": r"ALIBABA|HUAWEI|CLOUD_SDK|OMS",
        "huawei": r"ALIBABA|TENCENT|CWP",
    }[provider]

    foreign_names = [name for name in function.environment if re.match(foreign, name)]
    assert foreign_names == [], (descriptor, platform)


@EACH
def test_a_schedules_message_passes_the_operations_own_rules(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    for timer in function.timers:
        faults = validation_errors(timer.payload, operation_of(function), partial=False)
        assert faults == [], (descriptor, platform)


@EACH
def test_only_event_bridges_message_has_to_say_that_it_is_a_timers(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    for timer in function.timers:
        expected = "timer" if platform == "lambda" else None
        assert timer.payload.get("trigger") == expected, descriptor


@EACH
def test_a_schedules_message_is_short_enough_for_its_platform(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    max_bytes = {"lambda": 8192, "fc": 128 * 1024, "scf": 4096, "functiongraph": 2047}[platform]

    assert all(len(timer.text.encode()) <= max_bytes for timer in function.timers), descriptor


CRON = {
    "lambda": r"cron\((\S+ ){5}\S+\)",
    "fc": r"CRON_TZ=Asia/Shanghai (\S+ ){5}\S+",
    "scf": r"(\S+ ){6}\S+",
    "functiongraph": r"@every \d+m|CRON_TZ=Asia/Shanghai (\S+ ){5}\S+",
}
"""Each platform's cron syntax, with the time zone where the platform's default differs."""


@EACH
def test_a_schedule_is_written_in_its_platforms_syntax(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    assert all(re.fullmatch(CRON[platform], timer.cron) for timer in function.timers), descriptor


@EACH
def test_every_schedule_of_aws_is_off_until_it_is_switched_on_and_a_platforms_own_are_on(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    on = [timer.on in {True, "true"} for timer in function.timers]
    is_optional = function.function in {"alibaba-synchronize-app", "huawei-stop-sync-task"}
    own_platform = platform != "lambda" and not is_optional

    assert on == ([] if function.bucket else [own_platform]), descriptor


def test_what_a_schedule_requires_has_no_default() -> None:
    defaults = read_yaml(ROOT / "serverless.yml")["params"]["default"]
    parameters = read_yaml(ROOT / "template.yaml")["Parameters"]

    assert (defaults["ehpcApp"], defaults["omsTask"]) == ("", "")
    assert (parameters["EhpcApp"]["Default"], parameters["OmsTask"]["Default"]) == ("", "")


def test_a_stack_whose_schedule_lacks_what_it_needs_is_refused() -> None:
    rules = read_yaml(ROOT / "template.yaml")["Rules"].values()
    refused = {
        rule["RuleCondition"]["Fn::Equals"][0]["Ref"]: [
            assertion["Assert"]["Fn::Not"][0]["Fn::Equals"] for assertion in rule["Assertions"]
        ]
        for rule in rules
    }

    assert refused == {
        "EhpcSchedule": [[{"Ref": "EhpcApp"}, ""]],
        "FleetSchedule": [[{"Ref": "FleetTargets"}, "[]"]],
        "OmsSchedule": [[{"Ref": "OmsTask"}, ""]],
        "OmsStopSchedule": [[{"Ref": "OmsTask"}, ""]],
    }


@EACH
def test_a_schedules_message_has_no_storage_key(
    descriptor: str, platform: str, function: DeployedFunction
) -> None:
    secret = {"src_ak", "src_sk", "dst_ak", "dst_sk", "source_cdn_authentication_key"}

    assert not any(secret & set(timer.payload) for timer in function.timers), (descriptor, platform)


def test_every_schedule_of_event_bridge_names_a_time_zone() -> None:
    for function in serverless()["functions"].values():
        zones = [event["schedule"]["timezone"] for event in function["events"]]
        of_buckets = function["name"] == "huawei-create-sync-events"
        assert zones == ([] if of_buckets else ["Asia/Shanghai"])


def test_no_setting_of_serverless_yml_depends_on_the_stack() -> None:
    """``osls invoke local`` would ask AWS for a ``Ref``, and fail offline."""
    for _, _, function in (each for each in ALL if each[0] == "serverless.yml"):
        for name, value in function.environment.items():
            default = "platform" if name == "HTTP_AUTH" else ""
            assert value == f"${{env:{name}, '{default}'}}"


def test_the_function_urls_take_only_calls_that_aws_identities_signed() -> None:
    for function in serverless()["functions"].values():
        assert function["url"] == {"authorizer": "aws_iam"}


def test_the_package_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))

    assert [name for name, each in lock["packages"].items() if "resolved" in each] == []
    assert lock["packages"]["node_modules/osls"]["version"] == "4.3.1"


def test_the_guard_against_secrets_in_clear_knows_every_secret_one_can_set() -> None:
    text = (DEPLOY / "aws-lambda" / "no-secrets-in-clear.js").read_text("utf-8")
    known = set(re.findall(r'^  "([A-Z_]+)",$', text, re.MULTILINE))

    assert known == {row.name for row in SETTINGS.values() if row.secret and row.group != PLATFORM}


def test_the_references_are_settings_and_each_refers_to_its_own_name() -> None:
    text = (DEPLOY / "aws-lambda" / "references.env").read_text("utf-8")
    found = re.findall(
        r"^(?:# )?([A-Z_]+)='\{\{resolve:secretsmanager:(.*)\}\}'$", text, re.MULTILINE
    )

    assert found
    for name, reference in found:
        assert name in SETTINGS
        assert reference == f"cloud-sync:SecretString:{name}"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_readme_and_deploy_md_name_the_function(function: str) -> None:
    for path in (ROOT / "README.md", ROOT / "docs" / "deploy.md"):
        assert f"`{function}`" in path.read_text("utf-8")


def walk(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in walk(each)]
    if isinstance(value, list):
        return [text for each in value for text in walk(each)]
    return [value] if isinstance(value, str) else []


def test_no_descriptor_holds_what_resembles_a_real_key() -> None:
    for _, _, function in ALL:
        for text in walk(dict(function.environment)):
            assert not re.search(r"LTAI(?!example)|AKID(?!example)|AKIA", text)


def test_aws_lambda_gets_every_web_app_and_a_providers_own_platform_its_own() -> None:
    assert [(name, function.function) for name, _, function in WEB_APPS] == [
        *(("aws-web", function) for function in WEB if function != "cloud-sync-web"),
        ("aws-web-all", "cloud-sync-web"),
        ("alibaba-fc-web", "alibaba-web"),
        ("tencent-scf", "tencent-web"),
        ("huawei-functiongraph", "huawei-web"),
    ]


@pytest.mark.parametrize(
    ("platform", "function"), [each[1:] for each in WEB_APPS], ids=lambda each: str(each)[:20]
)
def test_a_web_app_is_the_web_bundle_with_512_mb_and_an_http_trigger(
    platform: str, function: DeployedFunction
) -> None:
    provider = WEB[function.function]

    assert function.artifact == f"dist/web-{provider}-{platform}.zip"
    assert function.handler == "web.handler"
    assert function.runtime.lower() == ("python3.13" if platform == "lambda" else "python3.10")
    assert (function.seconds, function.megabytes, function.retries) == (60, 512, 0)
    assert (function.timers, function.http) == ((), True)
    rows = [SETTINGS.get(name) for name in function.environment]
    assert all(row is not None and row.group != PLATFORM for row in rows)


def test_the_pages_on_deployment_name_every_web_app() -> None:
    text = page("deploy-web.md") + page("deploy-by-hand.md")

    assert [name for name in WEB if f"`{name}`" not in text] == []


def test_a_web_app_on_aws_may_log_report_a_failed_run_and_call_itself_only() -> None:
    resources = {
        **read_yaml(DEPLOY / "aws-web" / "template.yaml")["Resources"],
        **read_yaml(DEPLOY / "aws-web" / "all.yaml")["Resources"],
    }
    for function, provider in WEB.items():
        prefix = "" if provider == "all" else provider.title()
        (policy,) = resources[f"{prefix}WebRole"]["Properties"]["Policies"]
        statements = policy["PolicyDocument"]["Statement"]
        assert [each["Action"] for each in statements] == [
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            "sqs:SendMessage",
            aws.PERMISSION,
        ]
        arns = [each["Fn::Sub"] for each in statements[-1]["Resource"]]
        assert [arn.partition(":function:")[2] for arn in arns] == [function, f"{function}:*"]
        alarm = resources[f"{prefix}WebBroke"]["Properties"]
        assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": function}]


def test_the_web_app_of_all_providers_has_the_settings_of_each_providers_own() -> None:
    own = {
        name: value
        for name, _, function in WEB_APPS
        if name == "aws-web"
        for name, value in function.environment.items()
    }
    (every,) = (function for name, _, function in WEB_APPS if name == "aws-web-all")

    assert every.environment == own


def test_function_computes_stock_file_makes_no_public_function() -> None:
    functions = [function for name, _, function in DEPLOYED if name == "alibaba-fc"]

    assert [function.http for function in functions] == [False, False, False]


def test_no_request_body_in_git_holds_a_secret() -> None:
    ids = {"OMS_SRC_AK", "OMS_DST_AK", "HUAWEICLOUD_SDK_AK"}
    secret = {row.name for row in SETTINGS.values() if row.secret} | ids
    found = 0
    for path in (*DEPLOY.glob("tencent-scf/**/*.json"), *DEPLOY.glob("huawei-*/**/*.json")):
        for name in secret:
            for value in re.findall(
                rf'\b{name}\W+(?:Value\W+)?("[^"]*|\$[^"\\]*)', path.read_text()
            ):
                assert value == f"${{{name}}}", path
                found += 1
    assert found == 8


def test_no_schedule_of_the_stack_is_retried() -> None:
    resources = read_yaml(DEPLOY / "aws-lambda" / "resources.yml")

    for name, _, function in DEPLOYED:
        if name != "serverless.yml":
            continue
        for number, _ in enumerate(function.timers, start=1):
            # How osls names a schedule, with "Dash" for each hyphen.
            logical = function.function.capitalize().replace("-", "Dash")
            target = resources[f"{logical}SchedulerSchedule{number}"]["Properties"]["Target"]
            assert target["RetryPolicy"] == {"MaximumRetryAttempts": 0}
            assert target["DeadLetterConfig"]
