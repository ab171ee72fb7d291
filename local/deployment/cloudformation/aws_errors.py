"""What an error of the ``aws`` command means, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from local.deployment.error_view import RUN_AGAIN
from shared.errors import ProviderError

POLICY = "deploy/policies/aws/deploy_lambda.json has all of them."

OF_AWS = re.compile(
    r"An error occurred \((?P<code>[\w.]+)\) when calling the (?P<operation>\w+) operation"
    r"(?: \(reached max retries: \d+\))?:\s*(?P<message>.*)",
    re.DOTALL,
)
NOT_AUTHORIZED = re.compile(r"not authorized to perform: (?P<right>[a-z0-9-]+:\w+)")

LOG_IN = (
    "Log in again: aws sso login, or aws login, or new temporary keys; then run the same command. "
    "Nothing is lost."
)
NO_KEYS = (
    "Give the aws command an identity: aws configure, AWS_PROFILE, or AWS_ACCESS_KEY_ID with "
    "AWS_SECRET_ACCESS_KEY. aws sts get-caller-identity shows which one it uses."
)

HINTS: Mapping[str, str] = {
    **dict.fromkeys(
        ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"), LOG_IN
    ),
    **dict.fromkeys(
        (
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
        ),
        "AWS does not know these keys, or this clock is wrong by more than five minutes. "
        + NO_KEYS,
    ),
    "OptInRequired": "The account has not switched this region on; its settings list the regions.",
    "NoSuchBucket": "Make the bucket, in the stack's region: aws s3 mb s3://NAME --region REGION; "
    "or correct bucket in the description.",
    "InsufficientCapabilitiesException": "This is a fault of this project: report it.",
    "AlreadyExistsException": "Another deployment of this name is under way: wait, then try again.",
    "OperationInProgressException": "Wait for the other operation, then try again.",
    "InvalidChangeSetStatus": "The stack was changed meanwhile: run the same command again.",
    "LimitExceededException": "The account has as many of these as it may: remove some, or ask for "
    "a higher quota in Service Quotas.",
    "TokenAlreadyExistsException": "Run the same command again.",
    "Throttling": "Wait a minute, then try again.",
    "ThrottlingException": "Wait a minute, then try again.",
}

OF_THE_COMMAND: tuple[tuple[str, str, str], ...] = (
    ("Unable to locate credentials", "NoCredentials", NO_KEYS),
    ("Partial credentials found", "NoCredentials", NO_KEYS),
    (
        "The config profile",
        "NoProfile",
        "Correct AWS_PROFILE; aws configure list-profiles shows all.",
    ),
    ("Token has expired", "ExpiredToken", LOG_IN),
    ("SSO session associated with this profile", "ExpiredToken", LOG_IN),
    ("Error loading SSO Token", "ExpiredToken", LOG_IN),
    ("session has expired", "ExpiredToken", LOG_IN),
    ("You must specify a region", "NoRegion", "Set region in the description."),
    (
        "Could not connect to the endpoint URL",
        "Unreachable",
        "Check region in the description, the network and HTTPS_PROXY; then try again.",
    ),
    (
        "timeout on endpoint URL",
        "TimedOut",
        RUN_AGAIN,
    ),
    (
        "SSL validation failed",
        "Unreachable",
        "A proxy that reads TLS needs AWS_CA_BUNDLE: the file with its certificate.",
    ),
    ("Unknown options", "OldAwsCommand", "Update the AWS CLI: this one does not know the option."),
    (
        "Unknown parameter in input",
        "OldAwsCommand",
        "Update the AWS CLI: this one does not know the parameter.",
    ),
    ("argument operation: Invalid choice", "OldAwsCommand", "Update the AWS CLI."),
)
"""Part of what the command says without having asked AWS, the code here, and what to do."""


class AwsError(ProviderError):
    """AWS refused a call, or the ``aws`` command could not make it."""


def explained(text: str, command: str) -> AwsError:
    """Return an error of the command with what to do about it.

    Parameters
    ----------
    text: what the command wrote.
    command: which it was, e.g. ``cloudformation create-change-set``.
    """
    text = text.strip()
    of_aws = OF_AWS.search(text)
    if of_aws is None:
        message = " ".join(text.removeprefix("aws: [ERROR]: ").split()) or "it said nothing"
        for part, code, hint in OF_THE_COMMAND:
            if part in text:
                return AwsError(message, code=code, hint=hint)
        return AwsError(message, code="AwsCommandFailed", hint=f"Try aws {command} by hand.")
    code, message = of_aws["code"], " ".join(of_aws["message"].split())
    hint = hint_of_refusal(message) or HINTS.get(code, "")
    if not hint and code in {"AccessDenied", "AccessDeniedException", "403", "Forbidden"}:
        hint = f"The identity lacks a right for aws {command}. {POLICY}"
    return AwsError(
        f"{of_aws['operation']}: {message}",
        code=code,
        hint=hint or "Correct what the message names, then run the same command again.",
    )


def hint_of_refusal(message: str) -> str:
    """Return what to do about a missing right that a message names, empty if it names none."""
    right = NOT_AUTHORIZED.search(message)
    if right is None:
        return ""
    if "service control policy" in message or "permissions boundary" in message:
        return (
            f"A policy of the organization, or a boundary, forbids {right['right']}: its "
            "administrator has to allow it."
        )
    return f"Allow {right['right']} to the identity that deploys. {POLICY}"
