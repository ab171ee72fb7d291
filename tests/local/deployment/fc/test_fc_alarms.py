"""A deployment to Function Compute makes its alarms in CloudMonitor, against the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from local.deployment.alarms.alibaba_cms import rule_id
from local.emulator import Emulator, faults
from tests.support.direct_transport import DirectTransport
from tests.support.fc_deployments import DESCRIPTION, NAME, Deployments
from tests.support.interruption import CloudState, interruptions

GROUP, OTHER_GROUP = "on-call", "second-line"
REGION = "cn-hangzhou"
FAILED, SILENT = (rule_id(REGION, NAME, kind) for kind in ("failed", "silent"))
SETTINGS = "[platforms.fc.settings]"
TABLE = f'[platforms.fc.alarms]\nnotify = ["{GROUP}"]\n'
ALARMED = DESCRIPTION.replace(SETTINGS, f"{TABLE}\n{SETTINGS}")
NOTIFIES_ANOTHER = ALARMED.replace(GROUP, OTHER_GROUP)
DAY = 86_400

PUT, ENABLE = "PutResourceMetricRule", "EnableMetricRules"
READ, DELETE = "DescribeMetricRuleList", "DeleteMetricRules"
REFUSED = faults.error("ParameterInvalid", status=400)
LOST = faults.reset(work=True)
FAULTS = pytest.mark.parametrize("fault", [REFUSED, LOST], ids=["refused", "lost"])


@pytest.fixture
def deployments(emulator: Emulator, tmp_path: Path) -> Deployments:
    found = Deployments(emulator, tmp_path)
    found.describe(ALARMED)
    return found


def rules(deployments: Deployments) -> dict[str, dict[str, Any]]:
    """Return the alert rules by their ids; may be changed."""
    return deployments.emulator.alibaba.metric_rules


def asked(deployments: Deployments) -> list[str]:
    """Return what CloudMonitor was asked so far."""
    return [each.action for each in deployments.emulator.received.of("cms")]


def writes(deployments: Deployments) -> list[str]:
    """Return the changes that CloudMonitor and Function Compute were asked for."""
    return [*(each for each in asked(deployments) if each != READ), *deployments.writes]


def receivers(deployments: Deployments) -> set[str]:
    """Return who is notified by the rules."""
    return {each["ContactGroups"] for each in rules(deployments).values()}


def test_a_failure_and_a_silence_raise_an_alarm(deployments: Deployments) -> None:
    code, out = deployments.command()

    assert code == 0, out
    made = rules(deployments)
    assert made.keys() == {FAILED, SILENT}
    for kind, each in (("failed", made[FAILED]), ("silent", made[SILENT])):
        assert each["RuleName"] == f"cloud-sync-{NAME}-{kind}"
        assert (each["Namespace"], each["ContactGroups"]) == ("acs_fc", GROUP)
        assert json.loads(each["Resources"]) == [{"region": REGION, "functionName": NAME}]
        assert each["EnableState"] is True
    conditions = {
        each["MetricName"]: (
            each["Escalations"]["Critical"]["ComparisonOperator"],
            each["Escalations"]["Critical"]["Threshold"],
            each["Period"],
            each["NoDataPolicy"],
        )
        for each in made.values()
    }
    # The schedule is hourly, and three runs in a row have to be missed.
    assert conditions == {
        "FunctionFunctionErrors": ("GreaterThanThreshold", "0", "300", "OK"),
        "FunctionTotalInvocations": (
            "LessThanOrEqualToThreshold",
            "0",
            "10800",
            "INSUFFICIENT_DATA",
        ),
    }


def test_the_plan_shows_the_alarms_and_the_rights_they_need(deployments: Deployments) -> None:
    code, out = deployments.command(plan=True)

    assert (code, writes(deployments)) == (0, [])
    for text in (
        "cms:PutResourceMetricRule",
        f"    alarm     a run failed, within 5 minutes; notifies {GROUP}\n",
        f"    alarm     no run within 3 hours; notifies {GROUP}\n",
    ):
        assert text in out


def test_it_ends_with_where_the_alarms_are(deployments: Deployments) -> None:
    _code, out = deployments.command()

    assert f'  {NAME}: alarm "run failed" set\n  {NAME}: alarm "no run" set\n' in out
    assert f"  alarm     https://cloudmonitor.console.aliyun.com/alarm/rules?region={REGION}" in out


def test_a_second_deployment_changes_nothing(deployments: Deployments) -> None:
    deployments.command()
    before = writes(deployments)

    code, out = deployments.command()

    assert (code, writes(deployments)) == (0, before)
    assert "Nothing to do." in out


def test_cloud_monitor_is_not_asked_where_no_alarm_is_described(deployments: Deployments) -> None:
    deployments.describe(DESCRIPTION)

    code, out = deployments.command()

    assert (code, asked(deployments)) == (0, []), out
    assert "no alarm: add [platforms.fc.alarms]" in out
    assert "cms:" not in out


def test_another_receiver_replaces_both_alarms_in_place(deployments: Deployments) -> None:
    deployments.command()
    deployments.describe(NOTIFIES_ANOTHER)

    code, out = deployments.command()

    assert code == 0, out
    assert "changed by hand" not in out
    assert rules(deployments).keys() == {FAILED, SILENT}
    assert receivers(deployments) == {OTHER_GROUP}
    assert "Nothing to do." in deployments.command()[1]


def test_a_function_may_have_other_alarms_than_its_platform(deployments: Deployments) -> None:
    deployments.command()
    own = f"[platforms.fc.functions.{NAME}.alarms]\nfailed = false\nsilence_seconds = 86400\n"
    deployments.describe(f"{ALARMED}\n{own}")

    code, out = deployments.command()

    assert code == 0, out
    assert rules(deployments).keys() == {SILENT}
    assert rules(deployments)[SILENT]["Period"] == str(DAY)
    assert "Nothing to do." in deployments.command()[1]


def test_no_silence_is_an_alarm_while_the_timer_is_off(deployments: Deployments) -> None:
    schedule = 'schedule = "CRON_TZ=Asia/Shanghai 0 7 * * * *"\n'
    deployments.describe(ALARMED.replace(schedule, f"{schedule}enabled = false\n"))

    code, out = deployments.command()

    assert (code, [*rules(deployments)]) == (0, [FAILED]), out


def switch_off(rule: dict[str, Any]) -> None:
    rule["EnableState"] = False


def notify_another(rule: dict[str, Any]) -> None:
    rule["ContactGroups"] = OTHER_GROUP


def count_longer(rule: dict[str, Any]) -> None:
    rule["Period"] = "3600"


def raise_the_threshold(rule: dict[str, Any]) -> None:
    rule["Escalations"]["Critical"]["Threshold"] = "10"


def watch_another_function(rule: dict[str, Any]) -> None:
    rule["Resources"] = rule["Resources"].replace(NAME, "another")


@pytest.mark.parametrize(
    "change",
    [switch_off, notify_another, count_longer, raise_the_threshold, watch_another_function],
)
def test_a_change_by_hand_is_not_overwritten_unasked(
    deployments: Deployments, change: Callable[[dict[str, Any]], None]
) -> None:
    deployments.command()
    wanted = deepcopy(rules(deployments))
    change(rules(deployments)[FAILED])
    before = writes(deployments)

    code, out = deployments.command()

    assert (code, writes(deployments)) == (3, before)
    assert "(changed by hand)" in out
    code, out = deployments.command(overwrite=True)
    assert code == 0, out
    assert rules(deployments) == wanted
    assert "Nothing to do." in deployments.command()[1]


def test_an_alarm_that_was_deleted_by_hand_is_made_again_where_asked(
    deployments: Deployments,
) -> None:
    deployments.command()
    del rules(deployments)[SILENT]

    assert deployments.command()[0] == 3
    assert deployments.command(overwrite=True)[0] == 0
    assert rules(deployments).keys() == {FAILED, SILENT}


def test_alarms_that_are_no_longer_described_are_deleted(deployments: Deployments) -> None:
    deployments.command()
    rules(deployments)["made-by-hand"] = {**rules(deployments)[FAILED], "RuleId": "made-by-hand"}
    deployments.describe(DESCRIPTION)

    code, out = deployments.command()

    assert code == 0, out
    assert [*rules(deployments)] == ["made-by-hand"]
    assert "Nothing to do." in deployments.command()[1]


def test_a_removal_leaves_no_alarm(deployments: Deployments) -> None:
    deployments.command()

    code, out = deployments.command("remove")

    assert (code, rules(deployments), deployments.functions) == (0, {}, {}), out
    assert "Nothing to do." in deployments.command("remove")[1]


def test_a_removal_finds_the_alarms_of_a_function_that_was_deleted_by_hand(
    deployments: Deployments,
) -> None:
    deployments.command()
    deployments.functions.clear()

    code, out = deployments.command("remove")

    assert (code, rules(deployments)) == (0, {}), out
    assert f"{NAME}: only its alarms are left" in out


def begin(deployments: Deployments, case: str) -> str:
    """Prepare a case, and return the command that is to be interrupted."""
    rules(deployments).clear()
    deployments.functions.clear()
    deployments.describe(ALARMED)
    if case == "create":
        return "deploy"
    assert deployments.command()[0] == 0
    if case == "update":
        deployments.describe(NOTIFIES_ANOTHER)
    if case == "alarms removed":
        deployments.describe(DESCRIPTION)
    return "remove" if case == "remove" else "deploy"


EXPECTED = {
    "create": [PUT, ENABLE, PUT, ENABLE],
    "update": [READ, PUT, ENABLE, PUT, ENABLE],
    "alarms removed": [READ, DELETE, DELETE],
    "remove": [READ, DELETE, DELETE],
}


@FAULTS
@pytest.mark.parametrize("service", ["cms", "fc"])
@pytest.mark.parametrize("case", EXPECTED)
def test_whatever_was_interrupted_is_taken_up_again(
    deployments: Deployments, case: str, service: str, fault: faults.Fault
) -> None:
    verb = begin(deployments, case)
    begun = CloudState(deployments.emulator)
    before = len(asked(deployments)), len(deployments.emulator.received.of(service))
    assert deployments.command(verb)[0] == 0
    seen = asked(deployments)[before[0] :]
    assert seen[: len(EXPECTED[case])] == EXPECTED[case]
    calls = len(deployments.emulator.received.of(service)) - before[1]
    wanted = deepcopy((rules(deployments), [*deployments.functions]))

    def run() -> None:
        assert deployments.command(verb)[0] == 1

    deployments.transport = DirectTransport(deployments.emulator)
    for number in interruptions(deployments.emulator, fault, [service], run, begun, range(calls)):
        code, out = deployments.command(verb)

        assert code == 0, (number, out)
        assert "changed by hand" not in out
        assert (rules(deployments), [*deployments.functions]) == wanted, number
        assert "Nothing to do." in deployments.command(verb)[1], number


@pytest.mark.parametrize("right", [PUT, ENABLE, READ, DELETE])
def test_a_missing_permission_is_named_with_the_file_that_has_it(
    deployments: Deployments, right: str
) -> None:
    if right in {READ, DELETE}:
        deployments.command()
    deployments.emulator.alibaba.denied.add(f"cms:{right}")

    code, out = deployments.command("remove" if right == DELETE else "deploy")

    assert code == 1
    text = " ".join(out.split())
    assert f"Allow `cms:{right}` for the identity that deploys" in text
    assert "deploy_fc.json" in text


def test_a_used_up_quota_is_explained(deployments: Deployments) -> None:
    deployments.emulator.alibaba.metric_rule_quota = 1

    code, out = deployments.command()

    assert code == 1
    assert "as many alert rules as it may have" in " ".join(out.split())


def test_a_contact_group_that_is_not_there_is_explained(deployments: Deployments) -> None:
    deployments.emulator.alibaba.contact_groups = {OTHER_GROUP}

    code, out = deployments.command()

    assert code == 1
    assert "contact group" in " ".join(out.split())
    deployments.emulator.alibaba.contact_groups = {GROUP}
    assert deployments.command()[0] == 0


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('notify = ["on-call,second-line"]', "is no name of a contact group"),
        (f'notify = ["{GROUP}"]\nsilence_seconds = 90', "CloudMonitor counts over multiples"),
    ],
)
def test_an_alarm_that_cloud_monitor_cannot_raise_is_refused_before_anything_is_sent(
    deployments: Deployments, line: str, fault: str
) -> None:
    deployments.describe(ALARMED.replace(f'notify = ["{GROUP}"]', line))

    code, out = deployments.command()

    assert (code, writes(deployments)) == (2, [])
    assert fault in " ".join(out.split())
