"""Plans what a deployment does to the stack: reads drift, has a change set made, and reads that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from local.console import Console
from local.deployment.cloudformation.aws_command import AwsCommand
from local.deployment.cloudformation.aws_errors import AwsError
from local.deployment.cloudformation.desired_stack import require_no_faults
from local.deployment.cloudformation.existing_stack import GONE
from local.deployment.cloudformation.limits import LIMITS
from local.deployment.cloudformation.one_provider import provider_of
from local.deployment.cloudformation.stack import (
    CHANGE_SET,
    Drift,
    ResourceChange,
    Stack,
    StackState,
)
from local.deployment.cloudformation.template import (
    TAG,
    StackTemplate,
    secret_parameters,
)
from local.deployment.description.description import DescriptionError
from local.deployment.desired.functions import NOT_ENTERED, faults_of_desired
from local.deployment.error_view import show_error
from local.deployment.questions import NotEnteredError, entered_secret
from shared.models.secret import Secret


class StackPlan(NamedTuple):
    """What a deployment does to the stack.

    Parameters
    ----------
    template: what the stack is to be.
    before: the resources that it has.
    changes: to its resources.
    drifts: what was changed by hand.
    others_drifts: the same, of functions that the deployment leaves as they are.
    change_set: the change set's ARN; empty if there is none.
    addresses: the addresses of the URLs that are there, by logical ID.
    parameters: the values of the stack's parameters; None for one that it keeps.
    is_new: whether the stack is created.
    """

    template: StackTemplate
    before: Mapping[str, Any]
    changes: Sequence[ResourceChange]
    drifts: Sequence[Drift]
    others_drifts: Sequence[Drift]
    change_set: str
    addresses: Mapping[str, str]
    parameters: Mapping[str, Secret | None]
    is_new: bool


@dataclass(frozen=True)
class StackPlanner:
    """Plans changes to one stack.

    Parameters
    ----------
    stack: calls CloudFormation.
    aws: redacts the secrets that are entered.
    console: where progress is shown, and secrets are asked for.
    path: the description's file, for its faults.
    deployment: the deployment's name.
    provider: whose functions are changed; None for all.
    read_secret: asks for a secret without showing it.
    only_plan: whether no secret is asked for.
    overwrite: whether to overwrite what was changed by hand.
    """

    stack: Stack
    aws: AwsCommand
    console: Console
    path: Path
    deployment: str
    provider: str | None
    read_secret: Callable[[str], str]
    only_plan: bool
    overwrite: bool

    def plan(self, template: StackTemplate, state: StackState | None) -> StackPlan:
        """Return what is to be done; a change set is made for it, where the stack takes one.

        Raises
        ------
        DescriptionError: a secret was not entered.
        AwsError: CloudFormation refused.
        """
        is_new = state is None or state.status in GONE
        kept = frozenset() if is_new or state is None else state.parameters
        parameters = self._parameters(template, kept)
        if state is not None and state.status == "ROLLBACK_COMPLETE":
            created = all_created(template)
            return StackPlan(template, {}, created, (), (), "", {}, parameters, is_new)
        found = [] if is_new else self._drifts()
        drifts = [each for each in found if self.is_chosen(each.id)]
        plan = self._changed(template, state, parameters, is_new=is_new, drifts=drifts)
        return plan._replace(others_drifts=[each for each in found if each not in drifts])

    def plan_removal(self, template: StackTemplate, state: StackState) -> StackPlan:
        """Return the removal of what a template does not have any more, changed by hand or not.

        Raises
        ------
        AwsError: CloudFormation refused.
        """
        kept = dict.fromkeys(template.kept_parameters)
        return self._changed(template, state, kept, is_new=False, drifts=())

    def _changed(
        self,
        template: StackTemplate,
        state: StackState | None,
        parameters: Mapping[str, Secret | None],
        *,
        is_new: bool,
        drifts: Sequence[Drift],
    ) -> StackPlan:
        change_set = self.change_set(template, parameters, is_new=is_new, drifts=drifts)
        changes: list[ResourceChange] = []
        if change_set:
            changes = self.console.during("planning …", lambda: self.stack.changes(change_set))
        before: Mapping[str, Any] = {}
        if changes and not is_new:
            before = self.stack.template().get("Resources", {})
        addresses = state.outputs if state is not None else {}
        return StackPlan(
            template, before, changes, drifts, (), change_set, addresses, parameters, is_new
        )

    def is_chosen(self, id_: str) -> bool:
        """Return whether a logical ID is of what is changed, or of what all functions share."""
        return self.provider is None or provider_of(id_) in {None, self.provider}

    def change_set(
        self,
        template: StackTemplate,
        parameters: Mapping[str, Secret | None],
        *,
        is_new: bool,
        drifts: Sequence[Drift] = (),
    ) -> str:
        """Create the change set and return its ARN; one that was left behind is replaced.

        Raises
        ------
        AwsError: CloudFormation refused.
        """
        if not is_new and CHANGE_SET in self.stack.change_sets():
            self.stack.delete_change_set(CHANGE_SET)
        request: dict[str, Any] = {
            "ChangeSetType": "CREATE" if is_new else "UPDATE",
            "TemplateBody": template.text,
            "Capabilities": ["CAPABILITY_IAM"],
            "Tags": [{"Key": TAG, "Value": self.deployment}],
        }
        if drifts and self.overwrite:
            # Without it CloudFormation compares with the last template, not with what there is.
            request["DeploymentMode"] = "REVERT_DRIFT"
        return self.console.during(
            "planning …", lambda: self.stack.create_change_set(request, parameters)
        )

    def forget(self, plan: StackPlan) -> None:
        """Delete a change set that is not made, and the empty stack that came with it.

        Raises
        ------
        AwsError: CloudFormation refused.
        """
        if plan.change_set:
            self.stack.delete_change_set(plan.change_set)
            if plan.is_new:
                self.stack.delete()

    def _parameters(
        self, template: StackTemplate, kept: frozenset[str]
    ) -> dict[str, Secret | None]:
        """Return the values of the stack's parameters; None for one that it keeps."""
        found: dict[str, Secret | None] = dict.fromkeys(template.kept_parameters)
        for each in template.functions:
            desired = each.desired
            environment = dict(desired.function.environment)
            for setting, parameter in secret_parameters(each):
                if setting not in desired.prompts:
                    found[parameter] = environment[setting]
                elif parameter in kept:
                    found[parameter] = None
                else:
                    place = f"{desired.place}.secrets.{setting}"
                    environment[setting] = self._entered(place, f"{setting} of {each.name}: ")
                    found[parameter] = environment[setting]
            complete = desired.function._replace(environment=environment)
            faults = faults_of_desired(LIMITS, desired._replace(function=complete))
            require_no_faults(self.path, faults)
        return found

    def _entered(self, place: str, question: str) -> Secret:
        if self.only_plan:
            return NOT_ENTERED
        instead = "env:NAME or secretsmanager:NAME"
        try:
            secret = entered_secret(self.console, self.read_secret, question, instead)
        except NotEnteredError as error:
            raise DescriptionError(self.path, [(place, str(error))]) from None
        self.aws.secrets.append(secret)
        return secret

    def _drifts(self) -> list[Drift]:
        """Return what was changed by hand; that it could not be looked for is said."""
        try:
            return self.console.during("looking for changes by hand …", self.stack.drifts)
        except AwsError as error:
            self.console.say("Changes by hand could not be looked for:")
            show_error(error, self.console)
            self.console.say()
            return []


def all_created(template: StackTemplate) -> list[ResourceChange]:
    """Return the changes that make everything in a template."""
    resources: Mapping[str, Mapping[str, Any]] = template.body["Resources"]
    return [ResourceChange("create", id_, each["Type"]) for id_, each in resources.items()]
