"""Cloud Eye's flows: what they read, make and delete, and what they refuse."""

from __future__ import annotations

from typing import Any, cast

import pytest

from local.deployment.alarms import huawei_ces
from local.deployment.alarms.huawei_ces import ALARMS, WINDOWS
from local.deployment.alarms.huawei_ces_error_codes import ERROR_CODES
from local.deployment.models.alarm import Alarm
from local.emulator.huawei_gateway import ERRORS
from shared.errors import PROVIDER_ERRORS, BadResponse, NotFound
from shared.models.flow import Flow
from tests.support.operation_runner import CONTEXT, FlowRun, ProviderReply, run_flow

NAME = "huawei-start-sync-task"
TOPICS = ("urn:smn:cn-north-4:exampleproject:on-call", "urn:smn:cn-north-4:exampleproject:sync")
FAILED, SILENT = Alarm("failed", 300, TOPICS), Alarm("silent", 7200, TOPICS)
PATH = "/v2/exampleproject/alarms"


def listed(alarm: Alarm, rule_id: str = "al1", **changes: object) -> dict[str, Any]:
    """Return an alarm as Cloud Eye lists it."""
    return {"alarm_id": rule_id, **huawei_ces.rule_of(NAME, alarm), "resources": [], **changes}


def run(flow: Flow[Any], *replies: ProviderReply) -> FlowRun:
    return run_flow(flow, *replies)


def read(*rules: object) -> tuple[Alarm, ...]:
    found = run(huawei_ces.read_alarms(NAME, CONTEXT), {"alarms": [*rules]})
    return cast("tuple[Alarm, ...]", found.successful_outcome)


def test_what_was_put_is_read_back() -> None:
    other = listed(FAILED, name="made-by-hand")

    assert read(other, listed(SILENT), listed(FAILED)) == (FAILED, SILENT)


def test_no_rule_is_no_alarm() -> None:
    assert read() == ()


@pytest.mark.parametrize(
    "resources",
    [
        None,
        [{"resource_group_id": "rg1"}],
        [{"dimensions": [{"name": "package-functionname"}]}],
        [{"dimensions": [{"name": "package-functionname", "value": f"default-{NAME}"}]}],
    ],
)
def test_a_list_need_not_name_the_resources(resources: object) -> None:
    assert read(listed(FAILED, resources=resources)) == (FAILED,)


@pytest.mark.parametrize(
    "changes",
    [
        {"enabled": False},
        {"notification_enabled": False},
        {"policies": []},
        {"policies": [{}]},
        {"policies": [*cast("list[Any]", huawei_ces.rule_of(NAME, FAILED)["policies"])] * 2},
        {"resources": [{"dimensions": [{"name": "package-functionname", "value": "other"}]}]},
    ],
    ids=str,
)
def test_a_rule_that_would_not_be_raised_has_no_period(changes: dict[str, object]) -> None:
    assert read({**listed(FAILED), **changes}) == (FAILED._replace(period_seconds=0),)


def test_two_rules_of_a_name_have_no_period() -> None:
    assert read(listed(FAILED), listed(FAILED, "al2")) == (FAILED._replace(period_seconds=0),)


def test_receivers_of_another_type_are_read_too() -> None:
    rows = [
        {"type": "notification", "notification_list": [TOPICS[0]]},
        {"type": "contact", "notification_list": ["somebody"]},
        {"type": "autoscaling"},
    ]

    (alarm,) = read(listed(FAILED, alarm_notifications=rows))

    assert alarm.notify == ("somebody", TOPICS[0])


def test_every_page_is_read() -> None:
    full = {"alarms": [listed(FAILED, name="other")] * 100, "count": 101}

    found = run(huawei_ces.read_alarms(NAME, CONTEXT), full, {"alarms": [listed(FAILED)]})

    assert cast("object", found.successful_outcome) == (FAILED,)
    assert [dict(call.query)["offset"] for call in found.calls] == ["0", "100"]


def test_a_response_without_a_list_is_an_error() -> None:
    found = run(huawei_ces.read_alarms(NAME, CONTEXT), {})

    assert isinstance(found.expected_error, BadResponse)


