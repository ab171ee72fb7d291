"""Makes the changes of a plan: uploads the code, executes a change set, deletes the stack."""

from __future__ import annotations

from collections.abc import Sequence

from local.console import Console
from local.deployment.cloudformation.code import CodeBucket
from local.deployment.cloudformation.failure import STACK, show_failure
from local.deployment.cloudformation.plan_lines import label_of
from local.deployment.cloudformation.stack import Stack, StackEvent, StackState
from local.deployment.cloudformation.template import StackDescription, code_key

SUCCEEDED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})

DONE_WORDS = {
    "CREATE_COMPLETE": "created",
    "UPDATE_COMPLETE": "changed",
    "DELETE_COMPLETE": "removed",
}


class ChangeReport:
    """Shows a stack's events: what is done as a line, what is under way as progress.

    Parameters
    ----------
    console: where.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, event: StackEvent) -> None:
        """Show one event; the stack's own are left out."""
        console = self._console
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


class StackChanger:
    """Makes changes to one stack, and shows them.

    Parameters
    ----------
    stack: calls CloudFormation.
    console: where they are shown.
    """

    def __init__(self, stack: Stack, console: Console) -> None:
        self._stack = stack
        self._console = console

    def upload(self, bucket: CodeBucket, described: StackDescription) -> None:
        """Put the zips of a stack's functions into the bucket, unless they are there.

        Raises
        ------
        AwsError: S3 refused.
        """
        contents = {each.desired.bundle: each.desired.zip_bytes for each in described.functions}
        for bundle, content in contents.items():
            self._console.progress(f"uploading {bundle.name}.zip …")
            key = code_key(bundle, content)
            try:
                is_there = bucket.has(key, content)
                if not is_there:
                    bucket.put(key, content)
            finally:
                self._console.progress("")
            self._console.say(f"  {bundle.name}.zip: {'there already' if is_there else 'uploaded'}")

    def execute(self, change_set: str) -> bool:
        """Execute a change set and wait; return whether all of it was made.

        Raises
        ------
        AwsError: CloudFormation refused.
        """
        state = self._stack.read()
        known = self._stack.events(frozenset())
        self._stack.execute(change_set)
        ended, happened = self._wait(state, known)
        if ended is not None and ended.status in SUCCEEDED:
            return True
        show_failure(self._console, ended, happened)
        return False

    def delete(self, state: StackState | None) -> bool:
        """Delete the stack and wait; return whether it is gone.

        Raises
        ------
        AwsError: CloudFormation refused.
        """
        known = self._stack.events(frozenset())
        self._stack.delete()
        ended, happened = self._wait(state, known)
        if ended is None or ended.status == "DELETE_COMPLETE":
            return True
        show_failure(self._console, ended, happened)
        return False

    def _wait(
        self, state: StackState | None, known: Sequence[StackEvent]
    ) -> tuple[StackState | None, list[StackEvent]]:
        id_ = state.id if state is not None else self._stack.name
        try:
            return self._stack.wait(id_, known, ChangeReport(self._console))
        except KeyboardInterrupt:
            self._console.progress("")
            self._console.say(
                "CloudFormation goes on by itself. Run the same command again: it waits for it."
            )
            raise
        finally:
            self._console.progress("")
