"""A model of E-HPC's ``SynchronizeApp``."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from local.emulator import faults
from local.emulator.alibaba import APP
from tests.support.observed_transport import Step
from tests.support.operation_machine import (
    DIRECT,
    MACHINE_SETTINGS,
    UNSET,
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

ALREADY_THERE = "ImageAlreadyExists"
HOME = "cn-hangzhou"
FAULTS = planned_faults("ehpc", faults.other_json({}))
TARGETS: list[list[str]] = [
    [],
    ["all"],
    ["cn-shanghai"],
    ["cn-shanghai", "cn-beijing"],
    ["cn-shenzhen", "cn-beijing", "cn-shanghai"],
    [HOME, "cn-shanghai"],
    ["all", "cn-shanghai"],
]


def parameters_of(regions: list[str]) -> dict[str, object]:
    return {"app_id": APP, "target_region_ids": regions} if regions else {"app_id": APP}


class SynchronizeApp(OperationMachine):
    """E-HPC shows what has it, copies to the regions that lack it, or says that one has it."""

    operation_id = "alibaba.ehpc.SynchronizeApp"

    def __init__(self) -> None:
        super().__init__()
        self.regions: list[str] = []

    # What happens at the provider

    def copy(self) -> None:
        """Copy the application from outside the run."""
        self.emulator.alibaba.apps[APP].add("cn-shanghai")

    def remove(self) -> None:
        """Remove it from the regions that it was copied to."""
        self.emulator.alibaba.apps[APP].intersection_update({HOME})

    @property
    def events(self) -> dict[str, Callable[[], object]]:
        return {"copy": self.copy}

    @rule()
    def change_application(self) -> None:
        """The application is deleted, or made again."""
        apps = self.emulator.alibaba.apps
        if APP in apps:
            del apps[APP]
        else:
            apps[APP] = {HOME}

    # Runs

    @rule(
        data=st.data(),
        is_removed=st.booleans(),
        regions=st.sampled_from(TARGETS),
        how=ways(),
    )
    def synchronize(
        self, data: st.DataObject, *, is_removed: bool, regions: list[str], how: How
    ) -> None:
        if APP not in self.emulator.alibaba.apps:
            self.emulator.alibaba.apps[APP] = {HOME}
        if is_removed:
            self.remove()
        self.go(data.draw(scripts(FAULTS, self.events, most_good=1)), regions, how)

    @rule(regions=st.sampled_from(TARGETS), how=ways())
    def synchronize_without_faults(self, regions: list[str], how: How) -> None:
        self.go([], regions, how)

    def go(self, steps: list[Step], regions: list[str], how: How = DIRECT) -> Run:
        self.regions = regions
        run = self.run(parameters_of(regions), steps, how)
        self.check_regions(run)
        return run

    def check_regions(self, run: Run) -> None:
        """Check that every region that is said to have the application, or to get it, has it."""
        having = self.emulator.alibaba.apps.get(APP, set())
        if any(each.is_false for each in run.writes):
            return
        outcomes = run.data.get("regions", {})
        told = {region for region, word in outcomes.items() if word not in {"failed", "missing"}}
        assert told <= having, f"{told - having} do not have it"
        if (run.data.get("verified") or {}).get("effect") == "seen":
            assert all(self.emulator.alibaba.has_copy(APP, region) for region in self.regions)
        if run.result["status"] in {"accepted", "running", "succeeded", "unchanged"}:
            named = set(self.regions) - {"all"}
            wanted = (
                named if named == set(self.regions) and named else self.emulator.alibaba.regions
            )
            assert wanted <= having, f"{wanted - having} do not have it"

    @rule(how=ways(), regions=st.sampled_from(TARGETS))
    def plan(self, how: How, regions: list[str]) -> None:
        parameters = {**parameters_of(regions), "dry_run": True}
        run = self.perform(parameters, (), how, only_reads=False)
        assert run.result["status"] == "planned"
        assert [each["action"] for each in run.data["requests"] if each["writes"]] == [
            "SynchronizeApp"
        ]
        assert not run.exchanges

    @rule(regions=st.sampled_from(TARGETS))
    def recover(self, regions: list[str]) -> None:
        """Without faults one write does it, and none if the named regions have it."""
        apps = self.emulator.alibaba.apps
        apps.setdefault(APP, {HOME})
        is_all = not regions or "all" in regions
        missing = (self.emulator.alibaba.regions if is_all else set(regions)) - apps[APP]
        run = self.go([], regions)
        assert run.result["status"] != "failed"
        if missing:
            assert (run.result["status"], run.data["triggered"]) == ("running", True)
        assert len(run.writes) == (1 if is_all or missing else 0)

    # The model

    def may_repeat(self, call: Call, position: int) -> bool:
        """A repeated copy does no harm: E-HPC says that it is there already."""
        return True

    def predict(self, run: Run) -> Expected:
        made = calls(run.exchanges)
        triggered = run.data.get("triggered", UNSET)
        if run.out_of_time:
            return Expected("failed", "timeout", triggered)
        writes = [call for call in made if call[0].writes]
        if not writes and made and made[-1][-1].answer.category == "unauthenticated":
            return failure(made[-1][-1], triggered=triggered)
        before = look(made[: made.index(writes[0])] if writes else made)
        named = [] if "all" in self.regions else self.regions
        wanted = self.regions
        if before is not None and named:
            wanted = [region for region in named if region not in before]
        expected = self.requested(run, writes, wanted)
        after = look(made[made.index(writes[-1]) :]) if writes else before
        if expected.status != "failed" and before is not None and after is not None:
            expected = Expected(shown(before, after, named, expected.status))
        return expected._replace(triggered=triggered)

    def requested(self, run: Run, made: list[Call], regions: list[str]) -> Expected:
        """Return what is expected of the requests alone, and check which were sent."""
        if not made:
            assert not regions
            assert self.regions
            return Expected("unchanged")
        first, rest = made[0], made[1:]
        if first[-1].answer.code == ALREADY_THERE and len(regions) > 1 and "all" not in regions:
            asked = [json.loads(dict(call[0].request.query)["TargetRegionIds"]) for call in rest]
            assert asked == [[region] for region in regions]
            return copied(rest, lost=has_lost(first))
        assert not rest, "asked again"
        return copied([first])


def look(made: list[Call]) -> dict[str, str] | None:
    """Return region -> state as the last of these calls shows it; None if it is not a good look."""
    if not made or made[-1][-1].action != "GetImage" or not made[-1][-1].answer.good:
        return None
    image = made[-1][-1].answer.body["Image"]
    return {HOME: image["Status"]} | {
        row["RegionId"]: row["Status"] for row in image["AdditionalRegionsInfo"]
    }


def shown(before: dict[str, str], after: dict[str, str], named: list[str], requested: str) -> str:
    """Return the status that two looks show.

    Parameters
    ----------
    before, after: region -> state.
    named: the named regions, none for all.
    requested: the status by the requests alone.
    """
    states = [after.get(region) for region in named or after]
    if "Creating" in states:
        return "running"
    if None in states:
        return requested
    new = [region for region in named or after if before.get(region) != "Available"]
    return "succeeded" if new else requested


def copied(made: list[Call], *, lost: bool = False) -> Expected:
    """Return what is expected of a run with these calls.

    Parameters
    ----------
    made: a failure decides; the first one whose outcome is unknown, if there is one.
    lost: whether a request for all regions had no answer.
    """
    failed = [call for call in made if not (call[-1].answer.good or is_there(call))]
    if failed:
        unknown = [call for call in failed if has_lost(call)]
        return failure((unknown or failed)[0][-1])
    copying = lost or any(not is_there(call) or has_lost(call) for call in made)
    return Expected("accepted" if copying else "unchanged")


def is_there(call: Call) -> bool:
    return call[-1].answer.code == ALREADY_THERE


def has_lost(call: Call) -> bool:
    return any(each.answer.outcome == "unknown" for each in call)


TestSynchronizeApp = SynchronizeApp.TestCase
TestSynchronizeApp.settings = MACHINE_SETTINGS
