"""The triggers of buckets, of the type ``oss``: new objects start a function."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.fc.arns import place_of
from local.deployment.fc.calls import change, path_of, writing
from local.deployment.fc.triggers import (
    LATEST,
    TRIGGER_EXISTS,
    config_of,
    delete_trigger,
    list_triggers,
)
from local.deployment.models.bucket_trigger import BucketTrigger
from local.deployment.models.function_parts import Retries
from shared.errors import SyncError
from shared.models.flow import Flow
from shared.models.operation import CallContext

BUCKET = "oss"
BUCKET_NAME = "cloud-sync-bucket"
"""The name of a bucket's trigger that a deployment makes."""

NEW_OBJECTS = (
    "oss:ObjectCreated:AppendObject",
    "oss:ObjectCreated:CompleteMultipartUpload",
    "oss:ObjectCreated:CopyObject",
    "oss:ObjectCreated:PostObject",
    "oss:ObjectCreated:PutObject",
)
"""``oss:ObjectCreated:*`` would report each part of an upload too."""

NOTIFIER = "aliyunosseventnotificationrole"
"""The role by which OSS calls functions; OSS's console makes it."""

BUCKET_RETRIES = Retries(attempts=3, max_age_seconds=86_400)


def buckets_of(triggers: Iterable[Mapping[str, Any]]) -> tuple[BucketTrigger, ...]:
    """Return the buckets' triggers among triggers."""
    return tuple(sorted(_bucket_of(each) for each in triggers if each.get("triggerType") == BUCKET))


def _bucket_of(row: Mapping[str, Any]) -> BucketTrigger:
    """Return a trigger as a bucket's."""
    config = config_of(row) or {}
    key = (config.get("filter") or {}).get("key") or {}
    name = str(row.get("triggerName") or "")
    return BucketTrigger(
        bucket=str(row.get("sourceArn") or "").rpartition(":")[2],
        events=tuple(sorted(map(str, config.get("events") or ()))),
        prefix=str(key.get("prefix") or ""),
        suffix=str(key.get("suffix") or ""),
        own=name == BUCKET_NAME,
        name=name,
        id=str(row.get("triggerId") or ""),
    )


def put_bucket(
    name: str, trigger: BucketTrigger, old: BucketTrigger | None, context: CallContext
) -> Flow[None]:
    """Create an OSS trigger, or change the one that is there; one of another bucket is deleted."""
    config = {
        "events": trigger.events,
        "filter": {"key": {"prefix": trigger.prefix, "suffix": trigger.suffix}},
    }
    body: dict[str, object] = {"qualifier": LATEST, "triggerConfig": json.dumps(config)}
    path = path_of(name, "triggers")
    triggers = yield from list_triggers(name)
    for each in (_bucket_of(row) for row in triggers if row.get("triggerType") == BUCKET):
        if each.compared == trigger.compared:
            return
        if not each.own and (old is None or each.name != old.name):
            continue
        if each.bucket == trigger.bucket:
            yield from change(writing("UpdateTrigger", "PUT", f"{path}/{each.name}", body))
            return
        yield from delete_trigger(name, each.name, context)
    place = yield from place_of(context)
    account = place.rpartition(":")[2]
    body |= {
        "triggerName": BUCKET_NAME,
        "triggerType": BUCKET,
        "sourceArn": f"acs:oss:{place}:{trigger.bucket}",
        "invocationRole": f"acs:ram::{account}:role/{NOTIFIER}",
    }
    try:
        yield from change(writing("CreateTrigger", "POST", path, body))
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code == TRIGGER_EXISTS):
            raise


def delete_bucket(name: str, trigger: BucketTrigger, context: CallContext) -> Flow[None]:
    """Delete an OSS trigger; one that is gone is no error."""
    yield from delete_trigger(name, trigger.name, context)
