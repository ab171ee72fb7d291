"""The web app on AWS Lambda: what is planned, made, tried, shown and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.deployment.cloudformation.function_url import url_resources
from local.deployment.cloudformation.plan_lines import Line, lines_of
from local.deployment.cloudformation.stack import ResourceChange
from local.deployment.description.description import DescriptionError, read_description
from local.deployment.models.function_parts import HttpUrl
from tests.support.cloudformation_stand_in import CloudFormationStandIn, Refusal
from tests.support.stack_deployer import LAMBDA_ONE, SECRET, StackDeployer
from tests.support.stack_web import TOKEN, WEB_ONE, WELL, with_platform_auth

ADDRESS = "https://tencentweburl.lambda-url.eu-west-1.on.aws/"
FUNCTION = """
[platforms.lambda.functions.tencent-sync-machines]
schedule = "cron(10 2 * * ? *)"
"""


@pytest.fixture
def deployer(tmp_path: Path) -> StackDeployer:
    aws = CloudFormationStandIn(returned=WELL)
    made = StackDeployer(tmp_path, aws, {"HTTP_BEARER_TOKENS": TOKEN})
    made.describe(WEB_ONE)
    return made


@pytest.fixture
def deployed(deployer: StackDeployer) -> StackDeployer:
    """An app that was made before."""
    assert deployer.run().code == 0
    deployer.aws.calls.clear()
    return deployer


def test_the_plan_says_that_there_will_be_a_public_url_and_what_guards_it(
    deployer: StackDeployer,
) -> None:
    ended = deployer.run(only_plan=True)

    assert ended.code == 0
    for part in (
        "  create    tencent-web\n",
        "code      web-tencent-lambda.zip, sha256 ",
        "runs as   a role of its own, which may write its log and its failed events, and run",
        "limits    512 MB, 60 s",
        "url       new, public, for all callers",
        "callers   authenticate by HTTP_BEARER_TOKENS",
        "with      log group, role, retries, url, 2 permissions, alarm",
    ):
        assert part in ended.out
    assert deployer.aws.status is None


def test_it_ends_with_a_request_by_an_event_and_with_the_address(deployer: StackDeployer) -> None:
    ended = deployer.run()

    assert ended.code == 0, ended.out
    [run] = deployer.aws.of("invoke")
    event = json.loads(run.given)
    assert (event["version"], event["rawPath"]) == ("2.0", "/health")
    assert event["requestContext"]["http"]["method"] == "GET"
    assert event["requestContext"]["domainName"].endswith(".lambda-url.eu-west-1.on.aws")
    answer = "GET /health as an event: HTTP 200, version 0.1.0, 2 operations\n"
    assert f"  tencent-web: {answer}" in ended.out
    assert f"tencent-web:\n  url       {ADDRESS}\n  log       https://" in ended.out
    assert "  schedule  " not in ended.out
    assert TOKEN not in ended.out
    assert deployer.aws.parameters == {"TencentWebHttpBearerTokens": TOKEN}


def test_a_second_deployment_has_nothing_to_do(deployed: StackDeployer) -> None:
    ended = deployed.run()

    assert ended.code == 0
    assert "unchanged tencent-web" in ended.out
    assert "Nothing to do.\n" in ended.out
    assert "execute-change-set" not in deployed.aws.operations()


def test_lambda_authorizes_the_callers_if_the_app_says_so(deployer: StackDeployer) -> None:
    deployer.describe(with_platform_auth(WEB_ONE))

    ended = deployer.run()

    assert ended.code == 0, ended.out
    assert "url       new, public, for callers the platform authorizes" in ended.out
    assert "callers   authenticate by HTTP_AUTH" in ended.out
    resources = deployer.aws.template["Resources"]
    assert resources["TencentWebUrl"]["Properties"]["AuthType"] == "AWS_IAM"
    assert [each for each in resources.values() if each["Type"] == "AWS::Lambda::Permission"] == []


def test_a_change_of_who_authorizes_the_callers_keeps_the_address(deployed: StackDeployer) -> None:
    deployed.describe(with_platform_auth(WEB_ONE))

    ended = deployed.run()

    assert ended.code == 0, ended.out
    assert "    url       AuthType NONE → AWS_IAM\n" in ended.out
    assert "  remove    permission TencentWebUrlPermission\n" in ended.out
    assert "will be deleted" not in ended.out
    assert f"  url       {ADDRESS}" in ended.out


def test_without_its_table_the_app_and_its_address_are_removed(deployed: StackDeployer) -> None:
    deployed.describe(WEB_ONE.partition("[platforms.lambda.web]")[0] + FUNCTION)
    deployed.aws.returned = {"status": "planned", "summary": "Dry run: 1 request."}

    ended = deployed.run()

    assert ended.code == 0, ended.out
    assert "  create    tencent-sync-machines\n" in ended.out
    assert "  remove    function TencentWeb\n" in ended.out
    assert f"  remove    url TencentWebUrl\n    address   {ADDRESS} will be deleted\n" in ended.out
    assert not any(each.startswith("TencentWeb") for each in deployed.aws.template["Resources"])
    assert "Outputs" not in deployed.aws.template


def test_the_app_is_added_to_functions_that_are_there(deployed: StackDeployer) -> None:
    deployed.describe(LAMBDA_ONE)
    deployed.environ = {"TENCENTCLOUD_SECRET_KEY": SECRET, "HTTP_BEARER_TOKENS": TOKEN}
    deployed.aws.returned = {"status": "planned", "summary": "Dry run: 1 request."}
    assert deployed.run().code == 0
    deployed.describe(LAMBDA_ONE + WEB_ONE.partition('"example-code"\n')[2])

    ended = deployed.run()

    assert "  unchanged tencent-sync-machines\n  create    tencent-web\n" in ended.out
    assert ended.code == 1  # the stand-in's functions all return the same
    assert "the function did not return an HTTP response" in ended.out


def test_removal_says_which_address_is_given_up(deployed: StackDeployer) -> None:
    ended = deployed.run("remove")

    assert ended.code == 0
    assert f"  remove    url TencentWebUrl\n    address   {ADDRESS} will be deleted\n" in ended.out
    assert deployed.aws.status is None


def test_a_url_that_is_replaced_gives_its_address_up() -> None:
    change = ResourceChange("replace", "TencentWebUrl", "AWS::Lambda::Url")

    lines = list(lines_of([change], (), (), {}, {}, {"TencentWebUrl": ADDRESS}))

    assert lines[-1] == Line("", f"address   {ADDRESS} will be deleted")


def test_a_url_that_was_changed_by_hand_is_refused_unless_asked(deployed: StackDeployer) -> None:
    deployed.aws.drifts = [
        {
            "LogicalResourceId": "TencentWebUrl",
            "ResourceType": "AWS::Lambda::Url",
            "PropertyDifferences": [
                {"PropertyPath": "/AuthType", "ExpectedValue": "NONE", "ActualValue": "AWS_IAM"}
            ],
            "StackResourceDriftStatus": "MODIFIED",
        }
    ]

    refused = deployed.run()

    assert refused.code == 3
    line = "  change    tencent-web\n    url       AuthType AWS_IAM → NONE  (changed by hand)\n"
    assert line in refused.out
    assert "execute-change-set" not in deployed.aws.operations()
    assert deployed.run(overwrite=True).code == 0


def test_a_url_that_was_deleted_by_hand_is_a_change_by_hand(deployed: StackDeployer) -> None:
    deployed.aws.drifts = [
        {
            "LogicalResourceId": "TencentWebUrl",
            "ResourceType": "AWS::Lambda::Url",
            "StackResourceDriftStatus": "DELETED",
        }
    ]

    ended = deployed.run()

    assert ended.code == 3
    assert "    url       deleted → created  (changed by hand)\n" in ended.out


def test_without_anything_that_authenticates_callers_it_is_refused(
    deployer: StackDeployer,
) -> None:
    deployer.describe(WEB_ONE.replace("HTTP_BEARER_TOKENS =", "NOTIFY ="))

    with pytest.raises(DescriptionError) as caught:
        read_description(deployer.path)

    [(place, reason)] = caught.value.faults
    assert place == "platforms.lambda.web.secrets"
    assert reason.startswith("nothing authenticates the callers of its public URL")


def test_a_weak_token_is_refused_before_anything_is_sent_and_not_shown(
    deployer: StackDeployer,
) -> None:
    deployer.environ = {"HTTP_BEARER_TOKENS": "weakOne"}

    with pytest.raises(DescriptionError) as caught:
        deployer.run()

    [(place, reason)] = caught.value.faults
    assert place == "platforms.lambda.web.secrets"
    assert "token 1 of HTTP_BEARER_TOKENS is shorter than 16 characters" in reason
    assert "weakOne" not in reason
    assert deployer.aws.calls == []


def test_a_weak_token_that_is_entered_is_refused_before_anything_is_planned(
    deployer: StackDeployer,
) -> None:
    deployer.describe(WEB_ONE.replace("env:HTTP_BEARER_TOKENS", "prompt"))
    deployer.entered = ["weakOne"]

    with pytest.raises(DescriptionError) as caught:
        deployer.run(typed="y\n")

    assert "shorter than 16 characters" in str(caught.value.faults)
    assert "create-change-set" not in deployer.aws.operations()


@pytest.mark.parametrize("name", ["HTTP_BEARER_TOKENS", "HTTP_WEBHOOK_SECRETS"])
def test_what_only_aws_has_is_not_checked_here(deployer: StackDeployer, name: str) -> None:
    source = f'{name} = "secretsmanager:cloud-sync-web#{name}"'
    deployer.describe(WEB_ONE.replace('HTTP_BEARER_TOKENS = "env:HTTP_BEARER_TOKENS"', source))

    ended = deployer.run()

    assert ended.code == 0, ended.out
    assert f"callers   authenticate by {name}" in ended.out
    function = deployer.aws.template["Resources"]["TencentWeb"]["Properties"]
    reference = f"{{{{resolve:secretsmanager:cloud-sync-web:SecretString:{name}}}}}"
    assert function["Environment"]["Variables"][name] == reference


def test_a_prompted_token_is_asked_for_once(deployer: StackDeployer) -> None:
    deployer.describe(WEB_ONE.replace("env:HTTP_BEARER_TOKENS", "prompt"))
    deployer.entered = [TOKEN]
    assert deployer.run(only_plan=True).code == 0
    assert deployer.asked == []

    assert deployer.run(typed="y\n").code == 0
    assert "Nothing to do.\n" in deployer.run().out
    assert deployer.asked == ["HTTP_BEARER_TOKENS of tencent-web: "]


def test_an_api_group_is_for_functiongraph(deployer: StackDeployer) -> None:
    deployer.describe(WEB_ONE.replace("operations =", 'api_group = "example"\noperations ='))

    with pytest.raises(DescriptionError) as caught:
        deployer.run()

    assert [place for place, _ in caught.value.faults] == ["platforms.lambda.web.api_group"]


def test_an_app_that_does_not_answer_is_a_failure(deployer: StackDeployer) -> None:
    deployer.aws.returned = {"statusCode": 500, "body": "{}"}

    ended = deployer.run()

    assert ended.code == 1
    assert "HTTP 500, but not the app's own answer" in ended.out
    assert "not all of them can run" in ended.out


def test_an_address_that_cannot_be_read_is_no_failure(deployer: StackDeployer) -> None:
    deployer.aws.refused["get-function-url-config"] = Refusal(
        "Throttling", "GetFunctionUrlConfig", "Rate exceeded"
    )

    ended = deployer.run()

    assert ended.code == 0, ended.out
    assert "url       could not be read (Throttling): the stack's outputs have it" in ended.out


@pytest.mark.parametrize("authorized", [True, False])
def test_a_url_is_open_to_everybody_only_where_the_app_authenticates(authorized: bool) -> None:  # noqa: FBT001
    resources = dict(url_resources("TencentWeb", HttpUrl(authorized)))

    opened = [each for each in resources.values() if each["Properties"].get("Principal") == "*"]
    actions = {each["Properties"]["Action"] for each in opened}
    assert actions == (
        set() if authorized else {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    )
    # Otherwise everybody could run the function past its URL.
    assert all(
        "FunctionUrlAuthType" in each["Properties"] or each["Properties"]["InvokedViaFunctionUrl"]
        for each in opened
    )
