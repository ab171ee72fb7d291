"""Deployments and removals of one provider's functions in a stack, which leave the others alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from local.deployment.cloudformation.aws_command import Completed
from local.deployment.cloudformation.aws_errors import AwsError
from local.deployment.cloudformation.one_provider import others, provider_of
from local.deployment.description.description import DescriptionError, operations
from local.deployment.desired.functions import names_of
from local.deployment.failed_step import FailedStepError
from tests.support.cloudformation_stand_in import CloudFormationStandIn
from tests.support.stack_deployer import StackDeployer
from tests.support.stack_web import TOKEN

SECRETS = {"TENCENTCLOUD_SECRET_KEY": "exampleTencentKey", "HUAWEICLOUD_SDK_SK": "exampleHuaweiKey"}
WHOLE = """\
name = "production"

[platforms.lambda]
region = "eu-west-1"
bucket = "example-code"

[platforms.lambda.alarms]
notify = ["you@example.com"]

[platforms.lambda.functions.tencent-sync-machines]
schedule = "cron(10 2 * * ? *)"
secrets = { TENCENTCLOUD_SECRET_KEY = "env:TENCENTCLOUD_SECRET_KEY" }

[platforms.lambda.functions.huawei-sync-dev-servers]
schedule = "cron(20 2 * * ? *)"
secrets = { HUAWEICLOUD_SDK_SK = "env:HUAWEICLOUD_SDK_SK" }
settings = { HUAWEICLOUD_REGION = "cn-north-4" }

[platforms.lambda.web]
operations = "huawei"
settings = { CONSOLE_LABEL = "生产" }
secrets = { HTTP_BEARER_TOKENS = "env:HTTP_BEARER_TOKENS" }
"""
CHANGED = WHOLE.replace("cron(10 2", "cron(11 3").replace("cron(20 2", "cron(22 3")


@pytest.fixture
def deployer(tmp_path: Path) -> StackDeployer:
    made = StackDeployer(tmp_path, CloudFormationStandIn(returned=ANSWER))
    made.environ = {**SECRETS, "HTTP_BEARER_TOKENS": TOKEN}
    made.describe(WHOLE)
    return made


ANSWER = {
    "status": "planned",
    "summary": "Dry run: 1 request.",
    "statusCode": 200,
    "body": json.dumps({"status": "ok", "version": "0.1.0", "operations": [{}]}),
}
"""What an operation's function and the app return, in one."""


@pytest.fixture
def deployed(deployer: StackDeployer) -> StackDeployer:
    """A stack with functions of two providers."""
    assert deployer.run().code == 0
    deployer.aws.calls.clear()
    return deployer


def of(template: Mapping[str, Any], provider: str | None) -> dict[str, Any]:
    """Return what belongs to a provider in a template."""
    return {
        f"{section}/{id_}": each
        for section in ("Parameters", "Resources", "Outputs")
        for id_, each in template.get(section, {}).items()
        if provider_of(id_) == provider
    }


def scheduled(template: Mapping[str, Any]) -> list[str]:
    """Return the functions that the role of the schedules may run."""
    (policy,) = template["Resources"]["SchedulerRole"]["Properties"]["Policies"]
    resources = policy["PolicyDocument"]["Statement"][0]["Resource"]
    return [each["Fn::GetAtt"][0] for each in resources]


def test_only_the_changes_of_the_provider_are_made(deployed: StackDeployer) -> None:
    before = deployed.aws.template
    deployed.describe(CHANGED)
    deployed.environ = {"TENCENTCLOUD_SECRET_KEY": "exampleTencentKey"}  # no other is needed

    ended = deployed.run(provider="tencent")

    assert ended.code == 0, ended.out
    assert "  only     the functions of tencent; the rest of the stack stays as it is" in ended.out
    assert "cron(10 2 * * ? *) → cron(11 3 * * ? *)" in ended.out
    assert "1 to change." in ended.out
    assert "huawei" not in ended.out
    after = deployed.aws.template
    assert of(after, "tencent") != of(before, "tencent")
    assert of(after, "huawei") == of(before, "huawei")
    assert of(after, None) == of(before, None)
    # Then the rest.
    deployed.environ = {**SECRETS, "HTTP_BEARER_TOKENS": TOKEN}
    assert "cron(20 2 * * ? *) → cron(22 3 * * ? *)" in deployed.run().out
    assert "Nothing to do.\n" in deployed.run().out


def test_the_parameters_of_the_others_keep_their_values(deployed: StackDeployer) -> None:
    deployed.environ = {"TENCENTCLOUD_SECRET_KEY": "exampleOtherKey"}

    ended = deployed.run(provider="tencent")

    assert ended.code == 0, ended.out
    [made] = deployed.aws.of("create-change-set")
    values = {each["ParameterKey"]: each for each in json.loads(made.given)}
    key = "TencentSyncMachinesTencentcloudSecretKey"
    assert values.pop(key)["ParameterValue"] == "exampleOtherKey"
    assert len(values) == 2
    assert all(each["UsePreviousValue"] is True for each in values.values())
    assert deployed.aws.parameters["HuaweiWebHttpBearerTokens"] == TOKEN


