"""The bucket that a description lets call a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from local.deployment.description.document import Bucket, FunctionTable, PlatformTable
from local.deployment.models.bucket_trigger import BucketTrigger, BucketTriggers

CALLED_BY_BUCKETS = "huawei-create-sync-events"
"""The one function that reads a bucket's event."""

EVENTS: Mapping[str, frozenset[str]] = {
    "functiongraph": frozenset({"ObjectCreated", "Put", "Post", "Copy", "CompleteMultipartUpload"}),
    "fc": frozenset(
        {
            "oss:ObjectCreated:*",
            "oss:ObjectCreated:AppendObject",
            "oss:ObjectCreated:CompleteMultipartUpload",
            "oss:ObjectCreated:CopyObject",
            "oss:ObjectCreated:PostObject",
            "oss:ObjectCreated:PutObject",
            "oss:ObjectReplication:ObjectCreated",
            "oss:ObjectReplication:ObjectModified",
        }
    ),
    "scf": frozenset(
        {
            "cos:ObjectCreated:*",
            "cos:ObjectCreated:CompleteMultipartUpload",
            "cos:ObjectCreated:Copy",
            "cos:ObjectCreated:Post",
            "cos:ObjectCreated:Put",
        }
    ),
}
"""Platform on which deployments make such triggers -> the events by which its buckets report new
objects."""

FAILED_EVENTS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "functiongraph": (re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"), "the name of a bucket"),
    "fc": (re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,119}"), "the name of a queue of MNS"),
}
"""Platform -> what ``failed_events`` names there."""

TASK_SETTINGS = ("DEFAULT_PARAMETERS", "OMS_TASKS")
"""The settings that can name the task that a bucket's objects are handed to."""

NO_TASK = (
    "nothing names the task of the bucket's objects: add DEFAULT_PARAMETERS = "
    """'{"sync_task_id": "…"}', or OMS_TASKS"""
)

COS_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]*-[0-9]{5,}")

DRY_RUN_KEY = "cloud-sync-dry-run"
"""The key of an object that a dry run is passed; it needs none that exists."""


def desired_bucket(
    service: BucketTriggers | None, part: FunctionTable
) -> tuple[BucketTrigger, ...]:
    """Return the trigger that a function is to have, if any."""
    table = part.bucket
    if table is None or service is None:
        return ()
    events = tuple(sorted(set(table.events or service.events)))
    return (BucketTrigger(table.name, events, table.prefix, table.suffix, own=True),)


def dry_run_event(part: FunctionTable) -> dict[str, object]:
    """Return what the event of a dry run has in place of a bucket's."""
    if part.bucket is None:
        return {}
    return {"bucket": part.bucket.name, "object_keys": [DRY_RUN_KEY]}


def bucket_faults(platform: str, place: str, table: PlatformTable) -> Iterator[tuple[str, str]]:
    """Return what is wrong with the buckets of a platform's functions.

    Parameters
    ----------
    platform: the platform's name.
    place: where its part of the description is.
    table: the part.
    """
    for name, function in table.functions.items():
        inside = f"{place}.functions.{name}"
        if function.bucket is None:
            continue
        if platform not in EVENTS:
            reason = "its trigger is made by hand on this platform: docs/bucket-events.md"
            yield f"{inside}.bucket", reason
            continue
        if name != CALLED_BY_BUCKETS:
            yield f"{inside}.bucket", f"only {CALLED_BY_BUCKETS} reads a bucket's event"
        if function.schedule is not None:
            yield f"{inside}.schedule", "a function that a bucket calls has no timer: leave it out"
        for event in function.bucket.events or ():
            if event not in EVENTS[platform]:
                known = ", ".join(sorted(EVENTS[platform]))
                yield f"{inside}.bucket.events", f"{event} reports no new objects: use {known}"
        yield from _failed_events_faults(platform, f"{inside}.bucket", function.bucket)
        if platform == "scf":
            yield from _cos_faults(f"{inside}.bucket", function.bucket)
        yield from _setting_faults(inside, table, function)


def _setting_faults(
    place: str, table: PlatformTable, function: FunctionTable
) -> Iterator[tuple[str, str]]:
    names = {*table.settings, *table.secrets, *function.settings, *function.secrets}
    if names.isdisjoint(TASK_SETTINGS):
        yield f"{place}.settings", NO_TASK
    if {**table.settings, **function.settings}.get("ON_FAILURE") == "return":
        reason = "with return a failed event would count as handled: set raise, or leave it out"
        yield f"{place}.settings.ON_FAILURE", reason


def _failed_events_faults(platform: str, place: str, table: Bucket) -> Iterator[tuple[str, str]]:
    if table.failed_events is None:
        return
    if platform not in FAILED_EVENTS:
        reason = "is the dead-letter queue in the function's settings on scf: leave it out"
        yield f"{place}.failed_events", reason
        return
    pattern, wanted = FAILED_EVENTS[platform]
    if not pattern.fullmatch(table.failed_events):
        yield f"{place}.failed_events", f"is {wanted}"


def _cos_faults(place: str, table: Bucket) -> Iterator[tuple[str, str]]:
    if not COS_BUCKET.fullmatch(table.name):
        yield f"{place}.name", "is a bucket of COS with the app id: photos-1250000000"
    if len(set(table.events or ())) > 1:
        yield f"{place}.events", "are one for a trigger of COS: use cos:ObjectCreated:* for all"
