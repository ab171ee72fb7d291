"""The template of a deployment's stack, as data.

The resources are those of ``template.yaml``, ``deploy/aws-lambda/resources.yml`` and
``deploy/aws-web``, for the functions of a description alone; tests compare them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from local.bundling.plan import Bundle
from local.deployment.cloudformation.alarms import alarms_of
from local.deployment.cloudformation.function_url import url_id, url_output, url_resources
from local.deployment.cloudformation.limits import MAX_VALUE_CHARACTERS, REFERENCE
from local.deployment.desired.functions import DesiredFunction
from local.deployment.marker import may_be_secret, own_timer
from shared.models.operation import Operation

TAG = "cloud-sync-deployment"
"""The tag with the deployment's name: of the stack, and of everything in it that takes tags."""

QUEUE, TOPIC, SCHEDULER_ROLE = "DeadLetterQueue", "AlarmTopic", "SchedulerRole"

MAX_TEMPLATE_BYTES = 51_200
"""The longest template that a request takes."""

LOG_DAYS = 30


Resource = dict[str, Any]


class StackFunction(NamedTuple):
    """A function of a stack.

    Parameters
    ----------
    desired: what the description says.
    plain_name: its name without a prefix.
    operation: what it runs; None for the web app.
    """

    desired: DesiredFunction
    plain_name: str
    operation: Operation | None

    @property
    def name(self) -> str:
        """The function's name."""
        return self.desired.function.name

    @property
    def id(self) -> str:
        """The beginning of its resources' logical IDs, e.g. ``TencentSyncMachines``."""
        return "".join(each.capitalize() for each in self.plain_name.split("-"))


class StackDescription(NamedTuple):
    """What a stack is made from.

    Parameters
    ----------
    deployment: the deployment's name.
    bucket: the bucket with the code.
    notify: e-mail addresses.
    timezone: of the schedules.
    functions: the functions.
    """

    deployment: str
    bucket: str
    notify: Sequence[str]
    timezone: str
    functions: Sequence[StackFunction]


class KeptParts(NamedTuple):
    """What stays in a stack as it is: the parts of a template, by logical ID.

    Parameters
    ----------
    parameters, resources, outputs: the parts.
    """

    parameters: Mapping[str, Any]
    resources: Mapping[str, Any]
    outputs: Mapping[str, Any]


NOTHING_KEPT = KeptParts({}, {}, {})


class StackTemplate(NamedTuple):
    """A template, and the functions whose secrets it must not contain.

    Parameters
    ----------
    body: the template.
    functions: the functions that are made as the description says.
    kept_parameters: the parameters of others, whose values the stack keeps.
    """

    body: Mapping[str, Any]
    functions: Sequence[StackFunction]
    kept_parameters: Sequence[str] = ()

    @property
    def text(self) -> str:
        """The template as JSON, in ASCII: CloudFormation returns other characters as ``?``."""
        return json.dumps(self.body, separators=(",", ":"))


def template_of(stack: StackDescription, kept: KeptParts = NOTHING_KEPT) -> StackTemplate:
    """Return the template of a deployment.

    Parameters
    ----------
    stack: what the description says.
    kept: what else is in the stack, and stays.
    """
    parameters: dict[str, Any] = {**kept.parameters}
    resources: dict[str, Resource] = dict(shared_resources(stack))
    outputs: dict[str, Any] = {**kept.outputs}
    for each in stack.functions:
        for setting, parameter in secret_parameters(each):
            parameters[parameter] = {
                "Type": "String",
                "NoEcho": True,
                "Description": f"{setting} of {each.name}",
                "MaxLength": MAX_VALUE_CHARACTERS,
            }
        resources.update(resources_of(stack, each))
        if each.desired.function.url is not None:
            outputs[url_id(each.id)] = url_output(each.id, each.name)
    resources.update(kept.resources)
    if scheduled := scheduled_ids(resources):
        resources[SCHEDULER_ROLE] = scheduler_role(stack, scheduled)
    body: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Cloud sync functions of the deployment {stack.deployment}",
    }
    if parameters:
        body["Parameters"] = parameters
    body["Resources"] = resources
    if outputs:
        body["Outputs"] = outputs
    return StackTemplate(body, stack.functions, tuple(kept.parameters))


