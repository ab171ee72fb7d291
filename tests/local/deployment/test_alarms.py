"""Alarms that deployments to the emulated SCF make at the emulated Cloud Monitor."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest

from local.deployment.alarms.tencent_monitor import ALARMS
from local.deployment.description.document import Alarms, FunctionTable, PlatformTable
from local.deployment.desired.alarms import faults_of_alarms
from local.deployment.scf.platform import PLATFORM
from local.emulator import faults
from local.emulator.alarm_policies import AlarmPolicy, BoundObject
from tests.support.deployer import MACHINES, ONE, Deployer
from tests.support.direct_transport import DirectTransport
from tests.support.interruption import CloudState, interruptions

MONITOR = "tencent-monitor"
SERVICES = ("scf", MONITOR, "tencent-cam")
FAILED, SILENT = (f"cloud-sync-{MACHINES}-{kind}" for kind in ("failed", "silent"))
HOUR, DAY = 3600, 86_400


def with_alarms(text: str = 'notify = ["notice-example"]', function: str = "") -> str:
    """Return a description of one function, with a table for all alarms and one for its own."""
    own = f"[platforms.scf.functions.{MACHINES}.alarms]\n{function}\n" if function else ""
    return f"{ONE}{own}[platforms.scf.alarms]\n{text}\n"


@pytest.fixture
def alarmed(deployer: Deployer) -> Deployer:
    """A description of one function with alarms, not deployed yet."""
    deployer.describe(with_alarms())
    return deployer


def policies(deployer: Deployer) -> dict[str, AlarmPolicy]:
    """Return the alarm policies by name."""
    found = deployer.emulator.tencent.alarms.at()
    assert len({each.name for each in found.values()}) == len(found)
    return {each.name: each for each in found.values()}


def rule(policy: AlarmPolicy) -> Mapping[str, Any]:
    """Return the only rule of a policy."""
    [found] = policy.condition["Rules"]
    assert isinstance(found, dict)
    return found


def monitor_actions(deployer: Deployer) -> list[str]:
    """Return what Cloud Monitor was asked so far."""
    return [each.action for each in deployer.emulator.received.of(MONITOR)]


def test_a_deployment_makes_an_alarm_on_failure_and_one_on_silence(alarmed: Deployer) -> None:
    ended = alarmed.deploy("--yes")

    assert ended.code == 0, ended.out
    made = policies(alarmed)
    assert made.keys() == {FAILED, SILENT}
    for policy in made.values():
        assert (policy.enabled, policy.namespace) == (True, "SCF")
        assert policy.notice_ids == ["notice-example"]
        [bound] = policy.objects
        assert bound.region == "gz"
        assert json.loads(bound.dimensions) == {
            "appid": "1250000001",
            "function_name": MACHINES,
            "namespace": "default",
            "version": "$latest",
        }
    failed, silent = rule(made[FAILED]), rule(made[SILENT])
    assert (failed["MetricName"], failed["Operator"], failed["Value"]) == ("Error", "ge", "1")
    assert (failed["Period"], failed["ContinuePeriod"]) == (300, 1)
    assert (silent["MetricName"], silent["Operator"], silent["Value"]) == ("Invocation", "lt", "1")
    assert (silent["Period"], silent["ContinuePeriod"]) == (DAY, 3)


def test_the_plan_shows_the_alarms_and_the_rights_they_need(alarmed: Deployer) -> None:
    ended = alarmed.deploy("--plan")

    assert ended.code == 0
    for text in (
        "monitor:CreateAlarmPolicy",
        "    alarm     a run failed, within 5 minutes; notifies notice-example\n",
        "    alarm     no run within 3 days; notifies notice-example\n",
    ):
        assert text in ended.out
    assert "no alarm" not in ended.out
    assert policies(alarmed) == {}


def test_it_ends_with_where_the_alarms_are(alarmed: Deployer) -> None:
    out = alarmed.deploy("--yes").out

    assert f'  {MACHINES}: alarm "run failed" set\n  {MACHINES}: alarm "no run" set\n' in out
    assert "  alarm     https://console.cloud.tencent.com/monitor/alarm2/policy\n" in out


def test_a_second_deployment_has_nothing_to_do(alarmed: Deployer) -> None:
    alarmed.deploy("--yes")

    ended = alarmed.deploy("--yes")

    assert (ended.code, "Nothing to do." in ended.out) == (0, True), ended.out


def test_without_a_table_cloud_monitor_is_not_asked_at_all(deployer: Deployer) -> None:
    ended = deployer.deploy("--yes")

    assert ended.code == 0
    assert "  no alarm: add [platforms.scf.alarms]\n" in ended.out
    assert "monitor:" not in ended.out
    assert "Nothing to do." in deployer.deploy("--yes").out
    assert monitor_actions(deployer) == []


def test_a_function_that_was_deployed_without_alarms_gets_them(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    deployer.describe(with_alarms())

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert "    alarm     none → no run within 3 days; notifies notice-example\n" in ended.out
    assert policies(deployer).keys() == {FAILED, SILENT}
    assert "Nothing to do." in deployer.deploy("--yes").out


@pytest.mark.parametrize(
    ("text", "function", "shown"),
    [
        ('notify = ["notice-other"]', "", "within 5 minutes; notifies notice-other"),
        (
            'notify = ["notice-other", "notice-example", "notice-other"]',
            "",
            "within 5 minutes; notifies notice-example, notice-other",
        ),
        ('notify = ["notice-example"]\nsilence_seconds = 7200', "", "→ no run within 2 hours"),
        ('notify = ["notice-example"]', "silence_seconds = 86400", "→ no run within 1 day;"),
        ('notify = ["notice-example"]', 'notify = ["notice-other"]', "notifies notice-other"),
    ],
)
def test_a_change_of_the_description_changes_the_alarm_in_place(
    alarmed: Deployer, text: str, function: str, shown: str
) -> None:
    alarmed.deploy("--yes")
    ids = {each.id for each in policies(alarmed).values()}
    alarmed.describe(with_alarms(text, function))

    ended = alarmed.deploy("--yes")

    assert ended.code == 0, ended.out
    assert shown in ended.out
    assert "by hand" not in ended.out
    assert {each.id for each in policies(alarmed).values()} == ids
    assert "Nothing to do." in alarmed.deploy("--yes").out


def test_a_description_switches_an_alarm_off_and_on(alarmed: Deployer) -> None:
    alarmed.deploy("--yes")
    alarmed.describe(with_alarms(function="silent = false"))

    off = alarmed.deploy("--yes")

    assert "    alarm     no run within 3 days; notifies notice-example → none\n" in off.out
    assert f'{MACHINES}: alarm "no run" removed' in off.out
    assert policies(alarmed).keys() == {FAILED}
    assert "Nothing to do." in alarmed.deploy("--yes").out
    alarmed.describe(with_alarms('notify = ["notice-example"]\nfailed = false'))
    assert alarmed.deploy("--yes").code == 0
    assert policies(alarmed).keys() == {SILENT}


@pytest.mark.parametrize("line", ["enabled = false", ""])
def test_no_silence_is_an_alarm_where_no_timer_fires(alarmed: Deployer, line: str) -> None:
    alarmed.deploy("--yes")
    schedule = 'schedule = "0 10 2 * * * *"\nparameters = { sync = true }\n'
    alarmed.describe(with_alarms().replace(schedule, f"{schedule}{line}\n" if line else ""))

    assert alarmed.deploy("--yes").code == 0
    assert policies(alarmed).keys() == {FAILED}


def test_a_description_without_its_table_removes_the_alarms(alarmed: Deployer) -> None:
    alarmed.deploy("--yes")
    alarmed.describe(ONE)

    ended = alarmed.deploy("--yes")

    assert (ended.code, policies(alarmed)) == (0, {}), ended.out
    alarmed.emulator.clear()
    assert "Nothing to do." in alarmed.deploy("--yes").out
    assert monitor_actions(alarmed) == []


def off(policy: AlarmPolicy) -> None:
    """Switch it off."""
    policy.enabled = False


def another_threshold(policy: AlarmPolicy) -> None:
    """Let it be raised later."""
    policy.condition["Rules"][0]["Value"] = "10"


def another_metric(policy: AlarmPolicy) -> None:
    """Let it be raised by something else."""
    policy.condition["Rules"][0]["MetricName"] = "Throttle"


def another_period(policy: AlarmPolicy) -> None:
    """Let it count longer."""
    policy.condition["Rules"][0]["ContinuePeriod"] = 2


def one_more_rule(policy: AlarmPolicy) -> None:
    """Let it be raised by more."""
    policy.condition["Rules"].append(policy.condition["Rules"][0])


def another_receiver(policy: AlarmPolicy) -> None:
    """Notify somebody else."""
    policy.notice_ids = ["notice-other"]


def unbound(policy: AlarmPolicy) -> None:
    """Let it watch nothing."""
    policy.objects = []


def another_function(policy: AlarmPolicy) -> None:
    """Let it watch another function too."""
    text = policy.objects[0].dimensions.replace(MACHINES, "another")
    policy.objects.append(BoundObject("gz", text))


def unreadable(policy: AlarmPolicy) -> None:
    """Let it watch something else."""
    policy.objects = [BoundObject("gz", "[]")]


@pytest.mark.parametrize(
    "alter",
    [
        off,
        another_threshold,
        another_metric,
        another_period,
        one_more_rule,
        another_receiver,
        unbound,
        another_function,
        unreadable,
    ],
)
def test_an_alarm_that_was_changed_by_hand_is_not_overwritten_unasked(
    alarmed: Deployer, alter: Callable[[AlarmPolicy], None]
) -> None:
    alarmed.deploy("--yes")
    wanted = deepcopy(policies(alarmed))
    alter(policies(alarmed)[FAILED])

    refused, overwritten = alarmed.deploy("--yes"), alarmed.deploy("--yes", "--overwrite")

    assert (refused.code, overwritten.code) == (3, 0), overwritten.out
    assert "(changed by hand)" in refused.out
    assert policies(alarmed) == wanted
    assert "Nothing to do." in alarmed.deploy("--yes").out


def test_an_alarm_that_was_deleted_by_hand_is_made_again(alarmed: Deployer) -> None:
    alarmed.deploy("--yes")
    alarmed.emulator.tencent.alarms.at().clear()

    refused, overwritten = alarmed.deploy("--yes"), alarmed.deploy("--yes", "--overwrite")

    assert (refused.code, overwritten.code) == (3, 0)
    assert policies(alarmed).keys() == {FAILED, SILENT}


def test_other_alarms_are_left_alone(alarmed: Deployer) -> None:
    def other(name: str, remark: str) -> AlarmPolicy:
        return AlarmPolicy(name + remark, name, "SCF", remark, {"Rules": [{}]}, [])

    others = [
        other(FAILED, "cloud-sync-ap-shanghai"),
        other(f"{FAILED}-2", "cloud-sync-ap-guangzhou"),
        other(f"my-{FAILED}", "cloud-sync-ap-guangzhou"),
    ]
    place = alarmed.emulator.tencent.alarms.at()
    place.update({each.id: each for each in deepcopy(others)})

    assert alarmed.deploy("--yes").code == 0
    assert len(place) == len(others) + 2
    assert alarmed.remove("--yes").code == 0

    assert list(place.values()) == others


def test_alarms_are_found_beyond_the_first_page(alarmed: Deployer) -> None:
    place = alarmed.emulator.tencent.alarms.at()
    for number in range(120):
        name = f"{FAILED}-{number}"
        place[name] = AlarmPolicy(name, name, "SCF", "", {"Rules": [{}]}, [])
    alarmed.deploy("--yes")

    assert "Nothing to do." in alarmed.deploy("--yes").out
    assert alarmed.remove("--yes").code == 0
    assert len(place) == 120


def test_removal_removes_the_alarms_before_the_function(alarmed: Deployer) -> None:
    alarmed.deploy("--yes")

    ended = alarmed.remove("--yes")

    assert (ended.code, policies(alarmed), alarmed.functions) == (0, {}, {})
    assert "monitor:DeleteAlarmPolicy" in ended.out
    lines = [line.strip() for line in ended.out.splitlines() if line.endswith(" removed")]
    assert lines == [
        f'{MACHINES}: alarm "run failed" removed',
        f'{MACHINES}: alarm "no run" removed',
        f"{MACHINES}: removed",
    ]


def test_removal_finds_the_alarms_of_a_function_that_was_deleted_by_hand(
    alarmed: Deployer,
) -> None:
    alarmed.deploy("--yes")
    alarmed.functions.clear()

    ended, again = alarmed.remove("--yes"), alarmed.remove("--yes")

    assert (ended.code, policies(alarmed)) == (0, {}), ended.out
    assert f"  remove    {MACHINES}: only its alarms are left\n" in ended.out
    assert "Nothing to do." in again.out


def test_a_function_that_was_deleted_by_hand_gets_its_old_alarms_back(alarmed: Deployer) -> None:
    alarmed.deploy("--yes")
    wanted = deepcopy(policies(alarmed))
    alarmed.functions.clear()
    off(policies(alarmed)[SILENT])

    assert alarmed.deploy("--yes").code == 0
    assert policies(alarmed) == wanted


def test_a_function_that_is_named_no_more_is_removed_with_its_alarms(alarmed: Deployer) -> None:
    alarmed.deploy("--yes")
    alarmed.describe(with_alarms().replace(MACHINES, "tencent-sync-asset-scan"))

    ended = alarmed.deploy("--yes")

    assert ended.code == 0, ended.out
    assert {each.split("cloud-sync-tencent-sync-")[1] for each in policies(alarmed)} == {
        "asset-scan-failed",
        "asset-scan-silent",
    }


def test_an_unknown_notice_template_is_named_before_an_alarm_is_touched(alarmed: Deployer) -> None:
    alarmed.deploy("--yes")
    wanted = deepcopy(policies(alarmed))
    alarmed.describe(with_alarms('notify = ["notice-example", "notice-missing"]'))

    ended = alarmed.deploy("--yes")

    assert ended.code == 1
    assert "NoticeNotFound: Cloud Monitor has no notice template notice-missing" in ended.out
    assert "Correct notify in the description" in ended.out
    assert "The alarms cannot be made; nothing was changed." in ended.out
    assert policies(alarmed) == wanted
    assert alarmed.deploy("--plan").code == 1
    alarmed.describe(with_alarms())
    assert alarmed.deploy("--yes").code == 0


@pytest.mark.parametrize(
    "action",
    [each.partition(":")[2] for each in ALARMS.permissions if "UnBinding" not in each],
)
def test_a_missing_right_is_named_with_the_file_that_has_it(alarmed: Deployer, action: str) -> None:
    if action.startswith(("Modify", "Delete", "DescribeBinding")):
        alarmed.deploy("--yes")
        alarmed.describe(with_alarms('notify = ["notice-other"]'))
    alarmed.emulator.tencent.denied.add(action)

    ended = alarmed.remove("--yes") if action.startswith("Delete") else alarmed.deploy("--yes")

    assert ended.code == 1, ended.out
    shown = " ".join(ended.out.split())
    assert f"Allow `{'cam' if action == 'GetUserAppId' else 'monitor'}:{action}`" in shown
    assert "deploy/policies/tencent/deploy_scf.json" in shown


def test_an_unknown_notice_template_is_found_before_a_function_is_made(alarmed: Deployer) -> None:
    alarmed.describe(with_alarms('notify = ["notice-missing"]'))

    ended = alarmed.deploy("--yes")

    assert (ended.code, alarmed.functions) == (1, {})
    assert "The alarms cannot be made; nothing was changed." in ended.out


def test_after_an_alarm_that_failed_what_was_made_is_true_and_no_code_is_uploaded(
    deployer: Deployer,
) -> None:
    deployer.deploy("--yes")
    deployer.describe(with_alarms())
    deployer.emulator.tencent.denied.add("CreateAlarmPolicy")

    failed = deployer.deploy("--yes")

    assert failed.code == 1
    made = f"Made so far:\n  {MACHINES}: deployment record marked as under way\n"
    assert made in failed.out
    assert f"  {MACHINES}: could not be changed\n" in failed.out
    deployer.emulator.tencent.denied.clear()
    deployer.emulator.clear()

    again = deployer.deploy("--yes")

    assert again.code == 0, again.out
    assert "    code " not in again.out
    assert f"  {MACHINES}: deployment record written\n" in again.out
    assert "configuration set" not in again.out
    actions = {each.action for each in deployer.emulator.received.of("scf")}
    assert "UpdateFunctionCode" not in actions
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_code_whose_deployment_did_not_end_is_uploaded_again_and_the_plan_says_why(
    deployer: Deployer,
) -> None:
    deployer.deploy("--yes")
    deployer.build("second, longer")
    deployer.describe(with_alarms())
    deployer.emulator.tencent.denied.add("CreateAlarmPolicy")
    assert deployer.deploy("--yes").code == 1
    deployer.emulator.tencent.denied.clear()

    again = deployer.deploy("--yes")

    assert "    code      uploaded again after an incomplete deployment\n" in again.out
    assert f"  {MACHINES}: code replaced\n" in again.out
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_quota_is_explained(alarmed: Deployer) -> None:
    alarmed.emulator.tencent.alarms.quota = 1

    ended = alarmed.deploy("--yes")

    assert ended.code == 1
    assert "as many alarm policies as it may have" in " ".join(ended.out.split())
    alarmed.emulator.tencent.alarms.quota = 2
    assert alarmed.deploy("--yes").code == 0


@pytest.mark.parametrize("action", ["CreateAlarmPolicy", "BindingPolicyObject"])
@pytest.mark.parametrize("work", [True, False], ids=["the work was done", "it was not done"])
def test_a_lost_answer_makes_no_second_policy(
    alarmed: Deployer,
    action: str,
    work: bool,  # noqa: FBT001
) -> None:
    alarmed.emulator.inject_fault(MONITOR, faults.reset(work=work), action=action)

    first = alarmed.deploy("--yes")
    again = alarmed.deploy("--yes")

    assert again.code == 0, first.out + again.out
    assert len(alarmed.emulator.tencent.alarms.at()) == 2
    assert "Nothing to do." in alarmed.deploy("--yes").out


def test_a_lost_answer_to_a_deletion_is_no_failure(alarmed: Deployer) -> None:
    alarmed.deploy("--yes")
    alarmed.emulator.inject_fault(MONITOR, faults.reset(work=True), action="DeleteAlarmPolicy")

    assert alarmed.remove("--yes").code == 0
    assert (policies(alarmed), alarmed.functions) == ({}, {})


def test_of_two_policies_for_an_alarm_one_is_kept(alarmed: Deployer) -> None:
    alarmed.deploy("--yes")
    place = alarmed.emulator.tencent.alarms.at()
    twin = deepcopy(policies(alarmed)[FAILED])
    twin.id = "policy-twin"
    place[twin.id] = twin

    assert alarmed.deploy("--yes", "--overwrite").code == 0
    assert twin.id not in place
    assert policies(alarmed).keys() == {FAILED, SILENT}


def state(deployer: Deployer) -> object:
    """Return a copy of what is at the emulator."""
    functions = deepcopy(deployer.functions)
    for each in functions.values():
        each.busy_state, each.busy_looks = "", 0
    made = deepcopy(policies(deployer))
    for policy in made.values():
        policy.id = ""
    return functions, made


DEPLOYED, OTHER = with_alarms(), with_alarms('notify = ["notice-other"]\nsilent = false')


@pytest.mark.parametrize("work", [True, False], ids=["the work was done", "it was not done"])
@pytest.mark.parametrize(
    ("before", "after", "verb"),
    [
        (None, DEPLOYED, "deploy"),
        (DEPLOYED, OTHER, "deploy"),
        (DEPLOYED, ONE, "deploy"),
        (DEPLOYED, DEPLOYED, "remove"),
    ],
    ids=["made", "one changed, one removed", "both removed", "removed with the function"],
)
def test_whatever_was_interrupted_is_taken_up_again(
    deployer: Deployer,
    before: str | None,
    after: str,
    verb: str,
    work: bool,  # noqa: FBT001
) -> None:
    if before is not None:
        deployer.describe(before)
        assert deployer.deploy("--yes").code == 0
    deployer.describe(after)
    begun = CloudState(deployer.emulator)
    deployer.emulator.clear()
    assert deployer.run(verb, "--yes").code == 0
    calls = [each.service for each in deployer.emulator.received if each.service in SERVICES]
    wanted = state(deployer)
    assert calls.count(MONITOR) > 3

    def run() -> None:
        first = deployer.run(verb, "--yes")
        assert first.code == 1, first.out

    # What happens before the first call for an alarm is no different without alarms.
    late = range(calls.index(MONITOR), len(calls))
    deployer.transport = DirectTransport(deployer.emulator)
    fault = faults.reset(work=work)
    for number in interruptions(deployer.emulator, fault, SERVICES, run, begun, late):
        again = deployer.run(verb, "--yes")

        assert again.code == 0, (number, again.out)
        assert state(deployer) == wanted, number


@pytest.mark.parametrize(
    ("text", "function", "fault"),
    [
        ("failed = true", "", "alarms.notify: is missing: name ids of notice templates"),
        ('notify = ["example"]', "", "alarms.notify: example is not the id of a notice template"),
        (
            'notify = ["notice-example"]\nsilence_seconds = 5401',
            "",
            f"functions.{MACHINES}.alarms.silence_seconds: Cloud Monitor takes 1 to 5 times",
        ),
        ("notify = []", "", "platforms.scf.alarms.notify"),
        ('notify = ["notice-example"]\nsilence_seconds = 5', "", "silence_seconds"),
        ('notify = ["notice-example"]', "loud = true", "alarms.loud"),
    ],
)
def test_a_fault_of_the_table_is_named(
    deployer: Deployer, text: str, function: str, fault: str
) -> None:
    deployer.describe(with_alarms(text, function))

    ended = deployer.deploy("--yes")

    assert ended.code == 2
    assert fault in ended.out
    assert deployer.functions == {}


def test_a_schedule_that_does_not_tell_its_period_needs_the_silence(deployer: Deployer) -> None:
    weekly = with_alarms().replace("0 10 2 * * * *", "0 10 2 * * MON *")
    deployer.describe(weekly)

    refused = deployer.deploy("--yes")

    assert refused.code == 2
    assert f"{MACHINES}.alarms.silence_seconds: is missing: the schedule" in refused.out
    deployer.describe(f"{weekly}silence_seconds = 432000\n")
    assert deployer.deploy("--yes").code == 0


@pytest.mark.parametrize(
    ("schedule", "period", "number"),
    [
        ("0 */5 * * * * *", 300, 3),
        ("0 */10 * * * * *", HOUR, 1),
        ("0 0 * * * * *", HOUR, 3),
        ("0 0 */2 * * * *", DAY, 1),
    ],
)
def test_the_silence_is_three_periods_or_the_next_that_cloud_monitor_takes(
    deployer: Deployer, schedule: str, period: int, number: int
) -> None:
    deployer.describe(with_alarms().replace("0 10 2 * * * *", schedule))

    assert deployer.deploy("--yes").code == 0
    silent = rule(policies(deployer)[SILENT])
    assert (silent["Period"], silent["ContinuePeriod"]) == (period, number)


def test_a_platform_without_alarms_says_what_to_do_instead() -> None:
    without = PLATFORM._replace(alarms=None)
    function = FunctionTable(schedule="0 10 2 * * * *")
    table = PlatformTable(
        region="ap-guangzhou", functions={MACHINES: function}, alarms=Alarms(notify=["somebody"])
    )

    [(field, reason)] = faults_of_alarms(without, table, function)

    assert field == "alarms"
    assert "heartbeat in NOTIFY" in reason
    assert (
        list(faults_of_alarms(without, table.model_copy(update={"alarms": None}), function)) == []
    )


def test_a_region_that_cloud_monitor_has_no_code_for_is_explained(alarmed: Deployer) -> None:
    regions = alarmed.emulator.tencent.deployed
    regions.regions = frozenset({*regions.regions, "ap-example"})
    alarmed.describe(with_alarms().replace("ap-guangzhou", "ap-example"))

    ended = alarmed.deploy("--yes")

    assert ended.code == 1
    assert "Cloud Monitor's code of the region ap-example is not known" in ended.out
