"""The triggers of buckets, of the type ``OBS``: new objects start a function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.functiongraph.calls import target_of
from local.deployment.functiongraph.triggers import (
    creation_call,
    delete_trigger,
    list_triggers,
    triggers_of_type,
)
from local.deployment.models.bucket_trigger import BucketTrigger
from local.deployment.models.function_parts import Retries
from shared.errors import SyncError
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

BUCKET = "OBS"
BUCKET_NAME = "cloud_sync"
"""The name of the event notification that a deployment makes, which takes no hyphens."""

BUCKET_RETRIES = Retries(attempts=3, max_age_seconds=86_400)


def buckets_of(triggers: Iterable[Mapping[str, Any]]) -> tuple[BucketTrigger, ...]:
    """Return the buckets' triggers among triggers, sorted."""
    return tuple(sorted(map(_bucket_of, triggers_of_type(triggers, BUCKET))))


def put_bucket(
    name: str, trigger: BucketTrigger, old: BucketTrigger | None, context: CallContext
) -> Flow[None]:
    """Create an OBS trigger; one that differs is deleted first, as nothing of it can be changed."""
    target = yield from target_of(name, context)
    triggers = yield from list_triggers(target)
    for each in map(_bucket_of, triggers_of_type(triggers, BUCKET)):
        if each.compared == trigger.compared:
            return
        if each.own or (old is not None and each.id == old.id):
            yield from delete_trigger(target, BUCKET, each.id)
    call = creation_call(
        target,
        BUCKET,
        "MessageCreated",
        {
            "name": BUCKET_NAME,
            "bucket": trigger.bucket,
            "events": list(trigger.events),
            **({"prefix": trigger.prefix} if trigger.prefix else {}),
            **({"suffix": trigger.suffix} if trigger.suffix else {}),
        },
    )
    try:
        yield from call_api(call)
    except SyncError as error:
        if not error.after_unknown_outcome:
            raise
        # The attempt without a response may have made it: then this one was one too many.
        there = map(_bucket_of, triggers_of_type((yield from list_triggers(target)), BUCKET))
        if all(each.compared != trigger.compared for each in there):
            raise


def delete_bucket(name: str, trigger: BucketTrigger, context: CallContext) -> Flow[None]:
    """Delete an OBS trigger; one that is gone is no error."""
    target = yield from target_of(name, context)
    yield from delete_trigger(target, BUCKET, trigger.id)


def _bucket_of(row: Mapping[str, Any]) -> BucketTrigger:
    """Return a trigger as a bucket's."""
    data = row.get("event_data") or {}
    name = str(data.get("name") or "")
    return BucketTrigger(
        bucket=str(data.get("bucket") or ""),
        events=tuple(sorted(map(str, data.get("events") or ()))),
        prefix=str(data.get("prefix") or ""),
        suffix=str(data.get("suffix") or ""),
        enabled=row.get("trigger_status") == "ACTIVE",
        own=name == BUCKET_NAME,
        name=name,
        id=str(row.get("trigger_id") or ""),
    )
