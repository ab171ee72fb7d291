"""The one result of all targets."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from shared.fleet.fleet_request import TARGETS, FleetRequest
from shared.fleet.target_results import FAILED, TargetResults, json_size
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.models.result import SCHEMA_VERSION, ErrorBody, Result, Status

LEAST_FINISHED_FIRST: tuple[Status, ...] = (
    "running",
    "accepted",
    "succeeded",
    "unchanged",
    "idle",
    "planned",
)
"""The statuses of targets that did not fail; a fleet has the first that one of them has."""

MAX_BYTES_BY_TRIGGER: Mapping[str, int] = {"timer": 200 * 1024, "workflow": 200 * 1024}
MAX_BYTES = 4_500_000
"""Limits for the data of one result: platforms limit asynchronous responses and workflow states to
256 KB, and direct responses to 6 MB, in which HTTP escapes each quotation mark."""

MAX_NOT_STARTED_SHARE = 0.1
"""The share of that for the targets that were not started, which ``continue_with`` names too."""

FRAME_BYTES = 4096
"""For the summary, the counts and the keys."""

MAX_LISTED = 10
"""How many failed targets the summary names."""

STATUS_VERBS: Mapping[str, tuple[str, str]] = {
    "running": ("is running", "are running"),
    "accepted": ("was accepted", "were accepted"),
    "succeeded": ("succeeded", "succeeded"),
    "unchanged": ("is unchanged", "are unchanged"),
    "idle": ("is idle", "are idle"),
    "planned": ("is planned", "are planned"),
}


def size_budget(trigger: str) -> int:
    """Return the maximum size of a fleet's data for a trigger, in bytes."""
    return MAX_BYTES_BY_TRIGGER.get(trigger, MAX_BYTES)


def fleet_result(
    operation: Operation,
    invocation: Invocation,
    fleet: FleetRequest,
    results: TargetResults,
    started: int,
) -> Result:
    """Return the result of all targets.

    Parameters
    ----------
    operation, invocation, fleet: what was run.
    results: those of the targets that were started.
    started: how many were.
    """
    budget = size_budget(invocation.trigger)
    left = len(fleet.targets) - started
    redactor = invocation.redactor
    not_started = [
        redactor.redact_values(entry)
        for entry in listed_targets(
            fleet, started, round(budget * MAX_NOT_STARTED_SHARE), operation.params.secrets
        )
    ]
    continue_with = event_for_rest(fleet, started) if left else None
    notes = []
    if left:
        notes.append(f"{left:,} {'was' if left == 1 else 'were'} not started for lack of time")
    redacted = redactor.redact_value(continue_with)
    if continue_with is not None and (fleet.has_secrets or redacted != continue_with):
        continue_with = None
        notes.append("continue_with is null because the event holds secrets")
    size = json_size(continue_with)
    if size + json_size(not_started) + FRAME_BYTES > budget:
        continue_with, size = None, 0
        notes.append("continue_with is null because it is too large")
    results.limit(budget - size - json_size(not_started) - FRAME_BYTES)
    failed = results.counts.get(FAILED, 0)
    labels = failed_labels(results, failed)
    summary = "; ".join([*outcome_phrases(results.counts, len(fleet.targets), labels), *notes])
    status = fleet_status(results.counts, left)
    started_monotonic, started_at = invocation.start_times
    return Result(
        schema_version=SCHEMA_VERSION,
        operation=operation.id,
        status=status,
        summary=summary,
        provider=operation.provider.name,
        account=None,
        region=None,
        data={
            "counts": {
                each: results.counts[each]
                for each in (*LEAST_FINISHED_FIRST, FAILED)
                if each in results.counts
            },
            "results": results.kept(),
            "results_shortened": results.shortened,
            "results_left_out": results.left_out,
            "attention_count": results.attention_count,
            "not_started": not_started,
            "not_started_count": left,
            "continue_with": continue_with,
        },
        error=all_failed_error(results, summary) if status == FAILED else None,
        provider_request_ids=(),
        attempts=results.attempts,
        trigger=invocation.trigger,
        invocation_id=invocation.invocation_id,
        started_at=started_at,
        duration_ms=round((invocation.runtime.clock.monotonic() - started_monotonic) * 1000),
    )


