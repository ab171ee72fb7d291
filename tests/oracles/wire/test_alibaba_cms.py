"""A deployment sends CloudMonitor what the vendor's SDK sends, header by header.

Both send to the same server on loopback, as in ``test_headers``.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from alibabacloud_cms20190101 import models
from alibabacloud_cms20190101.client import Client
from alibabacloud_tea_openapi.utils_models import Config

from functions.alibaba.provider import ALIBABA
from local.deployment.alarms import alibaba_cms
from local.deployment.client import PlatformClient
from local.deployment.functiongraph.platform import PLATFORM
from local.deployment.models.alarm import Alarm
from shared.models.flow import Flow
from shared.models.operation import CallContext
from shared.runtime import Runtime
from tests.support.wire import DIFFERENCES, differences, problems, recording_server

KEY_ID, SECRET, TOKEN = "AKexampleid", "exampleSecret", "exampleToken"
REGION, NAME = "cn-hangzhou", "alibaba-synchronize-resource"
GROUPS = ("on-call", "值班")
IDS = {kind: alibaba_cms.rule_id(REGION, NAME, kind) for kind in ("failed", "silent")}
RESOURCES = f'[{{"region":"{REGION}","functionName":"{NAME}"}}]'
CONDITIONS: dict[str, tuple[str, str, str, str]] = {
    "failed": ("FunctionFunctionErrors", "GreaterThanThreshold", "OK", "300"),
    "silent": (
        "FunctionTotalInvocations",
        "LessThanOrEqualToThreshold",
        "INSUFFICIENT_DATA",
        "10800",
    ),
}

OF_CLOUDMONITOR = alibaba_cms.ALARMS
PLATFORM_WITH_ALARMS = PLATFORM._replace(
    provider=ALIBABA, service=alibaba_cms.CMS, alarms=OF_CLOUDMONITOR
)
"""A platform of Alibaba Cloud, as far as its alarms go."""


def read(client: Any) -> None:
    client.describe_metric_rule_list(
        models.DescribeMetricRuleListRequest(
            rule_ids=f"{IDS['failed']},{IDS['silent']}", page=1, page_size=2
        )
    )


def put(kind: str) -> Callable[[Any], None]:
    """Return what makes an alarm, and switches it on."""

    def make(client: Any) -> None:
        metric, comparison, no_data, period = CONDITIONS[kind]
        critical = models.PutResourceMetricRuleRequestEscalationsCritical(
            comparison_operator=comparison, statistics="Value", threshold="0", times=1
        )
        client.put_resource_metric_rule(
            models.PutResourceMetricRuleRequest(
                rule_id=IDS[kind],
                rule_name=f"cloud-sync-{NAME}-{kind}",
                namespace="acs_fc",
                metric_name=metric,
                resources=RESOURCES,
                contact_groups=",".join(GROUPS),
                period=period,
                silence_time=86_400,
                no_data_policy=no_data,
                escalations=models.PutResourceMetricRuleRequestEscalations(critical=critical),
            )
        )
        client.enable_metric_rules(models.EnableMetricRulesRequest(rule_id=[IDS[kind]]))

    return make


def delete(client: Any) -> None:
    client.delete_metric_rules(models.DeleteMetricRulesRequest(id=[IDS["silent"]]))


@dataclass(frozen=True)
class Case:
    """The same requests from both sides: by the vendor's client, and by a flow."""

    sdk: Callable[[Any], None]
    flow: Callable[[CallContext], Flow[Any]]
    requests: int = 1


CASES = {
    "read": Case(read, lambda at: alibaba_cms.read_alarms(NAME, at)),
    "failed": Case(
        put("failed"),
        lambda at: alibaba_cms.put_alarm(NAME, Alarm("failed", 300, GROUPS), at),
        requests=2,
    ),
    "silent": Case(
        put("silent"),
        lambda at: alibaba_cms.put_alarm(NAME, Alarm("silent", 10_800, GROUPS), at),
        requests=2,
    ),
    "delete": Case(delete, lambda at: alibaba_cms.delete_alarm(NAME, "silent", at)),
}


def requests_of(case: Case, token: str | None) -> tuple[list[bytes], list[bytes]]:
    """Return the requests of the vendor's client and ours."""
    response = {"Code": "200", "Success": True, "Alarms": {"Alarm": []}, "RequestId": "r"}
    with recording_server(lambda _path: response) as (endpoint, received):
        config = Config(
            access_key_id=KEY_ID,
            access_key_secret=SECRET,
            security_token=token,
            endpoint=endpoint,
            protocol="HTTP",
        )
        case.sdk(Client(config))
        theirs = list(received)
        received.clear()
        environ = {
            "ALIBABA_CMS_ENDPOINT_URL": f"http://{endpoint}",
            "ALIBABA_CLOUD_ACCESS_KEY_ID": KEY_ID,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET,
            **({"ALIBABA_CLOUD_SECURITY_TOKEN": token} if token else {}),
        }
        client = PlatformClient(PLATFORM_WITH_ALARMS, REGION, None, Runtime(environ=environ))
        client.run(case.flow(client.context))
    return theirs, received


@pytest.mark.parametrize("token", [None, TOKEN], ids=["permanent keys", "temporary keys"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_requests_differ_from_the_sdks_only_as_listed(case: Case, token: str | None) -> None:
    theirs, ours = requests_of(case, token)

    kind = "sts" if token else "ak"
    assert len(theirs) == len(ours) == case.requests
    assert all(f"static_{kind}".encode() in request for request in theirs)
    for one, other in zip(theirs, ours, strict=True):
        assert problems(differences(one, other), DIFFERENCES["alibaba"]) == []


def test_the_host_is_the_sdks_in_every_region_that_it_knows() -> None:
    client = Client(Config(access_key_id=KEY_ID, access_key_secret=SECRET, region_id=REGION))

    assert client._endpoint_map
    for region, host in client._endpoint_map.items():
        assert alibaba_cms.host_of(region, lambda _name: None) == host