def scheduled_ids(resources: Iterable[str]) -> list[str]:
    """Return the logical IDs of the functions that have a schedule.

    Sorted, so that the role of the schedules does not depend on the order of a description.
    """
    there = set(resources)
    return sorted(id_ for id_ in there if schedule_id(id_) in there)


def schedule_id(id_: str) -> str:
    """Return the logical ID of a function's schedule."""
    return f"{id_}Schedule"


def secret_parameters(each: StackFunction) -> Iterator[tuple[str, str]]:
    """Return the settings whose values come as parameters of the stack, with the parameters."""
    environment = each.desired.function.environment
    for setting in sorted(each.desired.secrets):
        value = environment.get(setting)
        if value is None or not value.get_secret_value().startswith(REFERENCE):
            yield setting, parameter_of(each, setting)


def parameter_of(each: StackFunction, setting: str) -> str:
    """Return the parameter of a setting; two settings never have the same one."""
    words = "".join(word.capitalize() for word in setting.split("_"))
    # A_B and AB differ, and so do their parameters; the others are readable without a digest.
    plain = re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z][A-Z0-9]*)*", setting)
    return f"{each.id}{words}{'' if plain else sha256(setting.encode()).hexdigest()[:8]}"


def code_key(bundle: Bundle, zip_bytes: bytes) -> str:
    """Return where a zip lies in the bucket; another zip has another place."""
    return f"cloud-sync/{bundle.name}-{sha256(zip_bytes).hexdigest()}.zip"


def tags_of(stack: StackDescription) -> list[dict[str, str]]:
    """Return the tags of what takes tags."""
    return [{"Key": TAG, "Value": stack.deployment}]


def ref(name: str) -> dict[str, str]:
    """Return a reference to a resource or parameter."""
    return {"Ref": name}


def arn_of(name: str) -> dict[str, list[str]]:
    """Return the ARN of a resource."""
    return {"Fn::GetAtt": [name, "Arn"]}


def role(
    stack: StackDescription,
    service: str,
    policy: str,
    statements: Sequence[Mapping[str, Any]],
    *,
    own_account: bool = False,
) -> Resource:
    """Return a role that a service of AWS may assume."""
    trust: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    if own_account:
        trust["Condition"] = {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [
                {
                    "PolicyName": policy,
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)},
                }
            ],
            "Tags": tags_of(stack),
        },
    }


def shared_resources(stack: StackDescription) -> Iterator[tuple[str, Resource]]:
    """Return the queue, and the topic with its addresses."""
    yield (
        QUEUE,
        {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "MessageRetentionPeriod": 1_209_600,
                "SqsManagedSseEnabled": True,
                "Tags": tags_of(stack),
            },
        },
    )
    yield (
        TOPIC,
        {
            "Type": "AWS::SNS::Topic",
            "Properties": {"DisplayName": "Cloud sync functions", "Tags": tags_of(stack)},
        },
    )
    for address in stack.notify:
        # The ID follows from the address, so that none is subscribed anew when another goes.
        digest = sha256(address.encode()).hexdigest()[:8]
        yield (
            f"Notify{digest}",
            {
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": ref(TOPIC),
                    "Protocol": "email",
                    "Endpoint": address,
                },
            },
        )


def scheduler_role(stack: StackDescription, functions: Iterable[str]) -> Resource:
    """Return the role of the schedules, which may run functions of these logical IDs."""
    invoke = {
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": [arn_of(id_) for id_ in functions],
    }
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn_of(QUEUE)}
    return role(stack, "scheduler", "invoke", [invoke, send], own_account=True)


