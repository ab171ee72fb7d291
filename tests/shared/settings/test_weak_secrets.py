"""A secret that anyone could guess is refused by name, and never shown."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Misconfigured
from shared.settings.weak_secrets import require_strong, weakness_of

EMPTY = hashlib.sha256(b"")


@pytest.mark.parametrize("secret", ["", " ", "\n", "\t  ", b""])
def test_an_empty_secret_is_weak(secret: str | bytes) -> None:
    assert weakness_of(secret) == "is empty"


@pytest.mark.parametrize("secret", ["a", "fifteenCharsLo1", "é" * 3, "x9!"])
def test_a_short_text_is_weak(secret: str) -> None:
    assert weakness_of(secret) == "is shorter than 16 characters"


def test_a_short_key_is_weak() -> None:
    assert weakness_of(b"fifteen bytes 1") == "is shorter than 16 bytes"


@pytest.mark.parametrize("hashed", [b"", b"\n", b"\r\n", b" "])
@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512"])
def test_the_digest_of_an_empty_text_is_weak_in_every_spelling(name: str, hashed: bytes) -> None:
    digest = hashlib.new(name, hashed).digest()
    spellings: list[str | bytes] = [
        digest,
        digest.hex(),
        digest.hex().upper(),
        base64.b64encode(digest).decode(),
        base64.b64encode(digest).decode().rstrip("="),
        base64.urlsafe_b64encode(digest).decode(),
    ]

    assert {weakness_of(each) for each in spellings} == {"is the digest of an empty text"}


@pytest.mark.parametrize(
    "secret",
    [
        "<your-token-here>",
        "[paste it here!!]",
        "$SLACK_SIGNING_SECRET",
        "${HTTP_BEARER_TOKEN}",
        "{{ slack.secret }}",
        "%WEBHOOK_SECRET%",
        "$(openssl rand -base64 32)",
        "changeme-changeme-1",
        "please-change-this-soon",
        "ReplaceMeBeforeUse!!",
        "a placeholder for now",
        "your-webhook-secret",
        "my_signing_secret_here",
        "supersecretpassword",
        "xxxxxxxxxxxxxxxxxxxx",
        "0000000000000000",
        "abababababababab",
        "passwordpassword1234"[:16],
        "1234567890123456",
        "0123456789abcdef",
        "abcdefghijklmnop",
        "************************",
        bytes(32),
        b"\xff" * 24,
        b"your-webhook-secret-here",
    ],
)
def test_a_placeholder_is_weak(secret: str | bytes) -> None:
    assert weakness_of(secret) == "is a placeholder"


@pytest.mark.parametrize(
    "secret",
    [
        "exampleBearerToken",
        "my-ci-token-8f2k3j4h5g6d7s9a",
        "8f742231b10e8888abcd99yyyzzz85a5",
        "0jJ8k1Z6mZVQqB7d3m5kQYpUu1rVt2f4H9xE6s0a8wM=",
        hashlib.sha256(b"exampleBearerToken").hexdigest(),
        hashlib.sha256(b"exampleBearerToken").digest(),
    ],
)
def test_other_secrets_are_accepted(secret: str | bytes) -> None:
    assert weakness_of(secret) is None


@given(seed=st.binary(min_size=1), size=st.integers(24, 64))
def test_random_keys_are_accepted_raw_in_hexadecimal_and_in_base64(seed: bytes, size: int) -> None:
    key = hashlib.sha512(b"a key of " + seed).digest()[:size]

    assert weakness_of(key) is None
    assert weakness_of(key.hex()) is None
    assert weakness_of(base64.b64encode(key).decode()) is None


def test_the_refusal_names_the_setting_and_not_the_secret() -> None:
    with pytest.raises(Misconfigured) as refused:
        require_strong("CHAT_CONFIRM_SECRET", "shortSecret", "Make a new one.")

    assert refused.value.message == "CHAT_CONFIRM_SECRET is shorter than 16 characters"
    assert (refused.value.code, refused.value.hint) == ("WeakSecret", "Make a new one.")
