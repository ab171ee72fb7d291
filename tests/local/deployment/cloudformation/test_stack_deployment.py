"""Deployments to AWS Lambda: what is planned, asked, refused, made and shown."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from local.__main__ import main
from local.console import Console
from local.deployment.cloudformation.aws_command import AwsCommand, Completed, run_command
from local.deployment.cloudformation.desired_stack import desired_stack
from local.deployment.cloudformation.dry_runs import try_functions, try_unchanged_functions
from local.deployment.cloudformation.stack import CHANGE_SET
from local.deployment.cloudformation.template import TAG, StackDescription
from local.deployment.description.description import DescriptionError, read_description
from local.deployment.failed_step import FailedStepError
from shared.errors import Misconfigured
from shared.runtime import Runtime
from tests.support.clocks import SkippingClock
from tests.support.cloudformation_stand_in import Refusal
from tests.support.command import Terminal
from tests.support.stack_deployer import LAMBDA_ONE, SECRET, StackDeployer
from tests.support.zips import zip_of

AWS_THAT_REFUSES_CHANGE_SETS = """\
#!/bin/sh
case "$2" in
get-caller-identity) echo '{"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:root"}' ;;
head-bucket) echo '{}' ;;
describe-stacks)
    echo 'An error occurred (ValidationError) when calling the DescribeStacks operation:' \\
        'Stack with id cloud-sync-production does not exist' >&2
    exit 254 ;;
*)
    echo 'An error occurred (ValidationError) when calling the CreateChangeSet operation:' \\
        'Template error: example' >&2
    exit 254 ;;
