"""Starts or stops a synchronization task: look, ask once, look again."""

from __future__ import annotations

from typing import NamedTuple

from functions.huawei.sync_task import (
    PERMISSION_HINT,
    Fetch,
    TaskState,
    build_data,
    name_of,
    sentence,
)
from shared.errors import Forbidden, ProviderError, SyncError
from shared.models.effects import verified
from shared.models.flow import ApiCall, Flow, call_api
from shared.models.polling import poll_until, start_once
from shared.models.result import Outcome

LOOK = ("ShowSyncTask",)
REJECTIONS = (400, 409)
"""The HTTP statuses that a task may be refused with because it has the wanted state already. OMS
documents a body for 400 only; after an attempt without a response, any rejection may mean it."""


class Change(NamedTuple):
    """A change of a task's state, and the words for it.

    Parameters
    ----------
    task_id: the task's ID.
    call: the request for it.
    wanted: the state that it leads to.
    noun: what it is called: ``start``.
    done: what is said of a task in that state: ``synchronizing``.
    by_others: what is said if it was not this run that changed it: ``started``.
    """

    task_id: str
    call: ApiCall
    wanted: str
    noun: str
    done: str
    by_others: str

    @property
    def name(self) -> str:
        """How sentences refer to the task."""
        return name_of(self.task_id)

    def is_done(self, task: TaskState) -> bool:
        """Return whether a task has the wanted state."""
        return task.state == self.wanted

    def data(
        self, before: TaskState | None, after: TaskState | None, *, triggered: bool | None
    ) -> dict[str, object]:
        """Return the result's data; whether the effect is there is what ``after`` shows."""
        data = build_data(self.task_id, before, after, triggered=triggered)
        if after is not None:
            data["verified"] = verified(
                "seen" if self.is_done(after) else "not_seen", LOOK, after.received_at
            )
        return data


def change_state(change: Change, fetch: Fetch, wait_seconds: float) -> Flow[Outcome]:
    """Read the state; change it if it is not the wanted one; read the state again.

    Parameters
    ----------
    change: what to do.
    fetch: reads the task's state.
    wait_seconds: how long to wait for the wanted state.
    """
    try:
        before = yield from fetch()
    except Forbidden:
        return (yield from change_without_state(change))
    if change.is_done(before):
        data = change.data(before, before, triggered=False)
        return Outcome("unchanged", f"{change.name} is already {change.done}", data)
    try:
        yield from start_once(change.call, fetch, change.is_done)
    except SyncError as error:
        triggered = None if error.may_have_been_processed else False
        error.data = error.data or change.data(before, None, triggered=triggered)
        # A redirect, for one, does not come from OMS.
        is_rejected = error.http_status in REJECTIONS or error.after_unknown_outcome
        if error.outcome_unknown or not (is_rejected and isinstance(error, ProviderError)):
            raise
        return (yield from resolve_rejection(change, before, fetch, error))
    try:
        after = yield from poll_until(fetch, change.is_done, wait_seconds)
    except SyncError as error:
        return accepted_unseen(change, before, error)
    data = change.data(before, after, triggered=True)
    if change.is_done(after):
        return Outcome("succeeded", f"{change.name} is {change.done}", data)
    summary = f"OMS accepted the {change.noun} of {change.name}; it is still {after.state}"
    return Outcome("accepted", summary, data)


def accepted_unseen(change: Change, before: TaskState, error: SyncError) -> Outcome:
    """Return the outcome of a change after which the state could not be read."""
    data = change.data(before, None, triggered=True)
    summary = f"OMS accepted the {change.noun} of {change.name}"
    if isinstance(error, Forbidden):
        data["hint"] = sentence(PERMISSION_HINT)
        return Outcome("accepted", summary, data, hints=(PERMISSION_HINT,))
    data["verified"] = verified("cannot_be_known", LOOK, before.received_at)
    warning = f"could not read the task's state after the {change.noun}: {error.code}"
    return Outcome("accepted", summary, data, (warning,))


def change_without_state(change: Change) -> Flow[Outcome]:
    """Change the state without reading it: the identity may change the task but not read it."""
    try:
        yield from call_api(change.call)
    except SyncError as error:
        if isinstance(error, ProviderError) or error.outcome_unknown:
            error.hint += f" Also {PERMISSION_HINT}."
        triggered = None if error.outcome_unknown else False
        error.data = change.data(None, None, triggered=triggered)
        raise
    data = change.data(None, None, triggered=True)
    data["hint"] = sentence(PERMISSION_HINT)
    return Outcome(
        "accepted",
        f"OMS accepted the {change.noun} of {change.name}; {PERMISSION_HINT}",
        data,
        hints=(PERMISSION_HINT,),
    )


def resolve_rejection(
    change: Change, before: TaskState, fetch: Fetch, rejection: SyncError
) -> Flow[Outcome]:
    """Read the state after a rejection: OMS documents no code for a task that has it already."""
    try:
        after = yield from fetch()
    except SyncError:
        raise rejection from None
    if not change.is_done(after) and rejection.may_have_been_processed:
        return Outcome(
            "accepted",
            f"OMS may have accepted the {change.noun} of {change.name}; it is still {after.state}",
            change.data(before, after, triggered=None),
            (f"no response to a {change.noun}, and OMS rejected the next one: {rejection.code}",),
        )
    if not change.is_done(after):
        rejection.data = change.data(before, after, triggered=False)
        raise rejection
    data = change.data(before, after, triggered=rejection.after_unknown_outcome)
    if rejection.after_unknown_outcome:
        return Outcome("succeeded", f"{change.name} is {change.done}", data)
    return Outcome("unchanged", f"{change.name} was {change.by_others} by someone else", data)