def resources_of(stack: StackDescription, each: StackFunction) -> Iterator[tuple[str, Resource]]:
    """Return a function with its log, role, schedule, URL and alarms."""
    function = each.desired.function
    yield (
        f"{each.id}Log",
        {
            "Type": "AWS::Logs::LogGroup",
            "DeletionPolicy": "Delete",
            "UpdateReplacePolicy": "Delete",
            "Properties": {
                "LogGroupName": f"/aws/lambda/{function.name}",
                "RetentionInDays": LOG_DAYS,
                "Tags": tags_of(stack),
            },
        },
    )
    runs_as: Any = {
        "Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{function.role}"
    }
    if function.role is None:
        runs_as = arn_of(f"{each.id}Role")
        yield f"{each.id}Role", function_role(stack, each)
    yield each.id, lambda_function(stack, each, runs_as)
    yield f"{each.id}Retries", retries(each)
    if own_timer(function) is not None:
        yield schedule_id(each.id), schedule(stack, each)
    if function.url is not None:
        yield from url_resources(each.id, function.url)
    yield from alarms_of(each.id, function, each.operation, TOPIC, tags_of(stack))


def function_role(stack: StackDescription, each: StackFunction) -> Resource:
    """Return the role of a function, which has the rights on its own resources alone."""
    name, policy = each.desired.function.name, "logs-and-failed-runs"
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": arn_of(f"{each.id}Log"),
        },
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn_of(QUEUE)},
    ]
    if each.desired.is_web:
        # A chat waits for three seconds; what takes longer is a second run.
        policy = "logs-failed-runs-and-itself"
        own = f"arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{name}"
        resources = [{"Fn::Sub": own}, {"Fn::Sub": f"{own}:*"}]
        statements.append(
            {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resources}
        )
    return role(stack, "lambda", policy, statements)


def lambda_function(stack: StackDescription, each: StackFunction, runs_as: Any) -> Resource:
    """Return the function itself."""
    desired, function = each.desired, each.desired.function
    parameters = dict(secret_parameters(each))
    variables: dict[str, Any] = {
        name: value.get_secret_value()
        for name, value in function.environment.items()
        if name not in parameters
    }
    variables |= {name: ref(parameter) for name, parameter in parameters.items()}
    properties: dict[str, Any] = {
        "FunctionName": function.name,
        "Description": function.description,
        "Runtime": function.runtime,
        "Architectures": ["x86_64"],
        "Handler": function.handler,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_seconds,
        "Role": runs_as,
        "Code": {"S3Bucket": stack.bucket, "S3Key": code_key(desired.bundle, desired.zip_bytes)},
        "LoggingConfig": {"LogGroup": ref(f"{each.id}Log")},
        "Tags": tags_of(stack),
    }
    if variables:
        properties["Environment"] = {"Variables": dict(sorted(variables.items()))}
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def retries(each: StackFunction) -> Resource:
    """Return what happens after a failed run: the next firing is the retry.

    Nothing fires again for an event of a bucket, so Lambda retries that as often as it can.
    """
    operation = each.operation
    is_for_buckets = operation is not None and operation.parameters_from_event is not None
    properties: dict[str, Any] = {
        "FunctionName": ref(each.id),
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": 2 if is_for_buckets else 0,
    }
    # Lambda refuses a queue that the function's role may not write to, and a role of a person's
    # own is not changed.
    if each.desired.function.role is None:
        properties["DestinationConfig"] = {"OnFailure": {"Destination": arn_of(QUEUE)}}
    return {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": properties}


def schedule(stack: StackDescription, each: StackFunction) -> Resource:
    """Return the schedule; an event that Lambda does not take is not tried again."""
    function = each.desired.function
    timer = own_timer(function)
    assert timer is not None  # noqa: S101 - whoever calls has looked
    parameters = json.loads(timer.message) if timer.message else {}
    return {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {
            "Name": function.name,
            "Description": function.description,
            "ScheduleExpression": timer.cron,
            "ScheduleExpressionTimezone": stack.timezone,
            "State": "ENABLED" if timer.enabled else "DISABLED",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": arn_of(each.id),
                "RoleArn": arn_of(SCHEDULER_ROLE),
                "RetryPolicy": {"MaximumRetryAttempts": 0},
                "DeadLetterConfig": {"Arn": arn_of(QUEUE)},
                "Input": json.dumps({"trigger": "timer", **parameters}, ensure_ascii=False),
            },
        },
    }


def public_settings(function: DesiredFunction) -> Iterator[str]:
    """Return the settings of a function that may be shown."""
    for name in function.function.environment:
        if name not in function.secrets and not may_be_secret(name):
            yield name
