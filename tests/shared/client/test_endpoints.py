"""A service's host, and the settings that override it."""

from __future__ import annotations

import pytest

from functions.alibaba.edas import EDAS
from functions.alibaba.ehpc import EHPC
from functions.huawei.provider import IAM
from functions.huawei.sync_dev_servers import MODELARTS
from functions.huawei.sync_task import OMS
from functions.tencent.cwp import CWP
from functions.web.async_invoke import fc, functiongraph, scf
from local.deployment.alarms.alibaba_cms import CMS
from local.deployment.alarms.huawei_ces import CES
from local.deployment.alarms.tencent_monitor import CAM, MONITOR
from local.deployment.secret_stores.alibaba_kms import KMS
from local.deployment.secret_stores.huawei_csms import CSMS
from local.deployment.secret_stores.tencent_ssm import SSM
from shared.client.endpoints import endpoint_of
from shared.errors import Misconfigured
from shared.models.flow import Service
from shared.settings import SETTINGS, Settings
from shared.settings.definitions import CHAT


def origin(service: Service, region: str | None = "cn-north-4", **environ: str) -> str:
    return endpoint_of(service, region, Settings.from_environ(environ))


@pytest.mark.parametrize(
    ("service", "region", "host"),
    [
        (EDAS, "cn-hangzhou", "edas.cn-hangzhou.aliyuncs.com"),
        (EDAS, "ap-southeast-1", "edas.ap-southeast-1.aliyuncs.com"),
        (EDAS, "cn-newcity", "edas.cn-newcity.aliyuncs.com"),
        (EDAS, "ap-south-1", "edas.ap-northeast-1.aliyuncs.com"),
        (EDAS, "eu-west-1", "edas.ap-northeast-1.aliyuncs.com"),
        (EDAS, "us-west-1", "edas.ap-northeast-1.aliyuncs.com"),
        (EDAS, "cn-chengdu", "edas.aliyuncs.com"),
        (EDAS, "cn-huhehaote", "edas.aliyuncs.com"),
        (EDAS, "cn-wuhan", "edas.aliyuncs.com"),
        (EHPC, "cn-hangzhou", "ehpcinstant.cn-hangzhou.aliyuncs.com"),
        (CWP, "ap-guangzhou", "cwp.tencentcloudapi.com"),
        (CWP, None, "cwp.tencentcloudapi.com"),
        (OMS, "cn-east-3", "oms.cn-east-3.myhuaweicloud.com"),
        (MODELARTS, "cn-north-4", "modelarts.cn-north-4.myhuaweicloud.com"),
        (MODELARTS, "ap-southeast-1", "modelarts.ap-southeast-1.myhuaweicloud.cn"),
        (IAM, "cn-north-4", "iam.cn-north-4.myhuaweicloud.com"),
        (CES, "cn-north-4", "ces.cn-north-4.myhuaweicloud.com"),
        (CMS, "cn-hangzhou", "metrics.cn-hangzhou.aliyuncs.com"),
        (MONITOR, "ap-guangzhou", "monitor.tencentcloudapi.com"),
        (CAM, "ap-guangzhou", "cam.tencentcloudapi.com"),
        (SSM, "ap-guangzhou", "ssm.tencentcloudapi.com"),
        (KMS, "cn-hangzhou", "kms.cn-hangzhou.aliyuncs.com"),
        (CSMS, "cn-north-4", "kms.cn-north-4.myhuaweicloud.com"),
    ],
)
def test_each_service_has_its_own_host_over_https(
    service: Service, region: str | None, host: str
) -> None:
    assert origin(service, region) == f"https://{host}"


def test_the_international_site_of_cwp_has_another_host() -> None:
    assert origin(CWP, None, CWP_SITE="intl") == "https://cwp.intl.tencentcloudapi.com"


OVERRIDES = {
    "EDAS_ENDPOINT_URL": EDAS,
    "EHPC_ENDPOINT_URL": EHPC,
    "CWP_ENDPOINT_URL": CWP,
    "OMS_ENDPOINT_URL": OMS,
    "MODELARTS_ENDPOINT_URL": MODELARTS,
    "HUAWEI_IAM_ENDPOINT_URL": IAM,
    "HUAWEICLOUD_SDK_IAM_ENDPOINT": IAM,
}


@pytest.mark.parametrize("name", sorted(OVERRIDES))
def test_every_endpoint_setting_replaces_its_services_host(name: str) -> None:
    found = origin(OVERRIDES[name], **{name: "https://example.test"})
    assert found == "https://example.test"


@pytest.mark.parametrize("name", sorted(OVERRIDES))
def test_every_endpoint_setting_leaves_the_other_services_alone(name: str) -> None:
    others = {service.name: service for service in OVERRIDES.values()}
    del others[OVERRIDES[name].name]
    found = [origin(other, **{name: "https://example.test"}) for other in others.values()]
    assert "https://example.test" not in found


def test_the_table_of_settings_has_no_other_endpoint_of_these_services() -> None:
    there = {
        name
        for name, row in SETTINGS.items()
        if name.endswith(("_ENDPOINT_URL", "_IAM_ENDPOINT")) and row.group != CHAT
    }
    sts = {name for name in there if "_STS_" in name}
    invoke_apis = {fc.ENDPOINT, scf.ENDPOINT, functiongraph.ENDPOINT}
    of_deployments = {
        name
        for service in (CES, CMS, MONITOR, CAM, SSM, KMS, CSMS)
        for name in service.endpoint_settings
    }
    assert there - sts - invoke_apis - of_deployments == set(OVERRIDES)


def test_our_name_of_iams_endpoint_overrides_the_sdks() -> None:
    found = origin(
        IAM,
        HUAWEI_IAM_ENDPOINT_URL="https://ours.example.test",
        HUAWEICLOUD_SDK_IAM_ENDPOINT="https://sdk.example.test",
    )
    assert found == "https://ours.example.test"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.test/", "https://example.test"),
        ("https://example.test:8443", "https://example.test:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
    ],
)
def test_an_override_is_an_origin(value: str, expected: str) -> None:
    assert origin(CWP, CWP_ENDPOINT_URL=value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "http://example.test",
        "http://10.0.0.1:8080",
        "http://127.0.0.1.example.test",
        "http://localhost.example.test",
        "http://0.0.0.0:8080",
        "http://[2001:db8::1]",
    ],
)
def test_plain_http_to_another_machine_is_misconfigured(value: str) -> None:
    with pytest.raises(Misconfigured, match="CWP_ENDPOINT_URL"):
        origin(CWP, CWP_ENDPOINT_URL=value)


@pytest.mark.parametrize(
    "value",
    [
        "example.test",
        "//example.test",
        "https://",
        "https:///path",
        "ftp://example.test",
        "file:///etc/example",
        "https://user@example.test",
        "https://user:pass@example.test",
        "https://@example.test",
        "https://example.test/path",
        "https://example.test?query=1",
        "https://example.test#part",
        "https://example.test:port",
        "https://example.test:99999",
        "https://exa mple.test",
        "https://example.test\\@other.test",
        "https://exämple.test",
        "https://[broken",
        "https://-example.test",
        "hello",
    ],
)
def test_an_endpoint_that_is_not_the_url_of_a_host_is_misconfigured(value: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        origin(CWP, CWP_ENDPOINT_URL=value)
    assert "CWP_ENDPOINT_URL" in caught.value.message
    assert "pass" not in caught.value.message + caught.value.hint


def test_an_empty_override_is_ignored() -> None:
    assert origin(CWP, CWP_ENDPOINT_URL=" ") == "https://cwp.tencentcloudapi.com"
