"""A deployment to AWS Lambda, or a removal: one stack, through change sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local.console import Console
from local.deployment.cloudformation.aws_command import AwsCommand, Runner, run_command
from local.deployment.cloudformation.aws_errors import AwsError
from local.deployment.cloudformation.changes import StackChanger
from local.deployment.cloudformation.code import CodeBucket
from local.deployment.cloudformation.confirmation import Confirmation
from local.deployment.cloudformation.desired_stack import (
    desired_stack,
    known_secrets,
    require_no_faults,
    template_faults,
)
from local.deployment.cloudformation.dry_runs import try_functions, try_unchanged_functions
from local.deployment.cloudformation.existing_stack import GONE, ExistingStack
from local.deployment.cloudformation.limits import LIMITS
from local.deployment.cloudformation.one_provider import others, without
from local.deployment.cloudformation.plan import StackPlan, StackPlanner
from local.deployment.cloudformation.plan_lines import Line, lines_of
from local.deployment.cloudformation.stack import Stack, StackState
from local.deployment.cloudformation.template import (
    NOTHING_KEPT,
    KeptParts,
    StackFunction,
    StackTemplate,
    template_of,
)
from local.deployment.description.document import DeploymentDocument, PlatformTable
from local.deployment.desired.zips import Zips
from local.deployment.error_view import CORRECT_AND_RUN_AGAIN, show_error
from local.deployment.exit_codes import DONE, FAILED
from local.deployment.failed_step import step
from shared.runtime import Runtime

RIGHTS = (
    "cloudformation:… of the stack, s3:ListBucket, s3:GetObject, s3:PutObject of the bucket, "
    "lambda:InvokeFunction, and what CloudFormation does with the same identity: all of it is in "
    "deploy/policies/aws/deploy_lambda.json"
)


@dataclass
class StackDeployment:
    """A deployment of the part of a description for AWS Lambda.

    Parameters
    ----------
    path: the description's file, for its faults.
    document: the description.
    provider: only the operations of this provider; None for all.
    zips: builds the bundles.
    console: where the plan is shown, and where it asks.
    process: environment and clock.
    read_secret: asks for a secret without showing it.
    yes: whether to make changes without asking.
    only_plan: whether to end after the plan.
    overwrite: whether to overwrite what was changed by hand.
    runner: runs the ``aws`` command.
    """

    path: Path
    document: DeploymentDocument
    provider: str | None
    zips: Zips
    console: Console
    process: Runtime
    read_secret: Callable[[str], str]
    yes: bool = False
    only_plan: bool = False
    overwrite: bool = False
    runner: Runner = run_command
    _aws: AwsCommand = field(init=False)
    _stack: Stack = field(init=False)
    _existing: ExistingStack = field(init=False)
    _planner: StackPlanner = field(init=False)
    _confirmation: Confirmation = field(init=False)
    _changer: StackChanger = field(init=False)

    def __post_init__(self) -> None:
        name, console = self.document.name, self.console
        self._aws = AwsCommand(self.table.region, self.process.current_environ, self.runner)
        self._stack = Stack(self._aws, f"cloud-sync-{name}", self.process.clock)
        self._existing = ExistingStack(self._stack, name, console)
        self._planner = StackPlanner(
            stack=self._stack,
            aws=self._aws,
            console=console,
            path=self.path,
            deployment=name,
            provider=self.provider,
            read_secret=self.read_secret,
            only_plan=self.only_plan,
            overwrite=self.overwrite,
        )
        self._confirmation = Confirmation(console, self.yes, self.only_plan, self.overwrite)
        self._changer = StackChanger(self._stack, console)

    @property
    def table(self) -> PlatformTable:
        """The part of the description."""
        return self.document.platforms[LIMITS.name]

    def deploy(self) -> int:
        """Make the stack have what the description says; return the exit code.

        Raises
        ------
        DescriptionError: the description cannot be deployed here.
        FailedStepError: AWS could not be read, or refused the change set.
        """
        environ = self.process.current_environ
        described = desired_stack(self.path, self.document, self.provider, self.zips, environ)
        self._aws.secrets += known_secrets(described)
        account = self._show_where("deploy")
        bucket = CodeBucket(self._aws, described.bucket, account)
        with step(f"The bucket {bucket.name} could not be read"):
            bucket.require()
        with step("The stack could not be read"):
            state = self._existing.settled()
            if refused := self._existing.refused(state):
                return refused
            kept = self._kept(state)
        template = template_of(described, kept)
        require_no_faults(self.path, template_faults(template))
        with step("The change of the stack could not be planned"):
            plan = self._planner.plan(template, state)
        self._show_plan(plan, described.functions)
        code = self._confirmation.refused(
            plan.changes, plan.drifts, "deploy", others_drifts=plan.others_drifts
        )
        if code is not None:
            self._forget(plan)
            if code == DONE and not plan.changes and not self.only_plan:
                # What could not run before is still a failure.
                return try_unchanged_functions(self._aws, described, self.console)
            return code
        self.console.say()
        try:
            self._changer.upload(bucket, described)
            if not self._is_made(plan, state):
                return FAILED
        except AwsError as error:
            return self._failed(error)
        return try_functions(self._aws, described, self.console)

    def remove(self) -> int:
        """Delete the stack, or a provider's functions in it; return the exit code.

        Raises
        ------
        FailedStepError: AWS could not be read, or refused the change set.
        """
        self._show_where("remove")
        with step("The stack could not be read"):
            state = self._existing.settled()
            if state is None:
                return self._nothing_to_do()
            if refused := self._existing.refused(state, is_deleted=True):
                return refused
            rest = self._rest(state)
        return self._remove_all(state) if rest is None else self._remove_some(rest, state)

    def _remove_all(self, state: StackState) -> int:
        """Delete the stack; return the exit code."""
        with step("The stack could not be read"):
            changes = self._stack.resources()
        whole = Line("remove", f"stack {self._stack.name}")
        self._confirmation.show([*lines_of(changes, (), (), {}, {}, state.outputs), whole])
        code = self._confirmation.refused(changes, (), "remove", more=1)
        if code is not None:
            return code
        self.console.say()
        try:
            return DONE if self._changer.delete(state) else FAILED
        except AwsError as error:
            return self._failed(error)

    def _remove_some(self, rest: StackTemplate, state: StackState) -> int:
        """Remove what the rest of a stack does not have; return the exit code."""
        if refused := self._existing.refused(state):
            return refused
        with step("The removal could not be planned"):
            plan = self._planner.plan_removal(rest, state)
        if not plan.changes:
            self._forget(plan)
            return self._nothing_to_do()
        self._show_plan(plan, ())
        code = self._confirmation.refused(plan.changes, (), "remove")
        if code is not None:
            self._forget(plan)
            return code
        self.console.say()
        try:
            return DONE if self._changer.execute(plan.change_set) else FAILED
        except AwsError as error:
            return self._failed(error)

    def _kept(self, state: StackState | None) -> KeptParts:
        """Return what is in the stack and stays as it is."""
        if self.provider is None or state is None or state.status in GONE:
            return NOTHING_KEPT
        return others(self._stack.template(), self.provider)

    def _rest(self, state: StackState) -> StackTemplate | None:
        """Return what is to be left of the stack; None if that is nothing."""
        if self.provider is None or state.status in GONE:
            return None
        return without(self._stack.template(), self.provider)

    def _show_plan(self, plan: StackPlan, functions: Sequence[StackFunction]) -> None:
        after = plan.template.body["Resources"]
        self._confirmation.show(
            lines_of(plan.changes, plan.drifts, functions, plan.before, after, plan.addresses)
        )

    def _forget(self, plan: StackPlan) -> None:
        with step("The change set of the plan could not be deleted"):
            self._planner.forget(plan)

    def _nothing_to_do(self) -> int:
        self.console.say("Nothing to do.")
        return DONE

    def _is_made(self, plan: StackPlan, state: StackState | None) -> bool:
        """Make the changes of a plan; return whether all of them were made."""
        change_set = plan.change_set
        if not change_set:
            # A stack whose creation was rolled back takes no change set.
            if not self._changer.delete(state):
                return False
            change_set = self._planner.change_set(plan.template, plan.parameters, is_new=True)
            self._stack.changes(change_set)
        return self._changer.execute(change_set)

    def _failed(self, error: AwsError) -> int:
        """Show why a call failed after the changes had begun; return the exit code."""
        self.console.progress("")
        show_error(error, self.console)
        self.console.say(CORRECT_AND_RUN_AGAIN)
        return FAILED

    def _show_where(self, verb: str) -> str:
        """Show what is done where and as whom; return the account."""
        console = self.console
        with step("The account could not be read"):
            who = console.during(
                "reading the account …", lambda: self._aws.call("sts", "get-caller-identity", {})
            )
        console.say(f"{verb.capitalize()} {self.document.name} on {LIMITS.title}")
        console.say(f"  region   {self.table.region}")
        console.say(f"  stack    {self._stack.name}")
        if self.provider is not None:
            rest = "the rest of the stack stays as it is"
            console.say(f"  only     the functions of {self.provider}; {rest}")
        console.say(f"  as       account {who['Account']}; {who['Arn']}")
        console.say("  rights   that identity needs")
        console.fill(RIGHTS, 11)
        console.say()
        return str(who["Account"])
