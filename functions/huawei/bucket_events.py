"""The object creations in the bucket events of OSS, COS, OBS and S3.

Sources of the shapes, and of how each encodes keys:
OSS https://www.alibabacloud.com/help/en/fc/user-guide/overview-of-oss-event-triggers and, through
EventBridge, https://www.alibabacloud.com/help/en/eventbridge/user-guide/oss-events;
COS https://www.tencentcloud.com/document/product/583/9707;
OBS https://support.huaweicloud.com/eu/ugobs-obs/obs_41_0045.html (``+`` for a space);
S3 https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html (``+``
for a space) and, through EventBridge, …/ev-events.html.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_plus

from shared.errors import InvalidInput

MAX_RECORDS = 10_000
MAX_DEPTH = 4
"""A queue's message may hold a topic's, which holds the bucket's event."""

ENVELOPES = frozenset({"Records", "record", "events", "specversion", "detail-type", "Event"})
"""Keys of which every bucket event has one. That of EventBridge has ``region`` too, which is also
a parameter's name."""

RECORD_LISTS = ("Records", "record", "events")

NOT_YET = frozenset({"InitiateMultipartUpload", "UploadPart", "UploadPartCopy"})
"""OSS names these ``ObjectCreated`` too, before there is an object."""

REPLACED = "ObjectReplication:ObjectModified"
"""OSS: replication from another region has overwritten the object."""

OTHER_SHAPE = "has another shape than those of OSS, COS, OBS and S3"
HINT = (
    "Send the events of a bucket of OSS, COS, OBS or S3 as the platform's trigger passes them, or "
    "the operation's own parameters; nothing was sent."
)


class BucketEvent(NamedTuple):
    """The object creations in an event.

    Parameters
    ----------
    keys: their keys, URL-encoded as OMS requires, in order.
    bucket: the bucket they are in, None if there are none.
    ignored: how many records are about something else.
    """

    keys: list[str]
    bucket: str | None
    ignored: int


class CreatedObject(NamedTuple):
    """One object creation: the bucket's name, and the key as it is in the bucket."""

    bucket: str
    key: str


class UnreadableRecord(Exception):
    """A record of another shape; the message ends a sentence about it."""


def read_bucket_event(event: object, parameters: Collection[str]) -> BucketEvent | None:
    """Return the object creations in an event; None if it is the operation's own parameters.

    Parameters
    ----------
    event: as the platform passed it in, parsed.
    parameters: the names of the operation's parameters.

    Raises
    ------
    InvalidInput: it is neither, a key is not valid, its records are of several buckets, or there
        are more than 10,000 of them.
    """
    if isinstance(event, Mapping) and not is_envelope(event, parameters):
        return None
    found: list[CreatedObject | None] = []
    try:
        for record in records_in(event, MAX_DEPTH):
            if len(found) == MAX_RECORDS:
                raise InvalidInput(
                    f"the bucket event has more than {MAX_RECORDS:,} records",
                    code="TooManyRecords",
                    hint="Send them in several events; nothing was sent.",
                )
            found.append(record)
        created = [each for each in found if each is not None]
        keys = [encode_key(each.key) for each in created]
    except UnreadableRecord as error:
        raise InvalidInput(
            f"a record of the bucket event {error}", code="BadBucketEvent", hint=HINT
        ) from None
    buckets = {each.bucket for each in created}
    if len(buckets) > 1:
        raise InvalidInput(
            f"the bucket event has objects of {len(buckets)} buckets",
            code="SeveralBuckets",
            hint="Give each bucket a queue or rule of its own, since each bucket has its own "
            "synchronization task; nothing was sent.",
        )
    return BucketEvent(keys, next(iter(buckets), None), len(found) - len(created))


def is_envelope(event: Mapping[Any, object], parameters: Collection[str]) -> bool:
    """Return whether an object is an event rather than parameters; an empty one is parameters."""
    if any(key in ENVELOPES for key in event):
        return True
    return bool(event) and not any(key in parameters for key in event)


def records_in(event: object, depth: int) -> Iterator[CreatedObject | None]:
    """Yield the records of an event; None for each that is not about a created object.

    Parameters
    ----------
    event: a bucket event, or a message that holds some.
    depth: how many levels of messages to open.

    Raises
    ------
    UnreadableRecord: it has another shape.
    """
    if depth == 0:
        raise UnreadableRecord("holds messages within messages")
    if isinstance(event, list):  # Alibaba's EventBridge sends batches
        for each in event:
            yield from records_in(each, depth - 1)
        return
    if not isinstance(event, Mapping):
        raise UnreadableRecord("is not a JSON object")
    listed = next((event[name] for name in RECORD_LISTS if name in event), None)
    if isinstance(listed, list):
        for record in listed:
            yield from read_record(record, depth)
    elif "Message" in event:  # SNS writes this into a queue
        yield from records_in(json_of(event["Message"]), depth - 1)
    else:
        yield read_single(event)