def test_without_a_change_there_is_nothing_to_do(deployed: StackDeployer) -> None:
    for provider in ("tencent", "huawei"):
        ended = deployed.run(provider=provider)

        assert ended.code == 0
        assert "Nothing to do.\n" in ended.out, ended.out


def test_a_first_deployment_makes_the_functions_of_the_provider(deployer: StackDeployer) -> None:
    assert deployer.run(provider="tencent").code == 0
    assert of(deployer.aws.template, "huawei") == {}
    assert scheduled(deployer.aws.template) == ["TencentSyncMachines"]

    ended = deployer.run(provider="huawei")

    assert ended.code == 0, ended.out
    assert "create    huawei-sync-dev-servers" in ended.out
    assert "create    huawei-web" in ended.out
    assert scheduled(deployer.aws.template) == ["HuaweiSyncDevServers", "TencentSyncMachines"]
    # The two make what one deployment of all makes.
    assert "Nothing to do.\n" in deployer.run().out


def test_a_function_of_the_provider_that_is_described_no_more_is_removed(
    deployed: StackDeployer,
) -> None:
    deployed.describe(WHOLE.replace("huawei-sync-dev-servers", "huawei-start-sync-task"))
    text = WHOLE.partition("[platforms.lambda.functions.huawei")[0]
    deployed.describe(text + WHOLE[WHOLE.index("[platforms.lambda.web]") :])

    ended = deployed.run(provider="huawei")

    assert ended.code == 0, ended.out
    assert "remove    function HuaweiSyncDevServers" in ended.out
    assert scheduled(deployed.aws.template) == ["TencentSyncMachines"]
    assert "HuaweiWeb" in deployed.aws.template["Resources"]


def test_a_provider_without_functions_is_a_fault(deployer: StackDeployer) -> None:
    with pytest.raises(DescriptionError) as caught:
        deployer.run(provider="alibaba")

    place = "platforms.lambda.functions"
    assert caught.value.faults == [
        (place, "no function of the provider alibaba is described for lambda")
    ]


def test_removal_of_a_provider_leaves_the_others(deployed: StackDeployer) -> None:
    before = deployed.aws.template

    ended = deployed.run("remove", provider="huawei")

    assert ended.code == 0, ended.out
    assert "will be deleted" in ended.out
    assert "remove    stack" not in ended.out
    after = deployed.aws.template
    assert of(after, "huawei") == {}
    assert of(after, "tencent") == of(before, "tencent")
    assert scheduled(after) == ["TencentSyncMachines"]
    assert deployed.aws.parameters == {
        "TencentSyncMachinesTencentcloudSecretKey": "exampleTencentKey"
    }
    again = deployed.run("remove", provider="huawei")
    assert (again.code, again.out.endswith("Nothing to do.\n")) == (0, True)
    assert deployed.aws.change_sets == {}


def test_removal_of_the_last_provider_removes_the_stack(deployed: StackDeployer) -> None:
    assert deployed.run("remove", provider="tencent").code == 0

    ended = deployed.run("remove", provider="huawei")

    assert ended.code == 0
    assert "remove    stack cloud-sync-production" in ended.out
    assert deployed.aws.status is None


def test_the_role_of_the_schedules_goes_with_the_last_schedule(deployed: StackDeployer) -> None:
    deployed.describe(WHOLE.replace('schedule = "cron(20 2 * * ? *)"\n', ""))
    assert deployed.run().code == 0

    ended = deployed.run("remove", provider="tencent")

    assert ended.code == 0, ended.out
    assert "remove    role SchedulerRole" in ended.out
    assert "SchedulerRole" not in deployed.aws.template["Resources"]


@pytest.mark.parametrize("verb", ["deploy", "remove"])
def test_a_plan_leaves_the_stack_as_it_is(deployed: StackDeployer, verb: str) -> None:
    deployed.describe(CHANGED)
    before = deployed.aws.template

    ended = deployed.run(verb, provider="tencent", only_plan=True)

    assert ended.code == 0
    assert ended.out.endswith("Only the plan: nothing was changed.\n")
    assert (deployed.aws.template, deployed.aws.change_sets) == (before, {})


def drift(id_: str) -> dict[str, object]:
    return {
        "LogicalResourceId": id_,
        "ResourceType": "AWS::Lambda::Function",
        "PropertyDifferences": [
            {"PropertyPath": "/Timeout", "ExpectedValue": "60", "ActualValue": "120"}
        ],
        "StackResourceDriftStatus": "MODIFIED",
    }


