"""A thousand runs with injected faults; ``make fire`` has as many as you like."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fault_injection.batch import run_batch
from tests.fault_injection.invariants import violations
from tests.fault_injection.run import Observation, run_scenario
from tests.fault_injection.scenario import CWP, OMS, OMS_EVENTS, Scenario, make_scenario

BATCH = 200  # the end of each batch waits for its slowest run


@pytest.mark.parametrize("first", range(0, 1_000, BATCH))
def test_whatever_goes_wrong_what_must_hold_holds(first: int) -> None:
    report = run_batch(range(first, first + BATCH))

    assert report.runs == BATCH
    assert report.found == []


def test_a_seed_makes_the_same_scenario_every_time() -> None:
    assert str(make_scenario(7)) == str(make_scenario(7))
    assert len({str(make_scenario(seed)) for seed in range(200)}) == 200


def good_run(operation: str = CWP, **parameters: object) -> tuple[Scenario, Observation]:
    """Return a run without a fault."""
    seeds = (make_scenario(seed) for seed in range(10_000))
    scenario = next(
        each
        for each in seeds
        if not each.faults and (each.operation, each.trigger) == (operation, "direct")
    )
    scenario = replace(scenario, parameters={**scenario.parameters, **parameters})
    return scenario, run_scenario(scenario)


def test_the_checks_find_what_they_look_for() -> None:
    scenario, seen = good_run()
    assert list(violations(scenario, seen, "")) == []
    result = dict(seen.result or {})

    def found(**changes: object) -> str:
        data = result["data"] | {"triggered": False}
        changed = result | {"data": data} | changes
        return " ".join(violations(scenario, replace_result(seen, changed), ""))

    assert "triggered is false" in found()
    assert "not of the published form" in found(status="finished")
    assert "status and error disagree" in found(status="failed")
    assert "somebody else" in found(summary="done by somebody else")
    verified = {"effect": "seen", "by": ["SyncMachines"], "at": None}
    assert "it is not there" in found(data=result["data"] | {"verified": verified})
    assert "a secret is shown" in found(summary=f"the key {seen.secrets[0]} is wrong")
    assert "unhandled exception" in " ".join(violations(scenario, seen, '{"frames": ["a"]}\n'))


def test_the_checks_find_a_task_whose_effect_is_not_there() -> None:
    scenario, seen = good_run(OMS, sync_task_id="stopped")
    assert (seen.result or {})["data"]["verified"]["effect"] == "seen"
    assert list(violations(scenario, seen, "")) == []

    unchanged = replace(seen, effect_is_there=False, changed_tasks=frozenset())
    found = list(violations(scenario, unchanged, ""))
    assert len(found) == 3
    assert all("it is not there" in problem for problem in found)


def test_the_checks_find_an_object_that_oms_did_not_take() -> None:
    scenario, seen = good_run(OMS_EVENTS)
    result = dict(seen.result or {})
    assert list(violations(scenario, seen, "")) == []
    assert "OMS took 0" in " ".join(violations(scenario, replace(seen, work=0), ""))

    verified = {"effect": "seen", "by": ["CreateSyncEvents"], "at": None}
    claimed = replace(seen, result=result | {"data": result["data"] | {"verified": verified}})
    assert "it is not there" in " ".join(violations(scenario, claimed, ""))


def replace_result(seen: Observation, result: dict[str, object]) -> Observation:
    return replace(seen, result=result, work=1, effect_is_there=False)
