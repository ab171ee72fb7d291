"""A deployment to FunctionGraph makes its alarms in Cloud Eye, against the emulator."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from local.emulator import Emulator, faults
from local.emulator.huawei import PROJECT
from local.emulator.huawei_ces import AlarmRule
from tests.support.functiongraph_deployments import DESCRIPTION, NAME, Deployments

TOPIC = f"urn:smn:cn-north-4:{PROJECT}:on-call"
OTHER_TOPIC = f"urn:smn:cn-north-4:{PROJECT}:sync"
FAILED, SILENT = f"cloud-sync-{NAME}-failed", f"cloud-sync-{NAME}-silent"
SETTINGS = "[platforms.functiongraph.settings]"
ALARMED = DESCRIPTION.replace(
    SETTINGS, f'[platforms.functiongraph.alarms]\nnotify = ["{TOPIC}"]\n\n{SETTINGS}'
)
MADE = (
    "CreateFunction",
    "UpdateFunctionAsyncInvokeConfig",
    "CreateFunctionTrigger",
    "UpdateFunctionConfig",
    "ShowFunctionConfig",
)
REFUSED = faults.error("ces.0014", status=400)
UNSUPPORTED = faults.error("FSS.0426", status=426)
LOST = faults.reset(work=True)


@pytest.fixture
def deployments(emulator: Emulator, tmp_path: Path) -> Deployments:
    found = Deployments(emulator, tmp_path)
    found.describe(ALARMED)
    return found


def rule(deployments: Deployments, name: str) -> AlarmRule:
    """Return the one rule of a name."""
    (found,) = deployments.emulator.huawei.ces.named(name)
    return found


def writes(deployments: Deployments) -> list[str]:
    """Return the changes that Cloud Eye was asked for."""
    received = deployments.emulator.received.of("ces")
    return [each.action for each in received if each.method != "GET"]


def test_a_failure_and_a_silence_raise_an_alarm(deployments: Deployments) -> None:
    code, out = deployments.command()

    assert code == 0, out
    failed, silent = rule(deployments, FAILED), rule(deployments, SILENT)
    for each in (failed, silent):
        assert each.fields["namespace"] == "SYS.FunctionGraph"
        assert each.fields["resources"] == [
            [{"name": "package-functionname", "value": f"default-{NAME}"}]
        ]
        (notification,) = each.fields["alarm_notifications"]
        assert notification == {"type": "notification", "notification_list": [TOPIC]}
    conditions = {
        policy["metric_name"]: (
            policy["filter"],
            policy["comparison_operator"],
            policy["value"],
            policy["period"],
            policy["count"],
        )
        for each in (failed, silent)
        for policy in each.fields["policies"]
    }
    # Three periods of the schedule are 45 minutes, which Cloud Eye cannot count.
    assert conditions == {"failcount": ("sum", ">=", 1, 300, 1), "count": ("sum", "<", 1, 300, 10)}
    assert "a run failed, within 5 minutes" in out
    assert "no run within 50 minutes" in out
    assert "https://console.huaweicloud.com/ces/?region=cn-north-4" in out


def test_a_second_deployment_changes_nothing(deployments: Deployments) -> None:
    deployments.command()
    before = [*writes(deployments), *deployments.writes]

    code, out = deployments.command()

    assert code == 0
    assert "Nothing to do." in out
    assert [*writes(deployments), *deployments.writes] == before


def test_cloud_eye_is_not_asked_where_no_alarm_is_described(deployments: Deployments) -> None:
    deployments.describe(DESCRIPTION)
    deployments.emulator.huawei.denied.update({"ces:alarms:list", "ces:alarms:create"})

    code, out = deployments.command()

    assert code == 0, out
    assert "no alarm: add [platforms.functiongraph.alarms]" in out
    assert deployments.emulator.received.of("ces") == []


def test_another_receiver_replaces_both_alarms(deployments: Deployments) -> None:
    deployments.command()
    deployments.describe(ALARMED.replace(TOPIC, OTHER_TOPIC))

    code, out = deployments.command()

    assert code == 0, out
    for name in (FAILED, SILENT):
        (notification,) = rule(deployments, name).fields["alarm_notifications"]
        assert notification["notification_list"] == [OTHER_TOPIC]
    assert "Nothing to do." in deployments.command()[1]


def test_another_silence_replaces_one_alarm(deployments: Deployments) -> None:
    deployments.command()
    failed = rule(deployments, FAILED)
    text = ALARMED.replace(SETTINGS, f"silence_seconds = 7200\n\n{SETTINGS}")
    deployments.describe(text.replace("]\n\nsilence", "]\nsilence"))

    code, out = deployments.command()

    assert code == 0, out
    assert rule(deployments, FAILED) is failed
    (policy,) = rule(deployments, SILENT).fields["policies"]
    assert (policy["period"], policy["count"]) == (3600, 2)


def switch_off(found: AlarmRule) -> None:
    found.fields["enabled"] = False


def mute(found: AlarmRule) -> None:
    found.fields["notification_enabled"] = False


def notify_another(found: AlarmRule) -> None:
    (notification,) = found.fields["alarm_notifications"]
    notification["notification_list"] = [OTHER_TOPIC]


def count_longer(found: AlarmRule) -> None:
    found.fields["policies"][0]["period"] = 3600


def raise_the_threshold(found: AlarmRule) -> None:
    found.fields["policies"][0]["value"] = 10


def watch_another_metric(found: AlarmRule) -> None:
    found.fields["policies"][0]["metric_name"] = "rejectcount"


def watch_another_function(found: AlarmRule) -> None:
    found.fields["resources"][0][0]["value"] = "default-another"


@pytest.mark.parametrize(
    "change",
    [
        switch_off,
        mute,
        notify_another,
        count_longer,
        raise_the_threshold,
        watch_another_metric,
        watch_another_function,
    ],
)
def test_a_change_by_hand_is_not_overwritten_unasked(
    deployments: Deployments, change: Callable[[AlarmRule], None]
) -> None:
    deployments.command()
    wanted = deepcopy(rule(deployments, FAILED).body)
    change(rule(deployments, FAILED))
    before = writes(deployments)

    code, out = deployments.command()

    assert (code, writes(deployments)) == (3, before)
    assert "(changed by hand)" in out
    code, out = deployments.command(overwrite=True)
    assert code == 0, out
    assert {**rule(deployments, FAILED).body, "alarm_id": ""} == {**wanted, "alarm_id": ""}
    assert "Nothing to do." in deployments.command()[1]


def test_an_alarm_that_was_deleted_by_hand_is_made_again_where_asked(
    deployments: Deployments,
) -> None:
    deployments.command()
    deployments.emulator.huawei.ces.rules.pop(rule(deployments, SILENT).id)

    assert deployments.command()[0] == 3
    assert deployments.command(overwrite=True)[0] == 0
    assert rule(deployments, SILENT).fields["name"] == SILENT


def test_a_second_rule_of_a_name_goes_where_asked(deployments: Deployments) -> None:
    deployments.command()
    state = deployments.emulator.huawei.ces
    copy = "al" + "0" * 22
    state.rules[copy] = AlarmRule(copy, PROJECT, rule(deployments, FAILED).fields)

    assert deployments.command()[0] == 3
    assert deployments.command(overwrite=True)[0] == 0
    assert len(state.named(FAILED)) == 1


def test_alarms_that_are_no_longer_described_are_deleted(deployments: Deployments) -> None:
    deployments.command()
    other = "al" + "0" * 22
    fields = {**rule(deployments, FAILED).fields, "name": "made-by-hand"}
    deployments.emulator.huawei.ces.rules[other] = AlarmRule(other, PROJECT, fields)
    deployments.describe(DESCRIPTION)

    code, out = deployments.command()

    assert code == 0, out
    assert [*deployments.emulator.huawei.ces.rules] == [other]
    assert "Nothing to do." in deployments.command()[1]


def test_a_removal_leaves_no_alarm(deployments: Deployments) -> None:
    deployments.command()

    code, out = deployments.command("remove")

    assert code == 0, out
    assert deployments.emulator.huawei.ces.rules == {}
    assert deployments.emulator.huawei.functiongraph.by_urn == {}
    assert "Nothing to do." in deployments.command("remove")[1]


@pytest.mark.parametrize("fault", [REFUSED, LOST], ids=["refused", "lost"])
@pytest.mark.parametrize("call", range(4))
def test_a_creation_goes_on_from_where_a_call_failed(
    deployments: Deployments, call: int, fault: faults.Fault
) -> None:
    fail_at(deployments, call, fault)

    deployments.command()
    assert has_failed(deployments)
    code, out = deployments.command()

    assert code == 0, out
    assert len(deployments.emulator.huawei.ces.rules) == 2
    assert "changed by hand" not in out
    assert "Nothing to do." in deployments.command()[1]


@pytest.mark.parametrize("fault", [REFUSED, LOST], ids=["refused", "lost"])
@pytest.mark.parametrize("call", range(7))
def test_an_update_goes_on_from_where_a_call_failed(
    deployments: Deployments, call: int, fault: faults.Fault
) -> None:
    deployments.command()
    deployments.describe(ALARMED.replace(TOPIC, OTHER_TOPIC))
    fail_at(deployments, call, fault)

    deployments.command()
    assert has_failed(deployments)
    code, out = deployments.command()

    assert code == 0, out
    assert "changed by hand" not in out
    for name in (FAILED, SILENT):
        (notification,) = rule(deployments, name).fields["alarm_notifications"]
        assert notification["notification_list"] == [OTHER_TOPIC]
    assert "Nothing to do." in deployments.command()[1]


@pytest.mark.parametrize("fault", [REFUSED, LOST], ids=["refused", "lost"])
@pytest.mark.parametrize("call", range(5))
def test_a_removal_goes_on_from_where_a_call_failed(
    deployments: Deployments, call: int, fault: faults.Fault
) -> None:
    deployments.command()
    fail_at(deployments, call, fault)

    deployments.command("remove")
    assert has_failed(deployments)
    code, out = deployments.command("remove")

    assert code == 0, out
    assert deployments.emulator.huawei.ces.rules == {}
    assert deployments.emulator.huawei.functiongraph.by_urn == {}


@pytest.mark.parametrize("fault", [UNSUPPORTED, LOST], ids=["refused", "lost"])
@pytest.mark.parametrize("action", MADE)
def test_a_creation_with_alarms_goes_on_from_where_functiongraph_failed(
    deployments: Deployments, action: str, fault: faults.Fault
) -> None:
    deployments.emulator.inject_fault("functiongraph", fault, action=action)

    deployments.command()
    assert has_failed(deployments, "functiongraph")
    code, out = deployments.command()

    assert code == 0, out
    assert "changed by hand" not in out
    assert len(deployments.emulator.huawei.ces.rules) == 2
    assert "Nothing to do." in deployments.command()[1]


@pytest.mark.parametrize("fault", [UNSUPPORTED, LOST], ids=["refused", "lost"])
@pytest.mark.parametrize("call", [0, 1])
def test_alarms_that_are_no_longer_described_go_where_functiongraph_failed(
    deployments: Deployments, call: int, fault: faults.Fault
) -> None:
    deployments.command()
    deployments.describe(DESCRIPTION)
    fail_at(deployments, call, fault, "functiongraph", "UpdateFunctionConfig")

    deployments.command()
    assert has_failed(deployments, "functiongraph")
    code, out = deployments.command()

    assert code == 0, out
    assert "changed by hand" not in out
    assert deployments.emulator.huawei.ces.rules == {}
    assert "Nothing to do." in deployments.command()[1]


@pytest.mark.parametrize("fault", [UNSUPPORTED, LOST], ids=["refused", "lost"])
def test_a_removal_with_alarms_goes_on_from_where_functiongraph_failed(
    deployments: Deployments, fault: faults.Fault
) -> None:
    deployments.command()
    deployments.emulator.inject_fault("functiongraph", fault, action="DeleteFunction")

    deployments.command("remove")
    assert has_failed(deployments, "functiongraph")
    code, out = deployments.command("remove")

    assert code == 0, out
    assert deployments.emulator.huawei.ces.rules == {}
    assert deployments.emulator.huawei.functiongraph.by_urn == {}


def fail_at(
    deployments: Deployments,
    call: int,
    fault: faults.Fault,
    service: str = "ces",
    action: str | None = None,
) -> None:
    """Apply a fault to one request to a service from now on, counted from 0."""
    count = iter(range(100))
    deployments.emulator.inject_fault(
        service,
        fault,
        when=lambda request: action in {None, request.action} and next(count) == call,
    )


def has_failed(deployments: Deployments, service: str = "ces") -> bool:
    """Return whether a request to a service met a fault."""
    return any(each.fault for each in deployments.emulator.received.of(service))


@pytest.mark.parametrize("right", ["create", "list"])
def test_a_missing_permission_is_named(deployments: Deployments, right: str) -> None:
    if right == "list":
        deployments.command()
    deployments.emulator.huawei.denied.add(f"ces:alarms:{right}")

    code, out = deployments.command()

    assert code == 1
    text = " ".join(out.split())
    assert f"Allow `ces:alarms:{right}` for the identity that deploys" in text
    assert "deploy_functiongraph.json" in text


def test_a_used_up_quota_is_explained(deployments: Deployments) -> None:
    deployments.emulator.huawei.ces.quota = 1

    code, out = deployments.command()

    assert code == 1
    assert "as many alarm rules as it may have" in " ".join(out.split())


def test_a_topic_that_is_not_there_is_explained(deployments: Deployments) -> None:
    deployments.emulator.huawei.ces.topics = {OTHER_TOPIC}

    code, out = deployments.command()

    assert code == 1
    assert "the URN of an SMN topic of this region" in " ".join(out.split())


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('notify = ["on-call@example.com"]', "alarms.notify: on-call@example.com is no URN"),
        (
            f'notify = ["{TOPIC}"]\nsilence_seconds = 2700',
            "alarms.silence_seconds: Cloud Eye counts 1, 2, 3",
        ),
    ],
)
def test_an_alarm_that_cloud_eye_cannot_raise_is_refused_before_anything_is_sent(
    deployments: Deployments, line: str, fault: str
) -> None:
    deployments.describe(ALARMED.replace(f'notify = ["{TOPIC}"]', line))

    code, out = deployments.command()

    assert (code, deployments.writes, writes(deployments)) == (2, [], [])
    assert fault in " ".join(out.split())