def test_what_was_changed_by_hand_of_others_is_no_obstacle(deployed: StackDeployer) -> None:
    deployed.describe(CHANGED)
    deployed.aws.drifts = [drift("HuaweiWeb")]

    ended = deployed.run(provider="tencent", overwrite=True)

    assert ended.code == 0, ended.out
    [made] = deployed.aws.of("create-change-set")
    assert "DeploymentMode" not in made.request


def test_what_was_changed_by_hand_of_the_provider_is_refused(deployed: StackDeployer) -> None:
    deployed.aws.drifts = [drift("TencentSyncMachines")]

    assert deployed.run(provider="tencent").code == 3
    assert deployed.run(provider="huawei").code == 0


def test_an_overwrite_that_would_be_one_of_others_too_is_refused(deployed: StackDeployer) -> None:
    deployed.aws.drifts = [drift("TencentSyncMachines"), drift("HuaweiWeb")]

    ended = deployed.run(provider="tencent", overwrite=True)

    assert ended.code == 3
    assert "other providers have was changed by hand too: HuaweiWeb." in " ".join(ended.out.split())
    assert "execute-change-set" not in deployed.aws.operations()
    assert deployed.run(overwrite=True).code == 0


@pytest.mark.parametrize("done", [True, False], ids=["the call was made", "it was not made"])
@pytest.mark.parametrize("verb", ["first", "deploy", "remove"])
@pytest.mark.parametrize("provider", ["tencent", "huawei"])
def test_whatever_was_interrupted_is_taken_up_again(
    tmp_path: Path,
    provider: str,
    verb: str,
    done: bool,  # noqa: FBT001
) -> None:
    def begin(after: int | None) -> StackDeployer:
        aws = Interrupted(returned=ANSWER)
        made = StackDeployer(tmp_path, aws)
        made.environ = {**SECRETS, "HTTP_BEARER_TOKENS": TOKEN}
        made.describe(WHOLE)
        if verb != "first":
            assert made.run().code == 0
            made.describe(CHANGED)
        aws.left, aws.is_done = after, done
        return made

    def go(made: StackDeployer) -> int:
        return made.run("remove" if verb == "remove" else "deploy", provider=provider).code

    whole = begin(None)
    calls = len(whole.aws.calls)
    assert go(whole) == 0
    for number in range(len(whole.aws.calls) - calls):
        made = begin(number)
        with pytest.raises(KeyboardInterrupt):
            go(made)
        assert go(made) == 0, number
        assert made.aws.template == whole.aws.template, number
        assert made.aws.parameters == whole.aws.parameters, number
        assert made.aws.change_sets == {}, number


class Interrupted(CloudFormationStandIn):
    """A stand-in that is interrupted at one call, once.

    Attributes
    ----------
    left: how many calls come before; None for no interruption.
    is_done: whether that call is made.
    """

    left: int | None = None
    is_done = False

    def __call__(self, words: Sequence[str], given: bytes, environ: Mapping[str, str]) -> Completed:
        if self.left == 0:
            self.left = None
            if self.is_done:
                super().__call__(words, given, environ)
            raise KeyboardInterrupt
        if self.left is not None:
            self.left -= 1
        return super().__call__(words, given, environ)


def test_every_function_belongs_to_a_provider() -> None:
    names = names_of(None, web=True)
    assert names
    assert set(names) >= set(operations())
    for name in names:
        id_ = "".join(each.capitalize() for each in name.split("-"))
        assert provider_of(id_) == name.partition("-")[0]
        assert provider_of(f"{id_}Schedule") == name.partition("-")[0]


def test_what_is_shared_belongs_to_none(deployed: StackDeployer) -> None:
    shared = [id_ for id_ in deployed.aws.template["Resources"] if provider_of(id_) is None]

    assert [id_ for id_ in shared if not id_.startswith("Notify")] == [
        "DeadLetterQueue",
        "AlarmTopic",
        "SchedulerRole",
    ]


def test_a_template_that_no_deployment_made_is_refused(deployed: StackDeployer) -> None:
    deployed.aws.template = {}  # what is not JSON comes as text

    with pytest.raises(FailedStepError) as raised:
        deployed.run(provider="tencent")

    assert raised.value.error.code == "UnknownTemplate"
    with pytest.raises(AwsError):
        others({}, "tencent")


def test_the_template_is_in_ascii(deployed: StackDeployer) -> None:
    deployed.describe(CHANGED)
    deployed.run()

    [made] = deployed.aws.of("create-change-set")
    assert made.request["TemplateBody"].isascii()
    variables = deployed.aws.template["Resources"]["HuaweiWeb"]["Properties"]["Environment"]
    assert variables["Variables"]["CONSOLE_LABEL"] == "生产"
