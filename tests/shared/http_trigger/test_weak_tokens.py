"""Neither an empty nor a weak credential lets a caller in, however it was configured."""

from __future__ import annotations

import base64
import hashlib

import pytest

from local.emulator import Emulator
from local.http_events import TRIGGERS
from tests.support.http_trigger_client import TOKEN, HttpTriggerClient

EMPTY_DIGEST = hashlib.sha256(b"").hexdigest()
SHORT = "exampleShortTok"


def digest_of(token: str) -> str:
    return "sha256:" + hashlib.sha256(token.encode()).hexdigest()


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "bearer", "Bearer    "])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_an_empty_bearer_token_is_not_a_credential(
    client: HttpTriggerClient, emulator: Emulator, trigger: str, header: str
) -> None:
    reply = client.call(
        {"sync": True}, trigger=trigger, token=None, headers={"Authorization": header}
    )

    assert reply.status == 401
    assert reply.json["detail"] == "a bearer token or a webhook signature is required"
    assert len(emulator.received) == 0


@pytest.mark.parametrize("header", ["Bearer", f"Bearer {TOKEN}", "Bearer x"])
@pytest.mark.parametrize(
    ("tokens", "fault"),
    [
        (f"sha256:{EMPTY_DIGEST}", "token 1 of HTTP_BEARER_TOKENS is the digest of an empty text"),
        (
            f"{TOKEN} ci=sha256:{EMPTY_DIGEST.upper()}",
            "token 2 of HTTP_BEARER_TOKENS is the digest of an empty text",
        ),
        (
            "sha256:" + hashlib.sha256(b"\n").hexdigest(),
            "token 1 of HTTP_BEARER_TOKENS is the digest of an empty text",
        ),
        (EMPTY_DIGEST, "token 1 of HTTP_BEARER_TOKENS is the digest of an empty text"),
        (f"{TOKEN} {SHORT}", "token 2 of HTTP_BEARER_TOKENS is shorter than 16 characters"),
        (f"ci={SHORT}", "token 1 of HTTP_BEARER_TOKENS is shorter than 16 characters"),
        ("ci=<your-token-here>", "token 1 of HTTP_BEARER_TOKENS is a placeholder"),
        ("xxxxxxxxxxxxxxxxxxxxxxxx", "token 1 of HTTP_BEARER_TOKENS is a placeholder"),
    ],
)
def test_a_weak_token_is_misconfigured_and_named(
    client: HttpTriggerClient, emulator: Emulator, tokens: str, fault: str, header: str
) -> None:
    client.environ["HTTP_BEARER_TOKENS"] = tokens

    reply = client.call({"sync": True}, token=None, headers={"Authorization": header})

    assert reply.status == 500
    assert reply.json["error"]["category"] == "misconfigured"
    assert reply.json["error"]["message"] == fault
    assert "openssl rand" in reply.json["error"]["hint"]
    assert len(emulator.received) == 0


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        (SHORT, "the bearer token is shorter than 16 characters; generate a new one"),
        ("changeme-changeme", "the bearer token is a placeholder; generate a new one"),
        ("$CLOUD_SYNC_TOKEN", "the bearer token is a placeholder; generate a new one"),
    ],
)
def test_a_weak_token_whose_digest_is_configured_is_not_accepted(
    client: HttpTriggerClient, emulator: Emulator, token: str, fault: str
) -> None:
    client.environ["HTTP_BEARER_TOKENS"] = digest_of(token)

    reply = client.call({"sync": True}, token=token)

    assert (reply.status, reply.json["detail"]) == (401, fault)
    assert "Bearer" in reply.headers["WWW-Authenticate"]
    assert len(emulator.received) == 0


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        (b"short key", "is shorter than 16 bytes"),
        (bytes(32), "is a placeholder"),
        (b"your-webhook-secret-here", "is a placeholder"),
        (hashlib.sha256(b"").digest(), "is the digest of an empty text"),
        (EMPTY_DIGEST.encode(), "is the digest of an empty text"),
    ],
)
def test_a_weak_webhook_secret_is_misconfigured_and_named(
    client: HttpTriggerClient, emulator: Emulator, key: bytes, fault: str
) -> None:
    strong = base64.b64encode(b"an example webhook secret, 32 b").decode()
    weak = base64.b64encode(key).decode()
    client.environ["HTTP_WEBHOOK_SECRETS"] = f"whsec_{strong} whsec_{weak}"

    reply = client.call({"sync": True})

    assert reply.status == 500
    assert reply.json["error"]["message"] == f"secret 2 of HTTP_WEBHOOK_SECRETS {fault}"
    assert "os.urandom" in reply.json["error"]["hint"]
    assert len(emulator.received) == 0
