"""Answers the ``aws`` command in its place, for what moto does not do.

The responses are those of the API reference of CloudFormation, S3, STS and Lambda: drift, changes
that fail, stacks in every state. Whatever it is asked is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.deployment.cloudformation.aws_command import Completed

ACCOUNT = "123456789012"
REGION = "eu-west-1"
DOMAIN = f"lambda-url.{REGION}.on.aws"


def address_of(id_: str) -> str:
    """Return the address of a URL by its logical ID."""
    return f"https://{id_.lower()}.{DOMAIN}/"


@dataclass(frozen=True)
class Call:
    """A call of the command: its words, and what it was given on standard input."""

    words: tuple[str, ...]
    given: bytes

    @property
    def operation(self) -> str:
        """What was called, e.g. ``create-change-set``."""
        return self.words[2]

    @property
    def request(self) -> Any:
        """The request, without what was given on standard input."""
        return json.loads(self.words[self.words.index("--cli-input-json") + 1])


class Refusal(Exception):
    """A call that ends with an error, as the command words it."""

    def __init__(self, code: str, operation: str, message: str) -> None:
        super().__init__(
            f"\nAn error occurred ({code}) when calling the {operation} operation: {message}\n"
        )


@dataclass
class CloudFormationStandIn:
    """An account with at most one stack, called as the ``aws`` command is.

    Parameters
    ----------
    status: the stack's status; None for no stack.
    tags: the stack's tags.
    template: the stack's template.
    parameters: the stack's parameters.
    drifts: what ``describe-stack-resource-drifts`` returns.
    failing: logical ID -> why its creation fails.
    returned: what a function returns.
    refused: operation -> an error of the command.
    busy: how many more looks the stack is under way for.
    """

    status: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    template: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    drifts: list[dict[str, Any]] = field(default_factory=list)
    failing: dict[str, str] = field(default_factory=dict)
    returned: Any = field(
        default_factory=lambda: {"status": "planned", "summary": "Dry run: 1 request."}
    )
    refused: dict[str, Refusal] = field(default_factory=dict)
    busy: int = 0
    calls: list[Call] = field(default_factory=list)
    objects: dict[str, str] = field(default_factory=dict)
    change_sets: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, words: Sequence[str], given: bytes, environ: Mapping[str, str]) -> Completed:
        call = Call(tuple(words), given)
        self.calls.append(call)
        try:
            if call.operation in self.refused:
                raise self.refused[call.operation]
            if call.operation == "invoke":
                return self._invoke(call)
            answer = getattr(self, f"_{call.operation.replace('-', '_')}")(call)
        except Refusal as refusal:
            return Completed(254, b"", str(refusal).encode())
        return Completed(0, json.dumps(answer).encode() if answer is not None else b"", b"")

    def operations(self) -> list[str]:
        """Return what was called so far."""
        return [each.operation for each in self.calls]

    def of(self, operation: str) -> list[Call]:
        """Return the calls of an operation."""
        return [each for each in self.calls if each.operation == operation]

    def _invoke(self, call: Call) -> Completed:
        out = next(Path(word) for word in call.words if word.endswith("result.json"))
        out.write_text(json.dumps(self.returned))
        return Completed(0, b'{"StatusCode": 200, "ExecutedVersion": "$LATEST"}', b"")

    def _get_caller_identity(self, call: Call) -> Any:
        arn = f"arn:aws:iam::{ACCOUNT}:user/example"
        return {"UserId": "exampleid", "Account": ACCOUNT, "Arn": arn}

    def _head_bucket(self, call: Call) -> Any:
        return {"BucketRegion": REGION}

    def _head_object(self, call: Call) -> Any:
        if call.request["Key"] not in self.objects:
            raise Refusal("404", "HeadObject", "Not Found")
        return {"ChecksumSHA256": self.objects[call.request["Key"]]}

    def _put_object(self, call: Call) -> Any:
        self.objects[call.request["Key"]] = call.request["ChecksumSHA256"]
        return {"ETag": '"example"'}

    @property
    def id(self) -> str:
        return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/cloud-sync-production/example"

    def _require(self, operation: str) -> None:
        if self.status is None:
            message = "Stack with id cloud-sync-production does not exist"
            raise Refusal("ValidationError", operation, message)

    def _describe_stacks(self, call: Call) -> Any:
        self._require("DescribeStacks")
        status = str(self.status)
        if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            self.busy -= 1
            if self.busy <= 0:
                self.status = {
                    "UPDATE_IN_PROGRESS": "UPDATE_COMPLETE",
                    "CREATE_IN_PROGRESS": "CREATE_COMPLETE",
                    "ROLLBACK_IN_PROGRESS": "ROLLBACK_COMPLETE",
                    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
                    "DELETE_IN_PROGRESS": "DELETE_COMPLETE",
                }[status]
        listed = [{"ParameterKey": name, "ParameterValue": "****"} for name in self.parameters]
        described = {
            "StackId": self.id,
            "StackName": "cloud-sync-production",
            "StackStatus": status,
            "Parameters": listed,
            "Tags": [{"Key": name, "Value": value} for name, value in self.tags.items()],
        }
        if outputs := self.template.get("Outputs"):
            described["Outputs"] = [
                {"OutputKey": name, "OutputValue": address_of(name)} for name in outputs
            ]
        if status == "DELETE_COMPLETE":
            self.status = None
        return {"Stacks": [described]}

    def _get_function_url_config(self, call: Call) -> Any:
        (id_,) = (
            id_
            for id_, each in self.template["Resources"].items()
            if each["Properties"].get("FunctionName") == call.request["FunctionName"]
        )
        auth_type = self.template["Resources"][f"{id_}Url"]["Properties"]["AuthType"]
        return {"FunctionUrl": address_of(f"{id_}Url"), "AuthType": auth_type}

    def _get_template(self, call: Call) -> Any:
        return {"TemplateBody": self.template, "StagesAvailable": ["Original", "Processed"]}

    def _list_stack_resources(self, call: Call) -> Any:
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": id_,
                    "ResourceType": each["Type"],
                    "PhysicalResourceId": each["Properties"]["FunctionName"]
                    if each["Type"] == "AWS::Lambda::Function"
                    else id_,
                    "ResourceStatus": "CREATE_COMPLETE",
                }
                for id_, each in self.template.get("Resources", {}).items()
            ]
        }

    def _list_change_sets(self, call: Call) -> Any:
        return {"Summaries": [{"ChangeSetName": name} for name in self.change_sets]}

    def _create_change_set(self, call: Call) -> Any:
        request = call.request
        name = request["ChangeSetName"]
        if name in self.change_sets:
            message = f"ChangeSet {name} already exists"
            raise Refusal("AlreadyExistsException", "CreateChangeSet", message)
        is_new = request["ChangeSetType"] == "CREATE"
        if is_new and self.status not in {None, "REVIEW_IN_PROGRESS"}:
            message = f"Stack:{self.id} is in {self.status} state and can not be updated."
            raise Refusal("ValidationError", "CreateChangeSet", message)
        given = json.loads(call.given) if call.given else []
        values = {
            each["ParameterKey"]: self.parameters[each["ParameterKey"]]
            if each.get("UsePreviousValue")
            else each["ParameterValue"]
            for each in given
        }
        if is_new:
            self.status = "REVIEW_IN_PROGRESS"
        self.change_sets[name] = {
            "template": json.loads(request["TemplateBody"]),
            "parameters": values,
            "tags": {each["Key"]: each["Value"] for each in request["Tags"]},
            "mode": request.get("DeploymentMode"),
        }
        return {"Id": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/{name}/example"}

    def _made(self, call: Call) -> dict[str, Any]:
        name = call.request["ChangeSetName"]
        return self.change_sets[name.split("/")[1] if name.startswith("arn:") else name]

    def _changes(self, made: Mapping[str, Any]) -> list[dict[str, Any]]:
        before = self.template.get("Resources", {})
        after: dict[str, Any] = made["template"]["Resources"]
        drifted = {each["LogicalResourceId"] for each in self.drifts if made["mode"]}
        given: dict[str, str] = made["parameters"]
        other = {name for name in given if given[name] != self.parameters.get(name)}
        found = []
        for id_ in dict.fromkeys([*before, *after]):
            action = "Modify" if id_ in before and id_ in after else "Add"
            action = action if id_ in after else "Remove"
            # A parameter's value is used in a function's environment alone.
            variables = str(after.get(id_, {}).get("Properties", {}).get("Environment"))
            has_secret = any(f"'Ref': '{name}'" in variables for name in other)
            is_same = action == "Modify" and before[id_] == after[id_]
            if is_same and not has_secret and id_ not in drifted:
                continue
            change = {
                "Action": action,
                "LogicalResourceId": id_,
                "ResourceType": (after.get(id_) or before[id_])["Type"],
                "Details": [{"Target": {"Attribute": "Properties", "Name": "Environment"}}],
            }
            if action == "Modify":
                change["Replacement"] = "False"
            found.append({"Type": "Resource", "ResourceChange": change})
        return found

    def _describe_change_set(self, call: Call) -> Any:
        changes = self._changes(self._made(call))
        if not changes:
            reason = "The submitted information didn't contain changes. Submit different "
            return {"Status": "FAILED", "StatusReason": f"{reason}information.", "Changes": []}
        return {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE", "Changes": changes}

    def _delete_change_set(self, call: Call) -> Any:
        name = call.request["ChangeSetName"]
        del self.change_sets[name.split("/")[1] if name.startswith("arn:") else name]

    def _event(self, id_: str, type_: str, status: str, reason: str = "") -> None:
        self.events.insert(
            0,
            {
                "EventId": f"event-{len(self.events)}",
                "LogicalResourceId": id_,
                "PhysicalResourceId": id_,
                "ResourceType": type_,
                "ResourceStatus": status,
                **({"ResourceStatusReason": reason} if reason else {}),
            },
        )

    def _execute_change_set(self, call: Call) -> Any:
        made = self._made(call)
        verb = "UPDATE" if self.template else "CREATE"
        words = {"Add": "CREATE", "Modify": "UPDATE", "Remove": "DELETE"}
        failed = False
        for each in self._changes(made):
            change = each["ResourceChange"]
            id_, type_ = change["LogicalResourceId"], change["ResourceType"]
            word = words[change["Action"]]
            self._event(id_, type_, f"{word}_IN_PROGRESS")
            if id_ in self.failing:
                self._event(id_, type_, f"{word}_FAILED", self.failing[id_])
                failed = True
                break
            self._event(id_, type_, f"{word}_COMPLETE")
        self.tags = made["tags"]
        self.change_sets.clear()
        if failed:
            rollback = "ROLLBACK" if verb == "CREATE" else "UPDATE_ROLLBACK"
            self.status = f"{rollback}_IN_PROGRESS"
        else:
            self.template, self.parameters = made["template"], made["parameters"]
            self.drifts = []
            self.status = f"{verb}_IN_PROGRESS"
        self.busy = 1

    def _describe_stack_events(self, call: Call) -> Any:
        return {"StackEvents": self.events}

    def _delete_stack(self, call: Call) -> Any:
        if self.status == "REVIEW_IN_PROGRESS":
            self.status = None
            return
        for id_, each in self.template.get("Resources", {}).items():
            self._event(id_, each["Type"], "DELETE_COMPLETE")
        self.template, self.parameters = {}, {}
        self.status, self.busy = "DELETE_IN_PROGRESS", 1

    def _detect_stack_drift(self, call: Call) -> Any:
        return {"StackDriftDetectionId": "example-detection"}

    def _describe_stack_drift_detection_status(self, call: Call) -> Any:
        return {
            "StackDriftDetectionId": "example-detection",
            "DetectionStatus": "DETECTION_COMPLETE",
            "StackDriftStatus": "DRIFTED" if self.drifts else "IN_SYNC",
        }

    def _describe_stack_resource_drifts(self, call: Call) -> Any:
        return {"StackResourceDrifts": self.drifts}
