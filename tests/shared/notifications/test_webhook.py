"""A webhook of the deployer's own: one signature for each of its secrets."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from functions.registry import load
from shared.models.http import Request
from shared.models.secret import Secret
from shared.notifications import webhook
from shared.notifications.rendering import render
from shared.signing.standard_webhooks import parse_secret, verify
from tests.support.notifications import SERVERS, channel, result

OLD, NEW = "whsec_YW4gb2xkIGV4YW1wbGUga2V5", "YSBuZXdlciBleGFtcGxlIGtleSE"
NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone.utc)


def post(secret: str) -> Request:
    body = result().as_dict()
    to = channel("webhook")._replace(secret=Secret(secret))
    message = render(body, load(SERVERS))
    return webhook.build_request(to, message, body, now=NOW, message_id="msg_example1")


def test_several_secrets_are_several_signatures_in_their_order() -> None:
    request = post(f"{OLD}  {NEW}")

    signatures = request.headers["webhook-signature"].split(" ")

    message = ("msg_example1", str(int(NOW.timestamp())), request.body)
    assert len(signatures) == 2
    for secret, signature in zip((OLD, NEW), signatures, strict=True):
        assert verify([parse_secret(secret)], *message, signature)


@pytest.mark.parametrize(
    ("secrets", "reason"),
    [
        ("", "is empty"),
        (f"{OLD} topSecret!", r"is not base64 \(optionally after whsec_\)"),
        (f"{OLD} dG9vIHNob3J0", "is shorter than 16 bytes"),
    ],
)
def test_an_invalid_secret_is_refused(secrets: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        webhook.parse_secrets(Secret(secrets))
