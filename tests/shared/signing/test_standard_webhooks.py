"""Standard Webhooks: which secrets are accepted, and which signatures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.signing.standard_webhooks import parse_secret, sign, verify
from tests.support.repository import VECTORS

SIGNED_EXAMPLES = [
    vector
    for vector in json.loads((VECTORS / "notify.json").read_text())
    if vector["platform"] == "standard-webhooks"
]
KEY = b"an example webhook secret, 32 by"
OTHER_KEY = b"another example webhook secret!!"
MESSAGE = ("msg_example1", "1764100800", b'{"type": "all"}')
SIGNATURE = sign(KEY, *MESSAGE)


@pytest.mark.parametrize("vector", SIGNED_EXAMPLES, ids=lambda vector: vector["id"])
def test_a_signature_is_that_of_the_vector(vector: dict[str, Any]) -> None:
    inputs = vector["inputs"]
    message = (inputs["id"], str(inputs["timestamp"]), inputs["body"].encode())
    key = parse_secret(inputs["secret"])
    assert sign(key, *message) == vector["expected"]
    assert verify([key], *message, vector["expected"])


@pytest.mark.parametrize(
    "secret", ["whsec_ZXhhbXBsZQ==", "whsec_ZXhhbXBsZQ", "ZXhhbXBsZQ==", "ZXhhbXBsZQ"]
)
def test_a_secret_without_padding_or_prefix_is_the_same_key(secret: str) -> None:
    assert parse_secret(secret) == b"example"


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_====", "whsec_%%%", "topSecret!", "topSecretü", "topS ecre"]
)
def test_what_is_not_base64_is_refused_and_not_quoted(secret: str) -> None:
    with pytest.raises(ValueError, match=r"is not base64 \(optionally after whsec_\)$") as caught:
        parse_secret(secret)
    assert "topS" not in str(caught.value)


@pytest.mark.parametrize("keys", [[KEY], [KEY, OTHER_KEY], [OTHER_KEY, KEY]])
@pytest.mark.parametrize(
    "signatures", [SIGNATURE, f"v1,c2lnbmF0dXJl {SIGNATURE}", f"{SIGNATURE} v1a,c2lnbmF0dXJl"]
)
def test_one_of_the_signatures_by_one_of_the_keys_is_enough(
    keys: list[bytes], signatures: str
) -> None:
    assert verify(keys, *MESSAGE, signatures)


@pytest.mark.parametrize(
    "signatures",
    [
        "",
        "v1",
        "v1,",
        SIGNATURE.removeprefix("v1,"),
        SIGNATURE.replace("v1,", "v2,"),
        SIGNATURE[:-1],
        SIGNATURE + "=",
        sign(OTHER_KEY, *MESSAGE),
        "v1,\udcff",
    ],
)
def test_another_signature_is_refused(signatures: str) -> None:
    assert not verify([KEY], *MESSAGE, signatures)


@pytest.mark.parametrize(
    "message",
    [
        ("msg_example2", *MESSAGE[1:]),
        ("msg_example\udcff", *MESSAGE[1:]),
        (MESSAGE[0], "1764100801", MESSAGE[2]),
        (*MESSAGE[:2], b'{"type": "ecs"}'),
    ],
)
def test_the_signature_of_another_message_is_refused(message: tuple[str, str, bytes]) -> None:
    assert not verify([KEY], *message, SIGNATURE)


def test_without_a_key_nothing_is_verified() -> None:
    assert not verify([], *MESSAGE, SIGNATURE)
