"""Starts one of CWP's synchronizations at most once, and follows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.tencent.cwp import State, Synchronization, read_state
from shared.errors import BadResponse, SyncError
from shared.models.effects import Effect, verified
from shared.models.flow import ApiResponse, Flow
from shared.models.operation import CallContext
from shared.models.polling import poll_until, start_once
from shared.models.result import Outcome, Status

if TYPE_CHECKING:
    from functions.tencent.models import SynchronizationData as Data
else:
    Data = dict

Run = Callable[[Any, CallContext], Flow[Outcome]]


class Progress(NamedTuple):
    """How far a synchronization is.

    Parameters
    ----------
    status: the result's status.
    summary: one sentence for people.
    data: the keys that the results of all synchronizations have.
    warnings: problems that do not fail the run.
    """

    status: Status
    summary: str
    data: dict[str, Any]
    warnings: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether CWP shows that the synchronization is finished."""
        shown = self.data["verified"]
        return shown is not None and shown["effect"] == "seen"


def reading_only(run: Run) -> Run:
    """Return an operation's flow that reads the state, and waits for its end, without a start.

    Parameters
    ----------
    run: the operation's flow, which starts nothing if its parameter ``sync`` is false.
    """

    def status(params: Any, context: CallContext) -> Flow[Outcome]:
        return run(params.model_copy(update={"sync": False}), context)

    return status


def synchronize(
    synchronization: Synchronization, before: State, *, sync: bool, wait_seconds: float
) -> Flow[Progress]:
    """Start a synchronization, unless one is in progress, and poll until it is done.

    Parameters
    ----------
    synchronization: which one.
    before: the state that was read first.
    sync: whether to start it; otherwise the state is only read.
    wait_seconds: maximum seconds to wait for the end.

    Raises
    ------
    SyncError: the start failed; its ``data`` is what is known.
    """
    if not sync:
        if before.in_progress and wait_seconds > 0:
            before = yield from poll_until(synchronization.fetch, is_finished, wait_seconds)
        return read_only(synchronization, before)
    if before.in_progress:
        return (yield from wait_for_running(synchronization, before, wait_seconds))
    return (yield from start(synchronization, before, wait_seconds))


def start(synchronization: Synchronization, before: State, wait_seconds: float) -> Flow[Progress]:
    """Start a synchronization, and poll until it is done or the wait is over."""
    last = before

    def fetch() -> Flow[State]:
        nonlocal last
        last = yield from synchronization.fetch()
        return last

    try:
        response = yield from start_once(
            synchronization.request(sync=True),
            fetch,
            lambda state: state.in_progress or state.started_after(before),
        )
    except SyncError as error:
        triggered = None if error.may_have_been_processed else False
        error.data = error.data or state_data(synchronization, last, triggered=triggered)
        raise
    if response is not None:
        last = state_or(response, last)
    try:
        yield from poll_until(
            fetch,
            lambda state: state.name == "FINISHED" and state.started_after(before),
            wait_seconds,
        )
    except SyncError as error:
        warning = f"could not read CWP's state after the start: {error.code}"
        progress = after_start(synchronization, before, last)
        return progress._replace(warnings=(*progress.warnings, warning))
    return after_start(synchronization, before, last)


def wait_for_running(
    synchronization: Synchronization, before: State, wait_seconds: float
) -> Flow[Progress]:
    """Wait for the synchronization that another run started, if ``wait_seconds`` is set."""
    last = before
    warnings: tuple[str, ...] = ()
    if wait_seconds > 0:
        try:
            last = yield from poll_until(synchronization.fetch, is_finished, wait_seconds)
        except SyncError as error:
            warnings = (f"could not read CWP's state while it was synchronizing: {error.code}",)
    warnings = (*warnings, *unknown_state(last))
    subject = synchronization.subject
    if not last.in_progress:
        summary = f"CWP {subject} synchronized by an earlier run, {end_time_phrase(last)}"
        # After NOTASK, nothing shows that it was finished.
        effect: Effect = "seen" if last.name == "FINISHED" else "not_seen"
        data = state_data(synchronization, last, triggered=False, effect=effect)
        return Progress("succeeded", summary, data, warnings)
    data = state_data(synchronization, last, triggered=False, effect=unfinished(last))
    if wait_seconds > 0:
        summary = "CWP is still synchronizing; an earlier run started it"
        return Progress("running", summary, data, warnings)
    summary = "CWP was already synchronizing; nothing was triggered"
    return Progress("unchanged", summary, data, warnings)


def after_start(synchronization: Synchronization, before: State, last: State) -> Progress:
    """Return the progress after the start; FINISHED from an earlier run is never a success."""
    subject = synchronization.subject
    if last.in_progress:
        data = state_data(synchronization, last, triggered=True, effect=unfinished(last))
        summary = f"CWP is synchronizing its {subject}"
        return Progress("running", summary, data, unknown_state(last))
    if last.name == "FINISHED" and last.started_after(before):
        data = state_data(synchronization, last, triggered=True, effect="seen")
        return Progress("succeeded", f"CWP {subject} synchronized, {end_time_phrase(last)}", data)
    data = state_data(synchronization, last, triggered=True, effect="not_seen")
    summary = "CWP accepted the request; it does not show the new run yet"
    return Progress("accepted", summary, data)


def read_only(synchronization: Synchronization, state: State) -> Progress:
    """Return the progress if nothing was to be started."""
    data = state_data(synchronization, state, triggered=False)
    if state.name == "FINISHED":
        summary = f"CWP {synchronization.subject} synchronized, {end_time_phrase(state)}"
        return Progress("succeeded", summary, data)
    if state.name == "NOTASK":
        return Progress("idle", "CWP: no sync in progress.", data)
    summary = f"CWP is synchronizing its {synchronization.subject}"
    return Progress("running", summary, data, unknown_state(state))


def state_data(
    synchronization: Synchronization,
    state: State,
    *,
    triggered: bool | None,
    effect: Effect | None = None,
) -> dict[str, Any]:
    """Return the keys that the results of all synchronizations have, and the task ID if it has one.

    Parameters
    ----------
    synchronization: which one; its action shows the effect.
    state: CWP's last known state.
    triggered: whether this run started it; None if that is not known.
    effect: whether the list is synchronized; None if the run only reads or failed.
    """
    by = (synchronization.action,)
    data = Data(
        state=state.name,
        triggered=triggered,
        latest_start_time=state.started,
        latest_end_time=state.ended,
        verified=None if effect is None else verified(effect, by, state.read_at),
        attention=[],
        attention_count=0,
    )
    return {**data, "task_id": state.task_id} if synchronization.has_task_id else dict(data)


def state_or(response: ApiResponse, before: State) -> State:
    """Return the state in the response to the start, else the earlier one.

    The start was accepted, so a response without a state is not an error.
    """
    try:
        return read_state(response)
    except BadResponse:
        return before


def is_finished(state: State) -> bool:
    """Return whether no synchronization is in progress."""
    return not state.in_progress


def unfinished(state: State) -> Effect:
    """Return what a state that is not the end says about the effect."""
    return "not_seen" if state.is_known else "cannot_be_known"


def unknown_state(state: State) -> tuple[str, ...]:
    """Return a warning if CWP does not document the state."""
    return () if state.is_known else (f"CWP reported the undocumented state {state.name[:50]}",)


def end_time_phrase(state: State) -> str:
    """Return the phrase that says when a synchronization ended.

    CWP may report the end of an earlier one.
    """
    if state.ended is None or state.ended < (state.started or ""):
        return "end time not reported"
    return f"finished {state.ended}"
