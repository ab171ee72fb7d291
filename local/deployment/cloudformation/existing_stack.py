"""Whether the stack that is there may be changed: whose it is, and what is under way in it."""

from __future__ import annotations

from collections.abc import Mapping

from local.console import Console
from local.deployment.cloudformation.changes import ChangeReport
from local.deployment.cloudformation.stack import CHANGE_SET, Stack, StackState
from local.deployment.cloudformation.template import TAG
from local.deployment.exit_codes import DONE, FAILED, REFUSED

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


class ExistingStack:
    """The stack of a deployment's name, whoever made it.

    Parameters
    ----------
    stack: calls CloudFormation.
    deployment: the deployment's name.
    console: where it is said why nothing is done, and what is waited for.
    """

    def __init__(self, stack: Stack, deployment: str, console: Console) -> None:
        self._stack = stack
        self._deployment = deployment
        self._console = console

    def settled(self) -> StackState | None:
        """Return the stack after what is under way in it, such as an interrupted deployment's."""
        console = self._console
        state: StackState | None = console.during("reading the stack …", self._stack.read)
        if state is None or not state.is_busy or state.deployment != self._deployment:
            return state
        console.say(f"A change of the stack is under way ({state.status}): waiting for it.")
        known = self._stack.events(frozenset())
        state, _ = self._stack.wait(state.id, known, ChangeReport(console))
        if state is not None and state.status == "DELETE_COMPLETE":
            return None
        return state

    def refused(self, state: StackState | None, *, is_deleted: bool = False) -> int:
        """Return the exit code if nothing may be done to the stack, 0 otherwise.

        Parameters
        ----------
        state: the stack.
        is_deleted: whether it is to be deleted, which is possible in more states.
        """
        if state is None or self._is_taken_up(state):
            return DONE
        console = self._console
        if state.deployment != self._deployment:
            console.say(console.coloured("Refused: nothing was changed.", "red"))
            owner = state.deployment
            whose = f"belongs to the deployment {owner}" if owner else f"has no tag {TAG}"
            console.fill(
                f"The stack {self._stack.name} {whose}: this deployment did not make it. Remove "
                "it, or give the deployment another name in the description.",
                2,
            )
            return REFUSED
        if not is_deleted and state.status in STUCK:
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