def has_failed_targets(result: Result) -> bool:
    """Return whether a target failed, and not only that some were not started."""
    counts = result.data["counts"]
    return isinstance(counts, dict) and counts.get(FAILED, 0) > 0


def is_retryable(result: Result) -> bool:
    """Return whether a retry may help every target that failed."""
    data: Mapping[str, Any] = result.data
    errors = [body["error"] for body in data["results"] if body["status"] == FAILED]
    return len(errors) == data["counts"][FAILED] and all(error["retryable"] for error in errors)


def fleet_status(counts: Mapping[str, int], not_started: int) -> Status:
    """Return the status of all targets together.

    Parameters
    ----------
    counts: how many targets have each status.
    not_started: how many were not started.
    """
    if counts.get(FAILED) and len(counts) == 1 and not not_started:
        return "failed"
    if counts.get(FAILED) or not_started:
        return "partial"
    return next((status for status in LEAST_FINISHED_FIRST if status in counts), "succeeded")


def listed_targets(
    fleet: FleetRequest, started: int, max_bytes: int, secrets: frozenset[str]
) -> list[dict[str, Any]]:
    """Return the targets that were not started, as many as fit into a size.

    Parameters
    ----------
    fleet: the targets.
    started: how many of them were.
    max_bytes: the size as JSON.
    secrets: the parameters that are left out; a set of the accounts file may have them.
    """
    listed: list[dict[str, Any]] = []
    for target in islice(iter(fleet.targets), started, None):
        entry = {key: value for key, value in target.parameters.items() if key not in secrets}
        max_bytes -= json_size(entry)
        if max_bytes < 0:
            break
        listed.append(entry)
    return listed


def event_for_rest(fleet: FleetRequest, started: int) -> dict[str, Any]:
    """Return an event that runs the targets that were not started, in the same order."""
    event = {**fleet.common, TARGETS: fleet.targets.after(started)}
    if fleet.max_concurrency_given is not None:
        event["max_concurrency"] = fleet.max_concurrency_given
    return event


def outcome_phrases(counts: Mapping[str, int], total: int, failed_targets: list[str]) -> list[str]:
    """Return how many targets did what, as phrases of a summary.

    Parameters
    ----------
    counts: how many targets have each status.
    total: how many targets there are.
    failed_targets: where some of them failed, and why.
    """
    failed = counts.get(FAILED, 0)
    where = ", ".join(failed_targets)
    if failed > len(failed_targets):
        where += f" and {failed - len(failed_targets):,} more"
    others = [status for status in LEAST_FINISHED_FIRST if status in counts]
    if not others:
        return (
            [
                f"all {failed:,} targets failed: {where}"
                if failed == total and failed > 1
                else f"{failed:,} of {total:,} targets failed: {where}"
            ]
            if failed
            else []
        )
    first, *more = others
    phrase = f"{counts[first]:,} of {total:,} targets {verb(first, counts[first])}"
    phrase += "".join(f", {counts[status]:,} {verb(status, counts[status])}" for status in more)
    return [phrase, f"{failed:,} failed: {where}"] if failed else [phrase]


def verb(status: str, count: int) -> str:
    """Return what so many targets with a status did."""
    one, several = STATUS_VERBS[status]
    return one if count == 1 else several


def failed_labels(results: TargetResults, failed: int) -> list[str]:
    """Return the first failed targets, each with the category of its error."""
    if not failed:
        return []
    labels: list[str] = []
    for number, body in results.numbers():
        if body["status"] == FAILED:
            labels.append(f"{label(body, number)} ({body['error']['category']})")
            if len(labels) == MAX_LISTED:
                break
    return labels


def label(body: Mapping[str, Any], number: int) -> str:
    """Return a target's account and region, and its number if one of them is not known."""
    account, region = body["account"], body["region"]
    if account and region:
        return f"{account}/{region}"
    return f"target {number + 1}" + (f" of {account or region}" if account or region else "")


def all_failed_error(results: TargetResults, summary: str) -> ErrorBody:
    """Return the error if every target failed: the one that most of them failed with."""
    (category, hint), count = max(results.errors.items(), key=lambda item: item[1])
    if count < len(results):
        hint = "The result of each target in data.results has its own error and hint."
    return ErrorBody(
        category=category,
        code="AllTargetsFailed",
        message=summary,
        http_status=None,
        retryable=results.retryable,
        hint=hint,
    )
