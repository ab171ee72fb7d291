"""Alibaba EDAS: its host in each region, and the refusals that it sends with HTTP 200."""

from __future__ import annotations

from collections.abc import Mapping

from functions.alibaba.response_code import is_refusal, response_code
from shared.errors import PROVIDER_ERRORS, Rejected, SyncError
from shared.models.error_code import category_of_status
from shared.models.error_reason import find_reason
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api

VERSION = "2017-08-01"

JP_HOST = "edas.ap-northeast-1.aliyuncs.com"
DEFAULT_HOST = "edas.aliyuncs.com"

HOSTS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("ap-northeast-2-pop", "ap-south-1", "ap-southeast-3", "ap-southeast-5"),
            *("eu-west-1", "eu-west-1-oxs", "me-east-1", "rus-west-1-pop", "us-west-1"),
        ),
        JP_HOST,
    ),
    **dict.fromkeys(
        (
            *("cn-beijing-finance-1", "cn-beijing-finance-pop", "cn-beijing-gov-1"),
            *("cn-beijing-nu16-b01", "cn-chengdu", "cn-edge-1", "cn-fujian"),
            *("cn-haidian-cm12-c01", "cn-hangzhou-bj-b01", "cn-hangzhou-finance"),
            *("cn-hangzhou-internal-prod-1", "cn-hangzhou-internal-test-1"),
            *("cn-hangzhou-internal-test-2", "cn-hangzhou-internal-test-3"),
            *("cn-hangzhou-test-306", "cn-hongkong-finance-pop", "cn-huhehaote"),
            *("cn-qingdao-nebula", "cn-shanghai-et15-b01", "cn-shanghai-et2-b01"),
            *("cn-shanghai-finance-1", "cn-shanghai-inner", "cn-shanghai-internal-test-1"),
            *("cn-shenzhen-finance-1", "cn-shenzhen-inner", "cn-shenzhen-st4-d01"),
            *("cn-shenzhen-su18-b01", "cn-wuhan", "cn-yushanfang", "cn-zhangbei-na61-b01"),
            *("cn-zhangjiakou-na62-a01", "cn-zhengzhou-nebula-1"),
        ),
        DEFAULT_HOST,
    ),
}
"""The regions without a host of their own, from alibabacloud_edas20170801 2.0.0."""


def host(region: str | None, _setting: GetSetting) -> str:
    """Return EDAS's host in a region."""
    return HOSTS.get(region or "", f"edas.{region}.aliyuncs.com")


EDAS = Service(name="edas", label="EDAS", endpoint_settings=("EDAS_ENDPOINT_URL",), host_of=host)


def call_edas(call: ApiCall) -> Flow[ApiResponse]:
    """Send one call and return its response.

    Raises
    ------
    SyncError: the client's error; or EDAS's own if ``Success`` is false or ``Code`` is not 200,
        despite HTTP 200; the number is treated like an HTTP status.
    """
    response = yield from call_api(call)
    error = refusal(call, response)
    if error is not None:
        raise error
    return response


def refusal(call: ApiCall, response: ApiResponse) -> SyncError | None:
    """Return the error in a response with HTTP 200, None if it has none."""
    code = response_code(response.body)
    if not is_refusal(response.body):
        return None
    error_class: type[SyncError] = Rejected
    if isinstance(code, int) and 100 <= code <= 599:
        error_class = PROVIDER_ERRORS[category_of_status(code)]
    return error_class(
        find_reason(response.body).message or f"EDAS rejected {call.action}",
        code=str(code if code is not None else "Success=false"),
        http_status=response.status,
        request_id=response.request_id,
        hint="Check EDAS's message and the state of the resources in the EDAS console.",
    )
