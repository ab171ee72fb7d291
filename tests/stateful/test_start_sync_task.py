"""A model of OMS's ``StartSyncTask``."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from local.emulator.oms import PROJECT, RUNNING_TASK, TASK
from tests.support.operation_machine import DIRECT, MACHINE_SETTINGS, How, Run, ways
from tests.support.planned_faults import scripts
from tests.support.sync_task_machine import FAULTS, RUNNING, SyncTaskMachine

pytestmark = pytest.mark.timeout(600)  # hundreds of examples, on a machine that may be busy


class StartSyncTask(SyncTaskMachine):
    """One task is started, or all that are stopped."""

    operation_id = "huawei.oms.StartSyncTask"
    task_id = TASK
    wanted = RUNNING

    def __init__(self) -> None:
        super().__init__()
        self.is_for_all = False

    @rule(
        data=st.data(),
        first=st.sampled_from(("stop", "stop", "start", "take effect", "")),
        with_project=st.booleans(),
        wait_seconds=st.sampled_from((0, 0, 3, 40)),
        how=ways(),
    )
    def start_task(
        self, *, data: st.DataObject, first: str, with_project: bool, wait_seconds: int, how: How
    ) -> None:
        self.events.get(first, bool)()
        # Whoever started it, this run did not, though OMS does not always show it.
        self.others_started = int(self.task.status == RUNNING or self.is_changing())
        parameters = {"sync_task_id": TASK, "wait_seconds": wait_seconds}
        # Over HTTP a project that OMS_TASKS does not list is refused.
        if with_project and how.trigger != "http":
            parameters["project_id"] = PROJECT
        self.run(parameters, data.draw(scripts(FAULTS, self.events)), how)

    @rule(data=st.data(), how=ways())
    def read_status(self, data: st.DataObject, how: How) -> None:
        self.check_status(data.draw(scripts(FAULTS, self.events)), how)

    @rule(how=ways())
    def plan(self, how: How) -> None:
        self.check_plan(how)

    @rule(
        data=st.data(),
        other=st.sampled_from(("STOPPED", RUNNING)),
        first=st.sampled_from(("stop", "stop", "start", "")),
        wait_seconds=st.sampled_from((0, 3)),
        how=ways(),
    )
    def start_what_is_stopped(
        self, *, data: st.DataObject, other: str, first: str, wait_seconds: int, how: How
    ) -> None:
        self.events.get(first, bool)()
        second = self.emulator.huawei.tasks[RUNNING_TASK]
        second.status, second.due_at, second.stop_due_at = other, None, None
        self.others_started = 1
        parameters = {"sync_task_id": "stopped", "wait_seconds": wait_seconds}
        steps = data.draw(scripts(FAULTS, self.events))
        self.is_for_all = True
        run = self.perform(parameters, steps, how, only_reads=False)
        try:
            self.check_calls(run)
            self.check_each(run)
        except AssertionError:
            self.explain(run)
            raise
        finally:
            self.is_for_all = False

    def check_each(self, run: Run) -> None:
        """Check what is said of each task, and that no other was touched."""
        started = {each.request.path.split("/")[-2] for each in run.writes}
        assert started <= set(self.emulator.huawei.tasks)
        if not run.data:
            assert not run.writes
            return
        super(SyncTaskMachine, self).check_truth(run)
        tasks = {each["id"]: each for each in run.data["tasks"]}
        assert set(tasks) == set(self.emulator.huawei.tasks)
        statuses = {each["status"] for each in tasks.values()}
        assert (run.result["status"] == "failed") == ("failed" in statuses)
        for name, task in tasks.items():
            self.check_one(name, task, run)

    def check_one(self, name: str, task: Any, run: Run) -> None:
        """Check what is said of one task."""
        own = [each for each in run.exchanges if f"/sync-tasks/{name}" in each.request.path]
        writes = [each for each in own if each.writes]
        if task["triggered"] is False:
            assert not any(each.processed for each in writes), "denies what was done"
        if task["triggered"]:
            assert writes, "claims what was not asked for"
        if task["triggered"] is None:
            assert any(each.answer.outcome == "unknown" for each in writes)
        assert (task["error"] is None) == (task["status"] != "failed")
        if task["error"] is not None:
            assert name in run.result["error"]["message"]
        if task["verified"] is not None:
            # What is said of the effect, as of a run on this task only.
            looks = [each for each in own if each.action == "ShowSyncTask" and each.answer.good]
            shown = looks[-1].answer.body["status"] if looks else None
            if task["verified"]["effect"] == "seen":
                assert shown == RUNNING
            if task["verified"]["effect"] == "not_seen":
                assert shown != RUNNING

    def is_unconfirmed(self, run: Run) -> bool:
        # Of several tasks, each says in its own entry what is not known.
        return not self.is_for_all and super().is_unconfirmed(run)

    @rule()
    def recover(self) -> None:
        """Without faults the task is started, with one write at most."""
        self.others_started = 0
        huawei = self.emulator.huawei
        huawei.denied.clear()
        was_running, is_starting = self.task.status == RUNNING, self.is_changing()
        run = self.run({"sync_task_id": TASK, "project_id": PROJECT}, (), DIRECT)
        if was_running or (is_starting and run.result["status"] == "unchanged"):
            assert run.result["status"] == "unchanged"
            assert not run.writes
            return
        if is_starting:
            # Nothing tells a start that has not taken effect from one that was rejected.
            assert run.result["error"]["code"] == "OMS.0003"
            assert len(run.writes) == 1
            return
        expected = "accepted" if huawei.oms.start_seconds else "succeeded"
        assert run.result["status"] == expected
        assert [each.processed for each in run.writes] == [True]


TestStartSyncTask = StartSyncTask.TestCase
TestStartSyncTask.settings = MACHINE_SETTINGS
