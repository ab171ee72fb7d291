"""What became of several synchronization tasks in one run, and the result for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.huawei.listed_tasks import ListedTask
from functions.huawei.oms_tasks import ALL_STOPPED
from functions.huawei.sync_task import build_data
from shared.errors import SyncError
from shared.models.effects import Effect, verified
from shared.models.result import Outcome

LOOKS = ("ListSyncTasks", "ShowSyncTask")


class TaskRun:
    """One task and what became of it.

    Parameters
    ----------
    task: the task.
    project: its project.
    error: why it failed already.

    Attributes
    ----------
    outcome: the outcome; None if it failed.
    """

    def __init__(self, task: ListedTask, project: str, error: SyncError | None = None) -> None:
        self.task = task
        self.project = project
        self.error = error
        self.outcome: Outcome | None = None

    @property
    def task_id(self) -> str:
        """The task's ID."""
        return self.task.params.sync_task_id

    @property
    def data(self) -> Mapping[str, Any]:
        """What is known of the task, in the keys of a run on this task only."""
        known = self.outcome.data if self.outcome else self.error.data if self.error else None
        return known or {
            **build_data(self.task_id, None, None, triggered=False),
            "window": None,
        }

    @property
    def status(self) -> str:
        """The status of the task's own outcome."""
        return "failed" if self.outcome is None else self.outcome.status

    def as_json(self) -> dict[str, object]:
        """Return the task's entry in the result's data."""
        data, error = self.data, self.error
        keys = ("state_before", "state_after", "triggered", "verified", "window")
        return {
            "id": self.task_id,
            "status": self.status,
            **{key: data[key] for key in keys},
            "error": None
            if error is None
            else {
                "category": error.category,
                "code": error.code[:200],
                "message": error.message[:1000],
            },
        }


def raise_failures(runs: list[TaskRun], left_out: list[str]) -> None:
    """Raise one error for all tasks that failed, naming each; return if none did.

    It has the category and the code of the first failure.
    """
    failed = [(run.task_id, run.error) for run in runs if run.error is not None]
    if not failed:
        return
    error = failed[0][1]
    others = [each for _, each in failed if each is not error]
    data = summed_up(runs, left_out)
    named = ", ".join(f"{task_id} ({each.code})" for task_id, each in failed)
    if len(runs) > 1 or others:
        error.message = f"{len(failed)} of {len(runs)} tasks failed: {named}: {error.message}"
    error.data = data
    error.retryable = error.retryable or any(each.retryable for each in others)
    for each in others:
        if each.is_unconfirmed_write:
            error.mark_unconfirmed(each.hint)
    raise error


def warnings_of(runs: list[TaskRun]) -> tuple[str, ...]:
    """Return the warnings of all tasks, each once."""
    outcomes = [run.outcome for run in runs if run.outcome]
    return tuple(dict.fromkeys(text for outcome in outcomes for text in outcome.warnings))


def hints_of(runs: list[TaskRun]) -> tuple[str, ...]:
    """Return the hints of all tasks, each once."""
    outcomes = [run.outcome for run in runs if run.outcome]
    return tuple(dict.fromkeys(text for outcome in outcomes for text in outcome.hints))


def left_out_phrase(left_out: list[str]) -> str:
    """Return what the summary says of tasks in other places."""
    return f"; in another region or project: {', '.join(left_out)}" if left_out else ""


def summed_up(runs: list[TaskRun], left_out: list[str]) -> dict[str, object]:
    """Return the result's data: each task's own, and what they have in common."""
    triggered = [run.data["triggered"] for run in runs]
    attention = [item for run in runs for item in run.data["attention"]]
    hints = dict.fromkeys(run.data["hint"] for run in runs if run.data["hint"])
    return {
        **build_data(ALL_STOPPED, None, None, triggered=None),
        "triggered": True if True in triggered else None if None in triggered else False,
        "hint": " ".join(hints) or None,
        "verified": common_effect(runs),
        "attention": attention,
        "attention_count": len(attention),
        "window": None,
        "tasks": [run.as_json() for run in runs],
        "left_out": left_out,
    }


def common_effect(runs: list[TaskRun]) -> object:
    """Return whether every task is synchronizing; None if a permission or a result is missing."""
    found = [run.data["verified"] for run in runs if run.error is None]
    if len(found) < len(runs) or None in found:
        return None
    effects = {each["effect"] for each in found}
    effect: Effect = next(
        each for each in ("not_seen", "cannot_be_known", "seen") if each in effects
    )
    return verified(effect, LOOKS, max(each["at"] or "" for each in found) or None)
