"""What the state machines of OMS's two operations on a task have in common."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from local.emulator import faults
from local.emulator.oms import SyncTask
from tests.support.observed_transport import Exchange, Step
from tests.support.operation_machine import (
    Call,
    Expected,
    How,
    OperationMachine,
    Run,
    calls,
    failure,
)
from tests.support.planned_faults import planned_faults

READ = "oms:synctask:get"
RUNNING = "SYNCHRONIZING"
NEVER = 1e9
FAULTS = planned_faults("oms", faults.unknown_state())


class SyncTaskMachine(OperationMachine):
    """A change takes effect at once, or when an event says so.

    Attributes
    ----------
    task_id: the task that is changed.
    wanted: the state that the operation leads to.
    """

    task_id: ClassVar[str]
    wanted: ClassVar[str]

    @property
    def task(self) -> SyncTask:
        """The task at the provider."""
        return self.emulator.huawei.tasks[self.task_id]

    # What happens at the provider

    def stop(self) -> None:
        """Stop the task from outside the run."""
        self.set_state("STOPPED")

    def start(self) -> None:
        """Start the task from outside the run."""
        self.set_state(RUNNING)

    def set_state(self, state: str) -> None:
        """Set the task's state from outside the run."""
        self.others_started += state == self.wanted != self.task.status
        self.task.status, self.task.due_at, self.task.stop_due_at = state, None, None

    def take_effect(self) -> None:
        """A change that was accepted takes effect."""
        if self.task.due_at is not None:
            self.task.due_at = time.monotonic()
        if self.task.stop_due_at is not None:
            self.task.stop_due_at = time.monotonic()

    def is_changing(self) -> bool:
        """Whether a change to the wanted state was accepted and has not taken effect."""
        due = self.task.due_at if self.wanted == RUNNING else self.task.stop_due_at
        return due is not None

    @property
    def events(self) -> dict[str, Callable[[], object]]:
        """What may happen before any request."""
        return {"stop": self.stop, "start": self.start, "take effect": self.take_effect}

    @rule(is_slow=st.booleans())
    def change_speed(self, is_slow: bool) -> None:  # noqa: FBT001
        seconds = NEVER if is_slow else 0.0
        self.emulator.huawei.oms.start_seconds = self.emulator.huawei.oms.stop_seconds = seconds

    @rule(right=st.sampled_from((READ, READ, "oms:synctask:statistics", "oms:synctask:list")))
    def change_permission(self, right: str) -> None:
        """The identity loses a permission to read, or has it again."""
        self.emulator.huawei.denied ^= {right}

    # Runs that are the same for both

    def check_status(self, steps: Iterable[Step], how: How) -> None:
        """Read the state, and check the result."""
        run = self.perform({"sync_task_id": self.task_id}, steps, how, only_reads=True)
        self.check_calls(run)
        assert not run.writes
        looks = [each for each in run.exchanges if each.action != "ListSyncTaskStatistic"]
        if run.out_of_time or not looks[-1].answer.good:
            assert run.result["status"] == "failed"
            category = "timeout" if run.out_of_time else looks[-1].answer.category
            assert run.result["error"]["category"] == category
            return
        assert run.result["status"] == "succeeded"
        assert run.data["state_before"] == looks[-1].answer.body["status"]
        assert run.data["triggered"] is False
        assert run.data["verified"] is None

    def check_plan(self, how: How) -> None:
        """Plan a run, and check the result."""
        parameters = {"sync_task_id": self.task_id, "dry_run": True}
        run = self.perform(parameters, (), how, only_reads=False)
        assert run.result["status"] == "planned"
        assert sum(each["writes"] for each in run.data["requests"]) == 1
        assert not run.exchanges

    # The model

    def predict(self, run: Run) -> Expected:
        made = calls(run.exchanges)
        if made and made[0][0].action == "KeystoneListProjects":
            lookup = made.pop(0)
            if not lookup[-1].answer.good:
                return failure(lookup[-1])
        if made and made[-1][0].action == "ListSyncTaskStatistic":
            made.pop()  # whatever comes of it, the run is what it was before
        if not made:
            return Expected("failed", "timeout")
        looked = made.pop(0)
        before = looked[-1]
        if before.answer.category == "forbidden":
            return blind_change(run, made)
        if not before.answer.good:
            return Expected("failed", "timeout") if run.out_of_time else failure(before)
        if before.answer.body["status"] == self.wanted:
            assert not made, "went on although nothing was to be done"
            return Expected("unchanged", triggered=False)
        assert made or run.out_of_time, "did not change the state"
        return change(run, made, self.wanted)

    def check_truth(self, run: Run) -> None:
        super().check_truth(run)
        if run.data:
            states = [
                each.answer.body["status"]
                for each in run.exchanges
                if each.action == "ShowSyncTask" and each.answer.good
            ]
            assert run.data["state_before"] == (states[0] if states else None)
            assert run.data["state_after"] in {None, *states}
            self.check_effect(run.data["verified"], run)

    def check_effect(self, verified: Any, run: Run) -> None:
        """Check that what is said to be seen was seen in the last look, and the same of the rest.

        Parameters
        ----------
        verified: of the data.
        run: the run.
        """
        looks = [each for each in run.exchanges if each.action == "ShowSyncTask"]
        last = looks[-1].answer if looks else None
        if verified is None:
            was_denied = any(each.answer.category == "forbidden" for each in looks)
            assert was_denied or run.result["status"] in {"failed", "planned"}
        elif verified["effect"] == "cannot_be_known":
            assert last is None or not last.good
        else:
            assert last is not None
            assert last.good
            is_there = last.body["status"] == self.wanted
            assert verified["effect"] == ("seen" if is_there else "not_seen")


