"""The template of a stack: valid, with least rights, and with the descriptors' alarms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from local.deployment.cloudformation.limits import LIMITS
from local.deployment.cloudformation.template import (
    MAX_TEMPLATE_BYTES,
    TAG,
    StackDescription,
    StackFunction,
    StackTemplate,
    parameter_of,
    template_of,
)
from local.deployment.description.description import (
    DescriptionError,
    operations,
    parse_toml,
    read_description,
)
from local.deployment.description.document import DeploymentDocument
from local.deployment.desired.functions import chosen_functions, desired_function
from tests.support.descriptors import DEPLOY, DeployedFunction, from_sam, read_yaml, sam
from tests.support.stack_deployer import LAMBDA_ONE, SECRET, StackDeployer
from tests.support.zips import zip_of

DESCRIPTORS: dict[str, DeployedFunction] = {each.function: each for each in from_sam()}
"""The functions of ``template.yaml``."""

PLAIN: dict[str, Any] = read_yaml(DEPLOY / "aws-lambda" / "resources.yml")

FUNCTIONS = [load(operation_id).function for operation_id in OPERATIONS]
SECRETS = ("OMS_SRC_SK", "TENCENTCLOUD_SECRET_KEY")


def whole(more: str = "") -> str:
    """Return a description of every function, with the schedules of the descriptors."""
    lines = ['name = "production"', "[platforms.lambda]", 'region = "eu-west-1"', more]
    lines += ['bucket = "example-code"', 'timezone = "Asia/Shanghai"']
    lines += ['alarms = { notify = ["you@example.com", "them@example.com"] }']
    lines += ["[platforms.lambda.secrets]"]
    lines += [f'{name} = "env:{name}"' for name in SECRETS]
    lines += ['HUAWEICLOUD_SDK_SK = "secretsmanager:cloud-sync#HUAWEICLOUD_SDK_SK"']
    for name in FUNCTIONS:
        lines += [f"[platforms.lambda.functions.{name}]"]
        lines += [f'schedule = "{timer.cron}"' for timer in DESCRIPTORS[name].timers]
    return "\n".join(lines)


def template(text: str, folder: Path) -> StackTemplate:
    """Return the template of a description, whose schedules may lack parameters."""
    path = folder / "deploy.toml"
    path.write_text(text)
    document = DeploymentDocument.model_validate(parse_toml(path))
    table, known = document.platforms["lambda"], operations()
    environ = dict.fromkeys(SECRETS, SECRET)
    content = zip_of({"sync_machines.py": "example"})
    functions = [
        StackFunction(
            desired_function(LIMITS, table, each, content, environ, {}),
            each.name,
            known.get(each.name),
        )
        for each in chosen_functions("lambda", table, None)
    ]
    timezone = table.timezone or "UTC"
    notify = (table.alarms.notify if table.alarms is not None else None) or ()
    return template_of(
        StackDescription(document.name, table.bucket or "", notify, timezone, functions)
    )


def resources(text: str, folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = template(text, folder).body["Resources"]
    return found


def of_type(found: Mapping[str, Any], type_: str) -> dict[str, Any]:
    return {id_: each for id_, each in found.items() if each["Type"] == type_}


def alarms(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return alarms by their names, without tags."""
    listed = of_type(found, "AWS::CloudWatch::Alarm").values()
    return {
        each["Properties"]["AlarmName"]: {
            name: value for name, value in each["Properties"].items() if name != "Tags"
        }
        for each in listed
    }


def findings(text: str) -> list[str]:
    """Return the errors and warnings of cfn-lint."""
    # It takes a second to import, which each worker that collects the tests would spend.
    from cfnlint.api import lint_all

    return [str(each) for each in lint_all(text) if not each.rule.id.startswith("I")]


def test_cfn_lint_finds_nothing(tmp_path: Path) -> None:
    assert findings(template(whole(), tmp_path).text) == []


@pytest.mark.parametrize("more", ['name_prefix = "staging-"', 'role = "example-role"'])
def test_cfn_lint_finds_nothing_in_other_forms(tmp_path: Path, more: str) -> None:
    text = LAMBDA_ONE.replace("bucket =", f"{more}\nbucket =")

    assert findings(template(text, tmp_path).text) == []


def test_cfn_lint_would_find_a_fault(tmp_path: Path) -> None:
    text = template(LAMBDA_ONE, tmp_path).text.replace('"MemorySize":256', '"MemorySize":64')

    assert len(findings(text)) == 1


