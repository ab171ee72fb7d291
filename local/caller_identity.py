"""Which account a provider's credentials belong to: one read-only call that needs no permission.

Sources: ``GetCallerIdentity`` of Alibaba Cloud STS and of Tencent Cloud STS,
``GET /v3/auth/domains`` of Huawei Cloud IAM.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from typing import Any

from functions.alibaba.provider import ALIBABA
from functions.alibaba.sts import STS as ALIBABA_STS
from functions.huawei.provider import HUAWEI, IAM
from functions.tencent.provider import TENCENT
from functions.tencent.sts import DEFAULT_REGION
from functions.tencent.sts import STS as TENCENT_STS
from shared import entrypoint
from shared.errors import BadResponse
from shared.models._core_schemas import COMMON_FIELDS, COMMON_FORMATS
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, call_api
from shared.models.http import Request, Response, Transport
from shared.models.operation import CallContext, Operation
from shared.models.parameter_schema import ParameterSchema
from shared.models.result import Outcome
from shared.runtime import Runtime

CONNECT_TIMEOUT_SECONDS = 3.0
READ_TIMEOUT_SECONDS = 5.0

IGNORED_SETTINGS = ("DEFAULT_PARAMETERS", "ON_FAILURE")
"""They are meant for the operations; a mistake in one says nothing about an identity."""

NO_PARAMETERS = ParameterSchema(COMMON_FIELDS, {}, frozenset(), COMMON_FORMATS)
"""Those of every operation, no own."""


def text(answer: ApiResponse, *names: str) -> list[str]:
    """Return string values of a response.

    Raises
    ------
    BadResponse: one of them is missing.
    """
    body = answer.body if isinstance(answer.body, dict) else {}
    values = [body.get(name) for name in names]
    if not all(isinstance(value, str) and value for value in values):
        raise BadResponse(
            f"the response has no {' or no '.join(names)}",
            http_status=answer.status,
            retryable=False,
            request_id=answer.request_id,
        )
    return [str(value) for value in values]


def outcome(account_id: str, principal: str, name: str | None = None) -> Outcome:
    """Return the outcome that names an account."""
    data = {"account_id": account_id, "account_name": name, "principal": principal}
    return Outcome("succeeded", f"account {account_id} ({principal})", data)


def alibaba(_params: object, _target: CallContext) -> Flow[Outcome]:
    """Ask Alibaba Cloud's STS."""
    answer = yield from call_api(
        ApiCall(
            service=ALIBABA_STS,
            action="GetCallerIdentity",
            version="2015-04-01",
            method="POST",
            read_timeout=READ_TIMEOUT_SECONDS,
        )
    )
    account, kind, arn = text(answer, "AccountId", "IdentityType", "Arn")
    return outcome(account, f"{kind} {arn.partition(':' + account + ':')[2] or arn}")


def tencent(_params: object, _target: CallContext) -> Flow[Outcome]:
    """Ask Tencent Cloud's STS."""
    answer = yield from call_api(
        ApiCall(
            service=TENCENT_STS,
            action="GetCallerIdentity",
            version="2018-08-13",
            method="POST",
            body={},
            read_timeout=READ_TIMEOUT_SECONDS,
        )
    )
    account, kind, user = text(answer, "AccountId", "Type", "UserId")
    return outcome(account, f"{kind} {user}")


def huawei(_params: object, _target: CallContext) -> Flow[Outcome]:
    """Ask Huawei Cloud's IAM; a key belongs to one account, which IAM calls a domain."""
    answer = yield from call_api(
        ApiCall(
            service=IAM,
            action="KeystoneListAuthDomains",
            method="GET",
            path="/v3/auth/domains",
            read_timeout=READ_TIMEOUT_SECONDS,
        )
    )
    domains = answer.body.get("domains") if isinstance(answer.body, dict) else None
    first = domains[0] if isinstance(domains, list) and domains else {}
    account, name = text(answer._replace(body=first), "id", "name")
    return outcome(account, name, name)


def region_for_sts(given: Mapping[str, object], setting: GetSetting) -> Mapping[str, object]:
    """Return the region that Tencent Cloud's STS is called with where none is set."""
    return {} if setting(TENCENT.region_setting) else {"region": DEFAULT_REGION}


OPERATIONS: Mapping[str, Operation] = {
    "alibaba": Operation(
        id="alibaba.sts.GetCallerIdentity",
        function="alibaba-get-caller-identity",
        title="Show the account that the credentials belong to",
        docs_url="https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity",
        service=ALIBABA_STS,
        provider=ALIBABA,
        params=NO_PARAMETERS,
        flow=alibaba,
        effect="changes nothing",
        needs_region=False,
        min_timeout_seconds=10,
        is_read_only=lambda _params: True,
    ),
    "tencent": Operation(
        id="tencent.sts.GetCallerIdentity",
        function="tencent-get-caller-identity",
        title="Show the account that the credentials belong to",
        docs_url="https://cloud.tencent.com/document/api/1312/66098",
        service=TENCENT_STS,
        provider=TENCENT,
        params=NO_PARAMETERS,
        flow=tencent,
        effect="changes nothing",
        needs_region=False,
        min_timeout_seconds=10,
        is_read_only=lambda _params: True,
        defaults_from_settings=region_for_sts,
    ),
    "huawei": Operation(
        id="huawei.iam.ListAuthDomains",
        function="huawei-list-auth-domains",
        title="Show the account that the credentials belong to",
        docs_url="https://support.huaweicloud.com/intl/en-us/api-iam/iam_07_0001.html",
        service=IAM,
        provider=HUAWEI,
        params=NO_PARAMETERS,
        flow=huawei,
        effect="changes nothing",
        needs_region=False,
        min_timeout_seconds=10,
        is_read_only=lambda _params: True,
    ),
}
"""Provider -> the operation that names the account."""


class QuickConnect:
    """A transport that does not wait long for a connection, since no run depends on the answer."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(
        self,
        request: Request,
        *,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
    ) -> Response:
        """Send a request once."""
        return self._transport.send(
            request,
            connect_seconds=min(connect_seconds, CONNECT_TIMEOUT_SECONDS),
            read_seconds=read_seconds,
            total_seconds=total_seconds,
        )


def ask_provider(provider: str, process: Runtime, context: Any = None) -> dict[str, Any]:
    """Return the result of asking a provider whose credentials these are.

    Parameters
    ----------
    provider: one of :data:`OPERATIONS`.
    process: environment, home directory, clock and transport.
    context: a platform's context, None on a developer's machine.
    """
    environ = process.environ or {}
    here = Runtime(
        environ={name: environ[name] for name in environ if name not in IGNORED_SETTINGS},
        home=process.home,
        clock=process.clock,
        transport_factory=lambda *key: QuickConnect(process.transport_factory(*key)),
    )
    with contextlib.redirect_stdout(io.StringIO()):
        return entrypoint.handle(OPERATIONS[provider], {"on_failure": "return"}, context, here)


def account_of(result: Mapping[str, Any]) -> str | None:
    """Return the account of a result in one short phrase, None if the call failed."""
    if result["status"] != "succeeded":
        return None
    summary: str = result["summary"]
    return summary
