"""A model of CWP's synchronizations, which ``tests/stateful`` runs for each of its two lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from local.emulator import faults
from local.emulator.synchronizations import Synchronizations
from tests.support.observed_transport import Exchange, Step
from tests.support.operation_machine import (
    DIRECT,
    Expected,
    How,
    OperationMachine,
    Run,
    failure,
    ways,
)
from tests.support.planned_faults import planned_faults, scripts
from tests.support.provider_answer import COUNTS

DONE = ("FINISHED", "NOTASK")
OLD = {"State": "FINISHED", "LatestStartTime": "2020-11-11 12:01:00"}
FAULTS = planned_faults(
    "cwp",
    faults.unknown_state(),
    faults.edited(lambda body: {"Response": {**body["Response"], **OLD}}, "old state"),
)


class SynchronizationMachine(OperationMachine):
    """CWP's synchronization goes on until an event ends it."""

    planned: ClassVar[tuple[bool, ...]]
    """Whether each request of a dry run writes."""

    @property
    def synchronizations(self) -> Synchronizations:
        """The emulator's synchronizations of the operation's list."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.synchronizations.run_seconds = None
        self.sync = True
        self.wait_seconds = 0

    # What happens at the provider

    def finish(self) -> None:
        run = self.synchronizations.runs.get("default")
        if run is not None and run.state == "SYNCING":
            run.state = "FINISHED"
            run.ended_at = run.started_at + 60

    def start(self) -> None:
        """Start a synchronization that is not of the run."""
        if self.synchronizations.state != "SYNCING":
            self.synchronizations.state = "SYNCING"
            self.others_started += 1

    def forget(self) -> None:
        """CWP no longer knows of a task; its times stay."""
        self.finish()
        run = self.synchronizations.runs.get("default")
        if run is not None:
            run.state = "NOTASK"

    @property
    def events(self) -> dict[str, Callable[[], object]]:
        return {"finish": self.finish, "start": self.start, "forget": self.forget}

    # Runs

    @rule(
        data=st.data(),
        first=st.sampled_from(("finish", "finish", "forget", "start", "")),
        sync=st.sampled_from((True, True, True, False)),
        wait_seconds=st.sampled_from((0, 3, 40)),
        how=ways(),
    )
    def synchronize(
        self, *, data: st.DataObject, first: str, sync: bool, wait_seconds: int, how: How
    ) -> None:
        self.events.get(first, bool)()
        steps = data.draw(scripts(FAULTS, self.events))
        self.go(sync=sync, wait_seconds=wait_seconds, steps=steps, how=how)

    @rule(data=st.data(), wait_seconds=st.sampled_from((0, 3)), how=ways())
    def read_status(self, data: st.DataObject, wait_seconds: int, how: How) -> None:
        self.sync, self.wait_seconds = False, wait_seconds
        self.others_started = 0
        steps = data.draw(scripts(FAULTS, self.events))
        run = self.run({"wait_seconds": wait_seconds}, steps, how, only_reads=True)
        assert not run.writes

    @rule(how=ways())
    def plan(self, how: How) -> None:
        run = self.perform({"dry_run": True}, (), how, only_reads=False)
        assert run.result["status"] == "planned"
        assert tuple(each["writes"] for each in run.data["requests"]) == self.planned
        assert not run.exchanges

    @rule(wait_seconds=st.sampled_from((0, 3)))
    def recover(self, wait_seconds: int) -> None:
        """Without faults a run does what it is asked to, with one write at most."""
        was_running = self.synchronizations.state == "SYNCING"
        started = self.synchronizations.started
        run = self.go(sync=True, wait_seconds=wait_seconds)
        assert run.result["status"] in {"running", "unchanged" if not wait_seconds else "running"}
        assert len(run.writes) == (not was_running)
        assert self.synchronizations.started - started == len(run.writes)
        assert self.synchronizations.state == "SYNCING"

    def go(
        self, *, sync: bool, wait_seconds: int, steps: list[Step] | None = None, how: How = DIRECT
    ) -> Run:
        self.sync, self.wait_seconds = sync, wait_seconds
        self.others_started = 0
        started = self.synchronizations.started
        run = self.run({"sync": sync, "wait_seconds": wait_seconds}, steps or (), how)
        ours = self.synchronizations.started - started - self.others_started
        ends = sum(each.processed for each in run.writes) and self.others_started
        # A look that shows an older state than CWP has hides what was started and has ended since.
        hidden = sum(each.misleads for each in run.exchanges if not each.writes)
        assert ours <= 1 + hidden or ends, "started more than one synchronization"
        if not sync:
            assert not run.writes, "wrote although it was only asked to read"
        return run

    # The model

    def predict(self, run: Run) -> Expected:
        # Whatever comes of the counts, the run goes on.
        exchanges = [each for each in run.exchanges if each.action != COUNTS]
        first_write = next((i for i, each in enumerate(exchanges) if each.writes), None)
        looks = exchanges[:first_write]
        before = next((each for each in looks if each.answer.good), None)
        if before is None:
            if run.out_of_time:
                return Expected("failed", "timeout")
            return failure(looks[-1])
        if first_write is None:
            return self.without_write(run, before, looks)
        return after_write(before, exchanges[first_write:])

    def without_write(self, run: Run, before: Exchange, looks: list[Exchange]) -> Expected:
        last = next(each for each in reversed(looks) if each.answer.good)
        state = last.answer.body["State"]
        if self.sync and before.answer.body["State"] in DONE:
            assert run.out_of_time, "it did not start what was not running"
            return Expected("failed", "timeout", triggered=False)
        if not self.sync:
            if run.out_of_time:
                return Expected("failed", "timeout")
            if not looks[-1].answer.good:
                return failure(looks[-1])
            status = {"FINISHED": "succeeded", "NOTASK": "idle"}.get(state, "running")
            return Expected(status, triggered=False)
        if state in DONE:
            return Expected("succeeded", triggered=False)
        return Expected("running" if self.wait_seconds else "unchanged", triggered=False)


def shows_new_run(answer_to: Exchange, before: Exchange) -> bool:
    """Return whether a state shows a synchronization that was not there before."""
    body, earlier = answer_to.answer.body, before.answer.body
    return body["State"] not in DONE or body["LatestStartTime"] > earlier["LatestStartTime"]


def after_write(before: Exchange, exchanges: list[Exchange]) -> Expected:
    """Return what is expected of a run that asked for a synchronization."""
    may_be_done = False
    accepted: int | None = None
    for position, each in enumerate(exchanges):
        following = exchanges[position + 1 :]
        if each.writes and each.answer.good:
            accepted = position
            break
        if each.writes and each.answer.outcome == "refused":
            if following and following[0].writes:
                continue  # throttled, or the clock was wrong
            return failure(each, triggered=None if may_be_done else False)
        if each.writes:
            may_be_done = True
            look = next((one for one in following if one.answer.good or one.writes), None)
            if look is None or look.writes:
                assert look is None, "no look between two writes"
                return failure(each, triggered=None)
            if shows_new_run(look, before):
                accepted = position
                break
            if not any(one.writes for one in following):
                return failure(each, triggered=None)
    assert accepted is not None
    assert not any(each.writes for each in exchanges[accepted + 1 :]), "asked again"
    states = [each for each in exchanges[accepted:] if each.answer.good and each.answer.body]
    last = states[-1] if states else before
    state = last.answer.body["State"]
    if state not in DONE:
        return Expected("running", triggered=True)
    is_new = last.answer.body["LatestStartTime"] > before.answer.body["LatestStartTime"]
    done = state == "FINISHED" and is_new
    return Expected("succeeded" if done else "accepted", triggered=True)