def read_single(event: Mapping[str, object]) -> CreatedObject | None:
    """Return the object that an event without a list of records is about."""
    if event.get("Event") == "s3:TestEvent":
        return None
    if "specversion" in event:
        if event.get("source") != "acs.oss":
            raise UnreadableRecord("of EventBridge is not about OSS")
        return created_in_oss(text_of(event, "type"), event.get("data"))
    if "detail-type" in event:
        return created_on_event_bridge(event)
    raise UnreadableRecord(OTHER_SHAPE)


def read_record(record: object, depth: int) -> Iterator[CreatedObject | None]:
    """Yield what one record of a list is about: an object, or a message of a queue or topic."""
    if not isinstance(record, Mapping):
        raise UnreadableRecord("is not a JSON object")
    if "oss" in record:
        yield created_in_oss(text_of(record, "eventName"), record)
    elif "cos" in record:
        yield created_in_cos(record)
    elif "s3" in record or "obs" in record:
        yield created_in_s3(record, "s3" if "s3" in record else "obs")
    elif "Sns" in record:
        yield from records_in(json_of(at(record, "Sns", "Message")), depth - 1)
    elif "smn" in record:
        yield from records_in(json_of(at(record, "smn", "message")), depth - 1)
    elif record.get("eventSource") == "aws:sqs":
        yield from records_in(json_of(record.get("body")), depth - 1)
    else:
        raise UnreadableRecord(OTHER_SHAPE)


def created_in_oss(name: str, data: object) -> CreatedObject | None:
    """Return the object that a record of OSS is about; OSS does not encode its key."""
    if not is_creation(name):
        return None
    key = text_of(data, "oss", "object", "key")
    return CreatedObject(text_of(data, "oss", "bucket", "name"), key)


def created_in_cos(record: Mapping[str, object]) -> CreatedObject | None:
    """Return the object that a record of COS is about; ``/<app ID>/<bucket>/`` precedes its key."""
    if not is_creation(text_of(record, "event", "eventName")):
        return None
    app_id, name = (
        at(record, "cos", "cosBucket", "appid"),
        text_of(record, "cos", "cosBucket", "name"),
    )
    prefix = f"/{app_id}/{name}/"
    path = text_of(record, "cos", "cosObject", "key")
    if not path.startswith(prefix):
        raise UnreadableRecord("of COS has a key without its app ID and bucket in front")
    return CreatedObject(f"{name}-{app_id}", path[len(prefix) :])


def created_in_s3(record: Mapping[str, object], service: str) -> CreatedObject | None:
    """Return the object that a record of S3 or OBS is about; both encode keys as forms do."""
    if not is_creation(text_of(record, "eventName")):
        return None
    key = decode_key(text_of(record, service, "object", "key"))
    return CreatedObject(text_of(record, service, "bucket", "name"), key)


def created_on_event_bridge(event: Mapping[str, object]) -> CreatedObject | None:
    """Return the object that an event of Amazon EventBridge is about; its key is not encoded."""
    if event.get("source") != "aws.s3":
        raise UnreadableRecord("of EventBridge is not about S3")
    if event["detail-type"] != "Object Created":
        return None
    key = text_of(event, "detail", "object", "key")
    return CreatedObject(text_of(event, "detail", "bucket", "name"), key)


def is_creation(name: str) -> bool:
    """Return whether an event's name says that there is a new object, or new content."""
    parts = name.split(":")
    return ("ObjectCreated" in parts and parts[-1] not in NOT_YET) or name.endswith(REPLACED)


def at(value: object, *path: str) -> object:
    """Return the value at a path.

    Raises
    ------
    UnreadableRecord: there is none.
    """
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            raise UnreadableRecord(f"has no {'.'.join(path)}")
        value = value[name]
    return value


def text_of(value: object, *path: str) -> str:
    """Return the text at a path; raises :class:`UnreadableRecord` if there is none."""
    found = at(value, *path)
    if not isinstance(found, str) or not found:
        raise UnreadableRecord(f"has no text in {'.'.join(path)}")
    return found


def json_of(text: object) -> object:
    """Return the JSON in a message; raises :class:`UnreadableRecord` if it is something else."""
    try:
        return json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        raise UnreadableRecord("holds a message that is not JSON") from None


def decode_key(text: str) -> str:
    """Return the key of a form-encoded text; raises :class:`UnreadableRecord` if not UTF-8."""
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise UnreadableRecord("has a key that is not UTF-8") from None


def encode_key(key: str) -> str:
    """Return a key URL-encoded, its slashes too, as in the example of OMS's page.

    Raises
    ------
    UnreadableRecord: it cannot be written in UTF-8.
    """
    try:
        return quote(key, safe="")
    except UnicodeEncodeError:
        raise UnreadableRecord("has a key that is not UTF-8") from None
