"""Bucket events of four clouds: the same keys whatever their shape and encoding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from aws_lambda_powertools.utilities.data_classes import S3Event

from functions.huawei.bucket_events import MAX_RECORDS, BucketEvent, read_bucket_event
from shared.errors import InvalidInput
from tests.support.bucket_events import (
    KEYS,
    SHAPES,
    cloud_event,
    cos,
    event_bridge,
    obs,
    oss,
    s3,
    sqs,
)
from tests.support.repository import ROOT

SAMPLES = ROOT / "events" / "huawei" / "create_sync_events"
NAMES = {"sync_task_id", "object_keys", "region", "dry_run"}


def read(event: object) -> BucketEvent:
    found = read_bucket_event(event, NAMES)
    assert found is not None
    return found


def refused(event: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_bucket_event(event, NAMES)
    return caught.value


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_key_arrives_as_oms_wants_it_whatever_the_vendors_encoding(shape: str, key: str) -> None:
    bucket = "b-1250000000" if shape == "COS" else "b"

    assert read(SHAPES[shape](key)) == BucketEvent([quote(key, safe="")], bucket, 0)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_sample_is_understood(path: Path) -> None:
    event = json.loads(path.read_text("utf-8"))
    bucket = "example-source-1250000000" if path.stem == "cos" else "example-source"
    expected = BucketEvent([quote("photos/a b+c 100%/猫🐈.jpg", safe="")], bucket, 0)
    if path.stem == "s3-test":
        expected = BucketEvent([], None, 1)

    assert read(event) == expected


def test_powertools_reads_the_same_key_from_an_event_of_s3() -> None:
    event = json.loads((SAMPLES / "s3.json").read_text("utf-8"))

    assert [unquote(key) for key in read(event).keys] == [S3Event(event).object_key]


@pytest.mark.parametrize(
    "event",
    [
        {"events": [oss("a", "ObjectRemoved:DeleteObject")]},
        {"events": [oss("a", "ObjectCreated:InitiateMultipartUpload")]},
        {"events": [oss("a", "ObjectCreated:UploadPart")]},
        {"events": [oss("a", "ObjectCreated:UploadPartCopy")]},
        {"events": [oss("a", "ObjectModified:UpdateObjectMeta")]},
        cloud_event("a", "oss:ObjectRemoved:DeleteObject"),
        cloud_event("a", "oss:ObjectReplication:ObjectRemoved"),
        {"Records": [cos("a", "cos:ObjectRemove:Delete")]},
        {"Records": [cos("a", "cos:ObjectRestore:Post")]},
        {"Records": [obs("a", "ObjectRemoved:DeleteMarkerCreated")]},
        {"Records": [s3("a", "ObjectRemoved:Delete")]},
        {"Records": [s3("a", "ObjectTagging:Put")]},
        event_bridge("a", "Object Deleted"),
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"},
        sqs({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}),
    ],
    ids=str,
)
def test_what_creates_no_object_is_ignored_and_counted(event: object) -> None:
    assert read(event) == BucketEvent([], None, 1)


@pytest.mark.parametrize(
    "event",
    [
        *({"events": [oss("a", f"ObjectCreated:{name}")]} for name in ("PostObject", "CopyObject")),
        {"events": [oss("a", "ObjectCreated:CompleteMultipartUpload")]},
        {"events": [oss("a", "ObjectCreated:AppendObject")]},
        {"events": [oss("a", "ObjectReplication:ObjectCreated")]},
        cloud_event("a", "oss:ObjectReplication:ObjectModified"),
        {"Records": [s3("a", "ObjectCreated:CompleteMultipartUpload")]},
        {"Records": [s3("a", "s3:ObjectCreated:Copy")]},
    ],
    ids=str,
)
def test_every_way_to_create_an_object_counts(event: object) -> None:
    assert read(event).keys == ["a"]


def test_order_and_repetitions_are_kept_and_others_counted() -> None:
    records = [s3("b"), s3("a"), s3("c", "ObjectRemoved:Delete"), s3("b")]

    assert read({"Records": records}) == BucketEvent(["b", "a", "b"], "b", 1)


def test_an_event_without_records_has_no_keys() -> None:
    assert read({"Records": []}) == BucketEvent([], None, 0)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"sync_task_id": "t"},
        {"sync_task_id": "t", "object_keys": ["a"]},
        {"dry_run": True},
        {"region": "cn-north-4", "object_kyes": ["a"]},
    ],
)
def test_parameters_are_no_bucket_event(event: object) -> None:
    assert read_bucket_event(event, NAMES) is None


@pytest.mark.parametrize(
    "event",
    [
        None,
        "text",
        7,
        [7],
        {"foo": 1},
        {"Records": {}},
        {"Records": "text"},
        {"Records": [7]},
        {"Records": [{}]},
        {"Records": [{"eventSource": "aws:kinesis", "kinesis": {"data": "e30="}}]},
        {"Records": [{"eventSource": "aws:sqs", "body": "no JSON"}]},
        {"Records": [{"eventSource": "aws:sqs"}]},
        {"Records": [{"Sns": {}}]},
        {"Records": [s3("a"), {"s3": {}}]},
        {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "a"}}}]},
        {"Records": [{**s3("a"), "s3": {"bucket": {"name": "b"}, "object": {"key": ""}}}]},
        {"Records": [{**s3("a"), "s3": {"bucket": {"name": "b"}, "object": {"key": 7}}}]},
        {"Records": [{**s3("a"), "s3": {"object": {"key": "a"}}}]},
        {"Records": [{**cos("a"), "cos": {"cosObject": {"key": "/1/b/a"}, "cosBucket": {}}}]},
        {"events": [{"eventName": "ObjectCreated:PutObject", "oss": []}]},
        {"source": "aws.ec2", "detail-type": "Object Created", "detail": {}},
        {"source": "aws.s3", "detail-type": "Object Created", "detail": {}},
        {"specversion": "1.0", "source": "acs.ecs", "type": "ecs:Instance:StateChange"},
        {"specversion": "1.0", "source": "acs.oss", "type": "oss:ObjectCreated:PutObject"},
        {"Event": "s3:Other"},
        {"record": [{"smn": {"message": 7}}]},
    ],
    ids=str,
)
def test_an_event_of_another_shape_is_refused(event: object) -> None:
    error = refused(event)

    assert (error.category, error.code) == ("invalid_input", "BadBucketEvent")
    assert error.message.startswith("a record of the bucket event ")
    assert "nothing was sent" in error.hint


def test_a_cos_key_without_its_bucket_in_front_is_refused() -> None:
    record = cos("a")
    record["cos"]["cosObject"]["key"] = "/1250000000/other/a"

    assert "app ID and bucket in front" in refused({"Records": [record]}).message


def test_messages_within_messages_are_opened_so_far_and_no_further() -> None:
    event: dict[str, Any] = {"Records": [s3("a")]}

    assert read(sqs(sqs(sqs(event)))).keys == ["a"]
    assert "within messages" in refused(sqs(sqs(sqs(sqs(event))))).message


@pytest.mark.parametrize("key", ["%FF", "a%C3", "%ED%A0%80", "x%80y"])
@pytest.mark.parametrize("service", ["s3", "obs"])
def test_a_key_that_is_not_utf_8_is_refused(service: str, key: str) -> None:
    record = obs("a", service=service)
    record[service]["object"]["key"] = key

    error = refused({"Records": [s3("good"), record]})

    assert error.category == "invalid_input"
    assert error.message == "a record of the bucket event has a key that is not UTF-8"


def test_half_a_surrogate_pair_is_refused() -> None:
    event = json.loads(json.dumps({"events": [oss("\ud83d")]}))

    assert "not UTF-8" in refused(event).message


def test_ten_thousand_records_are_the_limit() -> None:
    records = [s3(f"{number}") for number in range(MAX_RECORDS)]
    assert len(read({"Records": records}).keys) == MAX_RECORDS

    error = refused({"Records": [*records, s3("one more", "ObjectRemoved:Delete")]})

    assert (error.category, error.code) == ("invalid_input", "TooManyRecords")
    assert "10,000" in error.message


def test_objects_of_several_buckets_are_refused() -> None:
    event = {"events": [oss("a"), oss("a", bucket="c")]}

    assert refused(event).code == "SeveralBuckets"


def test_a_deletion_in_another_bucket_does_not_matter() -> None:
    event = {"events": [oss("a"), oss("a", "ObjectRemoved:DeleteObject", "c")]}

    assert read(event) == BucketEvent(["a"], "b", 1)


def test_an_error_shows_no_key() -> None:
    for event in ({"Records": [{"s3": "secretName"}]}, {"Records": [{"secretName": 1}]}):
        error = refused(event)
        assert "secretName" not in error.message + error.hint
