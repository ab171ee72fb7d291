"""Alibaba E-HPC Instant ``SynchronizeApp``: copy an application to other regions.

A run looks which regions have it, requests it for the others, and looks again.

Page: https://www.alibabacloud.com/help/en/e-hpc/e-hpc-instant/developer-reference/api-ehpcinstant-2023-07-01-synchronizeapp
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.alibaba._core_schemas import SYNCHRONIZE_APP
from functions.alibaba.app_images import (
    COPYING,
    FAILED,
    LOOK_ACTIONS,
    PERMISSION_HINT,
    THERE,
    UNKNOWN,
    Copies,
    find_copies,
    find_image,
)
from functions.alibaba.copy_requests import (
    ALL_REGIONS,
    NOTHING_REQUESTED,
    UNKNOWN_OUTCOME_HINT,
    Requested,
    build_data,
    request_copies,
)
from functions.alibaba.ehpc import EHPC
from functions.alibaba.provider import ALIBABA
from shared import entrypoint
from shared.errors import (
    Forbidden,
    Rejected,
    SyncError,
    Unauthenticated,
)
from shared.models.effects import Effect, verified
from shared.models.flow import Flow, optional
from shared.models.operation import CallContext, Operation
from shared.models.polling import poll_until
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.alibaba.models import SynchronizeAppData as Data
    from functions.alibaba.models import SynchronizeAppParams as Params
    from shared.models.documents import Attention, Verified
else:
    Attention = Data = dict


class Target(NamedTuple):
    """What is to be copied where.

    Parameters
    ----------
    app_id: the application.
    regions: as requested, each once.
    home: the region that is asked.
    """

    app_id: str
    regions: tuple[str, ...]
    home: str | None

    @property
    def named(self) -> tuple[str, ...]:
        """The named regions, none if every region is meant."""
        return () if ALL_REGIONS in self.regions else self.regions


STATUS_WORDS: Mapping[str, str] = {
    "unchanged": "in",
    "running": "being copied to",
    "failed": "failed in",
    "missing": "not in",
    "unknown": "in an unknown state in",
}
"""Word in ``regions`` -> how a status says it."""


def run(params: Params, context: CallContext) -> Flow[Outcome]:
    """Look, request the application for the regions that lack it, and look again."""
    target = target_of(params, context)
    try:
        image_id = yield from optional(find_image(target.app_id))
        before = yield from optional(find_copies(image_id, target.named, target.home))
    except Unauthenticated:
        raise  # the copy would be refused in the same way
    except SyncError as error:
        return (yield from run_without_look(target, error))
    requested = NOTHING_REQUESTED
    lacking = tuple(
        region for region in target.named if before.places.get(region) not in {THERE, COPYING}
    )
    if lacking or not target.named:
        try:
            requested = yield from request_copies(target.app_id, lacking or target.regions)
        except SyncError as error:
            known = words_of(target, before, before, dict.fromkeys(lacking, ""))
            regions = {**known, **error.data["regions"]}  # type: ignore[dict-item]
            error.data = {
                **error.data,
                "target_region_ids": list(target.regions),
                "regions": {region: word for region, word in regions.items() if word},
            }
            raise
    elif settled(target, before, requested) or not params.wait_seconds:
        return conclude(target, requested, before, before)
    try:
        after = yield from poll_until(
            lambda: find_copies(image_id, target.named, target.home),
            lambda copies: settled(target, copies, requested),
            params.wait_seconds,
        )
    except SyncError as error:
        return unseen(
            target, requested, error, words_of(target, before, before, requested.outcomes)
        )
    return conclude(target, requested, before, after)


def status(params: Params, context: CallContext) -> Flow[Outcome]:
    """Look which regions have the application, and wait for the copies if asked to."""
    target = target_of(params, context)
    image_id = yield from find_image(target.app_id)
    copies = yield from poll_until(
        lambda: find_copies(image_id, target.named, target.home),
        lambda copies: settled(target, copies, NOTHING_REQUESTED),
        params.wait_seconds,
    )
    words = words_of(target, copies, copies, {})
    data = build_data(target.app_id, target.regions, words)
    add_attention(data, copies, words)
    summary = f"{target.app_id}: " + "; ".join(
        f"{told} {', '.join(regions)}"
        for word, told in STATUS_WORDS.items()
        if (regions := [region for region, each in words.items() if each == word])
    )
    return Outcome(
        "running" if "running" in words.values() else "succeeded",
        summary,
        dict(data),
        unknown_words(copies),
    )


def target_of(params: Params, context: CallContext) -> Target:
    """Return what is to be copied where."""
    return Target(params.app_id, tuple(dict.fromkeys(params.target_region_ids)), context.region)


def settled(target: Target, copies: Copies, requested: Requested) -> bool:
    """Return whether another look would show nothing new."""
    shown = target.named or tuple(copies.places)
    return not any(
        copies.places.get(region) == COPYING
        or (region not in copies.places and requested.outcomes.get(region) == "accepted")
        for region in shown
    )


def words_of(
    target: Target, before: Copies, after: Copies, outcomes: Mapping[str, str]
) -> dict[str, str]:
    """Return ``regions`` of the result: region -> what is known of it.

    Parameters
    ----------
    target: what was to be copied where.
    before, after: what the first and the last look show.
    outcomes: what E-HPC answered to the requests, by named region.
    """
    words = {}
    for region in target.named or tuple(after.places):
        place = after.places.get(region)
        if place == THERE:
            words[region] = "unchanged" if before.places.get(region) == THERE else "succeeded"
        elif place == COPYING:
            words[region] = "running"
        elif place == FAILED:
            words[region] = "failed"
        else:
            words[region] = outcomes.get(region, "missing" if place is None else "unknown")
    return words


def conclude(target: Target, requested: Requested, before: Copies, after: Copies) -> Outcome:
    """Return the outcome that the last look shows.

    Raises
    ------
    Rejected: a copy failed.
    """
    words = words_of(target, before, after, requested.outcomes)
    data = build_data(target.app_id, target.regions, words, triggered=requested.triggered)
    data["verified"] = verified(effect_of(target, after), LOOK_ACTIONS, after.at)
    add_attention(data, after, words)
    if data["attention"]:
        failed = ", ".join(region for region, word in words.items() if word == "failed")
        raise Rejected(
            f"E-HPC could not copy {target.app_id} to {failed}",
            code="CopyFailed",
            hint=f"Check the image in {failed} in the E-HPC console; the next run requests the "
            "copy again.",
            data=dict(data),
        )
    warnings = unknown_words(after)
    where = ", ".join(words) or "every region"

    def outcome(status: Any, summary: str) -> Outcome:
        return Outcome(status, summary, dict(data), warnings)

    running = [region for region, word in words.items() if word == "running"]
    if running:
        return outcome("running", f"E-HPC is copying {target.app_id} to {', '.join(running)}")
    waiting = [region for region, word in words.items() if word in {"accepted", "missing"}]
    if waiting and requested.accepted:
        return outcome("accepted", accepted(target.app_id, waiting))
    arrived = [region for region, word in words.items() if word == "succeeded"]
    if arrived:
        return outcome("succeeded", f"E-HPC copied {target.app_id} to {', '.join(arrived)}")
    if requested.accepted:
        return outcome("accepted", accepted(target.app_id, target.named))
    return outcome("unchanged", f"{target.app_id} is already in {where}")


def effect_of(target: Target, copies: Copies) -> Effect:
    """Return what a look shows of the effect.

    No request lists every region, so that it can only be known for named regions.
    """
    regions = target.named or tuple(copies.places)
    places = [copies.places.get(region) for region in regions]
    if UNKNOWN in places:
        return "cannot_be_known"
    if not all(place == THERE for place in places):
        return "not_seen"
    return "seen" if target.named else "cannot_be_known"


def add_attention(data: Data, copies: Copies, words: Mapping[str, str]) -> None:
    """List the regions where the copy failed."""
    data["attention"] = [
        Attention(id=region, name=copies.name, why=f"the copy failed: {copies.words[region]}")
        for region, word in words.items()
        if word == "failed" and region in copies.words
    ]
    data["attention_count"] = len(data["attention"])


def unknown_words(copies: Copies) -> tuple[str, ...]:
    """Return a warning for each region whose state E-HPC reports in an unknown word."""
    return tuple(
        f"E-HPC reports an unknown state of the copy in {region}: {copies.words[region]}"
        for region, place in copies.places.items()
        if place == UNKNOWN
    )


def run_without_look(target: Target, error: SyncError) -> Flow[Outcome]:
    """Request the application without knowing which regions have it.

    Parameters
    ----------
    target: what is to be copied where.
    error: why it is not known.
    """
    try:
        requested = yield from request_copies(target.app_id, target.regions)
    except SyncError as failure:
        failure.data = {**failure.data, "verified": not_verified(error)}
        raise
    return unseen(target, requested, error, requested.outcomes)


def unseen(
    target: Target, requested: Requested, error: SyncError, words: Mapping[str, str]
) -> Outcome:
    """Return the outcome if a look failed: what E-HPC answered to the requests.

    Parameters
    ----------
    target, requested: the run's.
    error: how the look failed.
    words: ``regions`` of the result.
    """
    data = build_data(target.app_id, target.regions, words, triggered=requested.triggered)
    data["verified"] = not_verified(error)
    hints = (PERMISSION_HINT,) if isinstance(error, Forbidden) else ()
    warnings = () if hints else (f"E-HPC does not show which regions have it: {error.code}",)
    if requested.accepted:
        copied = [region for region in target.named if words.get(region) == "accepted"]
        return Outcome("accepted", accepted(target.app_id, copied), dict(data), warnings, hints)
    if requested is NOTHING_REQUESTED:
        summary = f"E-HPC is copying {target.app_id} already"
        return Outcome("running", summary, dict(data), warnings, hints)
    where = ", ".join(target.named) or "every region"
    summary = f"{target.app_id} is already in {where}"
    return Outcome("unchanged", summary, dict(data), warnings, hints)


def not_verified(error: SyncError) -> Verified | None:
    """Return ``data.verified`` after a failed look; None if the permission is missing."""
    if isinstance(error, Forbidden):
        return None
    return verified("cannot_be_known", LOOK_ACTIONS, None)


def accepted(app_id: str, regions: Iterable[str]) -> str:
    """Return the summary of an accepted copy; no regions means every region that lacks it."""
    where = ", ".join(regions) or "every region that lacks it"
    return f"E-HPC accepted the copy of {app_id} to {where}"


OPERATION = Operation(
    id="alibaba.ehpc.SynchronizeApp",
    function="alibaba-synchronize-app",
    title="Copy an E-HPC application to other regions",
    docs_url="https://www.alibabacloud.com/help/en/e-hpc/e-hpc-instant/developer-reference/api-ehpcinstant-2023-07-01-synchronizeapp",
    service=EHPC,
    provider=ALIBABA,
    params=SYNCHRONIZE_APP,
    flow=run,
    read_flow=status,
    effect="copies the application image to the target regions",
    min_timeout_seconds=60,
    supports_wait=True,
    unknown_outcome_hint=UNKNOWN_OUTCOME_HINT,
    items_noun="regions",
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)


if __name__ == "__main__":
    from shared.command_line import run_command

    raise SystemExit(run_command(OPERATION, "functions.alibaba.synchronize_app"))
