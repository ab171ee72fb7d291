"""Alibaba EDAS ``SynchronizeResource``: tell EDAS which resources its ECS clusters can use.

The page: "applies to ECS clusters"; EDAS's Kubernetes clusters are not concerned.

Page: https://www.alibabacloud.com/help/en/edas/developer-reference/api-edas-2017-08-01-synchronizeresource
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from functions.alibaba._core_schemas import SYNCHRONIZE_RESOURCE
from functions.alibaba.edas import EDAS, VERSION, call_edas
from functions.alibaba.provider import ALIBABA
from functions.alibaba.response_code import field, response_code
from shared import entrypoint
from shared.errors import BadResponse, ProviderError, Unauthenticated
from shared.models.effects import verified
from shared.models.flow import ApiCall, ApiResponse, Flow
from shared.models.operation import CallContext, Operation
from shared.models.provider_errors import as_text
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.alibaba.edas_changes import Snapshot
    from functions.alibaba.models import SynchronizeResourceData as Data
    from functions.alibaba.models import SynchronizeResourceParams as Params
else:
    Data = dict

MAX_RESPONSE_SECONDS = 30
"""Documented: a request from the gateway to the API server and back takes up to 30 s."""

PERMISSION = "edas:SystemBase"
"""EDAS's only RAM action (Chinese page 423146)."""


NOUNS = {
    "ecs": "ECS instances",
    "slb": "load balancers",
    "vpc": "VPCs",
    "ram": "RAM users",
    "all": "all resources",
}
"""``type`` -> what it is, for people."""


def cross_field_errors(raw: Mapping[str, object]) -> Iterable[str]:
    """Yield an error if ``ResourceIds`` is set for a type other than ``ecs``."""
    if "resource_ids" in raw and raw.get("type") != "ecs":
        yield "resource_ids: requires type ecs"


def synchronize(params: Params) -> ApiCall:
    """Return ``GET /pop/v5/resource/pop_sync_resource``, as documented."""
    query: list[tuple[str, str]] = [("Type", params.type)]
    if params.resource_ids:
        query.append(("ResourceIds", ",".join(params.resource_ids)))
    return ApiCall(
        service=EDAS,
        action="SynchronizeResource",
        permission=PERMISSION,
        version=VERSION,
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
    """Send one request; EDAS responds once it has synchronized. Then look what it knows."""
    if params.resource_ids:
        data = yield from send(params)
        return (yield from with_instances(params, data))
    if params.type == "ram":
        data = yield from send(params)
        data["verified"] = verified("cannot_be_known", (), None)
        summary = f"{synchronized(NOUNS['ram'])}; it lists no RAM users"
        return Outcome("succeeded", summary, dict(data))
    from functions.alibaba.edas_changes import take_snapshot  # not needed for instances

    before = yield from take_snapshot(params.type)
    if isinstance(before.error, Unauthenticated):
        raise before.error  # the synchronization would be refused in the same way
    data = yield from send(params)
    return (yield from with_changes(params, data, before))


def send(params: Params) -> Flow[Data]:
    """Send the request, and return the result's data."""
    try:
        response = yield from call_edas(synchronize(params))
    except ProviderError as error:
        if params.type == "ecs" and not params.resource_ids:
            error.hint += " If EDAS rejects ecs without IDs, list up to 50 of them in resource_ids."
        raise
    return parse_data(params, response)


def with_instances(params: Params, data: Data) -> Flow[Outcome]:
    """Return the outcome for named instances: each that EDAS does not list needs attention."""
    from functions.alibaba.edas_instances import attention_of, find_instances

    found = yield from find_instances(params.resource_ids)
    data["verified"] = found.verified
    data["attention"] = attention_of(found.missing)
    data["attention_count"] = len(found.missing)
    count = len(dict.fromkeys(params.resource_ids))
    summary = synchronized(f"{count} ECS instance{'s' * (count != 1)}")
    if found.missing:
        summary += f"; it does not list {', '.join(found.missing)}"
    return Outcome("succeeded", summary, dict(data), found.warnings, found.hints)


def with_changes(params: Params, data: Data, before: Snapshot) -> Flow[Outcome]:
    """Return the outcome for a type of resources: what changed in EDAS's lists."""
    from functions.alibaba import edas_changes as changes

    after = before
    if before.error is None:
        after = yield from changes.take_snapshot(params.type)
    data["verified"] = changes.not_verified(params.type, after)
    summary = synchronized(NOUNS[params.type])
    changed = changes.changes_between(before, after)
    if changed is not None:
        data["changed"] = changed[: changes.MAX_CHANGES]
        data["changed_count"] = len(changed)
        summary += f"; {changes.describe(changed) or 'nothing changed in its lists'}"
    warnings, hints = changes.notes_of(params.type, after)
    return Outcome("succeeded", summary, dict(data), warnings, hints)


def synchronized(what: str) -> str:
    """Return the summary; a user with Kubernetes clusters only is to know that it has no effect."""
    return f"EDAS synchronized {what} for its ECS clusters"


def parse_data(params: Params, response: ApiResponse) -> Data:
    """Return the result's data for a successful response.

    Raises
    ------
    BadResponse: ``Success`` and ``Code`` are missing.
    """
    body: Mapping[str, Any] = response.body
    code = response_code(body)
    if not isinstance(field(body, "Success"), bool) and not isinstance(code, int):
        unconfirmed = BadResponse(
            "EDAS's response has neither Success nor Code",
            outcome_unknown=True,
            http_status=response.status,
            request_id=response.request_id,
            retryable=False,
            hint="Check in the EDAS console whether the resources are up to date.",
        )
        unconfirmed.is_unconfirmed_write = True
        raise unconfirmed
    return Data(
        type=params.type,
        resource_ids=list(params.resource_ids),
        code=code if isinstance(code, int) else None,
        message=as_text(field(body, "Message")),
        provider_data=as_text(field(body, "Data")),
        changed=None,
        changed_count=None,
        verified=None,
        attention=[],
        attention_count=0,
    )


OPERATION = Operation(
    id="alibaba.edas.SynchronizeResource",
    function="alibaba-synchronize-resource",
    title="Tell EDAS which resources its ECS clusters can use",
    docs_url="https://www.alibabacloud.com/help/en/edas/developer-reference/api-edas-2017-08-01-synchronizeresource",
    service=EDAS,
    provider=ALIBABA,
    params=SYNCHRONIZE_RESOURCE,
    flow=run,
    cross_field_errors=cross_field_errors,
    effect="makes EDAS reload the account's resources for its ECS clusters",
    min_timeout_seconds=60,
    changed_statuses=frozenset({"succeeded"}),
    items_noun="instances",
    unknown_outcome_hint="EDAS may still complete the request; check its console before retrying.",
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)


if __name__ == "__main__":
    from shared.command_line import run_command

    raise SystemExit(run_command(OPERATION, "functions.alibaba.synchronize_resource"))
