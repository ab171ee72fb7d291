"""The Standard Webhooks package makes the same signatures and accepts ours."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from functions.registry import load
from shared.models.secret import Secret
from shared.notifications import webhook
from shared.notifications.rendering import render
from shared.signing.standard_webhooks import parse_secret, sign, verify
from tests.support.notifications import SERVERS, channel, failure, result


@given(
    key=st.binary(min_size=1, max_size=64),
    seconds=st.integers(0, 4_000_000_000),
    body=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_a_signature_is_the_packages(key: bytes, seconds: int, body: str) -> None:
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    theirs = Webhook(key).sign("msg_example1", moment, body)
    assert sign(key, "msg_example1", str(seconds), body.encode()) == theirs
    assert verify([key], "msg_example1", str(seconds), body.encode(), theirs)


@given(
    key=st.binary(min_size=1, max_size=64),
    prefix=st.sampled_from(["whsec_", ""]),
    padded=st.booleans(),
)
def test_a_secret_is_the_key_that_the_package_reads(
    key: bytes, prefix: str, *, padded: bool
) -> None:
    text = base64.b64encode(key).decode()
    secret = prefix + (text if padded else text.rstrip("="))
    moment = datetime(2026, 11, 21, tzinfo=timezone.utc)
    signature = Webhook(secret).sign("msg_example1", moment, "{}")
    assert parse_secret(secret) == key
    assert sign(key, "msg_example1", str(int(moment.timestamp())), b"{}") == signature


@pytest.mark.parametrize("secret", ["", "whsec_", "A", "whsec_A"])
def test_the_package_refuses_these_secrets_too(secret: str) -> None:
    with pytest.raises((EmptyWebhookSecretError, binascii.Error)):
        Webhook(secret)
    with pytest.raises(ValueError, match="is not base64"):
        parse_secret(secret)


def test_the_package_accepts_a_whole_post() -> None:
    post = channel("webhook")
    body = failure("half a pair \ud83d, 中文").as_dict()
    message = render(body, load(SERVERS))
    request = webhook.build_request(
        post, message, body, now=datetime.now(timezone.utc), message_id="msg_example1"
    )
    assert post.secret is not None
    verified = Webhook(post.secret.get_secret_value()).verify(request.body, dict(request.headers))
    assert verified == body


def test_the_package_accepts_a_post_with_several_signatures_for_each_secret() -> None:
    old, new = "whsec_YW4gb2xkIGV4YW1wbGUga2V5", "whsec_YSBuZXdlciBleGFtcGxlIGtleSE="
    both = channel("webhook")._replace(secret=Secret(f"{old} {new}"))
    body = result().as_dict()
    request = webhook.build_request(
        both,
        render(body, load(SERVERS)),
        body,
        now=datetime.now(timezone.utc),
        message_id="msg_example1",
    )
    for secret in (old, new):
        assert Webhook(secret).verify(request.body, dict(request.headers)) == body
