"""A schedule that is switched on without what it needs is not packaged."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping

from tests.support.descriptors import DEPLOY
from tests.support.prerequisites import program

GUARD = DEPLOY / "aws-lambda" / "no-empty-schedules.js"
SCRIPT = """
const [guard, compiled, own] = process.argv.slice(1);
const provider = { compiledCloudFormationTemplate: { Resources: JSON.parse(compiled) } };
const Guard = require(guard);
const plugin = new Guard({
  service: { provider, resources: JSON.parse(own) },
  classes: { Error },
});
try {
  plugin.hooks["before:package:finalize"]();
} catch (error) {
  console.log(error.message);
}
"""


CONDITIONS = {
    "On": {"Fn::Equals": ["true", "true"]},
    "Off": {"Fn::Equals": ["false", "true"]},
}


def refusal(*schedules: tuple[object, Mapping[str, object]], own: bool = False) -> str:
    """Return the guard's message for schedules of functions, or of the stack's own resources."""
    resources = {
        f"Schedule{number}": {
            "Type": "AWS::Scheduler::Schedule",
            "Properties": {"State": state, "Target": {"Input": json.dumps(message)}},
        }
        for number, (state, message) in enumerate(schedules)
    }
    compiled = {**({} if own else resources), "Queue": {"Type": "Other"}}
    of_the_stack = {"Resources": resources if own else {}, "Conditions": CONDITIONS}
    node = program("node", "Node.js")
    ran = subprocess.run(
        [node, "-e", SCRIPT, str(GUARD), json.dumps(compiled), json.dumps(of_the_stack)],
        check=True,
        capture_output=True,
        text=True,
    )
    return ran.stdout.strip()


def test_a_schedule_that_is_off_may_lack_what_it_needs() -> None:
    assert refusal(("DISABLED", {"sync_task_id": ""}), ("DISABLED", {"app_id": ""})) == ""


def test_a_schedule_that_is_on_with_all_it_needs_passes() -> None:
    assert refusal(("ENABLED", {"sync_task_id": "example-sync-task"}), ("ENABLED", {})) == ""


def test_a_schedule_that_is_on_and_lacks_what_it_needs_is_refused_with_the_parameter() -> None:
    assert refusal(("ENABLED", {"sync_task_id": ""}), ("ENABLED", {"app_id": ""})) == (
        "a schedule is on that needs omsTask and ehpcApp: add "
        '--param="omsTask=…" --param="ehpcApp=…"'
    )


def test_a_fleet_without_targets_is_refused_only_if_its_schedule_is_on() -> None:
    on, off = ({"Fn::If": [name, "ENABLED", "DISABLED"]} for name in ("On", "Off"))

    assert refusal((off, {"targets": []}), own=True) == ""
    assert refusal((on, {"targets": [{"region": "cn-hangzhou"}]}), own=True) == ""
    assert refusal((on, {"targets": []}), own=True) == (
        'a schedule is on that needs fleetTargets: add --param="fleetTargets=…"'
    )