def blind_change(run: Run, made: list[Call]) -> Expected:
    """Return what is expected of a run that must not read the task's state."""
    if not made:
        assert run.out_of_time
        return Expected("failed", "timeout", triggered=False)
    (call,) = made
    last = call[-1]
    if last.answer.good:
        return Expected("accepted", triggered=True)
    if last.answer.outcome == "unknown":
        return failure(last, triggered=None)
    return Expected("failed", "timeout", False) if run.out_of_time else failure(last, False)


def change(run: Run, made: list[Call], wanted: str) -> Expected:
    """Return what is expected of a run that changes the state."""
    may_be_done = False
    for position, call in enumerate(made):
        last, following = call[-1], made[position + 1 :]
        if not last.writes:
            continue
        if last.answer.outcome == "refused":
            return after_refusal(run, last, following, wanted, may_be_done=may_be_done)
        if last.answer.good or shows(following[:1], wanted):
            assert not any(each[-1].writes for each in following), "changed it again"
            return after_change(made[-1][-1], wanted)
        may_be_done = True
        if not any(each[-1].writes for each in following):
            in_time = not run.out_of_time or last.answer.category == "timeout"
            return failure(last, None) if in_time else Expected("failed", "timeout", None)
    assert run.out_of_time
    return Expected("failed", "timeout", None if may_be_done else False)


def shows(looked: list[Call], wanted: str) -> bool:
    """Return whether a look shows that the task has the wanted state."""
    return any(call[-1].answer.good and call[-1].answer.body["status"] == wanted for call in looked)


def after_refusal(
    run: Run, refused: Exchange, looked: list[Call], wanted: str, *, may_be_done: bool
) -> Expected:
    """Return what is expected after OMS refused a change.

    The state decides after a 400 or 409 and, if an earlier change may have been made, after
    whatever OMS itself answered, which a redirect or a body that is no JSON is not.
    """
    triggered = None if may_be_done else False
    if run.out_of_time:
        return Expected("failed", "timeout", triggered)
    is_of_oms = refused.answer.category != "bad_response"
    decides = is_of_oms and (may_be_done or refused.answer.status in {400, 409})
    assert looked or not decides, "did not look after a rejection"
    if not decides or not looked[-1][-1].answer.good:
        return failure(refused, triggered)
    if shows(looked, wanted):
        return Expected("succeeded" if may_be_done else "unchanged", None, may_be_done)
    return Expected("accepted", triggered=None) if may_be_done else failure(refused, False)


def after_change(last: Exchange, wanted: str) -> Expected:
    """Return what is expected once OMS has taken the change."""
    is_done = last.answer.good and not last.writes and last.answer.body["status"] == wanted
    return Expected("succeeded" if is_done else "accepted", triggered=True)
