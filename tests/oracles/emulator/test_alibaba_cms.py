"""CloudMonitor: the vendor's client manages alert rules at the emulator."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_cms20190101 import models
from alibabacloud_cms20190101.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config

from local.deployment.alarms.alibaba_cms import ALARMS
from local.emulator import Emulator, Key
from local.emulator import keys as known

ID, NAME = "cloud-sync-example", "cloud-sync-alibaba-synchronize-resource-failed"
RESOURCES = [{"region": "cn-hangzhou", "functionName": "alibaba-synchronize-resource"}]

Call = Callable[[Any], object]


def client_of(emulator: Emulator, key: Key = known.ALIBABA) -> Any:
    return Client(
        Config(
            access_key_id=key.access_key_id,
            access_key_secret=key.secret,
            security_token=key.token,
            endpoint=emulator.address("cms"),
            protocol="HTTP",
        )
    )


def condition(**changes: object) -> Any:
    fields: dict[str, Any] = {
        "comparison_operator": "GreaterThanThreshold",
        "statistics": "Value",
        "threshold": "0",
        "times": 1,
        **changes,
    }
    return models.PutResourceMetricRuleRequestEscalations(
        critical=models.PutResourceMetricRuleRequestEscalationsCritical(**fields)
    )


def rule(**changes: object) -> Any:
    fields: dict[str, Any] = {
        "rule_id": ID,
        "rule_name": NAME,
        "namespace": "acs_fc",
        "metric_name": "FunctionFunctionErrors",
        "resources": json.dumps(RESOURCES),
        "contact_groups": "on-call,sync",
        "period": "300",
        "silence_time": 86_400,
        "no_data_policy": "OK",
        "escalations": condition(),
        **changes,
    }
    return models.PutResourceMetricRuleRequest(**fields)


def listing(**query: Any) -> Any:
    return models.DescribeMetricRuleListRequest(**query)


def rules_of(client: Any, **query: Any) -> list[Any]:
    found: list[Any] = client.describe_metric_rule_list(listing(**query)).body.alarms.alarm
    return found


@pytest.mark.parametrize("key", [known.ALIBABA, known.ALIBABA_TEMPORARY])
def test_the_client_makes_a_rule_and_reads_it_back(emulator: Emulator, key: Key) -> None:
    client = client_of(emulator, key)

    assert client.put_resource_metric_rule(rule()).body.success

    (read,) = rules_of(client, rule_ids=ID)
    assert (read.rule_id, read.rule_name, read.namespace) == (ID, NAME, "acs_fc")
    assert (read.metric_name, read.period, read.silence_time) == (
        "FunctionFunctionErrors",
        "300",
        86_400,
    )
    assert (read.contact_groups, read.no_data_policy) == ("on-call,sync", "OK")
    assert json.loads(read.resources) == RESOURCES
    assert read.enable_state
    critical = read.escalations.critical
    assert (critical.comparison_operator, critical.statistics, critical.threshold) == (
        "GreaterThanThreshold",
        "Value",
        "0",
    )


def test_a_rule_of_the_same_id_is_replaced_and_stays_switched_off(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.put_resource_metric_rule(rule())
    client.disable_metric_rules(models.DisableMetricRulesRequest(rule_id=[ID]))
    client.put_resource_metric_rule(rule(period="600", no_data_policy=None))

    (read,) = rules_of(client)

    assert (read.period, read.no_data_policy) == ("600", "KEEP_LAST_STATE")
    assert read.enable_state is False
    client.enable_metric_rules(models.EnableMetricRulesRequest(rule_id=[ID]))
    assert rules_of(client)[0].enable_state is True


def test_rules_are_listed_in_pages_and_by_a_part_of_the_name(emulator: Emulator) -> None:
    client = client_of(emulator)
    for number in range(12):
        client.put_resource_metric_rule(rule(rule_id=f"id-{number}", rule_name=f"rule-{number}"))

    assert [len(rules_of(client, page=number)) for number in (1, 2, 3)] == [10, 2, 0]
    assert len(rules_of(client, rule_name="rule-1")) == 3
    assert len(rules_of(client, rule_ids="id-3,id-5,unknown")) == 2
    assert rules_of(client, metric_name="FunctionTotalInvocations") == []


def test_the_client_deletes_rules_and_one_that_is_gone_is_no_error(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.put_resource_metric_rule(rule())
    request = models.DeleteMetricRulesRequest(id=[ID])

    first, second = (client.delete_metric_rules(request).body for _ in range(2))

    assert emulator.alibaba.metric_rules == {}
    assert (first.message, second.message) == ("success", "The specified resource is not found.")
    assert first.success
    assert second.success


def refused(call: Callable[[], object]) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(AlibabaCloudException) as caught:
        call()
    return str(caught.value.code)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule_id": None},
        {"rule_name": ""},
        {"contact_groups": None},
        {"namespace": "acs_ecs_dashboard"},
        {"metric_name": "FunctionErrors"},
        {"resources": None},
        {"resources": "[]"},
        {"resources": "not JSON"},
        {"resources": '[{"functionName": "a"}]'},
        {"resources": '[{"region": "cn-hangzhou", "functionName": "a", "other": "b"}]'},
        {"period": "90"},
        {"period": "0"},
        {"silence_time": 60},
        {"no_data_policy": "ALARM"},
        {"escalations": None},
        {"escalations": condition(statistics="Sum")},
        {"escalations": condition(times=None)},
        {"escalations": condition(threshold="none")},
        {"escalations": condition(comparison_operator=">")},
        {"webhook": "https://example.com"},
    ],
    ids=" ".join,
)
def test_a_rule_that_is_not_as_documented_is_refused(
    emulator: Emulator, changes: dict[str, object]
) -> None:
    client = client_of(emulator)

    assert refused(lambda: client.put_resource_metric_rule(rule(**changes))) == "ParameterInvalid"
    assert emulator.alibaba.metric_rules == {}


def test_a_group_that_is_not_there_and_a_used_up_quota_are_refused(emulator: Emulator) -> None:
    client = client_of(emulator)
    emulator.alibaba.contact_groups = {"on-call", "sync"}
    client.put_resource_metric_rule(rule())
    emulator.alibaba.metric_rule_quota = 1

    other = rule(contact_groups="on-call,nobody")
    assert refused(lambda: client.put_resource_metric_rule(other)) == "ResourceNotFound"
    more = rule(rule_id="another")
    assert refused(lambda: client.put_resource_metric_rule(more)) == "LimitExceeded"


@pytest.mark.parametrize(
    "query", [{"page": 0}, {"page_size": 0}, {"rule_ids": ",".join("a" * 21)}, {"group_id": "1"}]
)
def test_a_list_that_is_not_as_documented_is_refused(
    emulator: Emulator, query: dict[str, Any]
) -> None:
    client = client_of(emulator)

    code = refused(lambda: client.describe_metric_rule_list(listing(**query)))
    assert code == "ParameterInvalid"


def test_a_rule_that_is_not_there_cannot_be_switched(emulator: Emulator) -> None:
    client = client_of(emulator)
    request = models.EnableMetricRulesRequest(rule_id=[ID])

    assert refused(lambda: client.enable_metric_rules(request)) == "ResourceNotFound"


CALLS: dict[str, Call] = {
    "DeleteMetricRules": lambda client: client.delete_metric_rules(
        models.DeleteMetricRulesRequest(id=[ID])
    ),
    "DescribeMetricRuleList": lambda client: client.describe_metric_rule_list(listing()),
    "EnableMetricRules": lambda client: client.enable_metric_rules(
        models.EnableMetricRulesRequest(rule_id=[ID])
    ),
    "PutResourceMetricRule": lambda client: client.put_resource_metric_rule(rule()),
}


def test_every_permission_of_the_alarms_has_a_call() -> None:
    assert sorted(f"cms:{action}" for action in CALLS) == sorted(ALARMS.permissions)


@pytest.mark.parametrize("action", CALLS)
def test_a_call_without_its_permission_is_refused(emulator: Emulator, action: str) -> None:
    emulator.alibaba.denied.add(f"cms:{action}")

    assert refused(lambda: CALLS[action](client_of(emulator))) == "AccessForbidden"
