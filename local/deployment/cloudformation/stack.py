"""The calls for one stack: what it is, its change sets, its drift and its events.

Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/>.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from local.deployment.cloudformation.aws_command import AwsCommand
from local.deployment.cloudformation.aws_errors import AwsError
from local.deployment.cloudformation.template import TAG
from shared.clock import Clock
from shared.models.secret import Secret

CHANGE_SET = "cloud-sync-deploy"
"""The one name of this project's change sets: one that was left behind is found again."""

POLL_SECONDS = 3.0

NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
"""How CloudFormation says that a change set is empty."""


class StackState(NamedTuple):
    """A stack as CloudFormation has it.

    Parameters
    ----------
    id: its ARN, by which it is found even after it is deleted.
    status: e.g. ``CREATE_COMPLETE``.
    reason: why, if CloudFormation says so.
    deployment: the deployment that made it, None if this project did not.
    parameters: the names of its parameters.
    outputs: its outputs, name -> value: the addresses of the URLs.
    """

    id: str
    status: str
    reason: str
    deployment: str | None
    parameters: frozenset[str]
    outputs: Mapping[str, str]

    @property
    def is_busy(self) -> bool:
        """Whether something is under way in it; a review waits for a person instead."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"


class ResourceChange(NamedTuple):
    """What a change set does to a resource.

    Parameters
    ----------
    kind: ``create``, ``change``, ``replace`` or ``remove``.
    id: the logical ID.
    type: e.g. ``AWS::Lambda::Function``.
    name: the name that it has there, empty for a new one.
    properties: the properties that change.
    """

    kind: str
    id: str
    type: str
    name: str = ""
    properties: tuple[str, ...] = ()


class Drift(NamedTuple):
    """A property of a resource, or a whole resource, that was changed by hand.

    Parameters
    ----------
    id, type: which resource.
    path: the property, empty for a resource that was deleted.
    expected, actual: the values.
    """

    id: str
    type: str
    path: str
    expected: str
    actual: str


class StackEvent(NamedTuple):
    """Something that happened to a resource, or to the stack itself.

    Parameters
    ----------
    event_id: unique.
    id, type: which resource.
    name: its name there.
    status: e.g. ``CREATE_COMPLETE``.
    reason: why, if CloudFormation says so.
    """

    event_id: str
    id: str
    type: str
    name: str
    status: str
    reason: str


class Stack:
    """One stack.

    Parameters
    ----------
    aws: calls AWS.
    name: the stack's name.
    clock: for the waits.
    """

    def __init__(self, aws: AwsCommand, name: str, clock: Clock) -> None:
        self._aws = aws
        self._clock = clock
        self.name = name

    def _call(self, operation: str, **request: Any) -> dict[str, Any]:
        return self._aws.call("cloudformation", operation, request)

    def read(self, name: str | None = None) -> StackState | None:
        """Return the stack of that name or ARN, None if there is none."""
        try:
            answer = self._call("describe-stacks", StackName=name or self.name)
        except AwsError as error:
            if error.code == "ValidationError" and "does not exist" in error.message:
                return None
            raise
        found = answer["Stacks"][0]
        tags = {each["Key"]: each["Value"] for each in found.get("Tags", [])}
        return StackState(
            id=found["StackId"],
            status=found["StackStatus"],
            reason=found.get("StackStatusReason", ""),
            deployment=tags.get(TAG),
            parameters=frozenset(each["ParameterKey"] for each in found.get("Parameters", [])),
            outputs={
                each["OutputKey"]: each.get("OutputValue", "") for each in found.get("Outputs", [])
            },
        )

    def template(self) -> Mapping[str, Any]:
        """Return the template that the stack was made from."""
        answer = self._call("get-template", StackName=self.name, TemplateStage="Original")
        body = answer.get("TemplateBody")
        return body if isinstance(body, dict) else {}

    def resources(self) -> list[ResourceChange]:
        """Return what is in the stack, as removals."""
        answer = self._call("list-stack-resources", StackName=self.name)
        return [
            ResourceChange(
                "remove",
                each["LogicalResourceId"],
                each["ResourceType"],
                each.get("PhysicalResourceId", ""),
            )
            for each in answer["StackResourceSummaries"]
            if each.get("ResourceStatus") != "DELETE_COMPLETE"
        ]

    def change_sets(self) -> list[str]:
        """Return the names of the stack's change sets that were not executed."""
        answer = self._call("list-change-sets", StackName=self.name)
        return [each["ChangeSetName"] for each in answer.get("Summaries", [])]

    def create_change_set(
        self, request: Mapping[str, Any], parameters: Mapping[str, Secret | None]
    ) -> str:
        """Create a change set and return its ARN; empty if it is known at once to be empty.

        Parameters
        ----------
        request: what it is, without names.
        parameters: the values of the stack's parameters; None for one that it keeps.
        """
        named = {"StackName": self.name, "ChangeSetName": CHANGE_SET, **request}
        values = [
            {"ParameterKey": name, "UsePreviousValue": True}
            if value is None
            else {"ParameterKey": name, "ParameterValue": value.get_secret_value()}
            for name, value in parameters.items()
        ]
        secret = ("--parameters", values) if values else None
        try:
            answer = self._aws.call("cloudformation", "create-change-set", named, secret)
        except AwsError as error:
            if any(each in error.message for each in NO_CHANGES):
                return ""
            raise
        return str(answer["Id"])

    def changes(self, change_set: str) -> list[ResourceChange]:
        """Wait until a change set is made, and return what it does; nothing for an empty one.

        Raises
        ------
        AwsError: it could not be made.
        """
        while True:
            answer = self._call(
                "describe-change-set", StackName=self.name, ChangeSetName=change_set
            )
            status = answer["Status"]
            if status == "FAILED":
                reason = answer.get("StatusReason", "")
                if any(each in reason for each in NO_CHANGES):
                    return []
                raise AwsError(
                    reason, code="ChangeSetFailed", hint="Correct what the message names."
                )
            if not status.endswith(("_PENDING", "_IN_PROGRESS")):
                return [
                    change_of(each["ResourceChange"])
                    for each in answer.get("Changes", [])
                    if "ResourceChange" in each
                ]
            self._clock.sleep(POLL_SECONDS)

    def delete_change_set(self, change_set: str) -> None:
        """Delete a change set."""
        self._call("delete-change-set", StackName=self.name, ChangeSetName=change_set)

    def execute(self, change_set: str) -> None:
        """Begin to make the changes of a change set."""
        self._call("execute-change-set", StackName=self.name, ChangeSetName=change_set)

    def delete(self) -> None:
        """Begin to delete the stack with all that is in it."""
        self._call("delete-stack", StackName=self.name)

    def drifts(self) -> list[Drift]:
        """Have CloudFormation look for what was changed by hand, wait, and return it.

        Raises
        ------
        AwsError: it could not look.
        """
        begun = self._call("detect-stack-drift", StackName=self.name)["StackDriftDetectionId"]
        while True:
            state = self._call("describe-stack-drift-detection-status", StackDriftDetectionId=begun)
            if state["DetectionStatus"] != "DETECTION_IN_PROGRESS":
                break
            self._clock.sleep(POLL_SECONDS)
        if state["DetectionStatus"] == "DETECTION_FAILED" and not state.get("StackDriftStatus"):
            raise AwsError(state.get("DetectionStatusReason", ""), code="DetectionFailed")
        answer = self._call(
            "describe-stack-resource-drifts",
            StackName=self.name,
            StackResourceDriftStatusFilters=["MODIFIED", "DELETED"],
        )
        return [each for found in answer["StackResourceDrifts"] for each in drifts_of(found)]

    def events(self, known: frozenset[str], name: str | None = None) -> list[StackEvent]:
        """Return the events that are not known yet, in the order in which they happened."""
        answer = self._call("describe-stack-events", StackName=name or self.name)
        found: list[StackEvent] = []
        for each in answer["StackEvents"]:
            if each["EventId"] in known:
                break
            found.append(
                StackEvent(
                    each["EventId"],
                    each["LogicalResourceId"],
                    each["ResourceType"],
                    each.get("PhysicalResourceId", ""),
                    each["ResourceStatus"],
                    each.get("ResourceStatusReason", ""),
                )
            )
        return found[::-1]

    def wait(
        self, id_: str, known: Sequence[StackEvent], report: Callable[[StackEvent], None]
    ) -> tuple[StackState | None, list[StackEvent]]:
        """Wait until nothing is under way in the stack; return it, and what happened.

        Parameters
        ----------
        id_: the stack's ARN.
        known: the events from before.
        report: called with each new event.
        """
        seen = frozenset(each.event_id for each in known)
        happened: list[StackEvent] = []
        while True:
            # First the state: events that are there when it has ended are read after it.
            state = self.read(id_)
            for event in self.events(seen, id_):
                seen |= {event.event_id}
                happened.append(event)
                report(event)
            if state is None or not state.is_busy:
                return state, happened
            self._clock.sleep(POLL_SECONDS)


def change_of(change: Mapping[str, Any]) -> ResourceChange:
    """Return a change of a change set as this project names it."""
    kinds = {"Add": "create", "Remove": "remove", "Import": "create"}
    kind = kinds.get(change["Action"], "change")
    if kind == "change" and change.get("Replacement") in {"True", "Conditional"}:
        kind = "replace"
    targets = (each.get("Target", {}) for each in change.get("Details", []))
    names = [each.get("Name") or each.get("Attribute") for each in targets]
    return ResourceChange(
        kind,
        change["LogicalResourceId"],
        change["ResourceType"],
        change.get("PhysicalResourceId", ""),
        tuple(dict.fromkeys(filter(None, names))),
    )


def drifts_of(found: Mapping[str, Any]) -> Iterator[Drift]:
    """Return what was changed by hand in a resource."""
    id_, type_ = found["LogicalResourceId"], found["ResourceType"]
    if found["StackResourceDriftStatus"] == "DELETED":
        yield Drift(id_, type_, "", "there", "deleted")
    for each in found.get("PropertyDifferences", []):
        yield Drift(
            id_,
            type_,
            each["PropertyPath"],
            str(each.get("ExpectedValue", "")),
            str(each.get("ActualValue", "")),
        )
