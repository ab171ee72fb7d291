"""The policy of whoever deploys a stack allows what CloudFormation's own schemas name, and no more.

The schemas are AWS's, as cfn-lint has them; each names the permissions of a resource's handlers.
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from local.bundling.plan import ALL, PROVIDERS
from local.deployment.cloudformation import code, stack
from local.deployment.cloudformation.plan_lines import TYPES
from local.deployment.desired.functions import web_name
from tests.support.descriptors import DEPLOY, read_json

POLICY = read_json(DEPLOY / "policies" / "aws" / "deploy_lambda.json")
ALLOWED = {action for each in POLICY["Statement"] for action in each["Action"]}

OWN = {
    "cloudformation:BatchDescribeTypeConfigurations",
    "cloudformation:DetectStackResourceDrift",
    "cloudformation:TagResource",
    "lambda:InvokeFunction",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "secretsmanager:GetSecretValue",
}
"""What the deployment needs besides its calls to CloudFormation: drift, the dry run, the code."""

NOT_USED = re.compile(
    r"(ec2|elasticfilesystem|s3files|kms|firehose):.*|s3:(GetObjectVersion|REST\.PUT\.OBJECT)"
    r"|lambda:(AssociateRuntimeAlias|PassCapacityProvider|PublishVersion|GetLayerVersion)"
    r"|lambda:\w*(CodeSigningConfig|Concurrency|RecursionConfig|ScalingConfig)"
    r"|lambda:PutRuntimeManagementConfig"
    r"|iam:\w*(PermissionsBoundary|AttachRolePolicy|DetachRolePolicy)|iam:UpdateRole(Description)?"
    r"|sns:PutDataProtectionPolicy"
    r"|logs:\w*(KmsKey|LogDelivery|DataProtectionPolicy|IndexPolicy|ResourcePolicy)"
    r"|logs:\w*(BearerTokenAuthentication|DeletionProtection)"
)
"""Permissions for what the template does not have: networks, keys of KMS, layers, boundaries …"""


@cache
def handlers() -> dict[str, dict[str, set[str]]]:
    """Return resource type -> handler -> permissions."""
    package = find_spec("cfnlint")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "data" / "schemas" / "resources"
    found: dict[str, dict[str, set[str]]] = {}
    for path in folder.glob("*.json"):
        schema: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if schema.get("typeName") in TYPES:
            found[schema["typeName"]] = {
                name: set(each["permissions"]) for name, each in schema["handlers"].items()
            }
    return found


def test_every_resource_of_the_template_has_a_schema() -> None:
    assert handlers().keys() == TYPES.keys()


@pytest.mark.parametrize("type_", TYPES)
def test_the_policy_allows_what_the_handlers_of_a_resource_need(type_: str) -> None:
    needed = {
        action
        for name, permissions in handlers()[type_].items()
        if name != "list"
        for action in permissions
    }

    missing = {action for action in needed - ALLOWED if not NOT_USED.fullmatch(action)}
    assert missing == set()


def calls_of_cloudformation() -> set[str]:
    """Return the actions of the calls in the module that makes them."""
    text = Path(stack.__file__).read_text("utf-8")
    names = re.findall(r'"((?:[a-z]+-)+[a-z]+)"', text)
    verbs = ("create", "delete", "describe", "detect", "execute", "get", "list")
    return {
        f"cloudformation:{''.join(word.capitalize() for word in name.split('-'))}"
        for name in names
        if name.startswith(verbs)
    }


def test_the_policy_allows_the_deployments_own_calls() -> None:
    assert calls_of_cloudformation() | OWN <= ALLOWED
    assert "head-object" in Path(code.__file__).read_text("utf-8")


def test_the_policy_allows_no_more() -> None:
    of_handlers = {
        action
        for each in handlers().values()
        for permissions in each.values()
        for action in permissions
    }

    assert ALLOWED - of_handlers - OWN - calls_of_cloudformation() == set()
    assert not any("*" in action for action in ALLOWED)


def test_only_what_takes_no_resource_is_allowed_on_all() -> None:
    on_all = {
        action
        for each in POLICY["Statement"]
        if each["Resource"] == ["*"]
        for action in each["Action"]
    }

    changing = ("Create", "Delete", "Put", "Update", "Pass", "Execute")
    assert not any(action.partition(":")[2].startswith(changing) for action in on_all)


def test_roles_are_passed_to_lambda_and_the_scheduler_alone() -> None:
    (passing,) = (each for each in POLICY["Statement"] if "iam:PassRole" in each["Action"])

    (condition,) = passing["Condition"].values()
    assert condition == {"iam:PassedToService": ["lambda.amazonaws.com", "scheduler.amazonaws.com"]}


def test_only_a_web_apps_function_may_be_opened_to_callers() -> None:
    (urls,) = (each for each in POLICY["Statement"] if "lambda:AddPermission" in each["Action"])

    names = {resource.rpartition(":")[2] for resource in urls["Resource"]}
    assert names == {web_name(each) for each in (*PROVIDERS, ALL)}


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:cloudformation:eu-west-1:123456789012:stack/cloud-sync-production/example",
        "arn:aws:iam::123456789012:role/cloud-sync-production-SchedulerRole-EXAMPLE",
        "arn:aws:lambda:eu-west-1:123456789012:function:tencent-sync-machines",
        "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/huawei-start-sync-task:*",
        "arn:aws:sns:eu-west-1:123456789012:cloud-sync-production-AlarmTopic-EXAMPLE",
        "arn:aws:sqs:eu-west-1:123456789012:cloud-sync-production-DeadLetterQueue-EXAMPLE",
        "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/alibaba-synchronize-app",
        "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:tencent-sync-machines-failed",
        "arn:aws:lambda:eu-west-1:123456789012:function:all-web",
        "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/all-web:*",
        "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:all-web-broke",
    ],
)
def test_the_resources_are_those_of_a_deployment(resource: str) -> None:
    patterns = [pattern for each in POLICY["Statement"] for pattern in each["Resource"]]

    assert any(fnmatchcase(resource, pattern) for pattern in patterns if pattern != "*")
