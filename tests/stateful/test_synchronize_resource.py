"""A model of EDAS's ``SynchronizeResource``."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from local.emulator import faults
from tests.support.operation_machine import (
    DIRECT,
    MACHINE_SETTINGS,
    Call,
    Expected,
    How,
    OperationMachine,
    Run,
    calls,
    failure,
    ways,
)
from tests.support.planned_faults import planned_faults, scripts

pytestmark = pytest.mark.timeout(600)  # hundreds of examples, on a machine that may be busy

PERMISSIONS = (
    *("edas:SystemBase", "edas:ListVpc", "edas:ListSlb"),
    *("edas:ListEcsNotInCluster", "edas:ReadCluster"),
)
IDS = ["i-exampleinstance1", "i-exampleinstance2"]
PARAMETERS: list[dict[str, object]] = [
    {"type": "all"},
    {"type": "ecs"},
    {"type": "slb"},
    {"type": "ram"},
    {"type": "ecs", "resource_ids": IDS},
    {"type": "ecs", "resource_ids": [*IDS, "i-gone"]},
    {"Type": "vpc"},
]
FAULTS = planned_faults(
    "edas",
    faults.edited(lambda body: {**body, "Success": False, "Code": 500}, "no success"),
    faults.edited(lambda body: {**body, "Success": False, "Code": 403}, "forbidden"),
    faults.other_json({}),
)


NOT_KNOWN = {"cannot_be_known", None}
"""What can be said of the effect on all resources."""


class SynchronizeResource(OperationMachine):
    """EDAS synchronizes before it answers; its lists show some of what it knows."""

    operation_id = "alibaba.edas.SynchronizeResource"

    @rule(permission=st.sampled_from(PERMISSIONS))
    def change_permission(self, permission: str) -> None:
        """The identity loses a permission, or has it again."""
        self.emulator.alibaba.denied ^= {permission}

    @rule(instance=st.sampled_from([*IDS, "i-exampleinstance4"]), vpc=st.sampled_from("12"))
    def change_account(self, instance: str, vpc: str) -> None:
        """The account gets an instance, or loses one."""
        self.emulator.alibaba.edas.account.vpcs[f"vpc-example{vpc}"] ^= {instance}

    @rule(data=st.data(), parameters=st.sampled_from(PARAMETERS), how=ways())
    def synchronize(self, data: st.DataObject, parameters: dict[str, object], how: How) -> None:
        before = len(self.emulator.alibaba.synchronized)
        run = self.run(parameters, data.draw(scripts(FAULTS, {}, most_good=0)), how)
        work = len(self.emulator.alibaba.synchronized) - before
        assert work == sum(each.processed for each in run.writes)
        assert work <= 2, "only a broken connection is a reason to repeat it, and once"
        if run.result["status"] == "succeeded":
            assert work or run.writes[-1].is_false, "nothing was synchronized"
            self.check_effect(run, parameters)

    def check_effect(self, run: Run, parameters: dict[str, object]) -> None:
        """Check that what is said of the effect is so."""
        named = parameters.get("resource_ids")
        known = self.emulator.alibaba.edas.known.instances
        found, missing = run.data["verified"], {each["id"] for each in run.data["attention"]}
        effect = found["effect"] if found else None
        assert effect in ({"seen", "not_seen", "cannot_be_known", None} if named else NOT_KNOWN)
        assert (effect == "not_seen") == bool(missing)
        if isinstance(named, list) and effect in {"seen", "not_seen"}:
            assert missing == set(named) - known

    @rule(parameters=st.sampled_from(PARAMETERS), how=ways())
    def plan(self, parameters: dict[str, object], how: How) -> None:
        run = self.perform({**parameters, "dry_run": True}, (), how, only_reads=False)
        assert run.result["status"] == "planned"
        assert sum(each["writes"] for each in run.data["requests"]) == 1
        assert not run.exchanges

    @rule(parameters=st.sampled_from(PARAMETERS))
    def recover(self, parameters: dict[str, object]) -> None:
        """Without faults one write does it, and what EDAS lists is that of the account."""
        edas = self.emulator.alibaba.edas
        self.emulator.alibaba.denied.clear()
        before, listed = len(edas.synchronized), {**edas.known.vpcs}
        run = self.run(parameters, (), DIRECT)
        assert run.result["status"] == "succeeded"
        (done,) = edas.synchronized[before:]
        assert done.type == parameters.get("type", parameters.get("Type"))
        assert list(done.resource_ids) == parameters.get("resource_ids", [])
        if parameters == {"type": "all"}:
            assert edas.known.vpcs == edas.account.vpcs
            assert bool(run.data["changed"]) >= (listed != edas.known.vpcs)
        if parameters.get("resource_ids"):
            assert run.data["verified"]["effect"] in {"seen", "not_seen"}
        self.check_effect(run, parameters)

    # The model

    def may_repeat(self, call: Call, position: int) -> bool:
        """A broken connection once; a timeout or a gateway's error never."""
        broken = call[position].answer.category in {"unreachable", "bad_response"}
        return broken and all(each.answer.outcome != "unknown" for each in call[:position])

    def predict(self, run: Run) -> Expected:
        made = calls(run.exchanges)
        writes = [call for call in made if call[0].writes]
        assert len(writes) <= 1
        if not writes and made and made[-1][-1].answer.category == "unauthenticated":
            return failure(made[-1][-1])
        if not writes or run.out_of_time:
            return Expected("failed", "timeout")
        last = writes[0][-1]
        return Expected("succeeded") if last.answer.good else failure(last)


TestSynchronizeResource = SynchronizeResource.TestCase
TestSynchronizeResource.settings = MACHINE_SETTINGS
