"""A model of OMS's ``StopSyncTask``."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from local.emulator.oms import PROJECT, RUNNING_TASK
from tests.support.operation_machine import DIRECT, MACHINE_SETTINGS, How, ways
from tests.support.planned_faults import scripts
from tests.support.sync_task_machine import FAULTS, SyncTaskMachine

pytestmark = pytest.mark.timeout(600)  # hundreds of examples, on a machine that may be busy


class StopSyncTask(SyncTaskMachine):
    """A task is stopped."""

    operation_id = "huawei.oms.StopSyncTask"
    task_id = RUNNING_TASK
    wanted = "STOPPED"

    @rule(
        data=st.data(),
        first=st.sampled_from(("start", "start", "stop", "take effect", "")),
        with_project=st.booleans(),
        wait_seconds=st.sampled_from((0, 0, 3, 40)),
        how=ways(),
    )
    def stop_task(
        self, *, data: st.DataObject, first: str, with_project: bool, wait_seconds: int, how: How
    ) -> None:
        self.events.get(first, bool)()
        # Whoever stopped it, this run did not, though OMS does not always show it.
        self.others_started = int(self.task.status == "STOPPED" or self.is_changing())
        parameters = {"sync_task_id": RUNNING_TASK, "wait_seconds": wait_seconds}
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

    @rule()
    def recover(self) -> None:
        """Without faults the task is stopped, with one write at most."""
        self.others_started = 0
        huawei = self.emulator.huawei
        huawei.denied.clear()
        was_stopped, is_stopping = self.task.status == "STOPPED", self.is_changing()
        run = self.run({"sync_task_id": RUNNING_TASK, "project_id": PROJECT}, (), DIRECT)
        if was_stopped or (is_stopping and run.result["status"] == "unchanged"):
            assert run.result["status"] == "unchanged"
            assert not run.writes
            return
        if is_stopping:
            # Nothing tells a stop that has not taken effect from one that was rejected.
            assert run.result["error"]["code"] == "OMS.0004"
            assert len(run.writes) == 1
            return
        expected = "accepted" if huawei.oms.stop_seconds else "succeeded"
        assert run.result["status"] == expected
        assert [each.processed for each in run.writes] == [True]


TestStopSyncTask = StopSyncTask.TestCase
TestStopSyncTask.settings = MACHINE_SETTINGS
