"""An error of the ``aws`` command says what to do; a missing right is named."""

from __future__ import annotations

import pytest

from local.deployment.cloudformation.aws_command import AwsCommand, Completed
from local.deployment.cloudformation.aws_errors import AwsError, explained
from shared.models.secret import Secret

DENIED = (
    "\nAn error occurred (AccessDenied) when calling the CreateChangeSet operation: User: "
    "arn:aws:iam::123456789012:user/example is not authorized to perform: "
    "cloudformation:CreateChangeSet on resource: arn:aws:cloudformation:eu-west-1:123456789012:"
    "stack/cloud-sync-production/* because "
)


@pytest.mark.parametrize(
    ("text", "code", "advice"),
    [
        (
            f"{DENIED}no identity-based policy allows the cloudformation:CreateChangeSet action",
            "AccessDenied",
            "Allow cloudformation:CreateChangeSet to the identity that deploys.",
        ),
        (
            f"{DENIED}of an explicit deny in a service control policy",
            "AccessDenied",
            "forbids cloudformation:CreateChangeSet",
        ),
        (
            (
                "\nAn error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The "
                "security token included in the request is expired"
            ),
            "ExpiredToken",
            "aws sso login",
        ),
        (
            (
                "\naws: [ERROR]: An error occurred (ExpiredToken) when calling the GetCallerIdentity "
                "operation: expired"
            ),
            "ExpiredToken",
            "aws sso login",
        ),
        (
            (
                "\nAn error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: "
                "The security token included in the request is invalid."
            ),
            "InvalidClientTokenId",
            "aws configure",
        ),
        (
            '\nUnable to locate credentials. You can configure credentials by running "aws login".',
            "NoCredentials",
            "aws configure",
        ),
        ("\nThe config profile (staging) could not be found", "NoProfile", "AWS_PROFILE"),
        (
            "\nError when retrieving token from sso: Token has expired and refresh failed",
            "ExpiredToken",
            "aws sso login",
        ),
        (
            '\nCould not connect to the endpoint URL: "https://sts.eu-west-9.amazonaws.com/"',
            "Unreachable",
            "region in the description",
        ),
        (
            (
                '\nParameter validation failed:\nUnknown parameter in input: "DeploymentMode", must be '
                "one of: StackName"
            ),
            "OldAwsCommand",
            "Update the AWS CLI",
        ),
        (
            (
                '\nYou must specify a region. You can also configure your region by running "aws '
                'configure".'
            ),
            "NoRegion",
            "Set region",
        ),
        (
            (
                "\nAn error occurred (Throttling) when calling the DescribeStacks operation (reached max "
                "retries: 4): Rate exceeded"
            ),
            "Throttling",
            "Wait a minute",
        ),
        (
            "\nAn error occurred (Forbidden) when calling the HeadObject operation: Forbidden",
            "Forbidden",
            "lacks a right for aws sts get-caller-identity",
        ),
        ("", "AwsCommandFailed", "Try aws sts get-caller-identity by hand."),
    ],
)
def test_an_error_says_what_to_do(text: str, code: str, advice: str) -> None:
    error = explained(text, "sts get-caller-identity")

    assert error.code == code
    assert advice in error.hint
    assert error.message


def test_a_secret_that_the_command_repeats_is_redacted() -> None:
    def runner(words: object, given: bytes, environ: object) -> Completed:
        return Completed(252, b"", b"\nInvalid parameter, value: exampleSecretKeyOfTencent")

    aws = AwsCommand("eu-west-1", {}, runner)
    aws.secrets.append(Secret("exampleSecretKeyOfTencent"))

    with pytest.raises(AwsError) as raised:
        aws.call("cloudformation", "create-change-set", {})

    assert "exampleSecretKeyOfTencent" not in raised.value.message
    assert "Invalid parameter" in raised.value.message
