"""Bucket events of four clouds about the same objects, as each encodes their keys.

The shapes are those of ``events/huawei/create_sync_events``, without what nobody reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

KEYS = (
    "a.txt",
    "photos/2026/a b.jpg",
    "a+b.txt",
    "100%.txt",
    "a%20b.txt",
    "a%2Fb.txt",
    "/leading/slash",
    "//two",
    "folder/",
    "ümlaut/中 文.jpg",
    "🐈.jpg",
    "a&b=c?d#e;f:g@h",
    "quote\"back\\slash'",
    "line\nfeed",
    "~tilde_-.",
    " ",
)
"""Keys that some encoding changes."""


def oss(key: str, name: str = "ObjectCreated:PutObject", bucket: str = "b") -> dict[str, Any]:
    return {
        "eventName": name,
        "eventSource": "acs:oss",
        "oss": {"bucket": {"name": bucket}, "object": {"key": key}},
    }


def cos(key: str, name: str = "cos:ObjectCreated:Put") -> dict[str, Any]:
    return {
        "cos": {
            "cosObject": {"key": f"/1250000000/b/{key}"},
            "cosBucket": {"name": "b", "appid": "1250000000"},
        },
        "event": {"eventName": name},
    }


def obs(key: str, name: str = "ObjectCreated:Put", service: str = "obs") -> dict[str, Any]:
    encoded = quote_plus(key)
    return {
        "eventName": name,
        service: {"bucket": {"name": "b"}, "object": {"key": encoded}},
    }


def s3(key: str, name: str = "ObjectCreated:Put") -> dict[str, Any]:
    record = obs(key, name, "s3")
    record["s3"]["object"]["key"] = quote_plus(key, safe="/")
    return record


def event_bridge(key: str, kind: str = "Object Created") -> dict[str, Any]:
    return {
        "source": "aws.s3",
        "detail-type": kind,
        "region": "eu-west-1",
        "detail": {"bucket": {"name": "b"}, "object": {"key": key}},
    }


def cloud_event(key: str, kind: str = "oss:ObjectCreated:PutObject") -> dict[str, Any]:
    return {"specversion": "1.0", "source": "acs.oss", "type": kind, "data": oss(key)}


def sqs(body: object) -> dict[str, Any]:
    return {"Records": [{"eventSource": "aws:sqs", "body": json.dumps(body)}]}


def sns(message: object) -> dict[str, Any]:
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": json.dumps(message)}}]}


def smn(message: object) -> dict[str, Any]:
    return {"record": [{"event_source": "smn", "smn": {"message": json.dumps(message)}}]}


def in_topic_in_queue(event: object) -> dict[str, Any]:
    return sqs({"Type": "Notification", "Message": json.dumps(event)})


SHAPES: dict[str, Callable[[str], Any]] = {
    "OSS": lambda key: {"events": [oss(key)]},
    "OSS through EventBridge": cloud_event,
    "OSS through EventBridge, a batch": lambda key: [cloud_event(key)],
    "COS": lambda key: {"Records": [cos(key)]},
    "OBS": lambda key: {"Records": [obs(key)]},
    "OBS of the older shape": lambda key: {"Records": [obs(key, service="s3")]},
    "OBS through SMN": lambda key: smn({"Records": [obs(key)]}),
    "S3": lambda key: {"Records": [s3(key)]},
    "S3 through EventBridge": event_bridge,
    "S3 through SNS": lambda key: sns({"Records": [s3(key)]}),
    "S3 through SQS": lambda key: sqs({"Records": [s3(key)]}),
    "S3 through SNS and SQS": lambda key: in_topic_in_queue({"Records": [s3(key)]}),
    "S3 through EventBridge and SQS": lambda key: sqs(event_bridge(key)),
}
"""What makes an event about one object, by its cloud and its way."""
