"""Cloud Eye: the vendor's client manages alarm rules at the emulator."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from huaweicloudsdkces import v2
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException

from local.deployment.alarms.huawei_ces import ALARMS
from local.emulator import Emulator
from local.emulator import keys as known
from local.emulator.huawei import PROJECT

NAME = "cloud-sync-huawei-start-sync-task-failed"
TOPIC = f"urn:smn:cn-north-4:{PROJECT}:on-call"
MISSING = "al" + "0" * 22

Call = Callable[[Any], object]


def client_of(emulator: Emulator, project: str = PROJECT) -> Any:
    key = known.HUAWEI
    credentials = BasicCredentials(key.access_key_id, key.secret, project)
    builder = v2.CesClient.new_builder().with_credentials(credentials)
    return builder.with_endpoint(emulator.url("ces")).build()


def policy(**changes: object) -> Any:
    fields: dict[str, object] = {
        "metric_name": "failcount",
        "period": 300,
        "filter": "sum",
        "comparison_operator": ">=",
        "value": 1,
        "count": 1,
        "suppress_duration": 86_400,
        "level": 2,
        **changes,
    }
    return v2.AlarmRulePolicy(**fields)


def topics(*urns: str, kind: str = "notification") -> Any:
    return v2.Notification(type=kind, notification_list=[*urns])


def function(value: str = "default-huawei-start-sync-task") -> list[Any]:
    return [[v2.Dimension(name="package-functionname", value=value)]]


def rule(**changes: object) -> Any:
    fields: dict[str, object] = {
        "name": NAME,
        "description": "a run failed",
        "namespace": "SYS.FunctionGraph",
        "resources": function(),
        "policies": [policy()],
        "type": "MULTI_INSTANCE",
        "alarm_notifications": [topics(TOPIC)],
        "enabled": True,
        "notification_enabled": True,
        **changes,
    }
    return v2.CreateAlarmRulesRequest(body=v2.PostAlarmsReqV2(**fields))


def listing(**query: object) -> Any:
    return v2.ListAlarmRulesRequest(**query)


def deletion(*ids: str) -> Any:
    body = v2.BatchDeleteAlarmsRequestBody(alarm_ids=[*ids])
    return v2.BatchDeleteAlarmRulesRequest(body=body)


def test_the_client_makes_a_rule_and_reads_it_back(emulator: Emulator) -> None:
    client = client_of(emulator)
    made = client.create_alarm_rules(rule())

    found = client.list_alarm_rules(listing(namespace="SYS.FunctionGraph", limit=100))

    assert found.count == 1
    (read,) = found.alarms
    assert (read.alarm_id, read.name, read.type) == (made.alarm_id, NAME, "MULTI_INSTANCE")
    assert (read.enabled, read.notification_enabled) == (True, True)
    (condition,) = read.policies
    assert (condition.metric_name, condition.filter, condition.period) == ("failcount", "sum", 300)
    assert (condition.comparison_operator, condition.value, condition.count) == (">=", 1, 1)
    (resource,) = read.resources
    (dimension,) = resource.dimensions
    assert dimension.value == "default-huawei-start-sync-task"
    assert [each.notification_list for each in read.alarm_notifications] == [[TOPIC]]


def test_two_rules_may_have_one_name(emulator: Emulator) -> None:
    client = client_of(emulator)

    made = {client.create_alarm_rules(rule()).alarm_id for _ in range(2)}

    assert {each.id for each in emulator.huawei.ces.named(NAME)} == made


def test_the_list_has_pages_and_is_of_one_project(emulator: Emulator) -> None:
    client = client_of(emulator)
    for number in range(12):
        client.create_alarm_rules(rule(name=f"rule-{number}"))

    first, second = (client.list_alarm_rules(listing(offset=start)) for start in (0, 10))
    others = client_of(emulator, "0000000000000000000000000000aa02")

    assert [len(page.alarms) for page in (first, second)] == [10, 2]
    assert first.count == second.count == 12
    assert client.list_alarm_rules(listing(name="rule-11")).count == 1
    assert others.list_alarm_rules(listing()).count == 0


def test_the_client_deletes_rules(emulator: Emulator) -> None:
    client = client_of(emulator)
    made = client.create_alarm_rules(rule()).alarm_id

    assert client.batch_delete_alarm_rules(deletion(made)).alarm_ids == [made]

    assert emulator.huawei.ces.rules == {}
    assert refused(lambda: client.batch_delete_alarm_rules(deletion(made))) == (404, "ces.0016")


def refused(call: Callable[[], object]) -> tuple[int, str]:
    """Return the status and code with which a call is refused."""
    with pytest.raises(ServiceResponseException) as caught:
        call()
    return caught.value.status_code, caught.value.error_code


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "with a space"},
        {"name": "a" * 129},
        {"description": "a" * 257},
        {"namespace": "FunctionGraph"},
        {"resources": []},
        {"resources": function("")},
        {"resources": [[v2.Dimension(name="1", value="a")]]},
        {"policies": []},
        {"policies": [policy(period=60)]},
        {"policies": [policy(count=6)]},
        {"policies": [policy(filter="count")]},
        {"policies": [policy(comparison_operator="=>")]},
        {"policies": [policy(suppress_duration=60)]},
        {"policies": [policy(level=5)]},
        {"policies": [policy(value="1")]},
        {"policies": [policy(metric_name="")]},
        {"type": "ONE_INSTANCE"},
        {"alarm_notifications": []},
        {"alarm_notifications": [topics()]},
        {"alarm_notifications": [topics(TOPIC, kind="mail")]},
        {"alarm_notifications": [topics("on-call")]},
        {"alarm_notifications": [topics("urn:smn:cn-north-4:another:on-call")]},
        {"alarm_notifications": [topics(*[TOPIC] * 21)]},
    ],
    ids=str,
)
def test_a_rule_that_is_not_as_documented_is_refused(
    emulator: Emulator, changes: dict[str, object]
) -> None:
    client = client_of(emulator)

    assert refused(lambda: client.create_alarm_rules(rule(**changes))) == (400, "ces.0014")
    assert emulator.huawei.ces.rules == {}


def test_a_topic_that_is_not_there_and_a_used_up_quota_are_refused(emulator: Emulator) -> None:
    client = client_of(emulator)
    emulator.huawei.ces.topics = {TOPIC}
    client.create_alarm_rules(rule())
    other = rule(alarm_notifications=[topics(f"{TOPIC}-2")])

    assert refused(lambda: client.create_alarm_rules(other)) == (400, "ces.0014")
    emulator.huawei.ces.quota = 1
    assert refused(lambda: client.create_alarm_rules(rule())) == (403, "ces.0018")


@pytest.mark.parametrize(
    "query", [{"limit": 101}, {"limit": 0}, {"offset": 10_001}, {"offset": -1}]
)
def test_a_page_out_of_its_range_is_refused(emulator: Emulator, query: dict[str, int]) -> None:
    client = client_of(emulator)

    assert refused(lambda: client.list_alarm_rules(listing(**query))) == (400, "ces.0013")


@pytest.mark.parametrize("ids", [(), ("1",), (MISSING,) * 11])
def test_a_deletion_that_is_not_as_documented_is_refused(
    emulator: Emulator, ids: tuple[str, ...]
) -> None:
    client = client_of(emulator)

    assert refused(lambda: client.batch_delete_alarm_rules(deletion(*ids))) == (400, "ces.0014")


CALLS: dict[str, Call] = {
    "create": lambda client: client.create_alarm_rules(rule()),
    "delete": lambda client: client.batch_delete_alarm_rules(deletion(MISSING)),
    "list": lambda client: client.list_alarm_rules(listing()),
}


def test_every_permission_of_the_alarms_has_a_call() -> None:
    assert tuple(f"ces:alarms:{right}" for right in CALLS) == ALARMS.permissions


@pytest.mark.parametrize("right", CALLS)
def test_a_call_without_its_permission_is_refused(emulator: Emulator, right: str) -> None:
    emulator.huawei.denied.add(f"ces:alarms:{right}")

    assert refused(lambda: CALLS[right](client_of(emulator))) == (403, "APIGW.0302")
