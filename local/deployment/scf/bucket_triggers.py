"""The triggers of buckets, of the type ``cos``: new objects start a function."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from local.deployment.models.bucket_trigger import BucketTrigger
from local.deployment.models.function_parts import Retries
from local.deployment.scf.calls import writing
from local.deployment.scf.triggers import (
    LATEST,
    delete_trigger,
    description_of,
    list_triggers,
    triggers_of_type,
)
from shared.errors import SyncError
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext

BUCKET = "cos"

BUCKET_RETRIES = Retries(attempts=2, max_age_seconds=21_600)
"""As often as SCF repeats an event, and as long as it keeps one."""


def buckets_of(triggers: Iterable[Mapping[str, Any]]) -> tuple[BucketTrigger, ...]:
    """Return the buckets' triggers among triggers, sorted."""
    return tuple(sorted(map(_bucket_of, triggers_of_type(triggers, BUCKET))))


def put_bucket(
    name: str, trigger: BucketTrigger, old: BucketTrigger | None, context: CallContext
) -> Flow[None]:
    """Create a COS trigger; one that differs is deleted first, as SCF changes none."""
    there = [_bucket_of(row) for row in triggers_of_type((yield from list_triggers(name)), BUCKET)]
    if any(each.compared == trigger.compared for each in there):
        return
    for each in there:
        if old is not None and each.compared == old.compared:
            yield from delete_bucket(name, each, context)
    body = {
        "FunctionName": name,
        "TriggerName": f"{trigger.bucket}.cos.{context.region}.myqcloud.com",
        "Type": BUCKET,
        "TriggerDesc": _description_text(trigger),
        "Qualifier": LATEST,
        "Enable": "OPEN",
    }
    try:
        yield from call_api(writing("CreateTrigger", body))
    except SyncError as error:
        if not error.after_unknown_outcome:
            raise
        # The attempt without a response may have made it: then this one was one too many.
        rows = triggers_of_type((yield from list_triggers(name)), BUCKET)
        if all(_bucket_of(row).compared != trigger.compared for row in rows):
            raise


def delete_bucket(name: str, trigger: BucketTrigger, _context: CallContext) -> Flow[None]:
    """Delete a COS trigger; one that is gone is no error."""
    yield from delete_trigger(name, trigger.name, BUCKET, _description_text(trigger))


def _bucket_of(row: Mapping[str, Any]) -> BucketTrigger:
    """Return a trigger as a bucket's, which is named by its domain."""
    description = description_of(row)
    found = description.get("filter")
    keys: Mapping[str, Any] = found if isinstance(found, dict) else {}
    name = str(row.get("TriggerName") or "")
    return BucketTrigger(
        bucket=name.partition(".")[0],
        events=(str(description.get("event") or ""),),
        prefix=str(keys.get("Prefix") or ""),
        suffix=str(keys.get("Suffix") or ""),
        enabled=bool(row.get("Enable", 1)),
        name=name,
    )


def _description_text(trigger: BucketTrigger) -> str:
    """Return a bucket's ``TriggerDesc``."""
    (event,) = trigger.events
    keys = {"Prefix": trigger.prefix, "Suffix": trigger.suffix}
    return json.dumps({"event": event, "filter": keys})
