"""The requests of E-HPC ``SynchronizeApp``: for all regions at once, or for one after another.

Page: https://www.alibabacloud.com/help/en/e-hpc/e-hpc-instant/developer-reference/api-ehpcinstant-2023-07-01-synchronizeapp
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from functions.alibaba.ehpc import EHPC, VERSION, call_ehpc
from functions.alibaba.provider import json_array_param
from shared.errors import BadResponse, DeadlineExceeded, SyncError
from shared.models.flow import ApiCall, Flow

if TYPE_CHECKING:
    from functions.alibaba.models import SynchronizeAppData as Data
else:
    Data = dict

ALL_REGIONS = "all"
ALREADY_THERE = "ImageAlreadyExists"
PERHAPS_COPIED = "perhaps copied"
"""It is there, and an earlier attempt that got no response may be why."""

PERMISSION = "ehpc:SynchronizeApp"


class Requested(NamedTuple):
    """What E-HPC answered to the requests.

    Parameters
    ----------
    outcomes: named region -> ``accepted``, ``unchanged`` or ``failed``.
    accepted: whether a copy was accepted, or may have been.
    triggered: the same, but None if it is unknown.
    """

    outcomes: Mapping[str, str]
    accepted: bool
    triggered: bool | None


UNKNOWN_OUTCOME_HINT = "E-HPC may still complete the request; check its console before retrying."

NOTHING_REQUESTED = Requested({}, accepted=False, triggered=False)


def synchronize(app_id: str, regions: tuple[str, ...]) -> ApiCall:
    """Return ``POST /`` with the parameters in the query, as documented."""
    query = [("AppId", app_id)]
    if regions:
        query.append(("TargetRegionIds", json_array_param(regions)))
    return ApiCall(
        service=EHPC,
        action="SynchronizeApp",
        permission=PERMISSION,
        version=VERSION,
        method="POST",
        query=tuple(query),
        writes=True,
        dry_run_response={"RequestId": "planned"},
    )


def request_copies(app_id: str, regions: tuple[str, ...]) -> Flow[Requested]:
    """Request all regions at once, or one by one if one of several already has it.

    Raises
    ------
    SyncError: a request failed; its ``data`` is the result's.
    """
    try:
        outcome = yield from try_once(app_id, regions)
    except SyncError as error:
        triggered = None if error.may_have_been_processed else False
        error.data = dict(build_data(app_id, regions, {}, triggered=triggered))
        raise
    perhaps_copied = outcome == PERHAPS_COPIED
    if outcome != "accepted" and len(regions) > 1 and ALL_REGIONS not in regions:
        return (yield from request_per_region(app_id, regions, perhaps_copied=perhaps_copied))
    if perhaps_copied:
        outcome = "accepted"
    outcomes = {region: outcome for region in regions if ALL_REGIONS not in regions}
    triggered = None if perhaps_copied else outcome == "accepted"
    return Requested(outcomes, outcome == "accepted", triggered)


def try_once(app_id: str, regions: tuple[str, ...]) -> Flow[str]:
    """Send one request: ``accepted``, or ``unchanged`` if the application is already there.

    If the outcome of an earlier attempt is unknown, that attempt may be why it is already there:
    ``perhaps copied``.
    """
    try:
        response = yield from call_ehpc(synchronize(app_id, regions))
    except SyncError as error:
        if error.code != ALREADY_THERE:
            raise
        return PERHAPS_COPIED if error.after_unknown_outcome else "unchanged"
    if response.request_id is None:
        unconfirmed = BadResponse(
            "E-HPC's response has no RequestId",
            outcome_unknown=True,
            http_status=response.status,
            retryable=False,
            hint="Check in the E-HPC console whether the application was copied.",
        )
        unconfirmed.is_unconfirmed_write = True
        raise unconfirmed
    return "accepted"


def request_per_region(
    app_id: str, regions: tuple[str, ...], *, perhaps_copied: bool
) -> Flow[Requested]:
    """Request each region separately: one that has it can mask others that do not.

    Parameters
    ----------
    app_id, regions: the run's.
    perhaps_copied: whether an attempt for all of them may be why a region has it.
    """
    outcomes: dict[str, str] = {}
    failure: SyncError | None = None
    is_accepted, is_unknown = False, perhaps_copied

    def triggered() -> bool | None:
        return True if is_accepted else None if is_unknown else False

    for region in regions:
        try:
            outcome = yield from try_once(app_id, (region,))
            is_accepted = is_accepted or outcome == "accepted"
            is_unknown = is_unknown or outcome == PERHAPS_COPIED
            copied_by_us = outcome == PERHAPS_COPIED or perhaps_copied
            outcomes[region] = "accepted" if copied_by_us else outcome
        except DeadlineExceeded as error:
            is_unknown = is_unknown or error.may_have_been_processed
            error.data = dict(build_data(app_id, regions, outcomes, triggered=triggered()))
            if is_unknown:
                error.mark_unconfirmed(UNKNOWN_OUTCOME_HINT)
            raise
        except SyncError as error:
            is_unknown = is_unknown or error.may_have_been_processed
            outcomes[region] = "failed"
            # A copy that may have begun must be told, whatever else failed.
            if failure is None or (
                error.may_have_been_processed and not failure.may_have_been_processed
            ):
                failure = error
    if failure is not None:
        failure.data = dict(build_data(app_id, regions, outcomes, triggered=triggered()))
        if is_unknown:
            failure.mark_unconfirmed(UNKNOWN_OUTCOME_HINT)
        raise failure
    return Requested(outcomes, "accepted" in outcomes.values(), triggered())


def build_data(
    app_id: str,
    regions: Iterable[str],
    outcomes: Mapping[str, str],
    *,
    triggered: bool | None = False,
) -> Data:
    """Return the result's data; ``triggered`` None is unknown."""
    return Data(
        app_id=app_id,
        target_region_ids=list(regions),
        regions=dict(outcomes),
        triggered=triggered,
        verified=None,
        attention=[],
        attention_count=0,
    )
