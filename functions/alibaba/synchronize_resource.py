"""Alibaba EDAS ``SynchronizeResource``: tell EDAS which resources the account has.

Page: https://www.alibabacloud.com/help/en/edas/developer-reference/api-edas-2017-08-01-synchronizeresource
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from functions.alibaba._core_schemas import SYNCHRONIZE_RESOURCE
from functions.alibaba.provider import ALIBABA
from shared import entrypoint
from shared.errors import PROVIDER_ERRORS, BadResponse, ProviderError, Rejected, SyncError
from shared.models.error_code import category_of_status
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.alibaba.models import SynchronizeResourceData as Data
    from functions.alibaba.models import SynchronizeResourceParams as Params
else:
    Data = dict

MAX_RESPONSE_SECONDS = 30
"""Documented: a request from the gateway to the API server and back takes up to 30 s."""

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


PERMISSION = "edas:SystemBase"
"""EDAS's only RAM action (Chinese page 423146)."""


def cross_field_errors(raw: Mapping[str, object]) -> Iterable[str]:
    """Yield an error if ``ResourceIds`` is set for a type other than ``ecs``."""
    if "resource_ids" in raw and raw.get("type") != "ecs":
        yield "resource_ids: requires type ecs"


def host(region: str | None, _setting: GetSetting) -> str:
    """Return EDAS's host in a region."""
    return HOSTS.get(region or "", f"edas.{region}.aliyuncs.com")


EDAS = Service(name="edas", label="EDAS", endpoint_settings=("EDAS_ENDPOINT_URL",), host_of=host)


def synchronize(params: Params) -> ApiCall:
    """Return ``GET /pop/v5/resource/pop_sync_resource``, as documented."""
    query: list[tuple[str, str]] = [("Type", params.type)]
    if params.resource_ids:
        query.append(("ResourceIds", ",".join(params.resource_ids)))
    return ApiCall(
        service=EDAS,
        action="SynchronizeResource",
        permission=PERMISSION,
        version="2017-08-01",
        method="GET",
        path="/pop/v5/resource/pop_sync_resource",
        query=tuple(query),
        writes=True,
        on_unknown_outcome="fail",
        on_connection_error="retry_once",
        read_timeout=MAX_RESPONSE_SECONDS,
        dry_run_response={"Code": 200, "Message": "success", "Success": True},
    )


def run(params: Params, _context: CallContext) -> Flow[Outcome]:
    """Send one request; EDAS responds once it has synchronized."""
    try:
        response = yield from call_api(synchronize(params))
        data = parse_data(params, response)
    except ProviderError as error:
        if params.type == "ecs" and not params.resource_ids:
            error.hint += " If EDAS rejects ecs without IDs, list up to 50 of them in resource_ids."
        raise
    target = f"{len(params.resource_ids)} ECS instances" if params.resource_ids else params.type
    return Outcome("succeeded", f"EDAS synchronized {target}", dict(data))


def parse_data(params: Params, response: ApiResponse) -> Data:
    """Return the result's data for a successful response.

    Raises
    ------
    ProviderError: ``Success`` is false or ``Code`` is not 200, despite HTTP 200; the number
        is treated like an HTTP status.
    BadResponse: both are missing.
    """
    body: Mapping[str, Any] = response.body
    success, code = body.get("Success"), as_status(body.get("Code"))
    message = body.get("Message")
    if not isinstance(success, bool) and not isinstance(code, int):
        raise BadResponse(
            "EDAS's response has neither Success nor Code",
            outcome_unknown=True,
            http_status=response.status,
            request_id=response.request_id,
            retryable=False,
            hint="Check in the EDAS console whether the resources are up to date.",
        )
    if success is False or code not in {None, 200}:
        error_class: type[SyncError] = Rejected
        if isinstance(code, int) and 100 <= code <= 599:
            error_class = PROVIDER_ERRORS[category_of_status(code)]
        raise error_class(
            message
            if isinstance(message, str) and message
            else "EDAS did not synchronize the resources",
            code=str(code if code is not None else "Success=false"),
            http_status=response.status,
            request_id=response.request_id,
            hint="Check EDAS's message and the state of the resources in the EDAS console.",
        )
    provider_data = body.get("Data")
    return Data(
        type=params.type,
        resource_ids=list(params.resource_ids),
        code=code if isinstance(code, int) else None,
        message=message if isinstance(message, str) else None,
        provider_data=provider_data if isinstance(provider_data, str) else None,
    )


def as_status(code: object) -> int | str | None:
    """Return ``Code`` as a number if it is one, or as the string it is, None for other types."""
    if isinstance(code, str):
        return int(code) if code.isascii() and code.isdigit() and len(code) < 16 else code
    if isinstance(code, bool) or not isinstance(code, int | float) or code != code // 1:
        return None
    return int(code)


OPERATION = Operation(
    id="alibaba.edas.SynchronizeResource",
    function="alibaba-synchronize-resource",
    title="Tell EDAS which resources the account has",
    docs_url="https://www.alibabacloud.com/help/en/edas/developer-reference/api-edas-2017-08-01-synchronizeresource",
    service=EDAS,
    provider=ALIBABA,
    params=SYNCHRONIZE_RESOURCE,
    flow=run,
    cross_field_errors=cross_field_errors,
    effect="makes EDAS reload the account's resources",
    min_timeout_seconds=60,
    changed_statuses=frozenset({"succeeded"}),
    unknown_outcome_hint="EDAS may still complete the request; check its console before retrying.",
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)
