"""A deployment sends Cloud Eye what the vendor's SDK sends, header by header.

Both send to the same server on loopback, as in ``test_headers``.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from huaweicloudsdkces import v2
from huaweicloudsdkcore.auth.credentials import BasicCredentials

from local.deployment.alarms import huawei_ces
from local.deployment.client import PlatformClient
from local.deployment.functiongraph.platform import PLATFORM
from local.deployment.models.alarm import Alarm
from shared.models.flow import Flow
from shared.models.operation import CallContext
from shared.runtime import Runtime
from tests.support.wire import DIFFERENCES, differences, problems, recording_server

KEY_ID, SECRET, TOKEN = "AKexampleid", "exampleSecret", "exampleToken"
PROJECT, REGION, NAME = "0000000000000000000000000000aa01", "cn-north-4", "huawei-start-sync-task"
TOPICS = (f"urn:smn:{REGION}:{PROJECT}:on-call", f"urn:smn:{REGION}:{PROJECT}:sync")
FAILED = Alarm("failed", 300, TOPICS)
SILENT = Alarm("silent", 7200, TOPICS)
OLD, NEW = "al0000000000000000000001", "al0000000000000000000002"
CONDITIONS: dict[str, dict[str, object]] = {
    "failed": {
        "metric_name": "failcount",
        "comparison_operator": ">=",
        "period": 300,
        "count": 1,
    },
    "silent": {
        "metric_name": "count",
        "comparison_operator": "<",
        "period": 3600,
        "count": 2,
    },
}
DESCRIPTIONS = {
    "failed": f"{NAME}: a run failed or broke in 300 s",
    "silent": f"{NAME}: there was no run in 7200 s",
}


def list_rules(client: Any) -> None:
    client.list_alarm_rules(
        v2.ListAlarmRulesRequest(namespace="SYS.FunctionGraph", offset=0, limit=100)
    )


def delete_old(client: Any) -> None:
    body = v2.BatchDeleteAlarmsRequestBody(alarm_ids=[OLD])
    client.batch_delete_alarm_rules(v2.BatchDeleteAlarmRulesRequest(body=body))


def put(kind: str) -> Callable[[Any], None]:
    """Return what makes an alarm, and deletes the one that was there."""

    def make(client: Any) -> None:
        policy = v2.AlarmRulePolicy(
            filter="sum", value=1, suppress_duration=86_400, level=2, **CONDITIONS[kind]
        )
        body = v2.PostAlarmsReqV2(
            name=f"cloud-sync-{NAME}-{kind}",
            description=DESCRIPTIONS[kind],
            namespace="SYS.FunctionGraph",
            resources=[[v2.Dimension(name="package-functionname", value=f"default-{NAME}")]],
            policies=[policy],
            type=v2.AlarmType.MULTI_INSTANCE,
            alarm_notifications=[v2.Notification(type="notification", notification_list=[*TOPICS])],
            enabled=True,
            notification_enabled=True,
        )
        client.create_alarm_rules(v2.CreateAlarmRulesRequest(body=body))
        list_rules(client)
        delete_old(client)

    return make


def delete(client: Any) -> None:
    list_rules(client)
    delete_old(client)


@dataclass(frozen=True)
class Case:
    """The same requests from both sides: by the vendor's client, and by a flow."""

    sdk: Callable[[Any], None]
    flow: Callable[[CallContext], Flow[Any]]
    requests: int
    rule: str = f"cloud-sync-{NAME}-failed"


CASES = {
    "read": Case(list_rules, lambda at: huawei_ces.read_alarms(NAME, at), 1),
    "failed": Case(put("failed"), lambda at: huawei_ces.put_alarm(NAME, FAILED, at), 3),
    "silent": Case(
        put("silent"),
        lambda at: huawei_ces.put_alarm(NAME, SILENT, at),
        3,
        f"cloud-sync-{NAME}-silent",
    ),
    "delete": Case(delete, lambda at: huawei_ces.delete_alarm(NAME, "failed", at), 2),
}


def requests_of(case: Case, token: str | None) -> tuple[list[bytes], list[bytes]]:
    """Return the requests of the vendor's client and ours."""
    rules = [{"alarm_id": OLD, "name": case.rule}, {"alarm_id": NEW, "name": "another"}]
    response = {"alarm_id": NEW, "alarms": rules, "count": 2, "alarm_ids": [OLD]}
    with recording_server(lambda _path: response) as (endpoint, received):
        credentials = BasicCredentials(KEY_ID, SECRET, PROJECT)
        credentials = credentials.with_security_token(token) if token else credentials
        builder = v2.CesClient.new_builder().with_credentials(credentials)
        case.sdk(builder.with_endpoint(f"http://{endpoint}").build())
        theirs = list(received)
        received.clear()
        environ = {
            "HUAWEI_CES_ENDPOINT_URL": f"http://{endpoint}",
            "HUAWEICLOUD_SDK_AK": KEY_ID,
            "HUAWEICLOUD_SDK_SK": SECRET,
            **({"HUAWEICLOUD_SDK_SECURITY_TOKEN": token} if token else {}),
        }
        process = Runtime(environ=environ)
        client = PlatformClient(PLATFORM, REGION, PROJECT, process)
        client.run(case.flow(client.context))
    return theirs, received


@pytest.mark.parametrize("token", [None, TOKEN], ids=["permanent keys", "temporary keys"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_requests_differ_from_the_sdks_only_as_listed(case: Case, token: str | None) -> None:
    theirs, ours = requests_of(case, token)

    assert len(theirs) == len(ours) == case.requests
    for one, other in zip(theirs, ours, strict=True):
        assert problems(differences(one, other), DIFFERENCES["huawei"]) == []