def test_the_new_rule_is_made_before_the_old_ones_go() -> None:
    rules = [listed(FAILED, each) for each in ("al1", "al2", "al3")]

    found = run(
        huawei_ces.put_alarm(NAME, FAILED, CONTEXT),
        {"alarm_id": "al2"},
        {"alarms": [*rules, listed(SILENT, "al4")]},
        None,
    )

    assert found.error is None
    assert [(call.method, call.path) for call in found.calls] == [
        ("POST", PATH),
        ("GET", PATH),
        ("POST", f"{PATH}/batch-delete"),
    ]
    assert found.calls[2].body == {"alarm_ids": ["al1", "al3"]}


def test_nothing_is_deleted_where_the_new_rule_is_not_known() -> None:
    found = run(huawei_ces.put_alarm(NAME, FAILED, CONTEXT), {})

    assert isinstance(found.expected_error, BadResponse)
    assert len(found.calls) == 1


def test_ten_rules_are_deleted_at_a_time() -> None:
    rules = [listed(FAILED, f"al{number}") for number in range(12)]

    found = run(huawei_ces.delete_alarm(NAME, "failed", CONTEXT), {"alarms": rules}, None, None)

    assert found.error is None
    assert [len(cast("Any", call.body)["alarm_ids"]) for call in found.writes] == [10, 2]


def test_no_rule_and_one_that_is_gone_are_no_errors() -> None:
    gone = NotFound("The requested resource does not exist.", code="ces.0016", http_status=404)

    none = run(huawei_ces.delete_alarm(NAME, "failed", CONTEXT), {"alarms": []})
    late = run(huawei_ces.delete_alarm(NAME, "failed", CONTEXT), {"alarms": [listed(FAILED)]}, gone)

    assert (none.error, none.writes) == (None, [])
    assert late.error is None


def test_another_error_of_a_deletion_is_raised() -> None:
    failure = NotFound("The API does not exist", code="APIGW.0101", http_status=404)

    found = run(
        huawei_ces.delete_alarm(NAME, "failed", CONTEXT), {"alarms": [listed(FAILED)]}, failure
    )

    assert found.expected_error is failure


@pytest.mark.parametrize("seconds", WINDOWS)
def test_every_window_is_as_long_as_the_silence(seconds: int) -> None:
    alarm = Alarm("silent", seconds, TOPICS)

    assert [*ALARMS.faults_of(alarm)] == []
    assert read(listed(alarm)) == (alarm,)


@pytest.mark.parametrize(
    ("seconds", "next_longer"), [(60, 300), (2700, 3000), (90_000, 108_000), (10**9, WINDOWS[-1])]
)
def test_another_silence_is_refused_with_the_next_longer_one(
    seconds: int, next_longer: int
) -> None:
    ((field, reason),) = ALARMS.faults_of(Alarm("silent", seconds, TOPICS))

    assert field == "silence_seconds"
    assert reason.endswith(f"The next longer one is {next_longer}")
    with pytest.raises(ValueError, match="cannot count"):
        huawei_ces.rule_of(NAME, Alarm("silent", seconds, TOPICS))


def test_a_failure_is_noticed_in_one_period_only() -> None:
    assert [field for field, _ in ALARMS.faults_of(Alarm("failed", 600, TOPICS))] == [
        "silence_seconds"
    ]


@pytest.mark.parametrize("topic", ["", "on-call", "urn:smn:cn-north-4:exampleproject:", "urn:smn"])
def test_a_receiver_that_is_no_topic_is_refused(topic: str) -> None:
    assert [field for field, _ in ALARMS.faults_of(Alarm("failed", 300, (topic,)))] == ["notify"]


def test_too_many_topics_are_refused() -> None:
    topics = tuple(f"{TOPICS[0]}-{number}" for number in range(21))

    assert [field for field, _ in ALARMS.faults_of(Alarm("failed", 300, topics))] == ["notify"]


def test_every_code_of_the_emulator_has_a_row_in_a_known_category() -> None:
    of_cloud_eye = {code for code in ERRORS if code.startswith("ces.")}

    assert of_cloud_eye <= set(ERROR_CODES)
    assert {row.category for row in ERROR_CODES.values()} <= set(PROVIDER_ERRORS)