def test_the_alarms_are_those_of_the_descriptors(tmp_path: Path) -> None:
    of_functions = {
        name: each
        for name, each in alarms(PLAIN).items()
        if not name.startswith("cloud-sync-fleet-")
    }
    # The descriptors have one for the maintenance window's function, whose schedule is off.
    assert alarms(resources(whole(), tmp_path)) == of_functions


def test_queue_and_topic_are_those_of_the_descriptors(tmp_path: Path) -> None:
    found = resources(whole(), tmp_path)

    for name in ("DeadLetterQueue", "AlarmTopic"):
        properties = {**found[name]["Properties"]}
        del properties["Tags"]
        assert {"Type": found[name]["Type"], "Properties": properties} == PLAIN[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_that_of_the_descriptors(tmp_path: Path, name: str) -> None:
    found, there = resources(whole(), tmp_path), DESCRIPTORS[name]
    (id_,) = (
        id_
        for id_, each in of_type(found, "AWS::Lambda::Function").items()
        if each["Properties"]["FunctionName"] == name
    )
    function = found[id_]["Properties"]

    assert (function["Runtime"], function["Handler"]) == (there.runtime, there.handler)
    assert (function["MemorySize"], function["Timeout"]) == (there.megabytes, there.seconds)
    assert function["Architectures"] == ["x86_64"]
    assert found[f"{id_}Retries"]["Properties"]["MaximumRetryAttempts"] == there.retries
    assert found[f"{id_}Log"] == {
        **sam()["Resources"][f"{id_}Log"],
        "Properties": {
            **sam()["Resources"][f"{id_}Log"]["Properties"],
            "Tags": [{"Key": TAG, "Value": "production"}],
        },
    }
    if there.timers:
        schedule = found[f"{id_}Schedule"]["Properties"]
        assert schedule["ScheduleExpression"] == there.timers[0].cron
        assert schedule["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 0}
        assert json.loads(schedule["Target"]["Input"])["trigger"] == "timer"


def test_roles_have_the_rights_of_the_descriptors_on_their_own_resources_alone(
    tmp_path: Path,
) -> None:
    found = resources(whole(), tmp_path)

    roles = of_type(found, "AWS::IAM::Role")
    assert len(roles) == len(FUNCTIONS) + 1
    for id_, role in roles.items():
        (policy,) = role["Properties"]["Policies"]
        first, second = policy["PolicyDocument"]["Statement"]
        if id_ == "SchedulerRole":
            assert first["Action"] == "lambda:InvokeFunction"
        else:
            log = id_.removesuffix("Role") + "Log"
            assert first["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
            assert first["Resource"] == {"Fn::GetAtt": [log, "Arn"]}
        assert (second["Action"], second["Resource"]) == (
            "sqs:SendMessage",
            {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]},
        )
        assert "*" not in json.dumps(policy)


def test_a_named_role_is_taken_and_none_is_made(tmp_path: Path) -> None:
    found = resources(LAMBDA_ONE.replace("bucket", 'role = "example-role"\nbucket'), tmp_path)

    assert list(of_type(found, "AWS::IAM::Role")) == ["SchedulerRole"]
    role = found["TencentSyncMachines"]["Properties"]["Role"]
    assert role["Fn::Sub"].endswith(":role/example-role")
    # Lambda would refuse a queue that this role may not write to.
    assert "DestinationConfig" not in found["TencentSyncMachinesRetries"]["Properties"]


def test_everything_that_takes_tags_has_the_deployments_name(tmp_path: Path) -> None:
    without = {
        "AWS::Lambda::EventInvokeConfig",
        "AWS::SNS::Subscription",
        "AWS::Scheduler::Schedule",
    }

    for each in resources(whole(), tmp_path).values():
        tags = each["Properties"].get("Tags")
        expected = None if each["Type"] in without else [{"Key": TAG, "Value": "production"}]
        assert tags == expected


def test_no_secret_is_in_the_template(tmp_path: Path) -> None:
    made = template(whole(), tmp_path)

    assert SECRET not in made.text
    parameters = made.body["Parameters"]
    assert parameters
    assert all(each["NoEcho"] is True for each in parameters.values())
    variables = made.body["Resources"]["HuaweiStartSyncTask"]["Properties"]["Environment"]
    assert variables["Variables"] == {
        "HUAWEICLOUD_SDK_SK": (
            "{{resolve:secretsmanager:cloud-sync:SecretString:HUAWEICLOUD_SDK_SK}}"
        ),
        "OMS_SRC_SK": {"Ref": "HuaweiStartSyncTaskOmsSrcSk"},
        "TENCENTCLOUD_SECRET_KEY": {"Ref": "HuaweiStartSyncTaskTencentcloudSecretKey"},
    }


def test_a_whole_secret_is_referred_to_without_a_key(tmp_path: Path) -> None:
    text = LAMBDA_ONE.replace("cloud-sync#TENCENTCLOUD_SECRET_ID", "prod/example-id")
    function = resources(text, tmp_path)["TencentSyncMachines"]["Properties"]

    assert function["Environment"]["Variables"]["TENCENTCLOUD_SECRET_ID"] == (
        "{{resolve:secretsmanager:prod/example-id:SecretString}}"
    )


def test_settings_that_differ_in_underscores_have_different_parameters(tmp_path: Path) -> None:
    content = zip_of({"sync_machines.py": "example"})
    path = tmp_path / "deploy.toml"
    path.write_text(LAMBDA_ONE)
    table = DeploymentDocument.model_validate(parse_toml(path)).platforms["lambda"]
    (chosen,) = chosen_functions("lambda", table, None)
    desired = desired_function(LIMITS, table, chosen, content, {}, {})
    name = "tencent-sync-machines"
    function = StackFunction(desired, name, operations()[name])

    names = ["A_B", "AB", "A__B", "A_B_", "A1_B", "A1B", "A_1B", "A_1_B"]
    assert len({parameter_of(function, name) for name in names}) == len(names)
    assert all(parameter_of(function, name).isalnum() for name in names)


def test_a_schedule_that_is_off_has_no_alarm_for_missed_runs(tmp_path: Path) -> None:
    found = resources(LAMBDA_ONE.replace("parameters", "enabled = false\nparameters"), tmp_path)

    assert found["TencentSyncMachinesSchedule"]["Properties"]["State"] == "DISABLED"
    assert "tencent-sync-machines-missed" not in alarms(found)


def test_all_functions_fit_into_one_template_with_an_app(tmp_path: Path) -> None:
    app = '[platforms.lambda.web]\noperations = "all"\n'
    text = template(f"{whole()}\n{app}", tmp_path).text

    assert '"FunctionName":"all-web"' in text
    assert len(text.encode()) < MAX_TEMPLATE_BYTES


INSIDE = "platforms.lambda.functions.tencent-sync-machines"


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ("cron(10 2 * * ? *)", "@daily", f"{INSIDE}.schedule", "rate(5 minutes)"),
        ('timezone = "Asia/Shanghai"', "memory_mb = 64",
         f"{INSIDE}.memory_mb", "128 to 10,240 MB"),
        ('"INFO"', f'"{"x" * 4096}"', f"{INSIDE}.settings", "Lambda takes 4,096"),
        ('bucket = "example-code"\n', "", "platforms.lambda.bucket", "is missing"),
        ("env:TENCENTCLOUD_SECRET_KEY", "env:OTHER",
         "platforms.lambda.secrets.TENCENTCLOUD_SECRET_KEY", "OTHER is not set"),
    ],
)  # fmt: skip
def test_what_lambda_would_refuse_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, place: str, reason: str
) -> None:
    deployer = StackDeployer(tmp_path)
    assert old in LAMBDA_ONE
    deployer.describe(LAMBDA_ONE.replace(old, new))

    with pytest.raises(DescriptionError) as caught:
        deployer.run()

    assert [place] == [found for found, why in caught.value.faults if reason in why]
    assert deployer.aws.calls == []


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('bucket = "example-code"', "platforms.scf.bucket"),
        ('timezone = "Asia/Shanghai"', "platforms.scf.timezone"),
        ('secrets = { NOTIFY = "secretsmanager:x" }', "platforms.scf.secrets.NOTIFY"),
        (
            (
                '[platforms.scf.web]\noperations = "tencent"\n'
                'secrets = { HTTP_BEARER_TOKENS = "secretsmanager:x" }'
            ),
            "platforms.scf.web.secrets.HTTP_BEARER_TOKENS",
        ),
    ],
)
def test_what_lambda_alone_has_is_a_fault_elsewhere(tmp_path: Path, line: str, place: str) -> None:
    path = tmp_path / "deploy.toml"
    path.write_text(
        f'name = "production"\n[platforms.scf]\nregion = "ap-guangzhou"\n{line}\n'
        "[platforms.scf.functions.tencent-sync-machines]\n"
    )

    with pytest.raises(DescriptionError) as caught:
        read_description(path)

    assert [(found, "lambda alone" in why) for found, why in caught.value.faults] == [(place, True)]