esac
"""

CHANGES = ("put-object", "execute-change-set", "delete-stack")


@pytest.fixture
def deployer(tmp_path: Path) -> StackDeployer:
    return StackDeployer(tmp_path)


@pytest.fixture
def deployed(deployer: StackDeployer) -> StackDeployer:
    """A deployment that was made before."""
    assert deployer.run().code == 0
    deployer.aws.calls.clear()
    return deployer


def changes(deployer: StackDeployer) -> list[str]:
    return [each for each in deployer.aws.operations() if each in CHANGES]


def drift(path: str, expected: str, actual: str) -> dict[str, object]:
    """Return a drift of the function, as the API reference has it."""
    return {
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/example/example",
        "LogicalResourceId": "TencentSyncMachines",
        "PhysicalResourceId": "tencent-sync-machines",
        "ResourceType": "AWS::Lambda::Function",
        "ExpectedProperties": "{}",
        "ActualProperties": "{}",
        "PropertyDifferences": [
            {
                "PropertyPath": path,
                "ExpectedValue": expected,
                "ActualValue": actual,
                "DifferenceType": "NOT_EQUAL",
            }
        ],
        "StackResourceDriftStatus": "MODIFIED",
    }


def test_a_first_deployment_makes_the_stack_after_the_plan(deployer: StackDeployer) -> None:
    ended = deployer.run()

    assert ended.code == 0, ended.out
    assert changes(deployer) == ["put-object", "execute-change-set"]
    assert deployer.aws.tags == {TAG: "production"}
    assert deployer.aws.parameters == {"TencentSyncMachinesTencentcloudSecretKey": SECRET}
    [stored] = deployer.aws.objects
    code = deployer.aws.template["Resources"]["TencentSyncMachines"]["Properties"]["Code"]
    assert code == {"S3Bucket": "example-code", "S3Key": stored}
    for part in (
        "create    tencent-sync-machines",
        "12 to create.",
        "planned: Dry run: 1 request.",
    ):
        assert part in ended.out
    for what in ("log", "schedule", "alarm"):
        assert f"  {what:9} https://eu-west-1.console.aws.amazon.com/" in ended.out


def test_a_secret_is_on_standard_input_alone(deployer: StackDeployer) -> None:
    ended = deployer.run()

    assert SECRET not in ended.out
    assert not any(SECRET in word for call in deployer.aws.calls for word in call.words)
    [made] = deployer.aws.of("create-change-set")
    assert json.loads(made.given) == [
        {"ParameterKey": "TencentSyncMachinesTencentcloudSecretKey", "ParameterValue": SECRET}
    ]
    assert not any(
        SECRET in path.read_text() for path in deployer.folder.iterdir() if path.is_file()
    )


def test_a_second_deployment_has_nothing_to_do(deployed: StackDeployer) -> None:
    ended = deployed.run()

    assert ended.code == 0, ended.out
    assert "unchanged tencent-sync-machines" in ended.out
    assert ended.out.endswith(
        "Nothing to do.\n\n"
        "A dry run of each function, which changes nothing:\n"
        "  tencent-sync-machines: planned: Dry run: 1 request.\n"
    )
    assert changes(deployed) == []
    assert deployed.aws.change_sets == {}


def test_a_change_shows_the_values_and_makes_just_that(deployed: StackDeployer) -> None:
    deployed.describe(LAMBDA_ONE.replace("cron(10 2", "cron(20 3").replace('"INFO"', '"DEBUG"'))

    ended = deployed.run()

    assert ended.code == 0, ended.out
    assert "change    tencent-sync-machines" in ended.out
    assert "function  LOG_LEVEL INFO → DEBUG" in ended.out
    assert "schedule  ScheduleExpression cron(10 2 * * ? *) → cron(20 3 * * ? *)" in ended.out
    assert "2 to change." in ended.out
    # The zip is there already.
    assert changes(deployed) == ["execute-change-set"]


def test_another_secret_is_a_change_whose_value_is_not_shown(deployed: StackDeployer) -> None:
    deployed.environ = {"TENCENTCLOUD_SECRET_KEY": "exampleOtherSecretKey"}

    ended = deployed.run()

    assert ended.code == 0, ended.out
    assert "function  Environment" in ended.out
    assert SECRET not in ended.out
    assert "exampleOtherSecretKey" not in ended.out


def test_a_function_that_is_described_no_more_is_removed(deployed: StackDeployer) -> None:
    deployed.describe(LAMBDA_ONE.replace("tencent-sync-machines]", "tencent-sync-asset-scan]"))

    ended = deployed.run()

    assert ended.code == 0, ended.out
    assert "create    tencent-sync-asset-scan" in ended.out
    assert "remove    function TencentSyncMachines" in ended.out
    assert "TencentSyncMachines" not in deployed.aws.template["Resources"]


def test_a_plan_leaves_nothing_behind(deployer: StackDeployer) -> None:
    ended = deployer.run(only_plan=True)

    assert ended.code == 0
    assert ended.out.endswith("Only the plan: nothing was changed.\n")
    assert deployer.aws.status is None
    assert deployer.aws.objects == {}


def test_a_plan_of_a_change_leaves_the_stack_as_it_is(deployed: StackDeployer) -> None:
    deployed.describe(LAMBDA_ONE.replace("cron(10 2", "cron(20 3"))
    before = deployed.aws.template

    assert deployed.run(only_plan=True).code == 0
    assert deployed.aws.template == before
    assert deployed.aws.change_sets == {}


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 3), ("", 3)])
def test_it_asks_first(deployer: StackDeployer, typed: str, code: int) -> None:
    ended = deployer.run(typed=typed)

    assert ended.code == code
    assert ("execute-change-set" in deployer.aws.operations()) == (code == 0)
    if code:
        assert "Nothing was changed: you did not answer yes." in ended.out
        assert deployer.aws.status is None


def test_without_a_terminal_it_needs_yes(deployer: StackDeployer) -> None:
    ended = deployer.run(yes=False)

    assert ended.code == 3
    assert "use --yes" in ended.out
    assert deployer.aws.status is None


def test_a_change_by_hand_is_refused(deployed: StackDeployer) -> None:
    deployed.aws.drifts = [drift("/Timeout", "60", "120")]

    ended = deployed.run()

    assert ended.code == 3
    assert "function  Timeout 120 → 60  (changed by hand)" in ended.out
    assert "Refused: nothing was changed." in ended.out
    assert changes(deployed) == []
    assert deployed.aws.change_sets == {}


def test_overwrite_replaces_what_was_changed_by_hand(deployed: StackDeployer) -> None:
    deployed.aws.drifts = [drift("/Timeout", "60", "120")]

    ended = deployed.run(overwrite=True)

    assert ended.code == 0, ended.out
    [made] = deployed.aws.of("create-change-set")
    assert made.request["DeploymentMode"] == "REVERT_DRIFT"
    assert changes(deployed) == ["execute-change-set"]


def test_a_setting_changed_by_hand_is_not_shown_if_it_may_be_secret(
    deployed: StackDeployer,
) -> None:
    path = "/Environment/Variables/TENCENTCLOUD_SECRET_KEY"
    deployed.aws.drifts = [drift(path, "****", "exampleByHand")]

    ended = deployed.run()

    assert "TENCENTCLOUD_SECRET_KEY (not shown) → (not shown)  (changed by hand)" in ended.out
    assert "exampleByHand" not in ended.out


def test_a_resource_deleted_by_hand_is_a_change_by_hand(deployed: StackDeployer) -> None:
    deployed.aws.drifts = [
        {
            "LogicalResourceId": "AlarmTopic",
            "ResourceType": "AWS::SNS::Topic",
            "StackResourceDriftStatus": "DELETED",
        }
    ]

    ended = deployed.run()

    assert ended.code == 3
    assert "topic     deleted → created  (changed by hand)" in ended.out


def test_that_drift_cannot_be_looked_for_is_said_and_no_obstacle(deployed: StackDeployer) -> None:
    message = "User: example is not authorized to perform: cloudformation:DetectStackDrift"
    deployed.aws.refused["detect-stack-drift"] = Refusal(
        "AccessDenied", "DetectStackDrift", message
    )

    ended = deployed.run()

    assert ended.code == 0
    assert "Changes by hand could not be looked for:" in ended.out
    assert "Allow cloudformation:DetectStackDrift" in ended.out


@pytest.mark.parametrize("tags", [{}, {TAG: "staging"}], ids=["no tag", "another's"])
@pytest.mark.parametrize("verb", ["deploy", "remove"])
def test_a_stack_of_others_is_refused(
    deployer: StackDeployer, verb: str, tags: dict[str, str]
) -> None:
    deployer.aws.status, deployer.aws.tags = "CREATE_COMPLETE", tags

    ended = deployer.run(verb)

    assert ended.code == 3
    assert "Refused: nothing was changed." in ended.out
    assert ("belongs to the deployment staging" in ended.out) == bool(tags)
    assert changes(deployer) == []


def test_a_change_set_that_was_left_behind_is_taken_up(deployer: StackDeployer) -> None:
    deployer.aws.status = "REVIEW_IN_PROGRESS"
    deployer.aws.change_sets[CHANGE_SET] = {}

    assert deployer.run().code == 0
    assert deployer.aws.status == "CREATE_COMPLETE"


def test_a_change_set_of_others_on_an_empty_stack_is_refused(deployer: StackDeployer) -> None:
    deployer.aws.status = "REVIEW_IN_PROGRESS"
    deployer.aws.change_sets["example"] = {}

    assert deployer.run().code == 3
    assert deployer.aws.change_sets == {"example": {}}


def test_a_change_set_that_was_left_behind_on_a_stack_is_replaced(
    deployed: StackDeployer,
) -> None:
    deployed.describe(LAMBDA_ONE.replace("cron(10 2", "cron(20 3"))
    deployed.aws.change_sets[CHANGE_SET] = {}

    assert deployed.run().code == 0


def test_what_is_under_way_is_waited_for(deployed: StackDeployer) -> None:
    deployed.aws.status, deployed.aws.busy = "UPDATE_IN_PROGRESS", 3

    ended = deployed.run()

    assert ended.code == 0
    assert "A change of the stack is under way (UPDATE_IN_PROGRESS)" in ended.out
    assert "Nothing to do." in ended.out


def test_a_failed_creation_says_why_and_is_taken_up(deployer: StackDeployer) -> None:
    reason = (
        "Resource handler returned message: User: arn:aws:iam::123456789012:user/example is not "
        "authorized to perform: scheduler:CreateSchedule on resource: example"
    )
    deployer.aws.failing = {"TencentSyncMachinesSchedule": reason}

    failed = deployer.run()

    assert failed.code == 1
    assert "schedule TencentSyncMachinesSchedule failed" in failed.out
    assert "Allow scheduler:CreateSchedule to the identity that deploys." in failed.out
    assert "Made so far:\n  queue DeadLetterQueue; CloudFormation took it back" in failed.out
    assert "The stack is ROLLBACK_COMPLETE. Correct the cause, then run the same" in failed.out

    deployer.aws.failing = {}
    again = deployer.run()

    assert again.code == 0, again.out
    assert deployer.aws.operations().count("delete-stack") == 1
    assert deployer.aws.status == "CREATE_COMPLETE"


def test_a_failed_change_leaves_the_stack_as_it_was(deployed: StackDeployer) -> None:
    deployed.describe(LAMBDA_ONE.replace("cron(10 2", "cron(20 3"))
    deployed.aws.failing = {"TencentSyncMachinesSchedule": "Rate exceeded"}

    failed = deployed.run()

    assert failed.code == 1
    assert "Run the same command again after a minute." in failed.out
    assert "The stack is UPDATE_ROLLBACK_COMPLETE." in failed.out

    deployed.aws.failing = {}
    assert deployed.run().code == 0


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name cloud-sync-production"),
        ("ROLLBACK_FAILED", "make remove"),
        ("DELETE_FAILED", "make remove"),
    ],
)
def test_a_stack_that_takes_no_change_says_what_to_do(
    deployed: StackDeployer, status: str, advice: str
) -> None:
    deployed.aws.status = status

    ended = deployed.run()

    assert ended.code == 1
    assert " ".join(advice.split()) in " ".join(ended.out.split())
    assert changes(deployed) == []


def test_remove_deletes_the_stack_and_a_second_one_has_nothing_to_do(
    deployed: StackDeployer,
) -> None:
    ended = deployed.run("remove")

    assert ended.code == 0, ended.out
    assert "remove    function tencent-sync-machines" in ended.out
    assert "13 to remove." in ended.out
    assert deployed.aws.status is None
    assert deployed.run("remove").out.endswith("Nothing to do.\n")


def test_a_prompt_asks_once_and_keeps_what_the_stack_has(deployer: StackDeployer) -> None:
    deployer.describe(LAMBDA_ONE.replace("env:TENCENTCLOUD_SECRET_KEY", "prompt"))
    deployer.entered = [SECRET]
    assert deployer.run(typed="y\n").code == 0
    assert deployer.asked == ["TENCENTCLOUD_SECRET_KEY of tencent-sync-machines: "]
    deployer.aws.calls.clear()

    ended = deployer.run()

    assert ended.code == 0, ended.out
    assert len(deployer.asked) == 1
    [made] = deployer.aws.of("create-change-set")
    assert json.loads(made.given) == [
        {"ParameterKey": "TencentSyncMachinesTencentcloudSecretKey", "UsePreviousValue": True}
    ]


def test_a_prompt_without_a_terminal_is_a_fault(deployer: StackDeployer) -> None:
    deployer.describe(LAMBDA_ONE.replace("env:TENCENTCLOUD_SECRET_KEY", "prompt"))

    with pytest.raises(DescriptionError) as raised:
        deployer.run()

    [(place, reason)] = raised.value.faults
    inside = "platforms.lambda.functions.tencent-sync-machines.secrets.TENCENTCLOUD_SECRET_KEY"
    assert place == inside
    assert "no terminal" in reason


def test_a_dry_run_that_fails_ends_with_1(deployer: StackDeployer) -> None:
    error = {"message": "the key is unknown", "hint": "Correct TENCENTCLOUD_SECRET_KEY."}
    deployer.aws.returned = {"status": "failed", "error": error}

    ended = deployer.run()

    assert ended.code == 1
    assert "tencent-sync-machines: failed: the key is unknown" in ended.out
    assert "Correct TENCENTCLOUD_SECRET_KEY." in ended.out


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (try_functions, "All changes were made; the dry run was not finished.\n"),
        (try_unchanged_functions, "Nothing was changed; the dry run was not finished.\n"),
    ],
)
def test_whoever_interrupts_the_dry_run_sees_what_was_changed(
    deployer: StackDeployer,
    run: Callable[[AwsCommand, StackDescription, Console], int],
    said: str,
) -> None:
    document = read_description(deployer.path)
    described = desired_stack(deployer.path, document, None, deployer.zips, deployer.environ)
    out = io.StringIO()

    def interrupted(_words: object, _given: object, _environ: object) -> Completed:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(
            AwsCommand("eu-west-1", {}, interrupted),
            described,
            Console(out, out, out, io.StringIO(), {}),
        )

    assert out.getvalue().endswith(said)


def test_a_function_that_cannot_run_is_a_failure_of_the_next_deployment_too(
    deployed: StackDeployer,
) -> None:
    deployed.aws.returned = {"status": "failed", "error": {"message": "no key", "hint": "Set it."}}

    planned, ended = deployed.run(only_plan=True), deployed.run()

    assert (planned.code, ended.code) == (0, 1)
    assert planned.out.endswith("Nothing to do.\n")
    assert ended.out.endswith(
        "Nothing to do.\n\n"
        "A dry run of each function, which changes nothing:\n"
        "  tencent-sync-machines: failed: no key\n"
        "    Set it.\n\n"
        "The functions are deployed, but not all of them can run.\n"
    )
    assert deployed.aws.change_sets == {}


def test_an_error_after_the_plan_says_how_to_go_on(deployer: StackDeployer) -> None:
    message = "User: example is not authorized to perform: s3:PutObject on resource: example"
    deployer.aws.refused["put-object"] = Refusal("AccessDenied", "PutObject", message)

    ended = deployer.run()

    assert ended.code == 1
    assert "Allow s3:PutObject" in ended.out
    assert "Correct the cause, then run the same command again: what was done" in ended.out

    deployer.aws.refused.clear()
    assert deployer.run().code == 0


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("404", "aws s3 mb s3://example-code --region eu-west-1"),
        ("301", "another region"),
        ("403", "s3:ListBucket"),
    ],
)
def test_a_bucket_that_cannot_be_used_is_named_first(
    deployer: StackDeployer, code: str, advice: str
) -> None:
    deployer.aws.refused["head-bucket"] = Refusal(code, "HeadBucket", "example")

    with pytest.raises(FailedStepError) as raised:
        deployer.run()

    assert raised.value.what == "The bucket example-code could not be read"
    assert advice in raised.value.error.hint
    assert deployer.aws.operations() == ["get-caller-identity", "head-bucket"]


@pytest.mark.parametrize(
    ("operation", "what"),
    [
        ("get-caller-identity", "The account could not be read"),
        ("describe-stacks", "The stack could not be read"),
        ("create-change-set", "The change of the stack could not be planned"),
        ("describe-change-set", "The change of the stack could not be planned"),
        ("delete-change-set", "The change set of the plan could not be deleted"),
    ],
)
def test_what_fails_before_the_first_change_is_named(
    deployer: StackDeployer, operation: str, what: str
) -> None:
    deployer.aws.refused[operation] = Refusal("Throttling", "Example", "Rate exceeded")

    with pytest.raises(FailedStepError) as raised:
        deployer.run(typed="n\n")

    assert raised.value.what == what
    assert raised.value.error.code == "Throttling"
    assert changes(deployer) == []


def test_a_refused_change_set_is_no_failure_to_read(deployer: StackDeployer) -> None:
    folder = deployer.folder / "bin"
    folder.mkdir()
    aws = folder / "aws"
    aws.write_text(AWS_THAT_REFUSES_CHANGE_SETS)
    aws.chmod(0o755)
    (deployer.folder / "tencent-lambda.zip").write_bytes(zip_of({"sync_machines.py": "first"}))
    words = ["deploy", "--platform", "lambda", "--file", str(deployer.path)]
    words += ["--zips", str(deployer.folder)]
    out = Terminal()
    environ = {"PATH": f"{folder}:/usr/bin:/bin", **deployer.environ}

    code = main(
        words,
        Console(out, out, out, Terminal(), {"NO_COLOR": "1"}),
        Runtime(environ=environ, home=deployer.folder, clock=SkippingClock()),
    )

    assert code == 1
    said = "The change of the stack could not be planned; nothing was changed.\n"
    assert (
        f"{said}    ValidationError: CreateChangeSet: Template error: example\n" in out.getvalue()
    )


def test_without_the_aws_command_it_says_how_to_get_it(deployer: StackDeployer) -> None:
    with pytest.raises(Misconfigured) as raised:
        run_command(["aws", "--version"], b"", {"PATH": str(deployer.folder)})

    assert "pip install awscli" in raised.value.hint
