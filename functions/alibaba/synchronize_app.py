"""Alibaba E-HPC Instant ``SynchronizeApp``: copy an application to other regions.

Page: https://www.alibabacloud.com/help/en/e-hpc/e-hpc-instant/developer-reference/api-ehpcinstant-2023-07-01-synchronizeapp
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from functions.alibaba._core_schemas import SYNCHRONIZE_APP
from functions.alibaba.provider import ALIBABA, json_array_param
from shared import entrypoint
from shared.errors import BadResponse, DeadlineExceeded, SyncError
from shared.models.flow import ApiCall, Flow, GetSetting, Service, call_api
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.alibaba.models import SynchronizeAppData as Data
    from functions.alibaba.models import SynchronizeAppParams as Params
else:
    Data = dict

ALL_REGIONS = "all"
ALREADY_THERE = "ImageAlreadyExists"
PERMISSION = "ehpc:SynchronizeApp"


def host(region: str | None, _setting: GetSetting) -> str:
    """Return E-HPC Instant's host in a region."""
    return f"ehpcinstant.{region}.aliyuncs.com"


EHPC = Service(name="ehpc", label="E-HPC", endpoint_settings=("EHPC_ENDPOINT_URL",), host_of=host)


def synchronize(app_id: str, regions: tuple[str, ...]) -> ApiCall:
    """Return ``POST /`` with the parameters in the query, as documented."""
    query = [("AppId", app_id)]
    if regions:
        query.append(("TargetRegionIds", json_array_param(regions)))
    return ApiCall(
        service=EHPC,
        action="SynchronizeApp",
        permission=PERMISSION,
        version="2023-07-01",
        method="POST",
        query=tuple(query),
        writes=True,
        dry_run_response={"RequestId": "planned"},
    )


def run(params: Params, _context: CallContext) -> Flow[Outcome]:
    """Request all regions at once, or one by one if one of several already has it."""
    regions = tuple(dict.fromkeys(params.target_region_ids))
    try:
        outcome = yield from try_once(params.app_id, regions)
    except SyncError as error:
        error.data = error.data or dict(build_data(params.app_id, regions, {}))
        raise
    if outcome == "unchanged" and len(regions) > 1 and ALL_REGIONS not in regions:
        return (yield from run_per_region(params.app_id, regions))
    outcomes = {region: outcome for region in regions if region != ALL_REGIONS}
    data = dict(build_data(params.app_id, regions, outcomes))
    listed = () if ALL_REGIONS in regions else regions
    if outcome == "unchanged":
        where = ", ".join(listed) or "every region"
        return Outcome("unchanged", f"{params.app_id} is already in {where}", data)
    return Outcome("accepted", accepted(params.app_id, listed), data)


def accepted(app_id: str, regions: Iterable[str]) -> str:
    """Return the summary of an accepted copy; no regions means every region that lacks it."""
    where = ", ".join(regions) or "every region that lacks it"
    return f"E-HPC accepted the copy of {app_id} to {where}"


def try_once(app_id: str, regions: tuple[str, ...]) -> Flow[str]:
    """Send one request: ``accepted``, or ``unchanged`` if the application is already there.

    If the outcome of an earlier attempt is unknown, that attempt may be why it is already there,
    so this counts as accepted.
    """
    try:
        response = yield from call_api(synchronize(app_id, regions))
    except SyncError as error:
        if error.code != ALREADY_THERE:
            raise
        return "accepted" if error.after_unknown_outcome else "unchanged"
    if response.request_id is None:
        raise BadResponse(
            "E-HPC's response has no RequestId",
            outcome_unknown=True,
            http_status=response.status,
            retryable=False,
            hint="Check in the E-HPC console whether the application was copied.",
        )
    return "accepted"


def run_per_region(app_id: str, regions: tuple[str, ...]) -> Flow[Outcome]:
    """Request each region separately: one that has it can mask others that do not."""
    outcomes: dict[str, str] = {}
    failure: SyncError | None = None
    for region in regions:
        try:
            outcomes[region] = yield from try_once(app_id, (region,))
        except DeadlineExceeded as error:
            error.data = dict(build_data(app_id, regions, outcomes))
            raise
        except SyncError as error:
            outcomes[region] = "failed"
            failure = failure or error
    data = dict(build_data(app_id, regions, outcomes))
    if failure is not None:
        failure.data = data
        raise failure
    copied = [region for region, outcome in outcomes.items() if outcome == "accepted"]
    if not copied:
        return Outcome("unchanged", f"{app_id} is already in {', '.join(regions)}", data)
    return Outcome("accepted", accepted(app_id, copied), data)


def build_data(app_id: str, regions: Iterable[str], outcomes: Mapping[str, str]) -> Data:
    """Return the result's data."""
    return Data(app_id=app_id, target_region_ids=list(regions), regions=dict(outcomes))


OPERATION = Operation(
    id="alibaba.ehpc.SynchronizeApp",
    function="alibaba-synchronize-app",
    title="Copy an E-HPC application to other regions",
    docs_url="https://www.alibabacloud.com/help/en/e-hpc/e-hpc-instant/developer-reference/api-ehpcinstant-2023-07-01-synchronizeapp",
    service=EHPC,
    provider=ALIBABA,
    params=SYNCHRONIZE_APP,
    flow=run,
    effect="copies the application image to the target regions",
    min_timeout_seconds=60,
    changed_statuses=frozenset({"accepted"}),
    unknown_outcome_hint="E-HPC may still complete the request; check its console before retrying.",
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)
