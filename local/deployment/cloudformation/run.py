"""A deployment to AWS Lambda, or a removal: one stack, through change sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from local.bundling.plan import Bundle
from local.console import Console
from local.deployment.cloudformation.aws_command import AwsCommand, Runner, run_command
from local.deployment.cloudformation.aws_errors import AwsError
from local.deployment.cloudformation.code import CodeBucket
from local.deployment.cloudformation.failure import STACK, show_failure
from local.deployment.cloudformation.limits import (
    LIMITS,
    MAX_UNPACKED_BYTES,
    REFERENCE,
    unpacked_size,
)
from local.deployment.cloudformation.places import places
from local.deployment.cloudformation.plan import Line, label_of, lines_of
from local.deployment.cloudformation.stack import (
    CHANGE_SET,
    Drift,
    ResourceChange,
    Stack,
    StackEvent,
    StackState,
)
from local.deployment.cloudformation.template import (
    MAX_TEMPLATE_BYTES,
    TAG,
    StackDescription,
    StackFunction,
    StackTemplate,
    code_key,
    template_of,
)
from local.deployment.description import DescriptionError, Fault, operations
from local.deployment.desired import (
    NOT_ENTERED,
    Chosen,
    chosen_functions,
    desired_function,
    faults_of_desired,
)
from local.deployment.document import DeploymentDocument, PlatformTable
from local.deployment.error_view import show_error
from local.deployment.exit_codes import DONE, FAILED, REFUSED
from local.deployment.function_result import result_of
from local.deployment.plan_view import COLOURS
from local.deployment.questions import NotEnteredError, entered_secret, is_confirmed
from local.deployment.zips import Zips
from shared.models.secret import Secret
from shared.runtime import Runtime

RIGHTS = (
    "cloudformation:… of the stack, s3:ListBucket, s3:GetObject, s3:PutObject of the bucket, "
    "lambda:InvokeFunction, and what CloudFormation does with the same identity: all of it is in "
    "deploy/policies/aws/deploy_lambda.json"
)

GONE = frozenset({"ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "DELETE_COMPLETE"})
"""Stacks with nothing in them: what was made was taken back, or nothing was made yet."""

STUCK: Mapping[str, str] = {
    "ROLLBACK_FAILED": "Its first creation failed, and could not be taken back: make remove "
    "PLATFORM=lambda, then deploy again.",
    "CREATE_FAILED": "Its creation failed: make remove PLATFORM=lambda, then deploy again.",
    "DELETE_FAILED": "Its removal failed: make remove PLATFORM=lambda tries again.",
    "UPDATE_FAILED": "A change failed, and was not taken back: aws cloudformation rollback-stack "
    "--stack-name {name}, then deploy again.",
    "UPDATE_ROLLBACK_FAILED": "A change failed, and could not be taken back. Remove what its "
    "events name, then aws cloudformation continue-update-rollback --stack-name {name}.",
}
"""States from which CloudFormation makes no change, and what a person does."""

SUCCEEDED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})

DONE_WORDS = {
    "CREATE_COMPLETE": "created",
    "UPDATE_COMPLETE": "changed",
    "DELETE_COMPLETE": "removed",
}


class StackPlan(NamedTuple):
    """What a deployment does to the stack.

    Parameters
    ----------
    changes: to its resources.
    drifts: what was changed by hand.
    change_set: the change set's ARN; empty if there is none.
    parameters: the values of the stack's parameters; None for one that it keeps.
    is_new: whether the stack is created.
    """

    changes: Sequence[ResourceChange]
    drifts: Sequence[Drift]
    change_set: str
    parameters: Mapping[str, Secret | None]
    is_new: bool


@dataclass
class StackDeployment:
    """A deployment of the part of a description for AWS Lambda.

    Parameters
    ----------
    path: the description's file, for its faults.
    document: the description.
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

    def __post_init__(self) -> None:
        self._aws = AwsCommand(self.table.region, self.process.current_environ, self.runner)
        self._stack = Stack(self._aws, f"cloud-sync-{self.document.name}", self.process.clock)

    @property
    def table(self) -> PlatformTable:
        """The part of the description."""
        return self.document.platforms[LIMITS.name]

    def deploy(self) -> int:
        """Make the stack have what the description says; return the exit code.

        Raises
        ------
        DescriptionError: the description cannot be deployed here.
        SyncError: AWS could not be asked.
        """
        described = self._described()
        account = self._show_where("deploy")
        bucket = CodeBucket(self._aws, described.bucket, account)
        bucket.require()
        state = self._settled()
        if refused := self._refused(state):
            return refused
        template = template_of(described)
        self._require_no_faults(template_faults(template))
        plan = self._plan(described, template, state)
        self._show_plan(plan, described, template)
        code = self._agreed(plan.changes, plan.drifts, "deploy")
        if code is not None:
            self._forget(plan)
            return code
        self.console.say()
        try:
            self._upload(bucket, described)
            if not self._is_made(plan, described, template, state):
                return FAILED
        except AwsError as error:
            return self._failed(error)
        return self._try(described)

    def remove(self) -> int:
        """Delete the stack; return the exit code.

        Raises
        ------
        SyncError: AWS could not be asked.
        """
        self._show_where("remove")
        state = self._settled()
        if state is None:
            self.console.say("Nothing to do.")
            return DONE
        if refused := self._refused(state, verb="remove"):
            return refused
        changes = self._stack.resources()
        for line in lines_of(changes, (), (), {}, {}):
            self._show(line)
        self._show(Line("remove", f"stack {self._stack.name}"))
        self.console.say()
        code = self._agreed(changes, (), "remove", more=1)
        if code is not None:
            return code
        self.console.say()
        try:
            return DONE if self._is_deleted(state) else FAILED
        except AwsError as error:
            return self._failed(error)

    def _failed(self, error: AwsError) -> int:
        """Show why a call failed after the changes had begun; return the exit code."""
        self.console.progress("")
        show_error(error, self.console)
        self.console.say("Run the same command again: it goes on from there.")
        return FAILED

    def _described(self) -> StackDescription:
        """Return what the stack is made from, without faults."""
        table, place = self.table, f"platforms.{LIMITS.name}"
        if table.bucket is None:
            reason = "is missing: the bucket of S3 that the code is put into"
            raise DescriptionError(self.path, [(f"{place}.bucket", reason)])
        chosen = list(chosen_functions(LIMITS.name, table, None))
        bundles = dict.fromkeys(each.bundle for each in chosen)
        # Faults are reported before the build, which takes time.
        self._functions(chosen, dict.fromkeys(bundles, b""))
        zips = self.zips(list(bundles), table.bytecode)
        functions = self._functions(chosen, zips)
        self._require_no_faults(
            (place, f"{bundle.name}.zip has {size:,} bytes unpacked, and Lambda takes 250 MB")
            for bundle, content in zips.items()
            if (size := unpacked_size(content)) > MAX_UNPACKED_BYTES
        )
        for each in functions:
            environment = each.desired.function.environment
            known = [environment[name] for name in each.desired.secrets - each.desired.prompts]
            self._aws.secrets += [
                value for value in known if not value.get_secret_value().startswith(REFERENCE)
            ]
        notify = (table.alarms.notify if table.alarms is not None else None) or ()
        return StackDescription(
            self.document.name, table.bucket, notify, table.timezone or "UTC", functions
        )

    def _functions(
        self, chosen: Sequence[Chosen], zips: Mapping[Bundle, bytes]
    ) -> list[StackFunction]:
        known, environ = operations(), self.process.current_environ
        found = [
            (each, desired_function(LIMITS, self.table, each, zips[each.bundle], environ, {}))
            for each in chosen
        ]
        self._require_no_faults(
            fault for _each, desired in found for fault in faults_of_desired(LIMITS, desired)
        )
        return [StackFunction(desired, known[each.name]) for each, desired in found]

    def _require_no_faults(self, found: Iterable[Fault]) -> None:
        if faults := list(found):
            raise DescriptionError(self.path, faults)

    def _show_where(self, verb: str) -> str:
        """Show what is done where and as whom; return the account."""
        console = self.console
        who = self._waited_for("reading the account …", self._identity)
        console.say(f"{verb.capitalize()} {self.document.name} on {LIMITS.title}")
        console.say(f"  region   {self.table.region}")
        console.say(f"  stack    {self._stack.name}")
        console.say(f"  as       account {who['Account']}; {who['Arn']}")
        console.say("  rights   that identity needs")
        console.fill(RIGHTS, 11)
        console.say()
        return str(who["Account"])

    def _identity(self) -> dict[str, Any]:
        return self._aws.call("sts", "get-caller-identity", {})

    def _waited_for(self, text: str, run: Callable[[], Any]) -> Any:
        """Return what a function returns, with a text shown while it runs."""
        self.console.progress(text)
        try:
            return run()
        finally:
            self.console.progress("")

    def _settled(self) -> StackState | None:
        """Return the stack after what is under way in it, such as an interrupted deployment's."""
        state: StackState | None = self._waited_for("reading the stack …", self._stack.read)
        if state is None or not state.is_busy or state.deployment != self.document.name:
            return state
        self.console.say(f"A change of the stack is under way ({state.status}): waiting for it.")
        state, _ = self._stack.wait(state.id, self._stack.events(frozenset()), self._report)
        if state is not None and state.status == "DELETE_COMPLETE":
            return None
        return state

    def _refused(self, state: StackState | None, verb: str = "deploy") -> int:
        """Return the exit code if nothing may be done to the stack, 0 otherwise."""
        if state is None or self._is_taken_up(state):
            return DONE
        console = self.console
        if state.deployment != self.document.name:
            console.say(console.coloured("Refused: nothing was changed.", "red"))
            owner = state.deployment
            whose = f"belongs to the deployment {owner}" if owner else f"has no tag {TAG}"
            console.fill(
                f"The stack {self._stack.name} {whose}: this deployment did not make it. Remove "
                "it, or give the deployment another name in the description.",
                2,
            )
            return REFUSED
        if verb == "deploy" and state.status in STUCK:
            console.say(console.coloured(f"The stack is {state.status}.", "red"))
            if state.reason:
                console.fill(state.reason, 2)
            console.fill(STUCK[state.status].format(name=self._stack.name), 2)
            return FAILED
        return DONE

    def _is_taken_up(self, state: StackState) -> bool:
        """Return whether it is a stack with nothing but change sets that were left behind here.

        Its tags are those of the change set, and not there before that is executed.
        """
        if state.status != "REVIEW_IN_PROGRESS":
            return False
        left = self._stack.change_sets()
        if any(name != CHANGE_SET for name in left):
            return False
        for name in left:
            self._stack.delete_change_set(name)
        return True

    def _parameters(
        self, template: StackTemplate, kept: frozenset[str]
    ) -> dict[str, Secret | None]:
        """Return the values of the stack's parameters; None for one that it keeps."""
        found: dict[str, Secret | None] = dict(template.secrets)
        for parameter, (desired, setting) in template.prompted.items():
            if parameter in kept:
                found[parameter] = None
                continue
            place = f"{desired.place}.secrets.{setting}"
            secret = self._prompted(place, f"{setting} of {desired.function.name}: ")
            self._aws.secrets.append(secret)
            found[parameter] = secret
        return found

    def _prompted(self, place: str, question: str) -> Secret:
        if self.only_plan:
            return NOT_ENTERED
        instead = "env:NAME or secretsmanager:NAME"
        try:
            return entered_secret(self.console, self.read_secret, question, instead)
        except NotEnteredError as error:
            raise DescriptionError(self.path, [(place, str(error))]) from None

    def _plan(
        self, described: StackDescription, template: StackTemplate, state: StackState | None
    ) -> StackPlan:
        """Return what is to be done; a change set is made for it, where the stack takes one."""
        is_new = state is None or state.status in GONE
        kept = frozenset() if is_new or state is None else state.parameters
        parameters = self._parameters(template, kept)
        if state is not None and state.status == "ROLLBACK_COMPLETE":
            return StackPlan(all_created(template), (), "", parameters, is_new)
        drifts = [] if is_new else self._drifts()
        change_set = self._change_set(described, template, parameters, is_new=is_new, drifts=drifts)
        changes: list[ResourceChange] = []
        if change_set:
            changes = self._waited_for("planning …", lambda: self._stack.changes(change_set))
        return StackPlan(changes, drifts, change_set, parameters, is_new)

    def _show_plan(
        self, plan: StackPlan, described: StackDescription, template: StackTemplate
    ) -> None:
        before: Mapping[str, Any] = {}
        if plan.changes and not plan.is_new:
            before = self._stack.template().get("Resources", {})
        after = template.body["Resources"]
        for line in lines_of(plan.changes, plan.drifts, described.functions, before, after):
            self._show(line)
        self.console.say()

    def _is_made(
        self,
        plan: StackPlan,
        described: StackDescription,
        template: StackTemplate,
        state: StackState | None,
    ) -> bool:
        """Make the changes of a plan; return whether all of them were made."""
        change_set = plan.change_set
        if not change_set:
            # A stack whose creation was rolled back takes no change set.
            if not self._is_deleted(state):
                return False
            change_set = self._change_set(
                described, template, plan.parameters, is_new=True, drifts=()
            )
            self._stack.changes(change_set)
        return self._is_executed(change_set)

    def _drifts(self) -> list[Drift]:
        """Return what was changed by hand; that it could not be looked for is said."""
        try:
            found: list[Drift] = self._waited_for(
                "looking for changes by hand …", self._stack.drifts
            )
        except AwsError as error:
            self.console.say("Changes by hand could not be looked for:")
            show_error(error, self.console)
            self.console.say()
            return []
        return found

    def _change_set(
        self,
        described: StackDescription,
        template: StackTemplate,
        parameters: Mapping[str, Secret | None],
        *,
        is_new: bool,
        drifts: Sequence[Drift],
    ) -> str:
        """Create the change set and return its ARN; one that was left behind is replaced."""
        if not is_new and CHANGE_SET in self._stack.change_sets():
            self._stack.delete_change_set(CHANGE_SET)
        request: dict[str, Any] = {
            "ChangeSetType": "CREATE" if is_new else "UPDATE",
            "TemplateBody": template.text,
            "Capabilities": ["CAPABILITY_IAM"],
            "Tags": [{"Key": TAG, "Value": described.deployment}],
        }
        if drifts and self.overwrite:
            # Without it CloudFormation compares with the last template, not with what there is.
            request["DeploymentMode"] = "REVERT_DRIFT"
        made: str = self._waited_for(
            "planning …", lambda: self._stack.create_change_set(request, parameters)
        )
        return made

    def _show(self, line: Line) -> None:
        console = self.console
        hand = console.coloured("  (changed by hand)", "red") if line.by_hand else ""
        if not line.word:
            console.say(f"    {line.text}{hand}")
            return
        colour = COLOURS.get({"change": "update"}.get(line.word, line.word))
        console.say(f"  {console.coloured(f'{line.word:9}', colour)} {line.text}{hand}")

    def _agreed(
        self,
        changes: Sequence[ResourceChange],
        drifts: Sequence[Drift],
        verb: str,
        more: int = 0,
    ) -> int | None:
        """Return None if the changes are to be made, else the exit code."""
        console = self.console
        if drifts and not self.overwrite:
            console.say(console.coloured("Refused: nothing was changed.", "red"))
            console.fill(
                "What is marked was changed by hand since the last deployment. Take it over into "
                "the description, or use --overwrite to replace it by what the description says.",
                2,
            )
            return REFUSED
        if not changes and not more:
            console.say("Nothing to do.")
            return DONE
        kinds = ("create", "change", "replace", "remove")
        counts = {kind: sum(each.kind == kind for each in changes) for kind in kinds}
        counts["remove"] += more
        console.say(f"{', '.join(f'{n} to {kind}' for kind, n in counts.items() if n)}.")
        if self.only_plan:
            console.say("Only the plan: nothing was changed.")
            return DONE
        return None if self.yes or is_confirmed(self.console, verb) else REFUSED

    def _forget(self, plan: StackPlan) -> None:
        """Delete a change set that is not made, and the empty stack that came with it."""
        if plan.change_set:
            self._stack.delete_change_set(plan.change_set)
            if plan.is_new:
                self._stack.delete()

    def _upload(self, bucket: CodeBucket, described: StackDescription) -> None:
        contents = {each.desired.bundle: each.desired.zip_bytes for each in described.functions}
        for bundle, content in contents.items():
            self.console.progress(f"uploading {bundle.name}.zip …")
            key = code_key(bundle, content)
            try:
                is_there = bucket.has(key, content)
                if not is_there:
                    bucket.put(key, content)
            finally:
                self.console.progress("")
            self.console.say(f"  {bundle.name}.zip: {'there already' if is_there else 'uploaded'}")

    def _is_executed(self, change_set: str) -> bool:
        """Execute the change set and wait; return whether all of it was made."""
        state = self._stack.read()
        known = self._stack.events(frozenset())
        self._stack.execute(change_set)
        ended, happened = self._wait(state, known)
        if ended is not None and ended.status in SUCCEEDED:
            return True
        show_failure(self.console, ended, happened)
        return False

    def _is_deleted(self, state: StackState | None) -> bool:
        """Delete the stack and wait; return whether it is gone."""
        known = self._stack.events(frozenset())
        self._stack.delete()
        ended, happened = self._wait(state, known)
        if ended is None or ended.status == "DELETE_COMPLETE":
            return True
        show_failure(self.console, ended, happened)
        return False

    def _wait(
        self, state: StackState | None, known: Sequence[StackEvent]
    ) -> tuple[StackState | None, list[StackEvent]]:
        id_ = state.id if state is not None else self._stack.name
        try:
            return self._stack.wait(id_, known, self._report)
        except KeyboardInterrupt:
            self.console.progress("")
            self.console.say(
                "CloudFormation goes on by itself. Run the same command again: it waits for it."
            )
            raise
        finally:
            self.console.progress("")

    def _report(self, event: StackEvent) -> None:
        """Show an event: what is done as a line, what is under way as progress."""
        console = self.console
        what = f"{label_of(event.type)} {event.id}"
        if event.type == STACK:
            return
        console.progress("")
        if event.status.endswith("_COMPLETE"):
            console.say(f"  {what}: {DONE_WORDS.get(event.status, event.status)}")
        elif event.status.endswith("_FAILED"):
            console.say(console.coloured(f"  {what}: failed", "red"))
        else:
            console.progress(f"{what} …")

    def _try(self, described: StackDescription) -> int:
        """Run each function once as a dry run, and show where its log, schedule and alarm are."""
        console, code = self.console, DONE
        console.say()
        console.say("A dry run of each function, which changes nothing:")
        for each in described.functions:
            console.progress(f"{each.name} …")
            try:
                result = self._aws.invoke(each.name, each.desired.event)
            except AwsError as error:
                code = FAILED
                console.progress("")
                console.say(console.coloured(f"  {each.name}: failed", "red"))
                show_error(error, console)
                continue
            console.progress("")
            status, text = result_of(result)
            console.say(f"  {each.name}: {status}: {text}")
            if status == "failed":
                code = FAILED
                error_of_run = result.get("error") if isinstance(result, dict) else None
                hint = error_of_run.get("hint") if isinstance(error_of_run, dict) else None
                console.fill(str(hint or "Its log says why."), 4)
        console.say()
        for each in described.functions:
            console.say(f"{each.name}:")
            for place in places(self.table.region, each.name):
                console.say(f"  {place.what:9} {place.url}")
        if described.notify:
            console.fill(
                f"Confirm the subscription in the e-mail to {', '.join(described.notify)}.", 0
            )
        if code == FAILED:
            console.say("The functions are deployed, but not all of them can run.")
        return code


def all_created(template: StackTemplate) -> list[ResourceChange]:
    """Return the changes that make everything in a template."""
    resources: Mapping[str, Mapping[str, Any]] = template.body["Resources"]
    return [ResourceChange("create", id_, each["Type"]) for id_, each in resources.items()]


def template_faults(template: StackTemplate) -> Iterable[Fault]:
    """Return what CloudFormation would refuse in a template: its size, too long a secret."""
    size = len(template.text.encode())
    place = f"platforms.{LIMITS.name}"
    if size > MAX_TEMPLATE_BYTES:
        reason = (
            f"their template has {size:,} bytes, and CloudFormation takes {MAX_TEMPLATE_BYTES:,}; "
            "have two deployments"
        )
        yield f"{place}.functions", reason
