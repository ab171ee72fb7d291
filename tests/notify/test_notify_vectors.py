"""Signatures against published and computed vectors, and against a second implementation."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from shared.models.secret import Secret
from shared.notifications import dingtalk, feishu, webhook
from shared.notifications.message import message_of
from tests.notify.results import channel, failure, result

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "notify.json").read_text())


def dingtalk_sign(given: dict[str, Any]) -> str:
    return dingtalk.sign(Secret(given["secret"]), int(given["timestamp"]))


def feishu_sign(given: dict[str, Any]) -> str:
    return feishu.sign(Secret(given["secret"]), int(given["timestamp"]))


def webhook_sign(given: dict[str, Any]) -> str:
    (key,) = webhook.keys_of(Secret(given["secret"]))
    return webhook.sign(key, given["id"], given["timestamp"], given["body"].encode())


SIGN = {"dingtalk": dingtalk_sign, "feishu": feishu_sign, "standard-webhooks": webhook_sign}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_signature_is_that_of_the_vector(vector: dict[str, Any]) -> None:
    assert SIGN[vector["platform"]](vector["inputs"]) == vector["expected"]


@given(
    key=st.binary(min_size=1, max_size=64),
    seconds=st.integers(0, 4_000_000_000),
    body=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_a_webhook_signature_is_that_of_the_standards_own_package(
    key: bytes, seconds: int, body: str
) -> None:
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    theirs = Webhook(key).sign("msg_example1", moment, body)
    assert webhook.sign(key, "msg_example1", seconds, body.encode()) == theirs


def test_the_standards_own_package_accepts_a_whole_post() -> None:
    post = channel("webhook")
    body = failure("half a pair \ud83d, 中文").as_dict()
    request = webhook.request(
        post, message_of(body), body, now=datetime.now(timezone.utc), message_id="msg_example1"
    )
    assert post.secret is not None
    verified = Webhook(post.secret.reveal()).verify(request.body, dict(request.headers))
    assert verified == body


def test_a_secret_without_padding_or_prefix_is_the_same_key() -> None:
    assert webhook.keys_of(Secret("whsec_ZXhhbXBsZQ==  ZXhhbXBsZQ whsec_ZXhhbXBsZQ")) == (
        b"example",
        b"example",
        b"example",
    )


def test_several_webhook_secrets_are_several_signatures() -> None:
    post = channel("webhook")
    old, new = "whsec_b2xkIGV4YW1wbGU=", "whsec_bmV3IGV4YW1wbGU="
    both = type(post)(post.kind, post.url, Secret(f"{old} {new}"), post.on)
    body = result().as_dict()
    now = datetime.now(timezone.utc)
    request = webhook.request(both, message_of(body), body, now=now, message_id="msg_example1")
    for secret in (old, new):
        assert Webhook(secret).verify(request.body, dict(request.headers)) == body
