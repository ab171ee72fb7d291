"""An error of the ``aws`` command says what to do; a missing right is named."""

from __future__ import annotations

import pytest

from local.deployment.cloudformation.aws_command import AwsCommand, Completed
from local.deployment.cloudformation.aws_errors import AwsError, explained
from shared.models.secret import Secret


def of_aws(code: str, message: str, operation: str = "GetCallerIdentity") -> str:
    """Return what version 1 of the command writes about an error of AWS."""
    return f"\nAn error occurred ({code}) when calling the {operation} operation: {message}\n"


DENIED = (
    "User: arn:aws:iam::123456789012:user/example is not authorized to perform: "
    "cloudformation:CreateChangeSet on resource: arn:aws:cloudformation:eu-west-1:123456789012:"
    "stack/cloud-sync-production/* because"
)
NO_POLICY = f"{DENIED} no identity-based policy allows the cloudformation:CreateChangeSet action"
FORBIDDEN = f"{DENIED} of an explicit deny in a service control policy"
NO_REGION = '\nYou must specify a region. You can also configure it by running "aws configure".\n'
UNREACHABLE = '\nCould not connect to the endpoint URL: "https://sts.eu-west-9.amazonaws.com/"\n'
UNKNOWN = '\nParameter validation failed:\nUnknown parameter in input: "DeploymentMode", must be …'


@pytest.mark.parametrize(
    ("text", "code", "advice"),
    [
        (of_aws("AccessDenied", NO_POLICY), "AccessDenied", "Allow cloudformation:CreateChangeSet"),
        (of_aws("AccessDenied", FORBIDDEN), "AccessDenied", "forbids cloudformation:CreateChange"),
        (of_aws("ExpiredToken", "The token is expired"), "ExpiredToken", "aws sso login"),
        (f"\naws: [ERROR]:{of_aws('ExpiredToken', 'expired')}", "ExpiredToken", "aws sso login"),
        (of_aws("InvalidClientTokenId", "invalid"), "InvalidClientTokenId", "aws configure"),
        ("\nUnable to locate credentials. You can …", "NoCredentials", "aws configure"),
        ("\nThe config profile (staging) could not be found", "NoProfile", "AWS_PROFILE"),
        ("\nError when retrieving token: Token has expired", "ExpiredToken", "aws sso login"),
        (UNREACHABLE, "Unreachable", "region in the description"),
        (UNKNOWN, "OldAwsCommand", "Update the AWS CLI"),
        (NO_REGION, "NoRegion", "Set region"),
        (of_aws("Throttling", "Rate exceeded"), "Throttling", "Wait a minute"),
        (of_aws("Forbidden", "Forbidden"), "Forbidden", "lacks a right for aws sts get-caller"),
        ("\nSomething else", "AwsCommandFailed", "Try aws sts get-caller-identity by hand."),
        ("", "AwsCommandFailed", "Try aws sts get-caller-identity by hand."),
    ],
)
def test_an_error_says_what_to_do(text: str, code: str, advice: str) -> None:
    error = explained(text, "sts get-caller-identity")

    assert error.code == code
    assert advice in error.hint
    assert error.message
    assert "[ERROR]" not in error.message


def test_a_secret_that_the_command_repeats_is_redacted() -> None:
    def runner(words: object, given: bytes, environ: object) -> Completed:
        return Completed(252, b"", b"\nInvalid parameter, value: exampleSecretKeyOfTencent")

    aws = AwsCommand("eu-west-1", {}, runner)
    aws.secrets.append(Secret("exampleSecretKeyOfTencent"))

    with pytest.raises(AwsError) as raised:
        aws.call("cloudformation", "create-change-set", {})

    assert "exampleSecretKeyOfTencent" not in raised.value.message
    assert "Invalid parameter" in raised.value.message
