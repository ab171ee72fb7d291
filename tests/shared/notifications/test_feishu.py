"""Feishu's custom bot: the signature in the body."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.models.secret import Secret
from shared.notifications import feishu
from tests.support.repository import VECTORS

SIGNED_EXAMPLES = [
    vector
    for vector in json.loads((VECTORS / "notify.json").read_text())
    if vector["platform"] == "feishu"
]


@pytest.mark.parametrize("vector", SIGNED_EXAMPLES, ids=lambda vector: vector["id"])
def test_a_signature_is_that_of_the_vector(vector: dict[str, Any]) -> None:
    inputs = vector["inputs"]
    signature = feishu.sign(Secret(inputs["secret"]), int(inputs["timestamp"]))
    assert signature == vector["expected"]
