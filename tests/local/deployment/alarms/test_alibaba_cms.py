"""CloudMonitor's flows, against the emulator and with single replies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from functions.alibaba.provider import ALIBABA
from local.deployment.alarms import alibaba_cms
from local.deployment.alarms.alibaba_cms import ALARMS, rule_id
from local.deployment.alarms.alibaba_cms_error_codes import ERROR_CODES
from local.deployment.client import PlatformClient
from local.deployment.functiongraph.platform import PLATFORM
from local.deployment.models.alarm import Alarm
from local.emulator import Emulator, faults
from shared.errors import PROVIDER_ERRORS, BadResponse, Forbidden, NotFound, SyncError
from shared.models.flow import Flow
from shared.runtime import Runtime
from tests.support.clocks import FastClock
from tests.support.operation_runner import CONTEXT, FlowRun, ProviderReply, run_flow

REGION, NAME, OTHER = "cn-hangzhou", "alibaba-synchronize-resource", "alibaba-synchronize-app"
FAILED, SILENT = Alarm("failed", 300, ("on-call", "sync")), Alarm("silent", 10_800, ("on-call",))
DONE = {"Code": "200", "Success": True}
OF_ALIBABA = PLATFORM._replace(provider=ALIBABA, service=alibaba_cms.CMS, alarms=ALARMS)


class Functions:
    """The alarms of functions in one region, as a deployment manages them."""

    def __init__(self, emulator: Emulator, region: str = REGION) -> None:
        process = Runtime(environ=emulator.environment(), clock=FastClock())
        self._client = PlatformClient(OF_ALIBABA, region, None, process)
        self._emulator = emulator
        self._region = region

    def read(self, name: str = NAME) -> tuple[Alarm, ...]:
        return self._client.run(alibaba_cms.read_alarms(name, self._client.context))

    def put(self, alarm: Alarm, name: str = NAME) -> None:
        self._client.run(alibaba_cms.put_alarm(name, alarm, self._client.context))

    def delete(self, kind: str, name: str = NAME) -> None:
        self._client.run(alibaba_cms.delete_alarm(name, kind, self._client.context))

    def rule(self, kind: str) -> dict[str, Any]:
        return self._emulator.alibaba.metric_rules[rule_id(self._region, NAME, kind)]


@pytest.fixture
def functions(emulator: Emulator) -> Functions:
    return Functions(emulator)


def test_what_was_put_is_read_back(functions: Functions) -> None:
    functions.put(SILENT)
    functions.put(FAILED)

    assert functions.read() == (FAILED, SILENT)
    assert functions.read(OTHER) == ()
    assert functions.rule("failed")["RuleName"] == f"cloud-sync-{NAME}-failed"


def test_functions_of_one_name_in_two_regions_have_alarms_of_their_own(emulator: Emulator) -> None:
    here, there = Functions(emulator), Functions(emulator, "cn-shanghai")
    here.put(FAILED)
    there.put(SILENT)

    assert (here.read(), there.read()) == ((FAILED,), (SILENT,))


def test_an_alarm_is_replaced(functions: Functions, emulator: Emulator) -> None:
    functions.put(FAILED)
    functions.put(FAILED._replace(notify=("sync",)))

    assert functions.read() == (FAILED._replace(notify=("sync",)),)
    assert len(emulator.alibaba.metric_rules) == 1


def test_a_deleted_alarm_is_gone_and_may_be_deleted_again(functions: Functions) -> None:
    functions.put(FAILED)
    functions.put(SILENT)

    functions.delete("failed")
    functions.delete("failed")

    assert functions.read() == (SILENT,)


def switch_off(rule: dict[str, Any]) -> None:
    rule["EnableState"] = False


def rename(rule: dict[str, Any]) -> None:
    rule["RuleName"] = "made-by-hand"


def watch_another_metric(rule: dict[str, Any]) -> None:
    rule["MetricName"] = "FunctionServerErrors"


def watch_another_function(rule: dict[str, Any]) -> None:
    rule["Resources"] = f'[{{"region": "{REGION}", "functionName": "{OTHER}"}}]'


def forget_the_function(rule: dict[str, Any]) -> None:
    rule["Resources"] = "not JSON"


def raise_the_threshold(rule: dict[str, Any]) -> None:
    rule["Escalations"]["Critical"]["Threshold"] = "10"


def wait_longer(rule: dict[str, Any]) -> None:
    rule["Escalations"]["Critical"]["Times"] = "3"


def lower_the_level(rule: dict[str, Any]) -> None:
    rule["Escalations"] = {"Info": rule["Escalations"]["Critical"]}


def ignore_missing_data(rule: dict[str, Any]) -> None:
    rule["NoDataPolicy"] = "KEEP_LAST_STATE"


@pytest.mark.parametrize(
    "change",
    [
        switch_off,
        rename,
        watch_another_metric,
        watch_another_function,
        forget_the_function,
        raise_the_threshold,
        wait_longer,
        lower_the_level,
        ignore_missing_data,
    ],
)
def test_a_change_by_hand_is_seen_and_put_right(
    functions: Functions, change: Callable[[dict[str, Any]], None]
) -> None:
    functions.put(SILENT)
    change(functions.rule("silent"))

    assert functions.read() == (SILENT._replace(period_seconds=0),)
    functions.put(SILENT)
    assert functions.read() == (SILENT,)


@pytest.mark.parametrize("changes", [{"Period": "600"}, {"ContactGroups": "nobody"}], ids=str)
def test_another_period_and_other_receivers_are_read(
    functions: Functions, changes: Mapping[str, str]
) -> None:
    functions.put(FAILED)
    functions.rule("failed").update(changes)

    (found,) = functions.read()

    assert found in {FAILED._replace(period_seconds=600), FAILED._replace(notify=("nobody",))}


@pytest.mark.parametrize("action", ["PutResourceMetricRule", "EnableMetricRules"])
def test_a_lost_answer_makes_nothing_twice(
    functions: Functions, emulator: Emulator, action: str
) -> None:
    emulator.inject_fault("cms", faults.reset(work=True), action=action)

    functions.put(FAILED)

    assert functions.read() == (FAILED,)
    assert len(emulator.alibaba.metric_rules) == 1


@pytest.mark.parametrize(
    ("action", "call"),
    [
        ("DescribeMetricRuleList", lambda functions: functions.read()),
        ("PutResourceMetricRule", lambda functions: functions.put(FAILED)),
        ("EnableMetricRules", lambda functions: functions.put(FAILED)),
        ("DeleteMetricRules", lambda functions: functions.delete("failed")),
    ],
)
def test_a_missing_permission_is_named(
    functions: Functions, emulator: Emulator, action: str, call: Callable[[Functions], object]
) -> None:
    emulator.alibaba.denied.add(f"cms:{action}")

    with pytest.raises(Forbidden) as caught:
        call(functions)

    assert f"Allow `cms:{action}`" in caught.value.hint


def test_a_used_up_quota_and_an_unknown_group_are_explained(
    functions: Functions, emulator: Emulator
) -> None:
    emulator.alibaba.contact_groups = {"on-call"}
    with pytest.raises(NotFound) as unknown:
        functions.put(FAILED)
    emulator.alibaba.metric_rule_quota = 0
    with pytest.raises(SyncError) as used_up:
        functions.put(SILENT)

    assert "contact groups in notify" in unknown.value.hint
    assert "as many alert rules as it may have" in used_up.value.hint


def run(flow: Flow[Any], *replies: ProviderReply) -> FlowRun:
    return run_flow(flow, *replies)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"Success": False, "Code": "400", "Message": "Illegal parameters."}, SyncError),
        ({"Success": False}, SyncError),
        ({"Code": "ParameterInvalid"}, SyncError),
        ({"Success": False, "Code": "403", "Message": "no"}, Forbidden),
        ({"Success": False, "Code": "ResourceNotFound"}, NotFound),
    ],
    ids=str,
)
def test_a_refusal_with_http_200_is_an_error(
    body: dict[str, object], kind: type[SyncError]
) -> None:
    found = run(alibaba_cms.put_alarm(NAME, FAILED, CONTEXT), body)

    assert isinstance(found.expected_error, kind)
    assert found.actions == ["PutResourceMetricRule"]


@pytest.mark.parametrize("code", ["ResourceNotFound", "ResourceNotFound.Rule"])
def test_a_rule_that_is_not_found_is_none(code: str) -> None:
    missing = NotFound("The specified resource is not found.", code=code, http_status=404)

    read = run(alibaba_cms.read_alarms(NAME, CONTEXT), missing)
    deleted = run(alibaba_cms.delete_alarm(NAME, "failed", CONTEXT), missing)

    assert cast("object", read.successful_outcome) == ()
    assert deleted.error is None


@pytest.mark.parametrize(
    "flow",
    [alibaba_cms.read_alarms(NAME, CONTEXT), alibaba_cms.delete_alarm(NAME, "failed", CONTEXT)],
    ids=["read", "delete"],
)
def test_a_404_of_the_gateway_is_not_a_missing_rule(flow: Flow[Any]) -> None:
    gateway = NotFound("no such API", code="InvalidAction.NotFound", http_status=404)

    assert run(flow, gateway).expected_error is gateway


@pytest.mark.parametrize("alarms", [None, {}, {"Alarm": None}])
def test_a_response_without_a_list_is_an_error(alarms: object) -> None:
    found = run(alibaba_cms.read_alarms(NAME, CONTEXT), {**DONE, "Alarms": alarms})

    assert isinstance(found.expected_error, BadResponse)


def test_a_rule_without_its_fields_has_no_period() -> None:
    row = {"RuleId": rule_id(CONTEXT.region, NAME, "failed"), "Period": "a while"}
    other = {"RuleId": "made-by-hand"}

    found = run(alibaba_cms.read_alarms(NAME, CONTEXT), {**DONE, "Alarms": {"Alarm": [other, row]}})

    assert cast("object", found.successful_outcome) == (Alarm("failed", 0, ()),)


@pytest.mark.parametrize("seconds", [0, 30, 90])
def test_a_silence_that_is_no_number_of_minutes_is_refused(seconds: int) -> None:
    assert [field for field, _ in ALARMS.faults_of(Alarm("silent", seconds, ()))] == [
        "silence_seconds"
    ]


@pytest.mark.parametrize("group", ["", " ", "on-call,sync"])
def test_a_receiver_that_is_no_group_is_refused(group: str) -> None:
    assert [field for field, _ in ALARMS.faults_of(FAILED._replace(notify=(group,)))] == ["notify"]


def test_what_can_be_put_has_no_fault() -> None:
    assert [*ALARMS.faults_of(FAILED), *ALARMS.faults_of(SILENT)] == []


def test_every_code_has_a_known_category() -> None:
    assert {row.category for row in ERROR_CODES.values()} <= set(PROVIDER_ERRORS)
    assert ALARMS.place(REGION, NAME).url.startswith("https://cloudmonitor.console.aliyun.com/")
